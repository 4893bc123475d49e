-- What a campaign's rule may say grows: steps, member prices, free entry, marked lines, times of day and week, funders
-- of every kind, and with what it can be combined. Each part has a function of its own, so that a new kind of benefit
-- replaces one of them. The class rules.CampaignRule says the same.

create function rule_names_fault(node jsonb, path text, name text) returns text
language plpgsql immutable as $$
begin
  if not node ? name then
    return null;
  end if;
  if jsonb_typeof(node -> name) <> 'array' then
    return path || '.' || name || ' is no array';
  end if;
  if jsonb_array_length(node -> name) > 8 then
    return path || '.' || name || ' are more than 8';
  end if;
  if exists (select from jsonb_array_elements(node -> name) e
      where jsonb_typeof(e) <> 'string' or (e #>> '{}') !~ '^[A-Z0-9-]{1,24}$') then
    return path || '.' || name || ' holds what is no name';
  end if;
  return null;
end $$;

create function rule_threshold_fault(part jsonb, path text, names text[]) returns text
language plpgsql immutable as $$
declare
  fen constant numeric := 1000000000000000;
  fault text;
begin
  fault := coalesce(
    rule_object_fault(part, path, names),
    rule_number_fault(part, 'thresholdFen', 1, fen),
    rule_number_fault(part, 'offFen', 1, fen));
  if fault is null and (part ->> 'offFen')::numeric > (part ->> 'thresholdFen')::numeric then
    return path || '.offFen is more than its threshold';
  end if;
  return fault;
end $$;

create function rule_steps_fault(steps jsonb) returns text language plpgsql immutable as $$
declare
  step jsonb;
  last jsonb;
  fault text;
begin
  if jsonb_typeof(steps) is distinct from 'array' then
    return 'benefit.steps is no array';
  end if;
  if jsonb_array_length(steps) not between 1 and 10 then
    return 'benefit.steps are none or too many';
  end if;
  for step in select * from jsonb_array_elements(steps) loop
    fault := rule_threshold_fault(step, 'benefit.steps', array['thresholdFen', 'offFen']);
    if fault is not null then
      return fault;
    end if;
    if last is not null and ((step ->> 'thresholdFen')::numeric <= (last ->> 'thresholdFen')::numeric
        or (step ->> 'offFen')::numeric <= (last ->> 'offFen')::numeric) then
      return 'benefit.steps do not rise';
    end if;
    last := step;
  end loop;
  return null;
end $$;

create function rule_benefit_fault(part jsonb) returns text language plpgsql immutable as $$
declare
  fen constant numeric := 1000000000000000;
  fault text;
begin
  fault := case part ->> 'kind'
    when 'PERCENT' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'lines', 'basisPoints', 'capFen']),
      rule_number_fault(part, 'basisPoints', 1, 10000),
      rule_number_fault(part, 'capFen', 1, fen))
    when 'THRESHOLD' then
      rule_threshold_fault(part, 'benefit', array['kind', 'lines', 'thresholdFen', 'offFen'])
    when 'TIERED' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'lines', 'steps']),
      rule_steps_fault(part -> 'steps'))
    when 'FIXED' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'lines', 'offFen']),
      rule_number_fault(part, 'offFen', 1, fen))
    when 'PRICE' then coalesce(
      rule_object_fault(part, 'benefit', array['kind', 'lines', 'priceFen']),
      rule_number_fault(part, 'priceFen', 1, fen))
    when 'FREE' then rule_object_fault(part, 'benefit', array['kind', 'lines'])
    else 'benefit.kind is unknown' end;
  if fault is null and part ? 'lines'
      and (jsonb_typeof(part -> 'lines') <> 'string' or (part ->> 'lines') !~ '^[A-Z0-9-]{1,24}$') then
    return 'benefit.lines holds what is no name';
  end if;
  return fault;
end $$;

create function rule_funders_fault(funders jsonb) returns text language plpgsql immutable as $$
declare
  part jsonb;
  shares numeric := 0;
  fault text;
