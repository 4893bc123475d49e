-- What is let go when a merchant is let back is let go by one function, and its decisions with it.
create or replace function supervision_begins(p_merchant integer) returns void language plpgsql as $$
declare
  r timestamptz := supervision_restart(p_merchant);
begin
  if r is null then
    return;
  end if;
  update supervision_decision set ended_at = greatest(r, at), ended_why = 'RESTARTED'
    where merchant = p_merchant and ended_at is null and at <= r;
  if exists (select from supervision_tally where merchant = p_merchant and since >= r) then
    return;
  end if;
  insert into supervision_tally values (p_merchant, r)
    on conflict (merchant) do update set since = excluded.since;
  delete from supervision_voice where merchant = p_merchant and posted_at <= r;
  delete from supervision_day where merchant = p_merchant;
  insert into supervision_day
    select merchant, day, count(*), count(*) filter (where bad)
    from supervision_voice where merchant = p_merchant group by merchant, day;
end $$;
