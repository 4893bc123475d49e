package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.List;

/** Hints: what looked odd on a day, and what merchants have promised. */
final class HintBook {
  static final int PAGE_ROWS = 100;

  private static final String LIST =
      """
      select h.id, h.day, h.kind, m.merchant_no, m.name, h.subject, h.count, h.fen, h.measured, h.allowed, h.at,
        case h.kind when 'THRESHOLD' then (select code from campaign c where c.id = h.subject)
          when 'VELOCITY' then (select terminal_no::text from terminal t where t.id = h.subject) end as what
      from settlement_hint h join merchant m on m.id = h.merchant
      where (org_within(m.authorising_org, $1) or org_within(m.signing_org, $1)) and h.id < $2
      order by h.id desc limit $3
      """;

  private static final String PROMISE =
      """
      insert into merchant_promise (merchant, valid_from, basis_points, document_no, staff, at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (merchant, valid_from) do update set basis_points = excluded.basis_points,
        document_no = excluded.document_no, staff = excluded.staff, at = excluded.at
      """;

  private HintBook() {}

  static Future<DeskReply> list(DeskTransaction tx, long below) {
    return tx.ask(LIST, tx.actor().org(), below, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray hints = new JsonArray();
              for (Row row : rows) {
                JsonObject hint =
                    new JsonObject()
                        .put("hint", row.getLong("id"))
                        .put("day", row.getLocalDate("day").toString())
                        .put("kind", row.getString("kind"))
                        .put("merchant", row.getString("merchant_no"))
                        .put("name", row.getString("name"))
                        .put("count", row.getLong("count"))
                        .put("fen", row.getLong("fen"))
                        .put("measured", row.getLong("measured"))
                        .put("allowed", row.getLong("allowed"))
                        .put("at", Spelling.time(row.getOffsetDateTime("at")));
                if (row.getString("what") != null) {
                  hint.put("what", row.getString("what"));
                }
                hints.add(hint);
              }
              return DeskReply.ok(new JsonObject().put("hints", hints));
            });
  }

  static Future<DeskReply> promise(
      DeskTransaction tx, String no, int basisPoints, String documentNo, LocalDate from) {
    JsonObject said =
        new JsonObject()
            .put("basisPoints", basisPoints)
            .put("documentNo", documentNo)
            .put("validFrom", from.toString());
    return StatementBook.merchant(tx, no)
        .compose(
            merchant ->
                tx.ask(PROMISE, merchant, from, basisPoints, documentNo, tx.staff(), tx.at())
                    .compose(set -> Payees.orgs(tx, merchant)))
        .compose(orgs -> tx.note("merchant.promise", no, List.copyOf(orgs), said))
        .map(noted -> DeskReply.ok(said));
  }
}
