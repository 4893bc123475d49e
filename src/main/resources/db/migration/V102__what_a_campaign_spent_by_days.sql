-- What a campaign spent on each day that is over, whoever pays it: kept when the day is booked, for nobody adds up a
-- campaign's sales again and again while its budget is looked at. Follows from settlement_share.
create table campaign_day (
  campaign integer not null references campaign,
  day      date    not null references settlement_close,
  -- what it took off less what came back on that day, and how many sales had it less those that came back
  fen      bigint  not null,
  sales    bigint  not null,
  primary key (campaign, day)
);

create function campaign_day_keep(p_day date) returns void language sql set jit = off set enable_nestloop = off as $$
  insert into campaign_day (campaign, day, fen, sales)
  select s.campaign, p_day, sum(s.fen), count(distinct s.id) filter (where s.fen > 0) - count(distinct s.id) filter (where s.fen < 0)
  from settlement_share(p_day) s join campaign c on c.id = s.campaign
  group by s.campaign
$$;

create function campaign_day_booked() returns trigger language plpgsql as $$
begin
  perform campaign_day_keep(new.day);
  return null;
end $$;

create trigger campaign_day_booked after update on settlement_close
  for each row when (old.state = 'FENCED' and new.state = 'BOOKED') execute function campaign_day_booked();

-- Of days that were booked before.
do $$
declare
  booked date;
begin
  for booked in select day from settlement_close where state <> 'FENCED' order by day loop
    perform campaign_day_keep(booked);
  end loop;
end $$;
