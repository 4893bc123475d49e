-- Reviews of purchases, and the supervision that follows from them.

create function is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are kept', tg_table_name using errcode = 'EC011';
end $$;

-- ---- reviews --------------------------------------------------------------------------------------
-- What gives the right to a review: a purchase of a member, and whether it stands. A completed hold
-- is one purchase, however often its completion was undone and made again.
create view review_purchase as
select t.id, t.merchant, t.terminal, t.body, c.member as payer, t.refusal is null
    and t.effect in (1, 3) and c.member is not null as spends,
  case when t.effect = 3 then t.original else t.id end as origin,
  coalesce(u.whole, false)
    or (t.effect = 3 and (h.state is distinct from 'COMPLETED' or h.ended_by <> t.id)) as undone
from transaction t
left join transaction o on t.effect = 3 and o.id = t.original
left join card c on c.serial = coalesce(t.card, o.card)
left join undo u on u.original = case when t.effect = 3 then t.original else t.id end
left join hold h on t.effect = 3 and h.origin = t.original;

create table review (
  id           bigint  primary key generated always as identity,
  -- one for each purchase, for ever
  origin       bigint  not null unique,
  transaction  bigint  not null,
  merchant     integer not null references merchant,
  -- never leaves the database: it only makes one voice of one member
  payer        bigint  not null references member,
  purchased_on date    not null,
  posted_at    timestamptz not null,
  -- hidden, not deleted; and it still counts
  hidden_reason text   check (hidden_reason in
                 ('ILLEGAL_CONTENT', 'PERSONAL_DATA', 'INSULT', 'ADVERTISING')),
  hidden_at    timestamptz,
  hidden_by    integer references staff,
  reply        text    check (length(reply) between 1 and 500),
  replied_at   timestamptz,
  replied_by   integer references staff,
  check (num_nonnulls(hidden_reason, hidden_at, hidden_by) in (0, 3)),
  check (num_nonnulls(reply, replied_at, replied_by) in (0, 3))
);
create index review_merchant on review (merchant, posted_at);

-- What was said: once, and once otherwise. Numbered while the merchant's row is locked, so that
-- "all that had been said up to here" means the same for ever.
create table review_edition (
  review      bigint   not null references review,
  edition     smallint not null check (edition in (1, 2)),
  seq         bigint   not null unique generated always as identity,
  at          timestamptz not null,
  source      text     not null check (source in ('MEMBER', 'TILL')),
  stars       smallint not null check (stars between 1 and 5),
  quality     smallint not null check (quality between 1 and 5),
  service     smallint not null check (service between 1 and 5),
  after_sales smallint not null check (after_sales between 1 and 5),
  text        text     check (length(text) between 1 and 2000),
  tags        text[]   not null check (cardinality(tags) <= 5 and tags <@ array[
    'GENUINE', 'FRESH', 'FAIR_PRICE', 'FRIENDLY', 'FAST', 'CLEAN', 'GOOD_AFTER_SALES',
    'QUALITY_PROBLEM', 'SHORT_WEIGHT', 'OVERCHARGED', 'RUDE', 'SLOW', 'DIRTY', 'REFUND_REFUSED',
    'CARD_REFUSED']),
  primary key (review, edition),
  constraint edition_till_writes_nothing check (source = 'MEMBER' or (text is null and edition = 1))
);

create trigger review_is_kept before delete or truncate on review
  for each statement execute function is_kept();
create trigger review_edition_is_kept before update or delete or truncate on review_edition
  for each statement execute function is_kept();

-- Once hidden or answered, it stays so.
create function review_changes_once() returns trigger language plpgsql as $$
begin
  if (old.id, old.origin, old.transaction, old.merchant, old.payer, old.purchased_on, old.posted_at)
      is distinct from
     (new.id, new.origin, new.transaction, new.merchant, new.payer, new.purchased_on, new.posted_at)
    or (old.hidden_at is not null and old.hidden_reason is distinct from new.hidden_reason)
    or (old.replied_at is not null and old.reply is distinct from new.reply) then
    raise exception 'review % is not changed', old.id using errcode = 'EC011';
  end if;
  return new;
