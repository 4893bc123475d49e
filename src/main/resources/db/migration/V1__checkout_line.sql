-- The tables of the checkout line. Money is bigint fen. Every rule a constructor checks stands here again.

-- ---- definitions: written by the union desk, read by the line ------------------------------------

create table org (
  id        integer primary key,
  code      text    not null unique,
  parent    integer references org,
  kind      text    not null check (kind in
              ('PROVINCE', 'CITY', 'COUNTY', 'DISTRICT', 'ZONE', 'INDUSTRY', 'CITY_DIRECT', 'PRIMARY')),
  name      text    not null,
  area_code char(6) not null,
  -- from the root to this one; the subtree of X is every row whose path contains X
  path      integer[] not null check (path[cardinality(path)] = id),
  check ((parent is null) = (cardinality(path) = 1))
);
create index org_subtree on org using gin (path);

-- Personal data lies encrypted (SM4-GCM); the blind index (HMAC-SM3) finds a person without revealing one.
create table member (
  id             bigint   primary key,
  org            integer  not null references org,
  category       text     not null check (category in ('ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL')),
  name_cipher    bytea    not null,
  identity_cipher bytea   not null,
  identity_index bytea    not null unique
);

create table card (
  serial      bigint   primary key check (serial between 0 and 9999999999),
  member      bigint   not null references member,
  status      text     not null check (status in ('ISSUED', 'ACTIVE', 'SUSPENDED', 'LOST', 'CANCELLED')),
  -- grows at re-activation and loss, which kills every older phone
  epoch       bigint   not null check (epoch >= 1),
  holder_mask text     not null
);
create index card_member on card (member);

