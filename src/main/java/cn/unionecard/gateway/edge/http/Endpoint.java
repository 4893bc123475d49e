package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What every endpoint does before its own work: opens the exchange, proves the caller, takes one of
 * its tokens. A fault thrown on the way becomes the answer.
 *
 * <p>Belongs to one event loop.
 */
final class Endpoint {
  /** The name under which the caller stands in the routing context. */
  static final String CALLER = "caller";

  /** And under this one a {@link BooleanSupplier}: whether what proved him still does. */
  static final String STANDS = "stands";

  private final Authentication authentication;
  private final RateLimit limit;
  private final RandomGenerator ids;

  Endpoint(Authentication authentication, RateLimit limit, RandomGenerator ids) {
    this.authentication = authentication;
    this.limit = limit;
    this.ids = ids;
  }

  /** Answers for a proved caller. */
  interface ForCaller {
    Future<?> answer(Exchange exchange, Caller caller);
  }

  /** Answers for a terminal. */
  interface ForTerminal {
    Future<?> answer(Exchange exchange, TerminalId terminal);
  }

  /** Answers for anybody. */
  interface ForAnybody {
    Future<?> answer(Exchange exchange);
  }

  void terminal(RoutingContext ctx, ForTerminal then) {
    caller(ctx, (exchange, caller) -> then.answer(exchange, terminalOf(caller)));
  }

  void caller(RoutingContext ctx, ForCaller then) {
    anyhow(ctx, exchange -> then.answer(exchange, proved(exchange)));
  }

  /** For anybody, so many requests for each address. */
  void anybody(RoutingContext ctx, ForAnybody then) {
    anyhow(
        ctx,
        exchange -> {
          limit.take("address " + ctx.request().remoteAddress().hostAddress());
          return then.answer(exchange);
        });
  }

  /** Proves the caller for routes of other packages, which find it in the context. */
  void prove(RoutingContext ctx) {
    anyhow(
        ctx,
        exchange -> {
          Caller caller = proved(exchange);
          BooleanSupplier stands = () -> authentication.stillProves(exchange.request(), caller);
          ctx.put(CALLER, caller).put(STANDS, stands);
          HttpServerResponse unused = exchange.headers(200);
          ctx.next();
          return Future.succeededFuture();
        });
  }

  Exchange exchange(RoutingContext ctx) {
    return new Exchange(ctx, ids);
  }

  void failed(Exchange exchange, Throwable failure) {
    exchange.failed(failure, limit);
  }

  private Caller proved(Exchange exchange) {
    Caller caller = authentication.caller(exchange.request());
    limit.take(nameOf(caller));
    return caller;
  }

  private static String nameOf(Caller caller) {
    return caller instanceof Caller.Terminal terminal
        ? terminal.id().value()
        : "staff " + ((Caller.Staff) caller).subject();
  }

  private static TerminalId terminalOf(Caller caller) {
    if (caller instanceof Caller.Terminal terminal) {
      return terminal.id();
    }
    throw new Fault.Forbidden("only a terminal may do this");
  }

  /** The top of every request: what is thrown here, fault or bug, is answered here. */
  private void anyhow(RoutingContext ctx, ForAnybody then) {
    Exchange exchange = exchange(ctx);
    Future<?> answered;
    try {
      answered = then.answer(exchange);
    } catch (RuntimeException e) {
      answered = Future.failedFuture(e);
    }
    answered.onFailure(failure -> failed(exchange, failure));
  }
}
