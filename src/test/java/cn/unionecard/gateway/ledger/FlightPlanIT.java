package cn.unionecard.gateway.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.definitions.DefinitionsSql;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every statement of the flight walks indexes, whatever the statistics say: on empty tables, where
 * a cached plan is born, and on full ones.
 */
class FlightPlanIT {
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
  private static final Pattern PAGES = Pattern.compile("Buffers: shared hit=(\\d+)");
  private static final Pattern STATEMENT =
      Pattern.compile("(?s)\\s*(SELECT|WITH|INSERT|UPDATE) .*");

  /** A chain is created once in its life, among at most 256. */
  private static final Set<String> SMALL = Set.of("CREATE_CHAIN");

  /**
   * Everybody has three vouchers of three campaigns, members 7 and 8 have one now; member 8 has had
   * 5,000 of the same campaign in years gone by.
   */
  private static final String PAST =
      """
      INSERT INTO campaign SELECT g, 'P-' || g, '活动' || g, 410800, '测试〔2026〕9号', 'RUNNING', '2020-01-01Z',
          '2099-01-01Z', '{"benefit":{"kind":"FIXED","offFen":1},"funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}'
        FROM generate_series(1, 3) g;
      INSERT INTO staff (login, name, org, roles, status, password)
        SELECT 'p.' || g, 'x', 410800, '{CLERK}', 'ACTIVE', '$argon2id$' FROM generate_series(1, 2) g;
      INSERT INTO benefit_round (campaign, name, document_no, way, state, prepared_by, approved_by, each, most, good_days)
        SELECT c.id, '批次', 'x', 'SHEET', 'OPEN', min(s.id), max(s.id), 1, 100000, 30
        FROM campaign c, staff s GROUP BY c.id;
      INSERT INTO entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms, until_ms, limit_count)
        SELECT m.id, r.campaign, r.id, 1, 1, 1, now(), 0, 1000, 1 FROM member m, benefit_round r
        UNION ALL
        SELECT 8, r.campaign, r.id, g, 1, 1, now(), 0, 1000 + g, 1
        FROM generate_series(2, 5001) g, benefit_round r WHERE r.campaign = 1
        UNION ALL
        SELECT m, r.campaign, r.id, 9000, 1, 1, now(), 0, 9000000, 1
        FROM unnest(ARRAY[7, 8]) m, benefit_round r WHERE r.campaign = 1;
      """;

  private static Map<String, String> statements() throws IllegalAccessException {
    Map<String, String> statements = new TreeMap<>();
    statements.put("LEARN", DefinitionsSql.LEARN);
    for (Class<?> home : List.of(FlightSql.class, FollowingSql.class, EntitlementSql.class)) {
      for (Field field : home.getDeclaredFields()) {
        if (field.getType() == String.class && !Modifier.isPrivate(field.getModifiers())) {
          String sql = (String) field.get(null);
          if (STATEMENT.matcher(sql).matches()) {
            String before = statements.put(field.getName(), sql);
            assertNull(before, field.getName() + " stands in two classes");
          }
        }
      }
    }
    return statements;
  }

  @Test
  void noStatementScansATable() throws Exception {
    String url = TestStores.get().newDatabase();
    Map<String, String> statements = statements();
    assertTrue(statements.size() >= 22, statements.keySet()::toString);
    assertEquals(Map.of(), scans(url, statements), "on empty tables");
    TestStores.execute(url, "ANALYZE");
    assertEquals(Map.of(), scans(url, statements), "on empty tables that were analysed");
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        INSERT INTO allowance (holder, kind, owner, limit_fen)
          SELECT g, 2, 1, 100 FROM generate_series(1, 20000) g;"""
            + PAST
            + "ANALYZE");
    assertEquals(Map.of(), scans(url, statements), "on full tables");
  }

  /** What a member used in years gone by is not looked at, not even in the index. */
  @Test
  void whatAMemberHasHadCostsNothing() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(url, PAST);
    TestStores.execute(url, "VACUUM ANALYZE entitlement");
    long few = pagesOfLock(url, 7);
    long many = pagesOfLock(url, 8);
    assertTrue(few > 0);
    assertTrue(many <= few + 2, "pages: " + few + " without a past, " + many + " with one");
  }

  private static long pagesOfLock(String url, int card) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement session = database.createStatement()) {
      for (Map.Entry<String, String> setting : PostgresLaneLedger.SESSION.entrySet()) {
        session.execute("SET " + setting.getKey() + " = " + setting.getValue());
      }
      session.execute("PREPARE asked AS " + EntitlementSql.LOCK);
      String lock = "EXECUTE asked ('{%d}', '{1,2,3}', 6500, '{}', '{}')".formatted(card);
      // the first one reads the catalogue and cleans rows up
      session.execute(lock);
      try (ResultSet rows =
          session.executeQuery("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + lock)) {
        long pages = 0;
        while (rows.next()) {
          Matcher hit = PAGES.matcher(rows.getString(1));
          pages = Math.max(pages, hit.find() ? Long.parseLong(hit.group(1)) : 0);
        }
        return pages;
      }
    }
  }

  private static Map<String, String> scans(String url, Map<String, String> statements)
      throws SQLException {
    Map<String, String> scans = new TreeMap<>();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement session = database.createStatement()) {
      for (Map.Entry<String, String> setting : PostgresLaneLedger.SESSION.entrySet()) {
        session.execute("SET " + setting.getKey() + " = " + setting.getValue());
      }
      for (Map.Entry<String, String> statement : statements.entrySet()) {
        String plan = plan(session, statement.getKey(), statement.getValue());
        if (!SMALL.contains(statement.getKey()) && walks(plan)) {
          scans.put(statement.getKey(), plan);
        }
      }
    }
    return scans;
  }

  /** A scan of a table, or of a whole index: one that is not told where to look. */
  private static boolean walks(String plan) {
    if (plan.contains("Seq Scan") || plan.contains("Merge Join") || plan.contains("Hash Join")) {
      return true;
    }
    String[] lines = plan.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean index = lines[i].contains("Index Scan") || lines[i].contains("Index Only Scan");
      if (index && !lines[i + 1].contains("Index Cond")) {
        return true;
      }
    }
    return false;
  }

  private static String plan(Statement session, String name, String sql) throws SQLException {
    session.execute("PREPARE " + name + " AS " + sql);
    int parameters = 0;
    Matcher matcher = PARAMETER.matcher(sql);
    while (matcher.find()) {
      parameters = Math.max(parameters, Integer.parseInt(matcher.group(1)));
    }
    String values =
        parameters == 0
            ? ""
            : "(" + String.join(",", Collections.nCopies(parameters, "NULL")) + ")";
    StringBuilder plan = new StringBuilder();
    try (ResultSet rows = session.executeQuery("EXPLAIN (COSTS OFF) EXECUTE " + name + values)) {
      while (rows.next()) {
        plan.append(rows.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }
}