begin
  if jsonb_typeof(funders) is distinct from 'array' then
    return 'funders is no array';
  end if;
  if jsonb_array_length(funders) > 64 then
    return 'funders are more than 64';
  end if;
  for part in select * from jsonb_array_elements(funders) loop
    fault := coalesce(
      rule_object_fault(part, 'funders', array['funder', 'org', 'shareBp']),
      rule_number_fault(part, 'shareBp', 1, 10000));
    fault := coalesce(fault, case
      when jsonb_typeof(part -> 'funder') is distinct from 'string' then 'funders.funder is unknown'
      when part ->> 'funder' in ('UNION', 'EMPLOYER', 'GOVERNMENT', 'BANK')
        then rule_number_fault(part, 'org', 1, 2147483647)
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
  return null;
end $$;

create function rule_members_fault(part jsonb) returns text language sql immutable as $$
  select coalesce(
    rule_object_fault(part, 'members', array['orgs', 'categories']),
    rule_list_fault(part, 'members', 'orgs', null),
    rule_list_fault(part, 'members', 'categories',
      array['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL']))
$$;

create function rule_merchants_fault(part jsonb) returns text language sql immutable as $$
  select coalesce(
    rule_object_fault(part, 'merchants', array['categories', 'ids', 'orgs']),
    rule_list_fault(part, 'merchants', 'ids', null),
    rule_list_fault(part, 'merchants', 'orgs', null),
    rule_list_fault(part, 'merchants', 'categories',
      array['EAT', 'STAY', 'TRANSPORT', 'TOUR', 'SHOP', 'ENTERTAIN']))
$$;

create function rule_limits_fault(part jsonb) returns text language plpgsql immutable as $$
declare
  fen constant numeric := 1000000000000000;
begin
  return coalesce(
    rule_object_fault(part, 'limits',
      array['memberCount', 'memberFen', 'memberDayCount', 'memberDayFen']),
    rule_number_fault(part, 'memberCount', 0, fen),
    rule_number_fault(part, 'memberFen', 0, fen),
    rule_number_fault(part, 'memberDayCount', 0, fen),
    rule_number_fault(part, 'memberDayFen', 0, fen));
end $$;

create function rule_stack_fault(part jsonb) returns text language plpgsql immutable as $$
declare
  fen constant numeric := 1000000000000000;
begin
  return coalesce(
    rule_object_fault(part, 'stack', array['priority', 'base', 'sets', 'groups', 'benefitsMax',
      'payableFenMin', 'discountFenMax']),
    rule_number_fault(part, 'priority', 0, 999),
    case when part ? 'base' and part -> 'base' not in ('"ORDER"', '"REST"')
      then 'stack.base is neither ORDER nor REST' end,
    rule_names_fault(part, 'stack', 'sets'),
    rule_names_fault(part, 'stack', 'groups'),
    case when part ? 'benefitsMax' then rule_number_fault(part, 'benefitsMax', 1, 8) end,
    rule_number_fault(part, 'payableFenMin', 0, fen),
    case when part ? 'discountFenMax' then rule_number_fault(part, 'discountFenMax', 1, fen) end);
end $$;

-- Null: no such second of a day, or day.
create function rule_second(value jsonb) returns integer language plpgsql immutable as $$
declare
  word text := value #>> '{}';
begin
  if jsonb_typeof(value) is distinct from 'string'
      or word !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]|24:00:00)$' then
    return null;
  end if;
  return substr(word, 1, 2)::integer * 3600 + substr(word, 4, 2)::integer * 60 + substr(word, 7, 2)::integer;
end $$;

create function rule_day(value jsonb) returns integer language plpgsql immutable as $$
declare
  word text := value #>> '{}';
begin
  if jsonb_typeof(value) is distinct from 'string'
      or word !~ '^(19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}$' then
    return null;
  end if;
  return make_date(substr(word, 1, 4)::integer, substr(word, 6, 2)::integer, substr(word, 9, 2)::integer)
    - date '1970-01-01';
exception when datetime_field_overflow then
  return null;
end $$;

create function rule_spans_fault(node jsonb, name text) returns text language plpgsql immutable as $$
declare
  span jsonb;
  first integer;
  last integer;
  fault text;
begin
  if not node ? name then
    return null;
  end if;
  if jsonb_typeof(node -> name) <> 'array' then
    return 'times.' || name || ' is no array';
  end if;
  if jsonb_array_length(node -> name) > 40 then
    return 'times.' || name || ' are more than 40';
  end if;
  for span in select * from jsonb_array_elements(node -> name) loop
    fault := rule_object_fault(span, 'times.' || name, array['from', 'to']);
    if fault is not null then
      return fault;
    end if;
    if name = 'hours' then
      first := rule_second(span -> 'from');
      last := rule_second(span -> 'to');
    else
      first := rule_day(span -> 'from');
      last := rule_day(span -> 'to') + 1;
    end if;
    if (first < last) is not true then
      return 'times.' || name || ' holds what is no span';
    end if;
  end loop;
  return null;
end $$;

create function rule_times_fault(part jsonb) returns text language plpgsql immutable as $$
declare
  fault text;
begin
  fault := coalesce(
    rule_object_fault(part, 'times', array['weekdays', 'hours', 'blackouts']),
    rule_list_fault(part, 'times', 'weekdays', null),
    rule_spans_fault(part, 'hours'),
    rule_spans_fault(part, 'blackouts'));
  if fault is null and exists (
      select from jsonb_array_elements(part -> 'weekdays') e where e::numeric not between 1 and 7) then
    return 'times.weekdays holds no day from 1 to 7';
  end if;
  return fault;
end $$;

create or replace function campaign_rule_fault(rule jsonb) returns text language plpgsql immutable as $$
declare
  fault text;
begin
  if octet_length(rule::text) > 1048576 then
    return 'rule is larger than 1 MiB';
  end if;
  fault := rule_object_fault(rule, 'rule',
    array['benefit', 'funders', 'members', 'merchants', 'limits', 'orderFenMin', 'stack', 'times']);
  if fault is not null then
    return fault;
  end if;
  return coalesce(
    rule_number_fault(rule, 'orderFenMin', 0, 1000000000000000),
    rule_benefit_fault(rule -> 'benefit'),
    rule_funders_fault(rule -> 'funders'),
    rule_members_fault(coalesce(rule -> 'members', '{}')),
    rule_merchants_fault(coalesce(rule -> 'merchants', '{}')),
    rule_limits_fault(coalesce(rule -> 'limits', '{}')),
    rule_stack_fault(coalesce(rule -> 'stack', '{}')),
    rule_times_fault(coalesce(rule -> 'times', '{}')));
end $$;