end $$;
create trigger review_changes_once before update on review
  for each row execute function review_changes_once();

-- ---- policies -------------------------------------------------------------------------------------
-- What a union makes follow from bad reviews; the newest version of each organisation counts.
create table supervision_policy (
  id              bigint  primary key generated always as identity,
  -- null: of the house, where no union on the way up has set one
  org             integer references org,
  version         integer not null check (version >= 1),
  window_days     integer not null check (window_days between 7 and 730),
  sample_payers   integer not null check (sample_payers between 3 and 10000),
  -- quantile of the normal distribution, in thousandths: 1960 is 95 % on both sides
  z_milli         integer not null check (z_milli between 0 and 5000),
  warn_permille   integer not null check (warn_permille >= 1),
  rectify_permille integer not null,
  suspend_permille integer not null check (suspend_permille <= 1000),
  auto_rectify    boolean not null,
  auto_suspend    boolean not null,
  appeal_days     integer not null check (appeal_days between 1 and 90),
  staff           integer references staff,
  at              timestamptz not null,
  unique nulls not distinct (org, version),
  check ((org is null) = (staff is null)),
  check (warn_permille <= rectify_permille and rectify_permille <= suspend_permille)
);
create trigger supervision_policy_is_kept before update or delete or truncate on supervision_policy
  for each statement execute function is_kept();

-- The figures were chosen by simulation (src/docs/voice.md).
insert into supervision_policy (org, version, window_days, sample_payers, z_milli, warn_permille,
  rectify_permille, suspend_permille, auto_rectify, auto_suspend, appeal_days, staff, at)
values (null, 1, 90, 20, 1960, 100, 150, 250, true, true, 15, null, '2026-01-01Z');

-- What binds an organisation's merchants: of everything that it and those above it have set, the
-- tightest. So nothing a lower level sets, and nothing set later above, can loosen it. The window
-- is the topmost one's; a time to appeal in is tightened by nobody.
create function supervision_in_force(p_org integer)
returns table (policies bigint[], window_days integer, sample_payers integer, z_milli integer,
  warn_permille integer, rectify_permille integer, suspend_permille integer, auto_rectify boolean,
  auto_suspend boolean, appeal_days integer)
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
    min(u.suspend_permille), bool_or(u.auto_rectify), bool_or(u.auto_suspend), max(u.appeal_days)
  from used u
$$;

-- A lower level may only tighten; the root may set what it likes.
create function supervision_only_tightens() returns trigger language plpgsql as $$
declare
  above record;
begin
  perform pg_advisory_xact_lock(hashtext('supervision_policy'));
  new.version := coalesce((select max(version) from supervision_policy p
    where p.org is not distinct from new.org), 0) + 1;
  select f.* into above from org o, supervision_in_force(o.parent) f
    where o.id = new.org and o.parent is not null;
  if found and (new.window_days <> above.window_days or new.sample_payers > above.sample_payers
      or new.z_milli > above.z_milli or new.warn_permille > above.warn_permille
      or new.rectify_permille > above.rectify_permille
      or new.suspend_permille > above.suspend_permille
      or (above.auto_rectify and not new.auto_rectify)
      or (above.auto_suspend and not new.auto_suspend) or new.appeal_days < above.appeal_days) then
    raise exception 'a lower level may only tighten' using errcode = 'EC014';
  end if;
  return new;
end $$;
create trigger supervision_only_tightens before insert on supervision_policy
  for each row execute function supervision_only_tightens();

-- ---- voices and decisions -------------------------------------------------------------------------
-- One member has one voice at a merchant, however often he bought: what he said last. Looks at what
-- had been said up to an edition, so a later look finds the same.
create function supervision_voices(p_merchant integer, p_from timestamptz, p_to timestamptz,
  p_upto bigint)
