package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a card has paid with. Found by the codes that it used up, which the line keeps by card
 * anyway: a purchase costs the tills nothing more because it can be looked up here.
 */
final class Purchases {
  static final int PAGE_ROWS = 20;

  /** Of each purchase what stands: refunds have their part taken off. */
  private static final String STANDING =
      """
      from code_use u
      join transaction t on t.id = u.transaction
      join merchant m on m.id = t.merchant
      left join hold h on h.origin = t.id
      left join undo d on d.original = t.id
      """;

  private static final String PAGE =
      """
      select u.step, coalesce(case when h.state = 'COMPLETED' then h.ended_by end, t.id) as id,
        m.merchant_no, m.name, m.category, t.order_fen, t.member_pays_fen,
        coalesce(d.undone_fen, 0) as undone_fen,
        coalesce(d.undone_member_fen, 0) as undone_member_fen,
        case when coalesce(d.whole, false) or h.state in ('RELEASED', 'EXPIRED', 'REVERSED')
          then 'UNDONE' when h.state = 'OPEN' then 'HELD' when d.original is not null
          then 'PARTLY_RETURNED' else 'STANDS' end as state,
        r.id as review, e.edition, e.source, e.stars, e.quality, e.service, e.after_sales, e.text,
        e.tags
      """
          + STANDING
          + """
          left join review r on r.origin = t.id
          left join lateral (select * from review_edition e where e.review = r.id
            order by e.edition desc limit 1) e on true
          where u.card = $1 and u.step < $2
          order by u.step desc limit $3
          """;

  private static final String SAVED =
      """
      with saved as (
        select m.category, t.id, t.discount_fen
          - coalesce(d.undone_fen - d.undone_member_fen, 0) as fen
      """
          + STANDING
          + """
            where u.card = $1 and (h.origin is null or h.state = 'COMPLETED')
              and not coalesce(d.whole, false))
          select category, sum(fen)::bigint as total_fen, count(*) as total_count,
            coalesce(sum(fen) filter (where id >= transaction_id_at($2)), 0)::bigint as year_fen,
            count(*) filter (where id >= transaction_id_at($2)) as year_count,
            coalesce(sum(fen) filter (where id >= transaction_id_at($3)), 0)::bigint as month_fen,
            count(*) filter (where id >= transaction_id_at($3)) as month_count
          from saved group by category order by category
          """;

  private Purchases() {}

  /**
   * A page, the latest first.
   *
   * @param below where the page before ended
   * @param rightDays for how long a purchase can be reviewed
   */
  static Future<DeskReply> page(DeskTransaction tx, CardNo card, long below, int rightDays) {
    return tx.ask(PAGE, card.serial(), below, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              long last = 0;
              for (Row row : rows) {
                all.add(json(row, rightDays));
                last = row.getLong("step");
              }
              JsonObject page = new JsonObject().put("transactions", all);
              return DeskReply.ok(all.size() < PAGE_ROWS ? page : page.put("next", last));
            });
  }

  private static JsonObject json(Row row, int rightDays) {
    TransactionId id = new TransactionId(row.getLong("id"));
    Instant at = Instant.ofEpochMilli(id.epochMs());
    long undone = row.getLong("undone_fen");
    long undoneMember = row.getLong("undone_member_fen");
    long order = row.getLong("order_fen");
    long pays = row.getLong("member_pays_fen");
    String state = row.getString("state");
    JsonObject purchase =
        new JsonObject()
            .put("id", id.toString())
            .put("at", time(at))
            .put("merchantNo", row.getString("merchant_no"))
            .put("merchantName", row.getString("name"))
            .put("category", row.getString("category"))
            .put("orderFen", order)
            .put("memberPaysFen", pays)
            .put("returnedFen", undoneMember)
            .put("savedFen", saves(state) ? order - pays - (undone - undoneMember) : 0)
            .put("state", state);
    if (saves(state)) {
      purchase.put("reviewUntil", time(at.plus(Duration.ofDays(rightDays))));
    }
    return row.getLong("review") == null ? purchase : purchase.put("review", review(row));
  }

  private static boolean saves(String state) {
    return state.equals("STANDS") || state.equals("PARTLY_RETURNED");
  }

  private static JsonObject review(Row row) {
    JsonObject review =
        new JsonObject()
            .put("review", row.getLong("review"))
            .put("edition", row.getInteger("edition"))
            .put("stars", row.getInteger("stars"))
            .put("quality", row.getInteger("quality"))
            .put("service", row.getInteger("service"))
            .put("afterSales", row.getInteger("after_sales"))
            .put("tags", new JsonArray(List.of((Object[]) row.getArrayOfStrings("tags"))));
    String text = row.getString("text");
    return text == null ? review : review.put("text", text);
  }

  private static @Nullable String time(Instant at) {
    return Spelling.time(at.atOffset(ZoneOffset.UTC));
  }

  /** What the card has saved, in all and by the merchants' category. */
  static Future<DeskReply> saved(DeskTransaction tx, CardNo card) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return tx.ask(
            SAVED, card.serial(), beginOf(today.withDayOfYear(1)), beginOf(today.withDayOfMonth(1)))
        .map(rows -> DeskReply.ok(sums(rows)));
  }

  private static OffsetDateTime beginOf(LocalDate day) {
    return day.atStartOfDay(Clocks.CHINA).toOffsetDateTime();
  }

  private static JsonObject sums(RowSet<Row> rows) {
    JsonArray categories = new JsonArray();
    for (Row row : rows) {
      categories.add(
          new JsonObject()
              .put("category", row.getString("category"))
              .put("month", sum(row, "month"))
              .put("year", sum(row, "year"))
              .put("total", sum(row, "total")));
    }
    return new JsonObject()
        .put("month", sum(rows, "month"))
        .put("year", sum(rows, "year"))
        .put("total", sum(rows, "total"))
        .put("categories", categories);
  }

  private static JsonObject sum(Row row, String period) {
    return sum(row.getLong(period + "_fen"), row.getLong(period + "_count"));
  }

  private static JsonObject sum(RowSet<Row> rows, String period) {
    long fen = 0;
    long count = 0;
    for (Row row : rows) {
      fen += row.getLong(period + "_fen");
      count += row.getLong(period + "_count");
    }
    return sum(fen, count);
  }

  private static JsonObject sum(long fen, long purchases) {
    return new JsonObject().put("savedFen", fen).put("purchases", purchases);
  }
}
