package cn.unionecard.gateway.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against what the State Council gave out, and against what must hold of any year. */
class StatutoryHolidaysTest {
  /**
   * 国办发明电〔2024〕12号 and the notice for 2026 name the festivals; the years after are of the almanac.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-01-01", "2025-01-28", "2025-01-29", "2025-01-31", "2025-04-04", "2025-05-01",
        "2025-05-02", "2025-05-31", "2025-10-01", "2025-10-03", "2025-10-06", "2026-02-16",
        "2026-02-17", "2026-02-19", "2026-04-05", "2026-06-19", "2026-09-25", "2027-01-01",
        "2027-02-05", "2027-02-06", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15",
        "2030-02-03", "2033-01-31", "2033-09-08", "2100-02-09"
      })
  void areHolidays(String day) {
    assertTrue(StatutoryHolidays.contains(LocalDate.parse(day)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-01-27",
        "2025-02-01",
        "2026-02-15",
        "2026-02-20",
        "2026-05-03",
        "2026-10-04",
        "2027-01-04",
        "2027-02-09",
        "2030-02-06"
      })
  void areNone(String day) {
    assertFalse(StatutoryHolidays.contains(LocalDate.parse(day)));
  }

  /** Thirteen of them, unless Mid-Autumn falls on National Day. */
  @Test
  void everyYearHasItsThirteen() {
    for (int year = 2025; year <= StatutoryHolidays.LAST_YEAR; year++) {
      LocalDate first = LocalDate.of(year, 1, 1);
      List<LocalDate> days =
          first.datesUntil(first.plusYears(1)).filter(StatutoryHolidays::contains).toList();
      assertTrue(days.size() >= 12 && days.size() <= 13, year + ": " + days);
    }
  }

  @Test
  void noneIsAWorkingDayThoughNoCalendarSaysSo() {
    WorkingDays none = new WorkingDays(Map.of());
    Instant lastDay = Instant.parse("2026-12-31T15:00:00+08:00");
    assertEquals(
        Instant.parse("2027-01-05T00:00:00+08:00"),
        none.after(lastDay, 1, WorkingDays.Unit.WORKING_DAYS),
        "with the end of Monday the 4th");
    assertEquals(
        Instant.parse("2027-01-04T10:00:00+08:00"),
        none.after(Instant.parse("2026-12-31T16:00:00+08:00"), 2, WorkingDays.Unit.WORKING_HOURS));
    WorkingDays wrong =
        new WorkingDays(Map.of(LocalDate.of(2027, 10, 1), WorkingDays.Kind.WORKDAY));
    assertFalse(wrong.isWorkday(LocalDate.of(2027, 10, 1)), "whatever was entered");
  }
}
