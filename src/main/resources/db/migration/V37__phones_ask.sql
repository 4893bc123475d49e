-- The phone that a card is bound to asks for itself: for names of further days, for what the card paid.

-- What the phone of a card was given last.
create table card_phone (
  card          bigint      primary key references card,
  bound_at      timestamptz not null,
  -- the version of the code keys that its secret is made with: names of another are of no use to it
  code_kid      text        not null,
  -- the last day that it has a name for
  aliases_until date        not null,
  renewed_at    timestamptz not null
);

-- The key of the phone before: so it can be told why it is heard no more, and nobody else can.
create table card_phone_former (
  card       bigint primary key references card,
  device_key bytea  not null check (octet_length(device_key) = 91)
);

-- Whatever statement takes a card from a phone.
create function card_leaves_phone() returns trigger language plpgsql as $$
begin
  insert into card_phone_former (card, device_key) values (old.serial, old.device_key)
  on conflict (card) do update set device_key = excluded.device_key;
  return null;
end $$;
create trigger card_leaves_phone after update of device_key on card for each row
  when (old.device_key is not null and old.device_key is distinct from new.device_key)
  execute function card_leaves_phone();

-- A purchase has its card now, too: that of the hold where it completes one.
create or replace view review_purchase as
select t.id, t.merchant, t.terminal, t.body, c.member as payer, t.refusal is null
    and t.effect in (1, 3) and c.member is not null as spends,
  case when t.effect = 3 then t.original else t.id end as origin,
  coalesce(u.whole, false)
    or (t.effect = 3 and (h.state is distinct from 'COMPLETED' or h.ended_by <> t.id)) as undone,
  c.serial as card
from transaction t
left join card c
  on c.serial = case when t.card is null and t.effect = 3 then transaction_card(t.original) else t.card end
left join undo u on u.original = case when t.effect = 3 then t.original else t.id end
left join hold h on t.effect = 3 and h.origin = t.original;
