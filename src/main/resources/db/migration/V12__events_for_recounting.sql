-- What a subscriber needs to recount the reports from the feed alone: of which category a merchant is
-- and where it stands, however late he began to listen, and every change of that.

-- As before, but an event about a merchant's life says its category and what state it is in.
create or replace function merchant_event(p_merchant integer, p_kind text, p_subject bigint,
  p_at timestamptz, p_body jsonb) returns void language sql as $$
  insert into outbox (kind, merchant, subject, at, body)
  select p_kind, p_merchant, p_subject, p_at, (case when p_kind like 'merchant.%' and m.id is not null
    then p_body || jsonb_build_object('category', m.category, 'status', m.status)
    else p_body end)::text
  from (select) one left join merchant m on m.id = p_merchant
$$;

-- A veto that sends an approved merchant back to due diligence was told of as a veto, but not as the
-- step it is.
create function merchant_returned() returns trigger language plpgsql as $$
begin
  perform merchant_event(new.id, 'merchant.returned', s.id, s.at,
      jsonb_build_object('step', s.step, 'from', s.from_state, 'to', s.to_state))
    from merchant_step s where s.merchant = new.id order by s.id desc limit 1;
  return null;
end $$;
create trigger merchant_returned after update of status on merchant for each row
  when (old.status = 'APPROVED' and new.status = 'DUE_DILIGENCE')
  execute function merchant_returned();

-- Between two times as the feed tells them, which is to the millisecond.
create function report_ms(p_from timestamptz, p_to timestamptz) returns bigint
language sql immutable strict as $$
  select (extract(epoch from date_trunc('milliseconds', p_to at time zone 'UTC')
    - date_trunc('milliseconds', p_from at time zone 'UTC')) * 1000)::bigint
$$;
