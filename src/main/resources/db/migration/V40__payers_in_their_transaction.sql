-- Who pays which fen belongs to its transaction and lies in its row; the double entry follows from it and is stored no
-- more. Readers find both under the names they had. What lies in rows of its own is moved by the next step.

alter table transaction
  -- of which benefit, who, how many fen: one element each for each payer, null where nobody pays anything
  add column campaigns integer[],
  -- a merchant; below zero an organisation
  add column payers    integer[],
  -- signed as the effect
  add column fens      bigint[];

-- What came back of each payer of a sale, advice or completed hold, in their order; of a hold that was freed all did.
alter table undo add column returned bigint[];

alter table allocation rename to allocation_row;
alter table posting rename to posting_row;

-- Who pays which fen of which benefit. Undoing adds the negative. A completion uses what its hold had reserved.
create view allocation as
  select t.id as transaction, p.line::smallint as line, p.campaign,
    case when p.payer < 0 then 'UNION' else 'MERCHANT' end as funder, abs(p.payer) as party, p.fen,
    case when h.state in ('RELEASED', 'EXPIRED', 'REVERSED') then p.fen
      else coalesce(u.returned[p.line], 0) end as returned_fen
  from transaction t
  cross join lateral unnest(t.campaigns, t.payers, t.fens) with ordinality as p (campaign, payer, fen, line)
  left join undo u on u.original = t.id
  left join hold h on h.origin = t.id
  where t.effect in (1, 2, -1, -2);

-- Double entry: the fen of one transaction sum to zero.
create view posting as
  select t.id as transaction, p.line::smallint as line, p.account, p.party, p.fen
  from transaction t
  cross join lateral (
    select 1 as line, 'MEMBER' as account,
      coalesce(t.card, (select s.card from transaction s where s.id = t.original), 0) as party,
      case when t.effect < 0 then -t.member_pays_fen else t.member_pays_fen end as fen
    where t.member_pays_fen <> 0
    union all
    select (t.member_pays_fen <> 0)::integer + a.line, case when a.payer < 0 then 'UNION' else 'MERCHANT' end,
      abs(a.payer), a.fen
    from unnest(t.payers, t.fens) with ordinality as a (payer, fen, line)
    union all
    select (t.member_pays_fen <> 0)::integer + coalesce(cardinality(t.payers), 0) + 1, 'SALES', t.merchant,
      case when t.effect < 0 then t.order_fen else -t.order_fen end
    where t.order_fen <> 0) p
  where t.effect in (1, 3, -1, -3);

-- ---- moving -----------------------------------------------------------------------------------------
create table rows_moved (
  one  boolean primary key default true check (one),
  -- all transactions up to this one are moved
  upto bigint  not null
);
insert into rows_moved values (true, 0);

-- Moves what belongs to the next transactions, and proves that the views say what the rows said. Gives how many.
create function rows_move(p_most integer) returns integer language plpgsql
set plan_cache_mode = force_custom_plan set jit = off as $$
declare
  low  bigint;
  high bigint;
  n    integer;
  odd  bigint;
begin
  select upto into strict low from rows_moved for update;
  select max(id), count(*) into high, n
    from (select id from transaction where id > low order by id limit p_most) t;
  if n = 0 then
    return 0;
  end if;

  update transaction t set campaigns = a.campaigns, payers = a.payers, fens = a.fens
  from (
    select transaction, array_agg(campaign order by line) as campaigns,
      array_agg(case funder when 'UNION' then -party else party end order by line) as payers,
      array_agg(fen order by line) as fens
    from allocation_row where transaction > low and transaction <= high group by transaction) a
  where t.id = a.transaction and t.id > low and t.id <= high;

  update transaction t set campaigns = a.campaigns, payers = a.payers, fens = a.fens
  from transaction c
  cross join lateral (
    select array_agg(campaign order by line) as campaigns,
      array_agg(case funder when 'UNION' then -party else party end order by line) as payers,
      array_agg(case when c.effect < 0 then -fen else fen end order by line) as fens
    from allocation_row where transaction = c.original) a
  where t.id = c.id and c.id > low and c.id <= high and c.effect in (3, -3);

  update undo set returned = (
      select array_agg(returned_fen order by line) from allocation_row where transaction = original)
    where original > low and original <= high;

  select transaction into odd from (
    (select * from allocation_row where transaction > low and transaction <= high
     except all
     select * from allocation where transaction > low and transaction <= high)
    union all
    (select * from allocation where transaction > low and transaction <= high
     except all
     select * from allocation_row where transaction > low and transaction <= high)) d limit 1;
  if odd is null then
    select transaction into odd from (
      (select * from posting_row where transaction > low and transaction <= high
       except all
       select * from posting where transaction > low and transaction <= high)
      union all
      (select * from posting where transaction > low and transaction <= high
       except all
       select * from posting_row where transaction > low and transaction <= high)) d limit 1;
  end if;
  if odd is not null then
    raise exception 'what is stored of transaction % contradicts itself; nothing of it was moved', odd
      using hint = 'Run the audit of the release that wrote it.';
  end if;
  update rows_moved set upto = high;
  return n;
end $$;
