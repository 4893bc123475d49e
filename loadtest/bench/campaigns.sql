-- The campaigns of the benchmark: 20 that share the merchants among them, and one for all. Every sale gets
-- exactly one discount of two funders and is counted per member, so that it writes every kind of row.
-- psql variable which: 'spread' or 'hot'.
insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
select 9000 + n, 'BENCH-' || n, '压测活动' || n, o.id, 'bench', 'PAUSED', '2020-01-01', '2099-01-01',
  jsonb_build_object(
    'benefit', jsonb_build_object('kind', 'PERCENT', 'basisPoints', 1000, 'capFen', 2000),
    'funders', jsonb_build_array(
      jsonb_build_object('funder', 'UNION', 'org', o.id, 'shareBp', 7000),
      jsonb_build_object('funder', 'MERCHANT', 'shareBp', 3000)),
    'merchants', jsonb_build_object('ids',
      (select jsonb_agg(m.id) from merchant m where n = 0 or m.id % 20 + 1 = n)),
    'limits', jsonb_build_object('memberCount', 1000000))
from generate_series(0, 20) n cross join (select id from org where kind = 'CITY' order by id limit 1) o
on conflict (id) do nothing;
insert into allowance (holder, kind, owner, limit_fen)
select 0, 1, 9000 + n, 1000000000000 from generate_series(0, 20) n
on conflict do nothing;
update campaign set status = case
  when id = 9000 and :'which' = 'hot' then 'RUNNING'
  when id between 9001 and 9020 and :'which' = 'spread' then 'RUNNING'
  else 'PAUSED' end;
