-- Keys take each other's place while tills sell: all nodes know a key before one uses it, and what was made with the one
-- before is taken until it has ended by itself.
alter table keyring
  -- since when it is used for what is new; null: announced, and known to whoever checks
  add column used_from timestamptz default now(),
  -- from when on nothing made with it is taken any more; null: never
  add column ends_at   timestamptz;
update keyring set used_from = created_at;
-- As it was until now: retired keys of codes were not taken, those of tokens until no token of theirs could live.
update keyring set ends_at = retired_at + case purpose when 'TOKEN' then interval '366 days' else interval '0' end
where retired_at is not null and purpose in ('CODE', 'TOKEN');
alter table keyring add constraint keyring_ends_when_retired
  check (ends_at is null or retired_at is not null and purpose in ('CODE', 'TOKEN'));

-- What each node knows, so that no key is used before all of them can check what it makes.
create table node_keys (
  node text        primary key check (length(node) between 1 and 100),
  at   timestamptz not null,
  -- keys of the keyring that it has opened
  kids text[]      not null,
  -- names of its key-encryption keys, the one that wraps first
  keks text[]      not null
) with (fillfactor = 50);

-- Another wrapping is no other master key: working keys live on, and the session with them.
create or replace function terminal_master_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.check_value = old.check_value and new.algorithm = old.algorithm
      and new.mac_mode = old.mac_mode and new.injected_at = old.injected_at and new.given_up = old.given_up then
    return null;
  end if;
  update terminal_session set wrapped = null, offered = null, offered_at = null, certified = false
    where terminal = new.terminal;
  perform pg_notify('terminal_standing', 't' || new.terminal);
  return null;
end $$;
