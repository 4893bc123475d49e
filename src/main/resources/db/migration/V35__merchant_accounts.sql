-- A merchant has an account of its own: it sees what is of that one merchant and nothing else.

alter table staff
  drop constraint staff_roles_check,
  add constraint staff_roles_check check (cardinality(roles) >= 1 and roles <@
    array['CLERK', 'APPROVER', 'SUPERVISOR', 'AUDITOR', 'SYSTEM', 'PARTNER', 'MERCHANT']),
  drop constraint staff_stands_alone,
  add constraint staff_stands_alone
    check (cardinality(roles) = 1 or not roles && array['SYSTEM', 'PARTNER', 'MERCHANT']),
  -- whose account it is; for ever
  add column merchant integer references merchant,
  add constraint staff_of_a_merchant check ((merchant is not null) = ('MERCHANT' = any (roles)));
create index staff_merchant on staff (merchant) where merchant is not null;

create function staff_merchant_stays() returns trigger language plpgsql as $$
begin
  raise exception 'account % is another merchant''s', old.login using errcode = 'check_violation';
end $$;
create trigger staff_merchant_stays before update of merchant on staff for each row
  when (old.merchant is distinct from new.merchant) execute function staff_merchant_stays();

-- The union that signs a merchant gives out its accounts; another union, another giver.
create function merchant_accounts_follow() returns trigger language plpgsql as $$
begin
  update staff set org = new.signing_org where merchant = new.id;
  return null;
end $$;
create trigger merchant_accounts_follow after update of signing_org on merchant for each row
  when (old.signing_org is distinct from new.signing_org)
  execute function merchant_accounts_follow();

alter table staff_request
  add column merchant integer references merchant,
  add constraint staff_request_of_a_merchant
    check ((merchant is not null) = coalesce('MERCHANT' = any (roles), false));

-- What a merchant took on a day is found without looking at anybody else's.
create index transaction_merchant on transaction (merchant, id);
