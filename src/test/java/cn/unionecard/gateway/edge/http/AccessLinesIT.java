package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the lines about requests say, and that they say nothing of what stands in an address. */
class AccessLinesIT {
  private static final String CODE = "84012345678901234567";

  private static void open(Router router) {
    router
        .get("/v1/feed")
        .handler(
            ctx -> {
              if (ctx.request().getParam("after") != null) {
                ctx.fail(new Fault.Malformed("after", "lies beyond the end"));
              } else if (ctx.request().canUpgradeToWebSocket()) {
                ctx.request().pause();
                ctx.request().toWebSocket().onSuccess(ServerWebSocket::close);
              } else {
                ctx.response().setChunked(true).write("data: 1\n\n");
                ctx.response().end();
              }
            });
  }

  @Test
  void eachRequestIsNamedByItsRouteAndItsCaller() throws Exception {
    List<JsonObject> lines;
    try (EdgeHouse house =
        new EdgeHouse(
            EdgeHouse.limits(2_000, 60_000, 10_000, 10_000),
            Loops.vertx(),
            null,
            null,
            desks -> List.of(),
            Map.of("/v1/feed", AccessLinesIT::open),
            key -> false,
            staff -> true,
            member -> Future.succeededFuture())) {
      HttpClient till =
          HttpClient.newBuilder()
              .sslContext(
                  house.certificates.context(
                      Optional.of(
                          house.certificates.client(
                              Duration.ofDays(1), "urn:ecard:terminal:T0000001"))))
              .build();
      HttpClient plain =
          HttpClient.newBuilder().sslContext(house.certificates.context(Optional.empty())).build();
      String token =
          "Bearer "
              + house.issuer.staff("li", "410800", Set.of(Role.AUDITOR), 1, Duration.ofMinutes(15));
      ask(house, till, "GET", "/v1/transactions/" + CODE, null);
      ask(house, plain, "OPTIONS", "/v1/transactions/000000000001/void", null);
      ask(house, plain, "DELETE", "/v1/keys?code=" + CODE, null);
      ask(house, plain, "BREW", "/v1/keys", null);
      ask(house, plain, "GET", "/nowhere/" + CODE, null);
      ask(house, plain, "GET", "/v1/feed", "Bearer " + CODE);
      ask(house, plain, "GET", "/v1/feed", token);
      ask(house, plain, "GET", "/v1/feed?after=9", token);
      WebSocket unused =
          plain
              .newWebSocketBuilder()
              .header("Authorization", token)
              .buildAsync(
                  URI.create(house.base.toString().replace("https", "wss") + "/v1/feed"),
                  new WebSocket.Listener() {})
              .get(30, TimeUnit.SECONDS);
      lines = house.lines(9);
    }
    assertEquals(
        List.of(
            "GET /v1/transactions/:id - malformed 400 MALFORMED T0000001 -",
            "OPTIONS /v1/transactions/:id/void - approved 204 - - -",
            "DELETE /v1/keys - malformed 405 METHOD_NOT_ALLOWED - -",
            "other /v1/keys - malformed 405 METHOD_NOT_ALLOWED - -",
            "GET - - malformed 404 NOT_FOUND - -",
            "GET /v1/feed - unauthenticated 401 UNAUTHENTICATED - -",
            "GET /v1/feed - approved 200 - - 410800",
            "GET /v1/feed - malformed 400 MALFORMED - 410800",
            "GET /v1/feed - approved 101 - - 410800"),
        lines.stream().map(AccessLinesIT::words).toList());
    for (JsonObject line : lines) {
      assertFalse(line.encode().contains(CODE), line::encode);
    }
  }

  private static void ask(
      EdgeHouse house, HttpClient client, String method, String path, @Nullable String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(house.base.resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (token != null) {
      request.header("Authorization", token);
    }
    HttpResponse<String> unused =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String words(JsonObject line) {
    return Stream.of("method", "route", "type", "outcome", "status", "code", "terminal", "org")
        .map(name -> line.getValue(name, "-").toString())
        .collect(Collectors.joining(" "));
  }
}
