package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Answers;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Place;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What every endpoint does before its own work: opens the exchange, proves the caller, draws from
 * the caller's budget. A fault thrown on the way becomes the answer.
 *
 * <p>Belongs to one event loop.
 */
final class Endpoint {
  /** The name under which the caller stands in the routing context. */
  static final String CALLER = "caller";

  /** And under this one a {@link BooleanSupplier}: whether what proved him still does. */
  static final String STANDS = "stands";

  /** For whom too much has failed hears so after this time: an answer costs something, too. */
  static final long SLOWED_MS = 1_000;

  private static final long HTTP_2_REFUSED_STREAM = 7;

  private final Vertx vertx;
  private final Authentication authentication;
  private final Admission admission;
  private final Budgets budgets;
  private final Answers answers;
  private final RandomGenerator ids;

  Endpoint(Vertx vertx, Authentication authentication, Admission admission, RandomGenerator ids) {
    this.vertx = vertx;
    this.authentication = authentication;
    this.admission = admission;
    this.budgets = admission.budgets();
    this.answers = admission.answers(vertx);
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

  /** For a terminal that takes something back: counted, but never refused for its number. */
  void undoing(RoutingContext ctx, ForTerminal then) {
    anyhow(
        ctx,
        exchange -> {
          if (budgets.isSpent(exchange.place().origin()) && isDear(exchange)) {
            ctx.request().pause();
            long unused = vertx.setTimer(SLOWED_MS, over -> undo(ctx.request(), exchange, then));
            return Future.succeededFuture();
          }
          return undo(exchange, then);
        });
  }

  private void undo(HttpServerRequest request, Exchange exchange, ForTerminal then) {
    if (request.isEnded()) {
      return; // taken back while it waited: over HTTP/2 there is nothing left to be read
    }
    answered(exchange, unread -> undo(exchange, then));
    request.resume();
  }

  private Future<?> undo(Exchange exchange, ForTerminal then) {
    Caller caller = callerOf(exchange);
    budgets.undo(nameOf(caller));
    return then.answer(exchange, terminalOf(caller));
  }

  void caller(RoutingContext ctx, ForCaller then) {
    anyhow(ctx, exchange -> then.answer(exchange, proved(exchange)));
  }

  /** For anybody, so many requests for each address. */
  void anybody(RoutingContext ctx, ForAnybody then) {
    anyhow(
        ctx,
        exchange -> {
          if (exchange.place().isCrowded()) {
            throw new Fault.Busy("answers to this address lie unread");
          }
          budgets.anybody(exchange.place().origin());
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
    Place place = admission.place(ctx.request().connection());
    place.heard();
    return new Exchange(ctx, place, answers, ids);
  }

  void failed(Exchange exchange, Throwable failure) {
    if (exchange.isProved()) {
      exchange.failed(failure, budgets.callers());
      return;
    }
    boolean slowed =
        failure instanceof Fault.TooMany
            || (isTheirs(failure) && !budgets.failed(exchange.place().origin()));
    if (slowed) {
      long unused =
          vertx.setTimer(SLOWED_MS, over -> exchange.failed(failure, budgets.addresses()));
    } else {
      exchange.failed(failure, budgets.addresses());
    }
  }

  private static boolean isTheirs(Throwable failure) {
    int status = Problem.of(failure).status();
    return status >= 400 && status < 500 && !(failure instanceof Fault.InFlight);
  }

  private Caller proved(Exchange exchange) {
    String origin = exchange.place().origin();
    if (budgets.isSpent(origin) && isDear(exchange)) {
      budgets.beforeProof(origin);
    }
    Caller caller = callerOf(exchange);
    budgets.proved(nameOf(caller));
    return caller;
  }

  /** Whether telling who calls costs more than a look. */
  private boolean isDear(Exchange exchange) {
    return !authentication.remembers(exchange.request());
  }

  private Caller callerOf(Exchange exchange) {
    Caller caller = authentication.caller(exchange.request());
    exchange.proved();
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

  /** Nothing happened, and no answer would be read: over HTTP/2 the same may be asked again. */
  private static void refuseUnread(HttpServerRequest request, Place place) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(HTTP_2_REFUSED_STREAM).onComplete(reset -> {});
    } else {
      place.hangUp();
    }
  }

  /** The top of every request: what is thrown here, fault or bug, is answered here. */
  private void anyhow(RoutingContext ctx, ForAnybody then) {
    Exchange exchange = exchange(ctx);
    if (exchange.place().isChoked()) {
      refuseUnread(ctx.request(), exchange.place());
      return;
    }
    answered(exchange, then);
  }

  private void answered(Exchange exchange, ForAnybody then) {
    Future<?> answered;
    try {
      answered = then.answer(exchange);
    } catch (RuntimeException e) {
      answered = Future.failedFuture(e);
    }
    answered.onFailure(failure -> failed(exchange, failure));
  }
}
