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
              "sold-in-their-scene",
              "回执上的交易场景与终端一致，优惠均适用该场景",
              "each receipt says the scene of its terminal, and what was given works in it",
              """
              SELECT t.id FROM transaction t JOIN terminal d ON d.id = t.terminal
              WHERE (d.scene = 'OFFLINE_POS') <> (position('"scene":"'::bytea IN t.body) = 0)
                OR d.scene <> 'OFFLINE_POS'
                  AND position(convert_to('"scene":"' || d.scene || '"', 'UTF8') IN t.body) = 0
              UNION
              SELECT t.id FROM transaction t JOIN terminal d ON d.id = t.terminal
              JOIN campaign c ON c.id = ANY (t.campaigns)
              WHERE t.type IN (2, 4) AND jsonb_array_length(c.rule -> 'scenes') > 0
                AND NOT jsonb_exists(c.rule -> 'scenes', d.scene)"""),
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
                 OR (l.last >= s.since AND l.last > w.day))"""),
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
              "each transaction has one event in the outbox, of its merchant and its kind",
              """
              SELECT coalesce(t.id, o.subject) FROM transaction t
              CROSS JOIN feed_cursor c
              FULL JOIN (
                SELECT x.subject + l.n - 1 AS subject, l.merchant,
                       coalesce(x.kind, transaction_kind(l.type)) AS kind, count(*) AS n
                FROM outbox x
                CROSS JOIN LATERAL unnest(coalesce(x.merchants, ARRAY[x.merchant]),
                    coalesce(x.types, ARRAY[NULL::smallint]))
                  WITH ORDINALITY AS l (merchant, type, n)
                WHERE x.kind IS NULL OR x.kind LIKE 'transaction.%' GROUP BY 1, 2, 3) o
                ON o.subject = t.id AND o.merchant = t.merchant AND o.kind = transaction_kind(
                  CASE WHEN t.refusal IS NULL THEN t.type ELSE 0::smallint END)
              WHERE (t.id IS NULL OR o.n IS DISTINCT FROM 1)
                AND (o.n IS NULL AND t.id < transaction_id_at(c.removed_before)) IS NOT TRUE"""),
          new Check(
              "feed-has-no-gap",
              "事件流编号连续",
              "the feed's numbers are contiguous, globally and per merchant",
              """
              SELECT coalesce(m.merchant, f.merchant) FROM feed_merchant m
              FULL JOIN (
                SELECT n.merchant, count(*) AS n, max(n.merchant_seq) AS last,
                       bool_and(n.merchant_seq = n.before + 1) IS FALSE AS gap
                FROM (
                  SELECT x.merchant, x.merchant_seq,
                         lag(x.merchant_seq) OVER (PARTITION BY x.merchant ORDER BY x.seq) AS before
                  FROM feed_event x) n
                GROUP BY n.merchant) f ON f.merchant = m.merchant
              WHERE m.merchant IS NULL OR f.gap OR f.last <> m.merchant_seq
                OR m.merchant_seq - m.removed <> coalesce(f.n, 0)
              UNION ALL
              SELECT f.seq FROM (
                SELECT x.seq, lag(x.seq + cardinality(x.merchant_seqs)) OVER (ORDER BY x.seq) AS due
                FROM feed_row x) f
              WHERE f.seq <> f.due
              UNION ALL
              SELECT c.seq FROM feed_cursor c
              CROSS JOIN (SELECT coalesce(sum(cardinality(x.merchant_seqs)), 0) AS n FROM feed_row x) f
              WHERE c.seq - c.removed <> f.n OR c.removed + 1 <> (SELECT min(x.seq) FROM feed_row x)
                OR c.seq <> (SELECT coalesce(sum(m.merchant_seq), 0) FROM feed_merchant m)"""),
          new Check(
              "feed-tells-outbox",
              "事件流与待发事件一致",
              "each row of the feed numbers the events of a row of the outbox, of the same merchants,"
                  + " and none waits that the first of its block does not lead to",
              """
              SELECT f.seq FROM feed_row f LEFT JOIN outbox o ON o.id = f.outbox
              WHERE coalesce(o.merchants, ARRAY[o.merchant]) IS DISTINCT FROM f.merchants
                OR cardinality(f.merchants) <> ANY (ARRAY[
                  cardinality(f.merchant_seqs), cardinality(f.authorising_orgs), cardinality(f.signing_orgs)])
              UNION ALL
              SELECT o.id FROM outbox o
              LEFT JOIN outbox n ON n.subject = o.subject - (o.subject & 511) AND n.body IS NULL
                AND n.id < o.id
              WHERE o.body IS NULL AND o.subject & 511 <> 0 AND n.id IS NULL
                AND NOT EXISTS (SELECT FROM feed_row f WHERE f.outbox = o.id)"""),
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
              "days-close-once",
              "每笔交易恰属一个日结，日结首尾相接",
              "days close one after the other over fences that only grow, and each transaction before its fence is in one",
              """
              SELECT c.day::text FROM settlement_close c
              WHERE c.day > (SELECT min(day) FROM settlement_close)
                AND NOT EXISTS (SELECT FROM settlement_close b WHERE b.day = c.day - 1 AND b.state = 'CLOSED')
              UNION ALL
              SELECT f.day || '/' || f.chain FROM settlement_fence f
              JOIN settlement_fence g ON g.chain = f.chain AND g.day = f.day - 1
              WHERE g.seq > f.seq
              UNION ALL
              SELECT c.day::text FROM settlement_close c
              CROSS JOIN LATERAL (
                SELECT count(*) AS n, count(*) FILTER (WHERE m.late) AS late,
                  count(l.transaction) AS kept
                FROM settlement_member(c.day) m
                LEFT JOIN settlement_late l ON l.transaction = m.id AND l.day = c.day AND m.late) m
              WHERE c.state <> 'FENCED' AND (c.transactions <> m.n OR c.late <> m.late OR m.kept <> m.late
                OR m.late <> (SELECT count(*) FROM settlement_late l WHERE l.day = c.day))
              UNION ALL
              SELECT 'all' FROM (SELECT max(day) AS day, sum(transactions) AS n FROM settlement_close
                                 WHERE state <> 'FENCED') c
              WHERE c.n <> (
                SELECT count(*) FROM transaction t
                JOIN settlement_fence f ON f.day = c.day AND f.chain = t.chain AND t.seq <= f.seq
                WHERE t.id < settlement_begin(c.day + 1))"""),
          new Check(
              "books-follow-from-closes",
              "应付台账与各日记账一致",
              "what is owed to each merchant by each day is what its funders bear of each campaign",
              """
              SELECT coalesce(b.day, p.day) || '/' || coalesce(b.funder, p.party) || '/'
                || coalesce(b.campaign, p.campaign) || '/' || coalesce(b.merchant, p.merchant)
              FROM (SELECT day, funder, campaign, merchant,
                      sum(CASE debit WHEN 'SUBSIDY' THEN fen ELSE -fen END) AS fen, sum(fen) AS moved
                    FROM book_entry WHERE source = 'CLOSE' GROUP BY day, funder, campaign, merchant) b
              FULL JOIN (
                SELECT c.day, -p.payer AS party, p.campaign, m.merchant, sum(p.fen) AS fen, sum(abs(p.fen)) AS moved
                FROM settlement_close c CROSS JOIN LATERAL settlement_member(c.day) m
                JOIN transaction t ON t.id = m.id
                CROSS JOIN LATERAL unnest(t.campaigns, t.payers, t.fens) p (campaign, payer, fen)
                WHERE c.state <> 'FENCED' AND p.payer < 0 AND m.effect IN (1, 3, -1, -3)
                GROUP BY c.day, p.payer, p.campaign, m.merchant) p
                ON p.day = b.day AND p.party = b.funder AND p.campaign = b.campaign AND p.merchant = b.merchant
              WHERE b.fen IS DISTINCT FROM p.fen OR b.moved IS DISTINCT FROM p.moved"""),
          new Check(
              "campaigns-count-what-stands",
              "活动逐日金额、笔数与交易一致，部分退回的仍算一笔",
              "what a campaign spent by days is what is settled; a sale counts once while it is paid any fen of",
              """
              WITH booked AS (SELECT max(day) AS upto FROM settlement_close WHERE state <> 'FENCED'),
              moved AS (
                SELECT coalesce(t.original, t.id) AS deal, p.campaign,
                  coalesce(l.day, settlement_stamped(t.id)) AS day, sum(p.fen) AS fen
                FROM booked b
                JOIN transaction t ON abs(t.effect) IN (1, 3) AND t.id < settlement_begin(b.upto + 1)
                JOIN settlement_fence f ON f.day = b.upto AND f.chain = t.chain AND t.seq <= f.seq
                LEFT JOIN settlement_late l ON l.transaction = t.id
                CROSS JOIN LATERAL unnest(t.campaigns, t.fens) AS p (campaign, fen)
                GROUP BY 1, 2, 3),
              stood AS (
                SELECT campaign, day, fen,
                  sum(fen) OVER (PARTITION BY deal, campaign ORDER BY day) AS after
                FROM moved),
              days AS (
                SELECT campaign, day, sum(fen) AS fen,
                  count(*) FILTER (WHERE after > 0) - count(*) FILTER (WHERE after > fen) AS sales
                FROM stood GROUP BY campaign, day)
              SELECT campaign || '/' || day FROM days s
              FULL JOIN campaign_day d USING (campaign, day)
              WHERE s.fen IS DISTINCT FROM d.fen OR s.sales IS DISTINCT FROM d.sales"""),
          new Check(
              "statements-add-up",
              "对账单与记账一致",
              "each statement says what was posted for its party on its day, sales and returns apart",
              """
              WITH moved AS MATERIALIZED (
                SELECT c.day, m.merchant, m.id, m.effect > 0 AS sells, p.account, p.party, abs(p.fen) AS fen
                FROM settlement_close c CROSS JOIN LATERAL settlement_member(c.day) m
                JOIN posting p ON p.transaction = m.id
                WHERE c.state <> 'FENCED'),
              again AS (
                SELECT day, merchant,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'SALES'), 0) AS sales_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'MEMBER'), 0) AS sales_member_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'MERCHANT'), 0) AS sales_own_fen,
                  coalesce(sum(fen) FILTER (WHERE sells AND account = 'UNION'), 0) AS sales_union_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'SALES'), 0) AS returns_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'MEMBER'), 0) AS returns_member_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'MERCHANT'), 0) AS returns_own_fen,
                  coalesce(sum(fen) FILTER (WHERE NOT sells AND account = 'UNION'), 0) AS returns_union_fen
                FROM moved GROUP BY day, merchant)
              SELECT coalesce(s.day, a.day) || '/' || coalesce(s.party, a.merchant)
              FROM (SELECT * FROM statement WHERE kind = 'MERCHANT') s
              FULL JOIN again a ON a.day = s.day AND a.merchant = s.party
              WHERE (s.sales_fen, s.sales_member_fen, s.sales_own_fen, s.sales_union_fen, s.returns_fen,
                  s.returns_member_fen, s.returns_own_fen, s.returns_union_fen)
                IS DISTINCT FROM (a.sales_fen, a.sales_member_fen, a.sales_own_fen, a.sales_union_fen, a.returns_fen,
                  a.returns_member_fen, a.returns_own_fen, a.returns_union_fen)
              UNION ALL
              SELECT coalesce(s.day, a.day) || '/funder ' || coalesce(s.party, a.party)
              FROM (SELECT * FROM statement WHERE kind = 'FUNDER') s
              FULL JOIN (
                SELECT day, party, coalesce(sum(fen) FILTER (WHERE sells), 0) AS sold,
                  coalesce(sum(fen) FILTER (WHERE NOT sells), 0) AS returned
                FROM moved WHERE account = 'UNION' GROUP BY day, party) a ON a.day = s.day AND a.party = s.party
              WHERE s.sales_union_fen IS DISTINCT FROM a.sold OR s.returns_union_fen IS DISTINCT FROM a.returned
              UNION ALL
              SELECT coalesce(s.day, a.day) || '/union ' || coalesce(s.party, a.signing_org)
              FROM (SELECT * FROM statement WHERE kind = 'UNION') s
              FULL JOIN (
                SELECT day, signing_org, sum(sales_fen) AS sales_fen, sum(sales_union_fen) AS sales_union_fen,
                  sum(returns_fen) AS returns_fen, sum(returns_union_fen) AS returns_union_fen
                FROM statement WHERE kind = 'MERCHANT' GROUP BY day, signing_org) a
                ON a.day = s.day AND a.signing_org = s.party
              WHERE s.sales_fen IS DISTINCT FROM a.sales_fen OR s.sales_union_fen IS DISTINCT FROM a.sales_union_fen
                OR s.returns_fen IS DISTINCT FROM a.returns_fen
                OR s.returns_union_fen IS DISTINCT FROM a.returns_union_fen"""),
          new Check(
              "payments-are-booked",
              "每笔付款都已记账，且只付所欠",
              "each payment was booked for its amount when the bank was told, and when it was known what became of it",
              """
              SELECT p.batch || '/' || p.no FROM payment p
              CROSS JOIN LATERAL (
                SELECT
                  coalesce(sum(CASE e.debit WHEN 'OWED' THEN e.fen ELSE -e.fen END)
                    FILTER (WHERE e.source = 'PAYMENT'), 0) AS told,
                  coalesce(sum(CASE WHEN e.credit = 'BANK' THEN e.fen WHEN e.debit = 'BANK' THEN -e.fen END)
                    FILTER (WHERE e.source = 'RESULT'), 0) AS paid,
                  coalesce(sum(CASE WHEN e.credit = 'OWED' THEN e.fen WHEN e.debit = 'OWED' THEN -e.fen END)
                    FILTER (WHERE e.source = 'RESULT'), 0) AS back
                FROM book_entry e WHERE e.batch = p.batch AND e.merchant = p.merchant) b
              WHERE (b.told, b.paid, b.back) IS DISTINCT FROM (
                CASE WHEN p.state IN ('TOLD', 'PAID', 'REJECTED') THEN p.fen ELSE 0 END,
                CASE p.state WHEN 'PAID' THEN p.fen ELSE 0 END,
                CASE p.state WHEN 'REJECTED' THEN p.fen ELSE 0 END)
              UNION ALL
              SELECT 'payee ' || p.batch || '/' || p.no FROM payment p JOIN payee y ON y.id = p.payee
              WHERE y.merchant <> p.merchant
              UNION ALL
              SELECT 'entry ' || e.id FROM book_entry e
              WHERE e.batch IS NOT NULL
                AND NOT EXISTS (SELECT FROM payment p WHERE p.batch = e.batch AND p.merchant = e.merchant)
              UNION ALL
              SELECT 'balance ' || funder || '/' || merchant FROM obligation('infinity')
              GROUP BY funder, merchant
              HAVING sum(subsidy_fen) <> sum(owed_fen + transit_fen + paid_fen) OR sum(transit_fen) < 0"""),
          new Check(
              "corrections-counter-an-entry",
              "更正均为对冲分录",
              "what was corrected takes back one entry whole, of the same funder, campaign and merchant",
              """
              SELECT e.id FROM book_entry e LEFT JOIN book_entry o ON o.id = e.counters
              WHERE e.counters IS NOT NULL AND (o.fen, o.funder, o.campaign, o.merchant, o.debit, o.credit)
                IS DISTINCT FROM (e.fen, e.funder, e.campaign, e.merchant, e.credit, e.debit)
                OR e.source = 'CORRECTION' AND e.counters IS NULL"""),
          new Check(
              "progress-marks-cards",
              "推进进度与每张卡的状态一致",
              "each card is marked with its member's union and category and as far as it has come at least",
              """
              SELECT coalesce(c.serial, p.card) FROM card c
              JOIN member m ON m.id = c.member
              FULL JOIN progress_mark p ON p.card = c.serial
              WHERE c.serial IS NULL OR p.card IS NULL OR p.org <> m.org
                 OR p.fresh <> (m.category = 'NEW_EMPLOYMENT_FORM')
                 OR p.counted <> (c.status <> 'CANCELLED')
                 OR p.stage < progress_stage(c.status, c.device_key IS NOT NULL)"""),
          new Check(
              "progress-recounts",
              "推进进度的汇总与逐卡清点一致",
              "what stands at each stage, of unions and their subtrees, by days and in all, is what the cards say",
              """
              WITH own AS (
                SELECT p.org, s AS stage, count(*) AS n, count(*) FILTER (WHERE p.fresh) AS fresh
                FROM progress_mark p CROSS JOIN LATERAL generate_series(1, p.stage) s
                WHERE p.counted GROUP BY p.org, s),
              counted AS (
                SELECT org, false AS whole, stage, n, fresh FROM own
                UNION ALL
                SELECT a.org, true, w.stage, sum(w.n), sum(w.fresh)
                FROM own w JOIN org o ON o.id = w.org CROSS JOIN LATERAL unnest(o.path) a (org)
                GROUP BY a.org, w.stage),
              noted AS (
                SELECT a.org, a.whole, d.stage, sum(d.n) AS n, sum(d.fresh) AS fresh
                FROM progress_delta d JOIN org o ON o.id = d.org
                CROSS JOIN LATERAL (SELECT o.id, false UNION ALL SELECT unnest(o.path), true)
                  a (org, whole)
                GROUP BY a.org, a.whole, d.stage)
              SELECT k.org || '/' || k.whole || '/' || k.stage FROM (
                SELECT 1 AS source, org, whole, stage, n, fresh FROM counted
                UNION ALL SELECT 2, org, whole, stage, n, fresh FROM progress_standing
                UNION ALL SELECT 3, org, whole, stage, sum(n), sum(fresh) FROM progress_day
                  GROUP BY org, whole, stage
                UNION ALL SELECT 4, org, whole, stage, n, fresh FROM noted) k
              GROUP BY k.org, k.whole, k.stage
              HAVING coalesce(sum(n) FILTER (WHERE source = 1), 0)
                  <> coalesce(sum(n) FILTER (WHERE source IN (2, 4)), 0)
                OR coalesce(sum(fresh) FILTER (WHERE source = 1), 0)
                  <> coalesce(sum(fresh) FILTER (WHERE source IN (2, 4)), 0)
                OR coalesce(sum(n) FILTER (WHERE source = 2), 0)
                  <> coalesce(sum(n) FILTER (WHERE source = 3), 0)
                OR coalesce(sum(fresh) FILTER (WHERE source = 2), 0)
                  <> coalesce(sum(fresh) FILTER (WHERE source = 3), 0)"""),
          new Check(
              "first-uses-are-found",
              "首次使用均已计入推进进度",
              "each card that has paid, as far as the feed was looked through, is marked as used",
              """
              SELECT p.card FROM feed_event e
              JOIN progress_cursor c ON e.seq <= c.seq
              JOIN transaction t ON t.id = e.subject
              LEFT JOIN transaction s ON s.id = t.original
              JOIN progress_mark p ON p.card = coalesce(t.card, s.card)
              WHERE t.effect IN (1, 3) AND t.refusal IS NULL AND p.stage < 5
                AND e.kind IN ('transaction.sale', 'transaction.advice', 'transaction.completion')"""),
          new Check(
              "tasks-add-up",
              "下达的任务量之和等于本级任务量",
              "what each union has handed down of its task is the task",
              """
              SELECT p.id FROM target_plan p JOIN target_share s ON s.plan = p.id
              WHERE p.state IN ('ISSUED', 'REPLACED')
              GROUP BY p.id HAVING sum(s.cards) <> p.cards"""),
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
