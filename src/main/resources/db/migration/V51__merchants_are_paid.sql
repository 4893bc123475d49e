-- Payments: to which account, by whose word, told to the bank and read back. The gateway never holds money: it says who is
-- to be paid, and learns who was.

-- ---- payees -----------------------------------------------------------------------------------------
-- Where a merchant is paid. One asks for it, another confirms, and from then on it cools: who changed it in a merchant's
-- name is found out before money goes there.
create table payee (
  id           bigint  primary key generated always as identity,
  merchant     integer not null references merchant,
  holder       text    not null check (length(holder) between 1 and 60),
  bank         text    not null check (length(bank) between 1 and 60),
  -- wrapped under the key-encryption key; shown by its last four characters
  account      bytea   not null,
  account_mask text    not null check (account_mask ~ '^\*{4}[0-9A-Za-z]{4}$'),
  reason       text    not null check (length(reason) between 1 and 500),
  asked_by     integer not null references staff,
  asked_at     timestamptz not null,
  state        text    not null default 'ASKED' check (state in ('ASKED', 'CONFIRMED', 'REFUSED')),
  decided_by   integer references staff,
  decided_at   timestamptz,
  -- paid to from here on; the first of a merchant at once
  effective_at timestamptz,
  constraint payee_two_people check (state <> 'CONFIRMED' or decided_by <> asked_by),
  constraint payee_decided check ((state = 'ASKED') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint payee_effective check ((state = 'CONFIRMED') = (effective_at is not null)),
  check (effective_at >= decided_at)
);
create unique index payee_asked on payee (merchant) where state = 'ASKED';
create index payee_of on payee (merchant, effective_at);

-- The account a merchant is paid to at a moment.
create function payee_at(p_merchant integer, p_at timestamptz) returns bigint language sql stable as $$
  select id from payee where merchant = p_merchant and state = 'CONFIRMED' and effective_at <= p_at
  order by effective_at desc, id desc limit 1
$$;

-- ---- holds ------------------------------------------------------------------------------------------
create table payment_hold (
  id          bigint  primary key generated always as identity,
  merchant    integer not null references merchant,
  reason      text    not null check (length(reason) between 1 and 500),
  staff       integer not null references staff,
  at          timestamptz not null,
  lifted_by   integer references staff,
  lifted_at   timestamptz check (lifted_at >= at),
  lift_reason text    check (length(lift_reason) between 1 and 500),
  check (num_nulls(lifted_by, lifted_at, lift_reason) in (0, 3))
);
create unique index payment_hold_stands on payment_hold (merchant) where lifted_at is null;

-- Why a merchant is not paid; null: he is.
create function payment_bar(p_merchant integer, p_at timestamptz) returns text language sql stable as $$
  select case
    when exists (select from merchant_veto where merchant = p_merchant and lifted_at is null) then 'VETOED'
    when m.status = 'SUSPENDED' then 'SUSPENDED'
    when exists (select from payment_hold where merchant = p_merchant and lifted_at is null) then 'HELD'
    when payee_at(p_merchant, p_at) is null then 'NO_PAYEE'
  end
  from merchant m where m.id = p_merchant
$$;

-- ---- batches ----------------------------------------------------------------------------------------
create table payment_batch (
  id          bigint  primary key generated always as identity,
  funder      integer not null references org,
  -- of all days up to this one
  through     date    not null references settlement_close,
  -- DRAFT: to be approved; APPROVED: the bank may be told; DONE: of each payment it is known what became
  state       text    not null check (state in ('DRAFT', 'APPROVED', 'DONE', 'CANCELLED')),
  made_by     integer not null references staff,
  made_at     timestamptz not null,
  approved_by integer references staff,
  approved_at timestamptz,
  ended_at    timestamptz,
  -- of the file for the bank, without account numbers read by nobody: of its bytes as they were first given out
  sm3         bytea   check (length(sm3) = 32),
  constraint payment_batch_two_people check (approved_by <> made_by),
  constraint payment_batch_approved check ((state in ('APPROVED', 'DONE')) = (approved_by is not null)
    and (approved_by is null) = (approved_at is null)),
  constraint payment_batch_ended check ((state in ('DONE', 'CANCELLED')) = (ended_at is not null))
);
-- one at a time is made, so that nothing is paid twice
create unique index payment_batch_draft on payment_batch (funder) where state = 'DRAFT';
create index payment_batch_of on payment_batch (funder, id);

create table payment (
  batch    bigint  not null references payment_batch,
  no       integer not null check (no >= 1),
  merchant integer not null references merchant,
  -- null: he is not paid
  payee    bigint  references payee,
  fen      bigint  not null,
  -- LEFT: not paid now, stays owed, the reason says why
  state    text    not null check (state in ('PLANNED', 'LEFT', 'TOLD', 'PAID', 'REJECTED')),
  reason   text    check (length(reason) between 1 and 200),
  bank_no  text    check (length(bank_no) between 1 and 64),
  bank_day date,
  primary key (batch, no),
  unique (batch, merchant),
  check (state = 'LEFT' or fen > 0 and payee is not null),
  check (state not in ('LEFT', 'REJECTED') or reason is not null),
  check ((state = 'PAID') <= (bank_no is not null and bank_day is not null))
);
create index payment_merchant on payment (merchant, batch);
alter table book_entry add constraint book_entry_batch foreign key (batch) references payment_batch;

-- Result files of a bank that were read.
create table payment_result (
  id      bigint  primary key generated always as identity,
  batch   bigint  not null references payment_batch,
  sm3     bytea   not null check (length(sm3) = 32),
  staff   integer not null references staff,
  at      timestamptz not null,
  lines   integer not null check (lines >= 0),
  paid    integer not null check (paid >= 0),
  rejected integer not null check (rejected >= 0),
  differences integer not null check (differences >= 0),
  unique (batch, sm3)
);

-- What a union owes each merchant by all days up to one.
create function payable(p_funder integer, p_through date)
  returns table (merchant integer, campaign integer, fen bigint)
language sql stable as $$
  select merchant, campaign, sum(case when credit = 'OWED' then fen else -fen end)::bigint
  from book_entry
  where funder = p_funder and 'OWED' in (debit, credit) and (source <> 'CLOSE' or day <= p_through)
  group by merchant, campaign
  having sum(case when credit = 'OWED' then fen else -fen end) <> 0
$$;

-- Makes a batch of all that is owed. Null: nothing is.
create function payment_make(p_funder integer, p_through date, p_staff integer, p_at timestamptz)
returns bigint language plpgsql as $$
declare
  b bigint;
begin
  if not exists (select from payable(p_funder, p_through)) then
    return null;
  end if;
  insert into payment_batch (funder, through, state, made_by, made_at)
    values (p_funder, p_through, 'DRAFT', p_staff, p_at) returning id into b;
  insert into payment (batch, no, merchant, payee, fen, state, reason)
  select b, row_number() over (order by bar is not null, merchant_no), id,
    case when bar is null then payee_at(id, p_at) end, fen, case when bar is null then 'PLANNED' else 'LEFT' end, bar
  from (
    select m.id, m.merchant_no, o.fen, coalesce(payment_bar(m.id, p_at), case when o.fen <= 0 then 'NOTHING_DUE' end) as bar
    from (select merchant, sum(fen)::bigint as fen from payable(p_funder, p_through) group by merchant) o
    join merchant m on m.id = o.merchant) d;
  return b;
end $$;

-- Approves a draft: looks again at each payment, books what is told to the bank. Gives how many payments stand.
create function payment_approve(p_batch bigint, p_staff integer, p_at timestamptz) returns integer language plpgsql as $$
declare
  b payment_batch;
  standing integer;
begin
  select * into strict b from payment_batch where id = p_batch for update;
  update payment p set state = 'LEFT', payee = null, reason = d.why
  from (
    select q.no, coalesce(payment_bar(q.merchant, p_at),
      case when q.payee <> payee_at(q.merchant, p_at) then 'PAYEE_CHANGED'
        when q.fen <> coalesce((select sum(fen) from payable(b.funder, b.through) x where x.merchant = q.merchant), 0)
        then 'AMOUNT_CHANGED' end) as why
    from payment q where q.batch = p_batch and q.state = 'PLANNED') d
  where p.batch = p_batch and p.no = d.no and d.why is not null;
  insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen, batch)
  select p_at, 'PAYMENT', (p_at at time zone 'Asia/Shanghai')::date, case when o.fen > 0 then 'OWED' else 'TRANSIT' end,
    case when o.fen > 0 then 'TRANSIT' else 'OWED' end, b.funder, o.campaign, o.merchant, abs(o.fen), p_batch
  from payable(b.funder, b.through) o join payment p on p.merchant = o.merchant
  where p.batch = p_batch and p.state = 'PLANNED';
  update payment set state = 'TOLD' where batch = p_batch and state = 'PLANNED';
  get diagnostics standing = row_count;
  if standing > 0 then
    update payment_batch set state = 'APPROVED', approved_by = p_staff, approved_at = p_at where id = p_batch;
  end if;
  return standing;
