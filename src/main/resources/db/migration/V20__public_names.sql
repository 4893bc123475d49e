-- What a till may learn of a member: how much he pays, and one line that does not tell what he is.

-- A campaign has its own name, which the union reads, and a public one, which tills, slips and receipts show. A public
-- name that tells who may use the campaign is refused, however it is spaced, dotted or written.
create function is_public_name(p_name text) returns boolean language sql immutable strict as $$
  select p_name = btrim(p_name) and length(p_name) between 1 and 40
    and p_name !~ '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]'
    and translate(
        regexp_replace(lower(normalize(p_name, NFKC)), '[\s·•‧・.,、，。_/|*+()（）【】「」《》:：;；''"“”‘’~-]', '', 'g'),
        '難貧濟幫殘業動範態車騎遞勞優撫軍屬離獨單親產婦災職戶農',
        '难贫济帮残业动范态车骑递劳优抚军属离独单亲产妇灾职户农')
      !~ ('困难|困境|特困|贫困|贫寒|扶贫|脱贫|低保|低收入|最低生活|建档|五保|帮扶|帮困|解困|济困|救助|救济|救急|援助|补助|慰问|送温暖|爱心|关爱'
        || '|残疾|残障|伤残|大病|重病|患病|病困|因病|孤儿|孤寡|孤老|单亲|失独|失业|下岗|待业|零就业|受灾|灾情'
        || '|新就业|新业态|灵活就业|外卖|骑手|快递|网约|货车|卡车司机|户外劳动|环卫|农民工|进城务工'
        || '|劳模|劳动模范|模范|工匠|先进|标兵|奖章|立功'
        || '|退役|军人|军属|烈属|优抚|退休|离休|女职工|孕|哺乳|产妇|少数民族|回族|清真|党员'
        || '|hardship|poor|poverty|lowincome|disab|needy|relief|newemployment|courier|rider|modelworker|veteran|retire')
$$;

alter table campaign
  -- the neutral name (model.BenefitName), unless the union gives another
  add column public_name text not null default '工会会员优惠'
    constraint campaign_public_name_tells check (is_public_name(public_name));
comment on column campaign.name is 'the union''s own name; never at a till';
comment on column campaign.public_name is 'what tills, slips and receipts show; must not tell who may use it';

-- What was open to every member goes on under its own name, where that tells nothing.
update campaign set public_name = name
  where is_public_name(name)
    and coalesce(rule #> '{members,orgs}', '[]') = '[]'
    and coalesce(rule #> '{members,categories}', '[]') = '[]';

-- What became of every benefit that was weighed: EAT-01:CHOSEN:500 HELP-01:NOT_FOR_MEMBER; the amounts are fen. It stood
-- in the receipt's body before (form 1), where the till read it.
alter table transaction add column trace text;

-- For staff and auditors, of old and new receipts alike.
create view transaction_trace as
  select t.id as transaction, w.place::integer as place, w.parts[1] as benefit, w.parts[2] as verdict,
    coalesce(w.parts[3], '0')::bigint as fen
  from transaction t
  cross join lateral (
    select o.place, string_to_array(o.weighed, ':') as parts
    from unnest(string_to_array(t.trace, ' ')) with ordinality as o (weighed, place)
    union all
    select j.place, array[j.weighed ->> 'benefit', j.weighed ->> 'verdict', j.weighed ->> 'fen']
    from jsonb_array_elements(case when t.trace is null
      then convert_from(t.body, 'UTF8')::jsonb -> 'trace' end) with ordinality as j (weighed, place)) w;
