-- A whole list names each person once: whoever stands in it again is told which row he stands in already, also in a later
-- sheet, and in a dry run, in which nobody becomes a member.
create table member_list_named (
  list           bigint  not null references member_list,
  -- the blind index of members; goes with a member who is forgotten, and with the list
  identity_index bytea   not null check (octet_length(identity_index) = 32),
  -- of the file
  row            integer not null check (row between 2 and 10000000),
  primary key (list, identity_index)
);
create index member_list_named_index on member_list_named (identity_index);

-- A list that nobody ended keeps nobody's index for ever.
alter table retention drop constraint retention_what_check,
  add constraint retention_what_check
    check (what in ('LEFT_MEMBER', 'PERSONAL_READ', 'DATA_REQUEST', 'CARD_CODE', 'MEMBER_LIST'));
insert into retention values
  ('MEMBER_LIST', 30, 0, '个人信息保护法第十九条：搁置的名册三十日后删除其中人员的索引');
