package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that became WebSockets are counted as long as they are open, and no longer. */
class WebSocketConnectionsIT {
  private static final int CONNECTIONS_MAX = 3;
  private static final long PATIENCE_NS = 30_000_000_000L;

  private SimpleMeterRegistry metrics;
  private Vertx vertx;
  private EdgeHouse house;
  private HttpClient client;

  @BeforeEach
  void open() throws Exception {
    open(60_000);
  }

  private void open(int idleMs) throws Exception {
    vertx = Loops.vertx();
    metrics = new SimpleMeterRegistry();
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    Feed feed = new Feed(vertx, PostgresUrl.parse(url), TestLine.limits(), metrics);
    Loops.await(feed.start());
    house =
        new EdgeHouse(
            EdgeHouse.limits(500, idleMs, 10_000, 10_000),
            TestAdmission.of(
                TestAdmission.connections(CONNECTIONS_MAX, CONNECTIONS_MAX),
                TestLine.limits(),
                metrics),
            vertx,
            null,
            null,
            desks -> List.of(),
            Map.of("/v1/feed", router -> feed.routes().mount(router)),
            key -> false,
            staff -> true,
            member -> Future.succeededFuture());
    client =
        HttpClient.newBuilder().sslContext(house.certificates.context(Optional.empty())).build();
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  private WebSocket socket() throws Exception {
    return socket(new WebSocket.Listener() {});
  }

  private WebSocket socket(WebSocket.Listener listener) throws Exception {
    String token =
        house.issuer.staff("li", "410800", Set.of(Role.AUDITOR), 1, Duration.ofMinutes(15));
    URI at = URI.create(house.base.toString().replace("https", "wss") + "/v1/feed");
    return client
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + token)
        .buildAsync(at, listener)
        .get(30, TimeUnit.SECONDS);
  }

  /** Asks until there is room: a connection that was closed is counted off a moment later. */
  private WebSocket socketOnceThereIsRoom() throws Exception {
    long until = System.nanoTime() + PATIENCE_NS;
    while (true) {
      try {
        return socket();
      } catch (ExecutionException e) {
        assertTrue(System.nanoTime() < until, "closed WebSockets are counted as connections");
      }
    }
  }

  private void awaitSubscribers(int count) {
    long until = System.nanoTime() + PATIENCE_NS;
    while (metrics.get("ecard.feed.subscribers").gauge().value() != count) {
      assertTrue(System.nanoTime() < until, "subscribers are not " + count);
    }
  }

  /** All deadlines are equally long: when a later one has closed its connection, ours is over. */
  @Test
  void aWebSocketIsNotTakenForOneThatSendsNothing() throws Exception {
    house.close();
    open(1_000);
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    WebSocket socket =
        socket(
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onClose(WebSocket it, int status, String reason) {
                ended.complete(status);
                return CompletableFuture.completedFuture(null);
              }
            });
    for (int i = 0; i < 2; i++) {
      try (Socket silent =
          house
              .certificates
              .context(Optional.empty())
              .getSocketFactory()
              .createSocket("localhost", house.base.getPort())) {
        ((SSLSocket) silent).startHandshake();
        silent.setSoTimeout(30_000);
        assertEquals(-1, silent.getInputStream().read(), "closed, for it asked nothing");
      }
    }
    assertFalse(ended.isDone() || socket.isInputClosed(), "so was the WebSocket");
    awaitSubscribers(1);
    socket.abort();
    awaitSubscribers(0);
  }

  @Test
  void theLimitIsReachedAgainAndAgain() throws Exception {
    for (int round = 0; round < 4; round++) {
      List<WebSocket> open = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        open.add(socketOnceThereIsRoom());
      }
      awaitSubscribers(CONNECTIONS_MAX);
      ExecutionException refused = assertThrows(ExecutionException.class, this::socket);
      assertTrue(refused.getCause() != null, "one more than the limit");
      for (WebSocket one : open) {
        if (round % 2 == 0) {
          one.abort();
        } else {
          assertEquals(
              one, one.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(30, TimeUnit.SECONDS));
        }
      }
      awaitSubscribers(0);
    }
  }
}
