package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.campaign.StoredDecision;
import cn.unionecard.gateway.feed.TransactionData;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.ledger.audit.Faults;
import cn.unionecard.gateway.ledger.audit.MarkedAudit;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Grants;
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
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** What the nodes' own work has mended or marked before it is looked for. */
  private static final Set<String> WITHOUT_NODES = Set.of("first-uses-are-found");

  private final TwinClock clock = new TwinClock(Instant.parse("2026-11-24T09:00:00+08:00"));

  /** Taken on the first gateway's ledger, at ends of days and while tills are at work. */
  private final List<MarkedAudit> marks = new CopyOnWriteArrayList<>();

  private TwinTown town;

  @Test
  void whateverTheProtocolTheLedgerIsTheSame(@TempDir Path folder) throws Exception {
    town = new TwinTown(STREETS, GATEWAYS, clock);
    town.giveOut(clock);
    List<TwinHouse> houses = new ArrayList<>();
    List<Street> streets = new ArrayList<>();
    ExecutorService people = Executors.newFixedThreadPool(STREETS + 1);
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
    faultsAreFoundBehindEachMark();
    benefitsWereCombined();
    whatWasGivenWasUsed();
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

  /**
   * Lots, vouchers and passes went and came back, also after their time and when they were void.
   */
  private void whatWasGivenWasUsed() {
    String url = town.urls().get(0);
    String used =
        "SELECT count(DISTINCT e.id) FROM entitlement_use u JOIN entitlement e ON e.id = u.entitlement"
            + " WHERE e.kind = %d AND u.effect %s";
    for (Grants.Kind kind : Grants.Kind.values()) {
      assertReached(url, used.formatted(kind.number, "> 0"), 20, kind + " used");
      assertReached(url, used.formatted(kind.number, "< 0"), 10, kind + " came back");
    }
    assertReached(
        url,
        "SELECT count(*) FROM (SELECT transaction FROM entitlement_use GROUP BY transaction, campaign"
            + " HAVING count(DISTINCT entitlement) > 1) AS t",
        10,
        "two lots in one sale");
    String came = "SELECT count(*) FROM entitlement WHERE returned_ms IS NOT NULL AND ";
    assertReached(url, came + "void_at IS NOT NULL", 1, "came back void");
    assertReached(url, came + "until_ms % 86400000 = 57600000", 1, "good for some days more");
    assertReached(url, came + "until_ms <= returned_ms", 1, "came back too late");
    assertReached(
        url,
        "SELECT count(*) FROM allowance WHERE kind = 11 AND used_count > 1",
        1,
        "a site again");
  }

  private static void assertReached(String url, String count, long least, String what) {
    long found = TestStores.number(url, count);
    assertTrue(found >= least, () -> what + ": " + found);
  }

  /**
   * What a campaign spent, what its members used, what was used of what they were given and what
   * the union heard of it is one sum.
   */
  private static void assertConserved(String url) {
    assertEquals(
        "",
        TestStores.text(
            url,
            """
            SELECT coalesce(string_agg(c.code || ' ' || concat_ws('/', b.used_fen, m.fen, e.fen, a.fen, o.fen), ', '), '')
            FROM campaign c
            JOIN allowance b ON b.kind = 1 AND b.owner = c.id
            CROSS JOIN LATERAL (SELECT coalesce(sum(used_fen), 0) AS fen FROM allowance
              WHERE kind = 2 AND owner = c.id) m
            CROSS JOIN LATERAL (SELECT coalesce(sum(used_fen), 0) AS fen FROM entitlement
              WHERE campaign = c.id) e
            CROSS JOIN LATERAL (SELECT coalesce(sum(fen), 0) AS fen FROM allocation
              WHERE campaign = c.id) a
            CROSS JOIN LATERAL (SELECT coalesce(sum((body::jsonb ->> 'fen')::bigint), 0) AS fen
              FROM outbox WHERE kind IN ('voucher.used', 'voucher.returned')
                AND body::jsonb ->> 'campaign' = c.code) o
            WHERE c.grants IS NOT NULL AND NOT (b.used_fen = m.fen AND b.used_fen = e.fen
              AND b.used_fen = a.fen AND b.used_fen = o.fen)"""));
    assertEquals(
        0,
        TestStores.number(
            url,
            """
            SELECT count(*) FROM entitlement e
            LEFT JOIN (SELECT subject, sum((body::jsonb ->> 'fen')::bigint) AS fen,
                sum((body::jsonb ->> 'count')::bigint) AS uses
              FROM outbox WHERE kind IN ('voucher.used', 'voucher.returned') GROUP BY 1) o
              ON o.subject = e.id
            WHERE e.used_fen <> coalesce(o.fen, 0) OR e.used_count <> coalesce(o.uses, 0)"""),
        "told otherwise than used");
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
      walks.add(
          () -> {
            marks.add(MarkedAudit.at(town.urls().get(0)));
            return null;
          });
      for (Future<Void> walk : people.invokeAll(walks)) {
        walk.get();
      }
      clock.forward(DAY_SECONDS);
      // before anything is made void: whether that or the end of a hold came first tells in what
      // is good for how long
      awaitExpiries();
      town.nextDay(day);
      for (MarkedAudit mark : marks) {
        mark.assertClean(town.urls().get(0));
      }
      marks.add(MarkedAudit.at(town.urls().get(0)));
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

  /** Each fault is found by the audit of everything and by one that goes on from some mark. */
  private void faultsAreFoundBehindEachMark() throws SQLException {
    List<MarkedAudit> behind = marks.subList(0, marks.size() - 2);
    Map<String, String> faults = new TreeMap<>(Faults.all());
    faults.keySet().removeAll(WITHOUT_NODES);
    // a block has one row
    faults.put(
        "one-event-per-transaction",
        "delete from outbox where id = (select max(id) from outbox where merchants is not null)");
    int nth = 0;
    for (Map.Entry<String, String> fault : faults.entrySet()) {
      behind
          .get(nth++ % behind.size())
          .assertFinds(town.urls().get(0), Map.of(fault.getKey(), fault.getValue()));
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
      assertConserved(url);
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
                FROM event e JOIN transaction t ON t.id = e.subject
                WHERE e.kind LIKE 'transaction.%'""");
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
    for (String what : List.of("REFUND alone 00", "REFUND alone 13", "REFUND alone 57")) {
      assertTrue(answers.containsKey(what), "nobody heard " + what);
    }
    for (String code :
        List.of("00", "03", "12", "13", "14", "25", "51", "54", "57", "58", "61", "64", "77")) {
      assertTrue(
          answers.keySet().stream().anyMatch(what -> what.endsWith(code)), "nobody heard " + code);
    }
  }
}