returns table (reviews integer, payers integer, bad integer, bad_reviews bigint[])
language sql stable as $$
  select count(*)::integer, count(*) filter (where nth = 1)::integer,
    count(*) filter (where nth = 1 and stars <= 2)::integer,
    coalesce(array_agg(id order by id) filter (where nth = 1 and stars <= 2), '{}')
  from (
    select r.id, e.stars, row_number() over (partition by r.payer order by e.seq desc) as nth
    from review r cross join lateral (
      select e.seq, e.stars from review_edition e
      where e.review = r.id and e.seq <= p_upto order by e.edition desc limit 1) e
    where r.merchant = p_merchant and r.posted_at > p_from and r.posted_at <= p_to
  ) said
$$;

create table supervision_decision (
  id               bigint  primary key generated always as identity,
  merchant         integer not null references merchant,
  stage            text    not null check (stage in ('WARN', 'RECTIFY', 'SUSPEND')),
  -- PROPOSED: the policy leaves the step to a supervisor
  effect           text    not null check (effect in ('DONE', 'PROPOSED')),
  -- when the review came that tipped it, and the time from its transaction's begin to the new state
  at               timestamptz not null,
  took_us          bigint  not null check (took_us >= 0),
  -- the policies it follows from, and what they came to
  policies         bigint[] not null check (cardinality(policies) >= 1),
  window_days      integer not null,
  sample_payers    integer not null,
  z_milli          integer not null,
  warn_permille    integer not null,
  rectify_permille integer not null,
  suspend_permille integer not null,
  auto_rectify     boolean not null,
  auto_suspend     boolean not null,
  -- the evidence
  review           bigint  not null references review,
  counted_from     timestamptz not null,
  upto             bigint  not null,
  reviews          integer not null,
  payers           integer not null check (payers <= reviews),
  bad              integer not null check (bad between 0 and payers),
  bound_ppm        integer not null check (bound_ppm between 0 and 1000000),
  bad_reviews      bigint[] not null check (cardinality(bad_reviews) = bad),
  -- what it did to the merchant
  step             bigint  references merchant_step,
  ended_at         timestamptz check (ended_at >= at),
  ended_why        text    check (ended_why in ('LAPSED', 'RESTARTED', 'OVERTURNED')),
  appeal_until     timestamptz not null check (appeal_until > at),
  appealed_at      timestamptz check (appealed_at <= appeal_until),
  appealed_by      integer references staff,
  appeal_reason    text    check (length(appeal_reason) between 1 and 500),
  answered_at      timestamptz check (answered_at >= appealed_at),
  answered_by      integer references staff check (answered_by <> appealed_by),
  verdict          text    check (verdict in ('UPHELD', 'OVERTURNED')),
  verdict_reason   text    check (length(verdict_reason) between 1 and 500),
  document_no      text    check (length(document_no) between 1 and 60),
  check ((ended_at is null) = (ended_why is null)),
  check (num_nonnulls(appealed_at, appealed_by, appeal_reason) in (0, 3)),
  check (num_nonnulls(answered_at, answered_by, verdict, verdict_reason, document_no) in (0, 5)),
  check (answered_at is null or appealed_at is not null),
  check ((step is not null) = (effect = 'DONE' and stage <> 'WARN'))
);
create index supervision_decision_of on supervision_decision (merchant, id);
-- each stage stands once
create unique index supervision_decision_stands on supervision_decision (merchant, stage)
  where ended_at is null;
create trigger supervision_decision_is_kept before delete or truncate on supervision_decision
  for each statement execute function is_kept();

-- The policy orders rectification, too, without a person.
alter table merchant_step drop constraint step_has_an_author;
alter table merchant_step add constraint step_has_an_author
  check (staff is not null or step in ('SUSPEND', 'VETO', 'ORDER_RECTIFICATION'));

-- Counting begins anew where a merchant was let back in, was rectified, or an appeal was right.
create function supervision_restart(p_merchant integer) returns timestamptz
language sql stable as $$
  select greatest(
    (select max(at) from merchant_step where merchant = p_merchant
       and step in ('REINSTATE', 'CONFIRM_RECTIFIED')),
    (select max(answered_at) from supervision_decision where merchant = p_merchant
       and verdict = 'OVERTURNED'))
$$;
