package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.TestStores;

/**
 * One of everything a desk has, of one organisation: merchant, store, terminal, violation, account,
 * complaint, ticket, review, decision, subscription, event, card.
 */
final class Furniture {
  private Furniture() {}

  /**
   * @param number two digits, by which each of them is known
   */
  static void put(String url, String org, int number) {
    TestStores.execute(
        url,
        """
        insert into merchant select %1$d, '8410802190000%1$d', '店%1$d', '914108%1$dMA0000007L',
          'EAT', '410802', id, id, 'LIVE' from org where code = '%2$s';
        insert into store overriding system value values
          (%1$d, %1$d, '总店', '410802', '解放路', 'OPEN');
        insert into terminal values (%1$d, 'G00000%1$d', %1$d, 'SG%1$d', 'REGISTERED');
        insert into staff (login, name, org, roles, status, password)
          select 'target.%1$d', '某人', o.id, '{CLERK}', 'ACTIVE', s.password
          from org o, (select password from staff limit 1) s where o.code = '%2$s';
        insert into member
          select %1$d00000, id, 'ORDINARY', '\\x00', '\\x00', int8send(%1$d00000) from org
          where code = '%2$s';
        insert into card values (90000000%1$d, %1$d00000, 'ACTIVE', 1, '张*');
        insert into data_request (id, member, card, kind, state, asked_at, due_at)
          overriding system value
          values (%1$d, %1$d00000, 90000000%1$d, 'ACCESS', 'ASKED', '2020-01-01', '2020-02-01');
        select setval(pg_get_serial_sequence('data_request', 'id'), 1000);
        insert into member_list (id, org, digest, dry, last_row, staff, started_at)
          overriding system value
          select %1$d, o.id, sha256('%1$d'), true, 1, s.id, now()
          from org o, (select min(id) as id from staff) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('member_list', 'id'), 1000);
        insert into staff_request (id, action, login, org, reason, requested_by, requested_at,
            expires_at)
          overriding system value
          select %1$d, 'ACTIVATE', 'grid.asked.%1$d', o.id, '启用', s.id, now(),
            now() + interval '7 days'
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        insert into labour_violation overriding system value
          select %1$d, '914108%1$dMA0000007L', 'HOTLINE_12351', 'x', '2020-01-01', 'r',
            sha256('x'), id, now() from staff limit 1;
        insert into complaint (no, lane, kind, severity, state, merchant, owner, text, token_hash,
            opened_at)
          select 'C000000000%1$d', 'OPEN', 'QUALITY', 'GENERAL', 'OPENED', %1$d, id, 'x',
            sha256('x'), now() from org where code = '%2$s';
        insert into complaint_step (complaint, step, from_state, to_state, hand, staff,
            owner_before, owner_after, at, text)
          select c.id, 'ASK', 'ACCEPTED', 'ANSWERING', 'STAFF', s.id, c.owner, c.owner,
            now() - interval '1 minute', '请说明'
          from complaint c, (select id from staff limit 1) s where c.no = 'C000000000%1$d';
        insert into ticket (no, kind, title, text, origin, holder, state, staff, opened_at)
          select 'T000000000%1$d', 'PROBLEM', 'x', 'x', o.id, o.id, 'OPEN', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        insert into review (id, origin, transaction, merchant, payer, purchased_on, posted_at)
          overriding system value values (%1$d, %1$d, %1$d, %1$d, 1, '2026-11-01', now());
        insert into review_edition (review, edition, at, source, stars, quality, service,
          after_sales, tags) values (%1$d, 1, now(), 'MEMBER', 5, 5, 5, 5, '{}');
        insert into supervision_decision (id, merchant, stage, effect, at,
          took_us, policies, window_days, sample_payers, z_milli, warn_permille, rectify_permille,
          suspend_permille, auto_rectify, auto_suspend, review, counted_from, upto, reviews,
          payers, bad, bound_ppm, bad_reviews, appeal_until)
          overriding system value values (%1$d, %1$d, 'WARN', 'DONE', now(), 1, '{1}', 90, 20, 1960, 100, 150, 250, true,
            true, %1$d, now(), 1, 1, 1, 0, 0, '{}', now() + interval '9 days');
        insert into subscription (id, org, kind, target, kinds, status, position, created_at)
          overriding system value select %1$d, id, 'WEBHOOK', 'https://%1$d.example/', '{}',
            'ACTIVE', 0, now() from org where code = '%2$s';
        insert into delivery (subscription, seq, merchant, status, attempts)
          values (%1$d, 1, %1$d, 'DEAD', 10);
        insert into outbox (kind, merchant, subject, at, body)
          values ('grid.made', %1$d, 1, now(), '{"mark":"told-%1$d"}');
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
          select %1$d, 'GRID-%1$d', '活动%1$d', id, 'x', 'PAUSED', '2020-01-01', '2020-02-01',
            jsonb_build_object('benefit', '{"kind":"FIXED","offFen":1}'::jsonb, 'funders',
              jsonb_build_array(jsonb_build_object('funder', 'UNION', 'org', id, 'shareBp', 10000)))
          from org where code = '%2$s';
        insert into allowance (holder, kind, owner, limit_fen) values (0, 1, %1$d, 100);
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by, each,
            most, good_days, granted)
          overriding system value select %1$d, %1$d, '第一批', 'x', 'SHEET', 'DRAFT', s.id, 1, 10, 30, 1
          from (select id from staff limit 1) s;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, opens_at, closes_at, seed_hash)
          overriding system value select 1%1$d, %1$d, '第二批', 'x', 'LOTTERY', 'OPEN', s.id,
            t.id, 1, 10, 30, '2020-01-01', '2020-01-02', sha256('x')
          from (select id from staff order by id limit 1) s,
            (select id from staff order by id desc limit 1) t;
        insert into entitlement (id, member, campaign, round, nth, kind, worth_fen, granted_at,
            from_ms, until_ms, limit_count)
          values (%1$d, %1$d00000, %1$d, %1$d, 1, 1, 1, now(), 1, 2, 1);
        insert into responsible (id, org, post, contact, name_mask, phone_mask, since, named_by,
            named_at)
          select 90%1$d, o.id, 'LEADER', null, '张*', '****', '2026-01-01', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s'
          on conflict do nothing;
        insert into name_list (id, org, title, document_no, due_on, demanded_by, demanded_at)
          overriding system value select %1$d, o.id, '名单', 'x', '2026-01-01', s.id, now()
          from org o, (select id from staff limit 1) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('name_list', 'id'), 1000);
        insert into notice_schedule (id, org, every, kind, title, text, document_no, criteria, staff,
            ordered_at, next_on)
          overriding system value select %1$d, o.id, 'MONTH', 'CIRCULAR', '月度', 'x', 'x',
            '{"direct":true,"measure":"ACTIVATED","relation":"HIGHEST","value":1}', s.id, now(),
            '2099-01-01'
          from org o, (select min(id) as id from staff) s where o.code = '%2$s';
        select setval(pg_get_serial_sequence('notice_schedule', 'id'), 1000);
        insert into province_row (id, kind, subject, bad, field, reason, shown, org, place, at)
          overriding system value select %1$d, 'ORG', int8send(%1$d), 1, 'name', 'x', 'x', o.id, '',
            now() from org o where o.code = '%2$s';
        select setval(pg_get_serial_sequence('province_row', 'id'), 1000);
        insert into partner (no, org, kind, name, purpose, contact, scopes, requests_per_minute,
            state, applied_by)
          select 'P000000000%1$d', o.id, 'UNION_PLATFORM', '平台', 'x', 'x', '{EVENTS}', 60, 'APPLIED',
            s.id
          from org o, staff s where o.code = '%2$s' and s.login = 'target.%1$d';
        insert into notice (no, org, kind, state, title, body, hash, concerned, prepared_by,
            prepared_at)
          select 'N000000000%1$d', o.id, 'CIRCULAR', 'DRAFT', '通报', b.body,
            sha256(convert_to(b.body, 'UTF8')), array[o.id], s.id, now()
          from org o, (select min(id) as id from staff) s, (select
            '{"form":1,"notice":"N000000000%1$d","org":"410802","orgName":"x","kind":"CIRCULAR",'
            || '"title":"x","text":"x","documentNo":"x","year":2026,"asOf":"2026-01-01T00:00:00+08:00",'
            || '"criteria":{"direct":true,"measure":"ACTIVATED","relation":"HIGHEST","value":1},'
            || '"named":[{"org":"410802","figure":1}],"figures":[{"org":"410802","name":"x",'
            || '"registered":1,"verified":1,"bound":1,"activated":1,"used":1,"newEmployment":0}]}'
            as body) b
          where o.code = '%2$s';
        """
            .formatted(number, org));
  }
}
