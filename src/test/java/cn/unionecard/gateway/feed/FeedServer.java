package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** An edge for the feed alone: knows callers by a header, shows faults by their names. */
final class FeedServer extends VerticleBase {
  private final Feed feed;
  private final HttpServerOptions options;
  private final AtomicInteger port;

  private FeedServer(Feed feed, HttpServerOptions options, AtomicInteger port) {
    this.feed = feed;
    this.options = options;
    this.port = port;
  }

  /** Opens it in so many event loops: the port. */
  static int open(Vertx vertx, Feed feed, HttpServerOptions options, int loops) throws Exception {
    AtomicInteger port = new AtomicInteger();
    HttpServerOptions here = new HttpServerOptions(options).setHost("127.0.0.1").setPort(-1);
    String id =
        Loops.await(
            vertx.deployVerticle(
                () -> new FeedServer(feed, here, port),
                new DeploymentOptions().setInstances(loops)));
    if (id.isEmpty()) {
      throw new AssertionError("not deployed");
    }
    return port.get();
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    router.route().handler(FeedServer::authenticate).failureHandler(FeedServer::explain);
    feed.routes().mount(router);
    return vertx
        .createHttpServer(options)
        .requestHandler(router)
        .listen()
        .onSuccess(server -> port.set(server.actualPort()));
  }

  private static void authenticate(RoutingContext ctx) {
    String org = ctx.request().getHeader("Org");
    if ("TERMINAL".equals(org)) {
      ctx.put("caller", new Caller.Terminal(new TerminalId("T0000001")));
    } else if (org != null) {
      ctx.put("caller", new Caller.Staff("li", org, Set.of(Caller.Role.AUDITOR), 1));
    }
    BooleanSupplier stands = () -> true;
    ctx.put("stands", stands);
    ctx.next();
  }

  private static void explain(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    String name = failure == null ? "" : failure.getClass().getSimpleName();
    String field = failure instanceof Fault.Malformed malformed ? " " + malformed.field : "";
    ctx.response().setStatusCode(400).end(name + field);
  }
}
