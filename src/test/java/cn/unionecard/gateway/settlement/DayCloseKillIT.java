package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.cli.Main;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the process that closes a day, in the middle of each step and behind each step, a
 * node's and the command's: whoever comes next goes on, and in the end the days are closed as they
 * are in a copy of the same ledger where nobody was killed.
 */
class DayCloseKillIT {
  private static final int DAYS = 2;
  private static final String CLOSERS =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and application_name like 'ecard-settlement%'";

  /** What a step has to write into, in the order of a day's close: there it is killed. */
  private enum Point {
    FENCE("settlement_fence", null),
    BOOK("book_entry", DayClose.Kind.FENCED),
    SEAL("statement", DayClose.Kind.BOOKED),
    TELL("outbox", DayClose.Kind.SEALED),
    LOOK("settlement_hint", null),
    NOTE("audit", null);

    final String table;

    /** The step that has to be over. */
    final DayClose.@Nullable Kind before;

    Point(String table, DayClose.@Nullable Kind before) {
      this.table = table;
      this.before = before;
    }
  }

  private final Vertx vertx = Loops.vertx();
  private final Clock clock = Clock.systemUTC();

  @Test
  void aDayIsClosedOnceWhoeverIsKilledWhere(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    LocalDate first = LocalDate.now(clock.withZone(Clocks.CHINA)).minusDays(DAYS + 1);
    String url;
    try (Month month = new Month(17, first)) {
      for (int day = 0; day < DAYS; day++) {
        month.day(120);
        month.night();
      }
      url = month.url;
    }
    String calm = copy(url);
    LocalDate last = first.plusDays(DAYS - 1);
    closeInPeace(calm, last);
    try (TestNodes nodes = new TestNodes(url, folder)) {
      for (Point point : Point.values()) {
        step(url, point.before);
        boolean byNode = point.ordinal() % 2 == 1;
        killWithin(url, point, () -> byNode ? node(nodes, url, point) : command(url, last));
      }
    }
    assertEquals(0, closed(url, first), "it was killed before its end, each time");
    killBehindEachStep(url, last);
    assertEquals(DAYS, closed(url, first));
    for (String what : IMAGE) {
      String sql = what.formatted(last);
      assertEquals(MonthIT.rows(calm, sql), MonthIT.rows(url, sql), sql);
    }
    assertTrue(TestStores.number(url, "select count(*) from book_entry") > 10);
    MonthIT.assertClean(url);
    Loops.await(vertx.close());
  }

  /** All that a close writes, but for numbers that a sequence gave. */
  private static final List<String> IMAGE =
      List.of(
          "select day, state, transactions, late, due from settlement_close where day <= '%s' order by 1",
          "select day, chain, seq from settlement_fence where day <= '%s' and chain <= 2 order by 1, 2",
          """
          select day, source, debit, credit, funder, campaign, merchant, fen from book_entry
          where day <= '%s' order by 1, 2, 3, 4, 5, 6, 7""",
          """
          select day, kind, party, sales, sales_fen, returns_fen, sales_own_fen, returns_own_fen, sales_union_fen,
            returns_union_fen, encode(sm3, 'hex') from statement where day <= '%s' order by 1, 2, 3""",
          "select l.day, l.transaction from settlement_late l where l.day <= '%s' order by 1, 2",
          "select day, kind, merchant, subject, count, fen from settlement_hint where day <= '%s' order by 1, 2, 3, 4",
          """
          select kind, merchant, body from outbox
          where kind like 'settlement.%%' and body::jsonb ->> 'day' <= '%s' order by 1, 2, 3""",
          "select action, subject from audit where action = 'settlement.closed' and subject <= '%s' order by 1, 2");

  private static long closed(String url, LocalDate first) {
    return TestStores.number(
        url,
        "select count(*) from settlement_close where state = 'CLOSED' and day between '%s' and '%s'"
            .formatted(first, first.plusDays(DAYS - 1)));
  }

  private static String copy(String url) {
    int name = url.lastIndexOf('/') + 1;
    String copied = url.substring(name) + "_calm";
    TestStores.execute(
        url.substring(0, name) + "postgres",
        "CREATE DATABASE " + copied + " TEMPLATE " + url.substring(name));
    return url.substring(0, name) + copied;
  }

  private void step(String url, DayClose.@Nullable Kind kind) {
    if (kind != null) {
      Pool pool =
          Settlement.closing(vertx, PostgresUrl.parse(TestStores.serving(url)), TestLine.limits());
      DayClose.Step done = Loops.await(MonthIT.close(pool, clock).next());
      assertNotNull(done);
      assertEquals(kind, done.kind());
      Loops.await(pool.close());
    }
  }

  private void closeInPeace(String url, LocalDate last) {
    Pool pool =
        Settlement.closing(vertx, PostgresUrl.parse(TestStores.serving(url)), TestLine.limits());
    DayClose close = MonthIT.close(pool, clock);
    while (!Loops.await(close.isClosed(last))) {
      assertNotNull(Loops.await(close.next()));
    }
    Loops.await(pool.close());
  }

  // ---- who closes

  /** Ends at once, whatever it does. */
  private interface Closer {
    void kill();
  }

  private interface Start {
    Closer closer() throws IOException;
  }

  private static Closer node(TestNodes nodes, String url, Point point) throws IOException {
    TestNodes.Node node =
        nodes.start(
            "closer-" + point.ordinal(),
            url,
            Map.of("ECARD_SETTLEMENT_SWEEP_MS", "1000", "ECARD_NODE_EVENT_LOOPS", "1"));
    return node.process()::kill;
  }

  private static Process process(String url, LocalDate last) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "settle",
                "close",
                "--day",
                last.toString()));
    builder.environment().put("ECARD_STORES_POSTGRES", TestStores.serving(url));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Closer command(String url, LocalDate last) throws IOException {
    Process process = process(url, last);
    return () -> process.destroyForcibly().onExit().join();
  }

  // ---- where

  /** Lets a closer run into a table that this test holds, and kills it there. */
  private static void killWithin(String url, Point point, Start start) throws Exception {
    try (Connection holder = PostgresUrl.parse(url).jdbcConnection();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("LOCK TABLE " + point.table + " IN EXCLUSIVE MODE");
      Closer closer = start.closer();
      await(url, CLOSERS + " and wait_event_type = 'Lock'", 1);
      closer.kill();
      holder.rollback();
    }
    // PostgreSQL notices when it has written, and takes back what was not committed
    await(url, CLOSERS, 0);
  }

  private static void await(String url, String sql, long wanted) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
    while (TestStores.number(url, sql) != wanted) {
      assertTrue(System.nanoTime() < until, sql);
    }
  }

  /** Each process is killed when it has told of a step, whatever it does by then. */
  private static void killBehindEachStep(String url, LocalDate last) throws Exception {
    for (int killed = 0; ; killed++) {
      Process process = process(url, last);
      try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
        String line = said.readLine();
        assertNotNull(line, "it ended without a word");
        if (line.contains("days closed now")) {
          assertEquals(0, process.onExit().join().exitValue());
          assertTrue(killed >= 2, "killed behind " + killed + " steps");
          return;
        }
        assertTrue(line.startsWith("20"), line);
        process.destroyForcibly().onExit().join();
      }
      await(url, CLOSERS, 0);
    }
  }
}
