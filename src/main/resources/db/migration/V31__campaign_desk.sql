-- Campaigns are made at a desk: who prepared one does not approve it.

-- Campaigns made at a desk are numbered from here; those below were loaded.
create sequence campaign_id as integer start 1000000000;

alter table campaign
  drop constraint campaign_status_check,
  add constraint campaign_status_check
    check (status in ('DRAFT', 'APPROVED', 'RUNNING', 'PAUSED', 'ENDED')),
  -- grows each time the terms are written anew; an approver says which he has read
  add column edition integer not null default 1 check (edition >= 1),
  add column prepared_by integer references staff,
  add column approved_by integer references staff,
  add constraint campaign_approved_by_another check (approved_by <> prepared_by),
  -- one that was loaded names nobody
  add constraint campaign_approved check (prepared_by is null or approved_by is not null
    or status in ('DRAFT', 'ENDED'));
comment on column campaign.prepared_by is 'who wrote the terms down last; null: loaded';
create index campaign_prepared_by on campaign (prepared_by) where prepared_by is not null;
create index campaign_approved_by on campaign (approved_by) where approved_by is not null;
