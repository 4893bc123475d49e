package cn.unionecard.gateway.delivery;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.feed.FeedDatabase;
import cn.unionecard.gateway.feed.FeedReset;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks over real HTTPS, with receivers that behave and such that do not. */
class CourierIT {
  private static final int CITY = 1;
  private static final int COUNTY = 2;
  private static FeedDatabase database;
  private CourierHouse house;

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
    house = new CourierHouse(database, CourierHouse.stream(20_000, ""));
  }

  @AfterEach
  void stop() throws Exception {
    house.close();
  }

  @Test
  void theReferenceLibraryVerifiesWhatWeSign() throws Exception {
    Receiver receiver = house.receiver();
    long id = house.subscribe(COUNTY, receiver.url());
    WebhookKey second = house.addKey(id, WebhookKey.Algorithm.HMAC);
    WebhookKey third = house.addKey(id, WebhookKey.Algorithm.ED25519);
    database.write("transaction.sale", 1, 1, 20);
    Receiver.Message message = receiver.next();
    new Webhook(second.shown()).verify(message.body(), headers(message));
    assertTrue(refuses(second, message.body() + " ", message));
    assertTrue(
        refuses(
            WebhookKey.make(WebhookKey.Algorithm.HMAC, new java.security.SecureRandom()),
            message.body(),
            message));
    assertTrue(holds(third, message));
    assertEquals(3, message.header("webhook-signature").split(" ").length);
    assertEquals(message.json().getString("id"), message.header("webhook-id"));
    assertEquals("application/cloudevents+json; charset=utf-8", message.header("content-type"));
    assertEquals("cn.unionecard.transaction.sale.v1", message.json().getString("type"));
  }

  private static HttpHeaders headers(Receiver.Message message) {
    Map<String, List<String>> all = new HashMap<>();
    message.headers().forEach((name, value) -> all.put(name, List.of(value)));
    return HttpHeaders.of(all, (name, value) -> true);
  }

  private static boolean refuses(WebhookKey key, String body, Receiver.Message message)
      throws Exception {
    try {
      new Webhook(key.shown()).verify(body, headers(message));
      return false;
    } catch (WebhookVerificationException e) {
      return true;
    }
  }

  private static boolean holds(WebhookKey key, Receiver.Message message) {
    byte[] content =
        (message.header("webhook-id")
                + "."
                + message.header("webhook-timestamp")
                + "."
                + message.body())
            .getBytes(StandardCharsets.UTF_8);
    String signature =
        List.of(message.header("webhook-signature").split(" ")).stream()
            .filter(one -> one.startsWith("v1a,"))
            .findFirst()
            .orElseThrow();
    Ed25519Signer signer = new Ed25519Signer();
    byte[] shown = Base64.getDecoder().decode(key.shown().substring("whpk_".length()));
    signer.init(false, new Ed25519PublicKeyParameters(shown));
    signer.update(content, 0, content.length);
    return signer.verifySignature(Base64.getDecoder().decode(signature.substring(4)));
  }

  @Test
  void bringsAllInOrderPerMerchantAndOnlyWhatIsTheSubtrees() throws Exception {
    Receiver city = house.receiver();
    Receiver county = house.receiver();
    long first = house.subscribe(CITY, city.url());
    long second = house.subscribe(COUNTY, county.url());
    for (int round = 0; round < 60; round++) {
      database.write("transaction.sale", 1 + round % 4, 5, 20);
    }
    assertContiguous(city.take(300), Map.of("1", 75, "2", 75, "3", 75, "4", 75));
    assertContiguous(county.take(150), Map.of("1", 75, "3", 75));
    house.awaitAnswer("0", "select count(*) from delivery");
    assertEquals("300", house.one("select position from subscription where id = " + first));
    assertEquals(
        "150",
        house.one(
            "select count(*) from delivery_attempt where outcome = 'DELIVERED' and subscription = "
                + second));
    assertTrue(city.openMost.get() <= 4, "under way at once: " + city.openMost);
  }

  private static void assertContiguous(
      List<Receiver.Message> messages, Map<String, Integer> counts) {
    Map<String, List<Long>> seen = new HashMap<>();
    for (Receiver.Message message : messages) {
      seen.computeIfAbsent(message.subject().substring(14), s -> new ArrayList<>())
          .add(message.json().getLong("merchantseq"));
    }
    Map<String, List<Long>> expected =
        counts.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> LongStream.rangeClosed(1, e.getValue()).boxed().toList()));
    assertEquals(expected, seen);
  }

  @Test
  void aReceiverDownForHoursGetsAllAndCostsNobodyElse() throws Exception {
    Receiver down = house.receiver();
    Receiver up = house.receiver();
    down.behave(Receiver.says(503));
    long id = house.subscribe(CITY, down.url());
    long other = house.subscribe(CITY, up.url());
    for (int i = 0; i < 40; i++) {
      database.write("transaction.sale", 1 + i % 2, 5, 20);
    }
    assertEquals(200, up.take(200).size());
    assertEquals(2, down.take(2).size());
    house.awaitAnswer("50", "select count(*) from delivery where subscription = " + id);
    List<Duration> pauses = RetrySchedule.PAUSES.subList(0, 5);
    for (int i = 0; i < pauses.size(); i++) {
      house.awaitAnswer("2", attempts(id, i + 1));
      assertTrue(down.isQuiet(), "nothing comes before its time");
      house.clock.forward(pauses.get(i).multipliedBy(11).dividedBy(10));
      assertEquals(2, down.take(2).size());
    }
    house.awaitAnswer("2", attempts(id, 6));
    down.behave(Receiver.TAKES);
    house.clock.forward(Duration.ofHours(11));
    assertContiguous(down.take(200), Map.of("1", 100, "2", 100));
    house.awaitAnswer("0", "select count(*) from delivery");
    assertEquals("ACTIVE", house.one("select status from subscription where id = " + other));
  }

  private static String attempts(long id, int attempts) {
    return "select count(*) from delivery where status = 'DUE' and attempts = "
        + attempts
        + " and subscription = "
        + id;
  }

  @Test
  void anUnwantedEventIsDeadAndTheOthersGoOn() throws Exception {
    Receiver receiver = house.receiver();
    receiver.behave(
        (message, response) ->
            response.setStatusCode(message.sequence() == 2 ? 422 : 200).end("noted"));
    long id = house.subscribe(CITY, receiver.url());
    database.write("transaction.sale", 1, 3, 20);
    database.write("transaction.sale", 2, 1, 20);
    for (int attempt = 1; attempt <= 10; attempt++) {
      if (attempt > 1) {
        database.write("transaction.sale", 2, 1, 20);
        house.awaitAnswer("1", attempts(id, attempt - 1));
        house.clock.forward(Duration.ofHours(27));
      }
    }
    house.awaitAnswer("2", "select seq from delivery where status = 'DEAD'");
    house.awaitAnswer("1", "select count(*) from delivery");
    assertEquals("10", house.one("select count(*) from delivery_attempt where seq = 2"));
    assertEquals(
        "DEAD",
        house.one("select outcome from delivery_attempt where seq = 2 order by id desc limit 1"));
    assertEquals("ACTIVE", house.one("select status from subscription"));
    assertEquals("1", house.one("select count(*) from delivery_attempt where seq = 3"));
  }

  @Test
  void whoTakesNothingForAWholeScheduleIsSwitchedOffAndMissesNothing() throws Exception {
    Receiver receiver = house.receiver();
    receiver.behave(Receiver.says(500));
    long id = house.subscribe(CITY, receiver.url());
    database.write("transaction.sale", 1, 3, 20);
    for (int attempt = 1; attempt < 10; attempt++) {
      house.awaitAnswer("1", attempts(id, attempt));
      house.clock.forward(Duration.ofHours(27));
    }
    house.awaitAnswer("EXHAUSTED", "select reason from subscription");
    assertEquals(10, receiver.take(10).size());
    receiver.behave(Receiver.TAKES);
    database.execute(
        "update subscription set status = 'ACTIVE', reason = null;"
            + "update delivery set attempts = 0, first_at = null where status = 'DUE'");
    assertContiguous(receiver.take(3), Map.of("1", 3));
  }

  @Test
  void goneIsGone() throws Exception {
    Receiver receiver = house.receiver();
    receiver.behave(Receiver.says(410));
    long id = house.subscribe(CITY, receiver.url());
    database.write("transaction.sale", 1, 3, 20);
    assertEquals(1, receiver.take(1).size());
    house.awaitAnswer("GONE", "select reason from subscription where id = " + id);
    assertEquals("GONE", house.one("select outcome from delivery_attempt"));
    assertEquals("3", house.one("select count(*) from delivery"));
  }

  @Test
  void metersTellWhatBecomesOfDeliveries() throws Exception {
    Receiver gone = house.receiver();
    Receiver down = house.receiver();
    Receiver up = house.receiver();
    gone.behave(Receiver.says(410));
    down.behave(Receiver.says(503));
    for (Receiver each : List.of(gone, down, up)) {
      assertTrue(house.subscribe(CITY, each.url()) > 0);
    }
    database.write("transaction.sale", 1, 3, 20);
    assertEquals(3, up.take(3).size());
    house.awaitAnswer("1", "select count(*) from subscription where reason = 'GONE'");
    house.awaitAnswer("1", "select count(*) from delivery_attempt where outcome = 'RETRY'");
    house.awaitAnswer("3", "select count(*) from delivery_attempt where outcome = 'DELIVERED'");
    assertEquals(3, house.meter("ecard.deliveries", "outcome", "delivered"));
    assertEquals(1, house.meter("ecard.deliveries", "outcome", "gone"));
    assertEquals(1, house.meter("ecard.deliveries", "outcome", "failed"));
    MeterRegistry read = new SimpleMeterRegistry();
    DeliveryMeters meters = new DeliveryMeters(read);
    await(meters.look(house.desks));
    assertEquals(
        3, read.get("ecard.delivery.behind.events").tag("kind", "webhook").gauge().value());
    assertEquals(
        2,
        read.get("ecard.subscriptions")
            .tag("state", "active")
            .tag("kind", "webhook")
            .gauge()
            .value());
    assertEquals(
        1,
        read.get("ecard.subscriptions")
            .tag("state", "broken")
            .tag("kind", "webhook")
            .gauge()
            .value());
    assertEquals(0, read.get("ecard.delivery.dead").tag("kind", "webhook").gauge().value());
  }

  @Test
  void slowAndMaliciousReceiversEndInTimeAndHoldUpNobody() throws Exception {
    house.close();
    house = new CourierHouse(database, CourierHouse.stream(4_000, ""));
    Receiver silent = house.receiver();
    silent.behave((message, response) -> {});
    Receiver endless = house.receiver();
    endless.behave(
        (message, response) -> {
          response.setChunked(true).setStatusCode(200);
          pour(response);
        });
    Receiver redirecting = house.receiver();
    redirecting.behave(
        (message, response) ->
            response.setStatusCode(307).putHeader("location", silent.url()).end());
    Receiver misnamed = house.receiver("elsewhere.example");
    Receiver good = house.receiver();
    long slow = house.subscribe(CITY, silent.url());
    long pouring = house.subscribe(CITY, endless.url());
    long turning = house.subscribe(CITY, redirecting.url());
    long false1 = house.subscribe(CITY, misnamed.url());
    long kind = house.subscribe(CITY, good.url());
    for (int i = 0; i < 8; i++) {
      database.write("transaction.sale", 1 + i % 4, 1, 20);
    }
    assertEquals(8, good.take(8).size());
    house.awaitAnswer("8", count(kind, "DELIVERED"));
    house.awaitAnswer("8", count(pouring, "DELIVERED"));
    house.awaitAnswer("4", count(slow, "RETRY"));
    house.awaitAnswer("4", count(turning, "RETRY"));
    house.awaitAnswer("4", count(false1, "RETRY"));
    assertTrue(misnamed.isQuiet());
    assertEquals(
        "no answer in time",
        house.one("select distinct problem from delivery_attempt where subscription = " + slow));
    assertEquals(
        "a redirect, which is never followed",
        house.one("select distinct problem from delivery_attempt where subscription = " + turning));
    assertEquals(4, silent.take(4).size());
    assertTrue(silent.isQuiet(), "nobody was led to it");
  }

  private static void pour(io.vertx.core.http.HttpServerResponse response) {
    if (!response.closed() && !response.ended()) {
      response.write("x".repeat(8_192)).onSuccess(written -> pour(response));
    }
  }

  private static String count(long subscription, String outcome) {
    return "select count(*) from delivery_attempt where outcome = '"
        + outcome
        + "' and subscription = "
        + subscription;
  }

  @Test
  void whatIsOlderThanItIsKeptIsGoneAndSaidSo() throws Exception {
    Receiver receiver = house.receiver();
    receiver.behave(Receiver.says(503));
    long id = house.subscribe(CITY, receiver.url());
    database.write("transaction.sale", 1, 5, 20);
    database.write("transaction.sale", 2, 2, 20);
    assertEquals(2, receiver.take(2).size());
    house.awaitAnswer("7", "select count(*) from delivery where subscription = " + id);
    receiver.behave(Receiver.TAKES);
    house.clock.forward(Duration.ofDays(60));
    house.awaitAnswer("7", "select removed from feed_cursor");
    Receiver.Message word = receiver.next();
    while (!word.json().getString("type").equals(FeedReset.TYPE)) {
      word = receiver.next();
    }
    assertEquals(8, word.json().getJsonObject("data").getLong("oldest"));
    assertEquals("reset-7", word.header("webhook-id"));
    database.execute(
        "insert into outbox (kind, merchant, subject, at, body)"
            + " values ('transaction.sale', 1, 99, '2036-01-01', '{}')");
    Receiver.Message next = receiver.next();
    assertEquals(8, next.sequence());
    assertEquals(6, next.json().getLong("merchantseq"), "a merchant's numbers go on");
    assertEquals("0", house.one("select count(*) from outbox where id <= 7"));
  }

  @Test
  void anotherCourierTakesOverWhereTheFirstStopped() throws Exception {
    Receiver receiver = house.receiver();
    long unused = house.subscribe(CITY, receiver.url());
    database.write("transaction.sale", 1, 40, 20);
    assertEquals(3, receiver.take(3).size());
    house.stopCouriers();
    database.write("transaction.sale", 1, 10, 20);
    house.startCouriers();
    house.awaitAnswer(
        "0", "select 50 - count(*) from delivery_attempt where outcome = 'DELIVERED'");
    assertEquals("50", house.one("select count(distinct seq) from delivery_attempt"));
  }
}
