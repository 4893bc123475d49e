package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.edge.http.access.Authentication.Proof;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Answers;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.PlatformHandler;
import io.vertx.ext.web.handler.SimpleAuthenticationHandler;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What every endpoint does before its own work: opens the exchange, proves the caller, who is then
 * the context's user, draws from the caller's budget. A fault on the way becomes the answer.
 *
 * <p>Belongs to one event loop.
 */
final class Endpoint {
  /** The name under which streams find the caller in the routing context. */
  private static final String CALLER = "caller";

  /** And under this one a {@link BooleanSupplier}: whether what proved him still does. */
  private static final String STANDS = "stands";

  private static final String EXCHANGE = "exchange";
  private static final String PROOF = "proof";

  /** For whom too much has failed hears so after this time: an answer costs something, too. */
  static final long SLOWED_MS = 1_000;

  private static final long HTTP_2_REFUSED_STREAM = 7;

  private final Vertx vertx;
  private final Authentication authentication;
  private final Admission admission;
  private final Budgets budgets;
  private final Answers answers;
  private final RandomGenerator ids;
  private final RequestMeters meters;
  private final AuthenticationHandler proof = proving(this::proved);
  private final AuthenticationHandler proofToClaim = proving(this::provedToClaim);
  private final AuthenticationHandler proofToUndo = proving(this::provedToUndo);
  private final AuthenticationHandler proofIfShown = this::provedIfShown;

  Endpoint(
      Vertx vertx,
      Authentication authentication,
      Admission admission,
      RandomGenerator ids,
      RequestMeters meters) {
    this.vertx = vertx;
    this.authentication = authentication;
    this.admission = admission;
    this.budgets = admission.budgets();
    this.answers = admission.answers(vertx);
    this.ids = ids;
    this.meters = meters;
  }

  /** Answers for a proved caller. */
  interface ForCaller {
    Future<?> answer(Exchange exchange, Caller caller);
  }

  /** Answers for a proved caller, and by what he was proved. */
  interface ForProved {
    Future<?> answer(Exchange exchange, Proof proof);
  }

  /** Answers for whoever asks, who may have been proved. */
  interface ForCallerOrAnybody {
    Future<?> answer(Exchange exchange, @Nullable Caller caller);
  }

  /** Answers for a terminal. */
  interface ForTerminal {
    Future<?> answer(Exchange exchange, TerminalId terminal);
  }

  /** Answers for anybody. */
  interface ForAnybody {
    Future<?> answer(Exchange exchange);
  }

  /** What a caller has to pass before a route. */
  enum Guard {
    /** Nothing: the route is for {@link #anybody}. */
    NONE,
    /** Proof of who calls if a token is shown; for {@link #callerOrAnybody}. */
    IF_SHOWN,
    /** Proof of who calls, drawn from his budget. */
    PROOF,
    /** The same, but whether a phone has its card still is looked at behind it. */
    CLAIM,
    /** As {@link #PROOF}, where a transaction is asked for. */
    SALE,
    /** Takes a transaction back: counted, but never refused for its number. */
    UNDO
  }

  /**
   * Puts a guard in front of a route. Its admission stands before the proof: where answers lie
   * unread or the address has failed too often, nobody's signature is looked at.
   *
   * @param type what the route asks of the line, unless the request says otherwise; or null
   */
  Route guard(Route route, Guard guard, @Nullable TransactionType type) {
    PlatformHandler admission = ctx -> admit(ctx, guard, type);
    return switch (guard) {
      case NONE -> route;
      case IF_SHOWN -> route.handler(admission).handler(proofIfShown);
      case PROOF, SALE -> route.handler(admission).handler(proof);
      case CLAIM -> route.handler(admission).handler(proofToClaim);
      case UNDO -> route.handler(admission).handler(proofToUndo);
    };
  }

