-- The life of a POS terminal: its keys, its sessions, the closing of its batches.

-- ---- keys -----------------------------------------------------------------------------------------
-- The master key (TMK) that was injected into the terminal, wrapped under the key-encryption key.
create table terminal_key (
  terminal    integer  primary key references terminal,
  algorithm   text     not null check (algorithm in ('3DES', 'SM4')),
  mac_mode    text     not null check (mac_mode in ('XOR_ECB', 'X9_19')),
  wrapped     bytea    not null,
  -- first bytes of the encryption of zeros: names the key without telling it
  check_value bytea    not null check (length(check_value) = 4),
  injected_at timestamptz not null,
  constraint x9_19_is_of_des check (mac_mode <> 'X9_19' or algorithm = '3DES')
);

-- The working keys of the last sign-on, wrapped in one piece; every node can open them.
create table terminal_session (
  terminal     integer  primary key references terminal,
  -- grows with every sign-on; the last one committed wins
  version      bigint   not null check (version >= 1),
  -- null: signed off
  wrapped      bytea,
  signed_on_at timestamptz not null,
  -- MAC failures in a row; the third ends the session
  mac_failures smallint not null default 0 check (mac_failures >= 0)
) with (fillfactor = 70);

-- ---- batches --------------------------------------------------------------------------------------

create function next_batch(batch integer) returns integer language sql immutable strict as
  'select batch % 999999 + 1';

-- On which side of a till's totals a transaction of that type (model.TransactionType) stands; null:
-- on none. A reversal stands against its original, see batch_line.
create function batch_side(type smallint) returns text language sql immutable strict as $$
  select case
    when type in (2, 5, 9) then 'DEBIT'  -- SALE, COMPLETION, ADVICE
    when type in (7, 8) then 'CREDIT'    -- VOID, REFUND
  end
$$;

-- The lines a till counts, by the batch they belong to: the one place that says so.
-- A transaction that was reversed within its own batch counts nowhere, nor does its reversal: the
-- till, which never saw the answer, has neither. The reversal of a transaction of another batch
-- stands on the other side, so that debits less credits over all batches are what was sold.
-- A reversal has the key of what it reverses.
create view batch_line as
  select t.terminal, t.batch, t.id, t.request_id, batch_side(t.type) as side, t.order_fen as fen
  from transaction t
  where t.refusal is null and batch_side(t.type) is not null
    and not exists (
      select from transaction r
      where r.terminal = t.terminal and r.batch = t.batch and r.request_id = t.request_id
        and r.type = 3 and r.refusal is null)
  union all
  select t.terminal, t.batch, t.id, t.request_id,
    case batch_side(o.type) when 'DEBIT' then 'CREDIT' else 'DEBIT' end, t.order_fen
  from transaction t
  join transaction_key k on k.terminal = t.terminal and k.request_id = t.request_id and k.class = 0
  join transaction o on o.id = k.transaction
  where t.refusal is null and t.type = 3
    and o.batch <> t.batch and o.refusal is null and batch_side(o.type) is not null;

-- A batch's rows are found by this index and by nothing else.
create index transaction_batch on transaction (terminal, batch);

-- A batch that was closed, or is closing; src/docs/decisions.md tells why in these steps.
create table batch_close (
  terminal     integer  not null references terminal,
  batch        integer  not null check (batch between 1 and 999999),
  closed_at    timestamptz not null,
  -- no transaction of this batch is below: a number comes round again after 999,999 batches
  after_id     bigint   not null,
  -- a transaction number given after the next batch had become the current one: whoever still
  -- writes into this batch has a lesser one
  fence        xid8,
  state        text     not null check (state in ('CLOSING', 'BALANCED', 'UNBALANCED')),
  -- as the till counted
  till_debit_fen    bigint  not null check (till_debit_fen >= 0),
  till_debit_count  integer not null check (till_debit_count >= 0),
  till_credit_fen   bigint  not null check (till_credit_fen >= 0),
  till_credit_count integer not null check (till_credit_count >= 0),
  -- as recorded here; null while closing
  debit_fen    bigint,
  debit_count  integer,
  credit_fen   bigint,
  credit_count integer,
  -- when the till had said all it had to say
  ended_at     timestamptz,
  primary key (terminal, batch),
  check ((state = 'CLOSING') =
    (num_nonnulls(debit_fen, debit_count, credit_fen, credit_count) = 0)),
  check (state = 'CLOSING' or
    (num_nonnulls(debit_fen, debit_count, credit_fen, credit_count) = 4 and fence is not null)),
  check (ended_at is null or state <> 'CLOSING')
);

