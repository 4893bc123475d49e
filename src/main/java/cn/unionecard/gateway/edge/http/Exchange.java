package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.admission.Answers;
import cn.unionecard.gateway.runtime.admission.Place;
import cn.unionecard.gateway.runtime.admission.RateLimit;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and the writing of its answer: every answer leaves the edge through here. */
final class Exchange {
  static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
  private static final CharSequence NOSNIFF_NAME =
      HttpHeaders.createOptimized("x-content-type-options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence HSTS_NAME =
      HttpHeaders.createOptimized("strict-transport-security");
  private static final CharSequence HSTS = HttpHeaders.createOptimized("max-age=31536000");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PROBLEM =
      HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("idempotent-replayed");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
  private static final CharSequence CHALLENGE = HttpHeaders.createOptimized("www-authenticate");
  private static final String TRANSACTION = "transaction";
  private static final String TRANSACTIONS = "/v1/transactions/";

  /** Time for the client to read an answer before the rest of its body is cut off. */
  private static final long LINGER_MS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final RoutingContext ctx;
  private final Place place;
  private final Answers answers;
  private final Trace trace;
  private final RequestLine line;

  Exchange(
      RoutingContext ctx, Place place, Answers answers, RandomGenerator ids, RequestMeters meters) {
    this.ctx = ctx;
    this.place = place;
    this.answers = answers;
    this.trace = Trace.continuing(ctx.request().getHeader(TRACEPARENT), ids);
    Route first = ctx.currentRoute();
    String route = first == null ? null : first.getPath();
    this.line = new RequestLine(ctx.request(), route, place.origin(), trace, meters);
  }

  /** Whether a transaction is asked for here, which may have to be repeated or undone. */
  static void isTransaction(RoutingContext ctx) {
    ctx.put(TRANSACTION, true);
  }

  RoutingContext context() {
    return ctx;
  }

  HttpServerRequest request() {
    return ctx.request();
  }

  /** Where it comes from. */
  Place place() {
    return place;
  }

  /** What the line is asked, as far as it is known. */
  void asks(TransactionType asked) {
    line.asks(asked);
  }

  /** Counts the answer, whoever still listens; the first word about it holds. */
  void counts(Outcome outcome) {
    line.counts(outcome);
  }

  /** Whether a member's phone asks, proved. */
  boolean isPhone() {
    return line.isPhone();
  }

  /** Who asks has been proved, in this request. */
  void proved(Caller caller) {
    line.proved(caller);
    place.prove();
  }

  boolean isProved() {
    return line.isProved();
  }

  /** It stays open: its line is written when it opens. */
  void streams() {
    if (request().canUpgradeToWebSocket()) {
      line.upgrades();
    } else {
      int unused = ctx.addHeadersEndHandler(opens -> line.ends(0));
    }
  }

  String traceId() {
    return trace.traceId();
  }

  /** 201 with where it can be read again. */
  Future<Void> created(TransactionId id, boolean replayed, byte[] document) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response = head(201, JSON);
    response.putHeader(HttpHeaders.LOCATION, TRANSACTIONS + id);
    if (replayed) {
      response.putHeader(REPLAYED, TRUE);
    }
    return end(document);
  }

