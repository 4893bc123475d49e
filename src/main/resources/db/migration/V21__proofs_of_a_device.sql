-- A proof belongs to a device. Working keys that were given out come into force when the terminal first uses them, so a
-- sign-on that anybody can send ends nothing; and whoever gives a device up ends all that proved it, whichever way.
alter table terminal_session
  -- given out, wrapped like the others, and not used yet
  add column offered    bytea,
  add column offered_at timestamptz,
  -- used with the client certificate of its terminal
  add column certified  boolean not null default false,
  add constraint offered_at_a_time check ((offered is null) = (offered_at is null));

-- Wrong MACs are counted where they come in, no longer here (mac_failures); what they ended stays ended.
update terminal_session set wrapped = null where mac_failures >= 3;

-- The device that holds this master key was given up: nobody signs on with it any more. What it did under its last
-- session it may still undo, until another device has proved itself.
alter table terminal_key add column given_up boolean not null default false;

create function terminal_proofs_changed() returns trigger language plpgsql as $$
begin
  if old.merchant is distinct from new.merchant
      or (old.device_key is not null and old.device_key is distinct from new.device_key)
      or (old.status <> 'REGISTERED' and new.status = 'REGISTERED') then
    update terminal_key set given_up = true where terminal = new.id;
    update terminal_session set offered = null, offered_at = null where terminal = new.id;
  end if;
  if new.device_key is not null and old.device_key is distinct from new.device_key then
    update terminal_session set wrapped = null, offered = null, offered_at = null, certified = false
      where terminal = new.id;
  end if;
  perform pg_notify('terminal_standing', 't' || new.id);
  return null;
end $$;

-- Named so that it fires behind terminal_key_changed: whoever is told looks at the keys that were retired first.
create trigger terminal_proofs_changed after update of device_key, merchant, status on terminal for each row
  when (old.device_key is distinct from new.device_key or old.merchant is distinct from new.merchant
    or (old.status <> 'REGISTERED' and new.status = 'REGISTERED'))
  execute function terminal_proofs_changed();

-- Working keys that were encrypted under another master key serve no longer.
create function terminal_master_changed() returns trigger language plpgsql as $$
begin
  update terminal_session set wrapped = null, offered = null, offered_at = null, certified = false
    where terminal = new.terminal;
  perform pg_notify('terminal_standing', 't' || new.terminal);
  return null;
end $$;

create trigger terminal_master_changed after insert or update of wrapped on terminal_key for each row
  execute function terminal_master_changed();

-- What a node remembers of a session for a moment ends with it on every node.
create function terminal_session_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('terminal_standing', 't' || new.terminal);
  return null;
end $$;

create trigger terminal_session_changed after update of wrapped on terminal_session for each row
  when (old.wrapped is distinct from new.wrapped)
  execute function terminal_session_changed();
