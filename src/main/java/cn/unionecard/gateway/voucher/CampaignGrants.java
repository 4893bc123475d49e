package cn.unionecard.gateway.voucher;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign gives out. Written while it is a draft; the draft is another edition by that, so
 * nobody approves what he has not read.
 */
final class CampaignGrants {
  private static final String FIND =
      """
      select c.id, c.code, c.org, c.status, c.edition, c.grants from campaign c
      join org o on o.id = c.org where $1 = any (o.path) and c.code = $2
      """;
  private static final String LOCK = FIND + " for update of c";

  private static final String WRITE =
      """
      update campaign set grants = $2, edition = edition + 1, prepared_by = $3, approved_by = null
      where id = $1
      """;

  private CampaignGrants() {}

  static Future<DeskReply> find(DeskTransaction tx, String code) {
    return row(tx, FIND, code).map(row -> DeskReply.ok(json(row)));
  }

  /**
   * @param terms null: it gives nothing out
   */
  static Future<DeskReply> write(DeskTransaction tx, String code, @Nullable JsonObject terms) {
    return row(tx, LOCK, code)
        .compose(
            row -> {
              if (!row.getString("status").equals("DRAFT")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "what a campaign gives out is written into a draft, not "
                            + row.getString("status")));
              }
              JsonObject detail = new JsonObject().put("grants", terms);
              return tx.ask(WRITE, row.getInteger("id"), terms, tx.staff())
                  .compose(done -> row(tx, FIND, code))
                  .compose(
                      after ->
                          tx.note("campaign.grants", code, List.of(row.getInteger("org")), detail)
                              .map(noted -> DeskReply.ok(json(after))));
            });
  }

  private static Future<Row> row(DeskTransaction tx, String sql, String code) {
    return tx.first(sql, tx.actor().org(), code)
        .map(found("no such campaign under the caller's union"));
  }

  private static JsonObject json(Row row) {
    JsonObject told =
        new JsonObject()
            .put("campaign", row.getString("code"))
            .put("status", row.getString("status"))
            .put("edition", row.getInteger("edition"));
    JsonObject grants = row.getJsonObject("grants");
    return grants == null ? told : told.put("grants", grants);
  }
}
