package cn.unionecard.gateway.ledger.audit;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Goes on from what was used up of everything when a mark was taken, without the transactions
 * before. What the new ones used is taken off again, row by row, and what is left must be the rows
 * that were: their sum is, each row weighed by a hash. A row that is one fen off, gone, or changed
 * though nothing new belongs to it, shows. What was used in a day is counted from that day.
 */
final class Balances {

  /**
   * What a mark keeps of them.
   *
   * @param seed makes the hashes; nobody who does not know it can alter rows so that they agree
   * @param allowances the sum over budgets, members' use and sites of passes
   * @param entitlements the sum over vouchers, lots and passes
   * @param budgets of each campaign, what was used in its day
   */
  record Sums(long seed, BigInteger allowances, BigInteger entitlements, List<Budget> budgets) {
    static final Sums NONE = new Sums(0, BigInteger.ZERO, BigInteger.ZERO, List.of());

    Sums {
      budgets = List.copyOf(budgets);
    }
  }

  /** A campaign's day. */
  record Budget(long owner, int day, long fen, long count) {}

  /** What was, by taking off what came. */
  private static final String CHANGE =
      """
      WITH line AS MATERIALIZED (
        SELECT coalesce(d.original, d.id) AS root, p.campaign, p.lot, p.fen, d.seq > m.after AS fresh
        FROM {deal} d JOIN {stretches} ON m.chain = d.chain
        CROSS JOIN LATERAL unnest(d.campaigns, d.fens, d.lots) AS p (campaign, fen, lot)
        WHERE d.effect IN (1, 2, -1, -2)),
      change AS MATERIALIZED (
        SELECT l.root, transaction_day(l.root) AS day, s.merchant, c.member, l.campaign, l.lot,
          grouping(l.lot) = 0 AS of_lot, coalesce(sum(l.fen) FILTER (WHERE fresh), 0) AS fen,
          (sum(l.fen) > 0)::integer
            - (coalesce(sum(l.fen) FILTER (WHERE NOT fresh), 0) > 0)::integer AS n
        FROM line l JOIN transaction s ON s.id = l.root LEFT JOIN card c ON c.serial = s.card
        GROUP BY GROUPING SETS (
          (l.root, s.merchant, c.member, l.campaign), (l.root, s.merchant, c.member, l.campaign, l.lot)))
      """;

  private static final String NO_CHANGE =
      """
      WITH change AS (
        SELECT 0::bigint AS root, 0 AS day, 0 AS merchant, 0::bigint AS member, 0 AS campaign,
          0::bigint AS lot, false AS of_lot, 0::bigint AS fen, 0 AS n WHERE false)
      """;

  private static final String ALLOWANCES =
      """
      SELECT coalesce(sum(hash_record_extended(
        ROW(kind::integer, holder::bigint, owner::bigint, fen::bigint, n::bigint), %1$d)), 0), count(*)
      FROM (
        SELECT coalesce(w.kind, d.kind) AS kind, coalesce(w.holder, d.holder) AS holder,
          coalesce(w.owner, d.owner) AS owner, coalesce(w.fen, 0) - coalesce(d.fen, 0) AS fen,
          coalesce(w.n, 0) - coalesce(d.n, 0) AS n
        FROM (
          SELECT kind::integer, holder, owner, CASE kind WHEN 11 THEN 0 ELSE used_fen END AS fen,
            used_count AS n FROM allowance WHERE kind IN (1, 2, 11)) w
        FULL JOIN (
          SELECT k.kind, k.holder, k.owner, sum(k.fen) AS fen, sum(c.n) AS n
          FROM change c LEFT JOIN entitlement e ON e.id = c.lot AND c.of_lot
          CROSS JOIN LATERAL (VALUES
            (1, 0::bigint, c.campaign::bigint, c.fen, NOT c.of_lot),
            (2, c.member, c.campaign::bigint, c.fen, NOT c.of_lot AND c.member IS NOT NULL),
            (11, c.lot, c.merchant::bigint, 0, c.of_lot AND e.kind = 3))
            AS k (kind, holder, owner, fen, counts)
          WHERE k.counts GROUP BY k.kind, k.holder, k.owner) d
          ON d.kind = w.kind AND d.holder = w.holder AND d.owner = w.owner) b
      WHERE fen <> 0 OR n <> 0
      """;

  private static final String ENTITLEMENTS =
      """
      SELECT coalesce(sum(hash_record_extended(ROW(id::bigint, fen::bigint, n::bigint), %1$d)), 0), count(*)
      FROM (
        SELECT coalesce(e.id, d.lot) AS id, coalesce(e.used_fen, 0) - coalesce(d.fen, 0) AS fen,
          coalesce(e.used_count, 0) - coalesce(d.n, 0) AS n
        FROM entitlement e
        FULL JOIN (SELECT lot, sum(fen) AS fen, sum(n) AS n FROM change
                   WHERE of_lot AND lot > 0 GROUP BY lot) d ON d.lot = e.id) b
      WHERE fen <> 0 OR n <> 0
      """;

