package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Answers;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.http.FileAnswer;
import cn.unionecard.gateway.runtime.http.RequestTarget;
import cn.unionecard.gateway.runtime.http.StrictRequestDecoder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain HTTP listener for operators: {@code /metrics} (Prometheus), {@code /health/live} (the
 * process answers), {@code /health/ready} (send requests here, or not, with each check named), and
 * a page at {@code /} that shows both.
 */
public final class ManagementServer {
  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
  private static final String PATHS = "there are /, /metrics, /health/live and /health/ready";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";
  private static final int IDLE_SECONDS = 30;

  private final Vertx vertx;
  private final Metrics metrics;
  private final Readiness readiness;
  private final Function<HttpServerRequest, @Nullable FileAnswer> files;
  private final Admission admission;
  private final Answers answers;
  private final HttpServer server;

  private ManagementServer(
      Vertx vertx,
      HttpServerOptions options,
      Metrics metrics,
      Readiness readiness,
      Function<HttpServerRequest, @Nullable FileAnswer> files,
      Admission admission) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.readiness = readiness;
    this.files = files;
    this.admission = admission;
    this.answers = admission.answers(vertx);
    this.server =
        vertx
            .createHttpServer(options)
            .connectionHandler(connection -> admit(connection, options))
            .invalidRequestHandler(
                admission.letIn(request -> refuse(request, "this is not well-formed HTTP")))
            .requestHandler(admission.letIn(this::answer));
  }

  /**
   * @param files the page's, by their addresses; null where there is none
   */
  public static Future<ManagementServer> start(
      Vertx vertx,
      Config.Management management,
      Metrics metrics,
      Readiness readiness,
      Function<HttpServerRequest, @Nullable FileAnswer> files,
      Admission admission) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(management.host())
            .setPort(management.port())
            .setIdleTimeout(IDLE_SECONDS)
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false);
    ManagementServer opened =
        new ManagementServer(vertx, options, metrics, readiness, files, admission);
    return opened
        .server
        .listen()
        .map(opened)
        .recover(
            failure ->
                Future.failedFuture(
                    CannotStart.listening(
                        "management", management.host(), management.port(), failure)));
  }

  private void admit(HttpConnection connection, HttpServerOptions options) {
    if (admission.admit(connection) == null) {
      connection.close().onComplete(closed -> {});
    } else {
      StrictRequestDecoder.on(connection, options);
      Answers.flushEarly(connection);
    }
  }

  /** The port it listens on, also when 0 was asked for. */
  public int port() {
    return server.actualPort();
  }

  public Future<Void> stop() {
    return server.close();
  }

  private void answer(HttpServerRequest request) {
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
    Future<Void> unused = serve(request);
  }

  private Future<Void> serve(HttpServerRequest request) {
    return switch (request.path()) {
      case "/metrics" ->
          vertx
              .executeBlocking(metrics::scrape)
              .compose(text -> send(request, 200, PROMETHEUS, text));
      case "/health/live" -> send(request, 200, JSON, "{\"live\":true}");
      case "/health/ready" ->
          readiness
              .ask()
              .compose(
                  report ->
                      send(request, report.ready() ? 200 : 503, JSON, report.toJson().encode()));
      default -> file(request);
    };
  }

  private Future<Void> file(HttpServerRequest request) {
    FileAnswer answer = files.apply(request);
    if (answer == null) {
      return problem(request, 404, PATHS);
    }
    answer.headers().forEach(request.response()::putHeader);
    return send(request, answer.status(), answer.body());
  }

  /** What is no proper request; its connection ends with the answer. */
  private void refuse(HttpServerRequest request, String detail) {
    request.response().putHeader("Connection", "close");
    problem(request, 400, detail).onComplete(sent -> request.connection().close());
    admission.place(request.connection()).hangUpSoon();
  }

  private Future<Void> problem(HttpServerRequest request, int status, String detail) {
    JsonObject problem =
        new JsonObject().put("type", "about:blank").put("status", status).put("detail", detail);
    return send(request, status, "application/problem+json", problem.encode());
  }

  private Future<Void> send(HttpServerRequest request, int status, String type, String body) {
    HttpServerResponse unused =
        request.response().putHeader("Content-Type", type).putHeader("Cache-Control", "no-store");
    return send(request, status, Buffer.buffer(body));
  }

  private Future<Void> send(HttpServerRequest request, int status, Buffer body) {
    HttpServerResponse response = request.response().setStatusCode(status);
    Place place = admission.place(request.connection());
    place.heard();
    return answers
        .end(request, response, place, body)
        .onFailure(e -> log.debug("management client left", e));
  }
}
