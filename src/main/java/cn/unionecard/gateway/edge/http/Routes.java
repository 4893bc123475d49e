package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.edge.http.Endpoint.Guard;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionType;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes routes so that every path knows its methods, and says so with 405 and OPTIONS. */
final class Routes {
  private final Router router;
  private final Endpoint endpoint;
  private String path = "";
  private String allow = "";
  private Guard guard = Guard.NONE;
  private @Nullable TransactionType type;

  Routes(Router router, Endpoint endpoint) {
    this.router = router;
    this.endpoint = endpoint;
  }

  Routes at(String path) {
    this.path = path;
    this.allow = "OPTIONS";
    this.guard = Guard.NONE;
    this.type = null;
    return this;
  }

  /** What the callers of the methods that follow have to pass. */
  Routes behind(Guard guard) {
    this.guard = guard;
    this.type = null;
    return this;
  }

  /** What the methods that follow ask of the line, unless a request says otherwise. */
  Routes asking(TransactionType type) {
    this.type = type;
    return this;
  }

  Routes post(Handler<RoutingContext> handler) {
    return on(HttpMethod.POST, handler);
  }

  Routes get(Handler<RoutingContext> handler) {
    return on(HttpMethod.GET, handler);
  }

  /** What stays open: its head alone would say nothing. */
  Routes stream(Consumer<Router> mount) {
    allow = allow + ", GET";
    endpoint.guard(router.get(path), Guard.PROOF, null).handler(endpoint::stream);
    mount.accept(router);
    return this;
  }

  Routes on(HttpMethod method, Handler<RoutingContext> handler) {
    if (method == HttpMethod.GET) {
      allow = allow + ", GET, HEAD";
      Route read = router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
      endpoint.guard(read, guard, type).handler(handler);
    } else {
      allow = allow + ", " + method;
      endpoint.guard(router.route(method, path), guard, type).handler(handler);
    }
    return this;
  }

  void only() {
    String methods = allow;
    router
        .route(path)
        .handler(
            ctx ->
                endpoint.anybody(
                    ctx,
                    exchange ->
                        ctx.request().method() == HttpMethod.OPTIONS
                            ? exchange.options(methods)
                            : exchange.methodNotAllowed(methods)));
  }

  /** What no path took, and what handlers of other packages or the router itself failed with. */
  void end() {
    Handler<RoutingContext> nowhere =
        ctx ->
            endpoint.anybody(
                ctx, exchange -> Future.failedFuture(new Fault.NotFound("no such address")));
    router.route().handler(nowhere).failureHandler(this::failed);
    router
        .errorHandler(404, nowhere)
        .errorHandler(400, this::failed)
        .errorHandler(500, this::failed);
  }

  private void failed(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    int status = Math.max(400, ctx.statusCode());
    endpoint.failed(ctx, failure == null ? new HttpException(status) : failure);
  }
}
