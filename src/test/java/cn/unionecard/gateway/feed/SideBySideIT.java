package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.delivery.CourierHouse;
import cn.unionecard.gateway.delivery.KafkaBroker;
import cn.unionecard.gateway.delivery.Receiver;
import cn.unionecard.gateway.delivery.WebhookKey;
import com.standardwebhooks.Webhook;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same events by all ways at once, while merchants trade at a real line. */
class SideBySideIT {
  private static final String COUNTY = "410802";
  private static final int COUNTY_ID = 2;
  private static final int SALES = 40;
  private static final int TILLS = 8;

  private FeedDatabase database;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    database = new FeedDatabase(folder);
    database.openTills();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void fourWaysBringTheSameEventsInOrder() throws Exception {
    try (KafkaBroker broker = new KafkaBroker();
        TestLine line = new TestLine(database.address(), "ways", 2, Clock.systemUTC());
        CourierHouse house =
            new CourierHouse(database, CourierHouse.stream(20_000, broker.address()))) {
      int port = FeedServer.open(house.vertx, house.feed, new HttpServerOptions(), 2);
      HttpClient client =
          house.vertx.createHttpClient(
              new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port));
      Receiver receiver = house.receiver();
      WebhookKey key = house.addKey(house.subscribe(COUNTY_ID, receiver.url()), HMAC);
      broker.subscribe(database, COUNTY_ID, "ways");
      try (SseReader sse = SseReader.open(client, COUNTY, "?from=start", null);
          WsReader socket = WsReader.open(house.vertx, port, COUNTY, "?from=start")) {
        trade(line);
        int expected =
            Integer.parseInt(house.one("select count(*) from event where merchant in (1, 3)"));
        assertEquals(TILLS / 2 * SALES, expected);
        Map<String, String> bySse = new TreeMap<>();
        List<SseReader.Message> streamed = sse.take(expected);
        streamed.forEach(m -> bySse.put(SseReader.json(m).getString("id"), m.data()));
        List<String> texts = socket.takeTexts(expected);
        List<Receiver.Message> posted = receiver.take(expected);
        for (Receiver.Message message : posted) {
          new Webhook(key.shown()).verify(message.body(), headers(message));
        }
        List<String> hooked = posted.stream().map(Receiver.Message::body).toList();
        List<String> topic = broker.read("ways", expected);
        assertEquals(expected, bySse.size());
        assertEquals(bySse, byId(texts), "over WebSocket");
        assertEquals(bySse, byId(hooked), "by webhook");
        assertEquals(bySse, byId(topic), "in the topic");
        assertInOrder(streamed.stream().map(SseReader.Message::data).toList());
        assertInOrder(texts);
        assertInOrder(hooked);
        assertInOrder(topic);
        assertTrue(receiver.isQuiet(), "the webhook heard more");
        house.awaitAnswer("0", "select count(*) from delivery");
      }
    }
    TestLine.assertAuditClean(database.address());
  }

  private static final WebhookKey.Algorithm HMAC = WebhookKey.Algorithm.HMAC;

  /** Each till in a thread of its own, at one of two lanes. */
  private static void trade(TestLine line) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(TILLS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int till = 0; till < TILLS; till++) {
        int merchant = 1 + till / 2;
        String terminal = "T00000" + merchant + (1 + till % 2);
        int first = 1 + till * SALES;
        int lane = till % 2;
        all.add(threads.submit(() -> sell(line, lane, terminal, first)));
      }
      for (Future<?> one : all) {
        Object none = one.get();
        assertEquals(null, none);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void sell(TestLine line, int lane, String terminal, int first) {
    for (int card = first; card < first + SALES; card++) {
      String code = TestTown.code(card, line.clock.millis());
      Loops.await(
          line.doors.get(lane).submit(TestLine.sale(terminal, "s-" + card, code, 1_000 + card)));
    }
  }

  private static HttpHeaders headers(Receiver.Message message) {
    Map<String, List<String>> all = new HashMap<>();
    message.headers().forEach((name, value) -> all.put(name, List.of(value)));
    return HttpHeaders.of(all, (name, value) -> true);
  }

  private static Map<String, String> byId(List<String> texts) {
    Map<String, String> byId = new TreeMap<>();
    texts.forEach(text -> byId.put(new JsonObject(text).getString("id"), text));
    return byId;
  }

  /** Each merchant's numbers from one on without a gap, and only the subtree's merchants. */
  private static void assertInOrder(List<String> texts) {
    Map<String, Long> last = new TreeMap<>();
    for (String text : texts) {
      JsonObject event = new JsonObject(text);
      long before = last.getOrDefault(event.getString("subject"), 0L);
      assertEquals(before + 1, event.getLong("merchantseq"), text);
      last.put(event.getString("subject"), before + 1);
    }
    assertEquals(Set.of("841080200000001", "841080200000003"), last.keySet());
  }

  @Test
  void theAuditHoldsWhenOldEventsAreGone() throws Exception {
    try (TestLine line = new TestLine(database.address(), "old", 1, Clock.systemUTC());
        CourierHouse house = new CourierHouse(database, CourierHouse.stream(20_000, ""))) {
      Loops.await(
          line.doors
              .get(0)
              .submit(
                  TestLine.sale(
                      "T0000021", "o-1", TestTown.code(1_001, line.clock.millis()), 500)));
      house.awaitAnswer("0", UNNUMBERED);
      house.clock.forward(Duration.ofDays(31));
      house.awaitAnswer("0", "select count(*) from outbox");
      assertEquals("t", house.one("select removed > 0 and removed = seq from feed_cursor"));
      TestLine.assertAuditClean(database.address());
      house.stopCouriers();
      Loops.await(
          line.doors
              .get(0)
              .submit(
                  TestLine.sale(
                      "T0000021", "o-2", TestTown.code(1_002, line.clock.millis()), 500)));
      house.awaitAnswer("0", UNNUMBERED);
      assertEquals("1", house.one("select count(*) from feed_event"));
    }
    TestLine.assertAuditClean(database.address());
  }

  private static final String UNNUMBERED =
      "select count(*) from outbox where id not in (select outbox from feed_event)";
}
