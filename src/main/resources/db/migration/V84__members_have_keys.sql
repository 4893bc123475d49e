-- What is personal of a member lies under a key of his own; without it name, number and telephone are gone, wherever copies
-- of them lie. Totals, receipts and proofs know him by numbers that say nothing.

-- The key, wrapped under the key-encryption key for this member, and the blind indexes by which he is found while it lives.
-- All that can make somebody known again lies in this table: a backup without it is of strangers (operating.md).
create table member_key (
  member         bigint primary key references member,
  wrapped        bytea  not null check (octet_length(wrapped) between 50 and 200),
  identity_index bytea  not null unique check (octet_length(identity_index) = 32)
);

alter table member
  alter column name_cipher drop not null,
  alter column identity_cipher drop not null,
  -- of who was entered before there were keys; they are moved row by row, and who is moved has none here
  alter column identity_index drop not null,
  add column phone_cipher bytea,
  -- went away without another union of the gateway
  add column left_at      timestamptz,
  add column forgotten_at timestamptz,
  add constraint member_forgotten_is_gone check (forgotten_at is null
    or num_nonnulls(name_cipher, identity_cipher, identity_index, phone_cipher) = 0);
-- Who is still to be moved.
create index member_without_key on member (id) where identity_index is not null;
create index member_left on member (left_at) where left_at is not null and forgotten_at is null;

-- ---- unions that a member was of --------------------------------------------------------------------
create table member_move (
  id       bigint  primary key generated always as identity,
  member   bigint  not null references member,
  from_org integer not null references org,
  to_org   integer not null references org,
  at       timestamptz not null,
  staff    integer not null references staff,
  reason   text    not null check (length(reason) between 1 and 500),
  constraint member_moves_elsewhere check (from_org <> to_org)
);
create index member_move_member on member_move (member, id);

-- ---- consents ---------------------------------------------------------------------------------------
-- What is asked for, in the words that were shown; a new wording is a new version.
create table consent_text (
  purpose    text     not null check (purpose in ('ANALYSIS', 'NOTIFICATION', 'PARTNER')),
  version    smallint not null check (version >= 1),
  zh         text     not null check (length(zh) between 1 and 1000),
  en         text     not null check (length(en) between 1 and 1000),
  valid_from timestamptz not null,
  primary key (purpose, version)
);
insert into consent_text values
  ('ANALYSIS', 1,
    '同意本级及上级工会把我的消费记录与他人的合并统计（按月、按类别，每组不少于十人），用于改进普惠活动。不同意不影响使用工会E卡。',
    'My purchases may be counted together with those of others (by month and category, never fewer than ten people), so that benefits get better. Without it the card works all the same.',
    '2023-01-01T00:00:00+08:00'),
  ('NOTIFICATION', 1,
    '同意所在工会用我登记的电话通知与我有关的普惠活动。不同意不影响使用工会E卡。',
    'My union may tell me of benefits for me by the telephone number that I gave. Without it the card works all the same.',
    '2023-01-01T00:00:00+08:00'),
  ('PARTNER', 1,
    '同意所在工会为办理我申请的事项，把我的姓名和卡号提供给我选定的合作银行或机构。不同意则该事项改到工会柜台办理。',
    'For what I apply for, my union may give my name and card number to the bank or partner that I chose. Without it I apply at the desk of the union.',
    '2023-01-01T00:00:00+08:00');

-- What a member said, one after another; the last one holds. Only ever added to.
create table consent (
  id      bigint   primary key generated always as identity,
  member  bigint   not null references member,
  purpose text     not null,
  version smallint not null,
  given   boolean  not null,
  channel text     not null check (channel in ('PAGE', 'APP', 'MINI_PROGRAM')),
  at      timestamptz not null,
  foreign key (purpose, version) references consent_text
);
create index consent_of on consent (member, purpose, id desc);
create trigger consent_is_kept before update or delete or truncate on consent
  for each statement execute function is_kept();

-- Who lets his purchases be counted, now.
create view consenting as
select member, purpose from (
  select distinct on (member, purpose) member, purpose, given from consent order by member, purpose, id desc) c
