package cn.unionecard.gateway.ledger.audit;

import java.util.List;

/** What must hold of what can be used up: budgets, use of members, vouchers, lots and passes. */
final class BalanceChecks {
  static final List<Check> ALL =
      List.of(
          new Check(
              "budgets-match-allocations",
              "活动经费使用额等于出资之和",
              "each budget has used what was allocated from it",
              """
              SELECT w.owner FROM allowance w
              LEFT JOIN (SELECT campaign, sum(fen) AS fen FROM allocation GROUP BY campaign) a
                ON a.campaign = w.owner
              WHERE w.kind = 1 AND w.used_fen <> coalesce(a.fen, 0)""",
              Check.Reads.BALANCES),
          new Check(
              "allocations-have-a-budget",
              "每笔出资都有经费来源",
              "nothing was allocated without a budget",
              """
              SELECT DISTINCT a.campaign FROM allocation a
              WHERE NOT EXISTS (SELECT FROM allowance w
                                WHERE w.holder = 0 AND w.kind = 1 AND w.owner = a.campaign)""",
              Check.Reads.BALANCES),
          new Check(
              "member-use-matches-allocations",
              "会员使用额等于其优惠之和",
              "each member has used what was allocated for them",
              """
              SELECT coalesce(w.holder, a.member) FROM
                (SELECT holder, owner, used_fen FROM allowance WHERE kind = 2) w
              FULL JOIN (
                SELECT c.member, al.campaign, sum(al.fen) AS fen
                FROM allocation al
                JOIN transaction t ON t.id = al.transaction
                JOIN transaction s ON s.id = coalesce(t.original, t.id)
                JOIN card c ON c.serial = s.card
                GROUP BY c.member, al.campaign) a ON a.member = w.holder AND a.campaign = w.owner
              WHERE coalesce(w.used_fen, 0) <> coalesce(a.fen, 0)""",
              Check.Reads.BALANCES),
          new Check(
              "days-match-allocations",
              "每日使用额、使用次数与当日交易一致",
              "each allowance has used in its day, and counted, what transactions stamped on that day say",
              """
              WITH deal AS (
                SELECT transaction_day(s.id) AS day, c.member, a.campaign, sum(a.fen) AS fen,
                  CASE WHEN sum(a.fen) > 0 THEN 1 ELSE 0 END AS stands
                FROM allocation a
                JOIN transaction t ON t.id = a.transaction
                JOIN transaction s ON s.id = coalesce(t.original, t.id)
                LEFT JOIN card c ON c.serial = s.card
                GROUP BY s.id, c.member, a.campaign),
              days AS (
                SELECT kind, holder, campaign AS owner, day, sum(fen) AS fen, sum(stands) AS stands
                FROM deal CROSS JOIN LATERAL (VALUES (1, 0::bigint), (2, member)) k (kind, holder)
                GROUP BY kind, holder, campaign, day),
              total AS (
                SELECT kind, holder, owner, max(day) AS last, sum(stands) AS stands
                FROM days GROUP BY kind, holder, owner)
              SELECT w.kind || '/' || w.holder || '/' || w.owner
              FROM allowance w
              CROSS JOIN allowance_days s
              LEFT JOIN days d ON d.kind = w.kind AND d.holder = w.holder AND d.owner = w.owner
                AND d.day = w.day
              LEFT JOIN total l ON l.kind = w.kind AND l.holder = w.holder AND l.owner = w.owner
              WHERE w.kind IN (1, 2) AND (w.used_count <> coalesce(l.stands, 0)
                 OR (w.day >= s.since AND (w.day_fen <> coalesce(d.fen, 0)
                   OR w.day_count <> coalesce(d.stands, 0)))
                 OR (l.last >= s.since AND l.last > w.day))""",
              Check.Reads.BALANCES),
          new Check(
              "entitlements-match-allocations",
              "券、福利金、年卡的使用额和次数与交易一致",
              "each voucher, lot and pass has used, and counted, what transactions say",
              """
              WITH deal AS (
                SELECT l.entitlement, s.id, s.merchant, CASE WHEN sum(l.fen) > 0 THEN 1 ELSE 0 END AS stands
                FROM entitlement_use l
                JOIN transaction t ON t.id = l.transaction
                JOIN transaction s ON s.id = coalesce(t.original, t.id)
                GROUP BY l.entitlement, s.id, s.merchant)
              SELECT 'entitlement ' || e.id FROM entitlement e
              LEFT JOIN (SELECT entitlement, sum(fen) AS fen FROM entitlement_use GROUP BY 1) f
                ON f.entitlement = e.id
              LEFT JOIN (SELECT entitlement, sum(stands) AS stands FROM deal GROUP BY 1) d
                ON d.entitlement = e.id
              WHERE e.used_fen <> coalesce(f.fen, 0) OR e.used_count <> coalesce(d.stands, 0)
              UNION ALL
              SELECT 'pass ' || coalesce(w.holder, d.entitlement) || ' at ' || coalesce(w.owner, d.merchant)
              FROM (SELECT holder, owner, used_count FROM allowance WHERE kind = 11) w
              FULL JOIN (
                SELECT d.entitlement, d.merchant, sum(d.stands) AS stands FROM deal d
                JOIN entitlement e ON e.id = d.entitlement AND e.kind = 3 GROUP BY 1, 2) d
                ON d.entitlement = w.holder AND d.merchant = w.owner
              WHERE coalesce(w.used_count, 0) <> coalesce(d.stands, 0)""",
              Check.Reads.BALANCES),
          new Check(
              "rounds-gave-what-they-count",
              "每批次发放数与券数一致，未超总数，每人一份",
              "each round has given what it counts, not more than there was, and to nobody more than once",
              """
              SELECT r.id FROM benefit_round r
              LEFT JOIN (SELECT round, count(*) AS given FROM entitlement WHERE reissue_of IS NULL GROUP BY 1) e
                ON e.round = r.id
              WHERE r.granted <> coalesce(e.given, 0) OR r.granted > r.most
              UNION ALL
              SELECT e.round FROM entitlement e JOIN benefit_round r ON r.id = e.round
              WHERE e.reissue_of IS NULL GROUP BY e.round, e.member, r.each HAVING count(*) > r.each""",
              Check.Reads.WHOLE),
          new Check(
              "allowances-not-exceeded",
              "经费、额度、次数均未超限",
              "no budget, quota or count is exceeded",
              """
              SELECT owner FROM allowance
              WHERE used_fen > limit_fen OR used_count > limit_count OR day_fen > day_limit_fen
                 OR day_count > day_limit_count OR used_fen < 0 OR used_count < 0""",
              Check.Reads.WHOLE));

  private BalanceChecks() {}
}
