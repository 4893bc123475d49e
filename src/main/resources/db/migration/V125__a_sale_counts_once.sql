-- A sale counts for each campaign once as long as that pays any fen of it (as allowances count since V105): it is one
-- sale more on the day on which it stands, and one less on the day on which the last of it came back, never in between.
-- Before, a day took off one sale for each part that came back, and put one on for each that was undone in its turn.

-- what became of a purchase: few transactions follow another
create index transaction_original on transaction (original) where original is not null;

comment on column campaign_day.sales is 'sales that it paid of at the end of the day less those at its beginning';

-- What campaigns paid of some sales and completed holds, by all that belongs to settled days up to that one.
create function campaign_paid(p_deals bigint[], p_day date) returns table (deal bigint, campaign integer, fen bigint)
language sql stable set jit = off set enable_nestloop = on as $$
  select d.id, p.campaign, sum(p.fen)::bigint
  from unnest(p_deals) as d (id)
  cross join lateral (
    select id, chain, seq, effect, campaigns, fens from transaction t where t.id = d.id
    union all
    select id, chain, seq, effect, campaigns, fens from transaction t where t.original = d.id and t.id > d.id) t
  join settlement_fence f on f.day = p_day and f.chain = t.chain
  cross join lateral unnest(t.campaigns, t.fens) as p (campaign, fen)
  where abs(t.effect) in (1, 3) and t.id < settlement_begin(p_day + 1) and t.seq <= f.seq
  group by d.id, p.campaign
$$;

create or replace function campaign_day_keep(p_day date) returns void language sql set jit = off set enable_nestloop = off as $$
  with moved as materialized (
    select coalesce(m.original, m.id) as deal, s.campaign, sum(s.fen) as fen, bool_or(m.original is not null) as follows
    from settlement_share(p_day) s join settlement_member(p_day) m on m.id = s.id join campaign c on c.id = s.campaign
    group by coalesce(m.original, m.id), s.campaign),
  before as materialized (
    select * from campaign_paid((select array_agg(distinct deal) from moved where follows), p_day - 1))
  insert into campaign_day (campaign, day, fen, sales)
  select m.campaign, p_day, sum(m.fen),
    count(*) filter (where coalesce(b.fen, 0) + m.fen > 0) - count(*) filter (where b.fen > 0)
  from moved m left join before b on b.deal = m.deal and b.campaign = m.campaign
  group by m.campaign
$$;

-- Days that were booked before are counted anew, all in one pass.
with booked as (select max(day) as upto from settlement_close where state <> 'FENCED'),
moved as (
  select coalesce(t.original, t.id) as deal, p.campaign, coalesce(l.day, settlement_stamped(t.id)) as day, sum(p.fen) as fen
  from booked b
  join transaction t on abs(t.effect) in (1, 3) and t.id < settlement_begin(b.upto + 1)
  join settlement_fence f on f.day = b.upto and f.chain = t.chain and t.seq <= f.seq
  left join settlement_late l on l.transaction = t.id
  cross join lateral unnest(t.campaigns, t.fens) as p (campaign, fen)
  group by 1, 2, 3),
stood as (
  select campaign, day, fen, sum(fen) over (partition by deal, campaign order by day) as after from moved),
counted as (
  select campaign, day, count(*) filter (where after > 0) - count(*) filter (where after > fen) as sales
  from stood group by campaign, day)
update campaign_day d set sales = c.sales
from counted c where c.campaign = d.campaign and c.day = d.day and c.sales <> d.sales;
