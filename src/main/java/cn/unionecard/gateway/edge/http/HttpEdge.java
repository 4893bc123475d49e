package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.edge.http.Endpoint.Guard;
import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.edge.http.access.SessionCookie;
import cn.unionecard.gateway.edge.http.access.TerminalTokens;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.pages.Bundle;
import cn.unionecard.gateway.runtime.Deadlines;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.terminal.Batches;
import cn.unionecard.gateway.terminal.TerminalPlaces;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All routes of {@code openapi.yaml} on one page. Binds nothing: {@link HttpEdgeServer} does.
 *
 * <p>One instance for each event loop.
 */
public final class HttpEdge {
  private final Rooms rooms;
  private final Authentication authentication;
  private final TerminalTokens tokens;
  private final Limits limits;
  private final Admission admission;
  private final RandomGenerator ids;
  private final RequestMeters meters;

  /**
   * Where the routes lead.
   *
   * @param desks the rooms of the union desk
   */
  public record Rooms(
      Checkout checkout,
      Archive archive,
      Batches batches,
      TerminalPlaces places,
      ReceiptCheck receipts,
      List<Desk> desks) {
    public Rooms {
      desks = List.copyOf(desks);
    }
  }

  /**
   * What people look at.
   *
   * @param clock the time that browsers are told: theirs may be wrong
   * @param cookie by which who sits before them is known
   */
  public record Pages(Bundle files, Clock clock, SessionCookie cookie) {}

  /**
   * @param ids makes trace ids; need not be secret
   * @param meters those of the node
   */
  public HttpEdge(
      Rooms rooms,
      Authentication authentication,
      TerminalTokens tokens,
      Limits limits,
      Admission admission,
      RandomGenerator ids,
      RequestMeters meters) {
    this.rooms = rooms;
    this.authentication = authentication;
    this.tokens = tokens;
    this.limits = limits;
    this.admission = admission;
    this.ids = ids;
    this.meters = meters;
  }

  /**
   * The routes, to be called on their event loop.
   *
   * @param streams what stays open, by path; each is mounted for {@code GET} and finds a {@link
   *     cn.unionecard.gateway.model.Caller} under {@code "caller"} in the routing context
   * @param pages what people look at, beside all the rest; or null
   */
  public Router routes(Vertx vertx, Map<String, Consumer<Router>> streams, @Nullable Pages pages) {
    Endpoint endpoint = new Endpoint(vertx, authentication, admission, ids, meters);
    Deadlines deadlines = new Deadlines(vertx, limits.deadlineMs());
    Body body = new Body(limits.bodyBytesMax(), new Deadlines(vertx, limits.idleTimeoutMs()));
    CheckoutRoutes till =
        new CheckoutRoutes(
            endpoint, body, rooms.checkout, rooms.archive, deadlines, limits.advicesMax());
    BatchRoutes shift = new BatchRoutes(endpoint, body, rooms.batches, rooms.places, deadlines);
    ArchiveRoutes stored =
        new ArchiveRoutes(endpoint, body, rooms.archive, rooms.receipts, deadlines);
    DocsRoutes docs = new DocsRoutes(endpoint);

    Router router = Router.router(vertx);
    Routes routes = new Routes(router, endpoint);
    routes
        .at("/v1/transactions")
        .behind(Guard.SALE)
        .asking(TransactionType.SALE)
        .post(till::sale)
        .behind(Guard.PROOF)
        .get(stored::transactions)
        .only();
    routes
        .at("/v1/verifications")
        .behind(Guard.PROOF)
        .asking(TransactionType.VERIFY)
        .post(till::verify)
        .only();
    reverse(routes, "/v1/reversals", till::reverseByKey);
    routes.at("/v1/transactions/:id").behind(Guard.PROOF).get(stored::transaction).only();
    routes.at("/v1/transactions/:id/elements").behind(Guard.PROOF).get(stored::elements).only();
    reverse(routes, "/v1/transactions/:id/reversal", till::reverseById);
    follow(routes, till, "completion", TransactionType.COMPLETION);
    follow(routes, till, "release", TransactionType.RELEASE);
    follow(routes, till, "void", TransactionType.VOID);
    follow(routes, till, "refunds", TransactionType.REFUND);
    routes
        .at("/v1/advices")
        .behind(Guard.SALE)
        .asking(TransactionType.ADVICE)
        .post(till::advices)
        .only();
    routes.at("/v1/terminals/mine").behind(Guard.PROOF).get(shift::place).only();
    routes.at("/v1/batches/current").behind(Guard.PROOF).get(shift::current).only();
    routes.at("/v1/batches/:no/close").behind(Guard.PROOF).post(shift::close).only();
    routes.at("/v1/receipts/verify").post(stored::verify).only();
    routes.at("/v1/receipt-views").post(stored::view).only();
    routes.at("/v1/receipts/:id").behind(Guard.PROOF).get(stored::transaction).only();
    routes.at("/v1/keys").get(stored::keys).only();
    routes.at("/v1/blocks/:node/:seq").behind(Guard.PROOF).get(stored::block).only();
    routes.at("/v1/terminal-tokens").post(ctx -> token(ctx, endpoint, body, deadlines)).only();
    routes.at("/openapi.yaml").get(docs::contract).only();
    routes.at("/docs").get(docs::page).only();
    routes.at("/docs/start.js").get(docs::start).only();
    routes.at("/docs/:file").get(docs::asset).only();
    streams.forEach((path, mount) -> routes.at(path).stream(mount).only());
    SessionCookie cookie = pages == null ? null : pages.cookie();
    DeskEdge offered =
        new DeskEdge(endpoint, body, deadlines, ms -> new Deadlines(vertx, ms), cookie);
    if (pages != null) {
      new PageRoutes(endpoint, pages).mount(routes);
    }
    rooms.desks.forEach(desk -> desk.open(offered));
    offered.mount(routes);
    routes.end();
    return router;
  }

  /** Whether a client certificate says whose connection it is. */
  boolean isCertified(HttpConnection connection) {
    return authentication.isCertified(connection);
  }

  /** Counts a request that can be given to no route. */
  void refused(HttpServerRequest request, String origin, Problem problem, Trace trace) {
    RequestLine line = new RequestLine(request, null, origin, trace, meters);
    line.counts(problem);
    line.says(problem.status());
    line.ends(0);
  }

  private static void reverse(Routes routes, String path, Handler<RoutingContext> handler) {
    routes.at(path).behind(Guard.UNDO).asking(TransactionType.REVERSAL).post(handler).only();
  }

  private static void follow(
      Routes routes, CheckoutRoutes till, String name, TransactionType type) {
    routes
        .at("/v1/transactions/:id/" + name)
        .behind(Guard.SALE)
        .asking(type)
        .post(till.following(type))
        .only();
  }

  private void token(RoutingContext ctx, Endpoint endpoint, Body body, Deadlines deadlines) {
    endpoint.anybody(
        ctx,
        exchange ->
            body.read(exchange.request())
                .map(RequestJson::assertion)
                .compose(
                    assertion ->
                        deadlines.watch(
                            tokens.token(assertion),
                            () -> new Fault.Busy("the stores are slow, no token was given")))
                .compose(
                    token ->
                        exchange.ok(Documents.terminalToken(token, tokens.lifetimeSeconds()))));
  }
}
