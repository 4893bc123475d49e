-- The event of a transaction says nothing that the transaction's row does not say: it keeps its place in the outbox, which
-- orders, and its data is told from the row when it is read. What was written before stays as it was told.

alter table outbox
  alter column body drop not null,
  add constraint outbox_told check (body is not null or starts_with(kind, 'transaction.'));

create function effect_name(effect smallint) returns text language sql immutable strict as $$
  select (array['UNFINISHED', 'FREED', 'RETURNED', 'NONE', 'SPENT', 'RESERVED', 'FINISHED'])[effect + 4]
$$;

-- The members of the receipt's body that are not the holder's or the cashier's, what the transaction did, and what each
-- kind of payer bears; in canonical JSON.
create function transaction_data(body bytea, effect smallint, payers integer[], fens bigint[]) returns text
language sql immutable as $$
  select '{"allocations":[{"fen":' || coalesce(sum(fen) filter (where payer > 0), 0) || ',"funder":"MERCHANT"},{"fen":'
    || coalesce(sum(fen) filter (where payer < 0), 0) || ',"funder":"UNION"}],' || (
      select string_agg(to_json(m.name) || ':' || m.value, ',' order by m.name collate "C") from (
        select key as name, value::text from json_each(convert_from(body, 'UTF8')::json)
        where key not in ('card', 'form', 'holder', 'merchantName', 'retry', 'say', 'until')
        union all select 'effect', to_json(effect_name(effect))::text) m) || '}'
  from unnest(payers, fens) as p (payer, fen)
$$;

-- Each event with its data, for people, tests and tools.
create view event as
  select o.id, o.xid, o.kind, o.merchant, o.subject, o.at, coalesce(o.body, (
      select transaction_data(t.body, t.effect, t.payers, t.fens) from transaction t where t.id = o.subject)) as body
  from outbox o;
