-- Out of which money a campaign is paid, and for which of the year's ten good deeds (十件实事) it counts, in the union's words.
alter table campaign
  add column budget_source text constraint campaign_budget_source_is_a_line check (length(budget_source) between 1 and 60),
  add column deed text constraint campaign_deed_is_a_line check (length(deed) between 1 and 60);
comment on column campaign.deed is 'which of the year''s ten good deeds it counts for; null: none';
