package cn.unionecard.gateway.terminal;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.PlainFlight;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A batch is closed while sales go on: none is lost between two batches, none counted twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchFenceIT {
  private static final int SALE = 2;
  private static final BatchNo FIRST = new BatchNo(1);
  private static final BatchTotals NOTHING = new BatchTotals(Fen.ZERO, 0, Fen.ZERO, 0);

  private final Vertx vertx;
  private final Clock clock = Clock.systemUTC();
  private String url;
  private Pool pool;
  private BatchRecords records;

  BatchFenceIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeAll
  void start() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    pool = PostgresUrl.parse(url).pool(vertx, "test", 4, 1000, TestLine.limits());
    records = new BatchRecords(pool);
  }

  private BatchRecords.Closed settle(int terminal) {
    await(records.settle(terminal, FIRST, clock.instant()));
    BatchRecords.Closed closed = await(records.find(terminal, FIRST));
    assertNotNull(closed);
    return closed;
  }

  @Test
  void totalsWaitForAFlightThatHadReadTheNumberBefore() throws SQLException {
    try (PlainFlight flight = new PlainFlight(url)) {
      assertEquals(1, flight.begin(1));
      await(records.begin(1, FIRST, NOTHING, clock.instant()));
      assertNull(settle(1).here(), "no fence yet");
      await(records.fence(1, FIRST));
      assertNull(settle(1).here(), "the flight is in the air");
      flight.write(1, SALE, "late", 700);
      assertNull(settle(1).here(), "and has not landed");
      flight.commit();
      assertEquals(new BatchTotals(Fen.of(700), 1, Fen.ZERO, 0), counted(1));
      assertEquals(2, flight.begin(1));
      flight.commit();
    }
  }

  /**
   * A flight whose number is younger than that of the closing transaction can still read the old
   * batch, for that transaction has not committed. So the fence is a number taken after the commit.
   */
  @Test
  void totalsWaitForAFlightThatBeganWhileTheNumberWasChanging() throws SQLException {
    try (Connection closer = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = closer.createStatement();
        PlainFlight flight = new PlainFlight(url)) {
      closer.setAutoCommit(false);
      statement.execute("SELECT batch_begin_close(2, 1, now(), 0, 0, 0, 0)");
      assertEquals(1, flight.begin(2));
      closer.commit();
      await(records.fence(2, FIRST));
      assertNull(settle(2).here());
      flight.write(2, SALE, "between", 900);
      flight.commit();
      assertEquals(new BatchTotals(Fen.of(900), 1, Fen.ZERO, 0), counted(2));
    }
  }

  @Test
  void aFlightThatFailsHoldsNothingUpForLong() throws SQLException {
    try (PlainFlight flight = new PlainFlight(url)) {
      assertEquals(1, flight.begin(3));
      await(records.begin(3, FIRST, NOTHING, clock.instant()));
      await(records.fence(3, FIRST));
      assertNull(settle(3).here());
    }
    assertEquals(NOTHING, counted(3));
  }

  /** Asks until what is in the air has landed. */
  private BatchTotals counted(int terminal) {
    BatchReply reply = await(batches().close(new TerminalId("T000000" + terminal), FIRST, NOTHING));
    return assertInstanceOf(BatchReply.Closed.class, reply).here();
  }

  private StoredBatches batches() {
    return new StoredBatches(vertx, records, TestLine.limits(), clock, new SimpleMeterRegistry());
  }

  @Test
  void sumsOfAllBatchesAreTheSumOfAllSales() throws Exception {
    int tills = 4;
    int sales = 150;
    int lanes = 6;
    long all = (long) lanes * sales;
    AtomicLong sold = new AtomicLong();
    List<Callable<Integer>> work = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      int number = lane;
      work.add(() -> sell(number, sales, tills, sold));
    }
    for (int terminal = 4; terminal < 4 + tills; terminal++) {
      int id = terminal;
      work.add(() -> closeAgainAndAgain(id, all));
      work.add(() -> closeAgainAndAgain(id, all)); // two at once, as repeats are
    }
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      for (Future<Integer> done : threads.invokeAll(work, 120, TimeUnit.SECONDS)) {
        assertTrue(done.get() > 0);
      }
    } finally {
      threads.shutdownNow();
    }
    for (int terminal = 4; terminal < 4 + tills; terminal++) {
      closeCurrent(terminal);
    }
    assertEquals(
        all,
        TestStores.number(url, "SELECT sum(debit_count) FROM batch_close WHERE terminal >= 4"));
    assertEquals(
        sold.get(),
        TestStores.number(url, "SELECT sum(debit_fen) FROM batch_close WHERE terminal >= 4"));
    assertEquals(
        0, TestStores.number(url, "SELECT count(*) FROM batch_close WHERE state = 'CLOSING'"));
    assertTrue(
        TestStores.number(
                url,
                """
                SELECT count(*) FROM batch_close WHERE terminal >= 4 AND debit_count > 0""")
            > tills,
        "sales fell into several batches of each till");
  }

  private int sell(int lane, int sales, int tills, AtomicLong sold) throws SQLException {
    try (PlainFlight flight = new PlainFlight(url)) {
      for (int i = 0; i < sales; i++) {
        long fen = 1 + lane * 1_000L + i;
        long id = flight.fly(4 + (lane + i) % tills, SALE, "s" + lane + "-" + i, fen);
        sold.addAndGet(id > 0 ? fen : 0);
      }
    }
    return sales;
  }

  private int closeAgainAndAgain(int terminal, long sales) {
    int closed = 0;
    while (TestStores.number(url, "SELECT count(*) FROM transaction WHERE terminal >= 4") < sales) {
      closed += closeCurrent(terminal);
    }
    return Math.max(1, closed);
  }

  @CanIgnoreReturnValue
  private int closeCurrent(int terminal) {
    long batch =
        TestStores.number(
            url,
            "SELECT coalesce((SELECT batch FROM terminal_batch WHERE terminal = %d), 1)"
                .formatted(terminal));
    TerminalId id = new TerminalId("T000000" + terminal);
    BatchReply reply = await(batches().close(id, new BatchNo((int) batch), NOTHING));
    assertEquals(
        new BatchNo((int) batch).next(), assertInstanceOf(BatchReply.Closed.class, reply).next());
    return 1;
  }
}
