-- A day closes over a fence of each chain's sequence, and what it says is booked: obligations, statements, files.
-- src/docs/settlement.md tells the nouns and why.

-- ---- closing ----------------------------------------------------------------------------------------
create table settlement_close (
  day          date    primary key,
  -- FENCED: what belongs to it is fixed; BOOKED: entries and statements stand; CLOSED: each statement has its digest
  state        text    not null check (state in ('FENCED', 'BOOKED', 'CLOSED')),
  fenced_at    timestamptz not null,
  booked_at    timestamptz,
  closed_at    timestamptz,
  -- the next working day, from which on it is paid
  due          date    check (due > day),
  transactions bigint  check (transactions >= 0),
  late         bigint  check (late between 0 and transactions),
  check (num_nulls(booked_at, due, transactions, late) in (0, 4)),
  check ((state = 'FENCED') = (booked_at is null)),
  check ((state = 'CLOSED') = (closed_at is not null))
);
-- one at a time
create unique index settlement_close_open on settlement_close ((true)) where state <> 'CLOSED';

-- How far each chain had come. What a chain commits later has a greater number, whatever time it is stamped with.
create table settlement_fence (
  day   date    not null references settlement_close,
  chain integer not null references chain,
  seq   bigint  not null check (seq >= 0),
  tick  bigint  not null check (tick >= 0),
  primary key (day, chain)
);

-- Stamped on a day whose fence it came behind: belongs to a later one. Follows from the fences; kept so that it is found.
create table settlement_late (
  transaction bigint primary key,
  day         date   not null references settlement_close
);
create index settlement_late_day on settlement_late (day);

create function settlement_begin(p_day date) returns bigint language sql immutable strict as $$
  select transaction_id_at(p_day::timestamp at time zone 'Asia/Shanghai')
$$;

create function settlement_stamped(p_id bigint) returns date language sql immutable strict as $$
  select date '1970-01-01' + transaction_day(p_id)
$$;

-- Sets the fence of the next day, if it is over for so long and the one before is closed. Null: nothing is due.
create function settlement_fence_next(p_at timestamptz, p_grace interval) returns date language plpgsql as $$
declare
  following date;
begin
  if exists (select from settlement_close where state <> 'CLOSED') then
    return null;
  end if;
  select max(day) + 1 into following from settlement_close;
  if following is null then
    select settlement_stamped(min(id)) into following from transaction;
  end if;
  if following is null or p_at < (following + 1)::timestamp at time zone 'Asia/Shanghai' + p_grace then
    return null;
  end if;
  insert into settlement_close (day, state, fenced_at) values (following, 'FENCED', p_at);
  -- one statement, one snapshot: a chain's number and what it counts were committed together
  insert into settlement_fence (day, chain, seq, tick) select following, id, seq, tick from chain;
  return following;
end $$;

-- What belongs to a day, from the fences alone: what is stamped with it and lies before its fence, and what is stamped
-- with an earlier one and lies between the two fences.
create function settlement_member(p_day date)
  returns table (id bigint, original bigint, late boolean, merchant integer, terminal integer, type smallint,
    effect smallint, order_fen bigint, member_fen bigint, card bigint)
language plpgsql stable rows 100000 set jit = off as $$
declare
  low  bigint := settlement_begin(p_day);
  high bigint := settlement_begin(p_day + 1);
begin
  return query
    select t.id, t.original, false, t.merchant, t.terminal, t.type, t.effect, t.order_fen, t.member_pays_fen, t.card
    from transaction t left join settlement_fence f on f.day = p_day and f.chain = t.chain
    where t.id >= low and t.id < high and t.seq <= coalesce(f.seq, 0);
  return query
    select t.id, t.original, true, t.merchant, t.terminal, t.type, t.effect, t.order_fen, t.member_pays_fen, t.card
    from settlement_fence f
    left join settlement_fence g on g.day = p_day - 1 and g.chain = f.chain
    cross join lateral (
      select b.first_id, b.size from block b
      where b.chain = f.chain and b.seq > coalesce(g.seq, 0) and b.seq <= f.seq and b.first_id < low offset 0) b
    cross join lateral (
      select x.* from transaction x where x.id >= b.first_id and x.id < b.first_id + b.size offset 0) t
    -- a chain that had come to the end of its day then has nothing late
    where f.day = p_day and coalesce(g.tick, 0) < low >> 17
      and exists (select from settlement_close c where c.day = p_day - 1);
end $$;

