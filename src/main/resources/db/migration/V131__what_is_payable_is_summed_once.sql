-- An approval summed all that a union owes anew for each payment of its batch, and a bank's line looked through all that was ever booked of
-- its merchant: both took longer with each day gone by, until there was no answer in time.

create index book_entry_batch on book_entry (batch, merchant) where batch is not null;

-- Approves a draft: looks again at each payment, books what is told to the bank. Gives how many payments stand.
create or replace function payment_approve(p_batch bigint, p_staff integer, p_at timestamptz) returns integer language plpgsql as $$
declare
  b payment_batch;
  standing integer;
begin
  select * into strict b from payment_batch where id = p_batch for update;
  with owed as materialized (
    select merchant, sum(fen) as fen from payable(b.funder, b.through) group by merchant)
  update payment p set state = 'LEFT', payee = null, reason = d.why
  from (
    select q.no, coalesce(payment_bar(q.merchant, p_at),
      case when q.payee <> payee_at(q.merchant, p_at) then 'PAYEE_CHANGED'
        when q.fen <> coalesce(o.fen, 0) then 'AMOUNT_CHANGED' end) as why
    from payment q left join owed o on o.merchant = q.merchant
    where q.batch = p_batch and q.state = 'PLANNED') d
  where p.batch = p_batch and p.no = d.no and d.why is not null;
  with owed as materialized (select * from payable(b.funder, b.through))
  insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen, batch)
  select p_at, 'PAYMENT', (p_at at time zone 'Asia/Shanghai')::date, case when o.fen > 0 then 'OWED' else 'TRANSIT' end,
    case when o.fen > 0 then 'TRANSIT' else 'OWED' end, b.funder, o.campaign, o.merchant, abs(o.fen), p_batch
  from owed o join payment p on p.merchant = o.merchant
  where p.batch = p_batch and p.state = 'PLANNED';
  update payment set state = 'TOLD' where batch = p_batch and state = 'PLANNED';
  get diagnostics standing = row_count;
  if standing > 0 then
    update payment_batch set state = 'APPROVED', approved_by = p_staff, approved_at = p_at where id = p_batch;
  end if;
  return standing;
end $$;
