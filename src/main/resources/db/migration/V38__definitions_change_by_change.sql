-- An edit of a definition says what it changed: a lane forgets that alone. What the line does not read
-- does not count: neither a state, which each flight reads for itself, nor a draft of a campaign.

drop trigger definitions_changed on campaign;
drop trigger definitions_changed on merchant;
drop trigger definitions_changed on terminal;
drop trigger definitions_changed on org;
drop function definitions_changed();

-- Changes up to this version are no longer kept: who knows less knows nothing.
alter table definitions add column pruned bigint not null default 0;
update definitions set pruned = version;

create table definition_change (
  version bigint   not null,
  -- 1 campaign, 2 merchant, 3 terminal, 4 org; the enum definitions.Change.Kind says the same
  kind    smallint not null check (kind between 1 and 4),
  -- null: any of this kind
  id      integer
);
create index definition_change_version on definition_change (version);

-- The row of definitions is locked until the editor commits, so versions become visible in their
-- order, each with its changes.
create function define_anew(p_kind smallint, p_ids integer[]) returns void language plpgsql as $$
declare
  d definitions;
begin
  update definitions set version = version + 1,
    pruned = case when (version + 1) % 1000 = 0 then greatest(pruned, version - 9999) else pruned end
  returning * into strict d;
  if cardinality(p_ids) > 100 then
    p_ids := array[null]::integer[];
  end if;
  insert into definition_change (version, kind, id) select d.version, p_kind, unnest(p_ids);
  if d.version % 1000 = 0 then
    delete from definition_change where version <= d.pruned;
  end if;
end $$;

-- Arguments: the kind, the columns that the line reads, the rows that it reads.
create function definitions_changed() returns trigger language plpgsql as $$
declare
  ids integer[];
begin
  if tg_op = 'TRUNCATE' then
    ids := array[null]::integer[];
  else
    execute format(
      case tg_op
        when 'INSERT' then
          'select array_agg(id) from (select id from new_rows where %2$s limit 101) c'
        when 'DELETE' then
          'select array_agg(id) from (select id from old_rows where %2$s limit 101) c'
        else
          'select array_agg(id) from (
             select id from (select id, row(%1$s) as was from old_rows where %2$s) o
             full join (select id, row(%1$s) as became from new_rows where %2$s) n using (id)
             where o.was is distinct from n.became limit 101) c'
      end, tg_argv[1], tg_argv[2]) into ids;
  end if;
  if ids is not null then
    perform define_anew(tg_argv[0]::smallint, ids);
  end if;
  return null;
end $$;

do $$
declare
  t record;
begin
  for t in
    select * from (values
      ('campaign', 1, 'code, public_name, status, starts_at, ends_at, rule',
        '(status in (''DRAFT'', ''APPROVED'')) is not true'),
      ('merchant', 2, 'merchant_no, name, category, authorising_org', 'true'),
      ('terminal', 3, 'terminal_no, merchant', 'true'),
      ('org', 4, 'path', 'true')) as t (name, kind, columns, rows)
  loop
    execute format('create trigger definitions_added after insert on %I
      referencing new table as new_rows
      for each statement execute function definitions_changed(%L, %L, %L)', t.name, t.kind, t.columns, t.rows);
    execute format('create trigger definitions_changed after update on %I
      referencing old table as old_rows new table as new_rows
      for each statement execute function definitions_changed(%L, %L, %L)', t.name, t.kind, t.columns, t.rows);
    execute format('create trigger definitions_removed after delete on %I
      referencing old table as old_rows
      for each statement execute function definitions_changed(%L, %L, %L)', t.name, t.kind, t.columns, t.rows);
    execute format('create trigger definitions_emptied after truncate on %I
      for each statement execute function definitions_changed(%L, %L, %L)', t.name, t.kind, t.columns, t.rows);
  end loop;
end $$;

-- A lane reads the running ones, all of them; others when a request or an earlier sale names one.
create index campaign_status on campaign (status);
