-- Whatever is used is counted once for each sale as long as it pays any fen of it: one element of a combination can come
-- back alone, and its count with it. Before, counts came back with the last fen of the whole sale. What stands of sales
-- that came back in part, and of which some benefit came back whole by that, is counted so from here on.
create temporary table element_gone on commit drop as
  select t.id as deal, t.merchant, t.card, transaction_day(t.id) as day, p.campaign, p.lot,
    grouping(p.lot) = 0 as of_lot
  from undo u join transaction t on t.id = u.original
  cross join lateral unnest(t.campaigns, t.fens, u.returned, coalesce(t.lots, array_fill(0::bigint, array[coalesce(cardinality(t.fens), 0)])))
    as p (campaign, fen, back, lot)
  where not u.whole
  group by grouping sets ((t.id, t.merchant, t.card, p.campaign), (t.id, t.merchant, t.card, p.campaign, p.lot))
  having sum(p.fen) = sum(p.back);

create temporary table count_gone on commit drop as
  select k.kind, k.holder, k.owner, g.day, count(*) as n
  from element_gone g left join card c on c.serial = g.card left join entitlement e on e.id = g.lot and g.of_lot
  cross join lateral (values (1, 0::bigint, g.campaign::bigint, not g.of_lot),
    (2, c.member, g.campaign::bigint, not g.of_lot and c.member is not null),
    (11, g.lot, g.merchant::bigint, e.kind = 3)) as k (kind, holder, owner, counts)
  where k.counts
  group by k.kind, k.holder, k.owner, g.day;

update allowance a set used_count = a.used_count - n.n, day_count = greatest(0, a.day_count - n.today)
from (
  select a.holder, a.kind, a.owner, sum(c.n) as n, coalesce(sum(c.n) filter (where c.day = a.day), 0) as today
  from count_gone c join allowance a on a.holder = c.holder and a.kind = c.kind and a.owner = c.owner
  group by a.holder, a.kind, a.owner) n
where a.holder = n.holder and a.kind = n.kind and a.owner = n.owner;

update entitlement e set used_count = e.used_count - n.n
from (select lot, count(*) as n from element_gone where of_lot and lot <> 0 group by lot) n
where e.id = n.lot;
