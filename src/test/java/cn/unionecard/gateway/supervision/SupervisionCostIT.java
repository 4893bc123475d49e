package cn.unionecard.gateway.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A look at a merchant costs the same with a hundred reviews and with ten thousand. Pages are
 * compared, which are the same in every run; times are printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SupervisionCostIT {
  private static final int WARM_UPS = 20;
  private static final int RUNS = 21;

  private static final String RECOUNT =
      """
      select * from supervision_voices(1, now() - interval '90 days', now(), 9223372036854775807,
        2::smallint)
      """;

  private final String url = TestStores.get().newDatabase();

  private record Cost(long pages, double medianMs) {}

  @BeforeAll
  void load() {
    TestTown.load(url);
  }

  /** Members from … to review merchant 1, over eighty days, each in a transaction of its own. */
  private void reviews(int from, int to) {
    TestStores.execute(
        url,
        """
        do $$
        declare
          said timestamptz;
          no bigint;
        begin
          for g in %d .. %d loop
            said := now() - make_interval(hours => (g * 997) %% 1920);
            insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
              values (g, g, 1, g, said, said) returning id into no;
            insert into review_edition (review, edition, at, source, stars, quality, service,
                after_sales, tags)
              values (no, 1, said, 'MEMBER', case when g %% 20 = 0 then 1 else 5 end, 5, 5, 5, '{}');
            commit;
          end loop;
        end $$"""
            .formatted(from, to));
    TestStores.execute(
        url,
        "analyze review; analyze review_edition; analyze supervision_voice;"
            + " analyze supervision_day");
  }

  /** The statement that each review runs. */
  private static String look() {
    return Supervision.LOOK.replace("$1", "1").replace("$2", "now()");
  }

  private static Cost cost(Statement statement, String sql) throws SQLException {
    long pages = 0;
    double[] times = new double[RUNS];
    for (int i = -WARM_UPS; i < RUNS; i++) {
      try (ResultSet row =
          statement.executeQuery("explain (analyze, buffers, format json) " + sql)) {
        assertTrue(row.next());
        JsonObject plan = new JsonArray(row.getString(1)).getJsonObject(0);
        pages =
            plan.getJsonObject("Plan").getLong("Shared Hit Blocks")
                + plan.getJsonObject("Plan").getLong("Shared Read Blocks");
        if (i >= 0) {
          times[i] = plan.getDouble("Execution Time");
        }
      }
    }
    Arrays.sort(times);
    return new Cost(pages, times[RUNS / 2]);
  }

  @Test
  void aLookDoesNotGrowWithWhatWasSaid() throws Exception {
    Cost[] looks = new Cost[3];
    Cost[] recounts = new Cost[3];
    int last = 0;
    int[] sizes = {100, 1_000, 10_000};
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      for (int i = 0; i < sizes.length; i++) {
        reviews(last + 1, sizes[i]);
        last = sizes[i];
        looks[i] = cost(statement, look());
        recounts[i] = cost(statement, RECOUNT);
        System.out.println(
            String.format(
                    Locale.ROOT,
                    "%,6d reviews: a look reads %d pages, %.2f times the first; a recount %d, %.2f times",
                    sizes[i],
                    looks[i].pages,
                    looks[i].medianMs / looks[0].medianMs,
                    recounts[i].pages,
                    recounts[i].medianMs / recounts[0].medianMs)
                + String.format(
                    Locale.ROOT,
                    "; recount / look %.1f",
                    recounts[i].medianMs / looks[i].medianMs));
      }
      try (ResultSet row = statement.executeQuery(look())) {
        assertTrue(row.next());
        assertEquals(10_000, row.getInt("payers"));
        assertEquals(500, row.getInt("bad"));
      }
    }
    assertTrue(looks[2].pages <= looks[0].pages + 10, "pages of a look: " + looks[2].pages);
    assertTrue(recounts[2].pages > 10 * recounts[0].pages, "the recount does grow");
    consistent();
  }

  @CanIgnoreReturnValue
  private long review(int origin, int payer, int stars, String posted) {
    TestStores.execute(
        url,
        """
        with said as (
          insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
          values (%1$d, %1$d, 3, %2$d, current_date, %3$s) returning id)
        insert into review_edition (review, edition, at, source, stars, quality, service,
            after_sales, tags)
        select id, 1, now(), 'MEMBER', %4$d, 5, 5, 5, '{}' from said"""
            .formatted(origin, payer, posted, stars));
    return TestStores.number(url, "select id from review where origin = " + origin);
  }

  private void edit(long review, int stars) {
    TestStores.execute(
        url,
        """
        insert into review_edition (review, edition, at, source, stars, quality, service,
            after_sales, tags)
        values (%d, 2, now(), 'MEMBER', %d, 5, 5, 5, '{}')"""
            .formatted(review, stars));
  }

  private String tally() {
    return TestStores.number(
            url, "select coalesce(sum(bad), 0) from supervision_day where merchant = 3")
        + " of "
        + TestStores.number(
            url, "select coalesce(sum(payers), 0) from supervision_day where merchant = 3");
  }

  @Test
  void aVoiceIsTheNewestReviewAsItStands() throws Exception {
    long older = review(20_001, 1, 5, "now() - interval '3 days'");
    assertEquals("0 of 1", tally());
    long newer = review(20_002, 1, 1, "now() - interval '2 days'");
    assertEquals("1 of 1", tally());
    edit(older, 5);
    assertEquals("1 of 1", tally(), "an older one says no more");
    edit(newer, 4);
    assertEquals("0 of 1", tally());
    long other = review(20_003, 2, 2, "now() - interval '1 day'");
    assertEquals("1 of 2", tally());
    TestStores.execute(
        url,
        """
        insert into merchant_step (merchant, step, from_state, to_state, staff, at, reason)
        values (3, 'SUSPEND', 'LIVE', 'SUSPENDED', null, now() - interval '12 hours', 'x');
        insert into staff (login, name, org, roles, status, password)
          values ('someone', '某人', 410821, '{APPROVER}', 'ACTIVE', '$argon2id$x');
        insert into merchant_step (merchant, step, from_state, to_state, staff, at, reason,
            document_no)
          select 3, 'REINSTATE', 'SUSPENDED', 'LIVE', id, now() - interval '6 hours', 'x', 'x'
          from staff""");
    assertEquals("0 of 0", tally(), "counting begins anew");
    edit(other, 1);
    assertEquals("0 of 0", tally(), "of a review from before");
    review(20_004, 2, 1, "now()");
    assertEquals("1 of 1", tally());
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      assertEquals(List.of(), SupervisionReplay.run(database).differences());
    }
  }

  /** The replay sees a tally that is not true. */
  private void consistent() throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      assertEquals(List.of(), SupervisionReplay.run(database).differences());
      database.setAutoCommit(false);
      for (String change :
          List.of(
              "update supervision_day set payers = payers + 1 where merchant = 1",
              "update supervision_voice set bad = not bad where merchant = 1 and payer = 7",
              "delete from supervision_voice where merchant = 1 and payer = 8",
              "insert into supervision_tally values (1, '2000-01-01')")) {
        try (Statement statement = database.createStatement()) {
          assertTrue(statement.executeUpdate(change) > 0, change);
          assertFalse(SupervisionReplay.run(database).differences().isEmpty(), change);
        } finally {
          database.rollback();
        }
      }
    }
  }
}
