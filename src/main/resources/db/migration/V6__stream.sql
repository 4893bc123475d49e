-- The stream back to the union: who subscribes, what is on its way to them, what is kept how long.

-- ---- retention ------------------------------------------------------------------------------------
-- Up to this number the events are gone; a reader that comes from before is told so.
alter table feed_cursor
  add column removed        bigint not null default 0 check (removed >= 0),
  add column removed_at     timestamptz,
  -- all events that are gone happened before this
  add column removed_before timestamptz,
  add constraint feed_cursor_removed check (removed <= seq),
  add constraint feed_cursor_removed_when
    check ((removed > 0) <= (removed_at is not null and removed_before is not null));

-- Where a merchant's own numbers go on when none of its events is left.
create table feed_removed (
  merchant     integer primary key,
  merchant_seq bigint  not null check (merchant_seq > 0)
);

-- ---- subscriptions --------------------------------------------------------------------------------
create table subscription (
  id           bigint  primary key generated always as identity,
  org          integer not null references org,
  kind         text    not null check (kind in ('WEBHOOK', 'KAFKA')),
  -- a URL, or the topic
  target       text    not null,
  -- the only kinds of events wanted; empty = all
  kinds        text[]  not null check (cardinality(kinds) <= 32),
  status       text    not null check (status in ('ACTIVE', 'DISABLED')),
  reason       text    check (reason in ('STAFF', 'GONE', 'EXHAUSTED')),
  -- the feed has been looked through for it up to here
  position     bigint  not null check (position >= 0),
  created_at   timestamptz not null,
  -- when it last took an event
  succeeded_at timestamptz,
  constraint subscription_reason check ((status = 'DISABLED') = (reason is not null)),
  constraint subscription_target check (case kind
    when 'WEBHOOK' then target ~ '^https?://[^[:space:]]+$' and length(target) <= 1000
    else target ~ '^[A-Za-z0-9._-]{1,249}$' end)
);
create index subscription_org on subscription (org);
create unique index subscription_topic on subscription (target) where kind = 'KAFKA';

-- What a webhook's messages are signed with, wrapped under the key-encryption key. Several sign at
-- once while one takes the place of another.
create table subscription_key (
  id           bigint primary key generated always as identity,
  subscription bigint not null references subscription on delete cascade,
  algorithm    text   not null check (algorithm in ('HMAC-SHA256', 'ED25519')),
  wrapped      bytea  not null,
  public_key   bytea  check (length(public_key) = 32),
  created_at   timestamptz not null,
  -- signs no longer from here on; null = for good
  until        timestamptz check (until >= created_at),
  check ((public_key is not null) = (algorithm = 'ED25519'))
);
create index subscription_key_of on subscription_key (subscription, id);

-- ---- deliveries -----------------------------------------------------------------------------------
-- What is still to be delivered to a webhook, and what it did not want. Merchant 0: the word that
-- events were removed before they could be delivered; seq is then the last one removed.
create table delivery (
  subscription bigint  not null references subscription on delete cascade,
  seq          bigint  not null,
  merchant     integer not null check (merchant >= 0),
  -- WAITING: behind another one of its merchant. DUE: the first of its merchant. DEAD: given up
  status       text    not null check (status in ('WAITING', 'DUE', 'DEAD')),
  attempts     integer not null default 0 check (attempts between 0 and 10),
  first_at     timestamptz,
  due          timestamptz,
  primary key (subscription, seq),
  constraint delivery_due check ((status = 'DUE') = (due is not null))
);
-- In order per merchant: one is on its way, the others wait. No program can send two at once.
create unique index delivery_first on delivery (subscription, merchant) where status = 'DUE';
create index delivery_by_time on delivery (subscription, due, seq) where status = 'DUE';
create index delivery_line on delivery (subscription, merchant, seq)
  where status in ('WAITING', 'DUE');
create index delivery_dead on delivery (subscription, seq) where status = 'DEAD';

-- Every attempt, for whoever asks why something did not arrive.
create table delivery_attempt (
  id           bigint  primary key generated always as identity,
  subscription bigint  not null references subscription on delete cascade,
  seq          bigint  not null,
  attempt      integer not null check (attempt between 1 and 11),
  at           timestamptz not null,
  took_ms      integer not null check (took_ms >= 0),
  -- of the answer; 0 = there was none
  http_status  integer not null check (http_status between 0 and 999),
  outcome      text    not null check (outcome in ('DELIVERED', 'RETRY', 'DEAD', 'GONE', 'EXHAUSTED')),
  problem      text    check (length(problem) between 1 and 200),
  next_at      timestamptz,
  check ((next_at is not null) = (outcome = 'RETRY'))
);
create index delivery_attempt_of on delivery_attempt (subscription, id);
create index delivery_attempt_at on delivery_attempt (at);

