-- The union desk: who works for which organisation, and what each of them did.

-- Organisations made at a desk are numbered from here; those below were loaded.
create sequence org_id as integer start 1000000000;

create function org_within(p_org integer, p_root integer) returns boolean
language sql stable parallel safe as $$
  select exists (select from org where id = p_org and p_root = any (path))
$$;

-- ---- staff ----------------------------------------------------------------------------------------
create table staff (
  id           integer primary key generated always as identity,
  login        text    not null unique check (login ~ '^[a-z][a-z0-9._-]{2,31}$'),
  name         text    not null check (length(name) between 1 and 40),
  org          integer not null references org,
  roles        text[]  not null check (cardinality(roles) >= 1 and
    roles <@ array['CLERK', 'APPROVER', 'SUPERVISOR', 'AUDITOR', 'SYSTEM']),
  status       text    not null check (status in ('ACTIVE', 'SUSPENDED')),
  -- Argon2id in PHC form; says its own cost, so that it can be raised
  password     text    not null check (password like '$argon2id$%'),
  -- attempts since the last good one; counted before the password is looked at
  tries        integer not null default 0 check (tries >= 0),
  locked_until timestamptz,
  -- who gives out accounts uses none of their rights
  constraint staff_system_stands_alone check (cardinality(roles) = 1 or not 'SYSTEM' = any (roles))
);
create index staff_org on staff (org);

-- ---- audit ----------------------------------------------------------------------------------------
-- What staff did and tried. Rows are only ever added; each one's hash covers the one before, so a
-- row that was changed, taken out or put in between breaks the chain.
create table audit (
  seq     bigint  primary key,
  at      timestamptz not null,
  -- null: the gateway itself
  staff   integer references staff,
  actor   text    not null check ((staff is null) = (actor = 'gateway')),
  -- all organisations it concerns; whoever is above one of them may read it
  orgs    integer[] not null check (cardinality(orgs) >= 1),
  action  text    not null check (action ~ '^[a-z]+(\.[a-z-]+)+$'),
  subject text    not null check (subject <> ''),
  outcome text    not null check (outcome in ('DONE', 'REFUSED')),
  detail  jsonb   not null,
  prev    bytea   not null check (length(prev) = 32),
  hash    bytea   not null check (length(hash) = 32)
);

create table audit_head (
  one  boolean primary key default true check (one),
  seq  bigint  not null,
  hash bytea   not null
);
insert into audit_head (seq, hash) values (0, sha256('ecard-audit'));

create function audit_hash(a audit) returns bytea language sql immutable as $$
  select sha256(a.prev || convert_to(jsonb_build_array(a.seq,
    (extract(epoch from a.at) * 1000000)::bigint, a.actor, to_jsonb(a.orgs), a.action, a.subject,
    a.outcome, a.detail)::text, 'UTF8'))
$$;

-- Gives the row its place. Whoever writes holds the head until it commits: the last thing a
-- transaction does, so that it holds nothing others wait for while it works.
create function audit_append() returns trigger language plpgsql as $$
declare
  h audit_head;
begin
  select * into strict h from audit_head for update;
  new.seq := h.seq + 1;
  new.prev := h.hash;
  new.hash := audit_hash(new);
  update audit_head set seq = new.seq, hash = new.hash;
  return new;
end $$;
create trigger audit_append before insert on audit for each row execute function audit_append();

create function audit_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is only ever added to' using errcode = 'EC011';
end $$;
create trigger audit_is_kept before update or delete or truncate on audit
  for each statement execute function audit_is_kept();
