package cn.unionecard.gateway.rules;

import java.util.List;

/**
 * When within its window a campaign works, in Asia/Shanghai; an empty list restricts nothing.
 *
 * @param weekdays a bit for each, Monday's the lowest; 0: every day
 * @param hours spans of a day, seconds since midnight
 * @param blackouts spans of days since 1970-01-01 on which it does not work
 */
public record Times(int weekdays, List<Span> hours, List<Span> blackouts) {
  /** Always. */
  public static final Times ALWAYS = new Times(0, List.of(), List.of());

  private static final long DAY_S = 86_400;
  private static final long ZONE_OFFSET_S = 8 * 3_600;

  /** 1970-01-01 was a Thursday. */
  private static final int FIRST_WEEKDAY = 3;

  /**
   * From one to another.
   *
   * @param from the first within
   * @param to the first behind it
   */
  public record Span(int from, int to) {
    boolean holds(long value) {
      return value >= from && value < to;
    }
  }

  public Times {
    hours = List.copyOf(hours);
    blackouts = List.copyOf(blackouts);
  }

  /** Whether it works at that moment, ms since 1970. */
  public boolean hold(long epochMs) {
    if (weekdays == 0 && hours.isEmpty() && blackouts.isEmpty()) {
      return true;
    }
    long second = Math.floorDiv(epochMs, 1_000L) + ZONE_OFFSET_S;
    long day = Math.floorDiv(second, DAY_S);
    boolean today = weekdays == 0 || (weekdays >> Math.floorMod(day + FIRST_WEEKDAY, 7) & 1) == 1;
    return today
        && (hours.isEmpty() || isIn(hours, Math.floorMod(second, DAY_S)))
        && !isIn(blackouts, day);
  }

  /** The first moment from one to another at which it works; the other, if there is none. */
  public long firstFrom(long fromMs, long endMs) {
    if (hold(fromMs)) {
      return fromMs;
    }
    long midnight = Math.floorDiv(fromMs + ZONE_OFFSET_S * 1_000, DAY_S * 1_000) * DAY_S * 1_000;
    for (long day = midnight - ZONE_OFFSET_S * 1_000; day < endMs; day += DAY_S * 1_000) {
      long found = endMs;
      for (int i = -1; i < hours.size(); i++) {
        long at = day + (i < 0 ? 0 : hours.get(i).from() * 1_000L);
        found = at >= fromMs && at < found && hold(at) ? at : found;
      }
      if (found < endMs) {
        return found;
      }
    }
    return endMs;
  }

  private static boolean isIn(List<Span> spans, long value) {
    for (int i = 0; i < spans.size(); i++) {
      if (spans.get(i).holds(value)) {
        return true;
      }
    }
    return false;
  }
}