-- The first of a merchant that waits becomes due, unless another one is.
create function delivery_promote(p_subscription bigint, p_merchant integer, p_at timestamptz)
returns void language plpgsql as $$
declare
  first delivery;
begin
  select * into first from delivery
    where subscription = p_subscription and merchant = p_merchant and status in ('WAITING', 'DUE')
    order by seq limit 1;
  if first.status = 'WAITING' and not exists (select from delivery
      where subscription = p_subscription and merchant = p_merchant and status = 'DUE') then
    update delivery set status = 'DUE', due = p_at
      where subscription = first.subscription and seq = first.seq;
  end if;
end $$;

-- Tells a subscriber that events up to a number are gone.
create function delivery_reset(p_subscription bigint, p_removed bigint, p_at timestamptz)
returns void language plpgsql as $$
begin
  delete from delivery where subscription = p_subscription and merchant = 0;
  insert into delivery (subscription, seq, merchant, status, due)
  values (p_subscription, p_removed, 0, 'DUE', p_at);
end $$;

-- Puts the next events of the feed on their way to one webhook, but never more than so many, so
-- that a subscriber which takes none costs a bounded number of rows. Gives how many.
create function delivery_plan(p_subscription bigint, p_waiting integer, p_scan integer,
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
    join outbox o on o.id = e.outbox
    join org a on a.id = e.authorising_org
    join org g on g.id = e.signing_org
    where e.seq > s.position and e.seq <= upto
      and (s.org = any (a.path) or s.org = any (g.path))
      and (cardinality(s.kinds) = 0 or o.kind = any (s.kinds))
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

-- Writes down what became of attempts, and lets the next ones go. p_next is null when the schedule
-- is at its end. An event that a subscriber does not want while it takes others is dead; a
-- subscriber that took none all that time is switched off, and nothing of it is lost.
create function delivery_record(p_subscription bigint[], p_seq bigint[], p_outcome text[],
  p_at timestamptz[], p_took_ms integer[], p_http_status integer[], p_problem text[],
  p_next timestamptz[]) returns void language plpgsql as $$
declare
  o record;
  d delivery;
  s subscription;
  verdict text;
begin
  perform from subscription where id = any (p_subscription) order by id for update;
  for o in select * from unnest(p_subscription, p_seq, p_outcome, p_at, p_took_ms, p_http_status,
      p_problem, p_next) with ordinality
      as u (subscription, seq, outcome, at, took_ms, http_status, problem, next_at, nth)
      order by nth loop
    select * into d from delivery
      where subscription = o.subscription and seq = o.seq and status = 'DUE';
    continue when d.seq is null;  -- begun anew or removed meanwhile
    select * into strict s from subscription where id = o.subscription;
    verdict := case
      when o.outcome in ('DELIVERED', 'GONE') then o.outcome
      when o.next_at is not null then 'RETRY'
      when s.succeeded_at >= d.first_at then 'DEAD'
      else 'EXHAUSTED' end;
    if verdict = 'DELIVERED' then
      delete from delivery where subscription = d.subscription and seq = d.seq;
      update subscription set succeeded_at = greatest(succeeded_at, o.at) where id = s.id;
    else
      update delivery set attempts = least(attempts + 1, 10), first_at = coalesce(first_at, o.at),
          status = case verdict when 'DEAD' then 'DEAD' else 'DUE' end,
          due = case verdict when 'DEAD' then null when 'RETRY' then o.next_at else due end
        where subscription = d.subscription and seq = d.seq;
    end if;
    if verdict in ('GONE', 'EXHAUSTED') then
      update subscription set status = 'DISABLED', reason = verdict
        where id = s.id and status = 'ACTIVE';
    end if;
    if verdict in ('DELIVERED', 'DEAD') then
      perform delivery_promote(d.subscription, d.merchant, o.at);
    end if;
    insert into delivery_attempt
      (subscription, seq, attempt, at, took_ms, http_status, outcome, problem, next_at)
    values (d.subscription, d.seq, d.attempts + 1, o.at, o.took_ms, o.http_status, verdict,
      o.problem, case verdict when 'RETRY' then o.next_at end);
  end loop;
end $$;

-- Goes back: what lies behind a number is delivered once more, in order.
create function delivery_rewind(p_subscription bigint, p_after bigint, p_at timestamptz)
returns void language plpgsql as $$
declare
  freed integer[];
  one integer;
begin
  perform from subscription where id = p_subscription for update;
  with gone as (
    delete from delivery where subscription = p_subscription and seq > p_after returning merchant
  )
  select coalesce(array_agg(distinct merchant), '{}') into freed from gone;
  foreach one in array freed loop
    perform delivery_promote(p_subscription, one, p_at);
  end loop;
  update subscription set position = least(position, p_after) where id = p_subscription;
end $$;

-- The place behind which all lies that happened since a time, and perhaps a little more: events are
-- numbered about as they happen, so the place is found by halving, a minute early.
create function feed_place(p_since timestamptz) returns bigint language plpgsql stable as $$
declare
  low bigint;
  high bigint;
  middle bigint;
  seen timestamptz;
begin
  select removed, seq into strict low, high from feed_cursor;
  while low < high loop
    middle := low + (high - low) / 2 + 1;
    select o.at into seen from feed_event e join outbox o on o.id = e.outbox where e.seq = middle;
    if seen is null or seen >= p_since - interval '1 minute' then
      high := middle - 1;
    else
      low := middle;
    end if;
  end loop;
  return low;
end $$;

-- Removes the oldest events, at most so many, as long as they happened before a time. Subscribers
-- that had not got them yet are told so. Gives how many.
create function feed_remove(p_before timestamptz, p_most integer, p_at timestamptz)
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
    select e.seq, o.at from feed_event e join outbox o on o.id = e.outbox
    where e.seq > c.removed order by e.seq limit p_most
  )
  select coalesce((select min(seq) - 1 from front where at >= p_before), max(seq), c.removed)
    into last from front;
  if last <= c.removed then
    return 0;
  end if;
  insert into feed_removed (merchant, merchant_seq)
    select merchant, max(merchant_seq) from feed_event where seq > c.removed and seq <= last
    group by merchant
  on conflict (merchant) do update set merchant_seq = excluded.merchant_seq;
  delete from outbox where id in (
    select outbox from feed_event where seq > c.removed and seq <= last);
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

