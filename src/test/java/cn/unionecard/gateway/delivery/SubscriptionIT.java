package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.FreePort;
import com.standardwebhooks.Webhook;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxTestContext;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions over the API of a gateway process, every answer held against the contract. */
class SubscriptionIT {
  private static final String CITY = "410800";
  private static final String DISTRICT = "410802";
  private static final String PATH = "/v1/subscriptions";

  private static final BlockingQueue<Heard> received = new LinkedBlockingQueue<>();
  private static volatile int answers = 200;
  private static String url;
  private static Path folder;
  private static int hookPort;
  private static TestNodes nodes;
  private static TestNodes.Node node;
  private static ContractClient client;
  private static TokenIssuer issuer;

  private record Heard(Map<String, List<String>> headers, String body) {}

  @BeforeAll
  static void start(@TempDir Path temporary, Vertx vertx) throws Exception {
    folder = temporary;
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    hookPort = FreePort.orAny(0);
    Object server =
        Loops.await(
            vertx
                .createHttpServer()
                .requestHandler(SubscriptionIT::hear)
                .listen(hookPort, "127.0.0.1"));
    assertNotNull(server);
    nodes = new TestNodes(url, folder);
    node =
        nodes.start(
            "n1",
            url,
            Map.of(
                "ECARD_STREAM_SCHEMES", "http,https",
                "ECARD_STREAM_PORTS", "443," + hookPort,
                "ECARD_STREAM_NETWORKS", "127.0.0.0/8"));
    nodes.awaitReady(node);
    client = new ContractClient(vertx, URI.create("https://localhost:" + node.port()), trust());
    issuer = issuer(vertx);
    for (String org : List.of(CITY, DISTRICT)) {
      for (Role role : EnumSet.complementOf(EnumSet.of(Role.MERCHANT))) {
        TestStores.execute(
            url,
            "insert into staff (login, name, org, roles, status, password) select '"
                + login(org, role)
                + "', '某人', id, array['"
                + role
                + "'], 'ACTIVE', '$argon2id$none' from org where code = '"
                + org
                + "'");
      }
    }
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static void hear(HttpServerRequest request) {
    Map<String, List<String>> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    request
        .body()
        .onSuccess(
            body -> {
              received.add(new Heard(headers, body.toString()));
              request.response().setStatusCode(answers).end();
            });
  }

  private static SSLContext trust() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("ca.pem"))) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static TokenIssuer issuer(Vertx vertx) throws Exception {
    Kek kek = Kek.of(new Config.Keys(folder.resolve("kek").toString(), null, "SM2"));
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Keyring.Key key = Keyring.load(database, kek).current(Keyring.Purpose.TOKEN);
      return new TokenIssuer(vertx, key.kid(), key.secret(), Clock.systemUTC(), new SecureRandom());
    }
  }

  private static String login(String org, Role role) {
    return role.name().toLowerCase(java.util.Locale.ROOT) + "." + org;
  }

  private static String bearer(String org, Role role) {
    return "Bearer " + issuer.staff(login(org, role), org, Set.of(role), 1, Duration.ofMinutes(15));
  }

  private static Answer post(String org, Role role, String path, String json) throws Exception {
    return client.send(client.post(path, json).header("Authorization", bearer(org, role)));
  }

  private static Answer get(String org, Role role, String path) throws Exception {
    return client.send(client.request(path).header("Authorization", bearer(org, role)));
  }

  private static JsonObject added(String org, String more) throws Exception {
    String json = "{\"url\":\"http://localhost:" + hookPort + "/hook\"" + more + "}";
    Answer answer = post(org, Role.SYSTEM, PATH, json);
    assertEquals(201, answer.status(), answer.json().encode());
    return answer.json();
  }

  private static void event(String merchants) {
    TestStores.execute(
        url,
        "insert into outbox (kind, merchant, subject, at, body)"
            + " select 'transaction.refused', id, 1, now(), '{}' from merchant m where "
            + merchants);
  }

  private static Heard next() throws InterruptedException {
    Heard heard = received.poll(30, TimeUnit.SECONDS);
    assertNotNull(heard, "nothing came");
    return heard;
  }

  @Test
  void aSubscriptionLives() throws Exception {
    JsonObject made = added(CITY, ",\"types\":[\"cn.unionecard.transaction.refused.v1\"]");
    String one = PATH + "/" + made.getString("id");
    String secret = made.getJsonObject("key").getString("secret");
    event("id = 1");
    Heard first = next();
    new Webhook(secret).verify(first.body(), HttpHeaders.of(first.headers(), (n, v) -> true));

    Answer key = post(CITY, Role.SYSTEM, one + "/keys", "{\"overlapS\":600}");
    assertEquals(201, key.status());
    event("id = 1");
    Heard second = next();
    HttpHeaders headers = HttpHeaders.of(second.headers(), (n, v) -> true);
    new Webhook(secret).verify(second.body(), headers);
    new Webhook(key.json().getString("secret")).verify(second.body(), headers);

    assertEquals(
        200, post(CITY, Role.SYSTEM, one + "/status", "{\"status\":\"DISABLED\"}").status());
    event("id = 1");
    Answer off = get(CITY, Role.CLERK, one);
    assertEquals("STAFF", off.json().getString("reason"));
    assertFalse(off.json().encode().contains("whsec"), "a secret is shown once");
    assertEquals(200, post(CITY, Role.SYSTEM, one + "/status", "{\"status\":\"ACTIVE\"}").status());
    Heard third = next();
    assertEquals(3, new JsonObject(third.body()).getLong("merchantseq"));

    Answer back =
        post(CITY, Role.SYSTEM, one + "/replay", "{\"since\":\"2026-01-01T00:00:00+08:00\"}");
    assertEquals("0", back.json().getString("position"));
    assertEquals(first.body(), next().body());
    assertEquals(second.body(), next().body());
    assertEquals(third.body(), next().body());

    JsonArray log = get(CITY, Role.AUDITOR, one + "/deliveries").json().getJsonArray("deliveries");
    assertTrue(log.size() >= 3, log.encode());
    assertEquals(
        0,
        get(CITY, Role.AUDITOR, one + "/dead-letters").json().getJsonArray("deadLetters").size());
    assertEquals(404, post(CITY, Role.SYSTEM, one + "/dead-letters/1/retry", "{}").status());
    String narrower = "{\"types\":[\"cn.unionecard.transaction.sale.v1\"]}";
    assertEquals(
        1, post(CITY, Role.SYSTEM, one + "/change", narrower).json().getJsonArray("types").size());
    assertEquals(200, post(CITY, Role.SYSTEM, one + "/removal", "{}").status());
    assertEquals(404, get(CITY, Role.CLERK, one).status());
    assertEquals(
        7,
        TestStores.number(
            url,
            "select count(*) from audit where action like 'subscription.%' and subject = '"
                + made.getString("id")
                + "'"));
  }

  @Test
  void aTestComesOnceWithItsSignatureAndLeavesNothing() throws Exception {
    JsonObject made = added(CITY, ",\"types\":[\"cn.unionecard.staff.locked.v1\"]");
    String id = made.getString("id");
    String one = PATH + "/" + id;
    Webhook receiver = new Webhook(made.getJsonObject("key").getString("secret"));
    for (int status : List.of(204, 500, 302, 410)) {
      answers = status;
      JsonObject told = post(CITY, Role.SYSTEM, one + "/test-event", "{}").json();
      answers = 200;
      assertEquals(status, told.getInteger("httpStatus"), told::encode);
      assertEquals(
          status == 204 ? "DELIVERED" : status == 410 ? "GONE" : "FAILED",
          told.getString("outcome"));
      Heard heard = next();
      receiver.verify(heard.body(), HttpHeaders.of(heard.headers(), (n, v) -> true));
      JsonObject event = new JsonObject(heard.body());
      assertEquals(told.getString("id"), event.getString("id"));
      assertEquals(List.of(), new EventSchemas().wrong(event));
    }
    Answer log = get(CITY, Role.AUDITOR, one + "/deliveries");
    assertEquals(0, log.json().getJsonArray("deliveries").size());
    assertEquals("ACTIVE", get(CITY, Role.CLERK, one).json().getString("status"));
    assertEquals(403, post(CITY, Role.SUPERVISOR, one + "/test-event", "{}").status());
    assertEquals(404, post(DISTRICT, Role.SYSTEM, one + "/test-event", "{}").status());
    assertEquals(
        200, post(CITY, Role.SYSTEM, one + "/status", "{\"status\":\"DISABLED\"}").status());
    assertEquals(200, post(CITY, Role.SYSTEM, one + "/test-event", "{}").status());
    String off = next().body();
    assertTrue(off.contains("cn.unionecard.subscription.test.v1"), off);
    TestStores.execute(
        url, "update subscription set target = 'https://10.0.0.1/' where id = " + id);
    JsonObject inside = post(CITY, Role.SYSTEM, one + "/test-event", "{}").json();
    assertEquals("FAILED", inside.getString("outcome"));
    assertEquals("url is an internal address", inside.getString("problem"));
    TestStores.execute(
        url, "update subscription set kind = 'KAFKA', target = 'topic' where id = " + id);
    assertEquals(400, post(CITY, Role.SYSTEM, one + "/test-event", "{}").status());
    assertEquals(
        6,
        TestStores.number(
            url,
            "select count(*) from audit where action = 'subscription.tested' and subject = '"
                + id
                + "'"));
    assertEquals(200, post(CITY, Role.SYSTEM, one + "/removal", "{}").status());
  }

  @Test
  void onlyWhoMayAndOnlyInTheOwnSubtree() throws Exception {
    JsonObject city = added(CITY, ",\"algorithm\":\"ED25519\"");
    assertTrue(city.getJsonObject("key").getString("publicKey").startsWith("whpk_"));
    JsonObject district = added(CITY, ",\"org\":\"" + DISTRICT + "\"");
    String above = PATH + "/" + city.getString("id");
    assertEquals(404, get(DISTRICT, Role.SYSTEM, above).status());
    assertEquals(404, post(DISTRICT, Role.SYSTEM, above + "/removal", "{}").status());
    assertEquals(404, get(DISTRICT, Role.SYSTEM, above + "/deliveries").status());
    assertEquals(200, get(DISTRICT, Role.CLERK, PATH + "/" + district.getString("id")).status());
    JsonArray seen = get(DISTRICT, Role.CLERK, PATH).json().getJsonArray("subscriptions");
    assertTrue(seen.stream().allMatch(s -> ((JsonObject) s).getString("org").equals(DISTRICT)));
    String hook = "{\"url\":\"http://localhost:" + hookPort + "/\"";
    assertEquals(
        404, post(DISTRICT, Role.SYSTEM, PATH, hook + ",\"org\":\"" + CITY + "\"}").status());
    for (Role role : List.of(Role.CLERK, Role.APPROVER, Role.SUPERVISOR, Role.AUDITOR)) {
      assertEquals(403, post(CITY, role, PATH, hook + "}").status());
    }
    assertEquals(401, client.send(client.request(PATH)).status());
    for (JsonObject one : List.of(city, district)) {
      String path = PATH + "/" + one.getString("id") + "/removal";
      assertEquals(200, post(CITY, Role.SYSTEM, path, "{}").status());
    }
  }

  @Test
  void refusesWhatIsNoSubscription() throws Exception {
    for (String json :
        List.of(
            "{}",
            "{\"url\":\"https://10.0.0.1/\"}",
            "{\"url\":\"https://union.example:22/\"}",
            "{\"url\":\"https://a:b@union.example/\"}",
            "{\"url\":\"https://union.example/\",\"topic\":\"t\"}",
            "{\"topic\":\"t\"}",
            "{\"url\":\"https://union.example/\",\"types\":[\"sale\"]}",
            "{\"url\":\"https://union.example/\",\"algorithm\":\"MD5\"}",
            "{\"url\":\"https://union.example/\",\"after\":\"-1\"}")) {
      assertEquals("MALFORMED", post(CITY, Role.SYSTEM, PATH, json).code(), json);
    }
    for (String path : List.of(PATH, PATH + "/1/change")) {
      String slip =
          "{\"url\":\"https://union.example/\",\"types\":"
              + "[\"cn.unionecard.review.posted.v1\",\"cn.unionecard.transaction.sales.v1\"]}";
      Answer refused = post(CITY, Role.SYSTEM, path, slip);
      assertEquals(400, refused.status());
      assertEquals("types[1]", refused.json().getString("field"));
      assertEquals(
          "types[1] is no type of event; the nearest is cn.unionecard.transaction.sale.v1",
          refused.json().getString("detail"));
    }
    String beyond = "{\"url\":\"https://union.example/\",\"after\":\"999999\"}";
    assertEquals(409, post(CITY, Role.SYSTEM, PATH, beyond).status());
  }

  @Test
  void oneOfATypeThatIsToldNoLongerIsStillRead() throws Exception {
    String one = PATH + "/" + added(CITY, "").getString("id");
    TestStores.execute(
        url,
        "update subscription set kinds = '{transaction.sales,a.b-c}' where id = "
            + one.substring(PATH.length() + 1));
    assertEquals(
        new JsonArray().add("cn.unionecard.transaction.sales.v1").add("cn.unionecard.a.b-c.v1"),
        get(CITY, Role.CLERK, one).json().getJsonArray("types"));
    assertEquals(200, post(CITY, Role.SYSTEM, one + "/removal", "{}").status());
  }

  @Test
  @Timeout(value = 60, timeUnit = TimeUnit.SECONDS)
  void webSocketOverTlsWithTheTokenInTheHeader(Vertx vertx, VertxTestContext test)
      throws Exception {
    WebSocketClient sockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setSsl(true)
                .setTrustOptions(
                    new PemTrustOptions()
                        .addCertValue(Buffer.buffer(Files.readString(folder.resolve("ca.pem"))))));
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("localhost")
            .setPort(node.port())
            .setSsl(true)
            .setURI("/v1/feed?from=start&type=cn.unionecard.terminal.counter.v1")
            .putHeader("Authorization", bearer(CITY, Role.AUDITOR));
    Checkpoint heard = test.checkpoint();
    Checkpoint closed = test.checkpoint();
    Loops.await(
        sockets
            .connect(options)
            .onSuccess(
                socket ->
                    socket.textMessageHandler(
                        message ->
                            test.verify(
                                () -> {
                                  assertEquals(
                                      "cn.unionecard.terminal.counter.v1",
                                      new JsonObject(message).getString("type"));
                                  heard.flag();
                                  socket.close().onComplete(test.succeeding(end -> closed.flag()));
                                }))));
    TestStores.execute(
        url,
        "insert into outbox (kind, merchant, subject, at, body)"
            + " select 'terminal.counter', 3, 1, now(), '{}'");
    boolean refused =
        Loops.await(
            sockets
                .connect(
                    new WebSocketConnectOptions(options).putHeader("Authorization", "Bearer x"))
                .map(false)
                .otherwise(true));
    assertTrue(refused);
  }
}
