-- In which scene something is sold is told by who sells it. A terminal sells in one scene for as long as it has its number,
-- so a sale's scene follows from its terminal and is stored with no sale.
alter table terminal add column scene text not null default 'OFFLINE_POS'
  constraint terminal_scene_check check (scene in ('OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL'));

create function terminal_scene_stands() returns trigger language plpgsql as $$
begin
  raise exception 'terminal % sells in the scene % for ever; register another one', old.terminal_no, old.scene
    using errcode = 'check_violation';
end $$;
create trigger terminal_scene_stands before update on terminal
  for each row when (new.scene is distinct from old.scene) execute function terminal_scene_stands();

create or replace function campaign_rule_fault(rule jsonb) returns text language plpgsql immutable as $$
declare
  fault text;
begin
  if octet_length(rule::text) > 1048576 then
    return 'rule is larger than 1 MiB';
  end if;
  fault := rule_object_fault(rule, 'rule',
    array['benefit', 'funders', 'members', 'merchants', 'limits', 'orderFenMin', 'stack', 'times', 'scenes']);
  if fault is not null then
    return fault;
  end if;
  return coalesce(
    rule_number_fault(rule, 'orderFenMin', 0, 1000000000000000),
    rule_benefit_fault(rule -> 'benefit'),
    rule_funders_fault(rule -> 'funders'),
    rule_members_fault(coalesce(rule -> 'members', '{}')),
    rule_merchants_fault(coalesce(rule -> 'merchants', '{}')),
    rule_limits_fault(coalesce(rule -> 'limits', '{}')),
    rule_stack_fault(coalesce(rule -> 'stack', '{}')),
    rule_times_fault(coalesce(rule -> 'times', '{}')),
    rule_list_fault(rule, 'rule', 'scenes', array['OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL']));
end $$;

-- As before, with the scene.
create or replace function decision_facts(p_id bigint) returns jsonb language sql stable as $$
  select jsonb_build_object('type', type_name(t.type), 'effect', effect_name(t.effect), 'merchant', t.merchant,
    'scene', (select d.scene from terminal d where d.id = t.terminal),
    'orderFen', t.order_fen, 'discountFen', t.discount_fen, 'memberPaysFen', t.member_pays_fen,
    'refusal', t.refusal, 'trace', coalesce(t.trace, ''),
    'original', transaction_no(t.original),
    'campaigns', (
      select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name,
        'publicName', c.public_name, 'path', to_jsonb(o.path), 'rule', c.rule::text,
        'startsMs', floor(extract(epoch from c.starts_at) * 1000)::bigint,
        'endsMs', floor(extract(epoch from c.ends_at) * 1000)::bigint)), '[]')
      from campaign c join org o on o.id = c.org
      where c.id = any (t.campaigns)
        or c.code in (select split_part(w, ':', 1) from unnest(string_to_array(t.trace, ' ')) w)),
    'payers', (
      select coalesce(jsonb_agg(jsonb_build_array(p.campaign, p.payer, p.fen, coalesce(p.lot, 0)) order by p.line), '[]')
      from unnest(t.campaigns, t.payers, t.fens, t.lots) with ordinality as p (campaign, payer, fen, lot, line)))
  from transaction t where t.id = p_id
$$;

create or replace function shadow_page(p_from bigint, p_to bigint, p_org integer, p_most integer) returns jsonb language sql stable as $$
  with page as materialized (
    select id, order_fen, discount_fen, merchant, card, terminal from transaction
    where id >= p_from and id < p_to and type in (2, 4) and effect > 0 order by id limit p_most)
  select jsonb_build_object(
    'last', (select max(id) from page having count(*) = p_most),
    'sales', (
      select coalesce(jsonb_agg(jsonb_build_array(t.id, t.order_fen, t.discount_fen, m.id, m.merchant_no, m.name,
        m.category, m.authorising_org, to_jsonb(o.path), c.serial, c.member, p.org, p.category, to_jsonb(po.path), d.scene)
        order by t.id), '[]')
      from page t
      join merchant m on m.id = t.merchant
      join terminal d on d.id = t.terminal
      join org o on o.id = m.authorising_org
      join org s on s.id = m.signing_org
      join card c on c.serial = t.card
      join member p on p.id = c.member
      join org po on po.id = p.org
      where p_org is null or p_org = any (o.path) or p_org = any (s.path)))
$$;
