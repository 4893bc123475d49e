-- The province's platform may take files instead of calls: each with a number that follows the last one, the cards as they
-- were, and what its receipt said of each.
create table province_file (
  no       integer primary key check (no >= 1),
  -- whose cards
  org      integer     not null references org,
  made_at  timestamptz not null,
  made_by  integer     not null references staff,
  cards    integer     not null check (cards >= 1),
  sm3      bytea       not null check (octet_length(sm3) = 32),
  -- given up: what it has not acknowledged of it goes with the next file
  ended_at timestamptz,
  ended_by integer     references staff,
  reason   text        check (length(reason) between 1 and 500),
  constraint province_file_ends check (num_nonnulls(ended_at, ended_by, reason) in (0, 3))
);

create table province_file_card (
  file     integer not null references province_file,
  card     bigint  not null references card,
  revision bigint  not null,
  org      text    not null,
  state    text    not null,
  -- what the receipt said; null: nothing yet
  outcome  text    check (outcome in ('TAKEN', 'REFUSED')),
  primary key (file, card)
);
create index province_file_card_open on province_file_card (card, revision) where outcome is null;

-- Receipts that were read: the same again changes nothing.
create table province_receipt (
  file    integer     not null references province_file,
  sm3     bytea       not null check (octet_length(sm3) = 32),
  staff   integer     not null references staff,
  at      timestamptz not null,
  taken   integer     not null check (taken >= 0),
  refused integer     not null check (refused >= 0),
  -- lines of cards that were not told, or not so, and lines that contradict each other: none was believed
  strange integer     not null check (strange >= 0),
  primary key (file, sm3)
);
