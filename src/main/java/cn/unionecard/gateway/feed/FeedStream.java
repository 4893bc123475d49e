package cn.unionecard.gateway.feed;

import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One subscriber's open stream. Fetches a page only when the one before has gone to the socket, so
 * a slow reader costs at most its send buffer and one page, and nobody else's time. Belongs to the
 * event loop of its connection.
 */
final class FeedStream {
  private final Vertx vertx;
  private final Outlet outlet;
  private final FeedReader reader;
  private final Reading reading;
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

  /**
   * What is read.
   *
   * @param after the number after which it begins
   * @param stands whether its reader may still read
   */
  record Reading(FeedFilter filter, long after, BooleanSupplier stands) {}

  FeedStream(
      Vertx vertx,
      Outlet outlet,
      FeedReader reader,
      Reading reading,
      FeedLimits limits,
      FeedMetrics metrics,
      Consumer<FeedStream> ended) {
    this.vertx = vertx;
    this.outlet = outlet;
    this.reader = reader;
    this.reading = reading;
    this.position = reading.after;
    this.limits = limits;
    this.metrics = metrics;
    this.ended = ended;
  }

  /** Sends all there is. */
  void open(long last) {
    outlet.open(this::drained, this::forget);
    if (over) {
      return;
    }
    tellPosition();
    timer = vertx.setPeriodic(limits.heartbeatMs(), t -> beat());
    advance(last);
  }

  /** There are events up to {@code last}, and PostgreSQL answers. */
  void advance(long last) {
    head = Math.max(head, last);
    fetch();
  }

  /** Ends the stream when its reader may no longer read. */
  void look() {
    if (!reading.stands.getAsBoolean()) {
      close("signed out, please sign in again");
    }
  }

  private void fetch() {
    if (over || fetching || position >= head || outlet.isFull()) {
      return;
    }
    fetching = true;
    reader
        .page(reading.filter, position, head)
        .onSuccess(this::send)
        // the next word of the head comes when PostgreSQL answers again
        .onFailure(e -> fetching = false);
  }

  private void send(FeedPage page) {
    fetching = false;
    if (over) {
      return;
    }
    if (page.reset().concerns(position)) {
      outlet.reset(page.reset());
      told = page.reset().removed();
    }
    position = Math.max(page.last(), page.reset().removed());
    if (!page.events().isEmpty()) {
      outlet.events(page);
      told = page.told();
      metrics.sent(page.events().size());
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
    } else if (!outlet.isFull()) {
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
      outlet.heartbeat();
    }
  }

  /** An id without data: the reader will resume here, though nothing was for it. */
  private void tellPosition() {
    told = position;
    outlet.position(position);
  }

  /** Ends the stream with a word for the reader, which can resume from the last id it has. */
  void close(String why) {
    if (over) {
      return;
    }
    forget();
    outlet.close(why);
  }

  private void forget() {
    if (!over) {
      over = true;
      vertx.cancelTimer(timer);
      ended.accept(this);
    }
  }
}