  /** What a desk says. */
  Future<Void> said(int status, @Nullable String location, byte[] document) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response = head(status, JSON);
    if (location != null) {
      response.putHeader(HttpHeaders.LOCATION, location);
    }
    return end(document);
  }

  /** A desk's table, to be saved as a file. */
  Future<Void> sheet(DeskReply.Sheet sheet) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response =
        head(200, sheet.mediaType())
            .putHeader("Content-Disposition", "attachment; filename=\"" + sheet.fileName() + "\"");
    if (sheet.next() != null) {
      response.putHeader("Link", "<" + sheet.next() + ">; rel=\"next\"");
    }
    return end(sheet.content());
  }

  Future<Void> ok(byte[] document) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse unused = head(200, JSON);
    return end(document);
  }

  /** An empty 204 that names the methods. */
  Future<Void> options(String allow) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response = headers(204).putHeader(HttpHeaders.ALLOW, allow);
    line.ends(0);
    return response.end();
  }

  /** An empty 204 after which a browser keeps nothing of these kinds. */
  Future<Void> ended(String cleared) {
    counts(Outcome.APPROVED);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response = headers(204).putHeader("Clear-Site-Data", cleared);
    boolean close = closes();
    line.ends(0);
    Future<Void> written = response.end();
    if (close) {
      hangUpLater();
    }
    return written;
  }

  Future<Void> methodNotAllowed(String allow) {
    ctx.response().putHeader(HttpHeaders.ALLOW, allow);
    return problem(
        Problem.of(Problem.Kind.METHOD_NOT_ALLOWED, request().method() + " is not possible here"));
  }

  /** The problem that a failure is; a bug goes to the log with its trace id. */
  void failed(Throwable failure, RateLimit limit) {
    Problem problem = Problem.of(failure);
    line.counts(problem);
    if (isOver()) {
      return;
    }
    if (problem.status() == 500) {
      LOG.error("request failed, trace {}", trace.traceId(), failure);
    }
    if (problem.status() == 429) {
      ctx.response()
          .putHeader("RateLimit-Limit", Integer.toString(limit.burst()))
          .putHeader("RateLimit-Remaining", "0")
          .putHeader("RateLimit-Reset", Integer.toString(limit.fullAfterSeconds()));
    }
    Future<Void> unused = problem(problem);
  }

  Future<Void> problem(Problem problem) {
    line.counts(problem);
    if (isOver()) {
      return Future.succeededFuture();
    }
    HttpServerResponse response = head(problem.status(), PROBLEM);
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == 401) {
      boolean shown = request().getHeader(HttpHeaders.AUTHORIZATION) != null;
      response.putHeader(
          CHALLENGE, "Bearer realm=\"ecard\"" + (shown ? ", error=\"invalid_token\"" : ""));
    }
    Problem told = ctx.get(TRANSACTION) == null ? problem : problem.atTheTill();
    return end(Documents.problem(told, request().path(), trace.traceId()));
  }

  private HttpServerResponse head(int status, CharSequence type) {
    return headers(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
  }

  /** Status and the headers that every answer has; also for the feed's stream. */
  HttpServerResponse headers(int status) {
    line.says(status);
    HttpServerResponse response = headers(ctx.response(), status, trace);
    String requestId = request().getHeader(REQUEST_ID);
    if (requestId != null && RequestId.isValid(requestId)) {
      response.putHeader(REQUEST_ID, requestId);
    }
    return response;
  }

  private static HttpServerResponse headers(HttpServerResponse to, int status, Trace trace) {
    return to.setStatusCode(status)
        .putHeader(TRACEPARENT, trace.parent())
        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .putHeader(NOSNIFF_NAME, NOSNIFF)
        .putHeader(HSTS_NAME, HSTS);
  }

  /** The answer to what can be given to no route. An HTTP/1 connection ends with it. */
  static void refuse(HttpServerRequest request, Problem problem, Trace trace) {
    if (request.response().closed()) {
      return; // taken back while the answer waited: over HTTP/2 nothing more may be asked of it
    }
    request.pause();
    HttpServerResponse response = headers(request.response(), problem.status(), trace);
    response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM);
    boolean ends = request.version() != HttpVersion.HTTP_2;
    if (ends) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    String path = request.path();
    byte[] body = Documents.problem(problem, path == null ? "/" : path, trace.traceId());
    write(request, Buffer.buffer(body))
        .onComplete(
            written -> {
              if (ends) {
                request.connection().close().onComplete(closed -> {});
              }
            });
  }

  /** A body, or for {@code HEAD} what it would have been: Vert.x writes it there over HTTP/2. */
  private static Future<Void> write(HttpServerRequest request, Buffer body) {
    if (request.method() != HttpMethod.HEAD) {
      return request.response().end(body);
    }
    return request
        .response()
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .end();
  }

  private boolean isOver() {
    HttpServerResponse response = ctx.response();
    boolean over = response.headWritten() || response.ended() || response.closed();
    if (over) {
      line.ends(0);
    }
    return over;
  }

  private Future<Void> end(byte[] body) {
    boolean close = closes();
    Future<Void> written = end(Buffer.buffer(body));
    if (close) {
      hangUpLater();
    }
    return written;
  }

  /** Whether the rest of a body has to be cut off behind the answer, which is told of it. */
  private boolean closes() {
    boolean close = isUnread();
    if (close) {
      request().pause();
    }
    if (close || (place.isEnding() && request().version() != HttpVersion.HTTP_2)) {
      ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    return close;
  }

  private void hangUpLater() {
    long unused = ctx.vertx().setTimer(LINGER_MS, timer -> place.hangUp());
  }

  /** Ends what has its head already. */
  Future<Void> end(Buffer body) {
    counts(Outcome.APPROVED);
    line.ends(body.length());
    return answers.end(request(), ctx.response(), place, body);
  }

  /**
   * Whether an HTTP/1 request is answered before its body has come. Nothing more is then read from
   * its connection: what follows may be the rest of a body, never a request.
   */
  private boolean isUnread() {
    HttpServerRequest request = request();
    return request.version() != HttpVersion.HTTP_2 && !request.isEnded() && hasBody(request);
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.equals("0"));
  }
}
