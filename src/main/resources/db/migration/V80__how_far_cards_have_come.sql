-- How far cards have come, counted where it happens: whoever looks reads counts, never the cards.

-- Stages: 1 registered, 2 verified, 3 bound, 4 activated, 5 first used; the enum progress.Stage says the same. A card that
-- has reached one has passed those before it.
create table progress_mark (
  card    bigint   primary key,
  -- of its member, and whether he is a worker in a new form of employment
  org     integer  not null,
  fresh   boolean  not null,
  -- the farthest ever reached
  stage   smallint not null check (stage between 1 and 5),
  -- a cancelled card counts nowhere
  counted boolean  not null
);

-- What is to be added to the counts. Whoever moves a card adds rows here and waits for nobody; they are folded in later.
create table progress_delta (
  id    bigint   primary key generated always as identity,
  org   integer  not null,
  stage smallint not null,
  day   date     not null,
  n     bigint   not null,
  fresh bigint   not null
);

-- What came to a stage on a day, less what left it: of a union's own members, or of its whole subtree.
create table progress_day (
  org   integer  not null,
  whole boolean  not null,
  stage smallint not null check (stage between 1 and 5),
  day   date     not null,
  n     bigint   not null,
  fresh bigint   not null,
  primary key (org, whole, stage, day)
);
create index progress_day_late on progress_day (day);

-- The sums of all days.
create table progress_standing (
  org   integer  not null,
  whole boolean  not null,
  stage smallint not null check (stage between 1 and 5),
  n     bigint   not null,
  fresh bigint   not null,
  primary key (org, whole, stage)
);

-- Up to this event of the feed first uses have been looked for.
create table progress_cursor (
  one boolean primary key default true check (one),
  seq bigint  not null
);
insert into progress_cursor (seq) values (0);

-- The day on which something counts: today in China, or the one that whoever loads older data names for his transaction
-- (set local ecard.progress_day).
create function progress_today() returns date language sql stable as $$
  select coalesce(nullif(current_setting('ecard.progress_day', true), '')::date,
    (now() at time zone 'Asia/Shanghai')::date)
$$;

-- How far a card must have come to be so.
create function progress_stage(p_status text, p_bound boolean) returns smallint language sql immutable as $$
  select (case when p_status in ('ACTIVE', 'SUSPENDED') then 4 when p_bound then 3 else 1 end)::smallint
$$;

-- Each of these cards, named once, is now so; a stage is never lost. What that changes of the counts is noted.
create function progress_apply(p_card bigint[], p_org integer[], p_fresh boolean[], p_stage smallint[],
  p_counted boolean[], p_day date) returns void language plpgsql as $$
begin
  if p_card is null then
    return;
  end if;
  -- in one order: two who mark the same cards wait for each other, and not in a circle
  perform from progress_mark where card = any (p_card) order by card for update;
  with given as (
    select * from unnest(p_card, p_org, p_fresh, p_stage, p_counted) as g (card, org, fresh, stage, counted)
  ), was as (
    select p.org, p.fresh, p.stage, p.counted from progress_mark p join given g on g.card = p.card
  ), became as (
    insert into progress_mark as p (card, org, fresh, stage, counted)
    select g.card, g.org, g.fresh, g.stage, g.counted from given g
    on conflict (card) do update set org = excluded.org, fresh = excluded.fresh, counted = excluded.counted,
      stage = greatest(p.stage, excluded.stage)
    returning p.org, p.fresh, p.stage, p.counted
  )
  insert into progress_delta (org, stage, day, n, fresh)
  select x.org, s, p_day, sum(x.n), coalesce(sum(x.n) filter (where x.fresh), 0)
  from (select org, fresh, stage, 1 as n from became where counted
    union all select org, fresh, stage, -1 from was where counted) x
  cross join lateral generate_series(1, x.stage) s
  group by x.org, s
  having sum(x.n) <> 0 or coalesce(sum(x.n) filter (where x.fresh), 0) <> 0;
end $$;

create function progress_card_added() returns trigger language plpgsql as $$
begin
  perform progress_apply(array_agg(c.serial), array_agg(m.org),
      array_agg(m.category = 'NEW_EMPLOYMENT_FORM'), array_agg(progress_stage(c.status, c.device_key is not null)),
      array_agg(c.status <> 'CANCELLED'), progress_today())
    from new_rows c join member m on m.id = c.member;
  return null;
end $$;
create trigger progress_card_added after insert on card referencing new table as new_rows
  for each statement execute function progress_card_added();

