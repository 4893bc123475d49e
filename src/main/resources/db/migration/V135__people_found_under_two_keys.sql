-- The key of the vault, under which people are found, takes another's place as the others do: while both are taken whoever is
-- written is written under both, so that nobody is entered twice, whichever of them a node takes for the newer one.

-- Under which of two columns what a key of the vault makes stands; the next key takes the other one.
alter table keyring add column place smallint check (place is null or place in (1, 2) and purpose = 'VAULT');
update keyring set place = 1
where kid = (select kid from keyring where purpose = 'VAULT' order by used_from desc nulls last, created_at desc, kid desc limit 1);
alter table keyring drop constraint keyring_ends_when_retired,
  add constraint keyring_ends_when_retired
    check (ends_at is null or retired_at is not null and purpose in ('CODE', 'TOKEN', 'VAULT'));

alter table member_key
  alter column identity_index drop not null,
  -- of a key whose place is 2. In neither place: nobody finds him by his number any more
  add column identity_index_2 bytea check (octet_length(identity_index_2) = 32);
create unique index member_key_index_2 on member_key (identity_index_2) where identity_index_2 is not null;

-- Who is found by any of these.
create function member_found(p_indexes bytea[]) returns setof bigint language sql stable as $$
  select member from member_key where identity_index = any (p_indexes)
  union select member from member_key where identity_index_2 = any (p_indexes)
  union select id from member where identity_index = any (p_indexes)
$$;

-- Of whole lists that have not ended.
alter table member_list_named add column key_place smallint not null default 1 check (key_place in (1, 2));

-- Of the province: the key of subject and mark. A mark that the key of before made is gone, and made again when the province
-- says the same revision next.
alter table province_row
  add column key_place smallint not null default 1 check (key_place in (1, 2)),
  drop constraint province_row_was_marked,
  add constraint province_row_was_marked check (taken is not null or digest is null);

create or replace function province_forgets() returns trigger language plpgsql as $$
begin
  delete from province_row where kind = 'MEMBER' and subject in (old.identity_index, old.identity_index_2);
  return null;
end $$;
