-- Complaints that were found right, or that a union has taken as complex, weigh in supervision.

-- ---- what a complaint weighs ----------------------------------------------------------------------
-- The class voice.ComplaintWeighing says the same. Labour rights are the veto's; tips are nobody's.
create function complaint_weighs(p_lane text, p_kind text) returns boolean language sql immutable as $$
  select p_lane = 'OPEN' and p_kind in ('QUALITY', 'SERVICE', 'AFTER_SALES', 'MONEY', 'PRIVACY')
$$;

create function complaint_standing(p_state text, p_severity text, p_upheld boolean) returns text
language sql immutable as $$
  select case when p_state = 'WITHDRAWN' then 'NONE'
    when p_upheld is not null then case when p_upheld then 'FOUNDED' else 'NONE' end
    when p_severity = 'COMPLEX' then 'SERIOUS' else 'NONE' end
$$;

-- Each time it changes. Numbered with the editions of reviews, while the merchant's row is locked, so
-- that "all that had been said up to here" means one thing for both, for ever.
create table complaint_weighing (
  seq       bigint  primary key default nextval('review_edition_seq_seq'),
  complaint bigint  not null references complaint,
  merchant  integer not null references merchant,
  -- whose voice: the member that bought; without a receipt, negative, the account that entered it;
  -- 0 if the receipt names no member. Never leaves the database
  voice     bigint  not null,
  opened_at timestamptz not null,
  at        timestamptz not null,
  severity  text    not null check (severity in ('GENERAL', 'DIFFICULT', 'COMPLEX')),
  standing  text    not null check (standing in ('NONE', 'SERIOUS', 'FOUNDED'))
);
create index complaint_weighing_of on complaint_weighing (merchant, opened_at);
create index complaint_weighing_last on complaint_weighing (complaint, seq);
create trigger complaint_weighing_is_kept before update or delete or truncate on complaint_weighing
  for each statement execute function is_kept();

create function complaint_voice(p_complaint bigint) returns bigint language sql stable as $$
  select coalesce(p.payer, -c.staff, 0) from complaint c
  left join review_purchase p on p.id = c.transaction where c.id = p_complaint
$$;

insert into complaint_weighing (complaint, merchant, voice, opened_at, at, severity, standing)
select c.id, c.merchant, complaint_voice(c.id), c.opened_at, now(), c.severity,
  complaint_standing(c.state, c.severity, c.upheld)
from complaint c
where complaint_weighs(c.lane, c.kind)
  and complaint_standing(c.state, c.severity, c.upheld) <> 'NONE';

-- One member has one voice, the heaviest of his complaints that were opened since; so has an account
-- that entered some for others. Looks at what was known up to a number.
create function supervision_complaints(p_merchant integer, p_from timestamptz, p_upto bigint,
  p_difficult integer, p_complex integer, p_serious boolean)
returns table (complaints integer, complainants integer, weight integer, weighed bigint[])
language sql stable as $$
  select count(*)::integer, count(*) filter (where nth = 1)::integer,
    coalesce(sum(c.weight) filter (where nth = 1), 0)::integer,
    coalesce(array_agg(c.complaint order by c.complaint) filter (where nth = 1), '{}')
  from (
    select l.complaint, l.weight,
      row_number() over (partition by l.voice order by l.weight desc, l.complaint) as nth
    from (
      select distinct on (w.complaint) w.complaint, w.voice, w.standing,
        case w.severity when 'COMPLEX' then p_complex when 'DIFFICULT' then p_difficult else 1 end
          as weight
      from complaint_weighing w
      where w.merchant = p_merchant and w.opened_at > p_from and w.seq <= p_upto
      order by w.complaint, w.seq desc) l
    where l.standing = 'FOUNDED' or (l.standing = 'SERIOUS' and p_serious)
  ) c
$$;

-- ---- policies -------------------------------------------------------------------------------------
-- The figures were chosen by simulation (src/docs/voice.md).
alter table supervision_policy
  -- fewer members' complaints have no consequence
  add column sample_complainants integer not null default 3
    check (sample_complainants between 1 and 1000),
  -- a general one weighs 1
  add column difficult_weight integer not null default 3 check (difficult_weight between 1 and 1000),
  add column complex_weight integer not null default 10 check (complex_weight <= 1000),
  -- weight for each hundred members heard, from which a stage is reached; fewer count as a hundred
  add column warn_weight integer not null default 5 check (warn_weight >= 1),
  add column rectify_weight integer not null default 10,
  add column suspend_weight integer not null default 20 check (suspend_weight <= 100000),
  -- whether what a union has taken as complex weighs before it is answered
  add column serious_counts boolean not null default false,
  add check (difficult_weight <= complex_weight),
  add check (warn_weight <= rectify_weight and rectify_weight <= suspend_weight);
