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

-- Keys that a terminal had before, on this device or another. Once it has a new one, the certificates that were made for
-- them prove nobody any more, and each node has to know that. While it has none, after it was bound elsewhere, the old
-- device may still undo what it did.
create table terminal_key_former (
  key_hash bytea       primary key check (length(key_hash) = 32),
  terminal integer     not null references terminal,
  at       timestamptz not null
);
create index terminal_key_former_of on terminal_key_former (terminal);

create view terminal_key_retired as
  select f.key_hash, f.terminal, f.at
  from terminal_key_former f join terminal t on t.id = f.terminal
  where t.device_key is not null and sha256(t.device_key) <> f.key_hash;

create function terminal_key_changed() returns trigger language plpgsql as $$
begin
  if old.device_key is not null then
    insert into terminal_key_former values (sha256(old.device_key), old.id, now())
      on conflict (key_hash) do update set terminal = excluded.terminal, at = excluded.at;
  end if;
  if new.device_key is not null then
    delete from terminal_key_former where key_hash = sha256(new.device_key);
    perform pg_notify('terminal_standing', 'k');
  end if;
  return null;
end $$;

create trigger terminal_key_changed after update of device_key on terminal for each row
  when (old.device_key is distinct from new.device_key)
  execute function terminal_key_changed();
