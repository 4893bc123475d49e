-- A look at a merchant costs the same whatever has been said of it: voices are kept as they stand and
-- counted by day. Derived from the reviews; what is decided is counted anew from those.

-- ---- how voices are counted -----------------------------------------------------------------------
-- Rule 1: a member's voice is what he said last. Rule 2: it is his newest review, as it stands; so a
-- voice has the day of its review for good and leaves the window as one. Decisions keep their rule.
alter table supervision_decision
  add column rule smallint not null default 1 check (rule in (1, 2));

drop function supervision_voices(integer, timestamptz, timestamptz, bigint);
create function supervision_voices(p_merchant integer, p_from timestamptz, p_to timestamptz,
  p_upto bigint, p_rule smallint)
returns table (reviews integer, payers integer, bad integer, bad_reviews bigint[])
language sql stable as $$
  select count(*)::integer, count(*) filter (where nth = 1)::integer,
    count(*) filter (where nth = 1 and stars <= 2)::integer,
    coalesce(array_agg(id order by id) filter (where nth = 1 and stars <= 2), '{}')
  from (
    select r.id, e.stars, row_number() over (partition by r.payer
      order by case p_rule when 1 then e.seq else r.id end desc) as nth
    from review r cross join lateral (
      select e.seq, e.stars from review_edition e
      where e.review = r.id and e.seq <= p_upto order by e.edition desc limit 1) e
    where r.merchant = p_merchant and r.posted_at > p_from and (p_rule = 2 or r.posted_at <= p_to)
  ) said
$$;

create function supervision_day_of(p_at timestamptz) returns date language sql immutable as $$
  select (p_at at time zone 'Asia/Shanghai')::date
$$;

-- Whole days of the calendar, today among them; and since the merchant was let back.
create function supervision_from(p_merchant integer, p_at timestamptz, p_days integer)
returns timestamptz language sql stable as $$
  select greatest(((supervision_day_of(p_at) - p_days + 1)::timestamp at time zone 'Asia/Shanghai')
    - interval '1 microsecond', supervision_restart(p_merchant))
$$;

-- ---- the tally ------------------------------------------------------------------------------------
-- Who may write here holds the merchant's row.
create table supervision_tally (
  merchant integer primary key references merchant,
  -- what was posted by then counts no more
  since    timestamptz not null
);

create table supervision_voice (
  merchant  integer not null references merchant,
  payer     bigint  not null references member,
  review    bigint  not null references review,
  posted_at timestamptz not null,
  day       date    not null,
  bad       boolean not null,
  primary key (merchant, payer)
);

create table supervision_day (
  merchant integer not null references merchant,
  day      date    not null,
  payers   integer not null check (payers >= 0),
  bad      integer not null check (bad between 0 and payers),
  primary key (merchant, day)
) with (fillfactor = 70);

create function supervision_hears() returns trigger language plpgsql as $$
declare
  r review;
  v supervision_voice;
  d date;
begin
  select * into strict r from review where id = new.review;
  select * into v from supervision_voice where merchant = r.merchant and payer = r.payer;
  if v.review > r.id or exists (select from supervision_tally t
      where t.merchant = r.merchant and t.since >= r.posted_at) then
    return null;
  end if;
  d := supervision_day_of(r.posted_at);
  if v.review is not null then
    update supervision_day set payers = payers - 1, bad = bad - v.bad::integer
      where merchant = r.merchant and day = v.day;
  end if;
  insert into supervision_day values (r.merchant, d, 1, (new.stars <= 2)::integer)
    on conflict (merchant, day) do update
    set payers = supervision_day.payers + 1, bad = supervision_day.bad + excluded.bad;
  insert into supervision_voice
    values (r.merchant, r.payer, r.id, r.posted_at, d, new.stars <= 2)
    on conflict (merchant, payer) do update set review = excluded.review,
      posted_at = excluded.posted_at, day = excluded.day, bad = excluded.bad;
  return null;
end $$;
create trigger supervision_hears after insert on review_edition
  for each row execute function supervision_hears();

-- Begins anew where the merchant was let back since the last look: decisions that stood end, and what
-- was said before counts no more.
create function supervision_begins(p_merchant integer) returns void language plpgsql as $$
declare
  r timestamptz := supervision_restart(p_merchant);
begin
  update supervision_decision set ended_at = greatest(r, at), ended_why = 'RESTARTED'
    where merchant = p_merchant and ended_at is null and at <= r;
  if r is null or exists (select from supervision_tally where merchant = p_merchant and since >= r) then
    return;
  end if;
  insert into supervision_tally values (p_merchant, r)
    on conflict (merchant) do update set since = excluded.since;
  delete from supervision_voice where merchant = p_merchant and posted_at <= r;
  delete from supervision_day where merchant = p_merchant;
  insert into supervision_day
    select merchant, day, count(*), count(*) filter (where bad)
    from supervision_voice where merchant = p_merchant group by merchant, day;
end $$;

create view supervision_voice_again as
select distinct on (r.merchant, r.payer) r.merchant, r.payer, r.id as review, r.posted_at,
  supervision_day_of(r.posted_at) as day, e.bad
from review r
left join supervision_tally t on t.merchant = r.merchant
cross join lateral (select stars <= 2 as bad from review_edition e where e.review = r.id
  order by e.edition desc limit 1) e
where r.posted_at > coalesce(t.since, '-infinity')
order by r.merchant, r.payer, r.id desc;

insert into supervision_tally
  select id, r from merchant, lateral supervision_restart(id) r where r is not null;
insert into supervision_voice select * from supervision_voice_again;
insert into supervision_day
  select merchant, day, count(*), count(*) filter (where bad) from supervision_voice
  group by merchant, day;
