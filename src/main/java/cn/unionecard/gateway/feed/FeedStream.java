package cn.unionecard.gateway.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;

/**
 * One subscriber's open stream. Fetches a page only when the one before has gone to the socket, so
 * a slow reader costs at most its send buffer and one page, and nobody else's time. Belongs to the
 * event loop of its connection.
 */
final class FeedStream {
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");
  private static final int FAREWELL_MS = 2_000;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final FeedReader reader;
  private final FeedFilter filter;
  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private final Consumer<FeedStream> ended;

  /** Up to here the feed has been looked through for this reader. */
  private long position;

  /** The last number the reader has been told. */
  private long told;

  private long head;
  private boolean fetching;
  private boolean over;
  private long timer;
  private long ageMs;
  private long stalledMs;

  FeedStream(
      Vertx vertx,
      HttpServerRequest request,
      FeedReader reader,
      FeedFilter filter,
      long after,
      FeedLimits limits,
      FeedMetrics metrics,
      Consumer<FeedStream> ended) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.reader = reader;
    this.filter = filter;
    this.position = after;
    this.limits = limits;
    this.metrics = metrics;
    this.ended = ended;
  }

  /** Sends the header and all there is. */
  void open(long last) {
    response.closeHandler(v -> forget());
    response.exceptionHandler(e -> forget());
    response.setWriteQueueMaxSize(limits.bufferBytesMax());
    response.drainHandler(v -> drained());
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store, no-transform")
        .putHeader("X-Accel-Buffering", "no");
    response.write("retry: " + limits.retryMs() + "\n");
    tellPosition();
    timer = vertx.setPeriodic(limits.heartbeatMs(), t -> beat());
    advance(last);
  }

  /** There are events up to {@code last}, and PostgreSQL answers. */
  void advance(long last) {
    head = Math.max(head, last);
    fetch();
  }

  private void fetch() {
    if (over || fetching || position >= head || response.writeQueueFull()) {
      return;
    }
    fetching = true;
    reader
        .page(filter, position, head)
        .onSuccess(this::send)
        // the next word of the head comes when PostgreSQL answers again
        .onFailure(e -> fetching = false);
  }

  private void send(FeedPage page) {
    fetching = false;
    if (over) {
      return;
    }
    position = page.last();
    if (page.events() > 0) {
      response.write(page.text());
      told = page.told();
      metrics.sent(page.events());
    }
    fetch();
  }

  private void drained() {
    stalledMs = 0;
    fetch();
  }

  private void beat() {
    ageMs += limits.heartbeatMs();
    if (ageMs >= limits.lifetimeMs()) {
      close("time is up, please resume");
    } else if (!response.writeQueueFull()) {
      stalledMs = 0;
      heartbeat();
    } else {
      stalledMs += limits.heartbeatMs();
      if (stalledMs >= limits.stallMs()) {
        metrics.stalled();
        close("reading too slowly, please resume");
      }
    }
  }

  private void heartbeat() {
    if (position > told) {
      tellPosition();
    } else {
      response.write(HEARTBEAT);
    }
  }

  /** An id without data: the reader will resume here, though nothing was for it. */
  private void tellPosition() {
    told = position;
    response.write("id: " + position + "\n\n");
  }

  /** Ends the stream with a word for the reader, which can resume from the last id it has. */
  void close(String why) {
    if (over) {
      return;
    }
    forget();
    Future<Void> farewell = response.end(": " + why + "\n\n");
    long patience = vertx.setTimer(FAREWELL_MS, t -> request.connection().close());
    farewell.onComplete(v -> vertx.cancelTimer(patience));
  }

  private void forget() {
    if (!over) {
      over = true;
      vertx.cancelTimer(timer);
      ended.accept(this);
    }
  }
}
