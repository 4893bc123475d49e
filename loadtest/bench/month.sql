-- Whether all who count a month's money come to the same, to the fen, day by day; called by month.sh with what tills and bank said on
-- standard input (day,what,fen). The rows of the ledger are summed here in the plainest way, by none of the product's views and
-- functions: a transaction belongs to the day that its number is stamped with, or to the next one if the slow node committed it.
\set QUIET on
set jit = off;
create temporary table told (day text, what text, fen bigint);
\copy told from pstdin csv

create temporary table said as
select day::date,
  coalesce(max(fen) filter (where what = 'moved'), 0) as moved,
  coalesce(max(fen) filter (where what = 'order'), 0) as order_fen,
  coalesce(max(fen) filter (where what = 'member'), 0) as member_fen,
  coalesce(max(fen) filter (where what = 'discount'), 0) as discount_fen,
  coalesce(max(fen) filter (where what = 'tills'), 0) as tills_fen,
  coalesce(max(fen) filter (where what = 'bank.told'), 0) as told_fen,
  coalesce(max(fen) filter (where what = 'bank.paid'), 0) as paid_fen,
  coalesce(max(fen) filter (where what = 'bank.rejected'), 0) as rejected_fen
from told where day <> 'cases' group by day;

create temporary table rows as
select (to_timestamp((1767225600000 + (t.id >> 17) / 8) / 1000.0) at time zone 'Asia/Shanghai')::date + (c.name = 'late.0')::int as day,
  count(*) as moved, sum(sign(t.effect) * t.order_fen)::bigint as order_fen, sum(sign(t.effect) * t.member_pays_fen)::bigint as member_fen,
  sum(p.unions)::bigint as union_fen, sum(p.own)::bigint as own_fen
from transaction t join chain c on c.id = t.chain
cross join lateral (
  select coalesce(sum(fen) filter (where payer < 0), 0) as unions, coalesce(sum(fen) filter (where payer > 0), 0) as own
  from unnest(t.payers, t.fens) as a (payer, fen)) p
where t.effect in (1, 3, -1, -3)
group by 1;

create temporary table stated as
select day, kind, sum(sales + returns)::bigint as moved, sum(sales_fen - returns_fen)::bigint as order_fen,
  sum(sales_member_fen - returns_member_fen)::bigint as member_fen, sum(sales_own_fen - returns_own_fen)::bigint as own_fen,
  sum(sales_union_fen - returns_union_fen)::bigint as union_fen
from statement group by day, kind;

create temporary table booked as
select day, sum(case when debit = 'SUBSIDY' then fen else -fen end)::bigint as union_fen from book_entry where source = 'CLOSE' group by day;

-- by the day up to which a batch pays
create temporary table paid as
select b.through as day, sum(p.fen) filter (where p.state <> 'LEFT')::bigint as told_fen,
  coalesce(sum(p.fen) filter (where p.state = 'PAID'), 0)::bigint as paid_fen,
  coalesce(sum(p.fen) filter (where p.state = 'REJECTED'), 0)::bigint as rejected_fen
from payment p join payment_batch b on b.id = p.batch where b.approved_at is not null group by 1;

create temporary table moved as
select b.through as day,
  sum(case when e.source = 'PAYMENT' then case when e.credit = 'TRANSIT' then e.fen else -e.fen end end)::bigint as told_fen,
  coalesce(sum(case 'BANK' when e.credit then e.fen when e.debit then -e.fen end), 0)::bigint as paid_fen,
  coalesce(sum(case when e.source = 'RESULT' and 'OWED' in (e.debit, e.credit) then case when e.credit = 'OWED' then e.fen else -e.fen end end), 0)::bigint
    as rejected_fen
from book_entry e join payment_batch b on b.id = e.batch group by 1;

create temporary table counted as
select (closed_at at time zone 'Asia/Shanghai')::date as day, sum(debit_fen - credit_fen)::bigint as tills_fen from batch_close group by 1;

