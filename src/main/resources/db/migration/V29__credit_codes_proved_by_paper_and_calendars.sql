-- What a rule cannot know is proved by a paper, and what is not known yet is told.

-- ---- credit codes ---------------------------------------------------------------------------------
-- Some codes of the change-over have a last character that does not fit the rule of GB 32100. The
-- business licence proves such a one; null: the rule does.
alter table merchant
  add column credit_code_reference text check (length(credit_code_reference) between 1 and 200),
  add column credit_code_digest    bytea check (length(credit_code_digest) = 32),
  add constraint merchant_credit_code_paper
    check ((credit_code_reference is null) = (credit_code_digest is null));

-- ---- working days ---------------------------------------------------------------------------------
-- Each time a year's calendar was entered: deadlines made with an older edition are made anew.
create table calendar_edition (
  id         integer primary key generated always as identity,
  year       integer not null check (year between 2026 and 2100),
  source     text    not null check (length(source) between 1 and 200),
  staff      integer references staff,
  at         timestamptz not null
);
create trigger calendar_edition_is_kept before update or delete or truncate on calendar_edition
  for each statement execute function is_kept();
insert into calendar_edition (year, source, at)
values (2026, '国务院办公厅关于2026年部分节假日安排的通知', '2025-11-04 00:00+08');

-- The edition a complaint's deadline was made with.
alter table complaint add column calendar integer not null default 0;

-- A deadline that was made anew: nothing else moves.
insert into complaint_transition
select 'RECKON', s, s
from unnest(array['OPENED', 'ACCEPTED', 'ANSWERING', 'ANSWERED', 'SATISFIED', 'UNSATISFIED',
  'ESCALATED']) s;
