package cn.unionecard.gateway.shop;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Days of China's calendar, one after the other.
 *
 * @param to the last one
 */
record Days(LocalDate from, LocalDate to) {
  static final int MAX = 92;

  /**
   * As asked for: without an end up to today, without a beginning the last one alone.
   *
   * @throws Fault.Malformed if they are none or more than {@value #MAX}
   */
  static Days of(@Nullable LocalDate from, @Nullable LocalDate to, LocalDate today) {
    LocalDate last = to == null ? today : to;
    LocalDate first = from == null ? last : from;
    if (first.isAfter(last)) {
      throw new Fault.Malformed("from", "from is after to");
    }
    if (ChronoUnit.DAYS.between(first, last) >= MAX) {
      throw new Fault.Malformed("from", "more than " + MAX + " days are asked for");
    }
    return new Days(first, last);
  }

  /** Whether it is a day alone. */
  boolean isOne() {
    return from.equals(to);
  }

  OffsetDateTime begin() {
    return from.atStartOfDay(Clocks.CHINA).toOffsetDateTime();
  }

  /** Exclusive. */
  OffsetDateTime end() {
    return to.plusDays(1).atStartOfDay(Clocks.CHINA).toOffsetDateTime();
  }
}
