-- Holds, voids, partial refunds and offline sales: each transaction says what it does to the ledger,
-- what came back is counted line by line, and no row can give back more than it has.

alter table transaction drop constraint transaction_type_check;
alter table transaction
  add constraint transaction_type_check check (type between 2 and 10),
  -- the terminal's batch it was recorded in
  add column batch integer not null default 1 check (batch between 1 and 999999),
  -- 1 spent, 2 reserved, 3 finished, their opposites negative, 0 nothing: the sign says which way
  add column effect smallint not null default 0 check (effect between -3 and 3);
update transaction set effect = case
  when refusal is not null then 0 when type = 2 then 1 when original is not null then -1 else 0 end;
alter table transaction
  alter column batch drop default,
  alter column effect drop default,
  add constraint transaction_refused_does_nothing check (refusal is null or effect = 0);

-- Class 3 is the expiry of a hold.
alter table transaction_key drop constraint transaction_key_class_check;
alter table transaction_key drop constraint transaction_key_type_check;
alter table transaction_key
  add constraint transaction_key_class_check check (class between 0 and 3),
  add constraint transaction_key_type_check check (type between 2 and 10);

-- What came back of each line of a sale; lines of an undo are negative and never come back.
alter table allocation
  add column returned_fen bigint not null default 0,
  add constraint allocation_returned check (returned_fen between 0 and greatest(fen, 0));
update allocation a set returned_fen = a.fen from undo u where u.original = a.transaction;

-- What came back of a sale, advice or completed hold as a whole, and of the member's part of it;
-- whole = nothing stands any more.
alter table undo
  add column total_fen bigint,
  add column total_member_fen bigint,
  add column undone_member_fen bigint,
  add column whole boolean;
update undo u
set total_fen = t.order_fen, total_member_fen = t.member_pays_fen,
    undone_member_fen = t.member_pays_fen, whole = true
from transaction t where t.id = u.original;
alter table undo
  alter column total_fen set not null,
  alter column total_member_fen set not null,
  alter column undone_member_fen set not null,
  alter column whole set not null,
  add constraint undo_exceeded check (undone_fen <= total_fen),
  add constraint undo_member_exceeded check (undone_member_fen between 0 and total_member_fen),
  add constraint undo_discount_exceeded check
    (undone_fen - undone_member_fen between 0 and total_fen - total_member_fen),
  add constraint undo_whole check
    (case when whole then undone_fen = total_fen and undone_member_fen = total_member_fen
     else undone_fen < total_fen or total_fen = 0 end);

-- A hold ends once: by completion, release, expiry or reversal.
create table hold (
  origin   bigint primary key,
  state    text   not null check (state in ('OPEN', 'COMPLETED', 'RELEASED', 'EXPIRED', 'REVERSED')),
  -- when it expires, ms since 1970
  due_ms   bigint not null check (due_ms > 0),
  ended_by bigint not null check ((state = 'OPEN') = (ended_by = 0))
) with (fillfactor = 70);
create index hold_due on hold (due_ms) where state = 'OPEN';

-- The batch a terminal is in; without a row it is in its first. No definition: changing it reloads nothing.
create table terminal_batch (
  terminal integer primary key references terminal,
  batch    integer not null check (batch between 1 and 999999)
);

-- A terminal's count of its offline sales, and those approved of its present outage.
create table terminal_counter (
  terminal     integer primary key,
  counter      bigint  not null check (counter >= 1),
  outage_at_ms bigint  not null check (outage_at_ms >= 0),
  outage_count integer not null check (outage_count >= 0)
);
