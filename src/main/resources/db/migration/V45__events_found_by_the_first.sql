-- A transaction's events are found by the first of them: the others of its block stand behind it, and cost no entry in the
-- index on xid. The first is one of leaf 0 (the last nine bits of a transaction's id), or one with data of its own, which
-- every other writer's has.
create index outbox_first on outbox (xid, id) where body is not null or subject & 511 = 0;
drop index outbox_xid;

-- The greatest id when the last sweep began: what it left behind lies from the barrier up to here.
alter table feed_cursor add column top bigint not null default 9223372036854775807;

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
          where (body is not null or subject & 511 = 0) and xid >= c.upto and xid < h
          offset 0) o;
        if c.horizon < c.upto then  -- what the sweep before has left
          select least(c.place, min(o.id) - 1) into c.place from (
            select id from outbox w
            where w.id >= c.barrier and w.id <= c.top
              and (w.xid >= c.horizon and w.xid < c.upto) is true
              and not exists (select from feed_event f where f.outbox = w.id)
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
      where o.id >= c.barrier and o.id <= c.top
        and (o.xid >= c.horizon and o.xid < c.upto) is true
        and not exists (select from feed_event f where f.outbox = o.id)
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

-- As before, but what is not numbered yet gets a number of the past, as what a sweep has left behind has: of a block that was
-- numbered in part the first event is no help.
create or replace function feed_adopt() returns void language plpgsql as $$
declare
  next xid8 := pg_snapshot_xmax(pg_current_snapshot());
begin
  if not exists (select from outbox where (body is not null or subject & 511 = 0) and xid >= next)
    and not exists (select from feed_cursor where upto > next) then
    return;
  end if;
  update outbox o
    set xid = case when exists (select from feed_event f where f.outbox = o.id) then '0'::xid8
      else '1'::xid8 end
    where o.xid >= next;
  update feed_cursor set horizon = '0', known = pg_current_xact_id(), upto = pg_current_xact_id(),
    barrier = 0, top = 9223372036854775807, place = null;
end $$;