-- ---- books ------------------------------------------------------------------------------------------
-- Each row is a whole entry: what it takes from one account it gives to another. Rows are only ever added; what was wrong
-- is countered. SUBSIDY what a campaign cost, OWED to a merchant, TRANSIT told to the bank, BANK paid.
create table book_entry (
  id       bigint  primary key generated always as identity,
  at       timestamptz not null,
  source   text    not null check (source in ('CLOSE', 'PAYMENT', 'RESULT', 'CORRECTION')),
  -- of the close; else the day on which it was booked
  day      date    not null,
  debit    text    not null check (debit in ('SUBSIDY', 'OWED', 'TRANSIT', 'BANK')),
  credit   text    not null check (credit in ('SUBSIDY', 'OWED', 'TRANSIT', 'BANK')),
  funder   integer not null references org,
  campaign integer not null,
  merchant integer not null references merchant,
  fen      bigint  not null check (fen > 0),
  -- the payment it belongs to
  batch    bigint,
  -- the entry it takes back
  counters bigint  references book_entry,
  reason   text    check (length(reason) between 1 and 500),
  check (debit <> credit),
  check ((source in ('PAYMENT', 'RESULT')) = (batch is not null)),
  check (source <> 'CORRECTION' or reason is not null)
);
-- nobody books a day twice
create unique index book_entry_once on book_entry (day, funder, campaign, merchant, debit) where source = 'CLOSE';
create unique index book_entry_countered on book_entry (counters) where counters is not null;
create index book_entry_merchant on book_entry (merchant, funder);

-- What is owed at a moment, from the entries alone.
create function obligation(p_at timestamptz)
  returns table (funder integer, campaign integer, merchant integer, subsidy_fen bigint, owed_fen bigint,
    transit_fen bigint, paid_fen bigint)
language sql stable as $$
  select funder, campaign, merchant,
    sum(case 'SUBSIDY' when debit then fen when credit then -fen else 0 end)::bigint,
    sum(case 'OWED' when credit then fen when debit then -fen else 0 end)::bigint,
    sum(case 'TRANSIT' when credit then fen when debit then -fen else 0 end)::bigint,
    sum(case 'BANK' when credit then fen when debit then -fen else 0 end)::bigint
  from book_entry where at <= p_at
  group by funder, campaign, merchant
$$;

-- ---- statements -------------------------------------------------------------------------------------
create table statement (
  id      bigint  primary key generated always as identity,
  day     date    not null references settlement_close,
  kind    text    not null check (kind in ('MERCHANT', 'FUNDER', 'UNION')),
  -- a merchant, or an organisation that pays or that signed the merchants
  party   integer not null,
  -- as it was called then
  code    text    not null,
  name    text    not null,
  -- of a merchant, then
  signing_org     integer check ((signing_org is not null) = (kind = 'MERCHANT')),
  authorising_org integer check ((authorising_org is not null) = (kind = 'MERCHANT')),
  sales            bigint not null check (sales >= 0),
  sales_fen        bigint not null,
  sales_member_fen bigint not null,
  sales_own_fen    bigint not null,
  sales_union_fen  bigint not null,
  returns            bigint not null check (returns >= 0),
  returns_fen        bigint not null,
  returns_member_fen bigint not null,
  returns_own_fen    bigint not null,
  returns_union_fen  bigint not null,
  late    bigint  not null check (late >= 0),
  -- SM3 of its file; the last step of the close
  sm3     bytea   check (length(sm3) = 32),
  unique (day, kind, party),
  constraint statement_adds_up check (kind = 'FUNDER' or
    (sales_fen = sales_member_fen + sales_own_fen + sales_union_fen
      and returns_fen = returns_member_fen + returns_own_fen + returns_union_fen))
);
create index statement_party on statement (kind, party, day);
create index statement_unsealed on statement (id) where sm3 is null;

-- Who pays which fen of what moved money, in its own sign. A completion uses what its hold had reserved.
create function settlement_share(p_day date)
  returns table (id bigint, campaign integer, funder text, party integer, fen bigint)
language plpgsql stable rows 100000 set jit = off as $$
declare
  low  bigint := settlement_begin(p_day);
  high bigint := settlement_begin(p_day + 1);