where given;

-- ---- what members ask for ---------------------------------------------------------------------------
create table data_request (
  id       bigint  primary key generated always as identity,
  member   bigint  not null references member,
  card     bigint  not null references card,
  kind     text    not null check (kind in ('ACCESS', 'CORRECTION', 'DELETION')),
  state    text    not null check (state in ('ASKED', 'DONE', 'REFUSED', 'WITHDRAWN')),
  -- what he says to it, under his key; gone when it is over
  words    bytea,
  -- who took it down at a desk; null: his phone
  staff    integer references staff,
  asked_at timestamptz not null,
  due_at   timestamptz not null check (due_at > asked_at),
  ended_at timestamptz check (ended_at >= asked_at),
  ended_by integer references staff,
  -- why it was refused
  reason   text check (length(reason) between 1 and 500),
  constraint data_request_ends check ((state = 'ASKED') = (ended_at is null) and (state = 'ASKED' or words is null)),
  constraint data_request_by_staff check ((state in ('DONE', 'REFUSED')) = (ended_by is not null)),
  constraint data_request_refused check ((state = 'REFUSED') = (reason is not null)),
  -- nobody makes somebody else be forgotten alone
  constraint data_request_by_two check (kind <> 'DELETION' or state <> 'DONE' or staff is distinct from ended_by)
);
create unique index data_request_once on data_request (member, kind) where state = 'ASKED';
create index data_request_member on data_request (member, id);
create index data_request_due on data_request (due_at) where state = 'ASKED';

-- ---- who looked -------------------------------------------------------------------------------------
create table personal_read (
  id     bigint  primary key generated always as identity,
  at     timestamptz not null,
  staff  integer not null references staff,
  -- null: nobody was found, or many at once
  member bigint  references member,
  what   text    not null check (what in ('CARD', 'SEARCH', 'HOLDER', 'COPY', 'IMPORT')),
  -- how many people he learned of
  people integer not null check (people >= 0),
  reason text    check (length(reason) between 1 and 500),
  constraint personal_read_has_a_reason check (what not in ('HOLDER', 'COPY') or reason is not null)
);
create index personal_read_member on personal_read (member, id);
create index personal_read_staff on personal_read (staff, id);
create index personal_read_at on personal_read (at);

-- How many people somebody looked at in a day of China: exact, whoever looks at the same time.
create table personal_read_day (
  staff integer not null references staff,
  day   date    not null,
  n     integer not null check (n > 0),
  primary key (staff, day)
);

-- ---- how long what is kept --------------------------------------------------------------------------
create table retention (
  what  text    primary key check (what in ('LEFT_MEMBER', 'PERSONAL_READ', 'DATA_REQUEST', 'CARD_CODE')),
  days  integer not null,
  -- never shorter: a law wants it
  least integer not null check (least >= 0),
  basis text    not null,
  constraint retention_is_lawful check (days between least and 36500)
);
insert into retention values
  ('LEFT_MEMBER', 1095, 0, '个人信息保护法第十九条、第四十七条：离会满三年后删除个人信息'),
  ('PERSONAL_READ', 1095, 180, '网络安全法：日志留存不少于六个月；本系统三年'),
  ('DATA_REQUEST', 1095, 1095, '个人信息保护法第五十六条：处理记录至少保存三年'),
  ('CARD_CODE', 30, 0, '绑卡码使用或过期后三十日删除');

-- ---- a member takes his words back ------------------------------------------------------------------
-- A review stays, with its stars; its words go with the member, and nothing else of it can be changed.
drop trigger review_edition_is_kept on review_edition;
create trigger review_edition_is_kept before delete or truncate on review_edition
  for each statement execute function is_kept();
create function review_words_go() returns trigger language plpgsql as $$
begin
  if new.text is not null or to_jsonb(new) - 'text' <> to_jsonb(old) - 'text' then
    raise exception 'review % is not changed', old.review using errcode = 'EC011';
  end if;
  return new;
end $$;
create trigger review_words_go before update on review_edition for each row execute function review_words_go();
