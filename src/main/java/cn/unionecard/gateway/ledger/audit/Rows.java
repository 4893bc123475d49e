package cn.unionecard.gateway.ledger.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which rows a check reads: all there are, or those that belong to some blocks of each chain. The
 * text of the check is the same; only what stands in braces is filled in otherwise.
 */
final class Rows {
  private static final Pattern NAME = Pattern.compile("\\{([a-z_]+)}");

  /** A day before any that closed. */
  static final String NO_DAY = "2000-01-01";

  private static final String NONE = "(SELECT * FROM %s WHERE false)";

  /** Stands for the end of a chain, wherever that is. */
  static final long OPEN = Long.MAX_VALUE;

  /**
   * Some blocks of a chain.
   *
   * @param after of this number and the ones before, none
   * @param upto the last one
   */
  record Stretch(int chain, long after, long upto) {}

  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("transaction", "transaction"),
          Map.entry("deal", "transaction"),
          Map.entry("later", String.format(Locale.ROOT, NONE, "transaction")),
          Map.entry("allocation", "allocation"),
          Map.entry("undo", "undo"),
          Map.entry("hold", "hold"),
          Map.entry("transaction_key", "transaction_key"),
          Map.entry("code_use", "code_use"),
          Map.entry("chain", "(SELECT id, seq, 0::bigint AS after FROM chain)"),
          Map.entry("block", "block"),
          Map.entry("batch_close", "batch_close"),
          Map.entry("outbox", "outbox"),
          Map.entry("feed_row", "feed_row"),
          Map.entry("feed_merchant", "feed_merchant"),
          Map.entry("feed_after", "0"),
          Map.entry("used_event", "feed_event"),
          Map.entry("closed", "date '" + NO_DAY + "'"),
          Map.entry("closed_transaction", "transaction"),
          Map.entry("closed_deal", "transaction"),
          Map.entry("late_entry", String.format(Locale.ROOT, NONE, "book_entry")),
          Map.entry("audit", "audit"),
          Map.entry("audit_after", "0"),
          Map.entry("audit_head", "sha256('ecard-audit')"));

  private static final String STRETCHES =
      "unnest('{%s}'::integer[], '{%s}'::bigint[], '{%s}'::bigint[]) AS m (chain, after, upto)";

  /**
   * "offset 0": by the index, block by block, whatever the planner thinks of how many there are.
   */
  private static final String BLOCK =
      """
      (SELECT b.* FROM {stretches} CROSS JOIN LATERAL (
        SELECT * FROM block b WHERE b.chain = m.chain AND b.seq > m.after AND b.seq <= m.upto
        OFFSET 0) b)""";

  /** All ids that the block's first one leads to, as many as it may have. */
  private static final String TRANSACTION =
      """
      (SELECT x.* FROM {block} b CROSS JOIN LATERAL (
        SELECT * FROM transaction x WHERE x.id >= b.first_id AND x.id <= (b.first_id | 511)
        OFFSET 0) x)""";

  private static final String ROOT =
      "(SELECT DISTINCT coalesce(f.original, f.id) AS id FROM {transaction} f)";

  private static final String CLOSED_ROOT =
      "(SELECT DISTINCT coalesce(f.original, f.id) AS id FROM {closed_transaction} f)";

  private static final String DEAL =
      """
      (SELECT x.* FROM {root} r CROSS JOIN LATERAL (
        SELECT * FROM transaction x WHERE x.id = r.id
        UNION ALL SELECT * FROM transaction x WHERE x.original = r.id OFFSET 0) x)""";

  /**
   * A code's step lies near the stamp; of a sale that was reported later up to a week before, and
   * wherever else it lies, it is looked for among all of the card.
   */
  private static final String CODE_USE =
      """
      (SELECT u.* FROM {transaction} p CROSS JOIN LATERAL (
        SELECT * FROM code_use u WHERE u.card = p.card AND u.transaction = p.id
          AND u.step BETWEEN ((p.id >> 17) / 8 + 1767225600000) / 30000
              - CASE p.type WHEN 9 THEN 23040 ELSE 120 END
            AND ((p.id >> 17) / 8 + 1767225600000) / 30000 + 120
        UNION
        SELECT * FROM code_use u WHERE u.card = p.card AND u.transaction = p.id
          AND NOT EXISTS (SELECT FROM code_use n WHERE n.card = p.card AND n.transaction = p.id
            AND n.step BETWEEN ((p.id >> 17) / 8 + 1767225600000) / 30000
                - CASE p.type WHEN 9 THEN 23040 ELSE 120 END
              AND ((p.id >> 17) / 8 + 1767225600000) / 30000 + 120)) u
       WHERE p.card IS NOT NULL)""";

  private static final String BATCHES_OF_PART =
      """
      SELECT c.* FROM (SELECT DISTINCT p.terminal, p.batch FROM {transaction} p) k
      JOIN batch_close c ON c.terminal = k.terminal AND c.batch = k.batch""";

  /** From the first new block on, and from the last one before, should there be no new one. */
  private static final String LATER =
      """
      (SELECT * FROM transaction WHERE id >= (SELECT least(
        (SELECT min(b.first_id) FROM {block} b),
        (SELECT max(b.first_id) FROM {stretches} JOIN block b ON b.chain = m.chain AND b.seq = m.after))))""";

  private final Map<String, String> filled;

  private Rows(Map<String, String> filled) {
    this.filled = filled;
  }

  /** All there are. */
  static Rows all() {
    return new Rows(ALL);
  }

  /** Those of old blocks once more. */
  static Rows of(List<Stretch> stretches) {
    return new Rows(part(stretches));
  }

  /** Those that came since a mark was taken. */
  static Rows since(Connection database, Mark mark, List<Stretch> stretches) throws SQLException {
    Map<String, String> part = part(stretches);
    part.put(
        "chain", "(SELECT c.id, c.seq, m.after FROM {stretches} JOIN chain c ON c.id = m.chain)");
    part.put("later", LATER);
    part.put(
        "batch_close",
        "("
            + BATCHES_OF_PART
            + " UNION SELECT * FROM batch_close WHERE "
            + unseen("fence", mark)
            + " UNION SELECT c.* FROM unnest('{"
            + join(mark.closing(), Mark.Batch::terminal)
            + "}'::integer[], '{"
            + join(mark.closing(), Mark.Batch::batch)
            + "}'::integer[]) AS k (terminal, batch)"
            + " JOIN batch_close c ON c.terminal = k.terminal AND c.batch = k.batch)");
    part.put("outbox", outbox(database, mark));
    part.put("feed_after", Long.toString(mark.feed()));
    part.put("feed_row", "(SELECT * FROM feed_row WHERE seq > {feed_after})");
    part.put(
        "feed_merchant",
        "(SELECT m.merchant, m.merchant_seq, greatest(m.removed, k.merchant_seq) AS removed"
            + " FROM feed_merchant m LEFT JOIN unnest('{"
            + join(mark.numbered(), Mark.Numbered::merchant)
            + "}'::integer[], '{"
            + join(mark.numbered(), Mark.Numbered::last)
            + "}'::bigint[]) AS k (merchant, merchant_seq) ON k.merchant = m.merchant)");
    part.put(
        "used_event",
        "(SELECT * FROM feed_events(" + mark.used() + ", (SELECT seq FROM progress_cursor)))");
    part.put("closed", "date '" + mark.closed() + "'");
    part.put(
        "closed_transaction",
        """
        (SELECT x.* FROM settlement_fence f
         LEFT JOIN settlement_fence g ON g.day = {closed} AND g.chain = f.chain
         CROSS JOIN LATERAL (SELECT b.first_id FROM block b
           WHERE b.chain = f.chain AND b.seq > coalesce(g.seq, 0) AND b.seq <= f.seq OFFSET 0) b
         CROSS JOIN LATERAL (SELECT * FROM transaction x
           WHERE x.id >= b.first_id AND x.id <= (b.first_id | 511) OFFSET 0) x
         WHERE f.day = (SELECT max(day) FROM settlement_close WHERE state <> 'FENCED')
         UNION ALL
         SELECT x.* FROM transaction x
         JOIN settlement_fence g ON g.day = {closed} AND g.chain = x.chain AND x.seq <= g.seq
         WHERE x.id >= settlement_begin({closed} + 1))""");
    part.put("closed_deal", DEAL.replace("{root}", CLOSED_ROOT));
    part.put(
        "late_entry",
        "(SELECT id FROM book_entry WHERE id > "
            + mark.entry()
            + " AND source = 'CLOSE' AND day <= {closed})");
    part.put("audit_after", Long.toString(mark.auditSeq()));
    part.put("audit_head", "decode('" + mark.auditHash() + "', 'hex')");
    part.put("audit", "(SELECT * FROM audit WHERE seq > {audit_after})");
    return new Rows(part);
  }

  private static Map<String, String> part(List<Stretch> stretches) {
    Map<String, String> part = new HashMap<>(ALL);
    part.put(
        "stretches",
        String.format(
            Locale.ROOT,
            STRETCHES,
            join(stretches, Stretch::chain),
            join(stretches, Stretch::after),
            join(stretches, Stretch::upto)));
    part.put("block", BLOCK);
    part.put("transaction", TRANSACTION);
    part.put("root", ROOT);
    part.put("deal", DEAL);
    part.put("allocation", "(SELECT a.* FROM {deal} d JOIN allocation a ON a.transaction = d.id)");
    part.put("undo", "(SELECT u.* FROM {root} r JOIN undo u ON u.original = r.id)");
    part.put("hold", "(SELECT h.* FROM {root} r JOIN hold h ON h.origin = r.id)");
    part.put(
        "transaction_key",
        """
        (SELECT k.* FROM {transaction} p JOIN transaction_key k
          ON k.terminal = p.terminal AND k.request_id = p.request_id AND k.transaction = p.id)""");
    part.put("code_use", CODE_USE);
    part.put("chain", "(SELECT m.chain AS id, m.upto AS seq, m.after FROM {stretches})");
    part.put("batch_close", "(" + BATCHES_OF_PART + ")");
    return part;
  }

  /**
   * Events are written with what they tell of, by transactions that the mark did not see. The first
   * of each is found by their number, the others stand behind it.
   */
  private static String outbox(Connection database, Mark mark) throws SQLException {
    String first =
        "SELECT min(id) FROM (SELECT id FROM outbox WHERE (body IS NOT NULL OR subject & 511 = 0) AND "
            + unseen("xid", mark)
            + " OFFSET 0) o";
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(first)) {
      row.next();
      long least = row.getLong(1);
      return row.wasNull()
          ? String.format(Locale.ROOT, NONE, "outbox")
          : "(SELECT * FROM outbox WHERE id >= " + least + " AND " + unseen("xid", mark) + ")";
    }
  }

  /** By a transaction that the mark did not see, whenever it began: an index on it is walked. */
  private static String unseen(String xid, Mark mark) {
    return String.format(
        Locale.ROOT,
        "%1$s >= pg_snapshot_xmin('%2$s') AND NOT pg_visible_in_snapshot(%1$s, '%2$s')",
        xid,
        mark.snapshot());
  }

  private static <T> String join(List<T> list, Function<T, ?> part) {
    return list.stream().map(part).map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The check's text over these rows. */
  String in(String sql) {
    String text = sql;
    for (Matcher name = NAME.matcher(text); name.find(); name = NAME.matcher(text)) {
      text =
          name.replaceAll(
              found ->
                  Matcher.quoteReplacement(
                      Objects.requireNonNull(filled.get(found.group(1)), found.group(1))));
    }
    return text;
  }
}
