package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.desk.Counter;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Deadlines;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The edge before the desks: proves staff and their role, reads path, query and body, gives the
 * desk its time, writes what it says. Belongs to one event loop.
 */
final class DeskCounter implements Counter {
  private final Endpoint endpoint;
  private final Body body;
  private final Deadlines deadlines;
  private final IntFunction<Deadlines> others;
  private final Map<String, Map<HttpMethod, Handler<RoutingContext>>> paths = new LinkedHashMap<>();

  /**
   * @param deadlines the usual time of a desk
   * @param others makes other times, by their milliseconds
   */
  DeskCounter(Endpoint endpoint, Body body, Deadlines deadlines, IntFunction<Deadlines> others) {
    this.endpoint = endpoint;
    this.body = body;
    this.deadlines = deadlines;
    this.others = others;
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
    add(
        method,
        path,
        ctx ->
            endpoint.caller(
                ctx,
                (exchange, caller) -> {
                  Caller.Staff staff = staff(caller, roles);
                  return serve(exchange, time, call -> answer.answer(call, staff));
                }));
  }

  @Override
  public void terminal(HttpMethod method, String path, ForTerminal answer) {
    add(
        method,
        path,
        ctx ->
            endpoint.terminal(
                ctx,
                (exchange, terminal) ->
                    serve(exchange, deadlines, call -> answer.answer(call, terminal))));
  }

  @Override
  public void anybody(HttpMethod method, String path, ForAnybody answer) {
    add(method, path, ctx -> endpoint.anybody(ctx, exchange -> serve(exchange, deadlines, answer)));
  }

  private void add(HttpMethod method, String path, Handler<RoutingContext> handler) {
    if (paths.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, handler) != null) {
      throw new IllegalStateException(method + " " + path + " is offered twice");
    }
  }

  void mount(Routes routes) {
    paths.forEach(
        (path, methods) -> {
          Routes at = routes.at(path);
          for (Map.Entry<HttpMethod, Handler<RoutingContext>> one : methods.entrySet()) {
            at = at.on(one.getKey(), one.getValue());
          }
          at.only();
        });
  }

  private static Caller.Staff staff(Caller caller, Set<Role> roles) {
    if (!(caller instanceof Caller.Staff staff)) {
      throw new Fault.Forbidden("only staff may do this");
    }
    if (Collections.disjoint(staff.roles(), roles)) {
      throw new Fault.Forbidden("this needs one of the roles " + roles);
    }
    return staff;
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
