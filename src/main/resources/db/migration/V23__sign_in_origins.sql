-- Where an account has signed in from. Wrong passwords from there are counted here, all others in the
-- account: strangers who lock a login lock it for strangers. At most sixteen for each account.
create table staff_origin (
  staff        integer not null references staff,
  -- SHA-256 of account and address: to be recognised, not to be read
  origin       text    not null check (length(origin) = 64),
  tries        integer not null default 0 check (tries >= 0),
  locked_until timestamptz,
  good_at      timestamptz not null,
  primary key (staff, origin)
);
