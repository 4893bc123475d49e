package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.sqlclient.Row;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;

/**
 * The working-day clock of China: Monday to Friday, but for what is a holiday by law in every year
 * and for the days a calendar names. A limit in days ends with the last of them, the day it began
 * on not counted; a limit in hours runs from 9:00 to 17:00 of working days only.
 */
public final class WorkingDays {
  private static final LocalTime OPENS = LocalTime.of(9, 0);
  private static final LocalTime CLOSES = LocalTime.of(17, 0);

  /** No calendar keeps a union closed for longer; one that does is wrong. */
  private static final int REST_DAYS_MAX = 60;

  /** What a day is that is not what its weekday says. */
  public enum Kind {
    WORKDAY,
    HOLIDAY
  }

  /** What a limit is counted in. */
  public enum Unit {
    WORKING_HOURS,
    WORKING_DAYS
  }

  /** The days to come, as they are known on the day {@code $1}. */
  public static final String KNOWN =
      """
      select distinct on (day) day, kind from holiday_calendar
      where day >= $1 and valid_from <= $1 and (valid_to is null or valid_to > $1)
      order by day, valid_from desc
      """;

  private final Map<LocalDate, Kind> calendar;

  public WorkingDays(Map<LocalDate, Kind> calendar) {
    this.calendar = Map.copyOf(calendar);
  }

  /** What {@link #KNOWN} gives. */
  public static WorkingDays of(Iterable<Row> days) {
    Map<LocalDate, Kind> calendar = new HashMap<>();
    days.forEach(day -> calendar.put(day.getLocalDate("day"), Kind.valueOf(day.getString("kind"))));
    return new WorkingDays(calendar);
  }

  public boolean isWorkday(LocalDate day) {
    if (StatutoryHolidays.contains(day)) {
      return false;
    }
    Kind named = calendar.get(day);
    if (named != null) {
      return named == Kind.WORKDAY;
    }
    return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
  }

  /** The instant from which on the limit is passed. */
  public Instant after(Instant start, int amount, Unit unit) {
    ZonedDateTime local = start.atZone(Clocks.CHINA);
    return switch (unit) {
      case WORKING_DAYS -> afterDays(local.toLocalDate(), amount);
      case WORKING_HOURS -> afterHours(local, Duration.ofHours(amount));
    };
  }

  /** Working days until a deadline ends, today not counted; 0 when it is over. */
  public int left(Instant now, Instant deadline) {
    LocalDate tomorrow = now.atZone(Clocks.CHINA).toLocalDate().plusDays(1);
    LocalDate end = deadline.minusMillis(1).atZone(Clocks.CHINA).toLocalDate().plusDays(1);
    return end.isAfter(tomorrow)
        ? (int) tomorrow.datesUntil(end).filter(this::isWorkday).count()
        : 0;
  }

  private Instant afterDays(LocalDate start, int amount) {
    LocalDate last = start;
    for (int i = 0; i < amount; i++) {
      last = nextWorkday(last);
    }
    return last.plusDays(1).atStartOfDay(Clocks.CHINA).toInstant();
  }

  private Instant afterHours(ZonedDateTime start, Duration amount) {
    LocalDate day = start.toLocalDate();
    LocalTime from = start.toLocalTime().isBefore(OPENS) ? OPENS : start.toLocalTime();
    if (!isWorkday(day) || !from.isBefore(CLOSES)) {
      day = nextWorkday(day);
      from = OPENS;
    }
    Duration left = amount;
    while (left.compareTo(Duration.between(from, CLOSES)) > 0) {
      left = left.minus(Duration.between(from, CLOSES));
      day = nextWorkday(day);
      from = OPENS;
    }
    return day.atTime(from.plus(left)).atZone(Clocks.CHINA).toInstant();
  }

  /** The first working day after a day. */
  public LocalDate nextWorkday(LocalDate day) {
    for (int i = 1; i <= REST_DAYS_MAX; i++) {
      if (isWorkday(day.plusDays(i))) {
        return day.plusDays(i);
      }
    }
    throw new IllegalStateException("no working day within " + REST_DAYS_MAX + " days of " + day);
  }
}
