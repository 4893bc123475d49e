package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Progress of 549 unions costs the same with four times as many members. Pages are compared, which
 * are the same in every run; times are printed. {@code -Dprogress.members=5000000} for more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgressCostIT {
  private static final int UNIONS = 549;
  private static final int DAYS = 30;
  private static final int RUNS = 21;

  /** One card of each union for each day. */
  private static final int FEW = UNIONS * DAYS;

  private static final int MANY = Integer.getInteger("progress.members", 4 * FEW);

  private final String url = TestStores.get().newDatabase();
  private int members;

  private record Cost(long rows, long pages, double medianMs) {}

  @BeforeAll
  void unions() {
    TestStores.execute(
        url,
        """
        insert into org values (1, 'c', null, 'CITY', '市总工会', '410800', '{1}');
        insert into org select g, 'c.' || to_char(g, 'FM000'), 1, 'COUNTY', '县总工会', '410801', array[1, g]
          from generate_series(2, 12) g;
        insert into org select g, 'c.' || to_char(2 + g %% 11, 'FM000') || '.' || g, 2 + g %% 11, 'PRIMARY', '工会',
          '410801', array[1, 2 + g %% 11, g] from generate_series(13, %d) g"""
            .formatted(UNIONS)
            .replace("%%", "%"));
  }

  /** Adds members up to so many, all of whose cards are activated, day after day. */
  private void grow(int upto) throws SQLException {
    long began = System.nanoTime();
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement()) {
      for (int day = 0; day < DAYS; day++) {
        statement.execute(
            "begin; set local ecard.progress_day = '2026-%02d-%02d'"
                .formatted(1 + day / 28, 1 + day % 28));
        String those =
            "from generate_series(%d, %d) g where g / %d %% %d = %d"
                .formatted(members, upto - 1, UNIONS, DAYS, day);
        statement.execute(
            "insert into member select g, 1 + g %% %d, case g %% 7 when 0 then 'NEW_EMPLOYMENT_FORM' else 'ORDINARY' end, '\\x00', '\\x00', int8send(g) %s"
                .formatted(UNIONS, those));
        statement.execute("insert into card select g, g, 'ACTIVE', 1, '张*' " + those);
        statement.execute("commit");
      }
      statement.execute("select progress_fold(2147483647)");
      statement.execute("vacuum (full, analyze) progress_day, progress_standing, progress_delta");
    }
    System.out.printf(
        Locale.ROOT,
        "%,d members more in %.1f s%n",
        upto - members,
        (System.nanoTime() - began) / 1e9);
    members = upto;
  }

  private Cost cost(String sql) throws SQLException {
    List<Double> times = new ArrayList<>();
    JsonObject plan = new JsonObject();
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement()) {
      for (int run = 0; run < RUNS; run++) {
        try (ResultSet rows =
            statement.executeQuery("explain (analyze, buffers, format json) " + sql)) {
          rows.next();
          plan = new JsonArray(rows.getString(1)).getJsonObject(0);
          times.add(plan.getDouble("Execution Time") + plan.getDouble("Planning Time"));
        }
      }
    }
    JsonObject top = plan.getJsonObject("Plan");
    Collections.sort(times);
    return new Cost(
        top.getLong("Actual Rows"),
        top.getLong("Shared Hit Blocks") + top.getLong("Shared Read Blocks"),
        times.get(RUNS / 2));
  }

  @Test
  void aPageOfAllUnionsCostsTheSameWithMoreMembers() throws SQLException {
    String page =
        UnionsPage.SUMS
            .replace("$1", "(select array_agg(id) from org where 1 = any (path))")
            .replace("$2", "'2026-12-31'");
    String board =
        Board.DAYS.replace("$1", "1").replace("$2", "'2025-12-31'").replace("$3", "'2026-12-31'");
    grow(FEW);
    Cost few = cost(page);
    Cost fewDays = cost(board);
    grow(MANY);
    Cost many = cost(page);
    Cost manyDays = cost(board);
    System.out.printf("unions: %s, %s%ndays: %s, %s%n", few, many, fewDays, manyDays);
    assertEquals(UNIONS * Stage.ACTIVATED.number(), many.rows(), "registered to activated of each");
    assertTrue(many.pages() <= few.pages() * 11 / 10 + 8, few + " " + many);
    assertTrue(manyDays.pages() <= fewDays.pages() * 11 / 10 + 8, fewDays + " " + manyDays);
    assertEquals(
        MANY,
        TestStores.number(
            url, "select n from progress_standing where org = 1 and whole and stage = 4"));
  }
}
