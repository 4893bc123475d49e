-- A second proof of who signs in: codes by time (RFC 6238), and codes to be used once where the device is lost.

alter table staff
  -- since when the account has a second factor; null: none. Its tokens end with it
  add column second_factor_at timestamptz;

drop trigger staff_changed on staff;
create trigger staff_changed before update on staff for each row
  when (old.status is distinct from new.status or old.password is distinct from new.password
    or old.roles is distinct from new.roles or old.org is distinct from new.org
    or old.second_factor_at is distinct from new.second_factor_at)
  execute function staff_changed();

create table second_factor (
  staff     integer primary key references staff,
  -- the secret, under the key-encryption key
  wrapped   bytea   not null,
  -- the step of 30 s whose code was used last: neither it nor one before is taken again
  last_step bigint  not null check (last_step >= 0)
);

-- What was shown to somebody and is not in force before a code of it comes back.
create table second_factor_offer (
  staff   integer primary key references staff,
  wrapped bytea   not null,
  until   timestamptz not null
);

-- Each stands in for one code by time, and is gone then. SHA-256 of 80 random bits.
create table recovery_code (
  staff integer not null references staff,
  hash  bytea   not null check (length(hash) = 32),
  primary key (staff, hash)
);

alter table staff_request
  drop constraint staff_request_action_check,
  add constraint staff_request_action_check
    check (action in ('ADD', 'PASSWORD', 'ROLES', 'ACTIVATE', 'SECOND_FACTOR'));
