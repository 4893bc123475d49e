package cn.unionecard.gateway.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.definitions.DefinitionsSql;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.lang.reflect.Field;
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
  private static final Pattern STATEMENT =
      Pattern.compile("(?s)\\s*(SELECT|WITH|INSERT|UPDATE) .*");

  /** A chain is created once in its life, among at most 256. */
  private static final Set<String> SMALL = Set.of("CREATE_CHAIN");

  private static Map<String, String> statements() throws IllegalAccessException {
    Map<String, String> statements = new TreeMap<>();
    statements.put("LEARN", DefinitionsSql.LEARN);
    for (Class<?> home : List.of(FlightSql.class, FollowingSql.class)) {
      for (Field field : home.getDeclaredFields()) {
        if (field.getType() == String.class) {
          String sql = (String) field.get(null);
          if (STATEMENT.matcher(sql).matches()) {
            statements.put(field.getName(), sql);
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
    assertTrue(statements.size() >= 20, statements.keySet()::toString);
    assertEquals(Map.of(), scans(url, statements), "on empty tables");
    TestStores.execute(url, "ANALYZE");
    assertEquals(Map.of(), scans(url, statements), "on empty tables that were analysed");
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        INSERT INTO allowance (holder, kind, owner, limit_fen)
          SELECT g, 2, 1, 100 FROM generate_series(1, 20000) g;
        ANALYZE""");
    assertEquals(Map.of(), scans(url, statements), "on full tables");
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
