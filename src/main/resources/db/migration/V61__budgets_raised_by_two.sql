-- Who wants to spend more than was approved finds another who wants the same: until then it is noted here and binds nobody.
alter table campaign
  add column raise jsonb,
  add column raised_by integer references staff,
  add constraint campaign_raise_has_an_author check ((raise is null) = (raised_by is null));
comment on column campaign.raise is 'a larger budget that one person has asked for; set when another asks for the same';
create index campaign_raised_by on campaign (raised_by) where raised_by is not null;