create temporary table verdict as
select s.day, s.moved, s.order_fen, r.union_fen, r.own_fen, s.told_fen, s.paid_fen, s.rejected_fen,
  sum(b.union_fen) over w - sum(m.paid_fen) over w as owed_fen,
  array_remove(array[
    case when (s.moved, s.order_fen, s.member_fen, s.discount_fen) is distinct from (r.moved, r.order_fen, r.member_fen, r.union_fen + r.own_fen)
      then 'what tills were told' end,
    case when s.tills_fen is distinct from s.order_fen then 'what tills counted' end,
    case when c.tills_fen is distinct from s.order_fen then 'batches of tills' end,
    case when (a.moved, a.order_fen, a.member_fen, a.own_fen, a.union_fen)
      is distinct from (r.moved, r.order_fen, r.member_fen, r.own_fen, r.union_fen) then 'statements of merchants' end,
    case when (u.moved, u.order_fen, u.member_fen, u.own_fen, u.union_fen)
      is distinct from (r.moved, r.order_fen, r.member_fen, r.own_fen, r.union_fen) then 'statements of unions' end,
    case when f.union_fen is distinct from r.union_fen then 'statements of who pays' end,
    case when b.union_fen is distinct from r.union_fen then 'books' end,
    case when (p.told_fen, p.paid_fen, p.rejected_fen) is distinct from (s.told_fen, s.paid_fen, s.rejected_fen) then 'payments' end,
    case when (m.told_fen, m.paid_fen, m.rejected_fen) is distinct from (s.told_fen, s.paid_fen, s.rejected_fen) then 'books of payments' end
  ], null) as wrong
from said s
full join rows r using (day)
left join stated a on a.day = s.day and a.kind = 'MERCHANT'
left join stated u on u.day = s.day and u.kind = 'UNION'
left join stated f on f.day = s.day and f.kind = 'FUNDER'
left join booked b on b.day = s.day
left join paid p on p.day = s.day
left join moved m on m.day = s.day
left join counted c on c.day = s.day
window w as (order by s.day);

select day || ': ' || moved || ' moved ' || yuan(order_fen) || ' yuan, of which unions bear ' || yuan(union_fen) || ' and merchants ' || yuan(own_fen)
  || '; told to banks ' || yuan(told_fen) || ', paid ' || yuan(paid_fen) || ', rejected ' || yuan(rejected_fen) || ', owed since ' || yuan(owed_fen::bigint)
  || case when wrong = '{}' then ': all agree' else ': DIFFERENT ' || array_to_string(wrong, ', ') end
from verdict order by day;
select 'the month: ' || sum(moved) || ' moved ' || yuan(sum(order_fen)::bigint) || ' yuan; unions bear ' || yuan(sum(union_fen)::bigint)
  || ' = statements = books = paid ' || yuan(sum(paid_fen)::bigint) || ' + owed ' || yuan((sum(union_fen) - sum(paid_fen))::bigint)
from verdict;
create temporary table used as
select kind, (select count(*) from transaction t where t.effect = 1 and t.campaigns && k.ids) as n
from (
  select coalesce(grants ->> 'kind', rule -> 'benefit' ->> 'kind') as kind, array_agg(id) as ids
  from campaign where status = 'RUNNING' group by 1) k;
select 'sales with a benefit of the kind: ' || string_agg(kind || ' ' || n, ', ' order by kind) from used;
select 'differences found: ' || string_agg(what || ' ' || n, ', ' order by what)
from (select what, sum(fen) as n from told where day = 'cases' group by 1) k;

-- and of every merchant: what is owed and paid by the books is what the rows say
create temporary table unlike as
select coalesce(r.merchant, o.merchant) as merchant from (
  select t.merchant, sum(a.fen) as fen from transaction t cross join lateral unnest(t.payers, t.fens) as a (payer, fen)
  where t.effect in (1, 3, -1, -3) and a.payer < 0 group by 1) r
full join (
  select merchant, sum(case 'SUBSIDY' when debit then fen when credit then -fen else 0 end) as fen,
    sum(case 'OWED' when credit then fen when debit then -fen else 0 end) + sum(case 'TRANSIT' when credit then fen when debit then -fen else 0 end)
      + sum(case 'BANK' when credit then fen when debit then -fen else 0 end) as told
  from book_entry group by 1) o on o.merchant = r.merchant
where coalesce(r.fen, 0) <> coalesce(o.fen, 0) or coalesce(o.fen, 0) <> coalesce(o.told, 0);
do $$
begin
  if exists (select from verdict where wrong <> '{}') or exists (select from unlike) or not exists (select from verdict) then
    raise exception 'the sums differ: % days, % merchants', (select count(*) from verdict where wrong <> '{}'), (select count(*) from unlike);
  end if;
  if exists (select from used where n = 0) and (select sum(moved) from verdict) > 100000 then
    raise exception 'of a kind of benefit nothing was used in all that time';
  end if;
end $$;
