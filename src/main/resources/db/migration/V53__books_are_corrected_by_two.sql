-- A wrong entry is countered: asked for by one person of the union whose book it is, done when another confirms it.

create table book_correction (
  id         bigint  primary key generated always as identity,
  entry      bigint  not null references book_entry,
  reason     text    not null check (length(reason) between 1 and 500),
  asked_by   integer not null references staff,
  asked_at   timestamptz not null,
  state      text    not null default 'ASKED' check (state in ('ASKED', 'CONFIRMED', 'REFUSED')),
  decided_by integer references staff,
  decided_at timestamptz,
  constraint book_correction_two_people check (state <> 'CONFIRMED' or decided_by <> asked_by),
  constraint book_correction_decided
    check ((state = 'ASKED') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
-- an entry is taken back once
create unique index book_correction_stands on book_correction (entry) where state <> 'REFUSED';

-- Takes an entry back whole.
create function book_counter(p_entry bigint, p_reason text, p_at timestamptz) returns bigint language sql as $$
  insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen, counters, reason)
  select p_at, 'CORRECTION', (p_at at time zone 'Asia/Shanghai')::date, credit, debit, funder, campaign, merchant, fen, id,
    p_reason
  from book_entry where id = p_entry and source = 'CLOSE'
  returning id
$$;
