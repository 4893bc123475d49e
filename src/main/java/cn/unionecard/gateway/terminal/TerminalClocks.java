package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.runtime.Clocks;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * How far the clocks of terminals are off: one distribution for those ahead and one for those
 * behind, of all terminals together.
 */
public final class TerminalClocks {
  private static final double[] BUCKETS_SECONDS = {1, 5, 30, 60, 300, 3_600, 86_400};

  private final Clock clock;
  private final DistributionSummary ahead;
  private final DistributionSummary behind;

  public TerminalClocks(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.ahead = drift(registry, "ahead");
    this.behind = drift(registry, "behind");
  }

  private static DistributionSummary drift(MeterRegistry registry, String direction) {
    return DistributionSummary.builder("ecard.terminal.clock.drift")
        .description("difference between a terminal's clock and ours, as its messages show it")
        .baseUnit("seconds")
        .tag("direction", direction)
        .serviceLevelObjectives(BUCKETS_SECONDS)
        .register(registry);
  }

  /** A message says when it was sent. */
  public void seen(Instant sent) {
    Duration drift = Duration.between(clock.instant(), sent);
    double seconds = drift.abs().toMillis() / 1000.0;
    (drift.isNegative() ? behind : ahead).record(seconds);
  }

  /**
   * A message says so by local date without a year (ISO 8583 fields 13 and 12); the year is the one
   * that brings it nearest.
   *
   * @param month 1 to 12, {@code day} 1 to 31; a day that no near year has is not counted
   */
  public void seen(int month, int day, LocalTime time) {
    Instant nearest = nearest(month, day, time, clock.instant());
    if (nearest != null) {
      seen(nearest);
    }
  }

  /** The time of that local date in the year that brings it nearest to now, or null. */
  public static @Nullable Instant nearest(int month, int day, LocalTime time, Instant at) {
    ZonedDateTime now = at.atZone(Clocks.CHINA);
    Instant nearest = null;
    for (int year = now.getYear() - 1; year <= now.getYear() + 1; year++) {
      try {
        Instant sent = LocalDate.of(year, month, day).atTime(time).atZone(Clocks.CHINA).toInstant();
        if (nearest == null || distance(sent, now).compareTo(distance(nearest, now)) < 0) {
          nearest = sent;
        }
      } catch (DateTimeException notInThatYear) {
        continue; // the 29th of February
      }
    }
    return nearest;
  }

  private static Duration distance(Instant sent, ZonedDateTime now) {
    return Duration.between(now.toInstant(), sent).abs();
  }
}
