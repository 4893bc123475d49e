-- How long what is kept is set by two people of the top union; whoever serves may not set it alone.
create table retention_change (
  what     text        primary key references retention,
  days     integer     not null check (days between 0 and 36500),
  reason   text        not null check (length(reason) between 1 and 500),
  asked_by integer     not null references staff,
  asked_at timestamptz not null
);

-- Does what was asked for, with the rights of the tables' owner: another than who asked confirms it. Gives the days of
-- before; null: nothing was asked for, or by the same person.
create function retention_confirm(p_what text, p_staff integer) returns integer language plpgsql
  security definer set search_path from current as $$
declare
  c retention_change;
  before integer;
begin
  select r.days into before from retention r where r.what = p_what for update;
  delete from retention_change where what = p_what and asked_by <> p_staff
    and exists (select from staff where id = p_staff and status = 'ACTIVE')
  returning * into c;
  if c.what is null then
    return null;
  end if;
  update retention set days = c.days where what = p_what;
  return before;
end $$;
revoke execute on function retention_confirm(text, integer) from public;
