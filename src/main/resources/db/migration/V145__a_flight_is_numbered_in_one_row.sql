-- What a row of the outbox tells is numbered in one row, too: the number of its first event, and each merchant's own numbers in an
-- array. A row for each event, with its entries in the indexes, cost a tenth of a sale. Numbers and ids stay as they were.

-- A row of the outbox that is numbered; its events have their numbers one behind the other. Who supervises is kept as it was then.
-- No foreign keys: the rows are made from the referenced ones in one statement, and checking each again locks them.
create table feed_row (
  -- of its first event
  seq              bigint    primary key,
  outbox           bigint    not null unique,
  -- of each event in the order of the leaves; the merchants are the outbox row's, so that whoever reads one merchant's can pass by
  merchants        integer[] not null,
  merchant_seqs    bigint[]  not null,
  authorising_orgs integer[] not null,
  signing_orgs     integer[] not null,
  -- an event of no known merchant must stop the feed aloud, not vanish from it
  check (array_position(authorising_orgs, null) is null and array_position(signing_orgs, null) is null)
);
-- In the row itself, not beside it: whoever reads it needs them.
alter table feed_row
  alter merchants set storage main,
  alter merchant_seqs set storage main,
  alter authorising_orgs set storage main,
  alter signing_orgs set storage main;

-- A merchant's own numbers that there are: behind those removed, up to the last. Written with each round that numbers an event of
-- the merchant: room for that within its page.
create table feed_merchant (
  merchant     integer primary key,
  merchant_seq bigint  not null default 0 check (merchant_seq >= 0),
  removed      bigint  not null default 0 check (removed between 0 and merchant_seq)
) with (fillfactor = 50);

insert into feed_row (seq, outbox, merchants, merchant_seqs, authorising_orgs, signing_orgs)
select e.first, e.outbox, e.merchants, e.merchant_seqs, e.authorising_orgs, e.signing_orgs
from (
  select min(seq) as first, max(seq) as last, outbox_of(outbox) as outbox, array_agg(merchant order by outbox) as merchants,
    array_agg(merchant_seq order by outbox) as merchant_seqs, array_agg(authorising_org order by outbox) as authorising_orgs,
    array_agg(signing_org order by outbox) as signing_orgs
  from feed_event group by outbox_of(outbox)) e
join outbox o on o.id = e.outbox and coalesce(o.merchants, array[o.merchant]) = e.merchants
where e.last - e.first + 1 = cardinality(e.merchants)
order by e.first;

do $$
begin
  if (select count(*) from feed_event) <> (select coalesce(sum(cardinality(merchant_seqs)), 0) from feed_row) then
    raise exception 'the feed contradicts itself: audit it with the release before';
  end if;
end $$;

insert into feed_merchant (merchant, merchant_seq, removed)
select merchant, max(merchant_seq), max(removed) from (
  select merchant, max(merchant_seq) as merchant_seq, 0 as removed from feed_event group by merchant
  union all select merchant, merchant_seq, merchant_seq from feed_removed) f
group by merchant;

drop table feed_event;
drop table feed_removed;
drop function feed_event_of_org();

-- Each event that is numbered. "first" is the number of the first of its row, "merchants" are all of that; a transaction's event has no
-- body, its row says all of it.
create view feed_event as
  select f.seq as first, f.merchants, f.seq + l.leaf as seq, f.outbox + l.leaf as outbox, l.merchant, l.merchant_seq, l.authorising_org,
    l.signing_org, coalesce(o.kind, transaction_kind(l.type)) as kind, o.subject + l.leaf as subject, o.at, o.body
  from feed_row f
  join outbox o on o.id = f.outbox
  -- not a function in the from list: that would keep the rows of each apart first
  cross join lateral (
    select generate_series(0, cardinality(f.merchants) - 1) as leaf, unnest(f.merchants) as merchant, unnest(f.merchant_seqs) as merchant_seq,
      unnest(f.authorising_orgs) as authorising_org, unnest(f.signing_orgs) as signing_org,
      unnest(coalesce(o.types, array[null::smallint])) as type) l;

