package cn.unionecard.gateway.ledger;

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
              "postings-sum-to-zero",
              "每笔交易借贷平衡",
              "the postings of each transaction sum to zero",
              "SELECT transaction FROM posting GROUP BY transaction HAVING sum(fen) <> 0"),
          new Check(
              "postings-match-order",
              "分录与订单金额一致",
              "each effective transaction posts its order to the merchant, others post nothing",
              """
              SELECT t.id FROM transaction t
              LEFT JOIN (SELECT transaction, sum(fen) AS fen FROM posting
                         WHERE account = 'SALES' GROUP BY transaction) p ON p.transaction = t.id
              WHERE coalesce(p.fen, 0) <> CASE
                WHEN t.refusal IS NOT NULL THEN 0
                WHEN t.type = 3 THEN CASE WHEN t.original IS NULL THEN 0 ELSE t.order_fen END
                ELSE -t.order_fen END"""),
          new Check(
              "allocations-add-up",
              "各出资方之和等于优惠金额",
              "what the funders pay is the discount",
              """
              SELECT t.id FROM transaction t
              LEFT JOIN (SELECT transaction, sum(fen) AS fen FROM allocation GROUP BY transaction) a
                ON a.transaction = t.id
              WHERE coalesce(a.fen, 0) <> CASE
                WHEN t.refusal IS NOT NULL THEN 0
                WHEN t.type = 3 THEN -t.discount_fen
                ELSE t.discount_fen END"""),
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
              "each key has one transaction and each transaction one key",
              """
              SELECT coalesce(t.id, k.transaction) FROM transaction t
              FULL JOIN transaction_key k ON k.transaction = t.id
              WHERE t.id IS NULL OR k.transaction IS NULL
                 OR t.terminal <> k.terminal OR t.request_id <> k.request_id OR t.type <> k.type"""),
          new Check(
              "codes-pay-once",
              "每个会员码只用一次",
              "each approved sale used one code of its card, and nothing else did",
              """
              SELECT coalesce(t.id, u.transaction)
              FROM (SELECT id, card FROM transaction WHERE type = 2 AND refusal IS NULL) t
              FULL JOIN code_use u ON u.transaction = t.id AND u.card = t.card
              WHERE t.id IS NULL OR u.transaction IS NULL"""),
          new Check(
              "undone-once",
              "冲正与原交易一一对应",
              "each undo is of an approved sale, by a reversal that names it and gives back all",
              """
              SELECT u.original FROM undo u
              LEFT JOIN transaction s ON s.id = u.original AND s.type = 2 AND s.refusal IS NULL
              LEFT JOIN transaction r ON r.id = u.transaction AND r.original = u.original
              WHERE s.id IS NULL OR r.id IS NULL OR u.undone_fen <> s.order_fen
                 OR r.discount_fen <> s.discount_fen
              UNION ALL
              SELECT r.id FROM transaction r
              WHERE r.original IS NOT NULL
                AND NOT EXISTS (SELECT FROM undo u WHERE u.transaction = r.id)"""),
          new Check(
              "one-event-per-transaction",
              "每笔交易都有一个事件",
              "each transaction has one event in the outbox",
              """
              SELECT coalesce(t.id, o.subject) FROM transaction t
              FULL JOIN (SELECT subject, count(*) AS n FROM outbox
                         WHERE kind LIKE 'transaction.%' GROUP BY subject) o ON o.subject = t.id
              WHERE t.id IS NULL OR o.n IS DISTINCT FROM 1"""),
          new Check(
              "feed-has-no-gap",
              "事件流编号连续",
              "the feed's numbers are contiguous, globally and per merchant",
              """
              SELECT merchant FROM feed_event GROUP BY merchant
              HAVING max(merchant_seq) <> count(*) OR min(merchant_seq) <> 1
              UNION ALL
              SELECT -1 FROM (SELECT max(seq) AS last, count(*) AS n FROM feed_event) f
              WHERE coalesce(f.last, 0) <> f.n"""),
          new Check(
              "feed-tells-outbox",
              "事件流与待发事件一致",
              "each feed event is an outbox row of the same merchant",
              """
              SELECT f.seq FROM feed_event f LEFT JOIN outbox o ON o.id = f.outbox
              WHERE o.id IS NULL OR o.merchant <> f.merchant"""),
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
                         FROM transaction GROUP BY chain, seq) t ON t.chain = b.chain AND t.seq = b.seq
              WHERE b.size IS DISTINCT FROM t.n OR b.first_id IS DISTINCT FROM t.first
                 OR t.last IS DISTINCT FROM t.first + t.n - 1"""));

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
