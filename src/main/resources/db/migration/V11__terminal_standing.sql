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