  private void admit(RoutingContext ctx, Guard guard, @Nullable TransactionType type) {
    if (type != null) {
      exchange(ctx).asks(type);
    }
    if (guard == Guard.SALE || guard == Guard.UNDO) {
      Exchange.isTransaction(ctx);
    }
    if (isAdmitted(ctx)) {
      ctx.next();
    }
  }

  private boolean isAdmitted(RoutingContext ctx) {
    Place place = exchange(ctx).place();
    if (place.isChoked()) {
      refuseUnread(ctx.request(), place);
      return false;
    }
    return true;
  }

  /** The request waits meanwhile; what fails here is answered like all that a route fails with. */
  private AuthenticationHandler proving(Function<Exchange, Future<Proof>> proof) {
    return SimpleAuthenticationHandler.create()
        .authenticate(
            ctx ->
                Future.succeededFuture(exchange(ctx))
                    .compose(proof)
                    .map(
                        proved -> {
                          ctx.put(PROOF, proved);
                          return proved.user();
                        }));
  }

  private void provedIfShown(RoutingContext ctx) {
    if (ctx.request().headers().contains(HttpHeaders.AUTHORIZATION)) {
      proof.handle(ctx);
    } else {
      ctx.next();
    }
  }

  private static Proof proofOf(RoutingContext ctx) {
    Proof proof = ctx.get(PROOF);
    if (proof == null) {
      throw new IllegalStateException("this route is behind no guard");
    }
    return proof;
  }

  private Future<Proof> proved(Exchange exchange) {
    refuseSpent(exchange);
    return prove(exchange, this::draw);
  }

  private Future<Proof> provedToClaim(Exchange exchange) {
    refuseSpent(exchange);
    return authentication
        .proveToken(exchange.request())
        .map(proof -> taken(exchange, proof, this::draw));
  }

  private void refuseSpent(Exchange exchange) {
    String origin = exchange.place().origin();
    if (budgets.isSpent(origin) && isDear(exchange)) {
      budgets.beforeProof(origin);
    }
  }

  private void draw(Caller caller) {
    if (caller instanceof Caller.Member) {
      budgets.card(nameOf(caller));
    } else {
      budgets.proved(nameOf(caller));
    }
    if (caller instanceof Caller.Staff staff && staff.terms() != null) {
      budgets.partner(staff.subject(), staff.terms().requestsPerMinute());
    }
  }

  private Future<Proof> provedToUndo(Exchange exchange) {
    if (!budgets.isSpent(exchange.place().origin()) || !isDear(exchange)) {
      return prove(exchange, this::count);
    }
    Promise<Proof> late = Promise.promise();
    long unused = vertx.setTimer(SLOWED_MS, over -> proveLate(exchange, late));
    return late.future();
  }

  /** If it was taken back while it waited, over HTTP/2, there is nothing left to be read. */
  private void proveLate(Exchange exchange, Promise<Proof> late) {
    if (!exchange.request().isEnded()) {
      Future.succeededFuture(exchange)
          .compose(unread -> prove(unread, this::count))
          .onComplete(late);
    }
  }

  private void count(Caller caller) {
    budgets.undo(nameOf(caller));
  }

  private Future<Proof> prove(Exchange exchange, Consumer<Caller> budget) {
    return authentication.prove(exchange.request()).map(proof -> taken(exchange, proof, budget));
  }

  private static Proof taken(Exchange exchange, Proof proof, Consumer<Caller> budget) {
    exchange.proved(proof.caller());
    budget.accept(proof.caller());
    return proof;
  }

  /** Who calls, where anybody may; null: nobody, or nobody any more. */
  Future<@Nullable Proof> whoever(Exchange exchange) {
    return Future.succeededFuture(exchange.request())
        .compose(authentication::prove)
        .map(
            proof -> {
              exchange.proved(proof.caller());
              return proof;
            })
        .recover(
            failure ->
                failure instanceof Fault.Unauthenticated
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(failure));
  }

  /** Whether telling who calls costs more than a look. */
  private boolean isDear(Exchange exchange) {
    return !authentication.remembers(exchange.request());
  }

