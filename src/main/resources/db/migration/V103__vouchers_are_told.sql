-- The union whose campaign it is hears what becomes of what was given out: that it was given, used, came back, was made void,
-- given anew, or is over. No event names a member, a merchant or a transaction: which campaign a purchase was paid with tells
-- what its member is. What a flight does with them it tells itself.

-- ---- given ------------------------------------------------------------------------------------------
alter function round_give(integer, bigint[], bigint[], timestamptz) rename to round_fill;

-- Gives as round_fill does, and tells of it: once for all of a list.
create function round_give(p_round integer, p_members bigint[], p_fens bigint[], p_at timestamptz)
returns table (place bigint, outcome text, ids bigint[]) language plpgsql
set plan_cache_mode = force_custom_plan set jit = off as $$
#variable_conflict use_column
begin
  return query
  with given as materialized (select * from round_fill(p_round, p_members, p_fens, p_at)),
  told as materialized (
    select e.*
    from (
      select r.id, c.org, c.code, c.grants ->> 'kind' as kind, count(*) as members, sum(cardinality(g.ids)) as pieces,
        sum(cardinality(g.ids) * case c.grants ->> 'kind' when 'QUOTA' then coalesce(p_fens[g.place], r.fen)
          when 'VOUCHER' then campaign_worth(c.rule) else 0 end)::bigint as fen
      from benefit_round r join campaign c on c.id = r.campaign cross join given g
      where r.id = p_round and g.outcome = 'GRANTED' group by r.id, c.id) n
    cross join lateral merchant_event(-n.org, 'voucher.granted', n.id, p_at, jsonb_build_object('round', n.id,
      'campaign', n.code, 'kind', n.kind, 'members', n.members, 'count', n.pieces, 'fen', n.fen)) e)
  select g.place, g.outcome, g.ids from given g cross join (select count(*) from told) once order by g.place;
end $$;

-- The name of a kind: rules.Grants.Kind.
create function entitlement_kind(p_kind smallint) returns text language sql immutable strict as $$
  select (array['VOUCHER', 'QUOTA', 'PASS'])[p_kind]
$$;

-- ---- made void, given anew --------------------------------------------------------------------------
create function entitlement_voided() returns trigger language plpgsql as $$
begin
  perform merchant_event(-c.org, 'voucher.voided', new.id, new.void_at, jsonb_build_object('voucher', new.id::text,
      'round', new.round, 'campaign', c.code, 'kind', entitlement_kind(new.kind)))
  from campaign c where c.id = new.campaign;
  return null;
end $$;
-- a flight sets other columns: it never comes here
create trigger entitlement_voided after update of void_at on entitlement for each row
  when (old.void_at is null and new.void_at is not null) execute function entitlement_voided();

create function entitlement_reissued() returns trigger language plpgsql as $$
begin
  perform merchant_event(-c.org, 'voucher.reissued', new.id, new.granted_at, jsonb_build_object('voucher', new.id::text,
      'reissueOf', new.reissue_of::text, 'round', new.round, 'campaign', c.code, 'kind', entitlement_kind(new.kind)))
  from campaign c where c.id = new.campaign;
  return null;
end $$;
create trigger entitlement_reissued after insert on entitlement for each row
  when (new.reissue_of is not null) execute function entitlement_reissued();

-- ---- over -------------------------------------------------------------------------------------------
-- partial, so that no flight can take it for the index on what a member has
create index entitlement_until on entitlement (until_ms) where void_at is null;

-- What was over before this was told of; what was over before the first look is not.
create table voucher_expiry (
  one     boolean primary key default true check (one),
  told_ms bigint  not null
);
insert into voucher_expiry (told_ms) values (floor(extract(epoch from now()) * 1000)::bigint);

-- Tells of what went unused, round by round, once it has been over for five minutes: no block that could still use it is in
-- the air. One node at a time; gives how many rounds it told of.
create function vouchers_expire(p_at timestamptz) returns integer language plpgsql as $$
declare
  told  bigint;
  upto  bigint := floor(extract(epoch from p_at) * 1000)::bigint - 300000;
  n     integer;
begin
  select told_ms into told from voucher_expiry for update skip locked;
  if told is null or told >= upto then
    return 0;
  end if;
  select count(*) into n
  from (
    select e.round, min(e.kind) as kind, count(*) as pieces,
      sum(case e.kind when 2 then e.limit_fen - e.used_fen when 1 then e.worth_fen else 0 end)::bigint as fen
    from entitlement e
    where e.until_ms > told and e.until_ms <= upto and e.void_at is null
      and (e.limit_count is null or e.used_count < e.limit_count)
      and (e.limit_fen is null or e.used_fen < e.limit_fen)
    group by e.round order by e.round) o
  join benefit_round r on r.id = o.round join campaign c on c.id = r.campaign
  cross join lateral merchant_event(-c.org, 'voucher.expired', r.id, p_at, jsonb_build_object('round', r.id,
    'campaign', c.code, 'kind', entitlement_kind(o.kind), 'count', o.pieces, 'fen', o.fen)) e;
  update voucher_expiry set told_ms = upto;
  return n;
end $$;
