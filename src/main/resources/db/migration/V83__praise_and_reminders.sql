-- 表扬 and 通报: what was found, by which criteria, stands as it was on the day it was written down.

create table notice (
  id           bigint  primary key generated always as identity,
  no           char(12) not null unique check (no ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  org          integer not null references org,
  kind         text    not null check (kind in ('COMMENDATION', 'CIRCULAR', 'CRITICISM')),
  state        text    not null check (state in ('DRAFT', 'APPROVED', 'PUBLISHED', 'DROPPED')),
  title        text    not null check (length(title) between 1 and 100),
  -- the very bytes that were hashed: words, criteria, figures of all unions looked at, and which it names
  body         text    not null,
  hash         bytea   not null,
  -- the unions it names; once it is published they read it, and so do those above them
  concerned    integer[] not null check (cardinality(concerned) >= 1),
  corrects     bigint  references notice,
  prepared_by  integer not null references staff,
  prepared_at  timestamptz not null,
  approved_by  integer references staff,
  approved_at  timestamptz,
  published_at timestamptz,
  constraint notice_hash check (hash = sha256(convert_to(body, 'UTF8'))),
  constraint notice_two_people check (approved_by <> prepared_by),
  constraint notice_approved check ((approved_by is null) = (approved_at is null)
    and (state not in ('APPROVED', 'PUBLISHED') or approved_by is not null)),
  constraint notice_published check ((state = 'PUBLISHED') = (published_at is not null))
);
create index notice_org on notice (org, id);
create index notice_concerned on notice using gin (concerned) where state = 'PUBLISHED';
create index notice_corrects on notice (corrects) where corrects is not null;
create index notice_prepared_by on notice (prepared_by);
create index notice_approved_by on notice (approved_by) where approved_by is not null;
create index notice_draft on notice (org) where state = 'DRAFT';

-- Whatever statement comes: what it says stays, and it goes its way forwards only.
create function notice_is_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.no, new.org, new.kind, new.title, new.body, new.hash, new.concerned,
        new.prepared_by, new.prepared_at) = (old.id, old.no, old.org, old.kind, old.title, old.body, old.hash,
        old.concerned, old.prepared_by, old.prepared_at)
      and new.corrects is not distinct from old.corrects
      and (old.state, new.state) in (('DRAFT', 'APPROVED'), ('APPROVED', 'PUBLISHED'), ('DRAFT', 'DROPPED'),
        ('APPROVED', 'DROPPED'))
      and (old.approved_by is null or (new.approved_by, new.approved_at) = (old.approved_by, old.approved_at)) then
    return new;
  end if;
  raise exception 'a notice stays as it was written' using errcode = 'EC012';
end $$;
create trigger notice_is_kept before update or delete on notice for each row execute function notice_is_kept();
create trigger notice_is_not_emptied before truncate on notice for each statement execute function notice_is_kept();
