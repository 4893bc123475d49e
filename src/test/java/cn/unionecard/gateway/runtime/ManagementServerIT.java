package cn.unionecard.gateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerIT {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private final Vertx vertx = metrics.vertx(1);
  private final Readiness readiness = new Readiness();
  private final ManagementServer server;

  ManagementServerIT() throws Exception {
    Config.Management management = new Config.Management("127.0.0.1", 0);
    server = await(ManagementServer.start(vertx, management, metrics, readiness));
  }

  @AfterEach
  void stop() throws Exception {
    await(server.stop());
    await(vertx.close());
    metrics.close();
  }

  @Test
  void servesMetricsWithoutPathsOrPeers() throws Exception {
    metrics.registry().counter("sales").increment();
    assertEquals(200, get("/health/live").statusCode());
    HttpResponse<String> scraped = get("/metrics");
    assertTrue(scraped.body().contains("\nsales_total 1.0"), scraped.body());
    assertTrue(scraped.body().contains("jvm_memory_used_bytes"));
    assertTrue(scraped.body().contains("vertx_http_server_"));
    assertFalse(scraped.body().contains("health/live"), "no label per path");
    assertTrue(
        scraped.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version"));
  }

  @Test
  void isReadyWhileAllThatIsRequiredAnswers() throws Exception {
    readiness.require("postgres", Future::succeededFuture);
    readiness.watch("redis", () -> Future.failedFuture(new IOException("secret host")));
    HttpResponse<String> ready = get("/health/ready");
    assertEquals(200, ready.statusCode());
    assertEquals(
        new JsonObject(
            """
            {"ready":true,"draining":false,"checks":{"postgres":"ok","redis":"IOException"}}"""),
        new JsonObject(ready.body()));
  }

  @Test
  void isNotReadyWhenAStoreFailsOrHangsOrThrows() throws Exception {
    readiness.require("hangs", () -> Promise.promise().future());
    readiness.require(
        "throws",
        () -> {
          throw new IllegalStateException("broken");
        });
    HttpResponse<String> ready = get("/health/ready");
    assertEquals(503, ready.statusCode());
    JsonObject checks = new JsonObject(ready.body()).getJsonObject("checks");
    assertTrue(checks.getString("hangs").contains("Timeout"), ready.body());
    assertEquals("IllegalStateException", checks.getString("throws"));
    assertEquals(200, get("/health/live").statusCode());
  }

  @Test
  void isNotReadyWhileDraining() throws Exception {
    readiness.drain();
    HttpResponse<String> ready = get("/health/ready");
    assertEquals(503, ready.statusCode());
    assertTrue(new JsonObject(ready.body()).getBoolean("draining"));
  }

  @Test
  void refusesWhatItDoesNotServe() throws Exception {
    assertEquals(404, get("/").statusCode());
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertEquals(405, client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