create table merchant (
  id              integer  primary key,
  merchant_no     char(15) not null unique check (merchant_no ~ '^[0-9]{15}$'),
  name            text     not null,
  credit_code     char(18) not null check (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  category        text     not null check (category in ('EAT', 'STAY', 'TRANSPORT', 'TOUR', 'SHOP', 'ENTERTAIN')),
  area_code       char(6)  not null,
  authorising_org integer  not null references org,
  signing_org     integer  not null references org,
  status          text     not null check (status in
                    ('RECOMMENDED', 'NEGOTIATING', 'SIGNED', 'APPLIED', 'DUE_DILIGENCE', 'APPROVED',
                     'LIVE', 'RECTIFYING', 'SUSPENDED', 'TERMINATED'))
);

create table terminal (
  id          integer primary key,
  terminal_no char(8) not null unique check (terminal_no ~ '^[A-Z0-9]{8}$'),
  merchant    integer not null references merchant,
  serial_no   text    not null unique,
  status      text    not null check (status in ('ACTIVE', 'SUSPENDED')),
  -- the device's public key (SubjectPublicKeyInfo, P-256), once it has been activated
  device_key  bytea
);

create table campaign (
  id          integer primary key,
  code        text    not null unique check (code ~ '^[A-Z0-9-]{1,24}$'),
  name        text    not null,
  org         integer not null references org,
  document_no text    not null,
  status      text    not null check (status in ('DRAFT', 'RUNNING', 'PAUSED', 'ENDED')),
  starts_at   timestamptz not null,
  ends_at     timestamptz not null,
  -- the benefit, who pays it, for whom, where and how often: read by the rules package alone
  rule        jsonb   not null,
  check (starts_at < ends_at)
);

-- One row whose version grows with every change of a definition: lanes reload when it differs.
create table definitions (
  one     boolean primary key default true check (one),
  version bigint  not null
);
insert into definitions (version) values (1);

create function definitions_changed() returns trigger language plpgsql as $$
begin
  update definitions set version = version + 1;
  perform pg_notify('definitions', '');
  return null;
end $$;
create trigger definitions_changed after insert or update or delete or truncate on campaign
  for each statement execute function definitions_changed();
create trigger definitions_changed after insert or update or delete or truncate on merchant
  for each statement execute function definitions_changed();
create trigger definitions_changed after insert or update or delete or truncate on terminal
  for each statement execute function definitions_changed();
create trigger definitions_changed after insert or update or delete or truncate on org
  for each statement execute function definitions_changed();

-- ---- allowances: everything that can be used up ---------------------------------------------------
-- kind 1 budget of a campaign (owner = campaign, holder = 0); kind 2 one member's use of a campaign
-- (owner = campaign, holder = member). Quotas and vouchers are further kinds of the same row.
create table allowance (
  holder      bigint   not null,
  kind        smallint not null check (kind in (1, 2)),
  owner       bigint   not null,
  limit_fen   bigint   check (limit_fen >= 0),
  limit_count bigint   check (limit_count >= 0),
  used_fen    bigint   not null default 0 check (used_fen >= 0),
  used_count  bigint   not null default 0 check (used_count >= 0),
  -- the use within one day (days since 1970-01-01 in Asia/Shanghai); an older day counts as nothing
  day_limit_fen   bigint check (day_limit_fen >= 0),
  day_limit_count bigint check (day_limit_count >= 0),
  day         integer  not null default 0,
  day_fen     bigint   not null default 0 check (day_fen >= 0),
  day_count   bigint   not null default 0 check (day_count >= 0),
  primary key (holder, kind, owner),
  constraint allowance_fen_exceeded check (used_fen <= limit_fen),
  constraint allowance_count_exceeded check (used_count <= limit_count),
  constraint allowance_day_fen_exceeded check (day_fen <= day_limit_fen),
  constraint allowance_day_count_exceeded check (day_count <= day_limit_count)
) with (fillfactor = 60);

-- ---- chains and blocks ----------------------------------------------------------------------------

create table chain (
  id    integer  primary key generated always as identity,
  name  text     not null unique check (name ~ '^[a-z0-9.-]{1,40}$'),
  slot  smallint not null unique check (slot between 0 and 255),
  -- grows each time a process takes the chain over: fences the one before
  epoch bigint   not null default 0,
  seq   bigint   not null default 0,
  head  bytea    not null check (length(head) = 32),
  tick  bigint   not null default 0
);

-- Moves a chain's head by one block; an older holder (other epoch) is told so.
create function advance_chain(p_chain integer, p_epoch bigint, p_seq bigint, p_head bytea, p_tick bigint)
returns bigint language plpgsql as $$
begin
  update chain set seq = p_seq, head = p_head, tick = p_tick
  where id = p_chain and epoch = p_epoch and seq = p_seq - 1 and tick < p_tick;
  if not found then
    raise exception 'chain % was taken over by another process', p_chain using errcode = 'EC001';
  end if;
  return p_seq;
end $$;

create table block (
  chain     integer  not null references chain,
  seq       bigint   not null check (seq >= 1),
  first_id  bigint   not null unique,
  size      smallint not null check (size between 1 and 512),
  kid       text     not null,
  hash      bytea    not null check (length(hash) = 32),
  signature bytea    not null,
  header    bytea    not null,
  primary key (chain, seq)
);

-- ---- transactions: append-only --------------------------------------------------------------------
-- The id starts with its time, so partitions by month are ranges of ids and the primary key holds
-- over all of them; the keys below stand in tables of their own and need no month.

create table transaction (
  id              bigint   primary key,
  chain           integer  not null,
  seq             bigint   not null,
  type            smallint not null check (type in (2, 3)),
  refusal         text,
  terminal        integer  not null,
  merchant        integer  not null,
  card            bigint,
  order_fen       bigint   not null check (order_fen >= 0),
  member_pays_fen bigint   not null check (member_pays_fen >= 0),
  discount_fen    bigint   not null check (discount_fen >= 0),
  original        bigint,
  request_id      text     not null check (request_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  -- the canonical receipt body, the very bytes that were hashed and answered
  body            bytea    not null,
  constraint transaction_adds_up check (order_fen = member_pays_fen + discount_fen)
) partition by range (id);
create table transaction_rest partition of transaction default;

-- The least id of a time: 43 bits of 1/8 ms since 2026-01-01, then 17 bits of slot and leaf.
create function transaction_id_at(at timestamptz) returns bigint language sql immutable strict as $$
  select (((extract(epoch from at) * 1000)::bigint - 1767225600000) * 8) << 17
$$;

-- Makes the partitions of so many months from a day on, where they do not exist yet.
create function make_transaction_partitions(from_day date, months integer) returns integer
language plpgsql as $$
declare
  month timestamp;
  name  text;
  made  integer := 0;
begin
  for i in 0 .. months - 1 loop
    month := date_trunc('month', from_day::timestamp) + make_interval(months => i);
    name := 'transaction_' || to_char(month, 'YYYYMM');
    if to_regclass(name) is null then
      execute format('create table %I partition of transaction for values from (%s) to (%s)', name,
        transaction_id_at(month at time zone 'UTC'),
        transaction_id_at((month + interval '1 month') at time zone 'UTC'));
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

-- (terminal, request id, class) has one answer for ever. Class 0 the request itself, 1 its reversal,
-- 2 a request that came after its own reversal.
create table transaction_key (
  terminal    integer  not null,
  request_id  text     not null,
  class       smallint not null check (class in (0, 1, 2)),
  transaction bigint   not null,
  -- of the transaction, so that a repeat is told without looking it up; a reversal in class 0 is the
  -- tombstone of a request that had not come
  type        smallint not null check (type in (2, 3)),
  -- hash of the request's business fields: a repeat with other content is a conflict
  fingerprint bytea    not null check (length(fingerprint) = 16),
  primary key (terminal, request_id, class)
);

-- A code pays once, for ever.
create table code_use (
  card        bigint not null,
  step        bigint not null,
  transaction bigint not null,
  primary key (card, step)
);

-- Who pays which fen of which benefit. Undoing adds the negative.
create table allocation (
  transaction bigint   not null,
  line        smallint not null,
  campaign    integer  not null,
  funder      text     not null check (funder in ('UNION', 'MERCHANT')),
  party       integer  not null,
  fen         bigint   not null check (fen <> 0),
  primary key (transaction, line)
);

-- Double entry: the fen of one transaction sum to zero.
create table posting (
  transaction bigint   not null,
  line        smallint not null,
  account     text     not null check (account in ('MEMBER', 'UNION', 'MERCHANT', 'SALES')),
  party       bigint   not null,
  fen         bigint   not null check (fen <> 0),
  primary key (transaction, line)
);

-- What of a transaction has been undone, and by which one last.
create table undo (
  original    bigint primary key,
  undone_fen  bigint not null check (undone_fen >= 0),
  transaction bigint not null
);

-- ---- events ---------------------------------------------------------------------------------------
-- Written with the transaction it tells of, never changed, numbered later by the single feed runner.
-- The identity must not be cached per session (cache 1, the default): an event that was written
-- after another one had been committed must have the greater id.
create table outbox (
  id       bigint   generated always as identity primary key,
  xid      xid8     not null default pg_current_xact_id(),
  kind     text     not null,
  merchant integer  not null,
  subject  bigint   not null,
  at       timestamptz not null,
  body     text     not null
);
create index outbox_xid on outbox (xid, id);

-- The numbers of the events: one sequence over all, and one without gaps for each merchant. Who
-- supervises is kept as it was when the event was numbered. No foreign keys: the rows are made from
-- the referenced ones in one statement, and checking each again doubled the cost of numbering and
-- locked every outbox row.
create table feed_event (
  seq             bigint  primary key,
  outbox          bigint  not null unique,
  merchant        integer not null,
  merchant_seq    bigint  not null,
  authorising_org integer not null,
  signing_org     integer not null,
  unique (merchant, merchant_seq)
);

-- Where the feed runner stands. It works in sweeps: a sweep takes all events of the transactions
-- that had ended when it began, as many rounds as that needs.
create table feed_cursor (
  one     boolean primary key default true check (one),
  -- the last global number
  seq     bigint  not null,
  -- every event of a transaction below is numbered
  horizon xid8    not null,
  -- from here on none is numbered, but for those of the open sweep
  known   xid8    not null,
  -- the end of the last sweep: all transactions below had ended when it began
  upto    xid8    not null,
  -- events from this id on wait for a later sweep: one of a transaction beyond has this id
  barrier bigint  not null,
  -- the last outbox id done in the open sweep; null when none is open
  place   bigint,
  check (horizon <= known and known <= upto)
);
insert into feed_cursor (seq, horizon, known, upto, barrier) values (0, '0', '0', '0', 0);

-- Numbers the next events, at most most_events; called by nobody but the feed runner, which holds
-- the advisory lock in this very session.
--
-- Identities become visible in the order of the commits, so a reader of "id > last" skips events.
-- Here an event is numbered when its transaction is below the oldest one still running (it can no
-- longer be preceded by one not seen) and when its id is below that of every visible event of a
-- transaction beyond. The second condition keeps causes before effects: an old transaction may
-- write an event after having seen the one of a younger transaction, which is not due yet.
create function feed_number(most_events integer)
  returns table (numbered integer, head bigint) language plpgsql as $$
declare
  c feed_cursor;
  h xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  select * into strict c from feed_cursor;
  if c.place is null then
    if h <= c.upto then  -- nothing has ended since
      return query select 0, c.seq;
      return;
    end if;
    -- "offset 0": by the index on xid, not along the ids from the very first
    select min(o.id) - 1 into c.place from (
      select id from outbox
      where xid >= c.horizon and xid < h
        and (xid >= c.upto or not exists (select from feed_event f where f.outbox = id))
      offset 0) o;
    if c.place is null then
      return query select 0, c.seq;
      return;
    end if;
    c.known := c.upto;
    c.upto := h;
    select coalesce(min(o.id), 9223372036854775807) into c.barrier
      from (select id from outbox where xid >= h offset 0) o;
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
          order by f.merchant_seq desc limit 1), 0) end)
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
    c.horizon := coalesce((
      select o.xid from outbox o
      where o.xid >= c.horizon and o.xid < c.upto and o.id >= c.barrier
        and not exists (select from feed_event f where f.outbox = o.id)
      order by o.xid limit 1), c.upto);
    c.known := c.upto;
  end if;
  update feed_cursor set seq = c.seq, horizon = c.horizon, known = c.known, upto = c.upto,
    barrier = c.barrier, place = c.place;
  if numbered > 0 then
    perform pg_notify('feed', c.seq::text);
  end if;
  head := c.seq;
  return next;
