package cn.unionecard.gateway.feed;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The feed as its readers see it: over HTTP, from a real database. */
class FeedIT {
  private static final long PATIENCE_S = 30;
  private static final int SUBSCRIBERS_MAX = 8;
  private static final int BUFFER_BYTES_MAX = 65_536;
  private static final int PAGE_EVENTS_MAX = 50;
  private static final int HEARTBEAT_MS = 50;
  private static final int STALL_MS = 60_000;
  private static final int LIFETIME_MS = 600_000;

  private static FeedDatabase database;
  private MeterRegistry metrics;
  private Vertx vertx;
  private Feed feed;
  private HttpClient client;
  private int port;

  @BeforeAll
  static void openDatabase(@TempDir Path folder) throws Exception {
    database = new FeedDatabase(folder);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void start() throws Exception {
    database.clear();
    start(STALL_MS, LIFETIME_MS);
  }

  private void start(int stallMs, int lifetimeMs) throws Exception {
    metrics = new SimpleMeterRegistry();
    vertx = Loops.vertx();
    FeedLimits limits =
        new FeedLimits(
            PAGE_EVENTS_MAX,
            SUBSCRIBERS_MAX,
            BUFFER_BYTES_MAX,
            1_000,
            1_000,
            5,
            20,
            50,
            30_000,
            100,
            100,
            HEARTBEAT_MS,
            stallMs,
            lifetimeMs,
            1_000);
    feed = new Feed(vertx, database.url(), FeedDatabase.limits(), limits, metrics);
    await(feed.start());
    port = FeedServer.open(vertx, feed, new HttpServerOptions(), 1);
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port),
            new PoolOptions().setHttp1MaxSize(SUBSCRIBERS_MAX + 2));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void givesEventsFromTheStartAndThenAsTheyCome() throws Exception {
    database.write("transaction.sale", 1, 120, 20);
    try (SseReader reader = open("410800", "?from=start")) {
      List<SseReader.Message> events = reader.take(120);
      assertEquals(ids(1, 120), SseReader.ids(events));
      database.write("transaction.refused", 3, 30, 20);
      assertEquals(ids(121, 150), SseReader.ids(reader.take(30)));
      assertEquals("cn.unionecard.transaction.sale.v1", events.get(6).type());
      JsonObject seventh = SseReader.json(events.get(6));
      assertEquals("1.0", seventh.getString("specversion"));
      assertEquals("841080200000001", seventh.getString("subject"));
      assertEquals("2026-11-23T09:00:00.000+08:00", seventh.getString("time"));
      assertEquals("410802001", seventh.getString("org"));
      assertEquals(7, seventh.getLong("merchantseq"));
      assertEquals(7, Long.parseLong(seventh.getString("sequence")));
      assertEquals("x".repeat(20), seventh.getJsonObject("data").getString("pad"));
    }
  }

  @Test
  void resumesAfterTheLastEventTheReaderHas() throws Exception {
    database.write("transaction.sale", 1, 100, 20);
    try (SseReader whole = open("410800", "?from=start")) {
      assertEquals(ids(1, 100), SseReader.ids(whole.take(100)));
    }
    try (SseReader byHeader = SseReader.open(client, "410800", "?from=start", "60");
        SseReader byQuery = open("410800", "?after=99")) {
      assertEquals(ids(61, 100), SseReader.ids(byHeader.take(40)));
      assertEquals(ids(100, 100), SseReader.ids(byQuery.take(1)));
    }
  }

  /**
   * A place may come back as it was given: as {@code id:} or, with its zeros, as {@code sequence}.
   */
  @Test
  void takesBackEveryPlaceAsItWasGiven() throws Exception {
    database.write("transaction.sale", 1, 20, 20);
    String sequence;
    try (SseReader whole = open("410800", "?from=start")) {
      sequence = SseReader.json(whole.take(18).get(17)).getString("sequence");
    }
    assertEquals(19, sequence.length());
    try (SseReader byQuery = open("410800", "?after=" + sequence);
        SseReader byHeader = SseReader.open(client, "410800", "?from=start", sequence);
        WsReader socket = WsReader.open(vertx, port, "410800", "?after=" + sequence)) {
      assertEquals(ids(19, 20), SseReader.ids(byQuery.take(2)));
      assertEquals(ids(19, 20), SseReader.ids(byHeader.take(2)));
      assertEquals(19, socket.take(2).get(0).getLong("merchantseq"));
    }
  }

