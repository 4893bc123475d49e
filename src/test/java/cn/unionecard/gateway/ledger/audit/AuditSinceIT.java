package cn.unionecard.gateway.ledger.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an audit that goes on from a mark reads, and what it sees that no rule sees. */
class AuditSinceIT {
  private static final String RULE =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}],"merchants":{"ids":[1]}}""";

  /** Of the tables that grow with each sale. */
  private static final String READ =
      """
      select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
      from pg_stat_xact_user_tables
      where relname ~ '^transaction_[0-9r]' or relname in ('block', 'outbox', 'transaction_key', 'code_use', 'feed_row')
      """;

  private int card;

  private String ledger() {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 77, "C-77", RULE, 1_000_000_000L);
    TestStores.execute(url, "select make_transaction_partitions('2026-01-01', 24)");
    return url;
  }

  private void sell(TestLine line, int sales) {
    for (int i = 0; i < sales; i++) {
      card++;
      Reply reply =
          line.submit(
              TestLine.sale(
                  "T0000001",
                  "s-" + card,
                  TestTown.code(card, line.clock.millis()),
                  10_000 + card));
      assertTrue(reply instanceof Reply.Recorded, reply::toString);
    }
  }

  private static void number(String url) {
    assertTrue(TestStores.number(url, "select numbered from feed_number(10000)") > 0);
  }

  private static long read(String url, MarkedAudit mark) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcSnapshot();
        Statement statement = database.createStatement()) {
      assertEquals(List.of(), mark.broken(database));
      try (ResultSet row = statement.executeQuery(READ)) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Counted by the server, not timed: four times the past, the same reading. */
  @Test
  void readsNoOldTransaction() throws Exception {
    long[] read = new long[2];
    for (int i = 0; i < 2; i++) {
      String url = ledger();
      try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
        sell(line, i == 0 ? 100 : 400);
        number(url);
        TestStores.execute(url, "vacuum analyze");
        MarkedAudit mark = MarkedAudit.at(url);
        sell(line, 20);
        number(url);
        read[i] = read(url, mark);
      }
    }
    assertTrue(read[0] >= 20 && read[1] <= read[0] + 20, read[0] + " and " + read[1]);
  }

  /** A busy hour after the server last counted its rows: still each new one is read a few times. */
  @Test
  void readsByIndexWhateverTheStatistics() throws Exception {
    String url = ledger();
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 10);
      number(url);
      TestStores.execute(url, "vacuum analyze");
      MarkedAudit mark = MarkedAudit.at(url);
      sell(line, 400);
      number(url);
      long read = read(url, mark);
      assertTrue(read < 400 * 100, () -> read + " rows for 400 sales");
    }
  }

  /** All old blocks come round in as many audits as were asked for, and then again. */
  @Test
  void oldBlocksComeRound(@TempDir Path folder) throws Exception {
    String url = ledger();
    Path file = folder.resolve("mark");
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 40);
      number(url);
      TestLine.assertAuditClean(url);
      assertTrue(Audit.full(PostgresUrl.parse(url), file, step -> {}).isClean());
      long again = 0;
      for (int night = 0; night < 4; night++) {
        sell(line, 2);
        Audit audit = Audit.since(PostgresUrl.parse(url), file, 4, step -> {});
        assertTrue(audit.isClean(), audit::describe);
        Audit.Since since = Objects.requireNonNull(audit.since());
        assertTrue(since.blocks() == 2, audit::describe);
        again += audit.blocks() - since.blocks();
      }
      assertEquals(40, again);
      TestStores.execute(
          url,
          "update transaction set order_fen = order_fen + 1, member_pays_fen = member_pays_fen + 1,"
              + " fens[1] = fens[1] + 1 where id = (select min(id) from transaction)");
      boolean found = false;
      for (int night = 0; night < 4 && !found; night++) {
        found = !Audit.since(PostgresUrl.parse(url), file, 4, step -> {}).isClean();
      }
      assertTrue(found, "an old row that was altered");
    }
  }

  /**
   * Two rows that were altered so that their sum is what it was, and an old sale with its balance.
   */
  @Test
  void whatWasUsedUpIsHeldRowByRow() throws Exception {
    String url = ledger();
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 30);
      MarkedAudit mark = MarkedAudit.at(url);
      sell(line, 10);
      mark.assertClean(url);
      TestStores.execute(
          url,
          "update allowance set used_fen = used_fen + case holder when 3 then 1 else -1 end"
              + " where kind = 2 and holder in (3, 4)");
      assertEquals(List.of("member-use-matches-allocations"), broken(url, mark));
      TestStores.execute(
          url,
          """
          update allowance set used_fen = used_fen - case holder when 3 then 1 else -1 end
            where kind = 2 and holder in (3, 4);
          update allowance set used_fen = used_fen + 1, day_fen = day_fen + 1
            where kind = 2 and holder = 5 or kind = 1 and owner = 77;
          update transaction set fens[1] = fens[1] + 1, discount_fen = discount_fen + 1,
            member_pays_fen = member_pays_fen - 1 where card = 5""");
      assertEquals(List.of("balances-go-on-from-the-mark"), broken(url, mark));
    }
  }

  private static List<String> broken(String url, MarkedAudit mark) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcSnapshot()) {
      return mark.broken(database);
    }
  }

  /** A till's batch is found by who fenced it: the clock of its node may be a year behind. */
  @Test
  void batchesAreFoundWhateverTheClock() throws Exception {
    String url = ledger();
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 3);
      MarkedAudit mark = MarkedAudit.at(url);
      TestStores.execute(
          url,
          """
          select batch_begin_close(id, 1, now() - interval '1 year', 0, 0, 0, 0)
            from terminal where terminal_no = 'T0000001';
          update batch_close set fence = pg_current_xact_id()""");
      mark.assertClean(url);
      TestStores.execute(
          url,
          """
          update batch_close set state = 'BALANCED', debit_fen = 1, debit_count = 1, credit_fen = 0,
            credit_count = 0""");
      assertEquals(List.of("batches-recount"), broken(url, mark));
    }
  }

  /** Though nothing was sold since: a row of no block, and the block that the mark stood on. */
  @Test
  void whatStoodAtTheMarkStands() throws Exception {
    String url = ledger();
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 3);
      MarkedAudit mark = MarkedAudit.at(url);
      TestStores.execute(
          url,
          "update transaction set id = id + 512, seq = seq + 1"
              + " where id = (select max(id) from transaction)");
      assertEquals(List.of("blocks-are-whole"), broken(url, mark));
      TestStores.execute(url, "delete from block where seq = (select max(seq) from block)");
      assertThrows(MarkException.class, () -> mark.assertClean(url));
    }
  }

  /** What retention takes away, before the mark and behind it, is no gap; one row more is. */
  @Test
  void eventsAreTakenAwayInTime() throws Exception {
    String url = ledger();
    try (TestLine line = new TestLine(url, "since", 1, Clock.systemUTC())) {
      sell(line, 10);
      number(url);
      MarkedAudit mark = MarkedAudit.at(url);
      sell(line, 10);
      number(url);
      for (int removed : new int[] {4, 10, 3}) {
        assertEquals(
            removed,
            TestStores.number(
                url, "select feed_remove(now() + interval '1 day', %d, now())".formatted(removed)));
        mark.assertClean(url);
      }
      TestStores.execute(url, "delete from feed_row where seq = (select min(seq) from feed_row)");
      assertTrue(broken(url, mark).contains("feed-has-no-gap"));
      assertFalse(broken(url, mark).contains("feed-tells-outbox"));
    }
  }
}
