package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;

/** What one member may be given in a year: a union may say less than those above, never more. */
final class CapBook {
  static final int YEAR_MIN = 2020;
  static final int YEAR_MAX = 2099;

  /** Of the caller's union, those above it and those below. */
  private static final String LIST =
      """
      select o.code, b.year, b.pool, b.fen, b.document_no
      from benefit_cap b join org o on o.id = b.org
      where $1 = any (o.path) or b.org = any ((select path from org where id = $1)::integer[])
      order by b.year desc, b.pool, cardinality(o.path), o.code
      """;

  private static final String SET =
      """
      insert into benefit_cap (org, year, pool, fen, document_no) values ($1, $2, $3, $4, $5)
      on conflict (org, year, pool) do update set fen = excluded.fen,
        document_no = excluded.document_no
      """;

  private CapBook() {}

  /** A cap as somebody asks for it. */
  record Cap(String org, int year, GrantTerms.Pool pool, long fen, String documentNo) {}

  static Future<DeskReply> list(DeskTransaction tx) {
    return tx.ask(LIST, tx.actor().org())
        .map(
            rows -> {
              JsonArray caps = new JsonArray();
              for (Row row : rows) {
                caps.add(
                    new JsonObject()
                        .put("org", row.getString("code"))
                        .put("year", row.getInteger("year"))
                        .put("pool", row.getString("pool"))
                        .put("fen", row.getLong("fen"))
                        .put("documentNo", row.getString("document_no")));
              }
              return DeskReply.ok(new JsonObject().put("caps", caps));
            });
  }

  static Future<DeskReply> set(DeskTransaction tx, Cap cap) {
    return tx.org(cap.org())
        .compose(
            id -> {
              JsonObject detail =
                  new JsonObject()
                      .put("org", cap.org())
                      .put("year", cap.year())
                      .put("pool", cap.pool().name())
                      .put("fen", cap.fen())
                      .put("documentNo", cap.documentNo());
              return tx.ask(
                      SET, id, (short) cap.year(), cap.pool().name(), cap.fen(), cap.documentNo())
                  .compose(done -> tx.note("benefit.cap", cap.org(), List.of(id), detail))
                  .compose(noted -> list(tx));
            });
  }
}
