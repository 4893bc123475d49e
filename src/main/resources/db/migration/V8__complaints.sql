-- Complaints with clocks in working days, the whistle-blowing lane, issue tickets that go up level by
-- level and whose answers come down again.

-- ---- working days ---------------------------------------------------------------------------------
-- Days that are not what their weekday says: holidays, and weekends worked instead. A correction is
-- a row more; what was in force before stays to be read.
create table holiday_calendar (
  day        date not null,
  kind       text not null check (kind in ('WORKDAY', 'HOLIDAY')),
  -- the notice that says so
  source     text not null check (length(source) between 1 and 200),
  valid_from date not null,
  valid_to   date check (valid_to > valid_from),
  primary key (day, valid_from)
);
insert into holiday_calendar (day, kind, source, valid_from)
select d::date, 'HOLIDAY', '国务院办公厅关于2026年部分节假日安排的通知', date '2025-11-04'
from (values ('2026-01-01', '2026-01-03'), ('2026-02-15', '2026-02-23'), ('2026-04-04', '2026-04-06'),
  ('2026-05-01', '2026-05-05'), ('2026-06-19', '2026-06-21'), ('2026-09-25', '2026-09-27'),
  ('2026-10-01', '2026-10-07')) h (first, last),
  generate_series(h.first::timestamp, h.last::timestamp, interval '1 day') d
union all
select d::date, 'WORKDAY', '国务院办公厅关于2026年部分节假日安排的通知', date '2025-11-04'
from unnest(array['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']) d;

-- How long a step may take. The most particular row that is in force counts; '*' is any.
create table complaint_limit (
  kind       text    not null check (kind in ('*', 'QUALITY', 'SERVICE', 'AFTER_SALES', 'MONEY',
               'LABOUR', 'PRIVACY', 'CORRUPTION')),
  severity   text    not null check (severity in ('*', 'GENERAL', 'DIFFICULT', 'COMPLEX')),
  clock      text    not null check (clock in ('ACCEPT', 'ANSWER', 'EXTEND', 'CONFIRM', 'ESCALATE')),
  amount     integer not null check (amount between 1 and 400),
  unit       text    not null check (unit in ('WORKING_HOURS', 'WORKING_DAYS')),
  source     text    not null check (length(source) between 1 and 200),
  valid_from date    not null,
  valid_to   date    check (valid_to > valid_from),
  primary key (kind, severity, clock, valid_from)
);
insert into complaint_limit (kind, severity, clock, amount, unit, source, valid_from) values
  ('*', '*', 'ACCEPT', 1, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'GENERAL', 'ANSWER', 3, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'DIFFICULT', 'ANSWER', 10, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'COMPLEX', 'ANSWER', 30, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'GENERAL', 'EXTEND', 3, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'DIFFICULT', 'EXTEND', 10, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', 'COMPLEX', 'EXTEND', 30, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', '*', 'CONFIRM', 5, 'WORKING_DAYS', 'default', '2026-01-01'),
  ('*', '*', 'ESCALATE', 8, 'WORKING_HOURS', 'default', '2026-01-01');

-- ---- complaints -----------------------------------------------------------------------------------
-- The state machine as a table; the class voice.ComplaintStep says the same.
create table complaint_transition (
  step       text not null,
  from_state text not null,
  to_state   text not null,
  primary key (step, from_state, to_state)
);
insert into complaint_transition
select step, f, coalesce(nullif(to_state, '='), f)
from (values
  ('OPEN', '{NONE}', 'OPENED'),
  ('ACCEPT', '{OPENED,ESCALATED}', 'ACCEPTED'),
  ('ASK', '{ACCEPTED}', 'ANSWERING'),
  ('ANSWER', '{ANSWERING}', 'ANSWERED'),
  ('SATISFY', '{ANSWERED}', 'SATISFIED'),
  ('DISSATISFY', '{ANSWERED}', 'UNSATISFIED'),
  ('ESCALATE', '{OPENED,ACCEPTED,ANSWERING,UNSATISFIED,ESCALATED}', 'ESCALATED'),
  ('TRANSFER', '{OPENED,ACCEPTED,ESCALATED}', '='),
  ('EXTEND', '{ACCEPTED,ANSWERING}', '='),
  ('CHASE', '{OPENED,ACCEPTED,ANSWERING,UNSATISFIED,ESCALATED}', '='),
  ('OVERDUE', '{OPENED,ACCEPTED,ANSWERING,UNSATISFIED,ESCALATED}', '='),
  ('RELAY', '{OPENED,ACCEPTED,ANSWERING,ANSWERED,SATISFIED,UNSATISFIED,ESCALATED,CLOSED}', '='),
  ('WITHDRAW', '{OPENED,ACCEPTED,ANSWERING,ANSWERED,UNSATISFIED,ESCALATED}', 'WITHDRAWN'),
  ('CLOSE', '{ANSWERED,SATISFIED,UNSATISFIED}', 'CLOSED')
) t (step, from_states, to_state), unnest(t.from_states::text[]) f;

