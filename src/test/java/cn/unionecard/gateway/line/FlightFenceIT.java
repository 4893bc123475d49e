package cn.unionecard.gateway.line;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.StoredBatches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** The line keeps what the closing of a batch builds on: a number first, then the batch. */
class FlightFenceIT {
  private static final BatchNo FIRST = new BatchNo(1);
  private static final BatchTotals ONE_SALE = new BatchTotals(Fen.of(700), 1, Fen.ZERO, 0);
  private static final String WAITING =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'test lane'
        AND wait_event_type = 'Lock'""";

  @Test
  void aBatchIsNotCountedWhileASaleOfItIsInTheAir() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(
        url,
        1,
        "EAT-10",
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}],
         "merchants":{"categories":["EAT"]}}""",
        1_000_000_000L);
    Clock clock = Clock.systemUTC();
    try (TestLine line = new TestLine(url, "fence", 1, clock);
        Connection hinderer = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = hinderer.createStatement()) {
      Pool pool = PostgresUrl.parse(url).pool(line.vertx, "test", 2, 100, TestLine.limits());
      BatchRecords records = new BatchRecords(pool);
      hinderer.setAutoCommit(false);
      // without a transaction number of its own, which would hold the counting up
      statement.execute("LOCK TABLE block IN SHARE MODE");
      Future<Reply> reply =
          line.doors.get(0).submit(sale("T0000001", "late", TestTown.code(1, clock.millis()), 700));
      while (TestStores.number(url, WAITING) == 0) {
        Thread.onSpinWait(); // the flight has read the batch and now waits to write
      }
      await(records.begin(1, FIRST, ONE_SALE, clock.instant()));
      await(records.fence(1, FIRST));
      await(records.settle(1, FIRST, clock.instant()));
      BatchRecords.Closed closing = await(records.find(1, FIRST));
      assertNotNull(closing);
      assertNull(closing.here());
      hinderer.rollback();
      assertInstanceOf(Reply.Recorded.class, await(reply));
      StoredBatches batches =
          new StoredBatches(
              line.vertx, records, TestLine.limits(), clock, new SimpleMeterRegistry());
      BatchReply closed = await(batches.close(new TerminalId("T0000001"), FIRST, ONE_SALE));
      assertEquals(ONE_SALE, assertInstanceOf(BatchReply.Closed.class, closed).here());
      await(pool.close());
    }
  }
}
