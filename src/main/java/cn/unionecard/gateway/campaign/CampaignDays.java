package cn.unionecard.gateway.campaign;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** How a campaign's budget was spent, day by day: those that are settled, and what came behind. */
final class CampaignDays {
  /** The latest days that are told one by one. */
  static final int DAYS_MAX = 400;

  private static final String FIND =
      """
      select c.id, b.limit_fen, coalesce(b.used_fen, 0) as used_fen, b.day_limit_fen,
        case when b.day = $3 then b.day_fen else 0 end as today_fen,
        case when b.day = $3 then b.day_count else 0 end as today_count
      from campaign c join org o on o.id = c.org
      left join allowance b on b.holder = 0 and b.kind = 1 and b.owner = c.id
      where $1 = any (o.path) and c.code = $2
      """;

  /** Each with what was spent up to its end, those before the first one of the list included. */
  private static final String DAYS =
      """
      select day, fen, sales, spent_fen from (
        select day, fen, sales, sum(fen) over (order by day)::bigint as spent_fen
        from campaign_day where campaign = $1 order by day desc limit $2) d
      order by day
      """;

  private CampaignDays() {}

  static Future<DeskReply> read(DeskTransaction tx, String code) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return tx.first(FIND, tx.actor().org(), code, (int) today.toEpochDay())
        .map(found("no such campaign under the caller's organisation"))
        .compose(
            row ->
                tx.ask(DAYS, row.getInteger("id"), DAYS_MAX)
                    .map(days -> DeskReply.ok(document(code, today, row, days))));
  }

  private static JsonObject document(
      String code, LocalDate today, Row campaign, Iterable<Row> days) {
    JsonArray settled = new JsonArray();
    long spent = 0;
    for (Row day : days) {
      spent = day.getLong("spent_fen");
      settled.add(
          new JsonObject()
              .put("day", day.getLocalDate("day").toString())
              .put("fen", day.getLong("fen"))
              .put("sales", day.getLong("sales"))
              .put("spentFen", spent));
    }
    long used = campaign.getLong("used_fen");
    JsonObject now =
        new JsonObject()
            .put("day", today.toString())
            .put("fen", campaign.getLong("today_fen"))
            .put("sales", campaign.getLong("today_count"));
    put(now, "dayFen", campaign.getLong("day_limit_fen"));
    JsonObject document = new JsonObject().put("campaign", code);
    put(document, "budgetFen", campaign.getLong("limit_fen"));
    return document
        .put("usedFen", used)
        .put("unsettledFen", used - spent)
        .put("today", now)
        .put("days", settled);
  }

  private static void put(JsonObject document, String name, @Nullable Long value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