  /** The day of each member that new transactions used or gave back: by the codes of its cards. */
  private static final String DAYS =
      """
      SELECT k.member || '/' || k.campaign
      FROM (SELECT member, campaign, max(day) AS last FROM change
            WHERE NOT of_lot AND member IS NOT NULL GROUP BY member, campaign) k
      CROSS JOIN allowance_days s
      JOIN allowance w ON w.holder = k.member AND w.kind = 2 AND w.owner = k.campaign
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(g.fen), 0) AS fen, count(*) FILTER (WHERE g.fen > 0) AS n
        FROM card c
        CROSS JOIN LATERAL (SELECT * FROM code_use u WHERE u.card = c.serial
          AND u.step BETWEEN ((w.day - 8)::bigint * 86400 - 28800) / 30
            AND ((w.day + 1)::bigint * 86400 - 28800) / 30 + 120
          AND transaction_day(u.transaction) = w.day OFFSET 0) u
        CROSS JOIN LATERAL (
          SELECT sum(p.fen) AS fen
          FROM (SELECT * FROM transaction t WHERE t.id = u.transaction
                UNION ALL SELECT * FROM transaction t WHERE t.original = u.transaction) t
          CROSS JOIN LATERAL unnest(t.campaigns, t.fens) AS p (campaign, fen)
          WHERE t.effect IN (1, 2, -1, -2) AND p.campaign = k.campaign) g
        WHERE c.member = k.member) d
      WHERE (w.day >= s.since AND (w.day_fen <> d.fen OR w.day_count <> d.n))
         OR (k.last >= s.since AND k.last > w.day)
      UNION ALL
      SELECT 'campaign ' || w.owner
      FROM allowance w CROSS JOIN allowance_days s
      LEFT JOIN unnest('{%1$s}'::bigint[], '{%2$s}'::integer[], '{%3$s}'::bigint[], '{%4$s}'::bigint[])
        AS b (owner, day, fen, n) ON b.owner = w.owner AND b.day = w.day
      LEFT JOIN (SELECT campaign, day, sum(fen) AS fen, sum(n) AS n FROM change
                 WHERE NOT of_lot GROUP BY campaign, day) d ON d.campaign = w.owner AND d.day = w.day
      LEFT JOIN (SELECT campaign, max(day) AS last FROM change
                 WHERE NOT of_lot GROUP BY campaign) l ON l.campaign = w.owner
      WHERE w.holder = 0 AND w.kind = 1
        AND ((w.day >= s.since AND (w.day_fen <> coalesce(b.fen, 0) + coalesce(d.fen, 0)
            OR w.day_count <> coalesce(b.n, 0) + coalesce(d.n, 0)))
          OR (l.last >= s.since AND l.last > w.day))
      """;

  private static final String BUDGETS =
      "SELECT owner, day, day_fen, day_count FROM allowance WHERE holder = 0 AND kind = 1 ORDER BY owner";

  private Balances() {}

  /** What is used up now. */
  static Sums now(Connection database) throws SQLException {
    long seed = new SecureRandom().nextLong() >>> 1;
    return new Sums(
        seed,
        sum(database, NO_CHANGE + String.format(Locale.ROOT, ALLOWANCES, seed)),
        sum(database, NO_CHANGE + String.format(Locale.ROOT, ENTITLEMENTS, seed)),
        budgets(database));
  }

  /**
   * What does not go on from a mark.
   *
   * @param sums of which table the sum is another one
   * @param days whose day is not what was sold in it
   */
  record Breaks(List<String> sums, List<String> days) {
    boolean isNone() {
      return sums.isEmpty() && days.isEmpty();
    }
  }

  /** What does not go on from a mark. */
  static Breaks breaks(Connection database, Sums was, Rows rows) throws SQLException {
    List<String> sums = new ArrayList<>();
    List<String> days = new ArrayList<>();
    String change = rows.in(CHANGE);
    if (!sum(database, change + String.format(Locale.ROOT, ALLOWANCES, was.seed()))
        .equals(was.allowances())) {
      sums.add("allowance");
    }
    if (!sum(database, change + String.format(Locale.ROOT, ENTITLEMENTS, was.seed()))
        .equals(was.entitlements())) {
      sums.add("entitlement");
    }
    String counted =
        String.format(
            Locale.ROOT,
            DAYS,
            join(was.budgets(), Budget::owner),
            join(was.budgets(), Budget::day),
            join(was.budgets(), Budget::fen),
            join(was.budgets(), Budget::count));
    try (Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(change + counted)) {
      while (found.next()) {
        days.add(found.getString(1));
      }
    }
    return new Breaks(sums, days);
  }

  private static String join(List<Budget> budgets, Function<Budget, Object> part) {
    return budgets.stream().map(part).map(String::valueOf).collect(Collectors.joining(","));
  }

  private static BigInteger sum(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBigDecimal(1).toBigIntegerExact();
    }
  }

  private static List<Budget> budgets(Connection database) throws SQLException {
    List<Budget> budgets = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(BUDGETS)) {
      while (rows.next()) {
        budgets.add(new Budget(rows.getLong(1), rows.getInt(2), rows.getLong(3), rows.getLong(4)));
      }
    }
    return budgets;
  }
}
