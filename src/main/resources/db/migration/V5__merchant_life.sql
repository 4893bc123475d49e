-- The life of a merchant, the one-vote veto, stores, and the terminals bound to them.

-- ---- what the checkout line loads again -----------------------------------------------------------
-- A merchant's or terminal's state is read in every flight; only what the catalog holds makes the
-- lanes load it anew.
drop trigger definitions_changed on merchant;
create trigger definitions_changed after insert or delete or truncate
  or update of id, merchant_no, name, category, authorising_org, signing_org on merchant
  for each statement execute function definitions_changed();
drop trigger definitions_changed on terminal;
create trigger definitions_changed after insert or delete or truncate
  or update of id, terminal_no, merchant on terminal
  for each statement execute function definitions_changed();

create sequence merchant_id as integer start 1000000000;
create sequence merchant_serial as integer start 100000 maxvalue 999999;
create sequence terminal_id as integer start 1000000000;
create sequence terminal_serial as integer maxvalue 9999999;

create index merchant_authorising on merchant (authorising_org);
create index merchant_signing on merchant (signing_org);
create index merchant_credit_code on merchant (credit_code);

-- ---- steps ----------------------------------------------------------------------------------------
-- The state machine as a table; the class merchant.Step says the same, with who may take a step.
create table merchant_transition (
  step       text not null,
  from_state text not null,
  to_state   text not null,
  primary key (step, from_state, to_state)
);
insert into merchant_transition values
  ('RECOMMEND', 'NONE', 'RECOMMENDED'),
  ('NEGOTIATE', 'RECOMMENDED', 'NEGOTIATING'),
  ('SIGN', 'NEGOTIATING', 'SIGNED'),
  ('APPLY', 'SIGNED', 'APPLIED'),
  ('INVESTIGATE', 'APPLIED', 'DUE_DILIGENCE'),
  ('APPROVE', 'DUE_DILIGENCE', 'APPROVED'),
  ('REJECT', 'RECOMMENDED', 'TERMINATED'),
  ('REJECT', 'NEGOTIATING', 'TERMINATED'),
  ('REJECT', 'SIGNED', 'TERMINATED'),
  ('REJECT', 'APPLIED', 'TERMINATED'),
  ('REJECT', 'DUE_DILIGENCE', 'TERMINATED'),
  ('GO_LIVE', 'APPROVED', 'LIVE'),
  ('RENEW', 'LIVE', 'LIVE'),
  ('ORDER_RECTIFICATION', 'LIVE', 'RECTIFYING'),
  ('CONFIRM_RECTIFIED', 'RECTIFYING', 'LIVE'),
  ('SUSPEND', 'LIVE', 'SUSPENDED'),
  ('SUSPEND', 'RECTIFYING', 'SUSPENDED'),
  ('REINSTATE', 'SUSPENDED', 'LIVE'),
  ('TERMINATE', 'APPROVED', 'TERMINATED'),
  ('TERMINATE', 'LIVE', 'TERMINATED'),
  ('TERMINATE', 'RECTIFYING', 'TERMINATED'),
  ('TERMINATE', 'SUSPENDED', 'TERMINATED'),
  ('VETO', 'APPROVED', 'DUE_DILIGENCE'),
  ('VETO', 'LIVE', 'SUSPENDED'),
  ('VETO', 'RECTIFYING', 'SUSPENDED');

create table merchant_step (
  id          bigint  primary key generated always as identity,
  merchant    integer not null references merchant,
  step        text    not null,
  from_state  text    not null,
  to_state    text    not null,
  -- null: the gateway itself
  staff       integer references staff,
  at          timestamptz not null,
  reason      text    not null check (length(reason) between 1 and 500),
  document_no text    check (length(document_no) between 1 and 60),
  foreign key (step, from_state, to_state) references merchant_transition,
  constraint step_is_documented check (document_no is not null or step not in
    ('SIGN', 'APPROVE', 'RENEW', 'REINSTATE', 'TERMINATE')),
  constraint step_has_an_author check (staff is not null or step in ('SUSPEND', 'VETO'))
);
create index merchant_step_of on merchant_step (merchant, id);

