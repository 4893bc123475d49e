-- A union below a campaign's own may tighten it for the merchants that it, or one below it, authorised: fewer of them, fewer
-- hours and days, fewer scenes, larger orders, less for one member. Never wider: the line takes what both say.
-- rules.CampaignRule reads the same, as strictly.
create function campaign_narrowing_fault(n jsonb) returns text language sql immutable as $$
  select coalesce(
    rule_object_fault(n, 'narrowed', array['org', 'merchants', 'limits', 'times', 'scenes', 'orderFenMin']),
    case when not n ? 'org' then 'narrowed.org is missing' end,
    rule_number_fault(n, 'org', 0, 2147483647),
    case when n -> 'merchants' -> 'orgs' is not null and n -> 'merchants' -> 'orgs' <> '[]' then 'narrowed.merchants has orgs' end,
    rule_number_fault(n, 'orderFenMin', 0, 1000000000000000),
    rule_merchants_fault(coalesce(n -> 'merchants', '{}')),
    rule_limits_fault(coalesce(n -> 'limits', '{}')),
    rule_times_fault(coalesce(n -> 'times', '{}')),
    rule_list_fault(n, 'narrowed', 'scenes', array['OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL']))
$$;

create function campaign_narrowings_fault(all_of jsonb) returns text language plpgsql immutable as $$
begin
  if all_of is null then
    return null;
  end if;
  if jsonb_typeof(all_of) <> 'array' then
    return 'narrowed is no array';
  end if;
  if jsonb_array_length(all_of) > 1000 then
    return 'narrowed are more than 1000';
  end if;
  return (select min(campaign_narrowing_fault(n)) from jsonb_array_elements(all_of) n);
end $$;

-- What is in force, by organisation; follows from campaign_narrowing.
alter table campaign
  add column narrowed jsonb,
  add constraint campaign_narrowed_readable check (campaign_narrowings_fault(narrowed) is null);
create trigger definitions_changed_narrowed after update on campaign
  referencing old table as old_rows new table as new_rows
  for each statement execute function definitions_changed('1', 'narrowed',
    '(status in (''DRAFT'', ''SUBMITTED'', ''APPROVED'')) is not true');

create table campaign_narrowing (
  id          integer  primary key generated always as identity,
  campaign    integer  not null references campaign,
  -- the union that tightens
  org         integer  not null references org,
  state       text     not null check (state in ('DRAFT', 'IN_FORCE', 'ENDED')),
  document_no text     not null check (length(document_no) between 1 and 60),
  -- as campaign.narrowed has it, without the org
  terms       jsonb    not null,
  -- the same with the merchants' numbers, as it was written
  written     jsonb    not null,
  prepared_by integer  not null references staff,
  prepared_at timestamptz not null,
  approved_by integer  references staff check (approved_by <> prepared_by),
  approved_at timestamptz,
  ended_by    integer  references staff,
  ended_at    timestamptz,
  check (state <> 'IN_FORCE' or approved_by is not null),
  check (num_nulls(approved_by, approved_at) in (0, 2)),
  check (num_nulls(ended_by, ended_at) in (0, 2)),
  check ((state = 'ENDED') = (ended_at is not null)),
  check (not terms ? 'org'),
  check (campaign_narrowing_fault(terms || jsonb_build_object('org', org)) is null)
);
create unique index campaign_narrowing_once on campaign_narrowing (campaign, org) where state = 'IN_FORCE';
create index campaign_narrowing_org on campaign_narrowing (org, state);

create function campaign_narrowing_is_below() returns trigger language plpgsql as $$
begin
  if not exists (select from campaign c join org o on o.id = new.org
                 where c.id = new.campaign and c.org = any (o.path) and c.org <> o.id) then
    raise exception 'only a union below a campaign''s own tightens it' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger campaign_narrowing_is_below before insert or update on campaign_narrowing
  for each row execute function campaign_narrowing_is_below();

-- The line reads it with the campaign, in the statement that it reads that by.
create function campaign_narrowing_told() returns trigger language plpgsql as $$
begin
  update campaign c set narrowed = n.all_of
  from (select jsonb_agg(terms || jsonb_build_object('org', org) order by org) as all_of
        from campaign_narrowing where campaign = new.campaign and state = 'IN_FORCE') n
  where c.id = new.campaign and c.narrowed is distinct from n.all_of;
  return null;
end $$;
create trigger campaign_narrowing_told after insert or update on campaign_narrowing
  for each row execute function campaign_narrowing_told();
