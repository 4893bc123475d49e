package cn.unionecard.gateway.runtime.admission;

import cn.unionecard.gateway.runtime.Recent;
import java.util.function.LongSupplier;

/**
 * A token bucket for each name: so many at once, so many a second thereafter. Kept as the time at
 * which the bucket will be full again (GCRA), one number each.
 *
 * <p>Shared by all event loops of a node: a lock per stripe, held for one look into a map. Bounded:
 * the name unseen for longest is forgotten, which gives it a full bucket.
 */
public final class RateLimit {
  private static final long SECOND = 1_000_000_000L;
  private static final int STRIPES = 16;

  private final int burst;
  private final int fullAfterSeconds;
  private final long interval;
  private final LongSupplier nanos;
  private final Bounded[] stripes = new Bounded[STRIPES];

  /**
   * @param perSecond what one name may take for long
   * @param burst what it may take at once
   * @param namesMax names remembered
   * @param nanos a monotonic clock, ns
   */
  public RateLimit(int perSecond, int burst, int namesMax, LongSupplier nanos) {
    this(
        SECOND / perSecond,
        burst,
        Math.max(1, (burst + perSecond - 1) / perSecond),
        namesMax,
        nanos);
  }

  /**
   * For what comes seldom.
   *
   * @param perMinute what one name may take for long, and at once
   * @param namesMax names remembered
   * @param nanos a monotonic clock, ns
   */
  public static RateLimit perMinute(int perMinute, int namesMax, LongSupplier nanos) {
    return new RateLimit(60 * SECOND / perMinute, perMinute, 60, namesMax, nanos);
  }

  private RateLimit(
      long interval, int burst, int fullAfterSeconds, int namesMax, LongSupplier nanos) {
    this.burst = burst;
    this.interval = interval;
    this.fullAfterSeconds = fullAfterSeconds;
    this.nanos = nanos;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Bounded(Math.max(1, namesMax / STRIPES));
    }
  }

  /**
   * For names that each have a rate of their own; see {@link #take(String, int)}.
   *
   * @param namesMax names remembered
   * @param nanos a monotonic clock, ns
   */
  public static RateLimit perName(int namesMax, LongSupplier nanos) {
    return new RateLimit(SECOND, 1, 60, namesMax, nanos);
  }

  /** What one name may take at once. */
  public int burst() {
    return burst;
  }

  /** Seconds until an empty bucket is full again. */
  public int fullAfterSeconds() {
    return fullAfterSeconds;
  }

  /**
   * Takes one of that name's tokens.
   *
   * @return 0, or the seconds after which there will be one: none was taken
   */
  public int take(String name) {
    return take(name, interval, burst);
  }

  /**
   * The same for a name with a rate of its own.
   *
   * @param perMinute what it may take for long, and at once
   */
  public int take(String name, int perMinute) {
    return take(name, 60 * SECOND / perMinute, perMinute);
  }

  private int take(String name, long each, int most) {
    long now = nanos.getAsLong();
    Bounded stripe = stripe(name);
    synchronized (stripe) {
      long debt = stripe.debt(name, now);
      long wait = debt - (most - 1) * each;
      if (wait > 0) {
        return seconds(wait);
      }
      stripe.put(name, now + debt + each);
      return 0;
    }
  }

  /** 0 if there is a token, or the seconds after which there will be one; takes none. */
  public int look(String name) {
    long now = nanos.getAsLong();
    Bounded stripe = stripe(name);
    synchronized (stripe) {
      long wait = lack(stripe.debt(name, now));
      return wait > 0 ? seconds(wait) : 0;
    }
  }

  private long lack(long debt) {
    return debt - (burst - 1) * interval;
  }

  private static int seconds(long wait) {
    return (int) (1 + (wait - 1) / SECOND);
  }

  private Bounded stripe(String name) {
    int hash = name.hashCode();
    return stripes[(hash ^ hash >>> 16) & STRIPES - 1];
  }

  private static final class Bounded extends Recent<String, Long> {
    private static final long serialVersionUID = 1L;

    Bounded(int max) {
      super(max);
    }

    long debt(String name, long now) {
      Long full = get(name);
      return full == null ? 0 : Math.max(0, full - now);
    }
  }
}
