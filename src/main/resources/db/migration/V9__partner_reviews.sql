-- Platforms that sell online for merchants send what their customers say, each with its receipt.

-- A partner's account does that and nothing else.
alter table staff
  drop constraint staff_roles_check,
  add constraint staff_roles_check check (cardinality(roles) >= 1 and
    roles <@ array['CLERK', 'APPROVER', 'SUPERVISOR', 'AUDITOR', 'SYSTEM', 'PARTNER']),
  drop constraint staff_system_stands_alone,
  add constraint staff_stands_alone
    check (cardinality(roles) = 1 or not roles && array['SYSTEM', 'PARTNER']);

alter table review_edition
  drop constraint review_edition_source_check,
  add constraint review_edition_source_check check (source in ('MEMBER', 'TILL', 'PARTNER')),
  drop constraint edition_till_writes_nothing,
  add constraint edition_till_writes_nothing check (source <> 'TILL' or text is null),
  -- only who holds the receipt has a second word
  add constraint edition_is_the_members check (edition = 1 or source = 'MEMBER');

-- A partner's own number of a review: the same again is harmless, another review is refused.
create table partner_review (
  staff     integer not null references staff,
  reference text    not null check (reference ~ '^[A-Za-z0-9._-]{1,64}$'),
  review    bigint  not null unique references review,
  -- of what was sent with it
  digest    bytea   not null check (length(digest) = 32),
  primary key (staff, reference)
);
create trigger partner_review_is_kept before update or delete or truncate on partner_review
  for each statement execute function is_kept();
