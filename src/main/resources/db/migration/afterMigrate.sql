-- Run after every migration: the months to come have their partitions; what is later still falls into
-- transaction_rest, and nothing is lost.
select make_transaction_partitions(current_date, 13);

-- Who serves owns nothing: no DDL, no trigger switched off, and what is only ever added to cannot be
-- changed. The checkout line sells, and knows no names. Reports read what they count. Who reads sees
-- neither keys nor what is encrypted of members. All are groups without a login; a login is put into one
-- of them (migrate --serving-login and so on, or grant). Where whoever migrates may make no roles,
-- somebody who may makes these first; who is missing gets no rights.
do $$
declare
  t record;
  name text;
  served boolean;
  lined boolean;
  reported boolean;
begin
  -- two databases of one server may be migrated at once
  perform pg_advisory_xact_lock(7305804402);
  foreach name in array array['ecard_serves', 'ecard_reads', 'ecard_line', 'ecard_reports'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin', name);
      end if;
    exception
      when insufficient_privilege then
        raise warning 'role % is missing and cannot be made by %', name, current_user;
      when unique_violation or duplicate_object then
        null;
    end;
  end loop;
  select count(*) = 2 into served from pg_roles where rolname in ('ecard_serves', 'ecard_reads');
  select count(*) = 1 into lined from pg_roles where rolname = 'ecard_line';
  select count(*) = 1 into reported from pg_roles where rolname = 'ecard_reports';
  if not served then
    return;
  end if;

  execute format('grant usage on schema %I to ecard_serves, ecard_reads', current_schema());
  execute format('grant usage, select on all sequences in schema %I to ecard_serves', current_schema());
  for t in
    select c.oid, c.relname, c.relkind,
      -- what is only ever added to; a transaction is locked while it is undone, which needs a right to
      -- update: its number, whose change the audit finds
      c.relname in ('audit', 'audit_seal', 'block', 'transaction', 'transaction_key', 'code_use',
        'merchant_step', 'merchant_document', 'merchant_declaration', 'merchant_selection',
        'complaint_weighing', 'complaint_step', 'complaint_evidence', 'ticket_step',
        'review_edition', 'supervision_policy', 'partner_review', 'calendar_edition', 'book_entry',
        'settlement_fence', 'settlement_late', 'campaign_day', 'settlement_case_step', 'settlement_hint',
        'payment_result', 'consent', 'member_move', 'partner_step', 'notice_schedule_run', 'province_receipt') as kept,
      c.relname in ('audit_head', 'keyring', 'schema_history', 'merchant_transition',
        'complaint_transition', 'retention', 'consent_text') as given,
      c.relname in ('keyring', 'member', 'subscription_key', 'terminal_key', 'terminal_session',
        'terminal_activation', 'staff', 'staff_request', 'complaint', 'card_enrolment', 'payee',
        'lottery_seed', 'responsible', 'member_key', 'data_request', 'personal_read', 'second_factor',
        'second_factor_offer', 'recovery_code', 'member_list_named', 'staff_session', 'province_row') as secret
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and not c.relispartition
      and c.relkind in ('r', 'p', 'v')
  loop
    execute format('revoke all on %I from ecard_serves, ecard_reads', t.relname);
    if t.given or t.relkind = 'v' then
      execute format('grant select on %I to ecard_serves', t.relname);
    elsif t.kept then
      execute format('grant select, insert on %I to ecard_serves', t.relname);
    else
      execute format('grant select, insert, update, delete on %I to ecard_serves', t.relname);
    end if;
    if not t.secret then
      execute format('grant select on %I to ecard_reads', t.relname);
    end if;
    if lined then
      execute format('revoke all on %I from ecard_line', t.relname);
      if not t.secret then
        execute format('grant select on %I to ecard_line', t.relname);
      end if;
    end if;
    if reported then
      execute format('revoke all on %I from ecard_reports', t.relname);
      if not t.secret then
        execute format('grant select on %I to ecard_reports', t.relname);
      end if;
    end if;
  end loop;
  grant update (id) on transaction to ecard_serves;
  grant execute on function retention_confirm(text, integer) to ecard_serves;
  -- a member's words go with him; the stars stay
  grant update (text) on review_edition to ecard_serves;
  grant select (id, login, name, org, roles, status, epoch) on staff to ecard_reads;

  if lined then
    execute format('grant usage on schema %I to ecard_line', current_schema());
    execute format('grant usage, select on all sequences in schema %I to ecard_line', current_schema());
    -- what a sale has to know of a member: his union and what benefits he has
    grant select (id, org, category, left_at, forgotten_at) on member to ecard_line;
    grant insert on block, transaction, transaction_key, code_use, outbox, undo, entitlement to ecard_line;
    grant update (id) on transaction to ecard_line;  -- it is locked while it is undone
    grant insert, update on chain, allowance, hold, terminal_counter to ecard_line;
    grant update on undo, entitlement to ecard_line;
  end if;
  if reported then
    execute format('grant usage on schema %I to ecard_reports', current_schema());
    grant select (id, org, category, left_at, forgotten_at) on member to ecard_reports;
    grant select (id, no, lane, kind, severity, state, merchant, owner, opened_at, closed_at)
      on complaint to ecard_reports;
    grant select (id, login, name, org, roles, status, epoch, merchant) on staff to ecard_reports;
  end if;
end $$;
