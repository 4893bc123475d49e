package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.workbench.embedded.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of the process that delivers, in the midst of it, again and again. */
class CourierKillIT {
  private static final int KILLS = 3;
  private static final int EVENTS_PER_LIFE = 400;
  private static final int MERCHANTS = 3;
  private static final int KILLED_AFTER = 120;

  @Test
  void noneIsLostAndNoneOvertakesAnotherOfItsMerchant(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder, Vertx vertx) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    int port = FreePort.orAny(0);
    Object server =
        Loops.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  received.add(body.toJsonObject());
                                  request.response().setStatusCode(204).end();
                                }))
                .listen(port, "127.0.0.1"));
    assertTrue(server != null);
    List<JsonObject> all = new ArrayList<>();
    try (TestNodes nodes = new TestNodes(url, folder)) {
      subscribe(url, folder, "http://127.0.0.1:" + port + "/");
      Map<String, String> settings =
          Map.of(
              "ECARD_STREAM_SCHEMES", "http,https",
              "ECARD_STREAM_PORTS", Integer.toString(port),
              "ECARD_STREAM_NETWORKS", "127.0.0.0/8");
      for (int life = 0; life <= KILLS; life++) {
        TestNodes.Node node = nodes.start("n1", url, settings);
        write(url);
        int wanted = life < KILLS ? KILLED_AFTER : Integer.MAX_VALUE;
        take(received, all, wanted, (life + 1) * EVENTS_PER_LIFE);
        node.process().kill();
      }
    }
    assertInOrder(all);
  }

  /** Takes so many, or until that many different ones have come in all. */
  private static void take(
      BlockingQueue<JsonObject> received, List<JsonObject> all, int wanted, int different)
      throws InterruptedException {
    int taken = 0;
    while (taken < wanted
        && all.stream().map(e -> e.getString("id")).distinct().count() < different) {
      JsonObject event = received.poll(60, TimeUnit.SECONDS);
      assertTrue(event != null, "no event came behind " + all.size());
      all.add(event);
      taken++;
    }
  }

  /** Delivered once more at most where it was; never past one that has not come. */
  private static void assertInOrder(List<JsonObject> all) {
    Map<String, Long> last = new HashMap<>();
    for (JsonObject event : all) {
      String merchant = event.getString("subject");
      long before = last.getOrDefault(merchant, 0L);
      long number = event.getLong("merchantseq");
      assertTrue(
          number == before || number == before + 1, merchant + ": " + before + ", " + number);
      last.put(merchant, number);
    }
    long sum = last.values().stream().mapToLong(n -> n).sum();
    assertEquals((KILLS + 1) * EVENTS_PER_LIFE, sum);
  }

  private static void write(String url) {
    TestStores.execute(
        url,
        "insert into outbox (kind, merchant, subject, at, body)"
            + " select 'transaction.refused', (select id from merchant order by id limit 1 offset n % "
            + MERCHANTS
            + "), n, now(), '{}' from generate_series(1, "
            + EVENTS_PER_LIFE
            + ") n");
  }

  private static void subscribe(String url, Path folder, String target) {
    SecureRandom random = new SecureRandom();
    Kek kek = Kek.of(new Config.Keys(folder.resolve("kek").toString(), null, "SM2"));
    WebhookKey key = WebhookKey.make(WebhookKey.Algorithm.HMAC, random);
    TestStores.execute(
        url,
        "insert into subscription (org, kind, target, kinds, status, position, created_at)"
            + " select id, 'WEBHOOK', '"
            + target
            + "', '{}', 'ACTIVE', 0, now() from org where parent is null;"
            + " insert into subscription_key (subscription, algorithm, wrapped, created_at)"
            + " values (1, 'HMAC-SHA256', '\\x"
            + HexFormat.of().formatHex(key.wrap(1, kek, random))
            + "', now())");
  }
}
