-- A close compared every batch that ever failed to balance anew, each time, and planned that over all transactions there are: closing a
-- day took longer with each day gone by. Now it looks at what has something new to say, batch by batch, each by the batch's own index.

-- Null: not compared yet. False: as a whole, for its till has not listed what it did. True: line by line.
alter table batch_close add column compared boolean;
create index batch_close_to_compare on batch_close (terminal, batch)
  where state = 'UNBALANCED' and (compared is null or not compared and ended_at is not null);

-- Where tills and the ledger differ: batches that do not balance, line by line where the till has listed what it did, as a
-- whole where it has not. Gives how many cases were opened.
create or replace function settlement_compare_tills(p_at timestamptz, p_due timestamptz) returns integer language plpgsql set jit = off as $$
declare
  odd    record;
  opened integer := 0;
  n      integer;
begin
  for odd in
    select c.terminal, c.batch, c.ended_at is not null as listed, t.merchant, m.signing_org,
      c.till_debit_fen - c.till_credit_fen as till_fen, c.debit_fen - c.credit_fen as here_fen,
      'till/' || c.terminal || '/' || c.batch || '/' || extract(epoch from c.closed_at)::bigint || '/' as key
    from batch_close c join terminal t on t.id = c.terminal join merchant m on m.id = t.merchant
    where c.state = 'UNBALANCED' and (c.compared is null or not c.compared and c.ended_at is not null)
    order by c.terminal, c.batch
    for update of c
  loop
    if odd.listed then
      -- both sides of one request: sold here and taken back there
      select count(case_open(odd.key || d.side || '/' || d.request_id,
          case when d.here_fen is not null and d.till_fen is not null then 'AMOUNT' when d.sides > 1 then 'STATE' else 'ONE_SIDED' end,
          'TILL', odd.merchant, odd.signing_org, null, null, null, d.here_fen, d.till_fen, null, null, p_at, p_due))
        into n
      from (
        select b.*, count(*) over (partition by b.request_id) as sides from batch_difference b
        where b.terminal = odd.terminal and b.batch = odd.batch) d;
    else
      n := (case_open(odd.key || 'total',
          case when odd.till_fen > odd.here_fen then 'LONG' when odd.till_fen < odd.here_fen then 'SHORT' else 'AMOUNT' end,
          'TILL', odd.merchant, odd.signing_org, null, null, null, odd.here_fen, odd.till_fen, null, null, p_at, p_due) is not null)::integer;
    end if;
    opened := opened + n;
    update batch_close set compared = odd.listed where terminal = odd.terminal and batch = odd.batch;
  end loop;
  return opened;
end $$;