alter table supervision_policy
  alter column sample_complainants drop default,
  alter column difficult_weight drop default,
  alter column complex_weight drop default,
  alter column warn_weight drop default,
  alter column rectify_weight drop default,
  alter column suspend_weight drop default,
  alter column serious_counts drop default;

drop function supervision_in_force(integer);
create function supervision_in_force(p_org integer)
returns table (policies bigint[], window_days integer, sample_payers integer, z_milli integer,
  warn_permille integer, rectify_permille integer, suspend_permille integer, auto_rectify boolean,
  auto_suspend boolean, appeal_days integer, sample_complainants integer, difficult_weight integer,
  complex_weight integer, warn_weight integer, rectify_weight integer, suspend_weight integer,
  serious_counts boolean)
language sql stable as $$
  with latest as (
    select distinct on (p.org) p.*, cardinality(o.path) as depth
    from supervision_policy p join org o on o.id = p.org
    where p.org = any ((select path from org where id = p_org)::integer[])
    order by p.org, p.version desc
  ), used as (
    select * from latest
    union all
    (select h.*, 0 from supervision_policy h
     where h.org is null and not exists (select from latest) order by version desc limit 1)
  )
  select array_agg(id order by depth), (array_agg(u.window_days order by depth))[1],
    min(u.sample_payers), min(u.z_milli), min(u.warn_permille), min(u.rectify_permille),
    min(u.suspend_permille), bool_or(u.auto_rectify), bool_or(u.auto_suspend), max(u.appeal_days),
    min(u.sample_complainants), max(u.difficult_weight), max(u.complex_weight), min(u.warn_weight),
    min(u.rectify_weight), min(u.suspend_weight), bool_or(u.serious_counts)
  from used u
$$;

-- Whether a policy is looser than what binds anyway.
create function supervision_looser(p supervision_policy, p_parent integer) returns boolean
language sql stable as $$
  select p.window_days <> f.window_days or p.sample_payers > f.sample_payers
    or p.z_milli > f.z_milli or p.warn_permille > f.warn_permille
    or p.rectify_permille > f.rectify_permille or p.suspend_permille > f.suspend_permille
    or (f.auto_rectify and not p.auto_rectify) or (f.auto_suspend and not p.auto_suspend)
    or p.appeal_days < f.appeal_days or p.sample_complainants > f.sample_complainants
    or p.difficult_weight < f.difficult_weight or p.complex_weight < f.complex_weight
    or p.warn_weight > f.warn_weight or p.rectify_weight > f.rectify_weight
    or p.suspend_weight > f.suspend_weight or (f.serious_counts and not p.serious_counts)
  from supervision_in_force(p_parent) f
$$;

create or replace function supervision_only_tightens() returns trigger language plpgsql as $$
declare
  parent integer := (select o.parent from org o where o.id = new.org);
begin
  perform pg_advisory_xact_lock(hashtext('supervision_policy'));
  new.version := coalesce((select max(version) from supervision_policy p
    where p.org is not distinct from new.org), 0) + 1;
  if parent is not null and supervision_looser(new, parent) then
    raise exception 'a lower level may only tighten' using errcode = 'EC014';
  end if;
  return new;
end $$;

-- ---- decisions ------------------------------------------------------------------------------------
alter table supervision_decision
  alter column review drop not null,
  -- what tipped it: a review or a complaint
  add column complaint bigint references complaint,
  add constraint decision_was_tipped check (num_nonnulls(review, complaint) = 1),
  -- which of the two scales reached the stage
  add column grounds text[] not null default '{REVIEWS}'
    check (grounds <@ array['REVIEWS', 'COMPLAINTS'] and cardinality(grounds) >= 1),
  add column sample_complainants integer not null default 3,
  add column difficult_weight integer not null default 3,
  add column complex_weight integer not null default 10,
  add column warn_weight integer not null default 5,
  add column rectify_weight integer not null default 10,
  add column suspend_weight integer not null default 20,
  add column serious_counts boolean not null default false,
  add column complaints integer not null default 0,
  add column complainants integer not null default 0
    check (complainants between 0 and complaints),
  add column weight integer not null default 0 check (weight >= complainants),
  add column per_hundred integer not null default 0 check (per_hundred between 0 and weight),
  add column weighed bigint[] not null default '{}' check (cardinality(weighed) = complainants);