create table complaint (
  id          bigint  primary key generated always as identity,
  -- by chance, so that a number missing from a list tells nothing
  no          char(12) not null unique check (no ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  lane        text    not null check (lane in ('OPEN', 'WHISTLE')),
  kind        text    not null check (kind in ('QUALITY', 'SERVICE', 'AFTER_SALES', 'MONEY', 'LABOUR',
                'PRIVACY', 'CORRUPTION')),
  severity    text    not null check (severity in ('GENERAL', 'DIFFICULT', 'COMPLEX')),
  state       text    not null check (state in ('OPENED', 'ACCEPTED', 'ANSWERING', 'ANSWERED',
                'SATISFIED', 'UNSATISFIED', 'ESCALATED', 'CLOSED', 'WITHDRAWN')),
  merchant    integer references merchant,
  -- who has to act
  owner       integer not null references org,
  -- whistle-blowing: the unions it is about, which never learn of it
  concerned   integer[] not null default '{}',
  -- the purchase it comes from
  transaction bigint,
  text        text    not null check (length(text) between 1 and 2000),
  token_hash  bytea   not null check (length(token_hash) = 32),
  -- who opened it for somebody; null: the opener himself
  staff       integer references staff,
  opened_at   timestamptz not null,
  -- null: no clock runs
  deadline    timestamptz,
  overdue_at  timestamptz,
  extended    boolean not null default false,
  chases      integer not null default 0,
  -- whether the answer says that the complaint is right
  upheld      boolean,
  closed_at   timestamptz,
  constraint complaint_lane check ((lane = 'WHISTLE') = (kind = 'CORRUPTION')
    and (lane = 'WHISTLE') = (cardinality(concerned) > 0)),
  constraint complaint_is_about check (merchant is not null or lane = 'WHISTLE'),
  constraint complaint_ends check ((state in ('CLOSED', 'WITHDRAWN')) = (closed_at is not null)
    and (closed_at is null or deadline is null)),
  constraint complaint_chases check (chases between 0 and 20)
);
create index complaint_owner on complaint (owner, id);
create index complaint_merchant on complaint (merchant, id);
create index complaint_deadline on complaint (deadline) where deadline is not null;
-- a purchase has one open complaint of a kind
create unique index complaint_once on complaint (transaction, kind) where closed_at is null;

create table complaint_step (
  id              bigint  primary key generated always as identity,
  complaint       bigint  not null references complaint,
  step            text    not null,
  from_state      text    not null,
  to_state        text    not null,
  hand            text    not null check (hand in ('OPENER', 'STAFF', 'GATEWAY')),
  staff           integer references staff,
  owner_before    integer not null references org,
  owner_after     integer not null references org,
  at              timestamptz not null,
  deadline_before timestamptz,
  deadline_after  timestamptz,
  text            text    check (length(text) between 1 and 2000),
  foreign key (step, from_state, to_state) references complaint_transition,
  constraint complaint_step_hand check ((hand = 'STAFF') = (staff is not null)),
  constraint complaint_step_moves check (owner_before = owner_after
    or step in ('ESCALATE', 'TRANSFER'))
);
create index complaint_step_of on complaint_step (complaint, id);
create unique index complaint_extended_once on complaint_step (complaint) where step = 'EXTEND';
-- One level at a time, whatever the program thinks.
create function complaint_step_up() returns trigger language plpgsql as $$
begin
  if new.owner_after is distinct from (select parent from org where id = new.owner_before) then
    raise exception 'a complaint goes up one level at a time' using errcode = 'EC014';
  end if;
  return new;
end $$;
create trigger complaint_step_up before insert on complaint_step for each row
  when (new.step = 'ESCALATE') execute function complaint_step_up();
create function complaint_step_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'steps of a complaint are only ever added to' using errcode = 'EC011';
end $$;
create trigger complaint_step_is_kept before update or delete or truncate on complaint_step
  for each statement execute function complaint_step_is_kept();

-- Evidence lies elsewhere; here is where, and what it has to be.
create table complaint_evidence (
  id         bigint  primary key generated always as identity,
  complaint  bigint  not null references complaint,
  reference  text    not null check (length(reference) between 1 and 200),
  digest     bytea   not null check (length(digest) = 32),
  size_bytes integer not null check (size_bytes between 1 and 1000000000),
  media_type text    not null check (media_type ~ '^[a-z]+/[a-z0-9.+-]{1,80}$'),
  -- null: the opener
  staff      integer references staff,
  at         timestamptz not null,
  unique (complaint, digest)
);

-- Who a tip goes to: the lowest union that stands above all it is about; null where none does.
create function complaint_above(p_concerned integer[]) returns integer
language sql stable as $$
  select o.id from org o
  where not o.id = any (p_concerned)
    and not exists (select from org c where c.id = any (p_concerned) and not o.id = any (c.path))
  order by cardinality(o.path) desc limit 1
$$;

-- No union that a tip is about, and none below it, ever has it.
create function complaint_keeps_out() returns trigger language plpgsql as $$
begin
  if exists (select from org o where o.id = new.owner and o.path && new.concerned) then
    raise exception 'the union concerned is kept out' using errcode = 'EC015';
  end if;
  return new;
end $$;
create trigger complaint_keeps_out before insert or update of owner, concerned on complaint
  for each row when (new.lane = 'WHISTLE') execute function complaint_keeps_out();

-- Whether a union may know of a complaint: the union that has it and those above; in the open lane
-- those, too, that answer for the merchant.
create function complaint_seen(p_lane text, p_owner integer, p_merchant integer, p_viewer integer)
returns boolean language sql stable as $$
  select org_within(p_owner, p_viewer) or (p_lane = 'OPEN' and exists (
    select from merchant m
    where m.id = p_merchant and (org_within(m.authorising_org, p_viewer)
      or org_within(m.signing_org, p_viewer))))
$$;

-- ---- issue tickets --------------------------------------------------------------------------------
create table ticket (
  id          bigint  primary key generated always as identity,
  no          char(12) not null unique check (no ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  kind        text    not null check (kind in ('PROBLEM', 'SUGGESTION')),
  title       text    not null check (length(title) between 1 and 100),
  text        text    not null check (length(text) between 1 and 2000),
  -- who reported it, and who has it now: the same or one above
  origin      integer not null references org,
  holder      integer not null references org,
  -- the ticket that speaks for it, of whom it was merged
  merged_into bigint  references ticket check (merged_into <> id),
  state       text    not null check (state in ('OPEN', 'MERGED', 'ANSWERED')),
  staff       integer not null references staff,
  opened_at   timestamptz not null,
  answered_at timestamptz,
  constraint ticket_merged check (state <> 'MERGED' or merged_into is not null),
  constraint ticket_answered check ((state = 'ANSWERED') = (answered_at is not null))
);
create index ticket_origin on ticket (origin, id);
create index ticket_holder on ticket (holder, id);
create index ticket_merged_into on ticket (merged_into);

-- The complaints a ticket stands for.
create table ticket_complaint (
  ticket    bigint not null references ticket,
  complaint bigint not null references complaint,
  primary key (ticket, complaint)
);

create table ticket_step (
  id            bigint  primary key generated always as identity,
  ticket        bigint  not null references ticket,
  step          text    not null check (step in ('OPEN', 'PASS_UP', 'MERGE', 'ANSWER')),
  holder_before integer not null references org,
  holder_after  integer not null references org,
  staff         integer not null references staff,
  at            timestamptz not null,
  text          text    check (length(text) between 1 and 2000),
  constraint ticket_step_moves check (holder_before = holder_after or step = 'PASS_UP')
);
create index ticket_step_of on ticket_step (ticket, id);
create unique index ticket_answered_once on ticket_step (ticket) where step = 'ANSWER';
create trigger ticket_step_is_kept before update or delete or truncate on ticket_step
  for each statement execute function complaint_step_is_kept();
create function ticket_step_up() returns trigger language plpgsql as $$
begin
  if new.holder_after is distinct from (select parent from org where id = new.holder_before) then
    raise exception 'a ticket goes up one level at a time' using errcode = 'EC014';
  end if;
  return new;
end $$;
create trigger ticket_step_up before insert on ticket_step for each row
  when (new.step = 'PASS_UP') execute function ticket_step_up();

-- ---- events of a union ----------------------------------------------------------------------------
-- An event that is about no merchant, or must not show in a merchant's own numbers, is told under the
-- union it is for: the negative of its id stands in the merchant's place, with numbers of its own.
create function feed_event_of_org() returns trigger language plpgsql as $$
begin
  new.authorising_org := -new.merchant;
  new.signing_org := -new.merchant;
  return new;
end $$;
create trigger feed_event_of_org before insert on feed_event for each row
  when (new.merchant < 0) execute function feed_event_of_org();
alter table if exists delivery drop constraint if exists delivery_merchant_check;
