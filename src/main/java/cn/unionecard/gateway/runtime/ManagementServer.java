package cn.unionecard.gateway.runtime;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain HTTP listener for operators: {@code /metrics} (Prometheus), {@code /health/live} (the
 * process answers) and {@code /health/ready} (send requests here, or not, with each check named).
 */
public final class ManagementServer {
  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
  private static final String PATHS = "there are /metrics, /health/live and /health/ready";
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
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false);
    return vertx
        .createHttpServer(options)
        .connectionHandler(connection -> StrictRequestDecoder.on(connection, options))
        .invalidRequestHandler(request -> refuse(request, "this is not well-formed HTTP"))
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
    try {
      RequestTarget.check(request);
    } catch (Fault.Malformed malformed) {
      refuse(request, String.valueOf(malformed.getMessage()));
      return;
    } catch (Fault.NotFound notFound) {
      Future<Void> unused = problem(request, 404, PATHS);
      return;
    }
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      request.response().putHeader("Allow", "GET, HEAD");
      Future<Void> unused = problem(request, 405, "only GET and HEAD");
      return;
    }
    Future<Void> unused = serve(request, metrics, readiness);
  }

  private static Future<Void> serve(
      HttpServerRequest request, Metrics metrics, Readiness readiness) {
    return switch (request.path()) {
      case "/metrics" ->
          send(request, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
      case "/health/live" -> send(request, 200, JSON, "{\"live\":true}");
      case "/health/ready" ->
          readiness
              .ask()
              .compose(
                  report ->
                      send(request, report.ready() ? 200 : 503, JSON, report.toJson().encode()));
      default -> problem(request, 404, PATHS);
    };
  }

  /** What is no proper request; its connection ends with the answer. */
  private static void refuse(HttpServerRequest request, String detail) {
    request.response().putHeader("Connection", "close");
    problem(request, 400, detail).onComplete(sent -> request.connection().close());
  }

  private static Future<Void> problem(HttpServerRequest request, int status, String detail) {
    JsonObject problem =
        new JsonObject().put("type", "about:blank").put("status", status).put("detail", detail);
    return send(request, status, "application/problem+json", problem.encode());
  }

  private static Future<Void> send(
      HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .putHeader("Cache-Control", "no-store");
    return response.end(body).onFailure(e -> log.debug("management client left", e));
  }
}
