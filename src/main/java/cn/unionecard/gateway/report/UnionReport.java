package cn.unionecard.gateway.report;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.UnionSide;
import cn.unionecard.gateway.report.ReportRows.Union;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One report while it is read: a section after the other, in the one transaction of its call, so
 * that all figures are of the same moment.
 *
 * @param top id of the union at the top
 * @param lines those of this page, and the total of the whole
 * @param next code of the last union of this page if more come behind it, or null
 */
record UnionReport(int top, ReportRows lines, @Nullable String next) {
  /** ReportRows of one page. */
  static final int UNIONS_MAX = 500;

  private static final Map<String, String> DIMENSION_COLUMNS =
      Map.of("quality", "quality", "service", "service", "afterSales", "after_sales");

  /**
   * What is asked for.
   *
   * @param org code of the union at the top
   * @param after only the lines of unions behind this code; empty = from the first
   */
  record Wish(String org, UnionSide side, String after) {}

  /** Reads everything; fails with {@link Fault.NotFound} for a union outside the caller's. */
  static Future<UnionReport> read(DeskTransaction tx, Wish wish, Period period) {
    return tx.org(wish.org())
        .compose(
            top ->
                tx.ask(ReportSql.UNIONS, top, wish.after(), UNIONS_MAX + 1)
                    .map(rows -> page(top, rows)))
        .compose(report -> report.sections(tx, wish.side(), period).map(report));
  }

  private static UnionReport page(int top, RowSet<Row> rows) {
    ReportRows lines = new ReportRows();
    String last = null;
    int n = 0;
    for (Row row : rows) {
      if (n++ == UNIONS_MAX) {
        return new UnionReport(top, lines, last);
      }
      last = row.getString("code");
      lines.add(
          new Union(row.getInteger("id"), last, row.getString("name"), row.getString("kind")));
    }
    return new UnionReport(top, lines, null);
  }

  private interface Section {
    void take(ReportRow line, Row row);
  }

  private Future<Void> sections(DeskTransaction tx, UnionSide side, Period period) {
    List<@Nullable Object> arguments = new ArrayList<>();
    arguments.add(top);
    arguments.add(side == UnionSide.SIGNING);
    arguments.add(lines.ids());
    arguments.add(period.end());
    Object[] standing = arguments.toArray();
    arguments.add(period.begin());
    Object[] moving = arguments.toArray();
    arguments.add(period.seenAt());
    Object[] dated = arguments.toArray();
    return section(tx, ReportSql.MERCHANTS, standing, UnionReport::merchants)
        .compose(v -> section(tx, ReportSql.TRANSACTIONS, moving, UnionReport::transactions))
        .compose(v -> section(tx, ReportSql.DISCOUNTS, moving, UnionReport::discounts))
        .compose(v -> section(tx, ReportSql.REVIEWS, moving, UnionReport::reviews))
        .compose(v -> section(tx, ReportSql.COMPLAINTS, dated, UnionReport::complaints))
        .compose(v -> section(tx, ReportSql.DECISIONS, moving, UnionReport::decisions))
        .compose(v -> section(tx, ReportSql.EFFECTS, moving, UnionReport::effects));
  }

  private Future<Void> section(
      DeskTransaction tx, String sql, @Nullable Object[] arguments, Section section) {
    return tx.ask(sql, arguments)
        .map(
            rows -> {
              rows.forEach(row -> section.take(lines.of(row.getInteger("org")), row));
              return null;
            });
  }

  private static void merchants(ReportRow line, Row row) {
    long merchants = row.getLong("merchants");
    String state = row.getString("state");
    String category = "merchants.byCategory." + row.getString("category");
    line.add("merchants.total", merchants);
    line.add("merchants.byState." + state, merchants);
    line.add(category + ".total", merchants);
    if (Figures.TRADING.contains(state)) {
      line.add("merchants.trading", merchants);
      line.add(category + ".trading", merchants);
    }
  }

  private static void transactions(ReportRow line, Row row) {
    String move = row.getString("move");
    String scene = move + ".byScene." + row.getString("scene");
    for (String at : List.of(move, scene)) {
      line.add(at + ".count", row.getLong("transactions"));
      line.add(at + ".grossFen", row.getLong("gross"));
    }
    line.add(scene + ".discountFen", row.getLong("discount"));
  }

  private static void discounts(ReportRow line, Row row) {
    line.add(row.getString("move") + ".discountFen." + row.getString("funder"), row.getLong("fen"));
  }

  private static void reviews(ReportRow line, Row row) {
    long count = row.getLong("reviews");
    if (count == 0) {
      return;
    }
    line.set("reviews.count", count);
    line.set("reviews.bad", row.getLong("bad"));
    line.set("reviews.badPermille", share(1_000 * row.getLong("bad"), count));
    line.set("reviews.stars", share(100 * row.getLong("stars"), count));
    DIMENSION_COLUMNS.forEach(
        (dimension, column) -> {
          line.set("reviews." + dimension + ".bad", row.getLong(column + "_bad"));
          long stars = row.getLong(column + "_stars");
          line.set("reviews." + dimension + ".stars", share(100 * stars, count));
        });
  }

  /** Rounded half up. */
  static long share(long of, long count) {
    return (2 * of + count) / (2 * count);
  }

  private static void complaints(ReportRow line, Row row) {
    String kind = row.getString("kind");
    if (kind != null) {
      for (String what : List.of("opened", "closed", "overdue")) {
        line.set("complaints.byKind." + kind + "." + what, row.getLong(what));
      }
      return;
    }
    for (String what :
        List.of("opened", "closed", "withdrawn", "escalated", "missed", "open", "overdue")) {
      line.set("complaints." + what, row.getLong(what));
    }
    times(line, "complaints.timeToAccept", row, "accepted");
    times(line, "complaints.timeToAnswer", row, "answered");
  }

  private static void times(ReportRow line, String name, Row row, String column) {
    line.set(name + ".count", row.getLong(column));
    line.set(name + ".medianMs", row.getLong(column + "_median"));
    line.set(name + ".p90Ms", row.getLong(column + "_p90"));
  }

  private static void decisions(ReportRow line, Row row) {
    line.add("supervision.decisions." + row.getString("stage"), row.getLong("decisions"));
  }

  private static void effects(ReportRow line, Row row) {
    line.set("supervision.timeToEffect.count", row.getLong("effects"));
    line.set("supervision.timeToEffect.medianMs", row.getLong("median"));
    line.set("supervision.timeToEffect.p90Ms", row.getLong("p90"));
  }
}