end $$;

-- For a feed runner that starts. After a logical restore the transaction numbers that were copied
-- may lie in the future of this cluster, where nothing would ever be due: events not yet numbered
-- get the number of this very transaction, and the next sweep looks at all that came before.
create function feed_adopt() returns void language plpgsql as $$
declare
  next xid8 := pg_snapshot_xmax(pg_current_snapshot());
begin
  if not exists (select from outbox where xid >= next)
    and not exists (select from feed_cursor where upto > next) then
    return;
  end if;
  update outbox o
    set xid = case when exists (select from feed_event f where f.outbox = o.id) then '0'::xid8
      else pg_current_xact_id() end
    where o.xid >= next;
  update feed_cursor set horizon = '0', known = pg_current_xact_id(), upto = pg_current_xact_id(),
    barrier = 0, place = null;
end $$;

-- ---- keys -----------------------------------------------------------------------------------------
-- Secret keys, wrapped under the key-encryption key that only the process knows.
create table keyring (
  kid        text primary key check (kid ~ '^[A-Za-z0-9._-]{1,64}$'),
  purpose    text not null check (purpose in ('RECEIPT', 'TOKEN', 'CODE', 'VAULT')),
  alg        text not null check (alg in ('SM2', 'Ed25519', 'FF1-HMAC-SM3', 'SM4-HMAC-SM3')),
  public_key bytea,
  wrapped    bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz,
  check ((public_key is not null) = (alg in ('SM2', 'Ed25519')))
);
