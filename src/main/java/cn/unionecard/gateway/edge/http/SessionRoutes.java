package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Sessions;
import cn.unionecard.gateway.desk.Sessions.Entered;
import cn.unionecard.gateway.desk.Sessions.Person;
import cn.unionecard.gateway.edge.http.access.Authentication.Proof;
import cn.unionecard.gateway.edge.http.access.SessionCookie;
import cn.unionecard.gateway.edge.http.access.StaffSession;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Sitting;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Deadlines;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The sessions of people before the pages: opened, looked at, ended. */
final class SessionRoutes {
  private static final String MINE = "/v1/sessions/mine";

  /**
   * What a browser still has of the pages it showed (the way back, too). Not the other kinds: its
   * storage is where tills and cards of the same address keep their keys, and its cookies are those
   * of all hosts of the domain.
   */
  private static final String CLEARED = "\"cache\"";

  private final Endpoint endpoint;
  private final Body body;
  private final Sessions sessions;
  private final Deadlines deadlines;

  SessionRoutes(Endpoint endpoint, Body body, Sessions sessions, Deadlines deadlines) {
    this.endpoint = endpoint;
    this.body = body;
    this.sessions = sessions;
    this.deadlines = deadlines;
  }

  /** Nobody is signed in by another's page: he would work under another's name. */
  void open(RoutingContext ctx, SessionCookie cookie) {
    endpoint.anybody(
        ctx,
        exchange -> {
          SessionCookie.requireOwnPage(exchange.request());
          return watched(body.read(exchange.request()).compose(sent -> entered(exchange, sent)))
              .compose(entered -> opened(exchange, cookie, entered));
        });
  }

  private Future<Entered> entered(Exchange exchange, byte[] sent) {
    Fields fields = Fields.of(JsonTree.object(sent), "login", "password", "code");
    return sessions.enter(
        exchange.place().origin(),
        new Sessions.Proof(
            fields.text("login", 64),
            fields.text("password", 128),
            fields.optionalText("code", 32)));
  }

  private Future<Void> opened(Exchange exchange, SessionCookie cookie, Entered entered) {
    if (entered instanceof Entered.NotYet more) {
      return exchange.problem(
          Problem.refused(new DeskReply.Refused(more.why(), more.why().english)));
    }
    Person person = ((Entered.In) entered).person();
    StaffSession session = cookie.begin();
    Caller.Staff staff =
        new Caller.Staff(person.login(), person.org(), person.roles(), person.epoch());
    Sessions.Seat seat =
        Sessions.Seat.of(
            exchange.place().origin(), exchange.request().getHeader(HttpHeaders.USER_AGENT));
    return watched(sessions.begin(staff, session.id(), seat, Sitting.LONGEST))
        .compose(
            begun -> {
              give(exchange, cookie.given(staff, session));
              return exchange.said(201, MINE, document(person, session.latestEnd(), session));
            });
  }

  void mine(RoutingContext ctx) {
    endpoint.proved(
        ctx,
        (exchange, proof) ->
            watched(sessions.person(staff(proof.caller())))
                .compose(
                    person ->
                        exchange.said(200, null, document(person, end(proof), proof.session()))));
  }

  /**
   * For anybody: a session that has ended already leaves a cookie, too. The cookie is taken even
   * where the end cannot be written down.
   */
  void end(RoutingContext ctx) {
    endpoint.anybody(
        ctx,
        exchange -> {
          SessionCookie.requireOwnPage(exchange.request());
          give(exchange, SessionCookie.TAKEN);
          return watched(endpoint.whoever(exchange).compose(this::ended))
              .compose(ended -> exchange.ended(CLEARED));
        });
  }

  private Future<@Nullable Void> ended(@Nullable Proof proof) {
    StaffSession session = proof == null ? null : proof.session();
    return proof == null || session == null
        ? Future.succeededFuture()
        : sessions.end(staff(proof.caller()), session.id(), Sitting.IDLE);
  }

  private static void give(Exchange exchange, String cookie) {
    HttpServerResponse unused =
        exchange.context().response().putHeader(HttpHeaders.SET_COOKIE, cookie);
  }

  private <T> Future<T> watched(Future<T> answer) {
    return deadlines.watch(answer, () -> new Fault.Unknown("no answer in time; look again"));
  }

  private static Caller.Staff staff(Caller caller) {
    if (caller instanceof Caller.Staff staff) {
      return staff;
    }
    throw new Fault.Forbidden("only staff may do this");
  }

  private static long end(Proof proof) {
    StaffSession session = proof.session();
    return session == null ? proof.expiresAt() : session.latestEnd();
  }

  private static byte[] document(Person person, long endSeconds, @Nullable StaffSession session) {
    JsonArray roles = new JsonArray();
    person.roles().stream().sorted().forEach(role -> roles.add(role.name()));
    JsonObject document =
        new JsonObject()
            .put("login", person.login())
            .put("name", person.name())
            .put("org", person.org())
            .put("orgName", person.orgName())
            .put("roles", roles)
            .put("secondFactor", person.secondFactor())
            .put("endsAt", Clocks.RFC_3339.format(Instant.ofEpochSecond(endSeconds)));
    if (person.merchant() != null) {
      document
          .put("merchantNo", person.merchant().no())
          .put("merchantName", person.merchant().name());
    }
    if (session != null) {
      document.put("session", session.id()).put("idleMinutes", Sitting.IDLE.toMinutes());
    }
    return document.toBuffer().getBytes();
  }
}
