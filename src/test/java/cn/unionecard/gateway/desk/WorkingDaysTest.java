package cn.unionecard.gateway.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.desk.WorkingDays.Kind;
import cn.unionecard.gateway.desk.WorkingDays.Unit;
import cn.unionecard.gateway.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkingDaysTest {
  private static final WorkingDays DAYS = new WorkingDays(year2026());

  private static Map<LocalDate, Kind> year2026() {
    Map<LocalDate, Kind> days = new HashMap<>();
    holidays(days, "2026-01-01", 3);
    holidays(days, "2026-02-15", 9);
    holidays(days, "2026-04-04", 3);
    holidays(days, "2026-05-01", 5);
    holidays(days, "2026-06-19", 3);
    holidays(days, "2026-09-25", 3);
    holidays(days, "2026-10-01", 7);
    for (String worked :
        new String[] {
          "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
        }) {
      days.put(LocalDate.parse(worked), Kind.WORKDAY);
    }
    return days;
  }

  private static void holidays(Map<LocalDate, Kind> days, String first, int count) {
    for (int i = 0; i < count; i++) {
      days.put(LocalDate.parse(first).plusDays(i), Kind.HOLIDAY);
    }
  }

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(Clocks.CHINA).toInstant();
  }

  private static void expect(String start, int amount, Unit unit, String end) {
    assertEquals(at(end), DAYS.after(at(start), amount, unit), start + " + " + amount + unit);
  }

  private static void expectLeft(int days, String now, String deadline) {
    assertEquals(days, DAYS.left(at(now), at(deadline)), now + " until " + deadline);
  }

  /** What a limit in days began with is what is left of it on the day it begins. */
  @Test
  void whatIsLeftIsCountedAsLimitsAre() {
    expectLeft(1, "2026-11-24T09:00", "2026-11-26T00:00");
    expectLeft(0, "2026-11-25T23:59", "2026-11-26T00:00");
    expectLeft(0, "2026-11-25T09:00", "2026-11-25T17:00");
    expectLeft(0, "2026-12-01T00:00", "2026-11-26T00:00");
    expectLeft(1, "2026-11-27T10:00", "2026-12-01T00:00");
    for (int amount = 1; amount < 40; amount++) {
      Instant start = at("2026-09-18T10:00");
      assertEquals(amount, DAYS.left(start, DAYS.after(start, amount, Unit.WORKING_DAYS)));
    }
  }

  @Test
  void limitsInDaysAsOneWouldCountThemOnAWallCalendar() {
    expect("2026-11-24T00:00", 1, Unit.WORKING_DAYS, "2026-11-26T00:00");
    expect("2026-11-24T23:59:59", 1, Unit.WORKING_DAYS, "2026-11-26T00:00");
    expect("2026-11-27T10:00", 1, Unit.WORKING_DAYS, "2026-12-01T00:00");
    expect("2026-11-28T10:00", 1, Unit.WORKING_DAYS, "2026-12-01T00:00");
    // nine days of Spring Festival, the Saturday before worked
    expect("2026-02-13T10:00", 1, Unit.WORKING_DAYS, "2026-02-15T00:00");
    expect("2026-02-13T10:00", 2, Unit.WORKING_DAYS, "2026-02-25T00:00");
    // National Day, the Saturday after worked
    expect("2026-09-30T10:00", 3, Unit.WORKING_DAYS, "2026-10-11T00:00");
    // a Sunday worked: it is a day a limit can end on
    expect("2026-09-18T10:00", 1, Unit.WORKING_DAYS, "2026-09-21T00:00");
    // over the year's end, where 2027 is known by its weekdays only
    expect("2026-12-31T10:00", 3, Unit.WORKING_DAYS, "2027-01-07T00:00");
    expect("2025-12-31T10:00", 1, Unit.WORKING_DAYS, "2026-01-05T00:00");
  }

  @Test
  void limitsInHoursRunWhenTheDeskIsOpen() {
    expect("2026-11-24T10:00", 2, Unit.WORKING_HOURS, "2026-11-24T12:00");
    expect("2026-11-24T09:00", 8, Unit.WORKING_HOURS, "2026-11-24T17:00");
    expect("2026-11-24T16:00", 2, Unit.WORKING_HOURS, "2026-11-25T10:00");
    expect("2026-11-24T06:00", 1, Unit.WORKING_HOURS, "2026-11-24T10:00");
    expect("2026-11-24T17:00", 1, Unit.WORKING_HOURS, "2026-11-25T10:00");
    expect("2026-11-28T12:00", 9, Unit.WORKING_HOURS, "2026-12-01T10:00");
    expect("2026-09-30T16:30", 1, Unit.WORKING_HOURS, "2026-10-08T09:30");
    expect("2026-10-09T16:00", 9, Unit.WORKING_HOURS, "2026-10-10T17:00");
  }

  /** Against a count day by day that knows nothing of how the class counts. */
  @Test
  void everyDayOfTheYear() {
    SplittableRandom random = new SplittableRandom(20261124);
    for (LocalDate day = LocalDate.of(2026, 1, 1); day.getYear() == 2026; day = day.plusDays(1)) {
      int amount = random.nextInt(1, 40);
      Instant start = day.atTime(random.nextInt(24), 7).atZone(Clocks.CHINA).toInstant();
      Instant end = DAYS.after(start, amount, Unit.WORKING_DAYS);
      LocalDate last = end.minusMillis(1).atZone(Clocks.CHINA).toLocalDate();
      assertTrue(DAYS.isWorkday(last), () -> "ends on a day off: " + last);
      LocalDate from = day;
      long counted = day.plusDays(1).datesUntil(last.plusDays(1)).filter(DAYS::isWorkday).count();
      assertEquals(amount, counted, () -> from + " to " + last);
      Instant byHours = DAYS.after(start, amount, Unit.WORKING_HOURS);
      assertEquals(Duration.ofHours(amount), open(start, byHours), () -> "hours from " + start);
      assertTrue(DAYS.after(start, amount + 1, Unit.WORKING_DAYS).isAfter(end), "longer is later");
    }
  }

  /** How long the desk was open between two instants, minute by minute. */
  private static Duration open(Instant from, Instant to) {
    long minutes = 0;
    for (Instant at = from; at.isBefore(to); at = at.plusSeconds(60)) {
      var local = at.atZone(Clocks.CHINA);
      if (DAYS.isWorkday(local.toLocalDate()) && local.getHour() >= 9 && local.getHour() < 17) {
        minutes++;
      }
    }
    return Duration.ofMinutes(minutes);
  }

  @Test
  void theYearHasTheWorkingDaysOfTheNotice() {
    LocalDate first = LocalDate.of(2026, 1, 1);
    // 261 weekdays, less 19 of them that are holidays, and six weekends worked
    long worked = first.datesUntil(first.plusYears(1)).filter(DAYS::isWorkday).count();
    assertEquals(248, worked);
    assertFalse(DAYS.isWorkday(LocalDate.of(2026, 10, 7)));
    assertTrue(DAYS.isWorkday(LocalDate.of(2026, 10, 10)));
  }

  @Test
  void aCalendarThatNeverOpensIsAFault() {
    Map<LocalDate, Kind> days = new HashMap<>();
    holidays(days, "2026-01-01", 365);
    WorkingDays closed = new WorkingDays(days);
    assertThrows(
        IllegalStateException.class,
        () -> closed.after(at("2026-01-02T10:00"), 1, Unit.WORKING_DAYS));
  }
}