begin
  return query
    select m.id, a.campaign, a.funder, a.party, a.fen
    from allocation a join settlement_member(p_day) m on m.id = a.transaction
    where a.transaction >= low and a.transaction < high and not m.late and m.effect in (1, -1);
  return query
    select m.id, a.campaign, a.funder, a.party, case when m.effect = -3 then -a.fen else a.fen end
    from settlement_member(p_day) m
    cross join lateral (
      select x.* from allocation x where x.transaction = case when abs(m.effect) = 3 then m.original else m.id end
      offset 0) a
    where m.effect in (3, -3) or m.late and m.effect in (1, -1);
end $$;

-- Books a fenced day and writes its statements, all at once.
create function settlement_book(p_day date, p_due date, p_at timestamptz) returns void language plpgsql set jit = off set enable_nestloop = off as $$
begin
  insert into settlement_late (transaction, day) select id, p_day from settlement_member(p_day) where late;

  with share as materialized (select * from settlement_share(p_day)),
  moved as materialized (
    select m.*, coalesce(s.own, 0) as own_fen, coalesce(s.union, 0) as union_fen
    from settlement_member(p_day) m
    left join (
      select id, sum(abs(fen)) filter (where funder = 'MERCHANT') as own,
        sum(abs(fen)) filter (where funder = 'UNION') as union
      from share group by id) s on s.id = m.id
    where m.effect in (1, 3, -1, -3)),
  booked as (
    insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen)
    select p_at, 'CLOSE', p_day, case when s.fen > 0 then 'SUBSIDY' else 'OWED' end,
      case when s.fen > 0 then 'OWED' else 'SUBSIDY' end, s.party, s.campaign, m.merchant, sum(abs(s.fen))
    from share s join moved m on m.id = s.id
    where s.funder = 'UNION'
    group by s.party, s.campaign, m.merchant, s.fen > 0),
  summed as (
    select merchant,
      count(*) filter (where effect > 0) as sales,
      coalesce(sum(order_fen) filter (where effect > 0), 0) as sales_fen,
      coalesce(sum(member_fen) filter (where effect > 0), 0) as sales_member_fen,
      coalesce(sum(own_fen) filter (where effect > 0), 0) as sales_own_fen,
      coalesce(sum(union_fen) filter (where effect > 0), 0) as sales_union_fen,
      count(*) filter (where effect < 0) as returns,
      coalesce(sum(order_fen) filter (where effect < 0), 0) as returns_fen,
      coalesce(sum(member_fen) filter (where effect < 0), 0) as returns_member_fen,
      coalesce(sum(own_fen) filter (where effect < 0), 0) as returns_own_fen,
      coalesce(sum(union_fen) filter (where effect < 0), 0) as returns_union_fen,
      count(*) filter (where late) as late
    from moved group by merchant),
  of_merchants as (
    insert into statement (day, kind, party, code, name, signing_org, authorising_org, sales, sales_fen,
      sales_member_fen, sales_own_fen, sales_union_fen, returns, returns_fen, returns_member_fen, returns_own_fen,
      returns_union_fen, late)
    select p_day, 'MERCHANT', m.id, m.merchant_no, m.name, m.signing_org, m.authorising_org, s.sales, s.sales_fen,
      s.sales_member_fen, s.sales_own_fen, s.sales_union_fen, s.returns, s.returns_fen, s.returns_member_fen,
      s.returns_own_fen, s.returns_union_fen, s.late
    from summed s join merchant m on m.id = s.merchant),
  of_unions as (
    insert into statement (day, kind, party, code, name, sales, sales_fen,
      sales_member_fen, sales_own_fen, sales_union_fen, returns, returns_fen, returns_member_fen, returns_own_fen,
      returns_union_fen, late)
    select p_day, 'UNION', o.id, o.code, o.name, sum(s.sales), sum(s.sales_fen), sum(s.sales_member_fen),
      sum(s.sales_own_fen), sum(s.sales_union_fen), sum(s.returns), sum(s.returns_fen), sum(s.returns_member_fen),
      sum(s.returns_own_fen), sum(s.returns_union_fen), sum(s.late)
    from summed s join merchant m on m.id = s.merchant join org o on o.id = m.signing_org
    group by o.id, o.code, o.name)
  insert into statement (day, kind, party, code, name, sales, sales_fen, sales_member_fen, sales_own_fen,
    sales_union_fen, returns, returns_fen, returns_member_fen, returns_own_fen, returns_union_fen, late)
  select p_day, 'FUNDER', o.id, o.code, o.name, count(distinct s.id) filter (where s.fen > 0), 0, 0, 0,
    coalesce(sum(s.fen) filter (where s.fen > 0), 0), count(distinct s.id) filter (where s.fen < 0), 0, 0, 0,
    coalesce(-sum(s.fen) filter (where s.fen < 0), 0), count(distinct s.id) filter (where m.late)
  from share s join moved m on m.id = s.id join org o on o.id = s.party
  where s.funder = 'UNION'
  group by o.id, o.code, o.name;

  update settlement_close c
  set state = 'BOOKED', booked_at = p_at, due = p_due, transactions = n.all, late = n.late
  from (select count(*) as all, count(*) filter (where m.late) as late from settlement_member(p_day) m) n
  where c.day = p_day and c.state = 'FENCED';
