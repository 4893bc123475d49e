-- Self-built platforms of unions, and platforms that sell for merchants: from their application to live, and to their
-- end. What is about security is done by two people.

create table partner (
  id                  bigint  primary key generated always as identity,
  no                  char(12) not null unique check (no ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  -- the union that answers for it
  org                 integer not null references org,
  kind                text    not null check (kind in ('UNION_PLATFORM', 'SELLING_PLATFORM')),
  name                text    not null check (length(name) between 1 and 60 and one_line(name)),
  purpose             text    not null check (length(purpose) between 1 and 500),
  -- an office, no person
  contact             text    not null check (length(contact) between 1 and 200),
  -- what its program may do, and how often
  scopes              text[]  not null check (cardinality(scopes) >= 1 and scopes <@ array['REVIEWS', 'EVENTS', 'REDEEM']),
  requests_per_minute integer not null check (requests_per_minute between 1 and 60000),
  state               text    not null check (state in
    ('APPLIED', 'EXAMINED', 'AGREED', 'TRIAL', 'LIVE', 'SUSPENDED', 'ENDED', 'REJECTED')),
  applied_by          integer not null references staff,
  examined_by         integer references staff check (examined_by <> applied_by),
  agreed_by           integer references staff check (agreed_by <> applied_by and agreed_by <> examined_by),
  agreement_no        text    check (length(agreement_no) between 1 and 60),
  -- its last day
  agreement_until     date,
  -- its program's account; null: it has none yet
  account             integer unique references staff,
  -- what its program has shown on trial
  tried               text[]  not null default '{}' check (tried <@ array['TOKEN', 'REVIEWS']),
  live_at             timestamptz,
  last_token_at       timestamptz,
  -- what one person has asked for and another has not answered yet
  proposal            bigint,
  constraint partner_is_examined check (state in ('APPLIED', 'REJECTED') or examined_by is not null),
  constraint partner_is_agreed check (state in ('APPLIED', 'EXAMINED', 'REJECTED')
    or (agreed_by is not null and agreement_no is not null and agreement_until is not null)),
  constraint partner_has_an_account check ((state in ('TRIAL', 'LIVE', 'SUSPENDED')) <= (account is not null))
);
create index partner_org on partner (org, id);
create index partner_open on partner (org) where state not in ('ENDED', 'REJECTED');
create index partner_applied_by on partner (applied_by);
create index partner_examined_by on partner (examined_by) where examined_by is not null;
create index partner_agreed_by on partner (agreed_by) where agreed_by is not null;

-- Each step with who took it. A proposal does nothing before its confirmation, which names it.
create table partner_step (
  id         bigint  primary key generated always as identity,
  partner    bigint  not null references partner,
  step       text    not null check (step in
    ('APPLY', 'EXAMINE', 'AGREE', 'REJECT', 'PROPOSE', 'CONFIRM', 'DECLINE', 'SUSPEND')),
  -- of a proposal
  what       text    check (what in ('TRIAL', 'LIVE', 'KEY', 'TERMS', 'REINSTATEMENT', 'END')),
  detail     jsonb,
  answers    bigint  references partner_step,
  from_state text,
  to_state   text    not null,
  -- null: the gateway, when the agreement was over
  staff      integer references staff,
  at         timestamptz not null,
  reason     text    not null check (length(reason) between 1 and 500),
  constraint partner_proposes check ((step = 'PROPOSE') = (what is not null)),
  constraint partner_answers check ((step in ('CONFIRM', 'DECLINE')) = (answers is not null))
);
create index partner_step_of on partner_step (partner, id);
create index partner_step_staff on partner_step (staff) where staff is not null;
create unique index partner_step_answers on partner_step (answers) where answers is not null;
alter table partner add constraint partner_proposal foreign key (proposal) references partner_step;
create index partner_waits on partner (proposal) where proposal is not null;

create trigger partner_step_is_kept before update or delete or truncate on partner_step
  for each statement execute function is_kept();

create function partner_two_people() returns trigger language plpgsql as $$
begin
  if exists (select from partner_step p where p.id = new.answers and p.staff is not distinct from new.staff) then
    raise exception 'a second person confirms' using errcode = 'EC012';
  end if;
  return new;
end $$;
create trigger partner_two_people before insert on partner_step for each row
  when (new.step = 'CONFIRM') execute function partner_two_people();

-- The keys by which its program proves itself: SubjectPublicKeyInfo of P-256. The one before holds on for a while.
create table partner_key (
  id      bigint  primary key generated always as identity,
  partner bigint  not null references partner,
  spki    bytea   not null,
  hash    bytea   not null unique check (hash = sha256(spki)),
  since   timestamptz not null,
  until   timestamptz check (until >= since)
);
create index partner_key_of on partner_key (partner);

-- Terminals that its program works as, at the till's own doors. While it is suspended they are, too.
create table partner_terminal (
  terminal integer primary key references terminal,
  partner  bigint  not null references partner,
  staff    integer not null references staff,
  since    timestamptz not null,
  -- suspended with the partner, to be restored with it
  held     boolean not null default false
);
create index partner_terminal_of on partner_terminal (partner);
create index partner_terminal_staff on partner_terminal (staff);

alter table staff
  -- edition of the terms under which a partner's program has the account, which nobody signs in to; null: somebody's
  add column terms integer check (terms >= 1),
  add constraint staff_terms_are_a_partners check (terms is null or roles = array['PARTNER']);

drop trigger staff_changed on staff;
create trigger staff_changed before update on staff for each row
  when (old.status is distinct from new.status or old.password is distinct from new.password
    or old.roles is distinct from new.roles or old.org is distinct from new.org
    or old.second_factor_at is distinct from new.second_factor_at
    or old.signed_out_at is distinct from new.signed_out_at or old.terms is distinct from new.terms)
  execute function staff_changed();
