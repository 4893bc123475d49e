-- Whatever changes of an account ends what it was given out before, but for a few columns that say nothing of what it may do.
-- A column that comes later ends it, too, unless it is added here.
create function staff_as_given_out(p_staff staff) returns jsonb language sql stable as $$
  select to_jsonb(p_staff) - array['name', 'epoch', 'tries', 'locked_until', 'one_time_until']
$$;

drop trigger staff_changed on staff;
create trigger staff_changed before update on staff for each row
  when (staff_as_given_out(old) is distinct from staff_as_given_out(new))
  execute function staff_changed();
