package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries, and how a wrong one is taken back: by another entry, and by two people. */
final class CorrectionBook {
  static final int PAGE_ROWS = 100;

  private static final String LIST =
      """
      select e.id, e.at, e.source, e.day, e.debit, e.credit, coalesce(c.code, e.campaign::text) as campaign,
        m.merchant_no, m.name, e.fen, e.batch, e.counters, e.reason, x.id as correction, x.state,
        s.login as asked_by
      from book_entry e join merchant m on m.id = e.merchant left join campaign c on c.id = e.campaign
        left join book_correction x on x.entry = e.id and x.state <> 'REFUSED'
        left join staff s on s.id = x.asked_by
      where e.funder = $1 and e.id < $2 and ($3::text is null or m.merchant_no = $3)
      order by e.id desc limit $4
      """;

  private static final String ENTRY =
      "select id, source, funder from book_entry where id = $1 and org_within(funder, $2)";

  private static final String ASK =
      """
      insert into book_correction (entry, reason, asked_by, asked_at) values ($1, $2, $3, $4)
      on conflict (entry) where state <> 'REFUSED' do nothing returning id
      """;

  private static final String LOCK =
      """
      select c.id, c.entry, c.reason, c.asked_by, c.state, e.funder from book_correction c
      join book_entry e on e.id = c.entry where c.id = $1 and org_within(e.funder, $2) for update of c
      """;

  private static final String DECIDE =
      "update book_correction set state = $2, decided_by = $3, decided_at = $4 where id = $1";

  private static final String COUNTER = "select book_counter($1, $2, $3) as id";

  private CorrectionBook() {}

  static Future<DeskReply> list(
      DeskTransaction tx, String org, @Nullable String merchant, long below) {
    return tx.org(org)
        .compose(funder -> tx.ask(LIST, funder, below, merchant, PAGE_ROWS))
        .map(
            rows -> {
              JsonArray entries = new JsonArray();
              rows.forEach(row -> entries.add(json(row)));
              return DeskReply.ok(new JsonObject().put("entries", entries));
            });
  }

  private static JsonObject json(Row row) {
    JsonObject entry =
        new JsonObject()
            .put("entry", row.getLong("id"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("source", row.getString("source"))
            .put("day", row.getLocalDate("day").toString())
            .put("debit", row.getString("debit"))
            .put("credit", row.getString("credit"))
            .put("merchant", row.getString("merchant_no"))
            .put("name", row.getString("name"))
            .put("campaign", row.getString("campaign"))
            .put("fen", row.getLong("fen"));
    put(entry, "batch", row.getLong("batch"));
    put(entry, "counters", row.getLong("counters"));
    put(entry, "reason", row.getString("reason"));
    put(entry, "correction", row.getLong("correction"));
    put(entry, "correctionState", row.getString("state"));
    put(entry, "askedBy", row.getString("asked_by"));
    return entry;
  }

  private static void put(JsonObject entry, String name, @Nullable Object value) {
    if (value != null) {
      entry.put(name, value);
    }
  }

  static Future<DeskReply> ask(DeskTransaction tx, long entry, String reason) {
    return own(tx, ENTRY, entry)
        .compose(
            row ->
                row.getString("source").equals("CLOSE")
                    ? tx.first(ASK, entry, reason, tx.staff(), tx.at())
                    : Future.succeededFuture(null))
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(
                        DeskReply.refused(
                            DeskRefusal.STATE_DOES_NOT_ALLOW,
                            "only an entry of a closed day is countered, and once"))
                    : noted(tx, row.getLong("id"), entry, "ASKED", reason)
                        .map(said -> DeskReply.made(said, "/v1/book-entries")));
  }

  private static Future<Row> own(DeskTransaction tx, String sql, long id) {
    return tx.first(sql, id, tx.actor().org())
        .map(found("no such entry of the caller's organisation"))
        .map(
            row -> {
              if (row.getInteger("funder") != tx.actor().org()) {
                throw new Fault.Forbidden("the organisation that pays corrects its books");
              }
              return row;
            });
  }

  private static Future<JsonObject> noted(
      DeskTransaction tx, long id, long entry, String state, String reason) {
    JsonObject said =
        new JsonObject().put("correction", id).put("entry", entry).put("state", state);
    return tx.note(
            "book.correction",
            Long.toString(entry),
            List.of(tx.actor().org()),
            said.copy().put("reason", reason))
        .map(noted -> said);
  }

  static Future<DeskReply> decide(DeskTransaction tx, long id, boolean confirms, String reason) {
    return own(tx, LOCK, id)
        .compose(
            held -> {
              if (!held.getString("state").equals("ASKED")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "it is " + held.getString("state")));
              }
              if (confirms && Objects.equals(held.getInteger("asked_by"), tx.staff())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return decided(tx, held, confirms, reason);
            });
  }

  private static Future<DeskReply> decided(
      DeskTransaction tx, Row row, boolean confirms, String reason) {
    String state = confirms ? "CONFIRMED" : "REFUSED";
    long id = row.getLong("id");
    long entry = row.getLong("entry");
    return tx.ask(DECIDE, id, state, tx.staff(), tx.at())
        .compose(
            done ->
                confirms
                    ? tx.first(COUNTER, entry, row.getString("reason"), tx.at())
                    : Future.succeededFuture(null))
        .compose(made -> noted(tx, id, entry, state, reason))
        .map(DeskReply::ok);
  }
}
