-- The peer: no application server at all. One sale is one call of a stored procedure that keeps the facts
-- the gateway keeps in the rows that anybody would write: transaction (with a receipt body of the same size),
-- key, code use, two allocations, four postings, the member's use, the campaign's budget, the outbox event.
-- Needs a migrated, empty database and the psql variables body_bytes and event_bytes (what the gateway's rows
-- measure on average). The gateway keeps who pays in the transaction's row; here are rows of their own for it.
--
-- sell_compact does the same in the gateway's own rows: who pays in the transaction's row, an event that only has a place.
--
-- The peer is given every advantage that one call per sale can have: prepared, no network hop but the
-- loopback, a cached sequence, a constant body and fingerprint, and the contended budget row touched last.

insert into org (id, code, parent, kind, name, area_code, path) values
  (410800, '410800', null, 'CITY', 'city', '410800', '{410800}');
insert into member (id, org, category, name_cipher, identity_cipher, identity_index)
  select g, 410800, 'ORDINARY', '\x00', '\x00', sha256(g::text::bytea) from generate_series(1, 145000) g;
insert into card (serial, member, status, epoch, holder_mask)
  select g, g, 'ACTIVE', 1, '张**' from generate_series(1, 145000) g;
insert into merchant (id, merchant_no, name, credit_code, category, area_code, authorising_org, signing_org, status)
  select g, '8' || lpad(g::text, 14, '0'), 'shop ' || g, '9' || lpad(g::text, 17, '0'), 'EAT', '410800', 410800, 410800, 'LIVE'
  from generate_series(1, 600) g;
insert into terminal (id, terminal_no, merchant, serial_no, status)
  select g, 'T' || lpad(g::text, 7, '0'), 1 + g % 600, 'SN' || g, 'ACTIVE' from generate_series(1, 1000) g;
insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
  select g, 'B-' || g, 'campaign ' || g, 410800, 'bench', 'RUNNING', '2020-01-01', '2099-01-01',
    '{"benefit": {"kind": "PERCENT", "basisPoints": 1000, "capFen": 2000}, "funders": [
      {"funder": "UNION", "org": 410800, "shareBp": 7000}, {"funder": "MERCHANT", "shareBp": 3000}]}'
  from generate_series(1, 20) g;
insert into allowance (holder, kind, owner, limit_fen) select 0, 1, g, 1000000000000 from generate_series(1, 20) g;

create table peer_allocation (
  transaction bigint   not null,
  line        smallint not null,
  campaign    integer  not null,
  funder      text     not null check (funder in ('UNION', 'MERCHANT')),
  party       integer  not null,
  fen         bigint   not null check (fen <> 0),
  primary key (transaction, line)
);
create table peer_posting (
  transaction bigint   not null,
  line        smallint not null,
  account     text     not null check (account in ('MEMBER', 'UNION', 'MERCHANT', 'SALES')),
  party       bigint   not null,
  fen         bigint   not null check (fen <> 0),
  primary key (transaction, line)
);

-- ids of the current month, as the gateway's are; each sale is a block of its own, the first leaf of it
select format('create sequence sale_id start %s increment 512 cache 100', transaction_id_at(now())) \gexec

