-- What a node needs of the store is proved by doing it, what may be used once stands here, and whoever
-- numbers events or counts batches waits for those alone who can write into this database.

-- ---- readiness --------------------------------------------------------------------------------------
-- One row of each node, written again and again: room for that within its page.
create table node_pulse (
  node text primary key check (length(node) between 1 and 100),
  at   timestamptz not null
) with (fillfactor = 50);

-- ---- assertions -------------------------------------------------------------------------------------
-- Each is good for one token, whatever becomes of a cache. Kept until it could not be used anyway.
create table assertion_used (
  name_hash bytea primary key check (length(name_hash) = 32),
  until     timestamptz not null
);
create index assertion_used_until on assertion_used (until);

-- Uses a name; false if it was used before. Each use clears away a few that are over, so there are never
-- many more than are in force.
create function assertion_use(p_name_hash bytea, p_until timestamptz, p_now timestamptz)
returns boolean language plpgsql as $$
begin
  delete from assertion_used where name_hash in (
    select name_hash from assertion_used where until < p_now
    order by until limit 8 for update skip locked);
  insert into assertion_used (name_hash, until) values (p_name_hash, p_until) on conflict do nothing;
  return found;
end $$;

-- ---- who can still write ----------------------------------------------------------------------------
-- The oldest transaction with a number that was running when the statement began, leaving out those that
-- are certainly of another database; no row if there is none. A number belongs to one transaction for
-- ever, so it does not matter that locks and sessions are looked at a moment later: what is found to be
-- elsewhere was elsewhere, and what is not found any more is waited for once more. Of sessions the lock
-- on their number tells the process, and the process its database; a prepared transaction has no process.
create function oldest_writer() returns table (xid xid8, pid integer, name text) language sql stable as $$
  select x, l.pid, coalesce(a.application_name, 'prepared ' || p.gid, '')
  from pg_snapshot_xip(pg_current_snapshot()) x
  left join pg_prepared_xacts p on p.transaction = x::xid
  left join pg_locks l on l.locktype = 'transactionid' and l.transactionid = x::xid
    and l.mode = 'ExclusiveLock' and l.granted and l.pid is not null
  left join pg_stat_activity a on a.pid = l.pid
  where coalesce(p.database = current_database(), true)
    and coalesce(a.datid = (select oid from pg_database where datname = current_database()), true)
  order by x limit 1
$$;

-- All who can write into this database with a lesser number have ended, and the statement sees what they
-- wrote. Looks around only where some transaction runs.
create function writers_horizon() returns xid8 language sql stable as $$
  select case
    when pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot())
      then pg_snapshot_xmax(pg_current_snapshot())
    else coalesce((select xid from oldest_writer()), pg_snapshot_xmax(pg_current_snapshot())) end
$$;

-- As before, but where that leaves nothing to number it is asked whether those who run can write here at
-- all.
create or replace function feed_number(most_events integer)
  returns table (numbered integer, head bigint) language plpgsql as $$
declare
  c feed_cursor;
  h xid8 := pg_snapshot_xmin(pg_current_snapshot());
  looked boolean := false;
begin
  select * into strict c from feed_cursor;
  if c.place is null then
    loop
      if h > c.upto then  -- else nothing has ended since
        -- "offset 0": by the index on xid, not along the ids from the very first
        select min(o.id) - 1 into c.place from (
          select id from outbox
          where xid >= c.horizon and xid < h
            and (xid >= c.upto or not exists (select from feed_event f where f.outbox = id))
          offset 0) o;
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