  /** Answers a terminal, behind a guard. */
  void terminal(RoutingContext ctx, ForTerminal then) {
    caller(ctx, (exchange, caller) -> then.answer(exchange, terminalOf(caller)));
  }

  /** Answers a proved caller, behind a guard. */
  void caller(RoutingContext ctx, ForCaller then) {
    proved(ctx, (exchange, proof) -> then.answer(exchange, proof.caller()));
  }

  /** Answers whom a proof stands for, behind a guard. A session is in use by that. */
  void proved(RoutingContext ctx, ForProved then) {
    Proof proof = proofOf(ctx);
    String renewed = proof.renewed();
    if (renewed != null) {
      HttpServerResponse unused = ctx.response().putHeader(HttpHeaders.SET_COOKIE, renewed);
    }
    answered(exchange(ctx), exchange -> then.answer(exchange, proof));
  }

  /** Answers anybody, behind {@link Guard#IF_SHOWN}. */
  void callerOrAnybody(RoutingContext ctx, ForCallerOrAnybody then) {
    Proof proof = ctx.get(PROOF);
    if (proof == null) {
      anybody(ctx, exchange -> then.answer(exchange, null));
    } else {
      answered(exchange(ctx), exchange -> then.answer(exchange, proof.caller()));
    }
  }

  /** Hands a proved caller on to streams of other packages, which find him in the context. */
  void stream(RoutingContext ctx) {
    Proof proof = proofOf(ctx);
    BooleanSupplier stands = proof::stands;
    ctx.put(CALLER, proof.caller()).put(STANDS, stands);
    HttpServerResponse unused = exchange(ctx).headers(200);
    exchange(ctx).streams();
    ctx.next();
  }

  /** For anybody, so many requests for each address. */
  void anybody(RoutingContext ctx, ForAnybody then) {
    if (isAdmitted(ctx)) {
      answered(exchange(ctx), exchange -> anybody(exchange, then));
    }
  }

  private Future<?> anybody(Exchange exchange, ForAnybody then) {
    return uncrowded(exchange, budgets::anybody, then);
  }

  /** For a browser that fetches a file, so many for each address. */
  void browser(RoutingContext ctx, ForAnybody then) {
    if (isAdmitted(ctx)) {
      answered(exchange(ctx), exchange -> uncrowded(exchange, budgets::file, then));
    }
  }

  private static Future<?> uncrowded(Exchange exchange, Consumer<String> budget, ForAnybody then) {
    if (exchange.place().isCrowded()) {
      throw new Fault.Busy("answers to this address lie unread");
    }
    budget.accept(exchange.place().origin());
    return then.answer(exchange);
  }

  /** The exchange of a request, the same to its end. */
  private Exchange exchange(RoutingContext ctx) {
    Exchange known = ctx.get(EXCHANGE);
    if (known != null) {
      return known;
    }
    Place place = admission.place(ctx.request().connection());
    place.heard();
    Exchange exchange = new Exchange(ctx, place, answers, ids, meters);
    ctx.put(EXCHANGE, exchange);
    return exchange;
  }

  /** Answers what a route, its guard or the router itself failed with. */
  void failed(RoutingContext ctx, Throwable failure) {
    failed(exchange(ctx), reason(failure));
  }

  /** What a guard fails with, be it a bug, comes as the cause of a 401. */
  private static Throwable reason(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean guarded = failure instanceof HttpException http && http.getStatusCode() == 401;
    return guarded && cause != null ? cause : failure;
  }

  private void failed(Exchange exchange, Throwable failure) {
    if (exchange.isProved()) {
      exchange.failed(failure, exchange.isPhone() ? budgets.cards() : budgets.callers());
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

  private static String nameOf(Caller caller) {
    if (caller instanceof Caller.Member member) {
      return "card " + member.card().digits();
    }
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

  /** The top of every answer: what is thrown here, fault or bug, is answered here. */
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
