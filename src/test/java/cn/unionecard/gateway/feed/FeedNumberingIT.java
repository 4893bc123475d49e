package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No event is skipped, doubled or put before its cause, whatever the order of the commits. */
class FeedNumberingIT {
  private static final int WRITERS = 10;
  private static final int TRANSACTIONS = 250;
  private static final long PATIENCE_S = 60;

  /** Rounds so small that sweeps take several, and no pause between them. */
  private static final FeedLimits LIMITS =
      new FeedLimits(
          100, 10, 65_536, 1_000, 7, 1, 5, 5, 30_000, 100, 100, 1_000, 30_000, 600_000, 1_000);

  private static FeedDatabase database;
  private final List<Vertx> nodes = new ArrayList<>();

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    database = new FeedDatabase(folder);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    database.clear();
  }

  @AfterEach
  void stop() throws Exception {
    for (Vertx node : nodes) {
      Loops.await(node.close());
    }
  }

  @Test
  void losesDoublesAndReordersNothingWhileRunnersAreKilled() throws Exception {
    long seed = 20_261_123L;
    Traffic traffic = new Traffic(database.url(), seed, WRITERS, TRANSACTIONS);
    List<Vertx> both = List.of(startNode(), startNode());
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        work.add(
            threads.submit(
                () -> {
                  traffic.write(number);
                  return null;
                }));
      }
      int kills = threads.submit(() -> killRunners(traffic)).get(PATIENCE_S, TimeUnit.SECONDS);
      for (Future<?> each : work) {
        each.get(PATIENCE_S, TimeUnit.SECONDS);
      }
      assertTrue(kills >= 5, kills + " runners killed, seed " + seed);
      assertTrue(traffic.effects().size() >= 20, traffic.effects().size() + " effects");
      reaches(both.get(0), traffic.committed().size());
      check(traffic, seed);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Ends the working runner's session each time the writers have made a bit of progress. */
  private static int killRunners(Traffic traffic) throws Exception {
    int kills = 0;
    try (Connection connection = database.url().jdbcConnection();
        Statement statement = connection.createStatement()) {
      for (int commits = 10; traffic.reachesCommits(commits); commits += 10) {
        try (ResultSet rows =
            statement.executeQuery(
                """
                select pg_terminate_backend(pid) from pg_locks
                where locktype = 'advisory' and granted
                """)) {
          while (rows.next()) {
            kills++;
          }
        }
      }
    }
    return kills;
  }

  private record Event(
      long seq, long outbox, int merchant, long merchantSeq, long subject, int org) {}

  private static void check(Traffic traffic, long seed) throws SQLException {
    List<Event> events = events();
    Map<Long, Long> seqOf = new HashMap<>();
    Map<Integer, Long> lastOf = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      String what = event + ", seed " + seed;
      assertEquals(i + 1L, event.seq(), what);
      assertEquals(traffic.committed().get(event.subject()), event.merchant(), what);
      assertEquals(null, seqOf.put(event.subject(), event.seq()), what);
      assertEquals(lastOf.getOrDefault(event.merchant(), 0L) + 1, event.merchantSeq(), what);
      lastOf.put(event.merchant(), event.merchantSeq());
    }
    assertEquals(traffic.committed().keySet(), seqOf.keySet(), "seed " + seed);
    traffic
        .effects()
        .forEach(
            (effect, cause) ->
                assertTrue(
                    seqOf.getOrDefault(cause, Long.MAX_VALUE) < seqOf.getOrDefault(effect, 0L),
                    "cause " + cause + ", effect " + effect + ", seed " + seed));
  }

  private static List<Event> events() throws SQLException {
    List<Event> events = new ArrayList<>();
    try (Connection connection = database.url().jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select e.seq, e.outbox, e.merchant, e.merchant_seq, o.subject, e.authorising_org
                from feed_event e join event o on o.id = e.outbox and o.merchant = e.merchant
                """)) {
      while (rows.next()) {
        events.add(
            new Event(
                rows.getLong(1),
                rows.getLong(2),
                rows.getInt(3),
                rows.getLong(4),
                rows.getLong(5),
                rows.getInt(6)));
      }
    }
    events.sort(Comparator.comparingLong(Event::seq));
    return events;
  }

  @Test
  void keepsAnEffectBehindItsCauseThoughItsTransactionIsOlder() throws Exception {
    try (Connection old = database.url().jdbcConnection();
        Connection young = database.url().jdbcConnection();
        Connection oldest = database.url().jdbcConnection()) {
      for (Connection each : List.of(oldest, old, young)) {
        each.setAutoCommit(false);
      }
      Traffic.insert(old, 1, 1);
      Traffic.takeNumber(oldest);
      Traffic.insert(young, 2, 2);
      young.commit();
      Traffic.insert(old, 3, 3);
      old.commit();
      // now due by their transaction: 1 and 3; but 3 came after 2, which waits for the oldest
      assertEquals(List.of("1"), round());
      assertEquals(List.of("0"), round());
      oldest.commit();
      assertEquals(List.of("2"), round());
      assertEquals(
          List.of("1", "2", "3"),
          database.ask(
              "select o.subject from feed_event e join outbox o on o.id = e.outbox"
                  + " order by e.seq"));
    }
  }

  /** A round takes whole rows until it has enough; the numbers are those of the leaves in order. */
  @Test
  void numbersAFlightLeafByLeaf() throws Exception {
    try (Connection flight = database.url().jdbcConnection()) {
      Traffic.insertFlight(flight, 512, List.of(1, 2, 1, 1, 3));
      Traffic.insert(flight, 1024, 1);
      Traffic.insertFlight(flight, 1536, List.of(3, 1));
      Traffic.insertFlight(flight, 2048, List.of(2));
    }
    assertEquals(List.of("8"), round());
    assertEquals(List.of("1"), round());
    assertEquals(List.of("0"), round());
    assertEquals(
        List.of(
            "512 1 1",
            "513 2 1",
            "514 1 2",
            "515 1 3",
            "516 3 1",
            "1024 1 4",
            "1536 3 2",
            "1537 1 5",
            "2048 2 2"),
        database.ask(
            "select concat_ws(' ', o.subject, e.merchant, e.merchant_seq) from feed_event e"
                + " join event o on o.id = e.outbox order by e.seq"));
    assertEquals(List.of("3", "4", "5", "6", "7"), between(2, 7));
    assertEquals(List.of("6"), between(5, 6));
    assertEquals(List.of("7"), between(6, 7));
    assertEquals(List.of("8", "9"), between(7, 100));
    assertEquals(
        List.of("5", "7"),
        database.ask(
            "select seq from feed_events(0, 9) where 3 = any (merchants) and merchant = 3"
                + " order by first, seq"));
  }

  /** From the middle of a row to the middle of another, as whoever reads a page does. */
  private static List<String> between(long after, long upto) throws SQLException {
    return database.ask(
        "select seq from feed_events(%d, %d) order by first, seq".formatted(after, upto));
  }

  /** Rows go whole, whatever is the most: none is left of which a leaf is gone. */
  @Test
  void removesAFlightWhole() throws Exception {
    try (Connection flight = database.url().jdbcConnection()) {
      Traffic.insertFlight(flight, 512, List.of(1, 2, 1, 1, 3));
      Traffic.insertFlight(flight, 1024, List.of(2, 2, 3));
      Traffic.insertFlight(flight, 1536, List.of(1, 2));
    }
    assertEquals(List.of("8"), round());
    assertEquals(List.of("2"), round());
    assertEquals(List.of("5"), remove("2036-01-01", 2));
    assertEquals(List.of("2"), database.ask("select count(*) from outbox"));
    assertEquals(List.of("0"), remove("2020-01-01", 2));
    assertEquals(List.of("6", "7"), between(2, 7));
    assertEquals(List.of(), between(2, 3));
    assertEquals(List.of("5"), remove("2036-01-01", 100));
    assertEquals(List.of("0"), database.ask("select count(*) from outbox"));
    assertEquals(List.of(), between(2, 100));
    try (Connection flight = database.url().jdbcConnection()) {
      Traffic.insertFlight(flight, 2048, List.of(1, 3));
    }
    assertEquals(List.of("2"), round());
    assertEquals(
        List.of("11 1 5", "12 3 3"),
        database.ask(
            "select concat_ws(' ', seq, merchant, merchant_seq) from feed_event order by seq"));
  }

  private static List<String> remove(String before, int most) throws SQLException {
    return database.ask("select feed_remove('%s', %d, now())".formatted(before, most));
  }

  /**
   * So earlier releases wrote: only the first is in the index on xid; the others must not need it.
   */
  @Test
  void findsWhatIsLeftOfABlockThoughItsFirstIsNumbered() throws Exception {
    try (Connection block = database.url().jdbcConnection();
        Connection young = database.url().jdbcConnection();
        Connection oldest = database.url().jdbcConnection()) {
      for (Connection each : List.of(oldest, block, young)) {
        each.setAutoCommit(false);
      }
      leaves(block, 0, 1);
      Traffic.takeNumber(oldest);
      Traffic.insert(young, 2, 2);
      young.commit();
      leaves(block, 2, 3);
      block.commit();
      assertEquals(List.of("2"), round());
      assertEquals(List.of("0"), round());
      oldest.commit();
      assertEquals(List.of("3"), round());
      assertEquals(
          List.of("3584", "3585", "2", "3586", "3587"),
          database.ask(
              "select o.subject from feed_event e join outbox o on o.id = e.outbox"
                  + " order by e.seq"));
    }
  }

  private static void leaves(Connection connection, int from, int to) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          insert into outbox (kind, merchant, subject, at)
          select 'transaction.sale', 1, 7 * 512 + leaf, now()
          from generate_series(%d, %d) leaf
          """
              .formatted(from, to));
    }
  }

  @Test
  void takesTheRowsOfAnotherClusterWithTransactionNumbersFromTheFuture() throws Exception {
    database.write("transaction.sale", 1, 5, 10);
    assertEquals(List.of("5"), round());
    database.write("transaction.sale", 2, 4, 10);
    // as if copied by a logical restore out of a cluster that had seen many more transactions
    database.execute(
        """
        update outbox set xid = '900000000000' where id <> 1099511627776 + 5 * 512;
        update feed_cursor set horizon = '899999999999', known = '900000000000',
          upto = '900000000000'
        """);
    database.write("transaction.sale", 1, 1, 10);
    assertEquals(List.of("0"), round());
    reaches(startNode(), 10);
    database.write("transaction.sale", 1, 1, 10);
    reaches(nodes.get(0), 11);
    assertEquals(
        List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
        database.ask("select (outbox - 1099511627776) / 512 + 1 from feed_event order by seq"));
  }

  @Test
  void anotherNodeTakesOver() throws Exception {
    Vertx first = startNode();
    database.write("transaction.sale", 1, 1, 10);
    reaches(first, 1);
    Vertx second = startNode();
    nodes.remove(first);
    Loops.await(first.close());
    database.write("transaction.sale", 1, 100, 10);
    reaches(second, 101);
  }

  @Test
  void goesOnAfterPostgresWasAway() throws Exception {
    Vertx node = startNode();
    database.write("transaction.sale", 1, 1, 10);
    reaches(node, 1);
    database.restart();
    database.write("transaction.sale", 1, 100, 10);
    reaches(node, 101);
  }

  private static List<String> round() throws SQLException {
    return database.ask("select numbered from feed_number(7)");
  }

  private Vertx startNode() throws Exception {
    Vertx vertx = Loops.vertx();
    nodes.add(vertx);
    Loops.await(
        new Feed(vertx, database.url(), FeedDatabase.limits(), LIMITS, new SimpleMeterRegistry())
            .start());
    return vertx;
  }

  private static void reaches(Vertx vertx, long last) {
    Promise<Long> reached = Promise.promise();
    vertx
        .eventBus()
        .<Long>localConsumer(
            FeedHead.ADDRESS,
            message -> {
              if (message.body() >= last) {
                reached.tryComplete(message.body());
              }
            });
    assertEquals(last, Loops.await(reached.future()));
  }
}
