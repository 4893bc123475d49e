package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** When a clock runs out, by the limits and the calendar in force on the day it starts. */
final class ComplaintClocks {
  private static final String LIMIT =
      """
      select amount, unit from complaint_limit
      where kind in ($1, '*') and severity in ($2, '*') and clock = $3
        and valid_from <= $4 and (valid_to is null or valid_to > $4)
      order by kind = '*', severity = '*', valid_from desc limit 1
      """;

  /** As it is known today, from a day on. */
  private static final String CALENDAR_NOW =
      """
      select distinct on (day) day, kind from holiday_calendar
      where day >= $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)
      order by day, valid_from desc
      """;

  private static final String STEPS =
      "select step, at from complaint_step where complaint = $1 order by id";

  private ComplaintClocks() {}

  /** The deadline that runs, made again from all steps with the calendar of today. */
  static Future<@Nullable OffsetDateTime> again(DeskTransaction tx, ComplaintRow row) {
    return tx.ask(STEPS, row.id())
        .compose(
            steps -> {
              Future<@Nullable OffsetDateTime> chain = Future.succeededFuture();
              for (Row step : steps) {
                ComplaintStep.Clock clock = ComplaintStep.valueOf(step.getString("step")).clock;
                OffsetDateTime at = step.getOffsetDateTime("at");
                chain = chain.compose(before -> again(tx, row, clock, at, before));
              }
              return chain;
            });
  }

  private static Future<@Nullable OffsetDateTime> again(
      DeskTransaction tx,
      ComplaintRow row,
      ComplaintStep.Clock clock,
      OffsetDateTime at,
      @Nullable OffsetDateTime before) {
    if (!clock.isLimit()) {
      return Future.succeededFuture(clock == ComplaintStep.Clock.KEEP ? before : null);
    }
    Instant start =
        clock == ComplaintStep.Clock.EXTEND && before != null && before.isAfter(at)
            ? before.toInstant().minusMillis(1)
            : at.toInstant();
    return tx.first(LIMIT, row.kind().name(), row.severity().name(), clock.name(), day(at))
        .compose(
            limit ->
                tx.ask(CALENDAR_NOW, day(at), day(tx.at()))
                    .map(days -> after(limit, days, start, clock)));
  }

  private static LocalDate day(OffsetDateTime at) {
    return at.atZoneSameInstant(Clocks.CHINA).toLocalDate();
  }

  /**
   * The deadline after a step.
   *
   * @param now the one that runs, or null
   */
  static Future<@Nullable OffsetDateTime> after(
      DeskTransaction tx,
      String kind,
      ComplaintSeverity severity,
      ComplaintStep.Clock clock,
      @Nullable OffsetDateTime now) {
    if (!clock.isLimit()) {
      return Future.succeededFuture(clock == ComplaintStep.Clock.KEEP ? now : null);
    }
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    // A deadline ends with its last day, at an instant that is of the next: go on from the day.
    Instant start =
        clock == ComplaintStep.Clock.EXTEND && now != null && now.isAfter(tx.at())
            ? now.toInstant().minusMillis(1)
            : tx.at().toInstant();
    return tx.first(LIMIT, kind, severity.name(), clock.name(), today)
        .compose(
            limit ->
                tx.ask(WorkingDays.KNOWN, today).map(days -> after(limit, days, start, clock)));
  }

  private static OffsetDateTime after(
      @Nullable Row limit, Iterable<Row> days, Instant start, ComplaintStep.Clock clock) {
    if (limit == null) {
      throw new IllegalStateException("complaint_limit has no row in force for " + clock);
    }
    return WorkingDays.of(days)
        .after(start, limit.getInteger("amount"), WorkingDays.Unit.valueOf(limit.getString("unit")))
        .atOffset(ZoneOffset.UTC);
  }

  /** The days to come, as they are known today. */
  static Future<WorkingDays> calendar(DeskTransaction tx) {
    return tx.ask(WorkingDays.KNOWN, day(tx.at())).map(WorkingDays::of);
  }
}
