package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;

/** What a union owes to whom, at any moment that was. */
final class ObligationBook {
  private static final int PAGE_ROWS = 200;

  private static final String READ =
      """
      select o.code, m.merchant_no, m.name, coalesce(c.code, b.campaign::text) as campaign,
        b.subsidy_fen, b.owed_fen, b.transit_fen, b.paid_fen
      from obligation($1) b join merchant m on m.id = b.merchant join org o on o.id = b.funder
        left join campaign c on c.id = b.campaign
      where b.funder = $2 and (m.merchant_no, coalesce(c.code, b.campaign::text)) > ($3, $4)
      order by 2, 4 limit $5
      """;

  private static final String TOTAL =
      """
      select coalesce(sum(subsidy_fen), 0)::bigint as subsidy, coalesce(sum(owed_fen), 0)::bigint as owed,
        coalesce(sum(transit_fen), 0)::bigint as transit, coalesce(sum(paid_fen), 0)::bigint as paid
      from obligation($1) where funder = $2
      """;

  private ObligationBook() {}

  static Future<DeskReply> read(DeskTransaction tx, String org, OffsetDateTime at, String after) {
    int slash = after.indexOf('/');
    String merchant = slash < 0 ? after : after.substring(0, slash);
    String campaign = slash < 0 ? "" : after.substring(slash + 1);
    return tx.org(org)
        .compose(
            funder ->
                tx.first(TOTAL, at, funder)
                    .compose(
                        total ->
                            tx.ask(READ, at, funder, merchant, campaign, PAGE_ROWS)
                                .map(
                                    rows -> {
                                      JsonArray obligations = new JsonArray();
                                      rows.forEach(row -> obligations.add(json(row)));
                                      return DeskReply.ok(
                                          new JsonObject()
                                              .put("org", org)
                                              .put("at", Spelling.time(at))
                                              .put("subsidyFen", total.getLong("subsidy"))
                                              .put("owedFen", total.getLong("owed"))
                                              .put("transitFen", total.getLong("transit"))
                                              .put("paidFen", total.getLong("paid"))
                                              .put("obligations", obligations));
                                    })));
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("merchant", row.getString("merchant_no"))
        .put("name", row.getString("name"))
        .put("campaign", row.getString("campaign"))
        .put("subsidyFen", row.getLong("subsidy_fen"))
        .put("owedFen", row.getLong("owed_fen"))
        .put("transitFen", row.getLong("transit_fen"))
        .put("paidFen", row.getLong("paid_fen"));
  }
}