create function progress_card_changed() returns trigger language plpgsql as $$
begin
  perform progress_apply(array_agg(c.serial), array_agg(m.org),
      array_agg(m.category = 'NEW_EMPLOYMENT_FORM'), array_agg(progress_stage(c.status, c.device_key is not null)),
      array_agg(c.status <> 'CANCELLED'), progress_today())
    from new_rows c join old_rows o on o.serial = c.serial join member m on m.id = c.member
    where (c.status, c.device_key is null, c.member) is distinct from (o.status, o.device_key is null, o.member);
  return null;
end $$;
create trigger progress_card_changed after update on card referencing old table as old_rows new table as new_rows
  for each statement execute function progress_card_changed();

create function progress_card_removed() returns trigger language plpgsql as $$
begin
  perform progress_apply(array_agg(p.card), array_agg(p.org), array_agg(p.fresh), array_agg(p.stage),
      array_agg(false), progress_today())
    from old_rows c join progress_mark p on p.card = c.serial;
  delete from progress_mark p using old_rows c where p.card = c.serial;
  return null;
end $$;
create trigger progress_card_removed after delete on card referencing old table as old_rows
  for each statement execute function progress_card_removed();

-- Who is given a one-time code has shown a clerk who he is.
create function progress_card_verified() returns trigger language plpgsql as $$
begin
  perform progress_apply(array_agg(p.card), array_agg(p.org), array_agg(p.fresh), array_agg(2::smallint),
      array_agg(p.counted), progress_today())
    from new_rows e join progress_mark p on p.card = e.card where p.stage < 2;
  return null;
end $$;
create trigger progress_card_verified after insert on card_enrolment referencing new table as new_rows
  for each statement execute function progress_card_verified();

-- A member who goes to another union takes his cards with him, from that day on.
create function progress_member_changed() returns trigger language plpgsql as $$
begin
  perform progress_apply(array_agg(p.card), array_agg(m.org),
      array_agg(m.category = 'NEW_EMPLOYMENT_FORM'), array_agg(p.stage), array_agg(p.counted), progress_today())
    from new_rows m join old_rows o on o.id = m.id join card c on c.member = m.id
    join progress_mark p on p.card = c.serial
    where (m.org, m.category) is distinct from (o.org, o.category);
  return null;
end $$;
create trigger progress_member_changed after update on member referencing old table as old_rows new table as new_rows
  for each statement execute function progress_member_changed();

-- Folds what was noted into the counts; one at a time, whoever comes meanwhile has nothing to do. Gives how many rows.
create function progress_fold(p_most integer) returns bigint language plpgsql as $$
declare
  folded bigint;
begin
  if not pg_try_advisory_xact_lock(7305804411) then
    return 0;
  end if;
  with taken as (
    delete from progress_delta where id in (select id from progress_delta order by id limit p_most)
    returning org, stage, day, n, fresh
  ), rolled as (
    select a.org, a.whole, t.stage, t.day, sum(t.n) as n, sum(t.fresh) as fresh
    from taken t join org o on o.id = t.org
    cross join lateral (select o.id, false union all select unnest(o.path), true) a (org, whole)
    group by a.org, a.whole, t.stage, t.day
  ), days as (
    insert into progress_day as d (org, whole, stage, day, n, fresh)
    select org, whole, stage, day, n, fresh from rolled
    on conflict (org, whole, stage, day) do update set n = d.n + excluded.n, fresh = d.fresh + excluded.fresh
  ), standing as (
    insert into progress_standing as s (org, whole, stage, n, fresh)
    select org, whole, stage, sum(n), sum(fresh) from rolled group by org, whole, stage
    on conflict (org, whole, stage) do update set n = s.n + excluded.n, fresh = s.fresh + excluded.fresh
  )
  select count(*) into folded from taken;
  return folded;
end $$;

-- Adds up anew what lies below each union.
create function progress_roll_up() returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7305804411);
  delete from progress_day where whole;
  delete from progress_standing where whole;
  insert into progress_day (org, whole, stage, day, n, fresh)
  select a.org, true, d.stage, d.day, sum(d.n), sum(d.fresh)
  from progress_day d join org o on o.id = d.org cross join lateral unnest(o.path) a (org)
  group by a.org, d.stage, d.day;
  insert into progress_standing (org, whole, stage, n, fresh)
  select org, true, stage, sum(n), sum(fresh) from progress_day where whole group by org, stage;
end $$;

