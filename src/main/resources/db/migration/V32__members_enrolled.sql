-- Members and cards are entered at a desk, and a phone gets its card's secret for a one-time code.

-- Above the numbers of those who were loaded otherwise.
create sequence member_id;
select setval('member_id', (select greatest(1000000000, max(id) + 1) from member), false);
create sequence card_serial start 8000000000 maxvalue 9999999999;

-- A card's number that nobody has; unions bring numbers of their own, too.
create function new_card_serial() returns bigint language plpgsql as $$
declare
  wanted bigint;
begin
  loop
    wanted := nextval('card_serial');
    exit when not exists (select from card where serial = wanted);
  end loop;
  return wanted;
end $$;

-- A till sees the first character of a name and never the rest.
update card set holder_mask = coalesce(nullif(left(holder_mask, 1), ''), '某') || '*'
where holder_mask !~ '^[^*]\*+$';

alter table card
  -- the public key of the phone that was given the secret (SubjectPublicKeyInfo, P-256)
  add column device_key bytea,
  add constraint card_device_key_is_p256 check (octet_length(device_key) = 91),
  add constraint card_holder_is_masked check (holder_mask ~ '^[^*]\*+$');

-- Whatever statement moves a card: cancelled is for good, and no secret works on for another phone.
create function card_goes_on() returns trigger language plpgsql as $$
begin
  if old.status = 'CANCELLED' and new.status <> 'CANCELLED' then
    raise exception 'card % was cancelled', new.serial using errcode = 'check_violation';
  end if;
  if new.epoch < old.epoch
      or new.epoch = old.epoch
        and (new.status = 'LOST' and old.status <> 'LOST'
          or old.status = 'LOST' and new.status not in ('LOST', 'CANCELLED')
          or new.device_key is not null and new.device_key is distinct from old.device_key) then
    raise exception 'card % needs another epoch', new.serial using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger card_goes_on before update on card for each row execute function card_goes_on();

-- The newest code of each card. What was before is in the audit.
create table card_enrolment (
  card       bigint      primary key references card,
  code_hash  bytea       not null unique check (octet_length(code_hash) = 32),
  issued_at  timestamptz not null,
  expires_at timestamptz not null check (expires_at > issued_at),
  used_at    timestamptz check (used_at >= issued_at and used_at < expires_at),
  staff      integer     not null references staff
);
