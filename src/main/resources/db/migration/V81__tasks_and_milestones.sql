-- What is to be reached: a union's task for a year, handed down to the unions below it; and by when how much of it.

-- A union hands its task down. What was issued stays as it was: whoever changes it issues the next edition.
create table target_plan (
  id          bigint  primary key generated always as identity,
  org         integer not null references org,
  year        smallint not null check (year between 2020 and 2100),
  edition     integer not null check (edition >= 1),
  state       text    not null check (state in ('DRAFT', 'ISSUED', 'REPLACED', 'DROPPED')),
  -- cards that the union as a whole is to bring in
  cards       bigint  not null check (cards between 1 and 1000000000),
  document_no text    not null check (length(document_no) between 1 and 60),
  prepared_by integer not null references staff,
  prepared_at timestamptz not null,
  issued_by   integer references staff,
  issued_at   timestamptz,
  constraint target_plan_two_people check (issued_by <> prepared_by),
  constraint target_plan_issued check ((state in ('ISSUED', 'REPLACED')) = (issued_by is not null)
    and (issued_by is null) = (issued_at is null)),
  unique (org, year, edition)
);
create unique index target_plan_draft on target_plan (org, year) where state = 'DRAFT';
create unique index target_plan_issued on target_plan (org, year) where state = 'ISSUED';
create index target_plan_prepared_by on target_plan (prepared_by);
create index target_plan_issued_by on target_plan (issued_by) where issued_by is not null;

create table target_share (
  plan  bigint  not null references target_plan,
  -- stands directly below the one that hands down
  org   integer not null references org,
  cards bigint  not null check (cards >= 0),
  primary key (plan, org)
);
create index target_share_org on target_share (org);

-- The task of a union in a year: what the one above has issued for it, else what it has set itself.
create view target as
select distinct on (t.org, t.year) t.org, t.year, t.cards, t.issued_at, t.document_no, t.above
from (
  select s.org, p.year, s.cards, p.issued_at, p.document_no, true as above
  from target_share s join target_plan p on p.id = s.plan
  join org o on o.id = s.org and o.parent = p.org
  where p.state = 'ISSUED'
  union all
  select p.org, p.year, p.cards, p.issued_at, p.document_no, false from target_plan p where p.state = 'ISSUED') t
order by t.org, t.year, t.above desc;

-- By when how much of the task; a union's own holds for those below it, too, unless they have set stricter ones.
create table milestone_set (
  id          bigint  primary key generated always as identity,
  -- null: for everybody, by a document that everybody has
  org         integer references org,
  year        smallint not null check (year between 2020 and 2100),
  document_no text    not null check (length(document_no) between 1 and 60),
  -- cards and campaigns in all, of the union that the document is about
  cards       bigint  check (cards between 1 and 1000000000),
  rounds      integer check (rounds between 0 and 10000),
  set_by      integer references staff,
  set_at      timestamptz not null
);
-- the latest one of a union and year is in force
create index milestone_set_of on milestone_set (year, org, id);
create index milestone_set_by on milestone_set (set_by) where set_by is not null;

create table milestone (
  of_set   bigint  not null references milestone_set,
  -- the last day
  day      date    not null,
  permille integer not null check (permille between 1 and 1000),
  primary key (of_set, day)
);

-- 焦工文〔2023〕60号: 7月底 2.9 万张, 8月底 7.25 万张, 9月底 13.05 万张, 10月底全面完成; 不少于 20 场次.
with given as (
  insert into milestone_set (year, document_no, cards, rounds, set_at)
  values (2023, '焦工文〔2023〕60号', 145000, 20, timestamptz '2023-07-17 00:00:00+08') returning id
)
insert into milestone (of_set, day, permille)
select id, m.day, m.permille from given, (values (date '2023-07-31', 200), (date '2023-08-31', 500),
  (date '2023-09-30', 900), (date '2023-10-31', 1000)) m (day, permille);
