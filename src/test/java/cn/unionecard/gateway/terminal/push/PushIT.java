package cn.unionecard.gateway.terminal.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Terminals that hear over WebSocket whether they may sell, on a real database. */
class PushIT {
  private static final long PATIENCE_S = 20;
  private static final long BEAT_MS = 100;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private String url;
  private Vertx vertx;
  private Push push;
  private int port;
  private volatile boolean ended;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    push =
        new Push(
            vertx, PostgresUrl.parse(url), TestLine.limits(), Clock.systemUTC(), meters, BEAT_MS);
    Void started = Loops.await(push.start());
    Server server = new Server();
    String deployed = Loops.await(vertx.deployVerticle(server));
    port = server.port;
  }

  /** An edge: knows callers by a header, shows faults by their names. */
  private final class Server extends VerticleBase {
    private int port;

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router.route().handler(this::authenticate).failureHandler(this::explain);
      push.routes().mount(router);
      return vertx
          .createHttpServer()
          .requestHandler(router)
          .listen(0, "127.0.0.1")
          .onSuccess(server -> port = server.actualPort());
    }

    private void authenticate(RoutingContext ctx) {
      String terminal = ctx.request().getHeader("Terminal");
      ctx.put(
          "caller",
          terminal == null
              ? new Caller.Staff("li", "410802", Set.of(Caller.Role.AUDITOR), 1)
              : new Caller.Terminal(new TerminalId(terminal)));
      BooleanSupplier stands = () -> !ended;
      ctx.put("stands", stands);
      ctx.next();
    }

    private void explain(RoutingContext ctx) {
      String name = ctx.failure().getClass().getSimpleName();
      String field = ctx.failure() instanceof Fault.Malformed malformed ? malformed.field : "";
      ctx.response().setStatusCode(400).end(name + " " + field);
    }
  }

  /** A till that keeps what it hears. */
  private final class Ear {
    private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
    private final ClientWebSocket socket;

    Ear(String terminal) {
      socket = vertx.createWebSocketClient().webSocket();
      socket.textMessageHandler(text -> heard.add(new JsonObject(text)));
      socket.closeHandler(over -> closed.add((int) socket.closeStatusCode()));
      WebSocket connected =
          Loops.await(
              socket.connect(
                  new WebSocketConnectOptions()
                      .setHost("127.0.0.1")
                      .setPort(port)
                      .setURI("/v1/terminal")
                      .putHeader("Terminal", terminal)));
    }

    JsonObject next() throws InterruptedException {
      return Objects.requireNonNull(heard.poll(PATIENCE_S, TimeUnit.SECONDS), "nothing was heard");
    }

    int closed() throws InterruptedException {
      return Objects.requireNonNull(closed.poll(PATIENCE_S, TimeUnit.SECONDS), "still open");
    }
  }

  private void merchant(int id, String status) {
    TestStores.execute(url, "update merchant set status = '" + status + "' where id = " + id);
  }

  @Test
  void aTerminalHearsHowItStandsAndEachChange() throws Exception {
    Ear till = new Ear("T0000001");
    Ear shop = new Ear("T0000008");
    Ear barred = new Ear("T0000010");
    assertTrue(till.next().getBoolean("sells"));
    assertTrue(shop.next().getBoolean("sells"));
    assertEquals("TERMINAL_SUSPENDED", barred.next().getString("refusal"));
    merchant(1, "SUSPENDED");
    JsonObject told = till.next();
    assertEquals("standing", told.getString("type"));
    assertEquals("MERCHANT_SUSPENDED", told.getString("refusal"));
    assertEquals("03", told.getString("responseCode"));
    assertEquals("商户已被中止合作，请按原价收款", told.getString("text"));
    merchant(1, "LIVE");
    assertTrue(till.next().getBoolean("sells"));
    TestStores.execute(url, "update terminal set status = 'SUSPENDED' where id = 1");
    assertEquals("TERMINAL_SUSPENDED", till.next().getString("refusal"));
    TestStores.execute(url, "update terminal set status = 'ACTIVE' where id = 10");
    assertTrue(barred.next().getBoolean("sells"));
    merchant(3, "TERMINATED");
    assertEquals("MERCHANT_TERMINATED", shop.next().getString("refusal"), "and nothing before");
    assertNull(till.heard.peek(), "what does not concern it");
    assertEquals(3, meters.get("ecard.push.terminals").gauge().value());
  }

  @Test
  void whatHappenedWhileTheDatabaseWasAwayIsToldAfterwards() throws Exception {
    Ear till = new Ear("T0000001");
    assertTrue(till.next().getBoolean("sells"));
    TestStores.execute(
        url,
        """
        select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'ecard-push' and datname = current_database();
        update merchant set status = 'SUSPENDED' where id = 1""");
    assertEquals("MERCHANT_SUSPENDED", till.next().getString("refusal"));
    merchant(1, "LIVE");
    assertTrue(till.next().getBoolean("sells"));
  }

  @Test
  void aTerminalThatComesBackTwiceLosesItsOldestSocket() throws Exception {
    Ear first = new Ear("T0000002");
    Ear second = new Ear("T0000002");
    Ear third = new Ear("T0000002");
    assertEquals(TerminalSocket.REPLACED, first.closed());
    assertTrue(second.next().getBoolean("sells"));
    assertTrue(third.next().getBoolean("sells"));
    Void said = Loops.await(third.socket.writeTextMessage("hello"));
    assertEquals(1003, third.closed(), "a terminal has nothing to say here");
    Void stopped = Loops.await(push.stop());
    assertEquals(TerminalSocket.GOING_AWAY, second.closed());
    assertEquals(0, meters.get("ecard.push.terminals").gauge().value());
  }

  @Test
  void aSocketEndsWithWhatProvedItsTerminal() throws Exception {
    Ear till = new Ear("T0000002");
    assertTrue(till.next().getBoolean("sells"));
    ended = true;
    assertEquals(TerminalSocket.GOING_AWAY, till.closed());
  }

  @Test
  void whoAnswersNoPingIsClosed() throws Exception {
    String upgrade =
        """
        GET /v1/terminal HTTP/1.1\r
        Host: localhost\r
        Terminal: T0000003\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """;
    try (Socket silent = new Socket("127.0.0.1", port)) {
      silent.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_S));
      silent.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
      String all = new String(silent.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(all.startsWith("HTTP/1.1 101"), all);
      assertTrue(all.contains("no answer to pings"), all);
    }
  }

  @Test
  void othersAreSentAway() throws Exception {
    assertEquals("Forbidden ", get(null));
    assertEquals("Malformed Upgrade", get("T0000001"));
  }

  private String get(@Nullable String terminal) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/terminal"));
    if (terminal != null) {
      request = request.header("Terminal", terminal);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