-- Those behind a number, up to another; by "first" and "seq" they come in their order without being sorted all.
create function feed_events(p_after bigint, p_upto bigint) returns setof feed_event language sql stable as $$
  select e.* from feed_event e
  where e.first >= coalesce((select max(f.seq) from feed_row f where f.seq <= p_after + 1), p_after) and e.first <= p_upto
    and e.seq > p_after and e.seq <= p_upto
$$;

-- As before, but a row for each of the outbox, and the last number of each merchant moved on.
create or replace function feed_number(most_events integer)
  returns table (numbered integer, head bigint) language plpgsql as $$
declare
  c feed_cursor;
  h xid8 := pg_snapshot_xmin(pg_current_snapshot());
  looked boolean := false;
  due bigint[] := '{}';
  line record;
begin
  select * into strict c from feed_cursor;
  if c.place is null then
    loop
      if h > c.upto then  -- else nothing has ended since
        -- "offset 0": by the index on xid, not along the ids from the very first
        select min(o.id) - 1 into c.place from (
          select id from outbox
          where (body is not null or subject & 511 = 0) and xid >= c.upto and xid < h
          offset 0) o;
        if c.horizon < c.upto then  -- what the sweep before has left
          select least(c.place, min(o.id) - 1) into c.place from (
            select id from outbox w
            where w.id >= c.barrier and w.id <= c.top
              and (w.xid >= c.horizon and w.xid < c.upto) is true
              and not exists (select from feed_row f where f.outbox = w.id)
            offset 0) o;
        end if;
      end if;
      exit when c.place is not null or looked;
      looked := true;
      h := writers_horizon();
    end loop;
    if c.place is null then
      return query select 0, c.seq;
      return;
    end if;
    c.known := c.upto;
    c.upto := h;
    select coalesce(max(id), 0) into c.top from outbox;
    select coalesce(min(o.id), 9223372036854775807) into c.barrier from (
      select id from outbox
      where (body is not null or subject & 511 = 0) and xid >= h
      offset 0) o;
  end if;

  numbered := 0;
  for line in
    select o.id, coalesce(cardinality(o.merchants), 1) as events from outbox o
    where o.id > c.place and o.id < c.barrier
      -- not for the index on xid: the sweep walks the ids
      and (o.xid >= c.horizon and o.xid < c.upto) is true
      and (o.xid >= c.known or not exists (select from feed_row f where f.outbox = o.id))
    order by o.id
    limit most_events
  loop
    due := due || line.id;
    numbered := numbered + line.events;
    exit when numbered >= most_events;
  end loop;

  -- before the merchants' numbers, as whoever removes events does
  perform from feed_cursor for update;
  insert into feed_merchant (merchant)
  select distinct l.merchant
  from outbox o cross join lateral unnest(coalesce(o.merchants, array[o.merchant])) as l (merchant)
  where o.id = any (due)
  on conflict do nothing;
  with told as (
    select l.merchant, array_agg(o.id order by o.id, l.n) as ids, array_agg(l.n order by o.id, l.n) as leaves
    from outbox o cross join lateral unnest(coalesce(o.merchants, array[o.merchant])) with ordinality as l (merchant, n)
    where o.id = any (due)
    group by l.merchant
  ), moved as (
    update feed_merchant f set merchant_seq = f.merchant_seq + cardinality(t.ids) from told t where f.merchant = t.merchant
    returning f.merchant, f.merchant_seq - cardinality(t.ids) as before, t.ids, t.leaves
  ), placed as (
    -- what is about no merchant is told under the union that it is for
    select l.id, l.leaf, n.merchant, n.before + l.nth as merchant_seq,
      case when n.merchant < 0 then -n.merchant else m.authorising_org end as authorising_org,
      case when n.merchant < 0 then -n.merchant else m.signing_org end as signing_org
    from moved n
    left join merchant m on m.id = n.merchant
    cross join lateral unnest(n.ids, n.leaves) with ordinality as l (id, leaf, nth)
  )
  insert into feed_row (seq, outbox, merchants, merchant_seqs, authorising_orgs, signing_orgs)
  select c.seq + 1 + sum(count(*)) over (order by p.id) - count(*), p.id, array_agg(p.merchant order by p.leaf),
    array_agg(p.merchant_seq order by p.leaf), array_agg(p.authorising_org order by p.leaf), array_agg(p.signing_org order by p.leaf)
  from placed p
  group by p.id;

  c.seq := c.seq + numbered;
  c.place := coalesce(due[cardinality(due)], c.place);
  if numbered < most_events then
    c.place := null;
    -- only what lies behind the barrier can be left; mostly there is none
    c.horizon := case when c.barrier = 9223372036854775807 then c.upto else coalesce((
      select o.xid from outbox o
      where o.id >= c.barrier and o.id <= c.top
        and (o.xid >= c.horizon and o.xid < c.upto) is true
        and not exists (select from feed_row f where f.outbox = o.id)
      order by o.xid limit 1), c.upto) end;
    c.known := c.upto;
  end if;
  update feed_cursor set seq = c.seq, horizon = c.horizon, known = c.known, upto = c.upto,
    barrier = c.barrier, top = c.top, place = c.place;
  if numbered > 0 then
    perform pg_notify('feed', c.seq::text);
  end if;
  head := c.seq;
  return next;
