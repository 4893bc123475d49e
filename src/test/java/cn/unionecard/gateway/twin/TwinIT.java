package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.campaign.StoredDecision;
import cn.unionecard.gateway.feed.TransactionData;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three gateways of one town hear the same requests at the same time: one over ISO 8583, one over
 * JSON, one over either as it comes. Each till is told the same, and the ledgers are the same in
 * the end.
 *
 * <p>{@code -Dtwin.sequences=100000} makes it longer, {@code -Dtwin.seed=7} makes it another one.
 */
class TwinIT {
  private static final long SEED = Long.getLong("twin.seed", 20261124);
  private static final int SEQUENCES = Integer.getInteger("twin.sequences", 2_000);
  private static final int STREETS = 10;
  private static final int DAYS = 4;
  private static final long DAY_SECONDS = 1_000;
  private static final int GATEWAYS = 3;

  private final TwinClock clock = new TwinClock(Instant.parse("2026-11-24T09:00:00+08:00"));
  private TwinTown town;

  @Test
  void whateverTheProtocolTheLedgerIsTheSame(@TempDir Path folder) throws Exception {
    town = new TwinTown(STREETS, GATEWAYS, clock);
    List<TwinHouse> houses = new ArrayList<>();
    List<Street> streets = new ArrayList<>();
    ExecutorService people = Executors.newFixedThreadPool(STREETS);
    try {
      for (int i = 0; i < GATEWAYS; i++) {
        houses.add(new TwinHouse(i, town.urls().get(i), folder, clock));
      }
      for (int i = 0; i < STREETS; i++) {
        streets.add(new Street(houses, town, clock, i, SEED));
      }
      town.suspendTerminals();
      walk(streets, people);
      for (Street street : streets) {
        street.close();
      }
    } finally {
      people.shutdown();
      houses.forEach(TwinHouse::close);
    }
    compareLedgers();
    benefitsWereCombined();
    decisionsFollowFromWhatIsStored();
    report(streets);
  }

  /** And some of that was given back, in part and whole. */
  private void benefitsWereCombined() {
    String combined =
        "SELECT count(*) FROM transaction t WHERE effect %s AND"
            + " (SELECT count(DISTINCT c) FROM unnest(t.campaigns) AS p (c)) > 1";
    assertTrue(TestStores.number(town.urls().get(0), combined.formatted("> 0")) > 20, "combined");
    assertTrue(TestStores.number(town.urls().get(0), combined.formatted("< 0")) > 10, "undone");
  }

  /** Every sale comes out the same when it is made again from what is stored of it. */
  private void decisionsFollowFromWhatIsStored() throws SQLException {
    int told = 0;
    try (Connection database = PostgresUrl.parse(town.urls().get(0)).jdbcConnection();
        PreparedStatement all =
            database.prepareStatement("SELECT id FROM transaction WHERE type IN (2, 4)");
        ResultSet rows = all.executeQuery()) {
      while (rows.next()) {
        TransactionId id = new TransactionId(rows.getLong(1));
        StoredDecision decision = StoredDecision.of(database, id);
        assertEquals(List.of(), Objects.requireNonNull(decision).differences(), id.toString());
        told++;
      }
    }
    assertTrue(told > 200, "told " + told);
  }

  private void walk(List<Street> streets, ExecutorService people) throws Exception {
    int each = Math.max(1, SEQUENCES / STREETS / DAYS);
    for (int day = 0; day < DAYS; day++) {
      List<Callable<Void>> walks = new ArrayList<>();
      for (Street street : streets) {
        walks.add(
            () -> {
              street.walk(each);
              return null;
            });
      }
      for (Future<Void> walk : people.invokeAll(walks)) {
        walk.get();
      }
      clock.forward(DAY_SECONDS);
      town.nextDay(day);
      awaitExpiries();
    }
  }

  /** What is due has ended before anybody asks for it again. */
  private void awaitExpiries() throws SQLException {
    long deadlineNanos = System.nanoTime() + 60_000_000_000L;
    for (String url : town.urls()) {
      try (Connection database = PostgresUrl.parse(url).jdbcConnection();
          PreparedStatement open =
              database.prepareStatement("SELECT FROM hold WHERE state = 'OPEN' LIMIT 1")) {
        while (hasRow(open)) {
          assertTrue(System.nanoTime() < deadlineNanos, "the sweep never came");
        }
      }
    }
  }

  private static boolean hasRow(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
  }

  private void compareLedgers() throws Exception {
    List<String> first = LedgerImage.of(town.urls().get(0));
    assertTrue(first.size() > SEQUENCES, "rows: " + first.size());
    for (String url : town.urls()) {
      assertSame(first, LedgerImage.of(url));
      Audit audit = Audit.of(PostgresUrl.parse(url));
      assertTrue(audit.isClean(), audit::describe);
      assertToldAsTheViewSays(url);
    }
  }

  /** What a reader of the feed is told of each transaction, and what the view says. */
  private static void assertToldAsTheViewSays(String url) throws SQLException {
    int told = 0;
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement all =
            database.prepareStatement(
                """
                SELECT e.body, t.body, effect_name(t.effect), t.payers, t.fens
                FROM outbox o JOIN event e ON e.id = o.id JOIN transaction t ON t.id = o.subject
                WHERE o.body IS NULL""");
        ResultSet rows = all.executeQuery()) {
      for (; rows.next(); told++) {
        Array payers = rows.getArray(4);
        Array fens = rows.getArray(5);
        assertEquals(
            rows.getString(1),
            TransactionData.of(
                rows.getBytes(2),
                rows.getString(3),
                payers == null ? null : (Integer[]) payers.getArray(),
                fens == null ? null : (Long[]) fens.getArray()));
      }
    }
    assertTrue(told > SEQUENCES, "events: " + told);
  }

  private static void assertSame(List<String> first, List<String> other) {
    if (!first.equals(other)) {
      Set<String> here = new HashSet<>(first);
      Set<String> there = new HashSet<>(other);
      here.removeAll(other);
      there.removeAll(first);
      fail(
          "seed %d: ledgers differ\nhere  %s\nthere %s"
              .formatted(
                  SEED,
                  String.join("\n      ", here.stream().sorted().limit(8).toList()),
                  String.join("\n      ", there.stream().sorted().limit(8).toList())));
    }
    assertEquals(first.size(), other.size());
  }

  /** Says what the sequences reached; each of the usual answers must have come up. */
  private static void report(List<Street> streets) {
    Map<String, Integer> answers = new TreeMap<>();
    streets.forEach(
        street -> street.answers().forEach((what, n) -> answers.merge(what, n, Integer::sum)));
    System.out.println("twins, seed " + SEED + ": " + answers);
    for (String code :
        List.of("00", "03", "12", "13", "14", "25", "51", "54", "57", "58", "61", "64", "77")) {
      assertTrue(
          answers.keySet().stream().anyMatch(what -> what.endsWith(code)), "nobody heard " + code);
    }
  }
}
