-- What waits at the desks, found by indexes that hold only what is open.

create index merchant_waiting on merchant (status) where status in ('APPLIED', 'DUE_DILIGENCE');
create index complaint_waiting on complaint (state) where closed_at is null;
create index ticket_waiting on ticket (holder) where state = 'OPEN';
create index campaign_waiting on campaign (org) where status = 'DRAFT';
create index supervision_decision_proposed on supervision_decision (merchant)
  where effect = 'PROPOSED' and ended_at is null;
create index supervision_decision_appealed on supervision_decision (merchant)
  where appealed_at is not null and verdict is null;
-- Who nears a threshold of supervision has bad voices.
create index supervision_day_bad on supervision_day (merchant, day) where bad > 0;
create index staff_request_waiting on staff_request (org) where state = 'OPEN';

-- Whether what was proposed can still be done: nobody has taken the step, or a heavier one, since.
create function supervision_waits(p_stage text, p_status text) returns boolean
language sql immutable as $$
  select case p_stage when 'RECTIFY' then p_status = 'LIVE'
    when 'SUSPEND' then p_status in ('LIVE', 'RECTIFYING') else false end
$$;

-- The papers of a merchant that count: one that another of its kind has replaced does not. There is
-- one licence and one contract; of permits and other papers there are several, told by their numbers.
create view merchant_paper as
select d.id, d.merchant, d.kind, d.number, d.valid_until
from merchant_document d
where not exists (select from merchant_document n
  where n.merchant = d.merchant and n.kind = d.kind
    and (d.kind in ('BUSINESS_LICENCE', 'CONTRACT') or n.number = d.number)
    and (coalesce(n.valid_until, 'infinity'), n.id) > (coalesce(d.valid_until, 'infinity'), d.id));
