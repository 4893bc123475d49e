package cn.unionecard.gateway.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the feed of this node tells about itself. Lag and numbers come from the node whose runner is
 * at work; on all others they stand still at zero.
 */
final class FeedMetrics {
  private final AtomicInteger subscribers = new AtomicInteger();
  private final Counter numbered;
  private final Counter sent;
  private final Counter stalled;
  private final Timer round;
  private volatile boolean working;
  private volatile long lagEvents;
  private volatile double lagSeconds;
  private volatile double waitSeconds;
  private volatile int waitPid;

  FeedMetrics(MeterRegistry registry, String database) {
    numbered =
        Counter.builder("ecard.feed.numbered")
            .baseUnit("events")
            .description("events that were given their numbers")
            .register(registry);
    sent =
        Counter.builder("ecard.feed.sent")
            .baseUnit("events")
            .description("events sent to SSE and WebSocket subscribers")
            .register(registry);
    stalled =
        Counter.builder("ecard.feed.stalled")
            .baseUnit("streams")
            .description("streams closed because their subscriber did not read on")
            .register(registry);
    round =
        Timer.builder("ecard.feed.round").description("one round of numbering").register(registry);
    Gauge.builder("ecard.feed.subscribers", subscribers, AtomicInteger::get)
        .description("streams that are open")
        .register(registry);
    Gauge.builder("ecard.feed.working", this, m -> m.working ? 1 : 0)
        .description("1: this node numbers the events of all nodes")
        .register(registry);
    Gauge.builder("ecard.feed.lag.events", this, m -> m.lagEvents)
        .description("events that wait for their numbers")
        .register(registry);
    Gauge.builder("ecard.feed.lag.seconds", this, m -> m.lagSeconds)
        .description("age of the oldest of them")
        .register(registry);
    Gauge.builder("ecard.feed.wait.seconds", this, m -> m.waitSeconds)
        .description("age of the oldest open transaction that could still write events")
        .tag("database", database)
        .register(registry);
    Gauge.builder("ecard.feed.wait.pid", this, m -> m.waitPid)
        .description("its process; 0: none, or a prepared transaction")
        .tag("database", database)
        .register(registry);
  }

  /** Takes one of the node's places for subscribers; false when there is none left. */
  boolean enter(int most) {
    if (subscribers.incrementAndGet() <= most) {
      return true;
    }
    subscribers.decrementAndGet();
    return false;
  }

  void leave() {
    subscribers.decrementAndGet();
  }

  void sent(int events) {
    sent.increment(events);
  }

  void stalled() {
    stalled.increment();
  }

  void round(int events, long nanos) {
    numbered.increment(events);
    round.record(nanos, TimeUnit.NANOSECONDS);
  }

  void working(boolean now) {
    working = now;
    if (!now) {
      lag(0, 0);
      waits(0, 0);
    }
  }

  /** For whom numbering waits, once that is longer than any transaction of ours takes. */
  void waits(double seconds, int pid) {
    waitSeconds = seconds;
    waitPid = pid;
  }

  void lag(long events, double seconds) {
    lagEvents = events;
    lagSeconds = seconds;
  }
}