-- No one approves what he prepared, no one reinstates what he suspended; whatever the program thinks.
create function merchant_four_eyes() returns trigger language plpgsql as $$
begin
  if (new.step = 'APPROVE' and exists (
        select from merchant_step s where s.merchant = new.merchant and s.staff = new.staff
          and s.step in ('RECOMMEND', 'NEGOTIATE', 'SIGN', 'APPLY', 'INVESTIGATE')))
    or (new.step = 'REINSTATE' and (
        select s.staff from merchant_step s
        where s.merchant = new.merchant and s.to_state = 'SUSPENDED' order by s.id desc limit 1)
        = new.staff) then
    raise exception 'the same person cannot do both' using errcode = 'EC013';
  end if;
  return new;
end $$;
create trigger merchant_four_eyes before insert on merchant_step
  for each row execute function merchant_four_eyes();

-- ---- the file of a merchant -----------------------------------------------------------------------
create table merchant_document (
  id          bigint  primary key generated always as identity,
  merchant    integer not null references merchant,
  kind        text    not null check (kind in ('BUSINESS_LICENCE', 'CONTRACT', 'PERMIT', 'OTHER')),
  number      text    not null check (length(number) between 1 and 60),
  -- where the paper lies, and its digest (SHA-256)
  reference   text    not null check (length(reference) between 1 and 200),
  digest      bytea   not null check (length(digest) = 32),
  valid_from  date    not null,
  -- null: without end
  valid_until date    check (valid_until >= valid_from),
  staff       integer not null references staff,
  at          timestamptz not null
);
create index merchant_document_of on merchant_document (merchant, kind);
create index merchant_document_expiry on merchant_document (valid_until);

-- Each person's word about his own interest in a merchant; the last one counts.
create table merchant_declaration (
  id        bigint  primary key generated always as identity,
  merchant  integer not null references merchant,
  staff     integer not null references staff,
  conflict  boolean not null,
  statement text    not null check (length(statement) between 1 and 500),
  at        timestamptz not null
);
create index merchant_declaration_of on merchant_declaration (merchant, staff, id);

-- How it came to be chosen: among whom, by what criteria, by which meeting.
create table merchant_selection (
  id         bigint  primary key generated always as identity,
  merchant   integer not null references merchant,
  candidates integer not null check (candidates >= 1),
  criteria   text    not null check (length(criteria) between 1 and 500),
  score      integer not null check (score between 0 and 100),
  meeting    text    not null check (length(meeting) between 1 and 200),
  decided_on date    not null,
  reference  text    not null check (length(reference) between 1 and 200),
  digest     bytea   not null check (length(digest) = 32),
  staff      integer not null references staff,
  at         timestamptz not null
);
create index merchant_selection_of on merchant_selection (merchant);

-- ---- the veto (一票否决) ---------------------------------------------------------------------------
create function credit_code_valid(code text) returns boolean
language plpgsql immutable strict as $$
declare
  alphabet constant text := '0123456789ABCDEFGHJKLMNPQRTUWXY';
  weights constant integer[] := '{1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28}';
  total integer := 0;
begin
  if code !~ '^[0-9A-HJ-NPQRTUWXY]{18}$' then
    return false;
  end if;
  for i in 1 .. 17 loop
    total := total + (strpos(alphabet, substr(code, i, 1)) - 1) * weights[i];
  end loop;
  return strpos(alphabet, substr(code, 18, 1)) - 1 = (31 - total % 31) % 31;
end $$;

-- What is known of a merchant as an employer; the latest row counts. A union, of its own or a joint
-- one, is proved by its credit code, which begins with 81.
create table merchant_labour (
  id          bigint  primary key generated always as identity,
  merchant    integer not null references merchant,
  as_of       date    not null,
  employees   integer not null check (employees >= 0),
  members     integer not null check (members >= 0),
  union_code  char(18) check (union_code like '81%' and credit_code_valid(union_code)),
  reference   text    not null check (length(reference) between 1 and 200),
  digest      bytea   not null check (length(digest) = 32),
  staff       integer not null references staff,
  at          timestamptz not null
);
create index merchant_labour_of on merchant_labour (merchant, as_of, id);

