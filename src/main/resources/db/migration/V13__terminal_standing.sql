-- Nodes tell the terminals that are connected to them when these may no longer sell, or again. The line reads the same
-- columns in each flight; nothing depends on a notification to arrive.
create function terminal_standing_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('terminal_standing', tg_argv[0] || new.id);
  return null;
end $$;

create trigger merchant_standing_changed after update of status on merchant for each row
  when (old.status is distinct from new.status)
  execute function terminal_standing_changed('m');

create trigger terminal_standing_changed after update of status, merchant on terminal for each row
  when (old.status is distinct from new.status or old.merchant is distinct from new.merchant)
  execute function terminal_standing_changed('t');

-- Keys that a terminal gave up, by being bound elsewhere or activated on another device. The certificate made for such a
-- key still stands until it ends, so each node has to know that it proves nobody any more.
create table terminal_key_retired (
  key_hash bytea       primary key check (length(key_hash) = 32),
  terminal integer     not null references terminal,
  at       timestamptz not null
);

create function terminal_key_changed() returns trigger language plpgsql as $$
begin
  insert into terminal_key_retired values (sha256(old.device_key), old.id, now())
    on conflict (key_hash) do update set terminal = excluded.terminal, at = excluded.at;
  perform pg_notify('terminal_standing', 'k');
  return null;
end $$;

create function terminal_key_given() returns trigger language plpgsql as $$
begin
  delete from terminal_key_retired where key_hash = sha256(new.device_key);
  if found then
    perform pg_notify('terminal_standing', 'k');
  end if;
  return null;
end $$;

create trigger terminal_key_changed after update of device_key on terminal for each row
  when (old.device_key is not null and old.device_key is distinct from new.device_key)
  execute function terminal_key_changed();

create trigger terminal_key_given after update of device_key on terminal for each row
  when (new.device_key is not null and old.device_key is distinct from new.device_key)
  execute function terminal_key_given();
