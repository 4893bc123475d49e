-- Hints count sales: one that comes back in several parts is one that is undone, and what stands again because its undoing
-- was undone is no sale of its own (2 a sale, 5 a completion, 9 an offline sale).
create or replace function settlement_look(p_day date, p_at timestamptz, p_orders integer, p_margin integer, p_share integer,
  p_pair integer, p_undo integer, p_undo_minutes integer, p_minute integer, p_promise integer)
returns integer language plpgsql set jit = off set enable_nestloop = off as $$
declare
  made_now integer;
begin
  with share as materialized (select s.id, s.campaign, s.fen, s.funder from settlement_share(p_day) s),
  sold as materialized (
    select m.id, m.merchant, m.terminal, m.effect, m.original, m.type in (2, 5, 9) as is_sale, m.order_fen, m.card,
      coalesce(s.union_fen, 0) as union_fen, coalesce(s.own_fen, 0) as own_fen
    from settlement_member(p_day) m
    left join (
      select id, sum(abs(fen)) filter (where funder = 'UNION')::bigint as union_fen,
        sum(abs(fen)) filter (where funder = 'MERCHANT')::bigint as own_fen
      from share group by id) s on s.id = m.id
    where m.effect in (1, 3, -1)),
  paid as materialized (select * from sold where union_fen > 0),
  hint (kind, merchant, subject, count, fen, measured, allowed) as (
    select 'THRESHOLD', merchant, campaign, count(*) filter (where near), sum(union_fen) filter (where near),
      count(*) filter (where near) * 1000 / count(*), p_share
    from (
      select p.merchant, c.id as campaign, p.union_fen,
        p.order_fen <= (c.rule -> 'benefit' ->> 'thresholdFen')::bigint * (1000 + p_margin) / 1000 as near
      from paid p join share s on s.id = p.id and s.funder = 'UNION'
      join campaign c on c.id = s.campaign and c.rule -> 'benefit' ->> 'kind' = 'THRESHOLD'
      where p.is_sale) x
    group by merchant, campaign
    having count(*) filter (where near) >= p_orders
      and count(*) filter (where near) * 1000 >= count(*) * p_share
    union all
    select 'PAIR', merchant, 0, sum(n)::bigint, sum(fen)::bigint, max(n), p_pair
    from (select merchant, card, count(*) as n, sum(union_fen) as fen from paid
          where is_sale and card is not null group by merchant, card having count(*) >= p_pair) x
    group by merchant
    union all
    select 'UNDO', u.merchant, 0, count(distinct u.original), sum(u.union_fen)::bigint, count(distinct u.original), p_undo
    from paid u
    where u.effect = -1 and u.original is not null
      and (u.id >> 17) - (u.original >> 17) <= p_undo_minutes * 480000::bigint
    group by u.merchant having count(distinct u.original) >= p_undo
    union all
    select 'VELOCITY', merchant, terminal, sum(n)::bigint, sum(fen)::bigint, max(n), p_minute
    from (select merchant, terminal, (id >> 17) / 480000 as minute, count(*) as n, sum(union_fen) as fen
          from paid where is_sale group by 1, 2, 3 having count(*) >= p_minute) x
    group by merchant, terminal
    union all
    select 'PROMISE', s.merchant, 0, count(*), sum(s.own_fen)::bigint, sum(s.own_fen)::bigint * 10000 / greatest(sum(s.order_fen)::bigint, 1),
      p.basis_points
    from sold s
    cross join lateral (
      select basis_points from merchant_promise q where q.merchant = s.merchant and q.valid_from <= p_day
      order by q.valid_from desc limit 1) p
    where s.is_sale
    group by s.merchant, p.basis_points
    having count(*) >= p_promise and sum(s.own_fen) * 10000 < sum(s.order_fen) * p.basis_points),
  made as (
    insert into settlement_hint (day, kind, merchant, subject, count, fen, measured, allowed, at)
    select p_day, kind, merchant, subject, count, fen, measured, allowed, p_at from hint
    on conflict (day, kind, merchant, subject) do nothing
    returning id, kind, merchant)
  select count(*) into made_now
  from made cross join lateral merchant_event(merchant, 'settlement.hint', id, p_at,
    jsonb_build_object('kind', kind, 'day', p_day)) told;
  return made_now;
end $$;