select format($f$
create function sell(p_terminal int, p_request text, p_card bigint, p_step bigint, p_campaign int, p_order bigint)
returns bigint language plpgsql as $$
declare
  v_merchant int;
  v_member   bigint;
  v_discount bigint := least(p_order / 10, 2000);
  v_union    bigint := v_discount * 7 / 10;
  v_day      int := (extract(epoch from now())::bigint + 28800) / 86400;
  v_id       bigint;
begin
  select t.merchant into v_merchant from terminal t join merchant m on m.id = t.merchant
    where t.id = p_terminal and t.status = 'ACTIVE' and m.status = 'LIVE';
  select member into v_member from card where serial = p_card and status = 'ACTIVE';
  if v_merchant is null or v_member is null then raise exception 'refused'; end if;
  v_id := nextval('sale_id');
  insert into transaction_key values (p_terminal, p_request, 0, v_id, 2, '\x00000000000000000000000000000000');
  insert into code_use values (p_card, p_step, v_id);
  insert into transaction (id, chain, seq, type, terminal, merchant, card, order_fen, member_pays_fen,
      discount_fen, request_id, body, batch, effect)
    values (v_id, 1, v_id, 2, p_terminal, v_merchant, p_card, p_order, p_order - v_discount,
      v_discount, p_request, repeat('x', %1$s)::bytea, 1, 1);
  insert into peer_allocation values
    (v_id, 0, p_campaign, 'UNION', 410800, v_union),
    (v_id, 1, p_campaign, 'MERCHANT', v_merchant, v_discount - v_union);
  insert into peer_posting values
    (v_id, 0, 'MEMBER', v_member, p_order - v_discount),
    (v_id, 1, 'UNION', 410800, v_union),
    (v_id, 2, 'MERCHANT', v_merchant, v_discount - v_union),
    (v_id, 3, 'SALES', v_merchant, -p_order);
  insert into outbox (kind, merchant, subject, at, body)
    values ('transaction.sale', v_merchant, v_id, now(), repeat('x', %2$s));
  insert into allowance as a (holder, kind, owner, limit_count, used_fen, used_count, day, day_fen, day_count)
    values (v_member, 2, p_campaign, 1000000, v_discount, 1, v_day, v_discount, 1)
    on conflict (holder, kind, owner) do update set
      used_fen = a.used_fen + excluded.used_fen, used_count = a.used_count + 1, day = excluded.day,
      day_fen = case when a.day = excluded.day then a.day_fen else 0 end + excluded.day_fen,
      day_count = case when a.day = excluded.day then a.day_count else 0 end + 1;
  update allowance set used_fen = used_fen + v_discount, used_count = used_count + 1
    where holder = 0 and kind = 1 and owner = p_campaign;
  return v_id;
end $$
$f$, :body_bytes, :event_bytes) \gexec

select format($f$
create function sell_compact(p_terminal int, p_request text, p_card bigint, p_step bigint, p_campaign int, p_order bigint)
returns bigint language plpgsql as $$
declare
  v_merchant int;
  v_member   bigint;
  v_discount bigint := least(p_order / 10, 2000);
  v_union    bigint := v_discount * 7 / 10;
  v_day      int := (extract(epoch from now())::bigint + 28800) / 86400;
  v_id       bigint;
begin
  select t.merchant into v_merchant from terminal t join merchant m on m.id = t.merchant
    where t.id = p_terminal and t.status = 'ACTIVE' and m.status = 'LIVE';
  select member into v_member from card where serial = p_card and status = 'ACTIVE';
  if v_merchant is null or v_member is null then raise exception 'refused'; end if;
  v_id := nextval('sale_id');
  insert into transaction_key values (p_terminal, p_request, 0, v_id, 2, '\x00000000000000000000000000000000');
  insert into code_use values (p_card, p_step, v_id);
  insert into transaction (id, chain, seq, type, terminal, merchant, card, order_fen, member_pays_fen,
      discount_fen, request_id, body, batch, effect, campaigns, payers, fens)
    values (v_id, 1, v_id, 2, p_terminal, v_merchant, p_card, p_order, p_order - v_discount,
      v_discount, p_request, repeat('x', %1$s)::bytea, 1, 1, array[p_campaign, p_campaign],
      array[-410800, v_merchant], array[v_union, v_discount - v_union]);
  insert into outbox (kind, merchant, subject, at, body)
    values ('transaction.sale', v_merchant, v_id, now(), null);
  insert into allowance as a (holder, kind, owner, limit_count, used_fen, used_count, day, day_fen, day_count)
    values (v_member, 2, p_campaign, 1000000, v_discount, 1, v_day, v_discount, 1)
    on conflict (holder, kind, owner) do update set
      used_fen = a.used_fen + excluded.used_fen, used_count = a.used_count + 1, day = excluded.day,
      day_fen = case when a.day = excluded.day then a.day_fen else 0 end + excluded.day_fen,
      day_count = case when a.day = excluded.day then a.day_count else 0 end + 1;
  update allowance set used_fen = used_fen + v_discount, used_count = used_count + 1
    where holder = 0 and kind = 1 and owner = p_campaign;
  return v_id;
end $$
$f$, :body_bytes) \gexec

vacuum analyze;
