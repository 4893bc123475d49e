package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /v1/feed}: the feed as server-sent events, or as WebSocket to whom asks for that.
 * Expects {@code caller} in the routing context, and under {@code stands} whether that is still
 * proved, which is looked at as long as the stream is open; fails it with {@link Fault}s. One
 * instance per event loop.
 */
public final class FeedRoutes {
  /** Event bus address, with. */
  static final String CLOSING = "feed.closing";

  static final String STOPS = "this node stops, please resume";

  /** How often it is looked whether readers may still read. */
  private static final long LOOK_MS = 1_000;

  private final Vertx vertx;
  private final FeedReader reader;
  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private final BooleanSupplier ending;
  private final Set<FeedStream> streams = new HashSet<>();
  private boolean listening;
  private long head;

  /**
   * @param ending whether all streams are told to end, also those that open later
   */
  FeedRoutes(
      Vertx vertx,
      FeedReader reader,
      FeedLimits limits,
      FeedMetrics metrics,
      BooleanSupplier ending) {
    this.vertx = vertx;
    this.reader = reader;
    this.limits = limits;
    this.metrics = metrics;
    this.ending = ending;
  }

  public void mount(Router router) {
    router.get("/v1/feed").handler(this::subscribe);
  }

  private void subscribe(RoutingContext ctx) {
    Caller.Staff staff = staff(ctx);
    StreamRequest wish = StreamRequest.of(ctx.request());
    if (!metrics.enter(limits.subscribersMax())) {
      throw new Fault.Busy("all " + limits.subscribersMax() + " places for subscribers are taken");
    }
    listen();
    if (isUpgrade(ctx.request())) {
      // a request that has been read to its end can no longer be upgraded
      ctx.request().pause();
    }
    reader
        .admit(staff.org(), wish)
        .onSuccess(admission -> open(ctx, wish, admission))
        .onFailure(e -> refuse(ctx, e));
  }

  private void open(RoutingContext ctx, StreamRequest wish, FeedReader.Admission admission) {
    long after = wish.after().orElse(admission.head());
    if (after > admission.head()) {
      refuse(ctx, beyond(ctx.request(), admission.head()));
      return;
    }
    if (ctx.response().closed()) {
      metrics.leave();
      return;
    }
    BooleanSupplier stands = Objects.requireNonNull(ctx.get("stands"));
    FeedStream.Reading reading = new FeedStream.Reading(admission.filter(), after, stands);
    if (isUpgrade(ctx.request())) {
      upgrade(ctx, reading, admission.head());
    } else {
      stream(new SseOutlet(vertx, ctx.request(), limits), reading, admission.head());
    }
  }

  private void upgrade(RoutingContext ctx, FeedStream.Reading reading, long last) {
    ctx.request()
        .toWebSocket()
        .onSuccess(socket -> stream(new WebSocketOutlet(socket, limits), reading, last))
        // what could not be upgraded has been answered by Vert.x
        .onFailure(e -> metrics.leave());
  }

  private void stream(Outlet outlet, FeedStream.Reading reading, long last) {
    FeedStream stream = new FeedStream(vertx, outlet, reader, reading, limits, metrics, this::left);
    streams.add(stream);
    head = Math.max(head, last);
    stream.open(head);
    if (ending.getAsBoolean()) {
      stream.close(STOPS);
    }
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return request.canUpgradeToWebSocket();
  }

  private void left(FeedStream stream) {
    if (streams.remove(stream)) {
      metrics.leave();
    }
  }

  private void refuse(RoutingContext ctx, Throwable why) {
    metrics.leave();
    if (isUpgrade(ctx.request())) {
      ctx.request().resume(); // over HTTP/2, where nothing was paused, it would throw
    }
    ctx.fail(why instanceof Fault ? why : new Fault.Busy("the feed cannot be read at the moment"));
  }

  private static Fault beyond(HttpServerRequest request, long head) {
    String name = request.getHeader("Last-Event-ID") != null ? "Last-Event-ID" : "after";
    return new Fault.Malformed(name, "lies beyond the end of the feed, which is " + head);
  }

  private void listen() {
    if (listening) {
      return;
    }
    listening = true;
    vertx.eventBus().<Long>localConsumer(FeedHead.ADDRESS, message -> advance(message.body()));
    vertx.eventBus().<String>localConsumer(CLOSING, message -> closeAll(message.body()));
    long unused =
        vertx.setPeriodic(LOOK_MS, look -> List.copyOf(streams).forEach(FeedStream::look));
  }

  private void advance(long last) {
    head = Math.max(head, last);
    List.copyOf(streams).forEach(stream -> stream.advance(head));
  }

  private void closeAll(String why) {
    List.copyOf(streams).forEach(stream -> stream.close(why));
  }

  private static Caller.Staff staff(RoutingContext ctx) {
    Caller caller = ctx.get("caller");
    if (caller == null) {
      throw new Fault.Unauthenticated("who is calling is not known");
    }
    if (caller instanceof Caller.Staff staff && staff.hears()) {
      return staff;
    }
    throw new Fault.Forbidden("the feed is for staff and their systems");
  }
}
