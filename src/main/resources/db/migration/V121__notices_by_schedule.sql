-- Notices that a clerk has ordered for every month or quarter: written down by the gateway in his name on the first
-- day after, with the figures of that moment, and approved as every other.

create table notice_schedule (
  id          bigint  primary key generated always as identity,
  org         integer not null references org,
  every       text    not null check (every in ('MONTH', 'QUARTER')),
  kind        text    not null check (kind in ('COMMENDATION', 'CIRCULAR', 'CRITICISM')),
  title       text    not null check (length(title) between 1 and 80),
  text        text    not null check (length(text) between 1 and 2000),
  document_no text    not null check (length(document_no) between 1 and 60),
  criteria    jsonb   not null,
  staff       integer not null references staff,
  ordered_at  timestamptz not null,
  -- the first day after the period that is written next
  next_on     date    not null check (extract(day from next_on) = 1),
  -- null: it goes on
  ended_at    timestamptz,
  ended_by    integer references staff
);
create index notice_schedule_org on notice_schedule (org, id);
create index notice_schedule_staff on notice_schedule (staff);
create index notice_schedule_ended_by on notice_schedule (ended_by) where ended_by is not null;
create index notice_schedule_due on notice_schedule (next_on) where ended_at is null;

-- What came of each period, once.
create table notice_schedule_run (
  schedule bigint not null references notice_schedule,
  until    date   not null,
  at       timestamptz not null,
  -- null: the criteria named nobody
  notice   bigint references notice,
  primary key (schedule, until)
);
create index notice_schedule_run_notice on notice_schedule_run (notice) where notice is not null;
create trigger notice_schedule_run_is_kept before update or delete or truncate on notice_schedule_run
  for each statement execute function is_kept();