-- What the till says it did in a batch that does not balance.
create table batch_detail (
  terminal   integer not null,
  batch      integer not null,
  side       text    not null check (side in ('DEBIT', 'CREDIT')),
  request_id text    not null check (request_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  fen        bigint  not null check (fen >= 0),
  primary key (terminal, batch, side, request_id),
  foreign key (terminal, batch) references batch_close on delete cascade
);

-- Makes the next batch the current one, if this one is. Nothing happens if it is not: it was closed
-- before, or is not the terminal's; the caller looks.
create function batch_begin_close(p_terminal integer, p_batch integer, p_at timestamptz,
  p_debit_fen bigint, p_debit_count integer, p_credit_fen bigint, p_credit_count integer)
returns void language plpgsql as $$
declare
  before timestamptz;
begin
  insert into terminal_batch (terminal, batch) values (p_terminal, 1) on conflict do nothing;
  update terminal_batch set batch = next_batch(p_batch)
    where terminal = p_terminal and batch = p_batch;
  if not found then
    return;
  end if;
  -- of the last round, 999,999 batches ago
  delete from batch_close where terminal = p_terminal and batch = p_batch;
  select max(closed_at) into before from batch_close where terminal = p_terminal;
  insert into batch_close (terminal, batch, closed_at, after_id, state,
    till_debit_fen, till_debit_count, till_credit_fen, till_credit_count)
  values (p_terminal, p_batch, p_at,
    greatest(0, coalesce(transaction_id_at(before - interval '1 day'), 0)), 'CLOSING',
    p_debit_fen, p_debit_count, p_credit_fen, p_credit_count);
end $$;

-- Where till and gateway differ, once the till has listed what it did.
create view batch_difference as
  select c.terminal, c.batch, d.request_id, d.side, l.fen as here_fen, d.fen as till_fen
  from batch_close c
  join batch_detail d on d.terminal = c.terminal and d.batch = c.batch
  left join batch_line l on l.terminal = c.terminal and l.batch = c.batch and l.id >= c.after_id
    and l.side = d.side and l.request_id = d.request_id
  where l.fen is distinct from d.fen
  union all
  select c.terminal, c.batch, l.request_id, l.side, l.fen, null
  from batch_close c
  join batch_line l on l.terminal = c.terminal and l.batch = c.batch and l.id >= c.after_id
  where not exists (
    select from batch_detail d
    where d.terminal = c.terminal and d.batch = c.batch
      and d.side = l.side and d.request_id = l.request_id);

-- The till has listed all it did: what is listed here as there balances, whatever the till thinks.
create function batch_end(p_terminal integer, p_batch integer, p_at timestamptz)
returns void language plpgsql as $$
begin
  -- waits for a list that is still being written
  perform from batch_close where terminal = p_terminal and batch = p_batch for update;
  update batch_close c set ended_at = p_at, state = case
      when state = 'UNBALANCED' and exists (
        select from batch_difference d where d.terminal = c.terminal and d.batch = c.batch)
      then 'UNBALANCED' else 'BALANCED' end
    where terminal = p_terminal and batch = p_batch and state <> 'CLOSING' and ended_at is null;
end $$;
