package cn.unionecard.gateway.rules;

import java.util.ArrayList;
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

  /** An empty list restricts nothing: a span that holds no second restricts to nothing. */
  private static final Span NEVER = new Span(0, 0);

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

  /** When both work. */
  public Times and(Times other) {
    boolean never = weekdays != 0 && other.weekdays != 0 && (weekdays & other.weekdays) == 0;
    boolean all = weekdays == 0 || other.weekdays == 0;
    int days = all ? weekdays | other.weekdays : weekdays & other.weekdays;
    List<Span> closed = new ArrayList<>(blackouts);
    closed.addAll(other.blackouts);
    return new Times(days, never ? List.of(NEVER) : both(hours, other.hours), closed);
  }

  /** Whether it works at no moment of a week at which the other does not. */
  boolean isWithin(Times other) {
    boolean days = other.weekdays == 0 || (weekdays != 0 && (weekdays & ~other.weekdays) == 0);
    return days
        && (other.hours.isEmpty()
            || (!hours.isEmpty() && hours.stream().allMatch(one -> isCovered(one, other.hours))));
  }

  private static boolean isCovered(Span one, List<Span> by) {
    return by.stream().anyMatch(span -> span.from() <= one.from() && one.to() <= span.to());
  }

  private static List<Span> both(List<Span> some, List<Span> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    List<Span> both = new ArrayList<>();
    for (Span one : some) {
      for (Span other : others) {
        int from = Math.max(one.from(), other.from());
        int to = Math.min(one.to(), other.to());
        if (from < to) {
          both.add(new Span(from, to));
        }
      }
    }
    return both.isEmpty() ? List.of(NEVER) : both;
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
