package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Sessions;
import cn.unionecard.gateway.edge.http.Endpoint.Guard;
import cn.unionecard.gateway.edge.http.access.Roles;
import cn.unionecard.gateway.edge.http.access.SessionCookie;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Deadlines;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.authorization.Authorization;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The edge before the desks: proves staff and their role, phones and terminals, reads path, query
 * and body, gives the desk its time, writes what it says. Belongs to one event loop.
 */
final class DeskEdge implements DeskRoutes {
  private final Endpoint endpoint;
  private final Body body;
  private final Deadlines deadlines;
  private final IntFunction<Deadlines> others;
  private final @Nullable SessionCookie cookie;
  private final Map<String, Map<HttpMethod, Offer>> paths = new LinkedHashMap<>();

  private record Offer(Guard guard, Handler<RoutingContext> handler) {}

  /**
   * @param deadlines the usual time of a desk
   * @param others makes other times, by their milliseconds
   * @param cookie of who signs in before the pages; null: there are none here
   */
  DeskEdge(
      Endpoint endpoint,
      Body body,
      Deadlines deadlines,
      IntFunction<Deadlines> others,
      @Nullable SessionCookie cookie) {
    this.endpoint = endpoint;
    this.body = body;
    this.deadlines = deadlines;
    this.others = others;
    this.cookie = cookie;
  }

  @Override
  public void staff(HttpMethod method, String path, Set<Role> roles, ForStaff answer) {
    staff(method, path, roles, deadlines, answer);
  }

  @Override
  public void staff(
      HttpMethod method, String path, Set<Role> roles, int deadlineMs, ForStaff answer) {
    staff(method, path, roles, others.apply(deadlineMs), answer);
  }

  private void staff(
      HttpMethod method, String path, Set<Role> roles, Deadlines time, ForStaff answer) {
    Authorization needed = Roles.oneOf(roles);
    add(
        method,
        path,
        Guard.PROOF,
        ctx ->
            endpoint.caller(
                ctx,
                (exchange, caller) -> {
                  Caller.Staff staff = staff(caller);
                  if (!needed.match(ctx.user())) {
                    throw new Fault.Forbidden("this needs one of the roles " + roles);
                  }
                  return serve(exchange, time, call -> answer.answer(call, staff));
                }));
  }

  @Override
  public void terminal(HttpMethod method, String path, ForTerminal answer) {
    add(
        method,
        path,
        Guard.PROOF,
        ctx ->
            endpoint.terminal(
                ctx,
                (exchange, terminal) ->
                    serve(exchange, deadlines, call -> answer.answer(call, terminal))));
  }

  @Override
  public void member(HttpMethod method, String path, ForMember answer) {
    member(method, path, Guard.PROOF, answer);
  }

  @Override
  public void claim(HttpMethod method, String path, ForMember answer) {
    member(method, path, Guard.CLAIM, answer);
  }

  private void member(HttpMethod method, String path, Guard guard, ForMember answer) {
    add(
        method,
        path,
        guard,
        ctx ->
            endpoint.caller(
                ctx,
                (exchange, caller) -> {
                  if (!(caller instanceof Caller.Member member)) {
                    throw new Fault.Forbidden("only the phone of a member may do this");
                  }
                  return serve(exchange, deadlines, call -> answer.answer(call, member));
                }));
  }

  @Override
  public void memberOrAnybody(HttpMethod method, String path, ForMemberOrAnybody answer) {
    add(
        method,
        path,
        Guard.IF_SHOWN,
        ctx ->
            endpoint.callerOrAnybody(
                ctx,
                (exchange, caller) -> {
                  Caller.Member member = caller instanceof Caller.Member shown ? shown : null;
                  return serve(exchange, deadlines, call -> answer.answer(call, member));
                }));
  }

  @Override
  public void anybody(HttpMethod method, String path, ForAnybody answer) {
    add(
        method,
        path,
        Guard.NONE,
        ctx -> endpoint.anybody(ctx, exchange -> serve(exchange, deadlines, answer)));
  }

  @Override
  public void sessions(Sessions sessions) {
    SessionRoutes routes = new SessionRoutes(endpoint, body, sessions, deadlines);
    add(HttpMethod.GET, "/v1/sessions/mine", Guard.PROOF, routes::mine);
    if (cookie != null) {
      SessionCookie given = cookie;
      add(HttpMethod.POST, "/v1/sessions", Guard.NONE, ctx -> routes.open(ctx, given));
      add(HttpMethod.POST, "/v1/sessions/end", Guard.NONE, routes::end);
    }
  }

  private void add(HttpMethod method, String path, Guard guard, Handler<RoutingContext> handler) {
    Offer offer = new Offer(guard, handler);
    if (paths.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, offer) != null) {
      throw new IllegalStateException(method + " " + path + " is offered twice");
    }
  }

  void mount(Routes routes) {
    paths.forEach(
        (path, methods) -> {
          Routes at = routes.at(path);
          for (Map.Entry<HttpMethod, Offer> one : methods.entrySet()) {
            Offer offer = one.getValue();
            at = at.behind(offer.guard).on(one.getKey(), offer.handler);
          }
          at.only();
        });
  }

  private static Caller.Staff staff(Caller caller) {
    if (caller instanceof Caller.Staff staff) {
      return staff;
    }
    throw new Fault.Forbidden("only staff may do this");
  }

  private static List<String> accepts(Exchange exchange) {
    return exchange.context().parsedHeaders().accept().stream()
        .filter(one -> one.weight() > 0)
        .map(one -> (one.component() + "/" + one.subComponent()).toLowerCase(Locale.ROOT))
        .toList();
  }

  private Future<Void> serve(Exchange exchange, Deadlines time, ForAnybody answer) {
    HttpServerRequest request = exchange.request();
    Map<String, String> path = Map.copyOf(exchange.context().pathParams());
    Map<String, String> query = query(request.params(), path);
    Future<Map<String, Object>> read =
        request.method() == HttpMethod.POST
            ? body.read(request).map(JsonTree::object)
            : Future.succeededFuture(Map.of());
    List<String> accepts = accepts(exchange);
    return time.watch(
            read.compose(
                members ->
                    answer.answer(
                        new DeskCall(path, query, members, accepts, exchange.place().origin()))),
            () -> new Fault.Unknown("no answer in time; look whether it was done"))
        .compose(reply -> write(exchange, reply));
  }

  /** The query's parameters; Vert.x lists those of the path among them. */
  private static Map<String, String> query(MultiMap all, Map<String, String> path) {
    Map<String, String> query = new HashMap<>();
    all.forEach(
        (name, value) -> {
          if (!path.containsKey(name) && query.put(name, value) != null) {
            throw new Fault.Malformed(name, name + " is given more than once");
          }
        });
    return query;
  }

  private static Future<Void> write(Exchange exchange, DeskReply reply) {
    if (reply instanceof DeskReply.Refused refused) {
      return exchange.problem(Problem.refused(refused));
    }
    if (reply instanceof DeskReply.Sheet sheet) {
      return exchange.sheet(sheet);
    }
    DeskReply.Said said = (DeskReply.Said) reply;
    return exchange.said(said.status(), said.location(), said.document().toBuffer().getBytes());
  }
}
