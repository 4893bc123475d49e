-- A draft is handed in before anybody approves it: from then on its terms stand still, and whoever approves is neither who
-- wrote them down nor who handed them in.
alter table campaign
  add column submitted_by integer references staff,
  drop constraint campaign_status_check,
  add constraint campaign_status_check
    check (status in ('DRAFT', 'SUBMITTED', 'APPROVED', 'RUNNING', 'PAUSED', 'ENDED')),
  drop constraint campaign_approved,
  add constraint campaign_approved check (prepared_by is null or approved_by is not null
    or status in ('DRAFT', 'SUBMITTED', 'ENDED')),
  add constraint campaign_approved_by_a_third check (approved_by <> submitted_by);
create index campaign_submitted_by on campaign (submitted_by) where submitted_by is not null;

-- The line reads none of it before it runs: whatever statement changes a campaign that never ran says nothing.
drop trigger definitions_added on campaign;
create trigger definitions_added after insert on campaign
  referencing new table as new_rows
  for each statement execute function definitions_changed('1', 'code, public_name, status, starts_at, ends_at, rule',
    '(status in (''DRAFT'', ''SUBMITTED'', ''APPROVED'')) is not true');
drop trigger definitions_changed on campaign;
create trigger definitions_changed after update on campaign
  referencing old table as old_rows new table as new_rows
  for each statement execute function definitions_changed('1', 'code, public_name, status, starts_at, ends_at, rule',
    '(status in (''DRAFT'', ''SUBMITTED'', ''APPROVED'')) is not true');
drop trigger definitions_removed on campaign;
create trigger definitions_removed after delete on campaign
  referencing old table as old_rows
  for each statement execute function definitions_changed('1', 'code, public_name, status, starts_at, ends_at, rule',
    '(status in (''DRAFT'', ''SUBMITTED'', ''APPROVED'')) is not true');
drop trigger definitions_changed_grants on campaign;
create trigger definitions_changed_grants after update on campaign
  referencing old table as old_rows new table as new_rows
  for each statement execute function definitions_changed('1', 'grants',
    '(status in (''DRAFT'', ''SUBMITTED'', ''APPROVED'')) is not true');

-- What was written down before waited for its approval, and goes on waiting.
update campaign set status = 'SUBMITTED', submitted_by = prepared_by
where status = 'DRAFT' and prepared_by is not null and campaign_rule_fault(rule) is null;

drop index campaign_waiting;
create index campaign_waiting on campaign (org) where status = 'SUBMITTED';
