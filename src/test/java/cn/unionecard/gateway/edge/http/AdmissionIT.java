package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * What a stranger may take of the HTTPS edge, and what a till beside him notices of it: nothing.
 */
class AdmissionIT {
  private static final String BIG = "/docs/swagger-ui-bundle.js";
  private static final String SALE = "{\"type\":\"SALE\",\"code\":\"84\",\"orderFen\":1}";
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

  private SimpleMeterRegistry meters;
  private EdgeHouse house;

  @BeforeEach
  void open() throws Exception {
    open(config(1_000, 60_000, 100_000));
  }

  private void reopen(Config.Admission config) throws Exception {
    house.close();
    open(config);
  }

  private void open(Config.Admission config) throws Exception {
    meters = new SimpleMeterRegistry();
    Limits limits = EdgeHouse.limits(5_000, 60_000, 5, 20);
    Admission admission = TestAdmission.of(config, limits, meters);
    house = new EdgeHouse(limits, admission, TestAdmission.vertx(admission));
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  private static Config.Admission config(int connections, int unsentMs, int burst) {
    return new Config.Admission(
        connections,
        connections,
        65_536,
        1 << 20,
        unsentMs,
        burst > 10 ? burst : 1,
        burst,
        burst,
        burst,
        burst,
        burst);
  }

  private SSLSocket stranger() throws Exception {
    SSLSocket socket =
        (SSLSocket)
            house
                .certificates
                .context(Optional.empty())
                .getSocketFactory()
                .createSocket("localhost", house.base.getPort());
    socket.setSoTimeout(30_000);
    socket.startHandshake();
    return socket;
  }

  private static void awaitOrFail(java.util.function.BooleanSupplier reached, String what) {
    long until = System.nanoTime() + PATIENCE_NS;
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, what);
    }
  }

  private static Answer sale(ContractClient till, String key) throws Exception {
    return till.send(till.post("/v1/transactions", SALE).header("Idempotency-Key", key));
  }

  @Test
  void silentSocketsAreCountedBeforeTlsAndGiveWay() throws Exception {
    reopen(config(20, 30_000, 100_000));
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        silent.add(new Socket("localhost", house.base.getPort()));
      }
      ContractClient till = house.shows("urn:ecard:terminal:T0000001");
      assertEquals(201, sale(till, "beside-silence").status());
      for (int i = 0; i < 50; i++) {
        silent.add(new Socket("localhost", house.base.getPort()));
      }
      assertEquals(201, sale(till, "same-connection").status());
      awaitOrFail(() -> connections() <= 20, "open: " + connections());
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private double connections() {
    return meters.get("ecard.connections.open").tag("who", "unproved").gauge().value()
        + meters.get("ecard.connections.open").tag("who", "proved").gauge().value();
  }

  /** Sixty connections that ask for the largest file over and over, and read nothing. */
  @Test
  void answersNobodyReadsDoNotHeap() throws Exception {
    String get = "GET " + BIG + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    long before = PlatformDependent.usedDirectMemory();
    List<SSLSocket> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        SSLSocket socket = stranger();
        socket.getOutputStream().write(get.repeat(100).getBytes(StandardCharsets.US_ASCII));
        deaf.add(socket);
      }
      ContractClient till = house.shows("urn:ecard:terminal:T0000001");
      for (int i = 0; i < 10; i++) {
        assertEquals(201, sale(till, "deaf-" + i).status());
      }
      long grown = PlatformDependent.usedDirectMemory() - before;
      assertTrue(grown < 60L << 20, () -> "direct memory grown by " + grown);
    } finally {
      for (SSLSocket socket : deaf) {
        socket.close();
      }
    }
  }

  @Test
  void whoReadsHearsAllOfALongAnswer() throws Exception {
    ContractClient client = house.plain();
    int length = client.get(BIG).body().length;
    assertTrue(length > 1_000_000, () -> "read: " + length);
    for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
      try (Asker asker = new Asker(version)) {
        for (int i = 0; i < 5; i++) {
          assertEquals(length, asker.length(BIG));
        }
      }
    }
    assertEquals(
        "" + length,
        client.send(client.request(BIG).method("HEAD", noBody())).header("content-length"));
  }

  private static java.net.http.HttpRequest.BodyPublisher noBody() {
    return java.net.http.HttpRequest.BodyPublishers.noBody();
  }

  private final class Asker implements AutoCloseable {
    private final HttpClient client;

    Asker(HttpVersion version) {
      client =
          house.vertx.createHttpClient(
              new HttpClientOptions()
                  .setSsl(true)
                  .setUseAlpn(true)
                  .setTrustAll(true)
                  .setVerifyHost(false)
                  .setProtocolVersion(version));
    }

    int length(String path) {
      return Loops.await(
          client
              .request(HttpMethod.GET, house.base.getPort(), "localhost", path)
              .compose(
                  request ->
                      request
                          .send()
                          .compose(response -> response.body().map(body -> body.length()))));
    }

    @Override
    public void close() {
      client.close().onComplete(closed -> {});
    }
  }

  @Test
  void whoDoesNotReadInTimeIsClosed() throws Exception {
    reopen(config(1_000, 1_000, 100_000));
    try (SSLSocket deaf = stranger()) {
      String get = "GET " + BIG + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      deaf.getOutputStream().write(get.repeat(40).getBytes(StandardCharsets.US_ASCII));
      awaitOrFail(() -> connections() == 0, "a connection that reads nothing stays");
    }
  }

  // ---- failures

  @Test
  void badTokensAreLimitedAndGoodOnesBesideThemAreNot() throws Exception {
    reopen(config(1_000, 30_000, 10));
    ContractClient stranger = house.plain();
    String good = house.issuer.terminal(EdgeHouse.TERMINAL, "0a1b", Duration.ofMinutes(5));
    ContractClient till = house.plain();
    assertEquals(404, withToken(till, good).status(), "verified once");
    int refused = 0;
    for (int i = 0; i < 14; i++) {
      Answer answer = withToken(stranger, good.substring(0, good.length() - 4) + "AAAA");
      refused += answer.status() == 429 ? 1 : 0;
      assertTrue(answer.status() == 401 || answer.status() == 429, "heard " + answer.status());
    }
    assertTrue(refused > 0, "bad tokens are not limited");
    assertEquals(404, withToken(till, good).status(), "of the same address");
    ContractClient certified = house.shows("urn:ecard:terminal:T0000002");
    assertEquals(201, sale(certified, "beside-junk").status());
  }

  private static Answer withToken(ContractClient client, String token) throws Exception {
    return client.send(
        client.request("/v1/transactions/AAAAAAAAAAAA").header("Authorization", "Bearer " + token));
  }

  @Test
  void addressesThatDoNotExistAndWhatIsNoHttpDrawFromTheSameBudget() throws Exception {
    reopen(config(1_000, 30_000, 10));
    ContractClient stranger = house.plain();
    int limited = 0;
    for (int i = 0; i < 14; i++) {
      limited += stranger.get("/nowhere/" + i).status() == 429 ? 1 : 0;
    }
    assertTrue(limited > 0, "unknown addresses are not limited");
  }

  /** What waits for its answer over HTTP/2 may be gone when the answer comes. */
  @Test
  void whatIsTakenBackWhileItWaitsIsNoFaultOfOurs() throws Exception {
    reopen(config(1_000, 30_000, 10));
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    String unheardOf = house.issuer.terminal(EdgeHouse.TERMINAL, "0a1b", Duration.ofMinutes(5));
    SSLContext tls = house.certificates.context(Optional.empty());
    try (RawHttp2 stranger = new RawHttp2(tls, house.base.getPort())) {
      for (int i = 0; i < 14; i++) {
        stranger.takeBack(head("GET", "/nowhere"));
      }
      stranger.takeBack(head("GET", "/%"));
      stranger.takeBack(head("POST", "/v1/reversals", "authorization", "Bearer " + unheardOf));
      assertEquals(400, stranger.ask(head("GET", "/%")).status(), "behind all that waited");
    } finally {
      root.detachAppender(log);
    }
    List<String> said =
        log.list.stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertEquals(List.of(), said);
  }

  /** Also what has nothing to be read, and so has ended before it waits. */
  @ParameterizedTest
  @EnumSource
  void whatWaitsIsAnswered(Version version) throws Exception {
    reopen(config(1_000, 30_000, 10));
    ContractClient stranger = house.plain();
    for (int i = 0; i < 14; i++) {
      Answer unused = stranger.get("/nowhere/" + i);
    }
    for (String body : List.of("", "{}", "{\"requestId\":\"never\",\"orderFen\":1}")) {
      String unheardOf = house.issuer.terminal(EdgeHouse.TERMINAL, "0a1b", Duration.ofMinutes(5));
      Answer answer =
          stranger.send(
              stranger
                  .post("/v1/reversals", body)
                  .version(version)
                  .header("Authorization", "Bearer " + unheardOf));
      assertEquals(body.length() > 2 ? 201 : 400, answer.status(), body);
    }
  }

  private static String[] head(String method, String path, String... more) {
    List<String> all =
        new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", "localhost"));
    all.addAll(List.of(":path", path));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void anUndoIsNeverRefusedForItsNumber() throws Exception {
    reopen(config(1_000, 30_000, 10));
    ContractClient till = house.shows("urn:ecard:terminal:T0000001");
    ExecutorService hands = Executors.newFixedThreadPool(20); // one after the other may be too slow
    List<Callable<Answer>> sales = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String key = "k" + i;
      sales.add(() -> sale(till, key));
    }
    int refused = 0;
    for (var sale : hands.invokeAll(sales)) {
      refused += sale.get().status() == 429 ? 1 : 0;
    }
    hands.shutdown();
    assertTrue(refused > 0, "sales are limited");
    for (int i = 0; i < 40; i++) {
      Answer undone =
          till.send(till.post("/v1/reversals", "{\"requestId\":\"k" + i + "\",\"orderFen\":1}"));
      assertTrue(undone.status() < 300, () -> undone.json().encode());
    }
  }
}