end $$;

create or replace function feed_adopt() returns void language plpgsql as $$
declare
  next xid8 := pg_snapshot_xmax(pg_current_snapshot());
begin
  if not exists (select from outbox where (body is not null or subject & 511 = 0) and xid >= next)
    and not exists (select from feed_cursor where upto > next) then
    return;
  end if;
  update outbox o
    set xid = case when exists (select from feed_row f where f.outbox = o.id) then '0'::xid8 else '1'::xid8 end
    where o.xid >= next;
  update feed_cursor set horizon = '0', known = pg_current_xact_id(), upto = pg_current_xact_id(),
    barrier = 0, top = 9223372036854775807, place = null;
end $$;

create or replace function feed_place(p_since timestamptz) returns bigint language plpgsql stable as $$
declare
  low bigint;
  high bigint;
  middle bigint;
  seen timestamptz;
begin
  select removed, seq into strict low, high from feed_cursor;
  while low < high loop
    middle := low + (high - low) / 2 + 1;
    select o.at into seen from (select outbox from feed_row where seq <= middle order by seq desc limit 1) f
      join outbox o on o.id = f.outbox;
    if seen is null or seen >= p_since - interval '1 minute' then
      high := middle - 1;
    else
      low := middle;
    end if;
  end loop;
  return low;
end $$;

create or replace function feed_remove(p_before timestamptz, p_most integer, p_at timestamptz)
returns integer language plpgsql as $$
declare
  c feed_cursor;
  s record;
  last bigint;
  lost boolean;
  freed integer[];
  one integer;
begin
  select * into strict c from feed_cursor for update;
  -- rows that begin within so many events; a row goes whole
  with front as (
    select f.seq, f.seq + cardinality(f.merchant_seqs) - 1 as upto, o.at
    from feed_row f join outbox o on o.id = f.outbox
    where f.seq > c.removed and f.seq <= c.removed + p_most
  )
  select coalesce((select min(seq) - 1 from front where at >= p_before), max(upto), c.removed)
    into last from front;
  if last <= c.removed then
    return 0;
  end if;
  update feed_merchant m set removed = e.merchant_seq
    from (select merchant, max(merchant_seq) as merchant_seq from feed_events(c.removed, last) group by merchant) e
    where m.merchant = e.merchant;
  delete from outbox where id in (select outbox from feed_row where seq > c.removed and seq <= last);
  delete from feed_row where seq > c.removed and seq <= last;
  update feed_cursor set removed = last, removed_at = p_at,
    removed_before = greatest(removed_before, p_before);
  for s in select id, position from subscription where kind = 'WEBHOOK' order by id for update loop
    with gone as (
      delete from delivery where subscription = s.id and seq <= last returning merchant, status
    )
    select coalesce(bool_or(status <> 'DEAD'), false), coalesce(array_agg(distinct merchant), '{}')
      into lost, freed from gone;
    if lost or s.position < last then
      perform delivery_reset(s.id, last, p_at);
      update subscription set position = greatest(position, last) where id = s.id;
    end if;
    foreach one in array freed loop
      perform delivery_promote(s.id, one, p_at);
    end loop;
  end loop;
  return last - c.removed;
