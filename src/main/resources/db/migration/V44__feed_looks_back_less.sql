-- As before, but what was left behind is looked for only where something can have been: the transactions of a sweep are
-- not walked once more at its end.
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
    -- only what lies behind the barrier can be left; mostly there is none
    c.horizon := case when c.barrier = 9223372036854775807 then c.upto else coalesce((
      select o.xid from outbox o
      where o.xid >= c.horizon and o.xid < c.upto and o.id >= c.barrier
        and not exists (select from feed_event f where f.outbox = o.id)
      order by o.xid limit 1), c.upto) end;
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
