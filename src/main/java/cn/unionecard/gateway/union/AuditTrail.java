package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.HexFormat;
import java.util.List;

/** The audit, newest first, as far as it concerns the caller's subtree. */
final class AuditTrail {
  private static final int PAGE_ROWS = 100;
  private static final String PAGE =
      """
      select a.seq, a.at, a.actor, a.action, a.subject, a.outcome, a.detail, a.hash,
        array(select o.code from org o where o.id = any (a.orgs) order by o.code) as orgs
      from audit a
      where a.seq < $2
        and exists (select from org o where o.id = any (a.orgs) and $1 = any (o.path))
      order by a.seq desc limit $3
      """;

  private AuditTrail() {}

  /**
   * @param before only rows below this number
   */
  static Future<DeskReply> page(DeskTransaction tx, long before) {
    return tx.ask(PAGE, tx.actor().org(), before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray entries = new JsonArray();
              rows.forEach(row -> entries.add(json(row)));
              return DeskReply.ok(new JsonObject().put("entries", entries));
            });
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("seq", row.getLong("seq"))
        .put("at", Clocks.RFC_3339.format(row.getOffsetDateTime("at")))
        .put("actor", row.getString("actor"))
        .put("orgs", new JsonArray(List.of(row.getArrayOfStrings("orgs"))))
        .put("action", row.getString("action"))
        .put("subject", row.getString("subject"))
        .put("outcome", row.getString("outcome"))
        .put("detail", row.getJsonObject("detail"))
        .put("hash", HexFormat.of().formatHex(row.getBuffer("hash").getBytes()));
  }
}
