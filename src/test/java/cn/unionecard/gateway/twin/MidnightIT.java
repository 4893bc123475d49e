package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.ledger.audit.LedgerAudit;
import cn.unionecard.gateway.ledger.audit.MarkedAudit;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clock passes midnight in China while a flight waits for a lock that this test holds in
 * PostgreSQL: the use, the limit, what comes back, the audit and the receipt speak of one day, that
 * of the stamp. Over both protocols, whatever undoes it, and also when the clock is set back.
 */
class MidnightIT {
  private static final int CAMPAIGN = 1_005;
  private static final String BENEFIT = "C-" + CAMPAIGN;

  /** 10 %, so that what is left of a day shows: 1,500 fen of it, three times. */
  private static final String RULE =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":5000},
       "funders":[{"funder":"UNION","org":410800,"shareBp":6000},{"funder":"MERCHANT","shareBp":4000}],
       "merchants":{"ids":[1000]},"limits":{"memberDayFen":1500,"memberDayCount":3}}""";

  private static final int MARKS = 3;

  /** How the first use is undone. */
  private enum Undo {
    VOID,
    REFUND,
    REVERSAL,
    RELEASE,
    EXPIRY,
    COMPLETION_REFUNDED,
    COMPLETION_REVERSED,
    VOID_REVERSED
  }

  private final ExecutorService person = Executors.newSingleThreadExecutor();

  /** What the audits since go on from: the latest ones. */
  private final List<MarkedAudit> marks = new ArrayList<>();

  private String url = "";
  private TwinClock clock = new TwinClock(Instant.EPOCH);
  private @Nullable TwinTown townOrNull;
  private int trace;
  private int card;

  /** One midnight for each way; among them are a month's end and a year's end. */
  @Test
  void oneDayForUseLimitAndWhatComesBack(@TempDir Path folder) throws Exception {
    Instant midnight = Instant.parse("2026-11-25T00:00:00+08:00");
    clock = new TwinClock(midnight.minusSeconds(3_600));
    TwinTown town = new TwinTown(1, 1, clock);
    townOrNull = town;
    url = town.urls().get(0);
    TestTown.campaign(url, CAMPAIGN, BENEFIT, RULE, 1_000_000_000L);
    try (TwinHouse house = new TwinHouse(0, url, folder, clock)) {
      Ids ids = new Ids();
      String terminal = TwinTown.terminal(0, TwinTown.MAIN);
      try (IsoTill iso = new IsoTill(house, List.of(terminal), ids);
          JsonTill json = new JsonTill(house, ids)) {
        for (Till till : List.of(iso, json)) {
          for (Undo undo : Undo.values()) {
            for (boolean setBack : new boolean[] {false, true}) {
              overMidnight(till, ids, undo, midnight, setBack);
              midnight = midnight.plusSeconds(86_400);
            }
          }
          undoneOverMidnight(till, ids, midnight);
          midnight = midnight.plusSeconds(86_400);
        }
      }
    } finally {
      person.shutdownNow();
    }
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
  }

  /** The use flies over midnight, is followed by a smaller one, and is undone. */
  private void overMidnight(Till till, Ids ids, Undo undo, Instant midnight, boolean setBack)
      throws Exception {
    String what = undo + " over " + till.getClass().getSimpleName() + ", set back " + setBack;
    long serial = ++card;
    clock.set(midnight.minusMillis(1_000));
    Ask first = use(type(undo), serial, 10_000);
    Seen sold = acrossMidnight(till, ids, first, midnight);
    assertEquals(1_000, sold.discount(), what);
    assertEquals(
        Math.floorDiv(midnight.toEpochMilli() + 28_800_000L, 86_400_000L),
        day(sold),
        "the stamp's day, " + what);
    assertDay(serial, 1_000, 1, sold, what);
    clock.set(setBack ? midnight.minusSeconds(45) : midnight.plusSeconds(60));
    // of 1,500 fen a day 500 are left: the second is cut to it
    Seen second = tell(till, ids, use(TransactionType.SALE, serial, 7_000));
    assertEquals(500, second.discount(), what);
    assertDay(serial, 1_500, 2, sold, what);
    boolean stands = undo(till, ids, undo, first, what);
    assertDay(serial, stands ? 1_500 : 500, stands ? 2 : 1, sold, what);
    clock.set(midnight.plusSeconds(2_000));
    Seen third = tell(till, ids, use(TransactionType.SALE, serial, 20_000));
    assertEquals(stands ? 0 : 1_000, third.discount(), "what the limit leaves, " + what);
    assertAudit(what);
  }

  private static TransactionType type(Undo undo) {
    return switch (undo) {
      case VOID, REFUND, REVERSAL, VOID_REVERSED -> TransactionType.SALE;
      case RELEASE, EXPIRY, COMPLETION_REFUNDED, COMPLETION_REVERSED -> TransactionType.HOLD;
    };
  }

  /** Whether the first use stands in the end. */
  private boolean undo(Till till, Ids ids, Undo undo, Ask first, String what) throws Exception {
    switch (undo) {
      case VOID -> approved(tell(till, ids, follow(TransactionType.VOID, first, 0)), what);
      case REFUND -> {
        approved(tell(till, ids, follow(TransactionType.REFUND, first, 4_000)), what);
        approved(tell(till, ids, follow(TransactionType.REFUND, first, 6_000)), what);
      }
      case REVERSAL -> approved(tell(till, ids, reversal(first)), what);
      case RELEASE -> approved(tell(till, ids, follow(TransactionType.RELEASE, first, 0)), what);
      case EXPIRY -> {
        clock.forward(1_000);
        awaitNoOpenHold();
      }
      case COMPLETION_REFUNDED -> {
        Ask completion = follow(TransactionType.COMPLETION, first, 10_000);
        approved(tell(till, ids, completion), what);
        approved(tell(till, ids, follow(TransactionType.REFUND, completion, 10_000)), what);
      }
      case COMPLETION_REVERSED -> {
        Ask completion = follow(TransactionType.COMPLETION, first, 10_000);
        approved(tell(till, ids, completion), what);
        approved(tell(till, ids, reversal(completion)), what);
        approved(tell(till, ids, follow(TransactionType.RELEASE, first, 0)), what);
      }
      case VOID_REVERSED -> {
        Ask undone = follow(TransactionType.VOID, first, 0);
        approved(tell(till, ids, undone), what);
        approved(tell(till, ids, reversal(undone)), what);
        return true;
      }
    }
    return false;
  }

  /** What is given back after midnight belongs to the day of its use, whose limit is past. */
  private void undoneOverMidnight(Till till, Ids ids, Instant midnight) throws Exception {
    long serial = ++card;
    clock.set(midnight.minusSeconds(60));
    Ask first = use(TransactionType.SALE, serial, 10_000);
    approved(tell(till, ids, first), "before midnight");
    clock.set(midnight.minusMillis(1_000));
    approved(
        acrossMidnight(till, ids, follow(TransactionType.VOID, first, 0), midnight), "the void");
    clock.set(midnight.plusSeconds(60));
    Seen next = tell(till, ids, use(TransactionType.SALE, serial, 20_000));
    assertEquals(1_500, next.discount(), "a new day");
    assertDay(serial, 1_500, 1, next, "after a void over midnight");
    assertAudit("a void over midnight");
  }

  // ---- over midnight

  private Seen acrossMidnight(Till till, Ids ids, Ask ask, Instant midnight) throws Exception {
    try (Connection lock = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = lock.createStatement()) {
      lock.setAutoCommit(false);
      statement.execute(
          "SELECT FROM allowance WHERE holder = 0 AND kind = 1 AND owner = %d FOR UPDATE"
              .formatted(CAMPAIGN));
      Future<Seen> answer = person.submit(() -> tell(till, ids, ask));
      awaitWaiting(answer);
      clock.set(midnight.plusMillis(300));
      lock.commit();
      return answer.get();
    }
  }

  private void awaitWaiting(Future<Seen> answer) {
    long deadlineNs = System.nanoTime() + 30_000_000_000L;
    while (TestStores.number(
            url,
            "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
        == 0) {
      assertTrue(!answer.isDone(), "it did not wait for the lock");
      assertTrue(System.nanoTime() < deadlineNs, "nobody waits for the lock");
    }
  }

  private void awaitNoOpenHold() {
    long deadlineNs = System.nanoTime() + 30_000_000_000L;
    while (TestStores.number(url, "SELECT count(*) FROM hold WHERE state = 'OPEN'") > 0) {
      assertTrue(System.nanoTime() < deadlineNs, "the sweep never ended it");
    }
  }

  // ---- requests

  private Seen tell(Till till, Ids ids, Ask ask) throws Exception {
    Seen seen = till.send(ask);
    ids.told(ask, seen);
    return seen;
  }

  private static void approved(Seen seen, String what) {
    assertEquals(Seen.APPROVED, seen.code(), what);
  }

  private Ask use(TransactionType type, long serial, long fen) {
    long second = clock.second();
    return new Ask(
        type,
        TwinTown.terminal(0, TwinTown.MAIN),
        1,
        ++trace,
        code(serial, second),
        fen,
        BENEFIT,
        null,
        false,
        0,
        0);
  }

  private String code(long serial, long second) {
    TwinTown town = townOrNull;
    assertTrue(town != null);
    return town.code(serial, second);
  }

  private Ask follow(TransactionType type, Ask original, long fen) {
    return new Ask(type, original.terminal(), 1, ++trace, "", fen, null, original, false, 0, 0);
  }

  private static Ask reversal(Ask original) {
    return new Ask(
        TransactionType.REVERSAL,
        original.terminal(),
        1,
        original.trace(),
        "",
        0,
        null,
        original,
        false,
        0,
        0);
  }

  // ---- what the rows say

  private static long day(Seen seen) {
    String id = seen.id();
    assertTrue(id != null, seen::toString);
    return Math.floorDiv(TransactionId.parse(id).epochMs() + 28_800_000L, 86_400_000L);
  }

  private void assertDay(long serial, long fen, long count, Seen of, String what) {
    String row =
        " FROM allowance WHERE kind = 2 AND holder = %d AND owner = %d".formatted(serial, CAMPAIGN);
    assertEquals(day(of), TestStores.number(url, "SELECT day" + row), "day, " + what);
    assertEquals(fen, TestStores.number(url, "SELECT day_fen" + row), "fen of the day, " + what);
    assertEquals(count, TestStores.number(url, "SELECT day_count" + row), "count, " + what);
  }

  private void assertAudit(String what) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      for (LedgerAudit.Finding finding : LedgerAudit.run(database)) {
        assertEquals(0, finding.broken(), what + ": " + finding);
      }
    }
    for (MarkedAudit mark : marks) {
      mark.assertClean(url);
    }
    if (marks.size() == MARKS) {
      marks.remove(0);
    }
    marks.add(MarkedAudit.at(url));
  }
}
