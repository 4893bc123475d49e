package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Fen;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign may spend; no sale takes more, whatever its rule says.
 *
 * @param fen of all its discounts together
 * @param dayFen of the discounts of one day (Asia/Shanghai); null: as long as there are fen
 * @param count sales together; null: as long as there are fen
 * @param dayCount sales of one day; null: as long as there are fen
 */
record Budget(long fen, @Nullable Long dayFen, @Nullable Long count, @Nullable Long dayCount) {
  private static final long COUNT_MAX = 1_000_000_000_000L;

  /** The members of its JSON object. */
  static Budget of(Fields budget) {
    return new Budget(
        budget.whole("fen", 1, Fen.MAX),
        budget.optionalWhole("dayFen", 1, Fen.MAX),
        budget.optionalWhole("count", 1, COUNT_MAX),
        budget.optionalWhole("dayCount", 1, COUNT_MAX));
  }

  static Fields fields(Fields body) {
    return body.object("budget", "fen", "dayFen", "count", "dayCount");
  }

  JsonObject json() {
    JsonObject budget = new JsonObject().put("fen", fen);
    put(budget, "dayFen", dayFen);
    put(budget, "count", count);
    put(budget, "dayCount", dayCount);
    return budget;
  }

  /** Of a campaign's row; null: it was loaded without one, or without a limit in fen. */
  static @Nullable Budget of(Row row) {
    Long fen = row.getLong("limit_fen");
    return fen == null
        ? null
        : new Budget(
            fen,
            row.getLong("day_limit_fen"),
            row.getLong("limit_count"),
            row.getLong("day_limit_count"));
  }

  /** What the line lets it spend: nothing if it has no row; null: without limit. */
  static @Nullable Budget onTheLine(Row row) {
    return row.getLong("used_fen") == null ? new Budget(0, null, null, null) : of(row);
  }

  /** Whether it allows something that the other does not; null: that has no limit at all. */
  boolean costsMoreThan(@Nullable Budget other) {
    return other != null
        && (fen > other.fen
            || isAbove(dayFen, other.dayFen)
            || isAbove(count, other.count)
            || isAbove(dayCount, other.dayCount));
  }

  private static boolean isAbove(@Nullable Long limit, @Nullable Long other) {
    return other != null && (limit == null || limit > other);
  }

  /** With what is used of it. */
  JsonObject used(Row row) {
    return json()
        .put("usedFen", row.getLong("used_fen"))
        .put("usedCount", row.getLong("used_count"));
  }

  private static void put(JsonObject budget, String name, @Nullable Long value) {
    if (value != null) {
      budget.put(name, value);
    }
  }
}