-- As before, but for a merchant none of whose events is left: its numbers go on behind the last one
-- removed.
create or replace function feed_number(most_events integer)
  returns table (numbered integer, head bigint) language plpgsql as $$
declare
  c feed_cursor;
  h xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  select * into strict c from feed_cursor;
  if c.place is null then
    if h <= c.upto then  -- nothing has ended since
      return query select 0, c.seq;
      return;
    end if;
    -- "offset 0": by the index on xid, not along the ids from the very first
    select min(o.id) - 1 into c.place from (
      select id from outbox
      where xid >= c.horizon and xid < h
        and (xid >= c.upto or not exists (select from feed_event f where f.outbox = id))
      offset 0) o;
    if c.place is null then
      return query select 0, c.seq;
      return;
    end if;
    c.known := c.upto;
    c.upto := h;
    select coalesce(min(o.id), 9223372036854775807) into c.barrier
      from (select id from outbox where xid >= h offset 0) o;
  end if;

  with due as (
    select o.id, o.merchant from outbox o
    where o.id > c.place and o.id < c.barrier
      -- not for the index on xid: the sweep walks the ids
      and (o.xid >= c.horizon and o.xid < c.upto) is true
      and (o.xid >= c.known or not exists (select from feed_event f where f.outbox = o.id))
    order by o.id
    limit most_events
  ), placed as (
    select d.id, d.merchant,
      row_number() over (order by d.id) as n,
      row_number() over (partition by d.merchant order by d.id) as nth
    from due d
  ), based as (
    select p.id, p.merchant, p.n, p.nth,
      max(case when p.nth = 1 then coalesce((
          select f.merchant_seq from feed_event f where f.merchant = p.merchant
          order by f.merchant_seq desc limit 1), (
          select r.merchant_seq from feed_removed r where r.merchant = p.merchant), 0) end)
        over (partition by p.merchant) as base
    from placed p
  ), made as (
    insert into feed_event (seq, outbox, merchant, merchant_seq, authorising_org, signing_org)
    select c.seq + b.n, b.id, b.merchant, b.base + b.nth, m.authorising_org, m.signing_org
    -- left: an event of no known merchant must stop the feed aloud, not vanish from it
    from based b left join merchant m on m.id = b.merchant
    returning outbox
  )
  select count(*), coalesce(max(made.outbox), c.place) into numbered, c.place from made;

  c.seq := c.seq + numbered;
  if numbered < most_events then
    c.place := null;
    c.horizon := coalesce((
      select o.xid from outbox o
      where o.xid >= c.horizon and o.xid < c.upto and o.id >= c.barrier
        and not exists (select from feed_event f where f.outbox = o.id)
      order by o.xid limit 1), c.upto);
    c.known := c.upto;
  end if;
  update feed_cursor set seq = c.seq, horizon = c.horizon, known = c.known, upto = c.upto,
    barrier = c.barrier, place = c.place;
  if numbered > 0 then
    perform pg_notify('feed', c.seq::text);
  end if;
  head := c.seq;
  return next;
end $$;