create function progress_org_moved() returns trigger language plpgsql as $$
begin
  if exists (select from new_rows n join old_rows o on o.id = n.id where n.path <> o.path) then
    perform progress_roll_up();
  end if;
  return null;
end $$;
create trigger progress_org_moved after update on org referencing old table as old_rows new table as new_rows
  for each statement execute function progress_org_moved();

-- Looks for first uses among the next events of the feed, which are final and in order; locks nothing that a sale needs.
-- One at a time. Gives how many events it has looked at.
create function progress_use(p_most integer) returns bigint language plpgsql as $$
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
      from feed_event e join outbox o on o.id = e.outbox join transaction t on t.id = o.subject
      left join transaction s on s.id = t.original
      join progress_mark p on p.card = coalesce(t.card, s.card)
      where e.seq > c and e.seq <= upto and t.effect in (1, 3) and t.refusal is null and p.stage < 5
        and o.kind in ('transaction.sale', 'transaction.advice', 'transaction.completion')
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

-- Marks every card as it is, and adds to the sums of today what is missing of them; for whoever was told by the audit that
-- they differ. Gives how many cards and how many sums were not as they should be.
create function progress_recount() returns table (cards bigint, sums bigint) language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7305804411);
  -- nobody moves a card meanwhile
  lock table progress_mark in share row exclusive mode;
  delete from progress_mark p where not exists (select from card c where c.serial = p.card);
  with given as (
    insert into progress_mark as p (card, org, fresh, stage, counted)
    select c.serial, m.org, m.category = 'NEW_EMPLOYMENT_FORM', progress_stage(c.status, c.device_key is not null),
      c.status <> 'CANCELLED'
    from card c join member m on m.id = c.member
    on conflict (card) do update set org = excluded.org, fresh = excluded.fresh, counted = excluded.counted,
      stage = greatest(p.stage, excluded.stage)
    where (p.org, p.fresh, p.counted) <> (excluded.org, excluded.fresh, excluded.counted) or p.stage < excluded.stage
    returning 1
  )
  select count(*) into cards from given;
  with counted as (
    select p.org, s.stage::smallint as stage, count(*) as n, count(*) filter (where p.fresh) as fresh
    from progress_mark p cross join lateral generate_series(1, p.stage) s (stage) where p.counted group by p.org, s.stage
  ), there as (
    select org, stage, sum(n) as n, sum(fresh) as fresh from (
      select org, stage, n, fresh from progress_day where not whole
      union all select org, stage, n, fresh from progress_delta) x
    group by org, stage
  ), given as (
    insert into progress_delta (org, stage, day, n, fresh)
    select coalesce(c.org, t.org), coalesce(c.stage, t.stage), progress_today(), coalesce(c.n, 0) - coalesce(t.n, 0),
      coalesce(c.fresh, 0) - coalesce(t.fresh, 0)
    from counted c full join there t on t.org = c.org and t.stage = c.stage
    where coalesce(c.n, 0) <> coalesce(t.n, 0) or coalesce(c.fresh, 0) <> coalesce(t.fresh, 0)
    returning 1
  )
  select count(*) into sums from given;
  delete from progress_standing where not whole;
  insert into progress_standing (org, whole, stage, n, fresh)
  select org, false, stage, sum(n), sum(fresh) from progress_day where not whole group by org, stage;
  perform progress_roll_up();
  return next;
end $$;

-- ---- what there is ----------------------------------------------------------------------------------
-- On which days it came about is known of phones and codes alone; what is not counts from today on. First uses are found
-- in the feed.
insert into progress_mark (card, org, fresh, stage, counted)
select c.serial, m.org, m.category = 'NEW_EMPLOYMENT_FORM',
  greatest(progress_stage(c.status, c.device_key is not null),
    case when p.card is not null then 4 when e.card is not null then 2 else 1 end)::smallint,
  c.status <> 'CANCELLED'
from card c join member m on m.id = c.member
left join card_phone p on p.card = c.serial left join card_enrolment e on e.card = c.serial;

insert into progress_delta (org, stage, day, n, fresh)
select k.org, s, least(progress_today(), (case when s > 2 then p.bound_at else least(e.issued_at, p.bound_at) end
    at time zone 'Asia/Shanghai')::date), count(*), count(*) filter (where k.fresh)
from progress_mark k
left join card_phone p on p.card = k.card left join card_enrolment e on e.card = k.card
cross join lateral generate_series(1, k.stage) s
where k.counted
group by 1, 2, 3;

select progress_fold(2147483647);