end $$;

-- Books what became of a payment: paid leaves the bank, rejected is owed again.
create function payment_settle(p_batch bigint, p_no integer, p_paid boolean, p_reason text, p_bank_no text, p_bank_day date,
  p_at timestamptz) returns void language plpgsql as $$
begin
  update payment set state = case when p_paid then 'PAID' else 'REJECTED' end, reason = p_reason, bank_no = p_bank_no,
    bank_day = p_bank_day
  where batch = p_batch and no = p_no and state = 'TOLD';
  if not found then
    raise exception 'payment %/% is not under way', p_batch, p_no;
  end if;
  insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen, batch, counters)
  select p_at, 'RESULT', (p_at at time zone 'Asia/Shanghai')::date,
    case when p_paid then replace(e.credit, 'OWED', 'BANK') else e.credit end,
    case when p_paid then replace(e.debit, 'OWED', 'BANK') else e.debit end,
    e.funder, e.campaign, e.merchant, e.fen, p_batch, case when p_paid then null else e.id end
  from book_entry e join payment p on p.batch = e.batch and p.merchant = e.merchant
  where e.batch = p_batch and e.source = 'PAYMENT' and p.no = p_no;
  update payment_batch b set state = 'DONE', ended_at = p_at
  where b.id = p_batch and b.state = 'APPROVED'
    and not exists (select from payment p where p.batch = p_batch and p.state = 'TOLD');
end $$;