-- A serious infringement of workers' rights, under the credit code of who committed it: another
-- contract under another name has the same past. Time does not cure it; only a wrong record is
-- annulled, by somebody else than who made it.
create table labour_violation (
  id          bigint  primary key generated always as identity,
  credit_code char(18) not null,
  source      text    not null check (source in
    ('LABOUR_INSPECTION', 'WAGE_ARREARS_LIST', 'JUDGMENT_OR_AWARD', 'HOTLINE_12351')),
  document_no text    not null check (length(document_no) between 1 and 60),
  decided_on  date    not null,
  reference   text    not null check (length(reference) between 1 and 200),
  digest      bytea   not null check (length(digest) = 32),
  staff       integer not null references staff,
  at          timestamptz not null,
  annulled_by integer references staff check (annulled_by <> staff),
  annulled_at timestamptz,
  annulled_why text   check (length(annulled_why) between 1 and 500),
  annulled_document_no text check (length(annulled_document_no) between 1 and 60),
  check (num_nonnulls(annulled_by, annulled_at, annulled_why, annulled_document_no) in (0, 4)),
  unique (credit_code, source, document_no)
);

-- A veto while it stands and after it was lifted, with the grounds and their evidence.
create table merchant_veto (
  id        bigint  primary key generated always as identity,
  merchant  integer not null references merchant,
  grounds   text[]  not null check (cardinality(grounds) >= 1 and
    grounds <@ array['NO_UNION_ESTABLISHED', 'SERIOUS_RIGHTS_VIOLATION']),
  evidence  jsonb   not null,
  staff     integer references staff,
  at        timestamptz not null,
  lifted_at timestamptz check (lifted_at >= at)
);
create unique index merchant_veto_stands on merchant_veto (merchant) where lifted_at is null;

-- The grounds a merchant falls under now. With 25 or more members a committee has to be set up
-- (工会法 article 11); so many employees are taken for the same duty.
create function merchant_veto_grounds(p_merchant integer) returns text[]
language sql stable as $$
  select array_remove(array[
    (select 'NO_UNION_ESTABLISHED' from (
       select employees, members, union_code from merchant_labour
       where merchant = p_merchant order by as_of desc, id desc limit 1) l
     where greatest(l.employees, l.members) >= 25 and l.union_code is null),
    (select 'SERIOUS_RIGHTS_VIOLATION' where exists (
       select from labour_violation v join merchant m on m.credit_code = v.credit_code
       where m.id = p_merchant and v.annulled_at is null))], null)
$$;

create function merchant_veto_evidence(p_merchant integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'labour', (select jsonb_build_object('asOf', as_of, 'employees', employees, 'members', members,
         'unionCode', union_code, 'reference', reference, 'digest', encode(digest, 'hex'))
       from merchant_labour where merchant = p_merchant order by as_of desc, id desc limit 1),
    'violations', (select coalesce(jsonb_agg(jsonb_build_object('source', v.source,
         'documentNo', v.document_no, 'reference', v.reference, 'digest', encode(v.digest, 'hex'))
         order by v.id), '[]')
       from labour_violation v join merchant m on m.credit_code = v.credit_code
       where m.id = p_merchant and v.annulled_at is null))
$$;

-- No way into the platform, and none back, while a ground stands: for nobody, by no means.
create function merchant_veto_bars() returns trigger language plpgsql as $$
begin
  if cardinality(merchant_veto_grounds(new.id)) > 0 then
    raise exception 'merchant % is vetoed', new.merchant_no using errcode = 'EC012';
  end if;
  return new;
end $$;
create trigger merchant_veto_bars before update of status on merchant for each row
  when (new.status in ('APPROVED', 'LIVE') and new.status <> old.status)
  execute function merchant_veto_bars();

-- An event for the union, in the transaction of what it tells of. Neither reasons nor names: both
-- may be personal.
create function merchant_event(p_merchant integer, p_kind text, p_subject bigint, p_at timestamptz,
  p_body jsonb) returns void language sql as $$
  insert into outbox (kind, merchant, subject, at, body)
  values (p_kind, p_merchant, p_subject, p_at, p_body::text)
$$;

-- Looks whether a merchant falls under a ground and does what follows, in the caller's transaction;
-- gives the grounds. Nothing happens where nothing changed, so it may be asked at any time.
create function merchant_veto_apply(p_merchant integer, p_staff integer, p_at timestamptz)
returns text[] language plpgsql as $$
declare
  m merchant;
  v merchant_veto;
  grounds text[];
  target text;
  step bigint;
