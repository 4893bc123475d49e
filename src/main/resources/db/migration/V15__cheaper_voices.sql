-- What a review costs the database that serves the tills, too.

-- Counting begins anew when a merchant is let back, not at the next look at it: so a look needs no statement before it, and
-- what ended is seen to have ended at once. Whoever lets it back holds the merchant's row.
create function supervision_restarts() returns trigger language plpgsql as $$
begin
  perform supervision_begins(new.merchant);
  return null;
end $$;
create trigger supervision_restarts after insert on merchant_step for each row
  when (new.step in ('REINSTATE', 'CONFIRM_RECTIFIED'))
  execute function supervision_restarts();
create trigger supervision_restarts after update of verdict on supervision_decision for each row
  when (new.verdict = 'OVERTURNED' and old.verdict is null)
  execute function supervision_restarts();

-- Those that were let back before and not looked at since.
select count(supervision_begins(id)) from merchant where supervision_restart(id) is not null;

create or replace function supervision_from(p_merchant integer, p_at timestamptz, p_days integer)
returns timestamptz language sql stable as $$
  select greatest(((supervision_day_of(p_at) - p_days + 1)::timestamp at time zone 'Asia/Shanghai')
    - interval '1 microsecond', (select since from supervision_tally where merchant = p_merchant))
$$;

-- Only the completion of a hold has its card from another transaction, which can be in any partition: a join would open all of
-- them for every purchase.
create function transaction_card(p_transaction bigint) returns bigint language sql stable as $$
  select card from transaction where id = p_transaction
$$;

create or replace view review_purchase as
select t.id, t.merchant, t.terminal, t.body, c.member as payer, t.refusal is null
    and t.effect in (1, 3) and c.member is not null as spends,
  case when t.effect = 3 then t.original else t.id end as origin,
  coalesce(u.whole, false)
    or (t.effect = 3 and (h.state is distinct from 'COMPLETED' or h.ended_by <> t.id)) as undone
from transaction t
left join card c
  on c.serial = case when t.card is null and t.effect = 3 then transaction_card(t.original) else t.card end
left join undo u on u.original = case when t.effect = 3 then t.original else t.id end
left join hold h on t.effect = 3 and h.origin = t.original;
