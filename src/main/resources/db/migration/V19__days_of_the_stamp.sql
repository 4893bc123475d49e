-- What is used in a day is filed under the day of the block's stamp, in China. Releases before this
-- one filed what flew over midnight under the day before, so the audit judges days from here on.

-- The day of a transaction, in days since 1970-01-01 in Asia/Shanghai, from its id alone.
create function transaction_day(id bigint) returns integer language sql immutable strict as $$
  select (((id >> 17) / 8 + 1767225600000 + 28800000) / 86400000)::integer
$$;

create table allowance_days (
  one   boolean primary key default true check (one),
  -- the first day of which every use is filed by its stamp
  since integer not null
);
insert into allowance_days (since)
select case when exists (select from transaction)
  then floor(extract(epoch from now() at time zone 'Asia/Shanghai') / 86400)::integer + 1 else 0 end;
