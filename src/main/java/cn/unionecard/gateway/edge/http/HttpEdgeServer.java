package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Limits;
import cn.unionecard.gateway.runtime.RequestTarget;
import cn.unionecard.gateway.runtime.StrictRequestDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
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

  private final HttpServerOptions options;
  private final HttpEdge edge;
  private final Map<String, Consumer<Router>> streams;
  private final Limits limits;
  private final RandomGenerator ids;
  private @Nullable HttpServer server;
  private int connections;

  /**
   * @param options with TLS and its limits; port 0 = any free one, the same for all instances of
   *     one Vert.x
   * @param streams what stays open, by path: mounts its route
   */
  public HttpEdgeServer(
      HttpServerOptions options,
      HttpEdge edge,
      Map<String, Consumer<Router>> streams,
      Limits limits,
      RandomGenerator ids) {
    this.options = new HttpServerOptions(options);
    this.edge = edge;
    this.streams = Map.copyOf(streams);
    this.limits = limits;
    this.ids = ids;
    this.options.setMaxInitialLineLength(limits.headerBytesMax());
    this.options.getInitialSettings().setMaxHeaderListSize(limits.headerBytesMax());
    if (options.getPort() == 0) {
      this.options.setPort(-1);
    }
  }

  @Override
  public Future<?> start() {
    HeadDeadline heads = new HeadDeadline(vertx, limits.idleTimeoutMs());
    Router routes = edge.routes(vertx, streams);
    routes.route().order(BEFORE_ALL).handler(heads::serve);
    HttpServer http =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> route(request, routes))
            .connectionHandler(connection -> admit(connection, heads))
            .invalidRequestHandler(this::invalid);
    server = http;
    return http.listen();
  }

  /** Stops accepting and gives the requests in flight their time. */
  @Override
  public Future<?> stop() {
    HttpServer http = server;
    return http == null
        ? Future.succeededFuture()
        : http.shutdown(limits.drainMs(), TimeUnit.MILLISECONDS);
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
   * More connections than the limit are closed at once; those that are open do not suffer. Counted
   * off when the channel closes: the connection of Vert.x says nothing any more once it has become
   * a WebSocket.
   */
  private void admit(HttpConnection connection, HeadDeadline heads) {
    if (connections >= limits.connectionsMax()) {
      connection.close().onComplete(closed -> {});
      return;
    }
    connections++;
    StrictRequestDecoder.on(connection, options);
    heads.opened(connection);
    ((HttpServerConnection) connection)
        .channelHandlerContext()
        .channel()
        .closeFuture()
        .addListener(
            closed -> {
              connections--;
              heads.closed(connection);
            });
  }

  private void route(HttpServerRequest request, Router routes) {
    try {
      RequestTarget.check(request);
    } catch (Fault fault) {
      Exchange.refuse(request, Problem.of(fault), Trace.continuing(null, ids));
      return;
    }
    routes.handle(request);
  }

  /** What is no HTTP: answered if that is possible, and the connection closed. */
  private void invalid(HttpServerRequest request) {
    Problem problem = problem(request.decoderResult().cause());
    Exchange.refuse(request, problem, Trace.continuing(null, ids));
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
