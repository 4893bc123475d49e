package cn.unionecard.gateway.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain HTTP listener for operators: {@code /metrics} (Prometheus), {@code /health/live} (the
 * process answers) and {@code /health/ready} (send requests here, or not, with each check named).
 */
public final class ManagementServer {
  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
  private static final String JSON = "application/json";
  private static final int IDLE_SECONDS = 30;

  private final HttpServer server;

  private ManagementServer(HttpServer server) {
    this.server = server;
  }

  public static Future<ManagementServer> start(
      Vertx vertx, Config.Management management, Metrics metrics, Readiness readiness) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(management.host())
            .setPort(management.port())
            .setIdleTimeout(IDLE_SECONDS)
            .setHttp2ClearTextEnabled(false);
    return vertx
        .createHttpServer(options)
        .requestHandler(request -> answer(request, metrics, readiness))
        .listen()
        .map(
            server -> {
              log.info("management on http://{}:{}", management.host(), server.actualPort());
              return new ManagementServer(server);
            });
  }

  /** The port it listens on, also when 0 was asked for. */
  public int port() {
    return server.actualPort();
  }

  public Future<Void> stop() {
    return server.close();
  }

  private static void answer(HttpServerRequest request, Metrics metrics, Readiness readiness) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      request.response().putHeader("Allow", "GET, HEAD");
      send(request, 405, JSON, "{\"error\":\"only GET and HEAD\"}");
      return;
    }
    switch (request.path()) {
      case "/metrics" ->
          send(request, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
      case "/health/live" -> send(request, 200, JSON, "{\"live\":true}");
      case "/health/ready" ->
          readiness
              .ask()
              .onSuccess(
                  report ->
                      send(request, report.ready() ? 200 : 503, JSON, report.toJson().encode()));
      default -> send(request, 404, JSON, "{\"error\":\"/metrics, /health/live, /health/ready\"}");
    }
  }

  private static void send(HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .putHeader("Cache-Control", "no-store");
    response.end(body).onFailure(e -> log.debug("management client left", e));
  }
}