  @Test
  void beginsNowUnlessToldOtherwise() throws Exception {
    database.write("transaction.sale", 1, 10, 20);
    try (SseReader whole = open("410800", "?from=start")) {
      assertEquals(10, whole.take(10).size());
    }
    try (SseReader reader = open("410800", "")) {
      database.write("transaction.sale", 1, 1, 20);
      assertEquals(ids(11, 11), SseReader.ids(reader.take(1)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // caller | query                          | of the merchants
        "410800   |                                | 1 2 3 4",
        "410802   |                                | 1 3",
        "410802001|                                | 1",
        "410803   |                                | 2 3",
        "410804   |                                |",
        "410900   |                                |",
        "410800   | &org=410803                    | 2 3",
        "410800   | &org=410804                    |",
        "410802   | &org=410802001                 | 1",
        "410802   | &org=410802                    | 1 3",
        "410800   | &merchant=841080200000004      | 4",
        "410803   | &merchant=841080200000003      | 3",
        "410800   | &type=cn.unionecard.review.posted.v1   | 1",
        "410800   | &type=cn.unionecard.review.posted.v1&type=cn.unionecard.review.edited.v1 | 1 2",
        "410803   | &type=cn.unionecard.review.posted.v1   |",
      })
  void showsOnlyWhatLiesInTheCallersSubtree(
      String caller, @Nullable String query, @Nullable String merchants) throws Exception {
    String[] kinds = {"review.posted", "review.edited", "review.replied", "review.hidden"};
    for (int round = 0; round < 3; round++) {
      for (int merchant = 1; merchant <= FeedDatabase.MERCHANTS; merchant++) {
        database.write(kinds[merchant - 1], merchant, 1, 5);
      }
    }
    String expected = merchants == null ? "" : merchants;
    try (SseReader reader = open(caller, "?from=start" + (query == null ? "" : query))) {
      List<String> subjects =
          reader.takeUntil(12).stream()
              .map(message -> SseReader.json(message).getString("subject").substring(14))
              .toList();
      assertEquals(
          (expected + " " + expected + " " + expected).strip(), String.join(" ", subjects));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "         |                            |     | Unauthenticated",
        "TERMINAL |                            |     | Forbidden",
        "999999   |                            |     | Forbidden",
        "410802   | ?org=410800                |     | Forbidden",
        "410802   | ?org=410803                |     | Forbidden",
        "410800   | ?org=410900                |     | Forbidden",
        "410800   | ?org=999999                |     | Forbidden",
        "410802   | ?merchant=841080200000002  |     | NotFound",
        "410800   | ?merchant=999999999999999  |     | NotFound",
        "410800   | ?merchant=84               |     | Malformed merchant",
        "410800   | ?org=41%27                 |     | Malformed org",
        "410800   | ?org=410800&org=410802     |     | Malformed org",
        "410800   | ?after=-1                  |     | Malformed after",
        "410800   | ?after=                    |     | Malformed after",
        "410800   | ?after=9999999999999999999 |     | Malformed after",
        "410800   | ?after=4                   |     | Malformed after",
        "410800   | ?after=1&from=start        |     | Malformed from",
        "410800   | ?from=end                  |     | Malformed from",
        "410800   | ?type=sale                 |     | Malformed type",
        "410800   | ?limit=5                   |     | Malformed limit",
        "410800   |                            | x   | Malformed Last-Event-ID",
        "410800   | | 9999999999999999999             | Malformed Last-Event-ID",
        "410800   | ?after=1                   | 4   | Malformed Last-Event-ID",
      })
  void refusesWhatIsNoRequestByName(
      @Nullable String caller, @Nullable String query, @Nullable String lastId, String fault)
      throws Exception {
    database.write("transaction.sale", 1, 3, 5);
    try (SseReader reader = open("410800", "?from=start")) {
      assertEquals(3, reader.take(3).size());
    }
    assertEquals(fault, refusal(caller, query == null ? "" : query, lastId));
  }

  @Test
  void givesEachReaderAPlaceUntilAllAreTaken() throws Exception {
    SseReader[] readers = new SseReader[SUBSCRIBERS_MAX];
    for (int i = 0; i < SUBSCRIBERS_MAX; i++) {
      readers[i] = open("410800", "?from=start");
    }
    assertEquals("Busy", refusal("410800", "", null));
    assertEquals("Forbidden", refusal("TERMINAL", "", null));
    database.write("transaction.sale", 2, 200, 20);
    for (SseReader reader : readers) {
      assertEquals(ids(1, 200), SseReader.ids(reader.take(200)));
    }
    for (SseReader reader : readers) {
      reader.close();
    }
    awaitSubscribers(0);
    try (SseReader reader = open("410800", "?from=start")) {
      assertEquals(200, reader.take(200).size());
    }
  }

  @Test
  void aReaderThatStopsReadingCostsLittleAndLosesNothing() throws Exception {
    int events = 10_000;
    int bodyChars = 2_000;
    try (SseReader slow = open("410800", "?from=start");
        SseReader other = open("410800", "?from=start")) {
      slow.pause();
      for (int i = 0; i < 20; i++) {
        database.write("transaction.sale", 1 + i % 4, events / 20, bodyChars);
      }
      assertEquals(ids(1, events), SseReader.ids(other.take(events)));
      // what was taken for the slow one lies in buffers; most of the feed was never fetched for it
      double sentToSlow = metrics.get("ecard.feed.sent").counter().count() - events;
      assertTrue(sentToSlow < events * 0.6, sentToSlow + " events sent to one who does not read");
      slow.resume();
      assertEquals(ids(1, events), SseReader.ids(slow.take(events)));
    }
  }

  @Test
  void closesAReaderThatNeverReadsAgain() throws Exception {
    await(vertx.close());
    start(HEARTBEAT_MS * 2, LIFETIME_MS);
    SseReader slow = open("410800", "?from=start");
    slow.pause();
    for (int i = 0; i < 20; i++) {
      database.write("transaction.sale", 1, 1_000, 1_500);
    }
    awaitSubscribers(0);
    assertEquals(1, metrics.get("ecard.feed.stalled").counter().count());
  }

  @Test
  void asksAnOldReaderToComeAgain() throws Exception {
    await(vertx.close());
    start(STALL_MS, HEARTBEAT_MS * 4);
    database.write("transaction.sale", 1, 1, 5);
    SseReader reader = open("410800", "?from=start");
    assertEquals(1, reader.take(1).size());
    List<String> comments = reader.comments();
    assertEquals("time is up, please resume", comments.get(comments.size() - 1));
  }

  @Test
  void tellsItsReadersWhenItStops() throws Exception {
    SseReader reader = open("410800", "?from=start");
    await(feed.stop());
    List<String> comments = reader.comments();
    assertEquals("this node stops, please resume", comments.get(comments.size() - 1));
  }

  @Test
  void streamsOutliveAPostgresThatGoesAway() throws Exception {
    database.write("transaction.sale", 1, 3, 5);
    try (SseReader reader = open("410800", "?from=start")) {
      assertEquals(ids(1, 3), SseReader.ids(reader.take(3)));
      database.restart();
      database.write("transaction.sale", 1, 3, 5);
      assertEquals(ids(4, 6), SseReader.ids(reader.take(3)));
    }
  }

  @Test
  void webSocketAndServerSentEventsShowTheSame() throws Exception {
    for (int i = 0; i < 12; i++) {
      database.write("transaction.sale", 1 + i % 4, 20, 3_000);
    }
    try (SseReader sse = open("410802", "?from=start");
        WsReader socket = WsReader.open(vertx, port, "410802", "?from=start")) {
      List<JsonObject> expected = sse.take(120).stream().map(SseReader::json).toList();
      assertEquals(expected, socket.take(120));
      database.write("transaction.sale", 3, 5, 20);
      assertEquals(sse.take(5).stream().map(SseReader::json).toList(), socket.take(5));
    }
    awaitSubscribers(0);
  }

  @Test
  void webSocketResumesAndNothingIsExpectedOfItsReader() throws Exception {
    database.write("transaction.sale", 1, 100, 20);
    try (SseReader whole = open("410800", "?from=start")) {
      assertEquals(100, whole.take(100).size());
    }
    try (WsReader socket = WsReader.open(vertx, port, "410800", "?after=98")) {
      assertEquals(99, socket.take(2).get(0).getLong("merchantseq"));
      socket.say("hello");
      assertEquals((short) 1003, await(socket.ended.future()));
    }
    awaitSubscribers(0);
  }

  @Test
  void aWebSocketThatStopsReadingCostsLittleAndLosesNothing() throws Exception {
    int events = 10_000;
    try (WsReader slow = WsReader.open(vertx, port, "410800", "?from=start");
        SseReader other = open("410800", "?from=start")) {
      slow.pause();
      for (int i = 0; i < 20; i++) {
        database.write("transaction.sale", 1 + i % 4, events / 20, 2_000);
      }
      assertEquals(ids(1, events), SseReader.ids(other.take(events)));
      double sentToSlow = metrics.get("ecard.feed.sent").counter().count() - events;
      assertTrue(sentToSlow < events * 0.6, sentToSlow + " events sent to one who does not read");
      slow.resume();
      List<JsonObject> all = slow.take(events);
      assertEquals(events, Long.parseLong(all.get(events - 1).getString("sequence")));
    }
  }

  @Test
  void whoComesFromBeforeTheHorizonIsToldSo() throws Exception {
    database.write("transaction.sale", 1, 10, 20);
    try (SseReader whole = open("410800", "?from=start")) {
      assertEquals(10, whole.take(10).size());
    }
    database.execute("select feed_remove('2036-01-01', 6, '2026-11-24 10:00+08')");
    try (SseReader early = open("410800", "?after=2");
        SseReader late = open("410800", "?after=6");
        WsReader socket = WsReader.open(vertx, port, "410800", "?after=5")) {
      List<SseReader.Message> told = early.take(5);
      assertEquals("cn.unionecard.feed.reset.v1", told.get(0).type());
      assertEquals("6", told.get(0).id());
      assertEquals(7, SseReader.json(told.get(0)).getJsonObject("data").getLong("oldest"));
      assertEquals(ids(7, 10), SseReader.ids(told.subList(1, 5)));
      assertEquals(ids(7, 10), SseReader.ids(late.take(4)));
      assertEquals("cn.unionecard.feed.reset.v1", socket.take(1).get(0).getString("type"));
    }
  }

  @Test
  void walksIndexesOnly() throws Exception {
    String plan = database.explain(FeedReader.PAGE, "0, 1000, 1, null, null, 500");
    assertTrue(plan.contains("Index Scan using feed_row_pkey"), plan);
    // row by row: no more is put in order than one row tells
    assertTrue(plan.contains("Presorted Key: f.seq"), plan);
    assertFalse(plan.contains("Seq Scan") || plan.contains("->  Sort"), plan);
  }

  private SseReader open(String org, String query) throws Exception {
    return SseReader.open(client, org, query, null);
  }

  private String refusal(@Nullable String org, String query, @Nullable String lastId)
      throws Exception {
    return await(
        client
            .request(HttpMethod.GET, "/v1/feed" + query)
            .compose(
                request -> {
                  if (org != null) {
                    request.putHeader("Org", org);
                  }
                  if (lastId != null) {
                    request.putHeader("Last-Event-ID", lastId);
                  }
                  // where the request is, so that nobody is too late for the body
                  return request.send().compose(response -> response.body());
                })
            .map(body -> body.toString()));
  }

  /** Waits on the metric, which changes on an event loop. */
  private void awaitSubscribers(int count) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (metrics.get("ecard.feed.subscribers").gauge().value() != count) {
      assertTrue(System.nanoTime() < until, "subscribers are not " + count);
    }
  }

  private static List<String> ids(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(Long::toString).toList();
  }
}
