-- The province's platform: its members and unions come here, what becomes of cards goes there.

-- How far both ways are. One row; whoever holds it works, for as long as it says.
create table province_link (
  one           boolean primary key default true check (one),
  -- set by the first node that is configured for it; before, nothing is collected
  org           integer references org,
  holder        text,
  held_until    timestamptz,
  -- behind which place to ask on; empty: from the start
  in_place      text    not null default '',
  -- a reading from the start is under way since, and was complete last
  in_began_at   timestamptz,
  in_whole_at   timestamptz,
  in_ok_at      timestamptz,
  in_failure    text,
  out_ok_at     timestamptz,
  out_failure   text,
  compared_at   timestamptz,
  -- unions and states of which the province had another number of cards when it was compared last
  differences   integer not null default 0
);
insert into province_link default values;

-- What was taken of each union and each person, and what could not be. A person is a blind index, as in member_key.
create table province_row (
  id       bigint  primary key generated always as identity,
  kind     text    not null check (kind in ('ORG', 'MEMBER', 'NEITHER')),
  subject  bytea   not null,
  -- the highest revision that was taken, and a keyed mark of what it said; null: none
  taken    bigint  check (taken >= 0),
  digest   bytea,
  -- one above it that could not be (or as high, saying something else): which member of it, and why.
  -- Nothing of what stood there
  bad      bigint  check (bad >= taken),
  field    text,
  reason   text,
  -- by which staff know it: a union's code, or a resident number but for three characters
  shown    text    not null,
  -- whose it is, as far as it can be told
  org      integer references org,
  -- behind which place it was found
  place    text    not null,
  at       timestamptz not null,
  constraint province_row_once unique (kind, subject),
  constraint province_row_is_something check (taken is not null or bad is not null),
  constraint province_row_was_marked check ((taken is null) = (digest is null)),
  constraint province_row_says_why check ((bad is null) = (field is null) and (bad is null) = (reason is null))
);
create index province_row_bad on province_row (id) where bad is not null;
create index province_row_waits on province_row (at, id) where field in ('org', 'parent');
create index province_row_org on province_row (org) where org is not null;

-- Whoever is forgotten is forgotten here, too.
create function province_forgets() returns trigger language plpgsql as $$
begin
  delete from province_row where kind = 'MEMBER' and subject = old.identity_index;
  return null;
end $$;
create trigger province_forgets after delete on member_key for each row execute function province_forgets();

-- What the province is to know of a card is how it is now; a revision says which now.
create table province_card (
  card     bigint primary key references card,
  revision bigint not null default 1,
  -- what it has acknowledged
  sent     bigint not null default 0 check (sent <= revision),
  -- the revision that it does not take, and why
  refused  bigint,
  reason   text,
  constraint province_card_says_why check ((refused is null) = (reason is null))
);
create index province_card_due on province_card (card) where sent < revision and refused is distinct from revision;
create index province_card_refused on province_card (card) where refused is not null;

create function province_card_changes() returns trigger language plpgsql as $$
begin
  if exists (select from province_link where org is not null) then
    insert into province_card (card) values (new.serial)
    on conflict (card) do update set revision = province_card.revision + 1;
  end if;
  return null;
end $$;
create trigger province_card_added after insert on card for each row execute function province_card_changes();
create trigger province_card_changed after update of status on card for each row
  when (old.status is distinct from new.status) execute function province_card_changes();

create function province_member_moves() returns trigger language plpgsql as $$
begin
  if exists (select from province_link where org is not null) then
    update province_card set revision = revision + 1
    where card in (select serial from card where member = new.id);
  end if;
  return null;
end $$;
create trigger province_member_moves after update of org on member for each row
  when (old.org is distinct from new.org) execute function province_member_moves();
