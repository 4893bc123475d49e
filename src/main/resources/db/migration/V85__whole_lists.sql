-- A union brings its whole list: who is new is entered, who has changed is corrected, and who is not in it any more has left.
create table member_list (
  id         bigint  primary key generated always as identity,
  org        integer not null references org,
  -- only looked at: nobody is entered or leaves
  dry        boolean not null,
  -- of the file, so that whoever was interrupted goes on with the same one
  digest     bytea   not null check (octet_length(digest) = 32),
  -- the last row of the file that something stands in, and up to which one it was handled
  last_row   integer not null check (last_row between 1 and 10000000),
  handled    integer not null default 1,
  created    integer not null default 0,
  changed    integer not null default 0,
  unchanged  integer not null default 0,
  bad        integer not null default 0,
  leavers    integer,
  staff      integer not null references staff,
  started_at timestamptz not null,
  ended_at   timestamptz,
  constraint member_list_handled check (handled between 1 and last_row),
  constraint member_list_ends check ((ended_at is null) = (leavers is null))
);
create unique index member_list_open on member_list (org, digest, dry) where ended_at is null;
create index member_list_org on member_list (org, id);

-- Who stands in a list that is not ended yet.
create table member_list_seen (
  list   bigint not null references member_list,
  member bigint not null references member,
  primary key (list, member)
);

-- Whoever is of the union or below it, has not left, and does not stand in the list.
create function member_list_leavers(p_list bigint) returns setof bigint language sql stable as $$
  select m.id from member_list l
  join org o on l.org = any (o.path) join member m on m.org = o.id
  where l.id = p_list and m.left_at is null and m.forgotten_at is null
    and not exists (select from member_list_seen s where s.list = l.id and s.member = m.id)
$$;

create index member_org on member (org);
