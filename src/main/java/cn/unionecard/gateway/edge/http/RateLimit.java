package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A token bucket for each caller, of one event loop: so many requests at once, so many a second
 * thereafter. Kept as the time at which the bucket will be full again (GCRA), one number each.
 *
 * <p>Bounded: the caller unseen for longest is forgotten, which gives it a full bucket.
 */
final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  /** Requests one caller may send at once. */
  final int burst;

  /** Seconds until an empty bucket is full again. */
  final int fullAfterSeconds;

  private final long interval;
  private final LongSupplier nanos;
  private final Map<String, long[]> fullAt;

  /**
   * @param perSecond sustained rate of one caller
   * @param burst requests it may send at once
   * @param callersMax callers remembered
   * @param nanos a monotonic clock, ns
   */
  RateLimit(int perSecond, int burst, int callersMax, LongSupplier nanos) {
    this.burst = burst;
    this.interval = SECOND / perSecond;
    this.fullAfterSeconds = Math.max(1, (burst + perSecond - 1) / perSecond);
    this.nanos = nanos;
    this.fullAt = new Bounded(callersMax);
  }

  /**
   * Takes one token of that caller.
   *
   * @throws Fault.TooMany if there is none
   */
  void take(String caller) {
    long now = nanos.getAsLong();
    long[] full = fullAt.get(caller);
    if (full == null) {
      fullAt.put(caller, new long[] {now + interval});
      return;
    }
    long debt = Math.max(0, full[0] - now);
    long wait = debt - (burst - 1) * interval;
    if (wait > 0) {
      throw new Fault.TooMany("over the rate limit", (int) (1 + (wait - 1) / SECOND));
    }
    full[0] = now + debt + interval;
  }

  private static final class Bounded extends LinkedHashMap<String, long[]> {
    private static final long serialVersionUID = 1L;
    private final int max;

    Bounded(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
      return size() > max;
    }
  }
}
