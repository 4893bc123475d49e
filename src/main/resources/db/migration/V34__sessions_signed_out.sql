-- Sessions before the pages that somebody has signed out of: what is left of their cookies proves
-- nobody. A row says nothing any more once the last token of its session has ended by itself, so the
-- table holds those of a quarter of an hour.
create table session_ended (
  id    text primary key check (id ~ '^[A-Za-z0-9_-]{22}$'),
  until timestamptz not null
);
create index session_ended_until on session_ended (until);

create function session_ended_told() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_ended', new.id);
  return null;
end $$;
create trigger session_ended_told after insert on session_ended
  for each row execute function session_ended_told();