end $$;

-- ---- files ------------------------------------------------------------------------------------------
-- The form in which an id is told: twelve signs of base 32.
create function transaction_no(p_id bigint) returns text language sql immutable strict as $$
  select substr(b, (p_id >> 55 & 31)::integer + 1, 1) || substr(b, (p_id >> 50 & 31)::integer + 1, 1) || substr(b, (p_id >> 45 & 31)::integer + 1, 1)
    || substr(b, (p_id >> 40 & 31)::integer + 1, 1) || substr(b, (p_id >> 35 & 31)::integer + 1, 1) || substr(b, (p_id >> 30 & 31)::integer + 1, 1)
    || substr(b, (p_id >> 25 & 31)::integer + 1, 1) || substr(b, (p_id >> 20 & 31)::integer + 1, 1) || substr(b, (p_id >> 15 & 31)::integer + 1, 1)
    || substr(b, (p_id >> 10 & 31)::integer + 1, 1) || substr(b, (p_id >> 5 & 31)::integer + 1, 1) || substr(b, (p_id >> 0 & 31)::integer + 1, 1)
  from (values ('0123456789ABCDEFGHJKMNPQRSTVWXYZ')) v (b)
$$;

create function yuan(p_fen bigint) returns text language sql immutable strict as $$
  select (case when p_fen < 0 then '-' else '' end) || abs(p_fen) / 100 || '.' || lpad((abs(p_fen) % 100)::text, 2, '0')
$$;

