package cn.unionecard.gateway.report;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Whole days of China's calendar.
 *
 * @param from first day
 * @param to last day, at most {@value #DAYS_MAX} days in all
 * @param asOf when the report was made, or the end of its last day if that is earlier: what is open
 *     or overdue is so at this time; whole milliseconds
 */
record Period(LocalDate from, LocalDate to, Instant asOf) {
  static final int DAYS_MAX = 366;

  /**
   * A period as it is seen at a time.
   *
   * @param daysMax how long it may be
   * @throws Fault.Malformed if it is empty or too long
   */
  static Period of(LocalDate from, LocalDate to, Instant now, int daysMax) {
    if (to.isBefore(from)) {
      throw new Fault.Malformed("to", "to lies before from");
    }
    if (ChronoUnit.DAYS.between(from, to) >= daysMax) {
      throw new Fault.Malformed(
          "from", "a report of this kind is about at most " + daysMax + " days");
    }
    Instant end = to.plusDays(1).atStartOfDay(Clocks.CHINA).toInstant();
    return new Period(from, to, (now.isBefore(end) ? now : end).truncatedTo(ChronoUnit.MILLIS));
  }

  OffsetDateTime begin() {
    return midnight(from);
  }

  /** The first moment that no longer belongs to it. */
  OffsetDateTime end() {
    return midnight(to.plusDays(1));
  }

  OffsetDateTime seenAt() {
    return asOf.atOffset(ZoneOffset.UTC);
  }

  private static OffsetDateTime midnight(LocalDate day) {
    return day.atStartOfDay(Clocks.CHINA).toInstant().atOffset(ZoneOffset.UTC);
  }
}
