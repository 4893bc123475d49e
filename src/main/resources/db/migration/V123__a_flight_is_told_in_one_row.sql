-- A flight's transactions are told by one row of the outbox, which names the merchant and the kind of each leaf; a row and its
-- index entries for each of them cost more than what they say. An event's number is its row's and its leaf: rows lie 512
-- apart from 2^40 up, so both are found in the number. What was written before has the numbers that it had.

-- The leaf of an event in its row, and that row.
create function event_leaf(id bigint) returns integer language sql immutable as $$
  select case when id < 1099511627776 then 0 else (id & 511)::integer end
$$;
create function outbox_of(id bigint) returns bigint language sql immutable as $$ select id - event_leaf(id) $$;

-- What is told of a transaction: of its type, and of none when it was refused.
create function transaction_kind(type smallint) returns text language sql immutable as $$
  select (array['transaction.refused', null, 'transaction.sale', 'transaction.reversal', 'transaction.hold', 'transaction.completion',
    'transaction.release', 'transaction.void', 'transaction.refund', 'transaction.advice', 'transaction.release'])[type + 1]
$$;

alter table outbox
  -- of each leaf of the flight, from 0 on: the merchant, and the type or 0 for a refusal; subject is then that of leaf 0
  add column merchants integer[],
  add column types     smallint[],
  alter column kind drop not null,
  alter column merchant drop not null,
  drop constraint outbox_told,
  add constraint outbox_told check (case when merchants is null
    then types is null and merchant is not null and kind is not null and (body is not null or starts_with(kind, 'transaction.'))
    else kind is null and merchant is null and body is null and cardinality(merchants) between 1 and 512
      and cardinality(types) = cardinality(merchants) and subject & 511 = 0 and id >= 1099511627776 end),
  add constraint outbox_apart check (event_leaf(id) = 0),
  alter column id set start with 1099511627776 set increment by 512 restart;

-- The kind of an event of that row.
create function event_kind(o outbox, id bigint) returns text language sql immutable as $$
  select coalesce(o.kind, transaction_kind(o.types[event_leaf(id) + 1]))
$$;

-- Each event with its data, for people, tests and tools.
create or replace view event as
  select o.id + l.n - 1 as id, o.xid, coalesce(o.kind, transaction_kind(l.type)) as kind, l.merchant, o.subject + l.n - 1 as subject, o.at,
    coalesce(o.body, (
      select transaction_data(t.body, t.effect, t.payers, t.fens) from transaction t where t.id = o.subject + l.n - 1)) as body
  from outbox o
  cross join lateral unnest(coalesce(o.merchants, array[o.merchant]), coalesce(o.types, array[null::smallint]))
    with ordinality as l (merchant, type, n);

-- The events of a row are numbered together, so the first is found where the others are.
create unique index feed_event_first on feed_event (outbox) where event_leaf(outbox) = 0;
alter table feed_event drop constraint feed_event_outbox_key;

-- As before, but row by row: a round takes whole rows until it has so many events.
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
              and not exists (select from feed_event f where f.outbox = w.id and event_leaf(f.outbox) = 0)
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
      and (o.xid >= c.known
        or not exists (select from feed_event f where f.outbox = o.id and event_leaf(f.outbox) = 0))
    order by o.id
    limit most_events
  loop
    due := due || line.id;
    numbered := numbered + line.events;
    exit when numbered >= most_events;
  end loop;

  with told as (
    select o.id + l.n - 1 as id, l.merchant
    from outbox o cross join lateral unnest(coalesce(o.merchants, array[o.merchant])) with ordinality as l (merchant, n)
    where o.id = any (due)
  ), placed as (
    select d.id, d.merchant,
      row_number() over (order by d.id) as n,
      row_number() over (partition by d.merchant order by d.id) as nth
    from told d
  ), based as (
    select p.id, p.merchant, p.n, p.nth,
      max(case when p.nth = 1 then coalesce((
          select f.merchant_seq from feed_event f where f.merchant = p.merchant
          order by f.merchant_seq desc limit 1), (
          select r.merchant_seq from feed_removed r where r.merchant = p.merchant), 0) end)
        over (partition by p.merchant) as base
    from placed p
  )
  insert into feed_event (seq, outbox, merchant, merchant_seq, authorising_org, signing_org)
  select c.seq + b.n, b.id, b.merchant, b.base + b.nth, m.authorising_org, m.signing_org
  -- left: an event of no known merchant must stop the feed aloud, not vanish from it
  from based b left join merchant m on m.id = b.merchant;

  c.seq := c.seq + numbered;
  c.place := coalesce(due[cardinality(due)], c.place);
  if numbered < most_events then
    c.place := null;
    -- only what lies behind the barrier can be left; mostly there is none
    c.horizon := case when c.barrier = 9223372036854775807 then c.upto else coalesce((
      select o.xid from outbox o
      where o.id >= c.barrier and o.id <= c.top
        and (o.xid >= c.horizon and o.xid < c.upto) is true
        and not exists (select from feed_event f where f.outbox = o.id and event_leaf(f.outbox) = 0)
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
    set xid = case when exists (select from feed_event f where f.outbox = o.id and event_leaf(f.outbox) = 0) then '0'::xid8
      else '1'::xid8 end
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
    select o.at into seen from feed_event e join outbox o on o.id = outbox_of(e.outbox) where e.seq = middle;
    if seen is null or seen >= p_since - interval '1 minute' then
      high := middle - 1;
    else
      low := middle;
    end if;
  end loop;
  return low;
end $$;

-- As before, but a row goes whole: at most so many, and what else the last one tells.
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
  with front as (
    select e.seq, o.at from feed_event e join outbox o on o.id = outbox_of(e.outbox)
    where e.seq > c.removed order by e.seq limit p_most
  )
  select coalesce((select min(seq) - 1 from front where at >= p_before), max(seq), c.removed)
    into last from front;
  if last <= c.removed then
    return 0;
  end if;
  select max(e.seq) into last
    from feed_event l join feed_event e on e.seq between l.seq and l.seq + 511 and outbox_of(e.outbox) = outbox_of(l.outbox)
    where l.seq = last;
  insert into feed_removed (merchant, merchant_seq)
    select merchant, max(merchant_seq) from feed_event where seq > c.removed and seq <= last
    group by merchant
  on conflict (merchant) do update set merchant_seq = excluded.merchant_seq;
  delete from outbox where id in (
    select outbox_of(outbox) from feed_event where seq > c.removed and seq <= last);
  delete from feed_event where seq > c.removed and seq <= last;
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
    from feed_event e
    join outbox o on o.id = outbox_of(e.outbox)
    join org a on a.id = e.authorising_org
    join org g on g.id = e.signing_org
    where e.seq > s.position and e.seq <= upto
      and (s.org = any (a.path) or s.org = any (g.path))
      and (cardinality(s.kinds) = 0 or event_kind(o, e.outbox) = any (s.kinds))
    order by e.seq limit room
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
      from feed_event e join outbox o on o.id = outbox_of(e.outbox) join transaction t on t.id = o.subject + event_leaf(e.outbox)
      left join transaction s on s.id = t.original
      join progress_mark p on p.card = coalesce(t.card, s.card)
      where e.seq > c and e.seq <= upto and t.effect in (1, 3) and t.refusal is null and p.stage < 5
        and event_kind(o, e.outbox) in ('transaction.sale', 'transaction.advice', 'transaction.completion')
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