end $$;

create or replace function delivery_plan(p_subscription bigint, p_waiting integer, p_scan integer,
  p_at timestamptz) returns integer language plpgsql as $$
declare
  s subscription;
  c feed_cursor;
  room integer;
  upto bigint;
  last bigint;
  added integer;
begin
  select * into s from subscription
    where id = p_subscription and kind = 'WEBHOOK' and status = 'ACTIVE' for update;
  select * into strict c from feed_cursor;
  if s.id is null or s.position >= c.seq then
    return 0;
  end if;
  if s.position < c.removed then
    perform delivery_reset(s.id, c.removed, p_at);
    s.position := c.removed;
    update subscription set position = s.position where id = s.id;
  end if;
  select p_waiting - count(*) into room from (
    select from delivery where subscription = s.id and status in ('WAITING', 'DUE')
    limit p_waiting) d;
  if room <= 0 then
    return 0;
  end if;
  upto := least(c.seq, s.position + p_scan);
  with page as (
    select e.seq, e.merchant
    from feed_events(s.position, upto) e
    join org a on a.id = e.authorising_org
    join org g on g.id = e.signing_org
    where (s.org = any (a.path) or s.org = any (g.path))
      and (cardinality(s.kinds) = 0 or e.kind = any (s.kinds))
    order by e.first, e.seq limit room
  ), placed as (
    select p.seq, p.merchant,
      row_number() over (partition by p.merchant order by p.seq) = 1
        and not exists (select from delivery d where d.subscription = s.id
          and d.merchant = p.merchant and d.status in ('WAITING', 'DUE')) as first
    from page p
  ), made as (
    insert into delivery (subscription, seq, merchant, status, due)
    select s.id, p.seq, p.merchant, case when p.first then 'DUE' else 'WAITING' end,
      case when p.first then p_at end
    from placed p
    returning seq
  )
  select count(*), max(made.seq) into added, last from made;
  update subscription set position = case when added = room then last else upto end
    where id = s.id;
  return added;
end $$;

create or replace function progress_use(p_most integer) returns bigint language plpgsql as $$
declare
  c bigint;
  f feed_cursor;
  upto bigint;
  d record;
begin
  select seq into c from progress_cursor for update skip locked;
  if c is null then
    return 0;
  end if;
  select * into strict f from feed_cursor;
  c := greatest(c, f.removed);
  upto := least(f.seq, c + p_most);
  if upto <= c then
    return 0;
  end if;
  for d in
    with used as (
      select p.card, min(transaction_day(t.id)) as day
      from feed_events(c, upto) e join transaction t on t.id = e.subject
      left join transaction s on s.id = t.original
      join progress_mark p on p.card = coalesce(t.card, s.card)
      where t.effect in (1, 3) and t.refusal is null and p.stage < 5
        and e.kind in ('transaction.sale', 'transaction.advice', 'transaction.completion')
      group by p.card
    )
    select u.day, array_agg(p.card) as card, array_agg(p.org) as org, array_agg(p.fresh) as fresh,
      array_agg(5::smallint) as stage, array_agg(p.counted) as counted
    from used u join progress_mark p on p.card = u.card group by u.day
  loop
    perform progress_apply(d.card, d.org, d.fresh, d.stage, d.counted, date '1970-01-01' + d.day);
  end loop;
  update progress_cursor set seq = upto;
  return upto - c;
end $$;

-- Whoever asked it reads the kind from the view.
drop function event_kind(outbox, bigint);