-- A text that is one cell, and that no spreadsheet takes for a formula.
create function csv_cell(p_text text) returns text language sql immutable strict as $$
  select case when cell ~ '[",\r\n]' then '"' || replace(cell, '"', '""') || '"' else cell end
  from (select case when p_text ~ '^[=+\-@\t\r\n＝＋－＠]' then '''' || p_text else p_text end as cell) c
$$;

-- The lines of a merchant's day, in order. Returns have negative amounts.
create function statement_line(p_day date, p_merchant integer)
  returns table (id bigint, at timestamptz, terminal text, type smallint, effect smallint, original bigint,
    order_fen bigint, member_fen bigint, own_fen bigint, union_fen bigint, reason text, sold_on date)
language plpgsql stable as $$
declare
  low  bigint := settlement_begin(p_day);
  high bigint := settlement_begin(p_day + 1);
begin
  return query
    select t.id, to_timestamp((1767225600000 + (t.id >> 17) / 8) / 1000.0), d.terminal_no::text, t.type, t.effect, t.original,
      sign(t.effect)::bigint * t.order_fen, sign(t.effect)::bigint * t.member_pays_fen,
      sign(t.effect)::bigint * coalesce(p.own, 0), sign(t.effect)::bigint * coalesce(p.union, 0),
      case when t.late then 'BEHIND_FENCE' when o.sold_on < settlement_stamped(t.id) then 'OFFLINE' end,
      case when t.late then settlement_stamped(t.id) when o.sold_on < settlement_stamped(t.id) then o.sold_on end
    from (
      select x.*, false as late from transaction x left join settlement_fence f on f.day = p_day and f.chain = x.chain
      where x.merchant = p_merchant and x.id >= low and x.id < high and x.seq <= coalesce(f.seq, 0)
        and x.effect in (1, 3, -1, -3)
      union all
      select x.*, true from settlement_late l join transaction x on x.id = l.transaction
      where l.day = p_day and x.merchant = p_merchant and x.effect in (1, 3, -1, -3)) t
    join terminal d on d.id = t.terminal
    left join lateral (
      select sum(abs(a.fen)) filter (where a.funder = 'MERCHANT')::bigint as own,
        sum(abs(a.fen)) filter (where a.funder = 'UNION')::bigint as union
      from allocation a where a.transaction = case when abs(t.effect) = 3 then t.original else t.id end) p on true
    left join lateral (
      -- sold without the gateway, on a day that may be closed
      select ((convert_from(t.body, 'UTF8')::json ->> 'tillAt')::timestamptz at time zone 'Asia/Shanghai')::date as sold_on
      where t.type = 9) o on true
    order by t.id;
end $$;

create function type_name(p_type smallint) returns text language sql immutable strict as $$
  select (array['VERIFY', 'SALE', 'REVERSAL', 'HOLD', 'COMPLETION', 'RELEASE', 'VOID', 'REFUND', 'ADVICE', 'EXPIRY'])[p_type]
$$;

-- The details of a statement's file, one line each.
create function statement_details(p_statement bigint) returns setof text language plpgsql stable as $$
declare
  s statement;
begin
  select * into strict s from statement where statement.id = p_statement;
  case s.kind
    when 'MERCHANT' then
      return query
        select concat_ws(',', 'D', row_number() over (order by l.id), transaction_no(l.id),
          to_char(l.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+08:00"'), l.terminal,
          type_name(l.type), case when l.effect > 0 then 'SALE' else 'RETURN' end,
          coalesce(transaction_no(l.original), ''), yuan(l.order_fen), yuan(l.own_fen), yuan(l.union_fen),
          yuan(l.member_fen), yuan(l.member_fen + l.union_fen), coalesce(l.reason, ''), coalesce(l.sold_on::text, ''))
        from statement_line(s.day, s.party) l;
    when 'FUNDER' then
      return query
        select concat_ws(',', 'D', row_number() over (order by m.merchant_no, c.code), m.merchant_no, csv_cell(c.code),
          yuan(sum(e.fen) filter (where e.debit = 'SUBSIDY')::bigint), yuan(-coalesce(sum(e.fen) filter (where e.debit = 'OWED'), 0)::bigint),
          yuan(sum(case e.debit when 'SUBSIDY' then e.fen else -e.fen end)::bigint))
        from (
          select merchant, campaign, debit, fen from book_entry where day = s.day and source = 'CLOSE' and funder = s.party
          union all
          select distinct merchant, campaign, 'SUBSIDY', 0 from book_entry
          where day = s.day and source = 'CLOSE' and funder = s.party) e
        join merchant m on m.id = e.merchant
        left join campaign c on c.id = e.campaign
        group by m.merchant_no, c.code;
    when 'UNION' then
      return query
        select concat_ws(',', 'D', row_number() over (order by m.code), m.code, m.sales, yuan(m.sales_fen),
          yuan(m.sales_own_fen), yuan(m.sales_union_fen), yuan(m.sales_member_fen), m.returns, yuan(-m.returns_fen),
          yuan(-m.returns_own_fen), yuan(-m.returns_union_fen), yuan(-m.returns_member_fen))
        from statement m where m.day = s.day and m.kind = 'MERCHANT' and m.signing_org = s.party;
  end case;
end $$;

-- The file without its last line, which has the digest of this.
create function statement_text(p_statement bigint) returns text language plpgsql stable as $$
declare
  s statement;
  due date;
  columns text;
begin
  select * into strict s from statement where statement.id = p_statement;
  select c.due into strict due from settlement_close c where c.day = s.day;
  columns := case s.kind
    when 'MERCHANT' then '序号,交易号,时间,终端号,类型,方向,原交易号,订单金额(元),商户承担(元),工会承担(元),会员实付(元),商户应得(元),原因,发生日期'
    when 'FUNDER' then '序号,商户号,活动,本日承担(元),本日退回(元),净额(元)'
    else '序号,商户号,消费笔数,消费金额(元),商户承担(元),工会承担(元),会员实付(元),退货笔数,退货金额(元),退商户承担(元),退工会承担(元),退会员(元)' end;
  return concat_ws(',', 'H', '1', s.kind, csv_cell(s.code), s.day, 'CNY', due, csv_cell(s.name)) || E'\r\n'
    || 'C,' || columns || E'\r\n'
    || coalesce((select string_agg(d || E'\r\n', '' order by n) from statement_details(p_statement) with ordinality as x (d, n)), '');
end $$;

-- The last line, but for the digest behind it.
create function statement_trailer(s statement) returns text language sql immutable as $$
  select concat_ws(',', 'T', s.sales + s.returns, s.sales, yuan(s.sales_fen), yuan(s.sales_own_fen), yuan(s.sales_union_fen),
    yuan(s.sales_member_fen), s.returns, yuan(-s.returns_fen), yuan(-s.returns_own_fen), yuan(-s.returns_union_fen),
    yuan(-s.returns_member_fen), s.late)
$$;
