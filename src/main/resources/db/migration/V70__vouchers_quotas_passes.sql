-- Vouchers, quotas and passes: what members are given of a campaign and use up. It is given in rounds: to those on a
-- sheet, to those a query finds, to those who come first, or by lot.

-- What a campaign gives out; null: it is used without being given out first. rules.Grants reads the same, as strictly.
create function campaign_grants_fault(g jsonb) returns text language sql immutable as $$
  select case
    when g is null then null
    when jsonb_typeof(g) <> 'object' then 'grants is no object'
    when exists (select from jsonb_object_keys(g) k where k not in
      ('kind', 'perMember', 'pool', 'returnDays', 'siteCount', 'siteDayCount', 'closed')) then 'unknown member'
    when coalesce(g ->> 'kind', '') not in ('VOUCHER', 'QUOTA', 'PASS') then 'kind'
    when g ? 'pool' and (jsonb_typeof(g -> 'pool') <> 'string'
      or g ->> 'pool' not in ('WELFARE', 'AGRI_AID', 'XINJIANG_AID', 'TRAVEL')) then 'pool'
    when g ? 'perMember' and coalesce(g ->> 'perMember', '') !~ '^[1-9][0-9]{0,3}$' then 'perMember'
    when g ? 'returnDays' and coalesce(g ->> 'returnDays', '') !~ '^[0-9]{1,4}$' then 'returnDays'
    when (g ? 'siteCount' or g ? 'siteDayCount' or g ? 'closed') and g ->> 'kind' <> 'PASS' then 'only a pass has sites'
    when g ? 'siteCount' and coalesce(g ->> 'siteCount', '') !~ '^[1-9][0-9]{0,3}$' then 'siteCount'
    when g ? 'siteDayCount' and coalesce(g ->> 'siteDayCount', '') !~ '^[1-9][0-9]{0,3}$' then 'siteDayCount'
    when exists (select from (values ('perMember'), ('returnDays'), ('siteCount'), ('siteDayCount')) n (name)
      where jsonb_typeof(g -> name) <> 'number') then 'a number is none'
    when g ? 'closed' and jsonb_typeof(g -> 'closed') <> 'array' then 'closed'
    when g ? 'closed' and (jsonb_array_length(g -> 'closed') > 400 or exists (
      select from jsonb_array_elements(case jsonb_typeof(g -> 'closed') when 'array' then g -> 'closed' end) d
      where jsonb_typeof(d) <> 'string' or d #>> '{}' !~ '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'))
      then 'closed'
  end
$$;

alter table campaign
  add column grants jsonb,
  add constraint campaign_grants_readable check (campaign_grants_fault(grants) is null);

-- The line reads it, too: whatever statement changes it says so.
create trigger definitions_changed_grants after update on campaign
  referencing old table as old_rows new table as new_rows
  for each statement execute function definitions_changed('1', 'grants', '(status in (''DRAFT'', ''APPROVED'')) is not true');

-- The most that one use of a campaign can cost, as far as its rule says: for the look at a budget before a round.
create function campaign_worth(rule jsonb) returns bigint language sql immutable as $$
  select coalesce(max((v #>> '{}')::bigint), 0)
  from (select jsonb_path_query(rule, '$.benefit.**.offFen') union all
        select jsonb_path_query(rule, '$.benefit.**.capFen')) w (v)
  where jsonb_typeof(v) = 'number' and v #>> '{}' ~ '^[0-9]{1,18}$'
$$;

create table benefit_round (
  id          integer  primary key generated always as identity,
  campaign    integer  not null references campaign,
  -- what members read: held to what public names are held to
  name        text     not null check (is_public_name(name)),
  document_no text     not null,
  way         text     not null check (way in ('SHEET', 'QUERY', 'CLAIM', 'LOTTERY')),
  state       text     not null check (state in ('DRAFT', 'OPEN', 'DONE', 'STOPPED')),
  prepared_by integer  not null references staff,
  approved_by integer  references staff,
  -- how many one person gets, and at most how many all together
  each        smallint not null check (each between 1 and 100),
  most        integer  not null check (most >= each),
  granted     integer  not null default 0 check (granted >= 0),
  -- QUOTA: what a lot holds unless the sheet says otherwise; PASS: entries in total, null: as many as one likes
  fen         bigint   check (fen > 0),
  entries     integer  check (entries > 0),
  -- from when to when what is given is good
  delay_minutes integer not null default 0 check (delay_minutes between 0 and 525600),
  good_until  timestamptz,
  good_days   integer  check (good_days between 1 and 3660),
  -- QUERY: who; how many they were when it was approved; the last one that was looked at
  org         integer  references org,
  category    text     check (category in ('ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL')),
  whom        integer,
  looked      integer  not null default 0,
  place       bigint   not null default 0,
  -- CLAIM, LOTTERY
  opens_at    timestamptz,
  closes_at   timestamptz,
  -- LOTTERY: SHA-256 of the seed is known before the first ticket, the seed after the draw
  seed_hash   bytea    check (octet_length(seed_hash) = 32),
  seed        bytea    check (octet_length(seed) = 32),
  witness     text,
  drawn_at    timestamptz,
  tickets     integer  not null default 0,
  constraint benefit_round_exceeded check (granted <= most),
  constraint benefit_round_by_two check (approved_by <> prepared_by),
  constraint benefit_round_approved check (state = 'DRAFT' or state = 'STOPPED' or approved_by is not null),
  constraint benefit_round_ends check (num_nonnulls(good_until, good_days) = 1),
  constraint benefit_round_opens check ((way in ('CLAIM', 'LOTTERY')) = (opens_at is not null)
    and (opens_at is null) = (closes_at is null) and opens_at < closes_at),
  constraint benefit_round_finds check ((way = 'QUERY') = (org is not null)),
  constraint benefit_round_draws check ((way = 'LOTTERY') = (seed_hash is not null)),
  constraint benefit_round_drawn check ((seed is null) = (drawn_at is null) and (seed is null) = (witness is null)
    and (seed is null or sha256(seed) = seed_hash))
) with (fillfactor = 50);
create index benefit_round_campaign on benefit_round (campaign);
create index benefit_round_claimed on benefit_round (closes_at) where way in ('CLAIM', 'LOTTERY');

-- A seed before its draw; whoever may read the database for reports does not see it.
create table lottery_seed (
  round integer primary key references benefit_round,
  seed  bytea   not null check (octet_length(seed) = 32)
);

create table lottery_ticket (
  round  integer not null references benefit_round,
  member bigint  not null references member,
  -- in the order in which they came, from 1, none left out
  ticket integer not null check (ticket >= 1),
  at     timestamptz not null,
  won    boolean,
  primary key (round, member),
  unique (round, ticket)
);

create sequence entitlement_id;

-- One voucher, one lot of a quota, one pass of one member. The flight locks it, reads it and writes back what is used.
create table entitlement (
  id          bigint   primary key default nextval('entitlement_id'),
  member      bigint   not null references member,
  campaign    integer  not null references campaign,
  round       integer  not null references benefit_round,
  nth         integer  not null check (nth >= 1),
  -- 1 voucher, 2 lot of a quota, 3 pass: rules.Grants.Kind
  kind        smallint not null check (kind in (1, 2, 3)),
  pool        text,
  -- what it can cost at most, fen
  worth_fen   bigint   not null check (worth_fen >= 0),
  granted_at  timestamptz not null,
  -- good from and before, ms since 1970
  from_ms     bigint   not null,
  until_ms    bigint   not null check (from_ms < until_ms),
  limit_fen   bigint   check (limit_fen >= 0),
  limit_count bigint   check (limit_count >= 0),
  used_fen    bigint   not null default 0 check (used_fen >= 0),
  used_count  bigint   not null default 0 check (used_count >= 0),
  -- when all that was used of it last came back
  returned_ms bigint,
  void_at     timestamptz,
  void_reason text,
  -- the one it was given for anew
  reissue_of  bigint   unique references entitlement,
  constraint entitlement_once check ((kind = 1) <= (limit_count = 1)),
  constraint entitlement_holds check ((kind = 2) <= (limit_fen is not null)),
  constraint entitlement_fen_exceeded check (used_fen <= limit_fen),
  constraint entitlement_count_exceeded check (used_count <= limit_count),
  constraint entitlement_void check ((void_at is null) = (void_reason is null)),
  unique (round, member, nth)
) with (fillfactor = 70);
-- A flight asks for what a member has now of the campaigns of one merchant: what is over costs it nothing.
create index entitlement_member on entitlement (member, campaign, until_ms);

-- Of a pass, what was used at one site: kind 11 of what can be used up, holder = pass, owner = merchant.
alter table allowance drop constraint allowance_kind_check,
  add constraint allowance_kind_check check (kind between 1 and 19);

-- Which entitlement pays which element; null: none does.
alter table transaction add column lots bigint[];
alter table transaction add constraint transaction_lots_told
  check (lots is null or campaigns is not null and cardinality(lots) = cardinality(campaigns) and 0 <= all (lots));

-- What a member may be given in a year, by the union whose rule it is: the least of those above him holds.
create table benefit_cap (
  org  integer  not null references org,
  year smallint not null check (year between 2020 and 2099),
  pool text     not null check (pool in ('WELFARE', 'AGRI_AID', 'XINJIANG_AID', 'TRAVEL')),
  fen  bigint   not null check (fen >= 0),
  document_no text not null,
  primary key (org, year, pool)
);

-- Whether somebody may use a campaign, by its rule: as the line sees it.
create function is_for_member(rule jsonb, p_path integer[], p_category text) returns boolean language sql immutable as $$
  select (coalesce(jsonb_array_length(rule #> '{members,categories}'), 0) = 0 or rule #> '{members,categories}' ? p_category)
    and (coalesce(jsonb_array_length(rule #> '{members,orgs}'), 0) = 0
      or exists (select from jsonb_array_elements_text(rule #> '{members,orgs}') o where o::integer = any (p_path)))
$$;

-- Gives members of a list, in its order, what a round gives; says of each what came of it:
-- GRANTED, HAS (had it before), NO_SUCH_MEMBER, NOT_FOR_MEMBER, HAS_ENOUGH, OVER_CAP, SOLD_OUT. The round is locked, so
-- of two who give at once the second sees what the first gave.
create function round_give(p_round integer, p_members bigint[], p_fens bigint[], p_at timestamptz)
returns table (place bigint, outcome text, ids bigint[]) language plpgsql
set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
declare
  r      benefit_round;
  c      campaign;
  most   integer;
  worth  bigint;
  today  integer;
  starts bigint;
  capped boolean;
begin
  select * into strict r from benefit_round where id = p_round for update;
  select * into strict c from campaign where id = r.campaign;
  most := (c.grants ->> 'perMember')::integer;
  worth := case c.grants ->> 'kind' when 'QUOTA' then r.fen when 'VOUCHER' then campaign_worth(c.rule) else 0 end;
  today := extract(year from p_at at time zone 'Asia/Shanghai');
  starts := floor(extract(epoch from p_at) * 1000)::bigint + r.delay_minutes * 60000::bigint;
  capped := exists (select from benefit_cap where year = today and pool = c.grants ->> 'pool');
  if capped or most is not null then
    -- another round of the same campaign or pool may give at the same moment
    perform m.id from (select distinct id from unnest(p_members) id order by id) w
      cross join lateral (select id from member where member.id = w.id limit 1 for no key update) m;
  end if;
  return query
  with wish as materialized (
    select w.member, w.fen, w.place, row_number() over (partition by w.member order by w.place) as nth
    from unnest(p_members, p_fens) with ordinality as w (member, fen, place)),
  had as materialized (
    select w.member, array_agg(e.id order by e.nth) as ids
    from (select distinct member from wish where member is not null) w
    join entitlement e on e.round = r.id and e.member = w.member and e.reissue_of is null group by w.member),
  judged as materialized (
    select w.place, w.member, coalesce(w.fen, worth) as fen, case
        when m.id is null then 'NO_SUCH_MEMBER'
        when h.member is not null then 'HAS'
        when w.nth > 1 then 'TWICE'
        when not is_for_member(c.rule, o.path, m.category) then 'NOT_FOR_MEMBER'
        when most is not null and r.each + (
            select count(*) from entitlement e
            where e.member = w.member and e.campaign = c.id and e.void_at is null) > most then 'HAS_ENOUGH'
        when capped and (
            select min(b.fen) from benefit_cap b where b.org = any (o.path) and b.year = today
              and b.pool = c.grants ->> 'pool') < r.each * coalesce(w.fen, worth) + (
            select coalesce(sum(greatest(e.worth_fen, 0)), 0) from entitlement e
            where e.member = w.member and e.pool = c.grants ->> 'pool' and e.void_at is null
              and extract(year from e.granted_at at time zone 'Asia/Shanghai') = today) then 'OVER_CAP'
      end as why, h.ids
    from wish w
    left join member m on m.id = w.member
    left join org o on o.id = m.org
    left join had h on h.member = w.member),
  placed as materialized (
    select j.place, j.member, j.fen, row_number() over (order by j.place) * r.each <= r.most - r.granted as fits
    from judged j where j.why is null),
  made as (
    insert into entitlement (member, campaign, round, nth, kind, pool, worth_fen, granted_at, from_ms, until_ms,
      limit_fen, limit_count)
    select p.member, c.id, r.id, n.nth, array_position(array['VOUCHER', 'QUOTA', 'PASS'], c.grants ->> 'kind'),
      c.grants ->> 'pool', p.fen, p_at, starts,
      greatest(starts + 1, floor(extract(epoch from coalesce(r.good_until, to_timestamp(starts / 1000.0)
        + make_interval(days => r.good_days))) * 1000)::bigint),
      case c.grants ->> 'kind' when 'QUOTA' then p.fen end,
      case c.grants ->> 'kind' when 'VOUCHER' then 1 when 'PASS' then r.entries end
    from placed p cross join generate_series(1, r.each) as n (nth) where p.fits
    order by p.place, n.nth
    returning entitlement.id, entitlement.member, entitlement.nth),
  counted as (
    update benefit_round b set granted = b.granted + (select count(*) from made) where b.id = r.id returning b.id),
  given as (select m.member, array_agg(m.id order by m.nth) as ids from made m group by m.member)
  select j.place, case when g.member is not null and j.why is null then 'GRANTED' when j.why = 'TWICE' then
      case when g.member is not null then 'HAS' else 'SOLD_OUT' end
    else coalesce(j.why, 'SOLD_OUT') end, coalesce(g.ids, j.ids)
  from judged j cross join counted left join given g on g.member = j.member
  order by j.place;
end $$;

-- Members of a round's query, the next so many; true when there are no more. One node at a time.
create function round_step(p_round integer, p_most integer, p_at timestamptz) returns boolean language plpgsql as $$
declare
  r     benefit_round;
  found bigint[];
begin
  select * into r from benefit_round where id = p_round and way = 'QUERY' and state = 'OPEN' for update skip locked;
  if r.id is null then
    return true;
  end if;
  select array_agg(id order by id) into found from (
    select m.id from member m
    where m.id > r.place and (r.category is null or m.category = r.category)
      and m.org in (select o.id from org o where o.path @> array[r.org])
    order by m.id limit p_most) w;
  if found is not null then
    perform count(*) from round_give(r.id, found, null, p_at);
  end if;
  update benefit_round set looked = looked + coalesce(cardinality(found), 0),
    place = coalesce(found[cardinality(found)], place),
    state = case when coalesce(cardinality(found), 0) < p_most or granted + each > most then 'DONE' else state end
    where id = r.id;
  return coalesce(cardinality(found), 0) < p_most;
end $$;

-- Phones claim, in the order of the list: beside what round_give says PHONE_ENDED, NOT_OPEN, CLOSED, STOPPED.
create function round_claim(p_round integer, p_cards bigint[], p_epochs bigint[], p_at timestamptz)
returns table (place bigint, outcome text, ids bigint[]) language plpgsql
set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
declare
  r       benefit_round;
  members bigint[];
  early   text;
begin
  select * into strict r from benefit_round where id = p_round for update;
  select array_agg(c.member order by w.place) into members
  from unnest(p_cards, p_epochs) with ordinality as w (card, epoch, place)
  left join card c on c.serial = w.card and c.epoch = w.epoch and c.status = 'ACTIVE';
  early := case
    when r.state = 'STOPPED' then 'STOPPED'
    when r.state = 'DRAFT' or p_at < r.opens_at then 'NOT_OPEN'
    when p_at >= r.closes_at or r.state = 'DONE' then 'CLOSED' end;
  if r.way = 'LOTTERY' then
    return query select * from round_ticket(r, members, early, p_at);
  elsif early is not null then
    -- who has it, has it
    return query
    select w.place, case when w.member is null then 'PHONE_ENDED' when e.ids is not null then 'HAS' else early end, e.ids
    from unnest(members) with ordinality as w (member, place)
    left join lateral (
      select array_agg(e.id order by e.nth) as ids from entitlement e
      where e.round = r.id and e.member = w.member and e.reissue_of is null) e on true;
  else
    return query
    select g.place, case g.outcome when 'NO_SUCH_MEMBER' then 'PHONE_ENDED' else g.outcome end, g.ids
    from round_give(p_round, members, null, p_at) g;
  end if;
end $$;

-- Tickets of a lottery, in the order of the list: TICKET with its number; after the draw WON or LOST.
create function round_ticket(r benefit_round, p_members bigint[], p_early text, p_at timestamptz)
returns table (place bigint, outcome text, ids bigint[]) language plpgsql as $$
#variable_conflict use_column
declare
  c campaign;
begin
  select * into strict c from campaign where id = r.campaign;
  return query
  with wish as materialized (
    select w.member, min(w.place) as place from unnest(p_members) with ordinality as w (member, place)
    where w.member is not null group by w.member),
  judged as materialized (
    select w.member, w.place, t.ticket, t.won, case
        when t.ticket is not null then 'HAS'
        when p_early is not null then p_early
        when not is_for_member(c.rule, o.path, m.category) then 'NOT_FOR_MEMBER' end as why
    from wish w join member m on m.id = w.member join org o on o.id = m.org
    left join lottery_ticket t on t.round = r.id and t.member = w.member),
  made as (
    insert into lottery_ticket (round, member, ticket, at)
    select r.id, j.member, r.tickets + row_number() over (order by j.place), p_at from judged j where j.why is null
    returning member, ticket),
  counted as (
    update benefit_round b set tickets = b.tickets + (select count(*) from made) where b.id = r.id returning b.id)
  select w.place, case
      when w.member is null then 'PHONE_ENDED'
      when j.won then 'WON' when not j.won then 'LOST'
      when coalesce(m.ticket, j.ticket) is not null then 'TICKET'
      else j.why end, array[coalesce(m.ticket, j.ticket)]::bigint[]
  from unnest(p_members) with ordinality as w (member, place) cross join counted
  left join judged j on j.member = w.member left join made m on m.member = w.member
  order by w.place;
end $$;

-- The draw: who won is given what the round gives; the seed is known from now on.
create function round_draw(p_round integer, p_seed bytea, p_witness text, p_winners integer[], p_at timestamptz)
returns integer language plpgsql as $$
declare
  r       benefit_round;
  members bigint[];
begin
  select * into strict r from benefit_round where id = p_round for update;
  update lottery_ticket set won = ticket = any (p_winners) where round = r.id;
  select array_agg(t.member order by w.n) into members
  from unnest(p_winners) with ordinality as w (ticket, n)
  join lottery_ticket t on t.round = r.id and t.ticket = w.ticket;
  if members is not null then
    perform count(*) from round_give(r.id, members, null, p_at);
  end if;
  update benefit_round set seed = p_seed, witness = p_witness, drawn_at = p_at, state = 'DONE' where id = r.id;
  delete from lottery_seed where round = r.id;
  return coalesce(cardinality(members), 0);
end $$;

-- What every entitlement was used for, line by line; undoing is negative.
create view entitlement_use as
  select t.id as transaction, p.line::smallint as line, p.lot as entitlement, p.campaign, p.fen, t.effect
  from transaction t
  cross join lateral unnest(t.campaigns, t.fens, t.lots) with ordinality as p (campaign, fen, lot, line)
  where t.lots is not null and p.lot > 0 and t.effect in (1, 2, -1, -2);
