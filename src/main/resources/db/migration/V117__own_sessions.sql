-- Who signed in before the pages sees where he is signed in, and signs out there, of one or of all.

alter table staff
  -- signed out everywhere: whatever was given out before ends with the epoch
  add column signed_out_at timestamptz;

drop trigger staff_changed on staff;
create trigger staff_changed before update on staff for each row
  when (old.status is distinct from new.status or old.password is distinct from new.password
    or old.roles is distinct from new.roles or old.org is distinct from new.org
    or old.second_factor_at is distinct from new.second_factor_at
    or old.signed_out_at is distinct from new.signed_out_at)
  execute function staff_changed();

create table staff_session (
  id       text        primary key check (length(id) between 1 and 64),
  staff    integer     not null references staff,
  -- of the account; a session of an earlier one has ended
  epoch    bigint      not null,
  began_at timestamptz not null,
  -- told once a minute while it is used
  used_at  timestamptz not null,
  -- the address as limits count it: IPv4, or the first 64 bits of IPv6
  origin   text        not null check (length(origin) between 1 and 64),
  browser  text        not null check (browser in ('CHROME', 'EDGE', 'FIREFOX', 'SAFARI', 'WECHAT', 'OTHER')),
  system   text        not null check (system in ('WINDOWS', 'MACOS', 'LINUX', 'ANDROID', 'IOS', 'OTHER'))
);
create index staff_session_of on staff_session (staff, began_at);
create index staff_session_began_at on staff_session (began_at);
