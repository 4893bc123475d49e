package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Complaints as the merchant hears of them: once a union has put one to it, in the union's words
 * and its own. Never who complained, nor in which words, nor a time of that finer than the day;
 * tips and what a union settles without the merchant do not exist for it.
 */
final class Hearing {
  private static final int PAGE_ROWS = 100;

  private static final String PUT =
      """
      select c.id, c.no, c.kind, c.state, o.code as owner, o.name as owner_name, c.opened_at,
        c.deadline, c.upheld, c.closed_at,
        c.overdue_at is not null or coalesce(c.deadline <= $1, false) as overdue,
        (select count(*) from complaint_step s where s.complaint = c.id and s.step = 'SAY') as says
      from complaint c join org o on o.id = c.owner
      where c.merchant = $2 and c.lane = 'OPEN'
        and exists (select from complaint_step s where s.complaint = c.id and s.step = 'ASK')
      """;

  private static final String LIST =
      PUT
          + """
            and c.no > $3 and ($4::text is null or c.state = $4)
          order by c.no limit $5
          """;

  private static final String FIND = PUT + " and c.no = $3";

  private static final String WORDS =
      """
      select step, at, text from complaint_step
      where complaint = $1 and step in ('ASK', 'SAY') order by id
      """;

  private Hearing() {}

  static Future<DeskReply> list(
      DeskTransaction tx, int merchant, String after, @Nullable String state) {
    return tx.ask(LIST, tx.at(), merchant, after, state, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(brief(row)));
              return DeskReply.ok(new JsonObject().put("complaints", all));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, int merchant, String no) {
    return tx.first(FIND, tx.at(), merchant, no)
        .map(found("no such complaint"))
        .compose(
            row -> {
              return tx.ask(WORDS, row.getLong("id"))
                  .map(
                      words -> {
                        JsonArray all = new JsonArray();
                        words.forEach(word -> all.add(word(word)));
                        return DeskReply.ok(brief(row).put("words", all));
                      });
            });
  }

  private static JsonObject brief(Row row) {
    JsonObject complaint =
        new JsonObject()
            .put("complaint", row.getString("no"))
            .put("kind", row.getString("kind"))
            .put("state", row.getString("state"))
            .put("owner", row.getString("owner"))
            .put("ownerName", row.getString("owner_name"))
            .put("openedOn", day(row.getOffsetDateTime("opened_at")))
            .put("overdue", row.getBoolean("overdue"))
            .put("says", row.getLong("says"));
    if (row.getOffsetDateTime("deadline") != null) {
      complaint.put("deadline", Spelling.time(row.getOffsetDateTime("deadline")));
    }
    if (row.getOffsetDateTime("closed_at") != null) {
      complaint.put("closedOn", day(row.getOffsetDateTime("closed_at")));
    }
    return row.getBoolean("upheld") == null
        ? complaint
        : complaint.put("upheld", row.getBoolean("upheld"));
  }

  private static JsonObject word(Row row) {
    JsonObject word =
        new JsonObject()
            .put("step", row.getString("step"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")));
    return row.getString("text") == null ? word : word.put("text", row.getString("text"));
  }

  private static String day(OffsetDateTime at) {
    return at.atZoneSameInstant(Clocks.CHINA).toLocalDate().toString();
  }
}
