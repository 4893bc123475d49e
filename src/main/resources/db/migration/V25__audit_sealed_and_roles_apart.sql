-- Whoever owns the tables can rewrite the audit and all its hashes. So its head is signed from time to
-- time with a key the database does not hold, and told to those outside; and who serves does not own.

create table audit_seal (
  no        bigint primary key check (no >= 1),
  -- the audit up to here
  seq       bigint not null unique check (seq >= 1),
  -- canonical JSON, the signed bytes; names seal, row, hash and the seal before
  header    bytea  not null,
  signature bytea  not null,
  kid       text   not null,
  at        timestamptz not null
);
create trigger audit_seal_is_kept before update or delete or truncate on audit_seal
  for each statement execute function audit_is_kept();

-- The head is moved by the owner's right: who serves can add to the audit and do nothing else to it.
alter function audit_append() security definer;
do $$ begin
  execute format('alter function audit_append() set search_path = %I, pg_temp', current_schema());
end $$;
