-- What a recorded decision follows from, read by one question: for the desk, the command line and tests alike.
create function decision_facts(p_id bigint) returns jsonb language sql stable as $$
  select jsonb_build_object('type', type_name(t.type), 'effect', effect_name(t.effect), 'merchant', t.merchant,
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

-- A page of the sales that were made, for trying a campaign on them: those at merchants of a union and of the unions below it,
-- or all of them where that is null. "last" is where the next page begins; null: there is none.
create function shadow_page(p_from bigint, p_to bigint, p_org integer, p_most integer) returns jsonb language sql stable as $$
  with page as materialized (
    select id, order_fen, discount_fen, merchant, card from transaction
    where id >= p_from and id < p_to and type in (2, 4) and effect > 0 order by id limit p_most)
  select jsonb_build_object(
    'last', (select max(id) from page having count(*) = p_most),
    'sales', (
      select coalesce(jsonb_agg(jsonb_build_array(t.id, t.order_fen, t.discount_fen, m.id, m.merchant_no, m.name,
        m.category, m.authorising_org, to_jsonb(o.path), c.serial, c.member, p.org, p.category, to_jsonb(po.path))
        order by t.id), '[]')
      from page t
      join merchant m on m.id = t.merchant
      join org o on o.id = m.authorising_org
      join org s on s.id = m.signing_org
      join card c on c.serial = t.card
      join member p on p.id = c.member
      join org po on po.id = p.org
      where p_org is null or p_org = any (o.path) or p_org = any (s.path)))
$$;
