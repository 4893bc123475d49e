package cn.unionecard.gateway.ledger.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What must hold of the ledger whatever happened to it: each check is a query for rows that break
 * it, so a sound ledger answers nothing.
 */
public final class LedgerAudit {

  /**
   * One check.
   *
   * @param chinese what it proves, for union staff
   * @param english the same
   * @param sql finds the rows that break it; the first column names the row
   */
  public record Check(String name, String chinese, String english, String sql) {}

  /**
   * What a check found.
   *
   * @param broken rows that break it
   * @param samples the first few of them
   */
  public record Finding(Check check, long broken, List<String> samples) {
    public Finding {
      samples = List.copyOf(samples);
    }
  }

  private static final int SAMPLES_MAX = 5;

  private static final List<Check> CHECKS =
      List.of(
          new Check(
              "allocations-add-up",
              "各出资方之和等于优惠金额",
              "what the funders pay is the discount, so that what is posted sums to zero",
              """
              SELECT id FROM transaction t
              WHERE coalesce((SELECT sum(fen) FROM unnest(fens) AS p (fen)), 0)
                <> CASE WHEN effect < 0 THEN -discount_fen WHEN effect > 0 THEN discount_fen
                   ELSE 0 END"""),
          new Check(
              "completions-name-their-payers",
              "预留完成后的出资方与预留时一致",
              "a completed hold is paid by those of whom it was reserved, its reversal likewise",
              """
              SELECT t.id FROM transaction t
              LEFT JOIN transaction s ON s.id = t.original
              WHERE abs(t.effect) = 3 AND (t.campaigns IS DISTINCT FROM s.campaigns
                OR t.payers IS DISTINCT FROM s.payers
                OR (SELECT array_agg(fen ORDER BY line)
                    FROM unnest(t.fens) WITH ORDINALITY AS p (fen, line)) IS DISTINCT FROM
                   (SELECT array_agg(CASE WHEN t.effect < 0 THEN -fen ELSE fen END ORDER BY line)
                    FROM unnest(s.fens) WITH ORDINALITY AS p (fen, line)))"""),
          new Check(
              "budgets-match-allocations",
              "活动经费使用额等于出资之和",
              "each budget has used what was allocated from it",
              """
              SELECT w.owner FROM allowance w
              LEFT JOIN (SELECT campaign, sum(fen) AS fen FROM allocation GROUP BY campaign) a
                ON a.campaign = w.owner
              WHERE w.kind = 1 AND w.used_fen <> coalesce(a.fen, 0)"""),
          new Check(
              "allocations-have-a-budget",
              "每笔出资都有经费来源",
              "nothing was allocated without a budget",
              """
              SELECT DISTINCT a.campaign FROM allocation a
              WHERE NOT EXISTS (SELECT FROM allowance w
                                WHERE w.holder = 0 AND w.kind = 1 AND w.owner = a.campaign)"""),
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
              WHERE coalesce(w.used_fen, 0) <> coalesce(a.fen, 0)"""),
          new Check(
              "days-match-allocations",
              "每日使用额、使用次数与当日交易一致",
              "each allowance has used in its day, and counted, what transactions stamped on that day say",
              """
              WITH deal AS (
                SELECT transaction_day(s.id) AS day, c.member, a.campaign, sum(a.fen) AS fen,
                  CASE WHEN u.whole OR h.state IN ('RELEASED', 'EXPIRED', 'REVERSED')
                    THEN 0 ELSE 1 END AS stands
                FROM allocation a
                JOIN transaction t ON t.id = a.transaction
                JOIN transaction s ON s.id = coalesce(t.original, t.id)
                LEFT JOIN card c ON c.serial = s.card
                LEFT JOIN undo u ON u.original = s.id
                LEFT JOIN hold h ON h.origin = s.id
                GROUP BY s.id, c.member, a.campaign, u.whole, h.state),
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
                 OR (l.last >= s.since AND l.last > w.day))"""),
          new Check(
              "entitlements-match-allocations",
              "券、福利金、年卡的使用额和次数与交易一致",
              "each voucher, lot and pass has used, and counted, what transactions say",
              """
              WITH deal AS (
                SELECT DISTINCT l.entitlement, s.id, s.merchant,
                  CASE WHEN u.whole OR h.state IN ('RELEASED', 'EXPIRED', 'REVERSED')
                    THEN 0 ELSE 1 END AS stands
                FROM entitlement_use l
                JOIN transaction s ON s.id = l.transaction AND s.original IS NULL
                LEFT JOIN undo u ON u.original = s.id
                LEFT JOIN hold h ON h.origin = s.id
                WHERE l.effect > 0)
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
              WHERE coalesce(w.used_count, 0) <> coalesce(d.stands, 0)"""),
          new Check(
              "entitlements-are-the-payers",
              "只有本人使用本人的券，凭券活动不得无券优惠",
              "whoever paid with something was given it, and nobody had a benefit of its campaign without",
              """
              SELECT t.id FROM transaction t
              JOIN transaction s ON s.id = coalesce(t.original, t.id)
              LEFT JOIN card c ON c.serial = s.card
              CROSS JOIN LATERAL unnest(t.campaigns, t.lots) AS p (campaign, lot)
              JOIN campaign k ON k.id = p.campaign
              LEFT JOIN entitlement e ON e.id = p.lot
              WHERE (k.grants IS NOT NULL) <> (coalesce(p.lot, 0) > 0)
                 OR p.lot > 0 AND (e.campaign IS DISTINCT FROM p.campaign
                   OR e.member IS DISTINCT FROM c.member)"""),
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
              WHERE e.reissue_of IS NULL GROUP BY e.round, e.member, r.each HAVING count(*) > r.each"""),
          new Check(
              "allowances-not-exceeded",
              "经费、额度、次数均未超限",
              "no budget, quota or count is exceeded",
              """
              SELECT owner FROM allowance
              WHERE used_fen > limit_fen OR used_count > limit_count OR day_fen > day_limit_fen
                 OR day_count > day_limit_count OR used_fen < 0 OR used_count < 0"""),
          new Check(
              "one-answer-per-key",
              "每个流水号只有一个结果",
              "each key has one transaction and each transaction one key, of signs that a key may have",
              """
              SELECT coalesce(t.id, k.transaction) FROM transaction t
              FULL JOIN transaction_key k ON k.transaction = t.id
              WHERE t.id IS NULL OR k.transaction IS NULL
                 OR t.terminal <> k.terminal OR t.request_id <> k.request_id
                 OR t.type <> k.type OR t.request_id !~ '^[A-Za-z0-9._-]{1,64}$'"""),
          new Check(
              "codes-pay-once",
              "每个会员码只用一次",
              "each approved sale, hold and advice used one code of its card, and nothing else did",
              """
              SELECT coalesce(t.id, u.transaction)
              FROM (SELECT id, card FROM transaction WHERE type IN (2, 4, 9) AND refusal IS NULL) t
              FULL JOIN code_use u ON u.transaction = t.id AND u.card = t.card
              WHERE t.id IS NULL OR u.transaction IS NULL"""),
          new Check(
              "follows-an-original",
              "每笔后续交易都有原交易",
              "whatever completes or undoes names the approved transaction all began with",
              """
              SELECT t.id FROM transaction t
              LEFT JOIN transaction s ON s.id = t.original AND s.original IS NULL
              WHERE (t.original IS NOT NULL AND (s.id IS NULL OR s.type NOT IN (2, 4, 9)
                  OR s.refusal IS NOT NULL OR t.effect = 0 OR t.merchant <> s.merchant))
                 OR (t.original IS NULL AND t.effect <> 0 AND t.type NOT IN (2, 4, 9))"""),
          new Check(
              "undone-adds-up",
              "退回之和与撤销记录一致且不超过原交易",
              "what came back of each transaction is what its undoing ones gave back, never more than it was",
              """
              SELECT coalesce(u.original, b.original)
              FROM (SELECT u.*, s.order_fen, s.member_pays_fen FROM undo u
                    LEFT JOIN transaction s ON s.id = u.original) u
              FULL JOIN (SELECT original, -sum(sign(effect) * order_fen) AS fen,
                           -sum(sign(effect) * member_pays_fen) AS member_fen
                         FROM transaction WHERE original IS NOT NULL AND abs(effect) = 1
                         GROUP BY original) b ON b.original = u.original
              WHERE u.undone_fen IS DISTINCT FROM b.fen
                 OR u.undone_member_fen IS DISTINCT FROM b.member_fen
                 OR u.total_fen IS DISTINCT FROM u.order_fen
                 OR u.total_member_fen IS DISTINCT FROM u.member_pays_fen"""),
          new Check(
              "funders-get-back-what-they-paid",
              "每个出资方退回额与其出资一致且不超过",
              "what came back to each payer is what the undoing transactions gave back, never more than it paid",
              """
              SELECT p.root FROM (
                SELECT coalesce(t.original, t.id) AS root, a.campaign, a.funder, a.party,
                  sum(a.fen) FILTER (WHERE t.original IS NULL) AS paid,
                  sum(a.returned_fen) AS returned,
                  coalesce(-sum(a.fen) FILTER (WHERE t.original IS NOT NULL), 0) AS came
                FROM allocation a JOIN transaction t ON t.id = a.transaction
                GROUP BY coalesce(t.original, t.id), a.campaign, a.funder, a.party) p
              WHERE p.paid IS NULL OR p.returned <> p.came OR p.came NOT BETWEEN 0 AND p.paid"""),
          new Check(
              "holds-end-once",
              "每笔预留只结束一次",
              "each hold is open or was ended by one transaction, and what ended it still stands",
              """
              SELECT coalesce(t.id, h.origin)
              FROM (SELECT id FROM transaction WHERE type = 4 AND effect = 2) t
              FULL JOIN hold h ON h.origin = t.id
              LEFT JOIN (SELECT original,
                           -sum(sign(effect)) FILTER (WHERE abs(effect) = 2) AS freed,
                           sum(sign(effect)) FILTER (WHERE abs(effect) = 3) AS finished
                         FROM transaction WHERE original IS NOT NULL GROUP BY original) e
                ON e.original = t.id
              LEFT JOIN transaction x ON x.id = h.ended_by
              WHERE t.id IS NULL OR h.origin IS NULL
                 OR coalesce(e.freed, 0)
                    <> CASE WHEN h.state IN ('RELEASED', 'EXPIRED', 'REVERSED') THEN 1 ELSE 0 END
                 OR coalesce(e.finished, 0) <> CASE h.state WHEN 'COMPLETED' THEN 1 ELSE 0 END
                 OR (h.state <> 'OPEN' AND (x.original IS DISTINCT FROM h.origin
                     OR x.effect <> CASE h.state WHEN 'COMPLETED' THEN 3 ELSE -2 END))"""),
          new Check(
              "one-event-per-transaction",
              "每笔交易都有一个事件",
              "each transaction has one event in the outbox",
              """
              SELECT coalesce(t.id, o.subject) FROM transaction t
              CROSS JOIN feed_cursor c
              FULL JOIN (SELECT subject, count(*) AS n FROM outbox
                         WHERE kind LIKE 'transaction.%' GROUP BY subject) o ON o.subject = t.id
              WHERE (t.id IS NULL OR o.n IS DISTINCT FROM 1)
                AND (o.n IS NULL AND t.id < transaction_id_at(c.removed_before)) IS NOT TRUE"""),
          new Check(
              "feed-has-no-gap",
              "事件流编号连续",
              "the feed's numbers are contiguous, globally and per merchant",
              """
              SELECT f.merchant FROM feed_event f
              LEFT JOIN feed_removed r ON r.merchant = f.merchant
              GROUP BY f.merchant, r.merchant_seq
              HAVING max(f.merchant_seq) - coalesce(r.merchant_seq, 0) <> count(*)
                OR min(f.merchant_seq) <> coalesce(r.merchant_seq, 0) + 1
              UNION ALL
              SELECT -1 FROM feed_cursor c, (SELECT count(*) AS n FROM feed_event) f
              WHERE c.seq - c.removed <> f.n"""),
          new Check(
              "feed-tells-outbox",
              "事件流与待发事件一致",
              "each feed event is an outbox row of the same merchant, and none waits that the first of"
                  + " its block does not lead to",
              """
              SELECT f.seq FROM feed_event f LEFT JOIN outbox o ON o.id = f.outbox
              WHERE o.id IS NULL OR o.merchant <> f.merchant
              UNION ALL
              SELECT o.id FROM outbox o
              LEFT JOIN outbox n ON n.subject = o.subject - (o.subject & 511) AND n.body IS NULL
                AND n.id < o.id
              WHERE o.body IS NULL AND o.subject & 511 <> 0 AND n.id IS NULL
                AND NOT EXISTS (SELECT FROM feed_event f WHERE f.outbox = o.id)"""),
          new Check(
              "blocks-are-whole",
              "区块首尾相接、笔数相符",
              "each chain's blocks are contiguous and hold the transactions they count",
              """
              SELECT c.id FROM chain c
              LEFT JOIN (SELECT chain, max(seq) AS last, count(*) AS n FROM block GROUP BY chain) b
                ON b.chain = c.id
              WHERE c.seq <> coalesce(b.last, 0) OR c.seq <> coalesce(b.n, 0)
              UNION ALL
              SELECT coalesce(b.first_id, t.first) FROM block b
              FULL JOIN (SELECT chain, seq, count(*) AS n, min(id) AS first, max(id) AS last
                         FROM transaction GROUP BY chain, seq) t
                ON t.chain = b.chain AND t.seq = b.seq
              WHERE b.size IS DISTINCT FROM t.n OR b.first_id IS DISTINCT FROM t.first
                 OR t.last IS DISTINCT FROM t.first + t.n - 1"""),
          new Check(
              "in-one-batch",
              "每笔交易属于一个批次",
              "each transaction is of its terminal's current batch or of one that was closed",
              """
              SELECT t.id FROM transaction t
              LEFT JOIN terminal_batch b ON b.terminal = t.terminal
              LEFT JOIN batch_close c ON c.terminal = t.terminal AND c.batch = t.batch
              WHERE t.batch <> coalesce(b.batch, 1) AND c.batch IS NULL"""),
          new Check(
              "batches-recount",
              "已结批次的汇总与明细一致",
              "the totals of each closed batch are those of its transactions",
              """
              SELECT c.terminal || '/' || c.batch FROM batch_close c
              LEFT JOIN (
                SELECT b.terminal, b.batch,
                       sum(l.fen) FILTER (WHERE l.side = 'DEBIT') AS debit_fen,
                       count(*) FILTER (WHERE l.side = 'DEBIT') AS debit_count,
                       sum(l.fen) FILTER (WHERE l.side = 'CREDIT') AS credit_fen,
                       count(*) FILTER (WHERE l.side = 'CREDIT') AS credit_count
                FROM batch_close b
                JOIN batch_line l ON l.terminal = b.terminal AND l.batch = b.batch
                  AND l.id >= b.after_id
                GROUP BY b.terminal, b.batch) n ON n.terminal = c.terminal AND n.batch = c.batch
              WHERE c.state <> 'CLOSING'
                AND (c.debit_fen <> coalesce(n.debit_fen, 0)
                  OR c.debit_count <> coalesce(n.debit_count, 0)
                  OR c.credit_fen <> coalesce(n.credit_fen, 0)
                  OR c.credit_count <> coalesce(n.credit_count, 0))"""),
          new Check(
              "staff-audit-chain",
              "人员操作留痕首尾相接、未被改动",
              "each entry of what staff did covers the one before, up to the head",
              """
              SELECT seq FROM (
                SELECT seq, prev, hash, audit_hash(a) AS again,
                       lag(hash, 1, sha256('ecard-audit')) OVER (ORDER BY seq) AS before,
                       lag(seq, 1, 0::bigint) OVER (ORDER BY seq) AS last
                FROM audit a) c
              WHERE hash <> again OR prev <> before OR seq <> last + 1
              UNION ALL
              SELECT h.seq FROM audit_head h
              WHERE h.seq <> coalesce((SELECT max(seq) FROM audit), 0)
                 OR h.seq > 0 AND h.hash IS DISTINCT FROM
                    (SELECT hash FROM audit WHERE seq = h.seq)"""));

  private LedgerAudit() {}

  /**
   * Runs every check in the connection's transaction; give it one snapshot.
   *
   * @return what each found, in order
   */
  public static List<Finding> run(Connection database) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (Check check : CHECKS) {
      findings.add(run(database, check));
    }
    return findings;
  }

  private static Finding run(Connection database, Check check) throws SQLException {
    long broken = 0;
    List<String> samples = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(check.sql())) {
      while (rows.next()) {
        broken++;
        if (samples.size() < SAMPLES_MAX) {
          samples.add(rows.getString(1));
        }
      }
    }
    return new Finding(check, broken, samples);
  }
}
