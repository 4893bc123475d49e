package cn.unionecard.gateway.runtime.watch;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerIT {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private final Admission admission =
      TestAdmission.of(TestAdmission.OPEN, TestLine.limits(), metrics.registry());
  private final Vertx vertx = Loops.watched(metrics.vertx(1, admission.transport(true)));
  private final Readiness readiness = new Readiness();
  private final ManagementServer server;

  ManagementServerIT() {
    Config.Management management = new Config.Management("127.0.0.1", 0);
    server =
        await(
            ManagementServer.start(
                vertx, management, metrics, readiness, request -> null, admission));
  }

  @AfterEach
  void stop() {
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

  private String talk(String text) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /% HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /metrics HTTP/1.1\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
        "GET /metrics HTTP/1.1\nHost: a\n\n",
        "NONSENSE\r\n\r\n",
      })
  void whatIsNoHttpGetsOneProblem(String request) throws Exception {
    String heard = talk(request);
    assertTrue(heard.matches("(?s)HTTP/1.[01] 400 .*application/problem\\+json.*"), heard);
  }

  @Test
  void aPathHasOneSpelling() throws Exception {
    for (String path : List.of("//metrics", "/metrics/", "/%6detrics", "/x/../metrics")) {
      String heard = talk("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertTrue(heard.startsWith("HTTP/1.1 404 "), heard);
    }
  }

  @Test
  void requestsBehindOneAnotherAreAnsweredOneByOne() throws Exception {
    String odd = "ABCDEFGH /x HTTP/1.1\r\nHost: a\r\n\r\n";
    String last = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    String heard = talk(odd.repeat(3_000) + last);
    assertEquals(3_000, heard.split("HTTP/1.1 405", -1).length - 1);
    assertTrue(heard.endsWith("{\"live\":true}"), heard);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
