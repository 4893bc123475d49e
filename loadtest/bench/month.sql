-- A month of a city's transactions, in the rows that the ledger itself writes; receipts and signatures are not real. Four chains,
-- blocks of up to 64; one in twenty is refunded in part, one in fifty comes late over midnight. psql -v first=DAY -v rows=N
-- One day alone: called once for each, so that it can be told how far it is.
set synchronous_commit = off;

insert into chain (name, slot, head)
select 'month-' || g, 200 + g, sha256('month') from generate_series(1, 4) g on conflict (name) do nothing;

create temporary table till as
select row_number() over (order by t.id) - 1 as place, t.id as terminal, t.merchant
from terminal t join merchant m on m.id = t.merchant where m.status = 'LIVE' limit 4000;
create temporary table made on commit preserve rows as
with asked as (
  select g, g % 4 + 1 as nth, g / 4 / 64 as block, g / 4 % 64 as leaf from generate_series(0, :rows - 1) g),
placed as (
  select a.*, c.id as chain, c.slot, c.seq + 1 + a.block as seq,
    greatest(c.tick + 1, ((transaction_id_at((:'first'::date::timestamp + interval '7 hours') at time zone 'Asia/Shanghai')) >> 17))
      + a.block * (16 * 3600 * 8000::bigint / (:rows / 256 + 1)) as tick
  from asked a join chain c on c.name = 'month-' || a.nth)
select (p.tick << 17) | (p.slot::bigint << 9) | p.leaf as id, p.chain, p.seq, p.g, l.terminal, l.merchant,
  1000 + (hashint8(p.g) & 16383)::bigint as order_fen, 1 + (hashint8(p.g + 7) & 65535) as card
from placed p join till l on l.place = hashint8(p.g + 13) & 2047;

insert into block (chain, seq, first_id, size, kid, hash, signature, header)
select chain, seq, min(id), count(*), 'month', sha256('month'), '\x00', '\x00' from made group by chain, seq;

insert into transaction (id, chain, seq, type, terminal, merchant, card, order_fen, member_pays_fen, discount_fen, original,
  request_id, body, batch, effect, campaigns, payers, fens)
select id, chain, seq, 2, terminal, merchant, card, order_fen, order_fen - order_fen / 10, order_fen / 10, null,
  'month-' || id, convert_to('{"id":"' || id || '","form":1,"outcome":"APPROVED","type":"SALE","orderFen":' || order_fen
    || ',"say":"……………………………………………………………………"}', 'UTF8'), 1, 1, array[c.campaign, c.campaign],
  array[-c.org, merchant], array[order_fen / 10 - order_fen / 33, order_fen / 33]
from made m cross join (select min(id) as campaign, min(org) as org from campaign) c;

update chain c set seq = m.seq, tick = m.tick
from (select chain, max(seq) as seq, max(id >> 17) as tick from made group by chain) m where m.chain = c.id;
