package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.time.YearMonth;

/**
 * What members do, all together: how many bought what in a month, of those alone who consent to be
 * counted. A group of fewer than {@link #PEOPLE_MIN} is hidden, no sum is given from which it could
 * be taken, and figures are rounded down, so that two answers held against each other do not tell
 * it either.
 */
public final class Analysis {
  /** The smallest group that is shown. */
  public static final int PEOPLE_MIN = 10;

  /** To which counts are rounded down; amounts to so many times ten yuan. */
  static final int STEP = 5;

  private static final int FEN_STEP = STEP * 1_000;

  private static final String GROUPS =
      """
      select m.category, count(distinct c.member) as people, count(*) as purchases,
        sum(t.discount_fen)::bigint as saved_fen
      from transaction t
      join card c on c.serial =
        case when t.effect = 3 then transaction_card(t.original) else t.card end
      join member h on h.id = c.member join org o on o.id = h.org
      join consenting s on s.member = h.id and s.purpose = 'ANALYSIS'
      join merchant m on m.id = t.merchant
      left join undo u on u.original = case when t.effect = 3 then t.original else t.id end
      where t.id >= transaction_id_at($2) and t.id < transaction_id_at($3) and t.refusal is null
        and t.effect in (1, 3) and not coalesce(u.whole, false) and $1 = any (o.path)
      group by m.category order by m.category
      """;

  private Analysis() {}

  static Future<DeskReply> read(DeskTransaction tx, String org, YearMonth month) {
    return tx.org(org)
        .compose(id -> tx.ask(GROUPS, id, begin(month), begin(month.plusMonths(1))))
        .map(
            rows -> {
              JsonArray groups = new JsonArray();
              int hidden = 0;
              for (Row row : rows) {
                if (row.getLong("people") < PEOPLE_MIN) {
                  hidden++;
                } else {
                  groups.add(json(row));
                }
              }
              return DeskReply.ok(
                  new JsonObject()
                      .put("org", org)
                      .put("month", month.toString())
                      .put("peopleMin", PEOPLE_MIN)
                      .put("hidden", hidden)
                      .put("groups", groups));
            });
  }

  private static OffsetDateTime begin(YearMonth month) {
    return month.atDay(1).atStartOfDay(Clocks.CHINA).toOffsetDateTime();
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("category", row.getString("category"))
        .put("people", down(row.getLong("people"), STEP))
        .put("purchases", down(row.getLong("purchases"), STEP))
        .put("savedFen", down(row.getLong("saved_fen"), FEN_STEP));
  }

  private static long down(long figure, int step) {
    return figure - figure % step;
  }
}
