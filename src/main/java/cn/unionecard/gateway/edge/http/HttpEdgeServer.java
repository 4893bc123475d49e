package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Answers;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.http.EarlyFrames;
import cn.unionecard.gateway.runtime.http.RequestTarget;
import cn.unionecard.gateway.runtime.http.StrictRequestDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The shell of one event loop's {@link HttpEdge}: binds, drains, unbinds. */
public final class HttpEdgeServer extends VerticleBase {
  private static final int BEFORE_ALL = -1;

  /** To Vert.x, any free port: the same for all that say the same negative number. */
  private static final int ANY = -1;

  private static final int ANY_FOR_PAGES = -4;

  private final HttpServerOptions options;
  private final HttpEdge edge;
  private final Map<String, Consumer<Router>> streams;
  private final HttpEdge.@Nullable Pages pages;
  private final Limits limits;
  private final Admission admission;
  private final RandomGenerator ids;
  private @Nullable HttpServer server;

  /**
   * @param options with TLS and its limits; port 0 = any free one, the same for all instances of
   *     one Vert.x
   * @param streams what stays open, by path: mounts its route
   * @param pages what people look at here; null where nobody does
   */
  public HttpEdgeServer(
      HttpServerOptions options,
      HttpEdge edge,
      Map<String, Consumer<Router>> streams,
      HttpEdge.@Nullable Pages pages,
      Limits limits,
      Admission admission,
      RandomGenerator ids) {
    this.options = new HttpServerOptions(options);
    this.edge = edge;
    this.streams = Map.copyOf(streams);
    this.pages = pages;
    this.limits = limits;
    this.admission = admission;
    this.ids = ids;
    this.options.setMaxInitialLineLength(limits.headerBytesMax());
    this.options.getInitialSettings().setMaxHeaderListSize(limits.headerBytesMax());
    if (options.getPort() == 0) {
      this.options.setPort(pages == null ? ANY : ANY_FOR_PAGES);
    }
  }

  @Override
  public Future<?> start() {
    HeadDeadline heads = new HeadDeadline(vertx, admission, limits.idleTimeoutMs());
    Router routes = edge.routes(vertx, streams, pages);
    routes.route().order(BEFORE_ALL).handler(heads::serve);
    HttpServer http =
        vertx
            .createHttpServer(options)
            .requestHandler(admission.letIn(request -> route(request, routes)))
            .connectionHandler(connection -> admit(connection, heads))
            .invalidRequestHandler(admission.letIn(this::invalid));
    server = http;
    return http.listen()
        .recover(
            failure ->
                Future.failedFuture(
                    CannotStart.listening(
                        pages == null ? "http" : "pages",
                        options.getHost(),
                        options.getPort(),
                        failure)));
  }

  /** Stops accepting and gives the requests in flight their time. */
  @Override
  public Future<?> stop() {
    admission.end();
    HttpServer http = server;
    return http == null
        ? Future.succeededFuture()
        : http.shutdown(limits.edgeDrainMs(), TimeUnit.MILLISECONDS);
  }

  /** The bound port; 0 before the start. */
  public int port() {
    HttpServer http = server;
    return http == null ? 0 : http.actualPort();
  }

  /** The listener, to be given new certificates; null before the start. */
  public @Nullable HttpServer listener() {
    return server;
  }

  /** Hands the bound server to whoever watches its certificates; nothing before the start. */
  public void watched(Consumer<HttpServer> watch) {
    HttpServer http = server;
    if (http != null) {
      watch.accept(http);
    }
  }

  /**
   * Its end is that of the channel: the connection of Vert.x says nothing any more once it has
   * become a WebSocket.
   */
  private void admit(HttpConnection connection, HeadDeadline heads) {
    Place place = admission.admit(connection);
    if (place == null || place.isEnding()) { // its handshake was still going on
      connection.close().onComplete(closed -> {});
      return;
    }
    StrictRequestDecoder.on(connection, options);
    EarlyFrames.on(connection);
    if (edge.isCertified(connection)) {
      place.prove();
    }
    Answers.flushEarly(connection);
    heads.opened(connection);
    ((HttpServerConnection) connection)
        .channelHandlerContext()
        .channel()
        .closeFuture()
        .addListener(closed -> heads.closed(connection));
  }

  private void route(HttpServerRequest request, Router routes) {
    try {
      RequestTarget.check(request);
    } catch (Fault fault) {
      refuse(request, Problem.of(fault));
      return;
    }
    routes.handle(request);
  }

  /** What is no HTTP: answered if that is possible, and the connection closed. */
  private void invalid(HttpServerRequest request) {
    refuse(request, problem(request.decoderResult().cause()));
  }

  /** Counted as a failure of where it comes from, and answered later if too much has failed. */
  private void refuse(HttpServerRequest request, Problem problem) {
    Place place = admission.place(request.connection());
    place.heard();
    Trace trace = Trace.continuing(null, ids);
    edge.refused(request, place.origin(), problem, trace);
    if (admission.budgets().failed(place.origin())) {
      Exchange.refuse(request, problem, trace);
    } else {
      request.pause();
      long unused =
          vertx.setTimer(Endpoint.SLOWED_MS, over -> Exchange.refuse(request, problem, trace));
    }
    if (request.version() != HttpVersion.HTTP_2) {
      place.hangUpSoon();
    }
  }

  private static Problem problem(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(Problem.Kind.HEADERS_TOO_LARGE, "the headers are over the limit");
    }
    return cause instanceof TooLongHttpLineException
        ? Problem.of(Problem.Kind.URI_TOO_LONG, "the request line is over the limit")
        : Problem.of(Problem.Kind.MALFORMED, "this is not well-formed HTTP");
  }
}
