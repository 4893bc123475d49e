-- What the gateway could not understand of a definition, SQL refuses, too. NOT VALID, so that a row
-- of an installation that breaks a rule already does not stop the migration: it is switched off by
-- the gateway, which names it, and cannot be changed until it is right. Each rule that holds of all
-- rows is validated below.

-- ---- rules of campaigns ---------------------------------------------------------------------------
-- The class rules.CampaignRule says the same. Give what is wrong, or null; they never fail.

create function rule_object_fault(node jsonb, path text, names text[]) returns text
language plpgsql immutable as $$
declare
  unknown text;
begin
  if jsonb_typeof(node) is distinct from 'object' then
    return path || ' is no object';
  end if;
  select k into unknown from jsonb_object_keys(node) k where k <> all (names) order by k limit 1;
  return path || ' has an unknown member "' || unknown || '"';
end $$;

create function rule_is_whole(value jsonb, most numeric) returns boolean
language plpgsql immutable as $$
begin
  if jsonb_typeof(value) is distinct from 'number' then
    return false;
  end if;
  return value::numeric = trunc(value::numeric) and value::numeric between 0 and most;
end $$;

create function rule_number_fault(node jsonb, name text, low numeric, high numeric)
returns text language plpgsql immutable as $$
begin
  if not node ? name then
    return case when low > 0 then '"' || name || '" is missing' end;
  end if;
  if not rule_is_whole(node -> name, high) or (node -> name)::numeric < low then
    return '"' || name || '" is no whole number from ' || low || ' to ' || high;
  end if;
  return null;
end $$;

-- A list of rows (words null), or of known words.
create function rule_list_fault(node jsonb, path text, name text, words text[]) returns text
language plpgsql immutable as $$
begin
  if not node ? name then
    return null;
  end if;
  if jsonb_typeof(node -> name) <> 'array' then
    return path || '.' || name || ' is no array';
  end if;
  if exists (select from jsonb_array_elements(node -> name) e
      where case when words is null then not rule_is_whole(e, 2147483647)
        else jsonb_typeof(e) <> 'string' or (e #>> '{}') <> all (words) end) then
    return path || '.' || name || ' holds what is unknown';
  end if;
  return null;
end $$;

create function campaign_rule_fault(rule jsonb) returns text language plpgsql immutable as $$
declare
  fen constant numeric := 1000000000000000;
  part jsonb;
  shares numeric := 0;
  fault text;
begin
  if octet_length(rule::text) > 1048576 then
    return 'rule is larger than 1 MiB';
  end if;
  fault := coalesce(
    rule_object_fault(rule, 'rule',
      array['benefit', 'funders', 'members', 'merchants', 'limits', 'orderFenMin']),
    rule_number_fault(rule, 'orderFenMin', 0, fen));
  if fault is not null then
    return fault;
  end if;

  part := rule -> 'benefit';
  fault := case part ->> 'kind'
    when 'PERCENT' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'basisPoints', 'capFen']),
      rule_number_fault(part, 'basisPoints', 1, 10000),
      rule_number_fault(part, 'capFen', 1, fen))
    when 'THRESHOLD' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'thresholdFen', 'offFen']),
      rule_number_fault(part, 'thresholdFen', 1, fen),
      rule_number_fault(part, 'offFen', 1, fen))
    when 'FIXED' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'offFen']),
      rule_number_fault(part, 'offFen', 1, fen))
    else 'benefit.kind is unknown' end;
  if fault is not null then
    return fault;
  end if;
  if part ->> 'kind' = 'THRESHOLD'
    and (part ->> 'offFen')::numeric > (part ->> 'thresholdFen')::numeric then
    return 'benefit.offFen is more than its threshold';
  end if;

  if jsonb_typeof(rule -> 'funders') is distinct from 'array' then
    return 'funders is no array';
  end if;
  if jsonb_array_length(rule -> 'funders') > 64 then
    return 'funders are more than 64';
  end if;
  for part in select * from jsonb_array_elements(rule -> 'funders') loop
    fault := coalesce(
      rule_object_fault(part, 'funders', array['funder', 'org', 'shareBp']),
      rule_number_fault(part, 'shareBp', 1, 10000));
    fault := coalesce(fault, case
      when jsonb_typeof(part -> 'funder') is distinct from 'string' then 'funders.funder is unknown'
      when part ->> 'funder' = 'UNION' then rule_number_fault(part, 'org', 1, 2147483647)
      when part ->> 'funder' = 'MERCHANT' then rule_number_fault(part, 'org', 0, 0)
      else 'funders.funder is unknown' end);
    if fault is not null then
      return fault;
    end if;
    shares := shares + (part ->> 'shareBp')::numeric;
  end loop;
  if shares <> 10000 then
    return 'funders: shares sum to ' || shares || ', not 10000';
  end if;

  part := coalesce(rule -> 'members', '{}');
  fault := coalesce(
    rule_object_fault(part, 'members', array['orgs', 'categories']),
    rule_list_fault(part, 'members', 'orgs', null),
    rule_list_fault(part, 'members', 'categories',
      array['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL']));
  if fault is not null then
    return fault;
  end if;

  part := coalesce(rule -> 'merchants', '{}');
  fault := coalesce(
    rule_object_fault(part, 'merchants', array['categories', 'ids', 'orgs']),
    rule_list_fault(part, 'merchants', 'ids', null),
    rule_list_fault(part, 'merchants', 'orgs', null),
    rule_list_fault(part, 'merchants', 'categories',
      array['EAT', 'STAY', 'TRANSPORT', 'TOUR', 'SHOP', 'ENTERTAIN']));
  if fault is not null then
    return fault;
  end if;

  part := coalesce(rule -> 'limits', '{}');
  return coalesce(
    rule_object_fault(part, 'limits',
      array['memberCount', 'memberFen', 'memberDayCount', 'memberDayFen']),
    rule_number_fault(part, 'memberCount', 0, fen),
    rule_number_fault(part, 'memberFen', 0, fen),
    rule_number_fault(part, 'memberDayCount', 0, fen),
    rule_number_fault(part, 'memberDayFen', 0, fen));
end $$;

-- ---- what every definition must be ----------------------------------------------------------------
-- A draft may still lack what a running one needs; its times may not be senseless.
alter table campaign
  add constraint campaign_times_finite check (
    starts_at >= '1970-01-01Z' and ends_at < '9999-12-31 23:59:59Z') not valid,
  add constraint campaign_rule_understood check (
    status = 'DRAFT' or campaign_rule_fault(rule) is null) not valid;

alter table org
  add constraint org_path_is_a_list check (
    coalesce(array_ndims(path) = 1 and array_lower(path, 1) = 1
      and array_position(path, null) is null, false)) not valid;

do $$
declare
  c record;
begin
  for c in
    select conrelid::regclass as owner, conname as name from pg_constraint
    where conname in ('campaign_times_finite', 'campaign_rule_understood', 'org_path_is_a_list')
      and connamespace = current_schema()::regnamespace and not convalidated
  loop
    begin
      execute format('alter table %s validate constraint %I', c.owner, c.name);
    exception when check_violation then
      raise warning '% has rows that break %: the gateway switches them off until they are right',
        c.owner, c.name;
    end;
  end loop;
end $$;
