package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Consumer;

/** Writes routes so that every path knows its methods, and says so with 405 and OPTIONS. */
final class Routes {
  private final Router router;
  private final Endpoint endpoint;
  private String path = "";
  private String allow = "";

  Routes(Router router, Endpoint endpoint) {
    this.router = router;
    this.endpoint = endpoint;
  }

  Routes at(String path) {
    this.path = path;
    this.allow = "OPTIONS";
    return this;
  }

  Routes post(Handler<RoutingContext> handler) {
    return on(HttpMethod.POST, handler);
  }

  Routes get(Handler<RoutingContext> handler) {
    return on(HttpMethod.GET, handler);
  }

  /** What stays open: its head alone would say nothing. */
  Routes stream(Handler<RoutingContext> prove, Consumer<Router> mount) {
    allow = allow + ", GET";
    router.get(path).handler(prove);
    mount.accept(router);
    return this;
  }

  Routes on(HttpMethod method, Handler<RoutingContext> handler) {
    if (method == HttpMethod.GET) {
      allow = allow + ", GET, HEAD";
      router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    } else {
      allow = allow + ", " + method;
      router.route(method, path).handler(handler);
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
    endpoint.failed(endpoint.exchange(ctx), failure == null ? new HttpException(status) : failure);
  }
}
