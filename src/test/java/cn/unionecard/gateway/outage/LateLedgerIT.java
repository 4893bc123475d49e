package cn.unionecard.gateway.outage;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.outage.LedgerLine.Cut;
import cn.unionecard.gateway.outage.LedgerLine.Place;
import cn.unionecard.gateway.outage.Proxy.State;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network to PostgreSQL holds back what a flight says or hears until all limits are over, and
 * then delivers it, while tills go on selling: no answer contradicts the ledger, every till gets
 * its one answer, and the lane goes on.
 *
 * <p>{@code -Dlate.seed=7} chooses other moments.
 */
class LateLedgerIT {
  private static final Logger LOG = LoggerFactory.getLogger(LateLedgerIT.class);
  private static final long SEED = Long.getLong("late.seed", 20261129);
  private static final int DEADLINE_MS = 2_000;
  private static final int LATE_MS_MAX = 3_000;
  private static final int TILLS = 6;
  private static final int PAUSE_MS = 50;
  private static final int TRIES_MAX = 200;

  /** So many tills' unanswered tries, and the lane has lost its ledger and looks for a new one. */
  private static final int REFUSED_MIN = 4 * TILLS;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "ECARD_LIMITS_DEADLINE_MS",
          Integer.toString(DEADLINE_MS),
          "ECARD_LIMITS_STATEMENT_TIMEOUT_MS",
          Integer.toString(DEADLINE_MS / 2));
  private static final String FIVE_YUAN =
      """
      {"benefit":{"kind":"FIXED","offFen":500},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""";

  private final LedgerLine ledger = new LedgerLine("ecard-lane");
  private final Vertx vertx;
  private final Random chance = new Random(SEED);
  private final AtomicInteger sales = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();
  private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile int lateMs;
  private TestNodes nodes;
  private Node node;
  private Proxy proxy;

  /** A sale and the answer it got in the end. */
  private record Answered(Sale sale, Heard heard) {}

  /** One request of a till, and what became of its tries. */
  private final class Sale {
    final String terminal;
    final String key;
    final JsonObject request;
    int triesLeft = TRIES_MAX;
    boolean wasBusy;
    boolean wasUnknown;

    Sale(String terminal) {
      int number = sales.incrementAndGet();
      this.terminal = terminal;
      this.key = "late-" + number;
      this.request =
          new JsonObject()
              .put("type", "SALE")
              .put("code", nodes.code(number))
              .put("orderFen", 10_000);
    }

    Future<Heard> send() {
      return nodes.sell(node, terminal, key, request);
    }

    /** Repeats the key until there is an answer. */
    Future<Void> untilAnswered() {
      return send().compose(this::heard);
    }

    private Future<Void> heard(Heard heard) {
      if (heard.status() == 201) {
        answered(heard);
        return Future.succeededFuture();
      }
      switch (heard.problem()) {
        case "BUSY" -> {
          wasBusy = true;
          busy.incrementAndGet();
        }
        case "UNKNOWN" -> {
          wasUnknown = true;
          unknown.incrementAndGet();
        }
        default -> wrong.add(key + " heard " + heard.document().encode());
      }
      if (triesLeft-- == 0) {
        wrong.add(key + " got no answer");
        return Future.succeededFuture();
      }
      return pause().compose(paused -> untilAnswered());
    }

    private void answered(Heard heard) {
      if (heard.replayed() && !wasUnknown) {
        wrong.add(key + " was told that nothing happened, and it had");
      }
      if (!"APPROVED".equals(heard.body().getString("outcome"))) {
        wrong.add(key + " heard " + heard.document().encode());
      }
      answered.add(new Answered(this, heard));
    }

    boolean wasInDoubt() {
      return wasBusy || wasUnknown;
    }
  }

  private Future<Void> pause() {
    return vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS).mapEmpty();
  }

  LateLedgerIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @Test
  void whatComesLateChangesNothing(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    LOG.info("-Dlate.seed={}", SEED);
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", FIVE_YUAN, 1_000_000_000L);
    PostgresUrl there = PostgresUrl.parse(url);
    try (Proxy line = new Proxy(there.port(), () -> lateMs, LedgerLine::frame, ledger);
        TestNodes started = new TestNodes(url, folder)) {
      proxy = line;
      nodes = started;
      String seen = url.replace(":" + there.port() + "/", ":" + line.port() + "/");
      node = nodes.start("n1", seen, SETTINGS);
      nodes.awaitReady(node);
      for (Place place : Place.values()) {
        oneMessageIsLate(place);
      }
      oneMessageIsLate(Place.values()[chance.nextInt(Place.values().length)]);
      everyReplyIsLate();
      goOn();
      eachHasOneAnswer();
    }
    assertNothingWrong();
    assertTrue(busy.get() > 0 && unknown.get() > 0, busy + " BUSY, " + unknown + " UNKNOWN");
    assertEquals(answers(), recorded(url), "-Dlate.seed=" + SEED);
    TestLine.assertAuditClean(url);
  }

  /** That message of a flight, and what follows it in its direction. */
  private void oneMessageIsLate(Place place) {
    goOn();
    goOn(); // all statements are prepared now, so the next flight has as many messages
    int messages =
        switch (place) {
          case PREFETCH -> ledger.prefetchLengths().size();
          case FACTS -> ledger.factsMessages();
          case COMMIT -> ledger.commitLengths().size();
          case COMMITTED -> 2;
        };
    Cut cut = new Cut(place, chance.nextInt(messages), Integer.MAX_VALUE, State.SLOW);
    chooseLateMs();
    LOG.info("{} comes {} ms late", cut, lateMs);
    ledger.arm(cut);
    await(sellWhileLate());
    assertTrue(ledger.isCut(), cut::toString);
    assertNothingWrong();
  }

  /** On every connection, those that are opened meanwhile too. */
  private void everyReplyIsLate() {
    chooseLateMs();
    LOG.info("every reply comes {} ms late", lateMs);
    int refused = busy.get() + unknown.get();
    proxy.become(State.SLOW);
    Future<Void> sold = sellWhileLate();
    await(untilRefused(refused + REFUSED_MIN, TRIES_MAX));
    proxy.become(State.OPEN);
    await(sold);
    assertNothingWrong();
  }

  private void chooseLateMs() {
    lateMs = DEADLINE_MS + 1 + chance.nextInt(LATE_MS_MAX - DEADLINE_MS);
  }

  private Future<Void> untilRefused(int tries, int looksLeft) {
    if (busy.get() + unknown.get() >= tries) {
      return Future.succeededFuture();
    }
    return looksLeft == 0
        ? Future.failedFuture(new AssertionError("tills do not notice that replies are late"))
        : pause().compose(paused -> untilRefused(tries, looksLeft - 1));
  }

  /** All tills sell, one sale after the other, until what was late has arrived. */
  private Future<Void> sellWhileLate() {
    List<Future<Void>> tills = new ArrayList<>();
    for (int i = 1; i <= TILLS; i++) {
      tills.add(sellWhileLate("T000000" + i));
    }
    return Future.join(tills).mapEmpty();
  }

  private Future<Void> sellWhileLate(String terminal) {
    return new Sale(terminal)
        .untilAnswered()
        .compose(done -> pause())
        .compose(paused -> proxy.isLate() ? sellWhileLate(terminal) : Future.succeededFuture());
  }

  /** As if nothing had been. */
  private void goOn() {
    Sale sale = new Sale("T0000001");
    await(sale.untilAnswered());
    assertTrue(!sale.wasInDoubt(), () -> sale.key + ": the line does not go on");
  }

  /** Whoever heard that there is no answer yet hears the same one ever after. */
  private void eachHasOneAnswer() {
    List<Future<Void>> repeats = new ArrayList<>();
    for (Answered first : answered) {
      if (first.sale().wasInDoubt()) {
        repeats.add(first.sale().send().map(again -> same(first, again)));
      }
    }
    assertTrue(repeats.size() >= TILLS, repeats.size() + " sales were in doubt");
    await(Future.join(repeats));
  }

  @SuppressWarnings("NullAway") // a Void
  private Void same(Answered first, Heard again) {
    String heard = first.heard().document().encode();
    if (!again.replayed() || !again.document().encode().equals(heard)) {
      wrong.add(heard + ", and then " + again.document().encode());
    }
    return null;
  }

  private void assertNothingWrong() {
    assertEquals(List.of(), List.copyOf(wrong), "-Dlate.seed=" + SEED);
  }

  private Map<String, String> answers() {
    Map<String, String> bodies = new HashMap<>();
    answered.forEach(one -> bodies.put(one.sale().key, one.heard().body().encode()));
    return bodies;
  }

  private static Map<String, String> recorded(String url) throws SQLException {
    Map<String, String> bodies = new HashMap<>();
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT request_id, body FROM transaction")) {
      while (rows.next()) {
        JsonObject body = new JsonObject(new String(rows.getBytes(2), StandardCharsets.UTF_8));
        assertEquals(null, bodies.put(rows.getString(1), body.encode()), "recorded twice");
      }
    }
    return bodies;
  }
}
