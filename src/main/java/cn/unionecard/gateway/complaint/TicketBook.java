package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/** Reads tickets: those that the reader's union or one below it reported. */
final class TicketBook {
  private static final int PAGE_ROWS = 100;

  private static final String COLUMNS =
      """
      select t.id, t.no, t.kind, t.title, t.text, o.code as origin, h.code as holder, t.state,
        i.no as merged_into, t.opened_at, t.answered_at, $1 = any (i_o.path) as sees_whole
      from ticket t join org o on o.id = t.origin join org h on h.id = t.holder
      left join ticket i on i.id = t.merged_into left join org i_o on i_o.id = i.origin
      where $1 = any (o.path)
      """;

  private static final String LIST = COLUMNS + " and t.no > $2 order by t.no limit $3";
  private static final String FIND = COLUMNS + " and t.no = $2";

  private static final String STEPS =
      """
      select s.step, b.code as holder_before, a.code as holder_after, s.at, s.text
      from ticket_step s join org b on b.id = s.holder_before join org a on a.id = s.holder_after
      where s.ticket = $1 order by s.id
      """;

  private static final String PARTS =
      """
      select no from ticket where merged_into = $1
      union all
      select c.no from ticket_complaint tc join complaint c on c.id = tc.complaint
      where tc.ticket = $1 order by 1
      """;

  private TicketBook() {}

  static Future<DeskReply> list(DeskTransaction tx, String after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(brief(row)));
              return DeskReply.ok(new JsonObject().put("tickets", all));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, String no) {
    return tx.first(FIND, tx.actor().org(), no)
        .map(found("no such ticket"))
        .compose(
            row -> {
              JsonObject ticket = brief(row).put("text", row.getString("text"));
              return tx.ask(STEPS, row.getLong("id"))
                  .compose(
                      steps -> {
                        JsonArray all = new JsonArray();
                        steps.forEach(step -> all.add(stepJson(step)));
                        ticket.put("steps", all);
                        return tx.ask(PARTS, row.getLong("id"));
                      })
                  .map(
                      parts -> {
                        JsonArray all = new JsonArray();
                        parts.forEach(part -> all.add(part.getString("no")));
                        return DeskReply.ok(ticket.put("parts", all));
                      });
            });
  }

  /** Which ticket it was merged into is told to those who may see that one. */
  private static JsonObject brief(Row row) {
    JsonObject ticket =
        new JsonObject()
            .put("ticket", row.getString("no"))
            .put("kind", row.getString("kind"))
            .put("title", row.getString("title"))
            .put("origin", row.getString("origin"))
            .put("holder", row.getString("holder"))
            .put("state", row.getString("state"))
            .put("openedAt", Spelling.time(row.getOffsetDateTime("opened_at")));
    if (Boolean.TRUE.equals(row.getBoolean("sees_whole"))) {
      ticket.put("mergedInto", row.getString("merged_into"));
    }
    if (row.getOffsetDateTime("answered_at") != null) {
      ticket.put("answeredAt", Spelling.time(row.getOffsetDateTime("answered_at")));
    }
    return ticket;
  }

  private static JsonObject stepJson(Row row) {
    JsonObject step =
        new JsonObject()
            .put("step", row.getString("step"))
            .put("holderBefore", row.getString("holder_before"))
            .put("holderAfter", row.getString("holder_after"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")));
    String text = row.getString("text");
    return text == null ? step : step.put("text", text);
  }
}
