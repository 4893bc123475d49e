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
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network to PostgreSQL falls silent without closing: the till hears in time that nothing
 * happened, or, once the commit was sent, UNKNOWN, never "no"; the node finds its way back by
 * itself; the repeated key has one effect.
 */
class SilentLedgerIT {
  private static final Map<String, String> SETTINGS =
      Map.of("ECARD_LIMITS_DEADLINE_MS", "1000", "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "400");

  private final LedgerLine ledger = new LedgerLine("ecard-lane");
  private final Vertx vertx;
  private String url;
  private TestNodes nodes;
  private Node node;
  private int sales;

  SilentLedgerIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @Test
  void theTillHearsItInTimeAndTheRepeatIsAnswered(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    PostgresUrl there = PostgresUrl.parse(url);
    try (Proxy proxy = new Proxy(there.port(), () -> 0, LedgerLine::frame, ledger);
        TestNodes started = new TestNodes(url, folder)) {
      nodes = started;
      String seen = url.replace(":" + there.port() + "/", ":" + proxy.port() + "/");
      node = nodes.start("n1", seen, SETTINGS);
      nodes.awaitReady(node);
      goOn();
      silentAt(new Cut(Place.PREFETCH, 0, 0, State.SILENT), "BUSY");
      silentAt(new Cut(Place.FACTS, 3, 0, State.SILENT), "BUSY");
      silentAt(new Cut(Place.COMMIT, 3, 5, State.SILENT), "UNKNOWN");
      silentAt(new Cut(Place.COMMITTED, 0, 0, State.SILENT), "UNKNOWN");
      wholeNetwork(proxy);
    }
    TestLine.assertAuditClean(url);
  }

  private void silentAt(Cut cut, String problem) {
    ledger.arm(cut);
    heardThenAnswered(problem);
    assertTrue(ledger.isCut(), cut::toString);
    goOn();
  }

  /** Not even a new connection gets through, until the network is back. */
  private void wholeNetwork(Proxy proxy) {
    proxy.become(State.SILENT);
    JsonObject sale = next();
    String key = "silent-" + sales;
    assertEquals("BUSY", await(nodes.sell(node, "T0000001", key, sale)).problem());
    Heard busy = await(until("BUSY", key, sale));
    assertEquals(503, busy.status());
    proxy.become(State.OPEN);
    await(until("", key, sale));
    assertEquals(1, recorded(key));
    goOn();
  }

  private void heardThenAnswered(String problem) {
    JsonObject sale = next();
    String key = "silent-" + sales;
    Heard heard = await(nodes.sell(node, "T0000001", key, sale));
    assertEquals(problem, heard.problem(), () -> heard.document().encode());
    Heard again = await(until("", key, sale));
    assertEquals("APPROVED", again.body().getString("outcome"), () -> again.document().encode());
    assertEquals(1, recorded(key));
  }

  private void goOn() {
    JsonObject sale = next();
    Heard heard = await(nodes.sell(node, "T0000002", "goes-on-" + sales, sale));
    assertEquals(201, heard.status(), () -> heard.document().encode());
  }

  private JsonObject next() {
    sales++;
    return new JsonObject()
        .put("type", "SALE")
        .put("code", nodes.code(sales))
        .put("orderFen", 10_000);
  }

  /** Repeats the key until that problem is heard; the empty one is the answer. */
  private Future<Heard> untilHeard(String problem, String key, JsonObject sale, int triesLeft) {
    return nodes
        .sell(node, "T0000001", key, sale)
        .compose(
            heard ->
                heard.problem().equals(problem) || triesLeft == 0
                    ? Future.succeededFuture(heard)
                    : vertx
                        .timer(100, TimeUnit.MILLISECONDS)
                        .compose(paused -> untilHeard(problem, key, sale, triesLeft - 1)));
  }

  private Future<Heard> until(String problem, String key, JsonObject sale) {
    return untilHeard(problem, key, sale, 200)
        .map(
            heard -> {
              assertEquals(problem, heard.problem());
              return heard;
            });
  }

  private long recorded(String key) {
    return TestStores.number(
        url, "SELECT count(*) FROM transaction WHERE request_id = '" + key + "'");
  }
}
