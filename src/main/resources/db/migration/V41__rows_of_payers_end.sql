-- All is moved and proved: the rows end, and the arrays are held to what their rows were held to.

do $$
begin
  if exists (select from transaction where id > (select upto from rows_moved))
    or exists (select from allocation_row where transaction > (select upto from rows_moved))
    or exists (select from posting_row where transaction > (select upto from rows_moved)) then
    raise exception 'not all rows of payers are moved';
  end if;
end $$;

drop function rows_move(integer);
drop table rows_moved, allocation_row, posting_row;

-- What the sums must be, and that what came back is not more than was paid, the audit proves.
alter table transaction
  add constraint transaction_payers_told check (num_nulls(campaigns, payers, fens) in (0, 3)
    and (campaigns is null or cardinality(campaigns) > 0 and cardinality(campaigns) = cardinality(payers)
      and cardinality(payers) = cardinality(fens))),
  add constraint transaction_payers_known check (0 <> all (payers)),
  add constraint transaction_payers_signed check (case
    when effect > 0 then 0 < all (fens) when effect < 0 then 0 > all (fens) else fens is null end);
alter table undo add constraint undo_returned check (0 <= all (returned));
