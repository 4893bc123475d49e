package cn.unionecard.gateway;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Time that passes only when told to: one thread does what is due, in its order. The wall clock
 * hangs on it and can be set.
 */
public final class VirtualTime extends Clock {
  private record Due(long atUs, long order, Runnable run) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::atUs).thenComparingLong(Due::order));
  private final Set<Long> cancelled = new HashSet<>();
  private long nowUs;
  private long order;
  private long wallMs;

  /**
   * @param wallMs what the wall clock shows at the beginning, ms since 1970
   */
  public VirtualTime(long wallMs) {
    this.wallMs = wallMs;
  }

  /** Microseconds since the beginning. */
  public long nowUs() {
    return nowUs;
  }

  /** Does something later; what is due at once comes behind what was due before. */
  @CanIgnoreReturnValue
  public long after(long us, Runnable run) {
    due.add(new Due(nowUs + Math.max(0, us), ++order, run));
    return order;
  }

  public void cancel(long timer) {
    cancelled.add(timer);
  }

  /** Lets time pass. */
  public void passMs(long ms) {
    long until = nowUs + ms * 1_000;
    for (Due next = due.peek(); next != null && next.atUs <= until; next = due.peek()) {
      due.remove();
      nowUs = next.atUs;
      if (!cancelled.remove(next.order)) {
        next.run.run();
      }
    }
    nowUs = until;
  }

  /** Sets the wall clock forwards, or back. */
  public void setMs(long byMs) {
    wallMs += byMs;
  }

  @Override
  public long millis() {
    return wallMs + nowUs / 1_000;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis()).plusNanos(nowUs % 1_000 * 1_000);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
