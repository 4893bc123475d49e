package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.watch.AccessLine;
import cn.unionecard.gateway.runtime.watch.AccessLog;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What is said of one request: it is counted once, and once it may get a line. */
final class RequestLine {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final HttpServerRequest request;
  private final @Nullable String route;
  private final String origin;
  private final Trace trace;
  private final RequestMeters meters;
  private final long beganNs = System.nanoTime();
  private @Nullable TransactionType type;
  private @Nullable Outcome outcome;
  private @Nullable String code;
  private @Nullable Caller caller;
  private int status;
  private boolean told;

  /**
   * @param route the first that took it, parameters as names; null: none
   */
  RequestLine(
      HttpServerRequest request,
      @Nullable String route,
      String origin,
      Trace trace,
      RequestMeters meters) {
    this.request = request;
    this.route = route;
    this.origin = origin;
    this.trace = trace;
    this.meters = meters;
  }

  void asks(TransactionType asked) {
    type = asked;
  }

  void proved(Caller who) {
    caller = who;
  }

  boolean isProved() {
    return caller != null;
  }

  /** The first word about it holds. */
  void counts(Outcome of) {
    if (outcome == null) {
      outcome = of;
      meters.answered(type, of, beganNs);
    }
  }

  void counts(Problem problem) {
    code = problem.code();
    counts(problem.outcome());
  }

  /** What its answer's head says. */
  void says(int status) {
    this.status = status;
  }

  /** Its answer is made, or nobody listens any more. */
  void ends(int bytes) {
    if (!told) {
      told = true;
      tell(outcome == null ? Outcome.APPROVED : outcome, bytes);
    }
  }

  /** A WebSocket opens, unless it is still refused: then there are two lines. */
  void upgrades() {
    status = SWITCHING_PROTOCOLS;
    tell(Outcome.APPROVED, 0);
  }

  private void tell(Outcome of, int bytes) {
    AccessLog lines = meters.lines();
    if (lines.wants(of)) {
      lines.tell(
          new AccessLine(
              lines.now(),
              new AccessLine.Asked(meters.edge(), method(), route, type),
              of,
              status,
              code,
              (System.nanoTime() - beganNs) / 1_000,
              bytes,
              origin,
              who(),
              trace.traceId()));
    }
  }

  /** A method's name can be anything. */
  private String method() {
    HttpMethod method = request.method();
    return HttpMethod.values().contains(method) ? method.name() : "other";
  }

  /** Whether a member's phone asks, proved. */
  boolean isPhone() {
    return caller instanceof Caller.Member;
  }

  private AccessLine.Who who() {
    if (caller instanceof Caller.Terminal terminal) {
      return new AccessLine.Who(terminal.id().value(), null);
    }
    return caller instanceof Caller.Staff staff
        ? new AccessLine.Who(null, staff.org())
        : AccessLine.Who.NOBODY;
  }
}