begin
  select * into strict m from merchant where id = p_merchant for update;
  grounds := merchant_veto_grounds(p_merchant);
  select * into v from merchant_veto where merchant = p_merchant and lifted_at is null;
  if v.id is not null and v.grounds is distinct from grounds then
    update merchant_veto set lifted_at = greatest(p_at, at) where id = v.id;
  end if;
  if v.grounds is distinct from nullif(grounds, '{}') then
    if cardinality(grounds) > 0 then
      insert into merchant_veto (merchant, grounds, evidence, staff, at)
      values (p_merchant, grounds, merchant_veto_evidence(p_merchant), p_staff, p_at)
      returning * into v;
      perform merchant_event(p_merchant, 'merchant.vetoed', v.id, p_at,
        jsonb_build_object('grounds', to_jsonb(grounds), 'state', m.status));
    else
      perform merchant_event(p_merchant, 'merchant.veto.lifted', v.id, p_at,
        jsonb_build_object('grounds', to_jsonb(v.grounds), 'state', m.status));
    end if;
    insert into audit (at, staff, actor, orgs, action, subject, outcome, detail)
    values (p_at, p_staff, coalesce((select login from staff where id = p_staff), 'gateway'),
      array[m.authorising_org, m.signing_org],
      case when cardinality(grounds) > 0 then 'merchant.vetoed' else 'merchant.veto-lifted' end,
      m.merchant_no, 'DONE', jsonb_build_object('veto', v.id, 'grounds', to_jsonb(grounds)));
  end if;
  select to_state into target from merchant_transition
    where merchant_transition.step = 'VETO' and from_state = m.status;
  if target is not null and cardinality(grounds) > 0 then
    insert into merchant_step (merchant, step, from_state, to_state, staff, at, reason)
    values (p_merchant, 'VETO', m.status, target, p_staff, p_at,
      '一票否决：' || array_to_string(grounds, '、')) returning id into step;
    update merchant set status = target where id = p_merchant;
    if target = 'SUSPENDED' then
      perform merchant_event(p_merchant, 'merchant.suspended', step, p_at, jsonb_build_object(
        'step', 'VETO', 'from', m.status, 'to', target, 'grounds', to_jsonb(grounds)));
    end if;
  end if;
  return grounds;
end $$;

-- ---- stores and terminals -------------------------------------------------------------------------
create table store (
  id        integer primary key generated always as identity,
  merchant  integer not null references merchant,
  name      text    not null check (length(name) between 1 and 60),
  area_code char(6) not null check (area_code ~ '^[0-9]{6}$'),
  address   text    not null check (length(address) between 1 and 200),
  status    text    not null check (status in ('OPEN', 'CLOSED')),
  unique (id, merchant),
  unique (merchant, name)
);

-- REGISTERED: bound, but its device has not been activated (again); refused like a suspended one.
alter table terminal drop constraint terminal_status_check;
alter table terminal add constraint terminal_status_check
  check (status in ('REGISTERED', 'ACTIVE', 'SUSPENDED'));
-- one device, one code
create unique index terminal_device_key on terminal (device_key);

-- What belongs together, one to one; a row is closed and never changed otherwise.
create table terminal_binding (
  id             bigint  primary key generated always as identity,
  terminal       integer not null references terminal,
  serial_no      text    not null check (length(serial_no) between 1 and 40),
  merchant       integer not null references merchant,
  credit_code    char(18) not null,
  store          integer not null,
  -- wrapped under the key-encryption key; shown by its last four characters
  account        bytea   not null,
  account_mask   text    not null check (account_mask ~ '^\*{4}[0-9A-Za-z]{4}$'),
  address        text    not null check (length(address) between 1 and 200),
  staff          integer not null references staff,
  bound_at       timestamptz not null,
  unbound_at     timestamptz check (unbound_at >= bound_at),
  foreign key (store, merchant) references store (id, merchant)
);
create unique index terminal_binding_one on terminal_binding (terminal) where unbound_at is null;
create unique index terminal_binding_serial on terminal_binding (serial_no) where unbound_at is null;

-- A code that lets a device get its certificate, once. The newest of a terminal is the only good one.
create table terminal_activation (
  id         bigint  primary key generated always as identity,
  terminal   integer not null references terminal,
  code_hash  bytea   not null check (length(code_hash) = 32),
  issued_at  timestamptz not null,
  expires_at timestamptz not null check (expires_at > issued_at),
  staff      integer not null references staff,
  -- counted before the code is looked at
  tries      integer not null default 0 check (tries >= 0),
  used_at    timestamptz
);
create index terminal_activation_of on terminal_activation (terminal, id);
