package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import cn.unionecard.workbench.embedded.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while a sale, a desk's request and a POS message are in flight: all are answered. */
class GatewayStopIT {
  /** What a sign-in, a sale and a POS terminal's sign-on read. */
  private static final String LOCK = "LOCK TABLE staff, card, terminal_session";

  private static final String WAITING =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE '%s%%'""";

  private final Vertx vertx;

  /** Kept, for Vert.x closes a client that nobody holds any more. */
  private final List<HttpClientAgent> clients = new ArrayList<>();

  GatewayStopIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @Test
  void whatIsInFlightIsAnsweredAndNobodyNewIsLetIn(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    int isoPort = FreePort.orAny(0);
    try (TestNodes nodes = new TestNodes(url, folder);
        Connection holder = PostgresUrl.parse(url).jdbcConnection();
        Statement lock = holder.createStatement()) {
      Node node =
          nodes.start(
              "n1",
              url,
              Map.of(
                  "ECARD_ISO8583_PORT", Integer.toString(isoPort),
                  "ECARD_LIMITS_DEADLINE_MS", "20000",
                  "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "15000",
                  "ECARD_LIMITS_DRAIN_MS", "25000"));
      nodes.awaitReady(node);
      try (TestPos asking = pos(isoPort, 1);
          TestPos idle = pos(isoPort, 2)) {
        holder.setAutoCommit(false);
        lock.execute(LOCK);
        Promise<Void> goAway = Promise.promise();
        Future<Integer> sale = sell(nodes, node, goAway);
        Future<HttpClientResponse> desk = signIn(nodes, node);
        asking.send(asking.frame(asking.message(0x0800, null, 0, new Field60Batch(0, 1, 3), 1)));
        await(until(() -> sale.isComplete() || isWaiting(url, "ecard-lane")));
        assertFalse(sale.isComplete(), sale::toString);
        await(until(() -> isWaiting(url, "ecard-desk")));
        await(until(() -> isWaiting(url, "ecard-archive")));

        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(node.process()::stop);
        idle.awaitClosed();
        await(goAway.future());
        await(untilRefused(node.port()));
        await(untilRefused(isoPort));
        assertFalse(sale.isComplete());
        assertFalse(desk.isComplete());
        assertFalse(exit.isDone());
        holder.rollback();

        assertEquals(201, await(sale));
        assertEquals(401, await(desk).statusCode());
        assertEquals("close", await(desk).getHeader("Connection"));
        assertEquals(1, asking.next().message().number(11));
        asking.awaitClosed();
        assertEquals(0, exit.get(60, TimeUnit.SECONDS));
        assertTrue(nodes.log("n1").contains("drained"));
      }
    }
  }

  /** Who stands in front of a node hears that it goes before it lets nobody in. */
  @Test
  void whileOthersLearnThatItGoesItServesOn(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    try (TestNodes nodes = new TestNodes(url, folder)) {
      Node node = nodes.start("n1", url, Map.of("ECARD_LIMITS_DRAIN_DELAY_MS", "600000"));
      nodes.awaitReady(node);
      CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(node.process()::stop);
      await(until(() -> said(nodes, "nobody new is let in in 600000 ms")));
      assertEquals(503, await(readiness(node)));
      assertEquals(201, await(sell(nodes, node, Promise.promise())));
      assertFalse(exit.isDone());
      node.process().kill();
    }
  }

  private static boolean said(TestNodes nodes, String words) {
    try {
      return nodes.log("n1").contains(words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Future<Integer> readiness(Node node) {
    HttpClientAgent client = vertx.createHttpClient();
    clients.add(client);
    return client
        .request(HttpMethod.GET, node.managementPort(), "127.0.0.1", "/health/ready")
        .compose(request -> request.send())
        .map(HttpClientResponse::statusCode);
  }

  private TestPos pos(int port, int terminal) {
    return new TestPos(
        vertx,
        port,
        new NetClientOptions(),
        IsoHouse.terminal(terminal),
        KeyAlgorithm.SM4,
        MacMode.XOR_ECB,
        IsoHouse.TMK);
  }

  private static boolean isWaiting(String url, String sessions) {
    return TestStores.number(url, String.format(Locale.ROOT, WAITING, sessions)) > 0;
  }

  private HttpClientAgent client(TestNodes nodes, HttpVersion version, Identity till) {
    HttpClientAgent client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(version)
                .setTrustOptions(
                    new PemTrustOptions().addCertValue(Buffer.buffer(nodes.authority())))
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(till.certificate()))
                        .addKeyValue(Buffer.buffer(till.privateKey()))));
    clients.add(client);
    return client;
  }

  /** Over HTTP/2; tells when the connection is told to go elsewhere. */
  private Future<Integer> sell(TestNodes nodes, Node node, Promise<Void> goAway) {
    JsonObject sale =
        new JsonObject().put("type", "SALE").put("code", nodes.code(1)).put("orderFen", 10_000);
    return client(nodes, HttpVersion.HTTP_2, nodes.identity("T0000003"))
        .request(HttpMethod.POST, node.port(), "localhost", "/v1/transactions")
        .compose(
            request -> {
              request.connection().goAwayHandler(told -> goAway.tryComplete());
              return request
                  .putHeader("Content-Type", "application/json")
                  .putHeader("Idempotency-Key", "the-last-sale")
                  .send(sale.toBuffer());
            })
        .map(HttpClientResponse::statusCode);
  }

  /** Over HTTP/1.1, of nobody. */
  private Future<HttpClientResponse> signIn(TestNodes nodes, Node node) {
    JsonObject wrong = new JsonObject().put("login", "nobody").put("password", "not this one");
    return client(nodes, HttpVersion.HTTP_1_1, nodes.identity("T0000004"))
        .request(HttpMethod.POST, node.port(), "localhost", "/v1/staff-tokens")
        .compose(
            request ->
                request.putHeader("Content-Type", "application/json").send(wrong.toBuffer()));
  }

  private Future<?> until(BooleanSupplier holds) {
    return holds.getAsBoolean()
        ? Future.succeededFuture()
        : vertx.timer(10, TimeUnit.MILLISECONDS).compose(over -> until(holds).mapEmpty());
  }

  private Future<?> untilRefused(int port) {
    return vertx
        .createNetClient()
        .connect(port, "localhost")
        .compose(open -> open.close())
        .transform(
            answer ->
                answer.failed()
                    ? Future.succeededFuture()
                    : vertx
                        .timer(10, TimeUnit.MILLISECONDS)
                        .compose(over -> untilRefused(port).mapEmpty()));
  }
}
