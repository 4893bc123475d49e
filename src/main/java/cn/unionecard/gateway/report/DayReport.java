package cn.unionecard.gateway.report;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.UnionSide;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few figures of a subtree day by day, each day of the period there. Their sums are those of the
 * {@link UnionReport} of the same period, for they are read by the same rules.
 */
final class DayReport {
  /** A quarter. */
  static final int DAYS_MAX = 92;

  private final Period period;
  private final JsonArray days = new JsonArray();

  private DayReport(Period period) {
    this.period = period;
    for (long day = first(); day <= period.to().toEpochDay(); day++) {
      JsonObject line =
          new JsonObject().put("day", period.from().plusDays(day - first()).toString());
      Figures.MOVES.keySet().forEach(move -> line.put(move, moves()));
      days.add(line.put("reviews", 0L).put("badReviews", 0L).put("complaints", 0L));
    }
  }

  private static JsonObject moves() {
    JsonObject funders = new JsonObject();
    Figures.FUNDERS.keySet().forEach(funder -> funders.put(funder, 0L));
    return new JsonObject().put("count", 0L).put("grossFen", 0L).put("discountFen", funders);
  }

  /** Reads it; fails with {@link Fault.NotFound} for a union outside the caller's. */
  static Future<JsonObject> read(DeskTransaction tx, String org, UnionSide side, Period period) {
    DayReport report = new DayReport(period);
    return tx.org(org)
        .compose(top -> report.sections(tx, top, side))
        .map(
            read ->
                new JsonObject()
                    .put("org", org)
                    .put("side", side.name())
                    .put("from", period.from().toString())
                    .put("to", period.to().toString())
                    .put("asOf", Clocks.RFC_3339.format(period.asOf()))
                    .put("days", report.days));
  }

  private Future<Void> sections(DeskTransaction tx, int top, UnionSide side) {
    @Nullable Object[] arguments = {
      top, side == UnionSide.SIGNING, null, period.end(), period.begin()
    };
    return section(tx, ReportSql.MOVES_BY_DAY, arguments, DayReport::moved)
        .compose(v -> section(tx, ReportSql.DISCOUNTS_BY_DAY, arguments, DayReport::discounted))
        .compose(v -> section(tx, ReportSql.REVIEWS_BY_DAY, arguments, DayReport::reviewed))
        .compose(v -> section(tx, ReportSql.COMPLAINTS_BY_DAY, arguments, DayReport::complained));
  }

  private Future<Void> section(
      DeskTransaction tx,
      String sql,
      @Nullable Object[] arguments,
      BiConsumer<JsonObject, Row> taken) {
    return tx.ask(sql, arguments)
        .map(
            rows -> {
              rows.forEach(row -> taken.accept(day(row), row));
              return null;
            });
  }

  private JsonObject day(Row row) {
    return days.getJsonObject((int) (row.getInteger("day") - first()));
  }

  private long first() {
    return period.from().toEpochDay();
  }

  private static void moved(JsonObject day, Row row) {
    JsonObject unused =
        day.getJsonObject(row.getString("move"))
            .put("count", row.getLong("transactions"))
            .put("grossFen", row.getLong("gross"));
  }

  private static void discounted(JsonObject day, Row row) {
    JsonObject unused =
        day.getJsonObject(row.getString("move"))
            .getJsonObject("discountFen")
            .put(row.getString("funder"), row.getLong("fen"));
  }

  private static void reviewed(JsonObject day, Row row) {
    JsonObject unused =
        day.put("reviews", row.getLong("reviews")).put("badReviews", row.getLong("bad"));
  }

  private static void complained(JsonObject day, Row row) {
    JsonObject unused = day.put("complaints", row.getLong("opened"));
  }
}
