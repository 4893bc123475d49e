-- What comes back of a lot or a pass after its time is good for some days more, where its campaign says so; what had ended
-- unused by then is not. null: nothing came back after its time, so what is left follows from the limits.
alter table entitlement
  add column late_fen   bigint,
  add column late_count bigint,
  add constraint entitlement_late_fen check (late_fen between 0 and limit_fen - used_fen),
  add constraint entitlement_late_count check (late_count >= 0 and (limit_count is null or late_count <= limit_count - used_count));
comment on column entitlement.late_fen is 'what of it came back after its time and is good still, fen';
comment on column entitlement.late_count is 'how many uses of it came back after its time and are good still';

-- What it is still good for; null: no limit but its campaign's. rules.Entitlement reckons the same.
create function entitlement_left_fen(e entitlement) returns bigint language sql immutable as $$
  select coalesce(e.late_fen, e.limit_fen - e.used_fen)
$$;
create function entitlement_left_count(e entitlement) returns bigint language sql immutable as $$
  select coalesce(e.late_count, e.limit_count - e.used_count)
$$;

create or replace function vouchers_expire(p_at timestamptz) returns integer language plpgsql as $$
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
      sum(case e.kind when 2 then entitlement_left_fen(e) when 1 then e.worth_fen else 0 end)::bigint as fen
    from entitlement e
    where e.until_ms > told and e.until_ms <= upto and e.void_at is null
      and coalesce(entitlement_left_count(e), 1) > 0 and coalesce(entitlement_left_fen(e), 1) > 0
    group by e.round order by e.round) o
  join benefit_round r on r.id = o.round join campaign c on c.id = r.campaign
  cross join lateral merchant_event(-c.org, 'voucher.expired', r.id, p_at, jsonb_build_object('round', r.id,
    'campaign', c.code, 'kind', entitlement_kind(o.kind), 'count', o.pieces, 'fen', o.fen)) e;
  update voucher_expiry set told_ms = upto;
  return n;
end $$;
