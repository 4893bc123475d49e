-- Tokens end with what they were given out for, and nobody alone can become somebody else.

-- ---- epochs ---------------------------------------------------------------------------------------
alter table staff
  -- grows with everything that may end a token: status, password, roles, organisation. A token names
  -- the epoch it was given out in
  add column epoch bigint not null default 1 check (epoch >= 1),
  -- the password was made by others and has to be changed at the first sign-in, until then; null: own
  add column one_time_until timestamptz;

create function staff_changed() returns trigger language plpgsql as $$
begin
  new.epoch := old.epoch + 1;
  perform pg_notify('staff_epoch', new.login || ' ' || new.epoch);
  return new;
end $$;
create trigger staff_changed before update on staff for each row
  when (old.status is distinct from new.status or old.password is distinct from new.password
    or old.roles is distinct from new.roles or old.org is distinct from new.org)
  execute function staff_changed();

create function staff_added() returns trigger language plpgsql as $$
begin
  perform pg_notify('staff_epoch', new.login || ' ' || new.epoch);
  return null;
end $$;
create trigger staff_added after insert on staff for each row execute function staff_added();

-- ---- two people -----------------------------------------------------------------------------------
-- What gives an account power over itself or others: asked for by one, done when another confirms it.
create table staff_request (
  id           bigint  primary key generated always as identity,
  action       text    not null check (action in ('ADD', 'PASSWORD', 'ROLES', 'ACTIVATE')),
  login        text    not null check (login ~ '^[a-z][a-z0-9._-]{2,31}$'),
  -- of the account, new or not
  org          integer not null references org,
  name         text    check (length(name) between 1 and 40),
  roles        text[],
  -- hash of the one-time password, until it is decided
  password     text    check (password like '$argon2id$%'),
  reason       text    not null check (length(reason) between 1 and 500),
  requested_by integer not null references staff,
  requested_at timestamptz not null,
  expires_at   timestamptz not null check (expires_at > requested_at),
  state        text    not null default 'OPEN'
    check (state in ('OPEN', 'CONFIRMED', 'REFUSED', 'LAPSED')),
  decided_by   integer references staff,
  decided_at   timestamptz,
  constraint staff_request_two_people check (state <> 'CONFIRMED' or decided_by <> requested_by),
  constraint staff_request_decided check ((state in ('CONFIRMED', 'REFUSED'))
    = (decided_by is not null) and (state = 'OPEN') = (decided_at is null)),
  constraint staff_request_asks check ((name is not null) = (action = 'ADD')
    and (roles is not null) = (action in ('ADD', 'ROLES'))),
  constraint staff_request_password
    check ((password is not null) = (state = 'OPEN' and action in ('ADD', 'PASSWORD')))
);
create unique index staff_request_open on staff_request (login) where state = 'OPEN';
create index staff_request_org on staff_request (org, id);
