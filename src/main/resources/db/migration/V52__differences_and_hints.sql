-- What does not agree is named and becomes a case with a clock; what looks odd becomes a hint. Neither stops a sale.

-- ---- cases ------------------------------------------------------------------------------------------
create table settlement_case (
  id        bigint  primary key generated always as identity,
  -- what it is of, so that the same difference is one case however often it is looked for
  key       text    not null unique check (length(key) between 1 and 200),
  -- LONG 长款, SHORT 短款, ONE_SIDED 单边账, AMOUNT 金额不符, STATE 状态不符, TWICE 重复, WRONG_DAY 日期不符,
  -- WRONG_PAYEE 收款人不符, CLAIM 商户异议
  kind      text    not null check (kind in ('LONG', 'SHORT', 'ONE_SIDED', 'AMOUNT', 'STATE', 'TWICE', 'WRONG_DAY',
              'WRONG_PAYEE', 'CLAIM')),
  -- between whom
  sides     text    not null check (sides in ('TILL', 'BANK', 'MERCHANT')),
  merchant  integer not null references merchant,
  -- the union that looks into it: who signs the merchant, or pays
  org       integer not null references org,
  batch     bigint  references payment_batch,
  statement bigint  references statement,
  transaction bigint,
  -- as the ledger has it, and as the other side says
  here_fen  bigint,
  there_fen bigint,
  text      text    check (length(text) between 1 and 1000),
  state     text    not null check (state in ('OPEN', 'TAKEN', 'CLOSED')),
  owner     integer references staff,
  opened_at timestamptz not null,
  due_at    timestamptz not null check (due_at > opened_at),
  closed_at timestamptz,
  outcome   text    check (outcome in ('EXPLAINED', 'CORRECTED', 'PAID', 'REJECTED', 'UNFOUNDED')),
  check ((state = 'CLOSED') = (closed_at is not null) and (closed_at is null) = (outcome is null)),
  check (state <> 'TAKEN' or owner is not null)
);
create index settlement_case_org on settlement_case (org, id);
create index settlement_case_merchant on settlement_case (merchant, id);

create table settlement_case_step (
  id    bigint  primary key generated always as identity,
  difference bigint not null references settlement_case,
  step  text    not null check (step in ('OPEN', 'TAKE', 'NOTE', 'CLOSE')),
  -- null: the gateway
  staff integer references staff,
  at    timestamptz not null,
  text  text    check (length(text) between 1 and 1000)
);
create index settlement_case_step_of on settlement_case_step (difference, id);

-- Opens a case unless it is there. Gives its id, or null.
create function case_open(p_key text, p_kind text, p_sides text, p_merchant integer, p_org integer, p_batch bigint,
  p_statement bigint, p_transaction bigint, p_here bigint, p_there bigint, p_text text, p_staff integer,
  p_at timestamptz, p_due timestamptz) returns bigint language plpgsql as $$
declare
  c bigint;
begin
  insert into settlement_case (key, kind, sides, merchant, org, batch, statement, transaction, here_fen, there_fen, text,
    state, opened_at, due_at)
  values (p_key, p_kind, p_sides, p_merchant, p_org, p_batch, p_statement, p_transaction, p_here, p_there, p_text,
    'OPEN', p_at, p_due)
  on conflict (key) do nothing returning id into c;
  if c is not null then
    insert into settlement_case_step (difference, step, staff, at, text) values (c, 'OPEN', p_staff, p_at, p_text);
    perform merchant_event(p_merchant, 'settlement.difference', c, p_at,
      jsonb_build_object('kind', p_kind, 'sides', p_sides));
  end if;
  return c;
end $$;

-- Where tills and the ledger differ: batches that do not balance, line by line where the till has listed what it did, as a
-- whole where it has not. Gives how many cases were opened.
create function settlement_compare_tills(p_at timestamptz, p_due timestamptz) returns integer language plpgsql as $$
declare
  opened integer;
begin
  with odd as (
    select c.terminal, c.batch, c.closed_at, t.merchant, m.signing_org,
      c.till_debit_fen - c.till_credit_fen as till_fen, c.debit_fen - c.credit_fen as here_fen, c.ended_at
    from batch_close c join terminal t on t.id = c.terminal join merchant m on m.id = t.merchant
    where c.state = 'UNBALANCED'
  ), named as (
    select o.*, d.side || '/' || d.request_id as what, d.here_fen as line_here, d.till_fen as line_till,
      case when d.here_fen is not null and d.till_fen is not null then 'AMOUNT'
        when exists (
          select from batch_difference e where e.terminal = d.terminal and e.batch = d.batch
            and e.request_id = d.request_id and e.side <> d.side) then 'STATE'
        else 'ONE_SIDED' end as kind
    from odd o join batch_difference d on d.terminal = o.terminal and d.batch = o.batch
    where o.ended_at is not null
    union all
    select o.*, 'total', o.here_fen, o.till_fen, case when o.till_fen > o.here_fen then 'LONG' when o.till_fen < o.here_fen then 'SHORT' else 'AMOUNT' end
    from odd o where o.ended_at is null
  )
  select count(case_open('till/' || terminal || '/' || batch || '/' || extract(epoch from closed_at)::bigint || '/' || what, kind, 'TILL', merchant,
    signing_org, null, null, null, line_here, line_till, null, null, p_at, p_due)) into opened
  from named
  where not exists (
    select from settlement_case x
    where x.key = 'till/' || terminal || '/' || batch || '/' || extract(epoch from closed_at)::bigint || '/' || what);
  return opened;
end $$;

-- ---- promises and hints -----------------------------------------------------------------------------
-- What a merchant has promised to give by itself, in ten-thousandths of the order.
create table merchant_promise (
  merchant   integer not null references merchant,
  valid_from date    not null,
  basis_points integer not null check (basis_points between 0 and 10000),
  document_no text   not null check (length(document_no) between 1 and 60),
  staff      integer not null references staff,
  at         timestamptz not null,
  primary key (merchant, valid_from)
);

create table settlement_hint (
  id       bigint  primary key generated always as identity,
  day      date    not null references settlement_close,
  kind     text    not null check (kind in ('THRESHOLD', 'PAIR', 'UNDO', 'VELOCITY', 'PROMISE')),
  merchant integer not null references merchant,
  -- of which one: a campaign, a terminal; 0 = of the merchant as a whole. Members are not named
  subject  bigint  not null,
  -- how many transactions, and what stands against what is usual
  count    bigint  not null check (count >= 1),
  fen      bigint  not null,
  measured bigint  not null,
  allowed  bigint  not null,
  at       timestamptz not null,
  unique (day, kind, merchant, subject)
);
create index settlement_hint_merchant on settlement_hint (merchant, id);

-- Looks for patterns in what was sold on a day with a union's money. Gives how many hints there are.
--
-- THRESHOLD orders that reach a campaign's threshold by less than p_margin thousandths, at least p_orders of them and at
-- least p_share thousandths of that campaign's there. PAIR one card at least p_pair times at one merchant. UNDO at least
-- p_undo sales undone within p_undo_minutes. VELOCITY at least p_minute sales of one terminal within one minute. PROMISE the
-- merchant's own part below its promise, over at least p_promise orders.
create function settlement_look(p_day date, p_at timestamptz, p_orders integer, p_margin integer, p_share integer,
  p_pair integer, p_undo integer, p_undo_minutes integer, p_minute integer, p_promise integer)
returns integer language plpgsql set jit = off set enable_nestloop = off as $$
declare
  made_now integer;
begin
  with share as materialized (select s.id, s.campaign, s.fen, s.funder from settlement_share(p_day) s),
  sold as materialized (
    select m.id, m.merchant, m.terminal, m.type, m.effect, m.original, m.order_fen, m.card,
      coalesce(s.union_fen, 0) as union_fen, coalesce(s.own_fen, 0) as own_fen
    from settlement_member(p_day) m
    left join (
      select id, sum(abs(fen)) filter (where funder = 'UNION')::bigint as union_fen,
        sum(abs(fen)) filter (where funder = 'MERCHANT')::bigint as own_fen
      from share group by id) s on s.id = m.id
    where m.effect in (1, 3, -1)),
  paid as materialized (select * from sold where union_fen > 0),
  hint (kind, merchant, subject, count, fen, measured, allowed) as (
    select 'THRESHOLD', merchant, campaign, count(*) filter (where near), sum(union_fen) filter (where near),
      count(*) filter (where near) * 1000 / count(*), p_share
    from (
      select p.merchant, c.id as campaign, p.union_fen,
        p.order_fen <= (c.rule -> 'benefit' ->> 'thresholdFen')::bigint * (1000 + p_margin) / 1000 as near
      from paid p join share s on s.id = p.id and s.funder = 'UNION'
      join campaign c on c.id = s.campaign and c.rule -> 'benefit' ->> 'kind' = 'THRESHOLD'
      where p.effect > 0) x
    group by merchant, campaign
    having count(*) filter (where near) >= p_orders
      and count(*) filter (where near) * 1000 >= count(*) * p_share
    union all
    select 'PAIR', merchant, 0, sum(n)::bigint, sum(fen)::bigint, max(n), p_pair
    from (select merchant, card, count(*) as n, sum(union_fen) as fen from paid
          where effect > 0 and card is not null group by merchant, card having count(*) >= p_pair) x
    group by merchant
    union all
    select 'UNDO', u.merchant, 0, count(*), sum(u.union_fen)::bigint, count(*), p_undo
    from paid u
    where u.effect = -1 and u.original is not null
      and (u.id >> 17) - (u.original >> 17) <= p_undo_minutes * 480000::bigint
    group by u.merchant having count(*) >= p_undo
    union all
    select 'VELOCITY', merchant, terminal, sum(n)::bigint, sum(fen)::bigint, max(n), p_minute
    from (select merchant, terminal, (id >> 17) / 480000 as minute, count(*) as n, sum(union_fen) as fen
          from paid where effect > 0 group by 1, 2, 3 having count(*) >= p_minute) x
    group by merchant, terminal
    union all
    select 'PROMISE', s.merchant, 0, count(*), sum(s.own_fen)::bigint, sum(s.own_fen)::bigint * 10000 / greatest(sum(s.order_fen)::bigint, 1),
      p.basis_points
    from sold s
    cross join lateral (
      select basis_points from merchant_promise q where q.merchant = s.merchant and q.valid_from <= p_day
      order by q.valid_from desc limit 1) p
    where s.effect > 0
    group by s.merchant, p.basis_points
    having count(*) >= p_promise and sum(s.own_fen) * 10000 < sum(s.order_fen) * p.basis_points),
  made as (
    insert into settlement_hint (day, kind, merchant, subject, count, fen, measured, allowed, at)
    select p_day, kind, merchant, subject, count, fen, measured, allowed, p_at from hint
    on conflict (day, kind, merchant, subject) do nothing
    returning id, kind, merchant)
  select count(*) into made_now
  from made cross join lateral merchant_event(merchant, 'settlement.hint', id, p_at,
    jsonb_build_object('kind', kind, 'day', p_day)) told;
  return made_now;
end $$;
