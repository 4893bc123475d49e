package cn.unionecard.gateway.privacy;

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
import org.jspecify.annotations.Nullable;

/**
 * How long what is kept: shown to all, set by two people of the top union. Never below what a law
 * wants; what is over by then is gone within the hour.
 */
final class RetentionBook {
  private static final String NONE = "nothing is kept by that name";

  private static final String RULES =
      """
      select r.what, r.days, r.least, r.basis, c.days as asked_days, c.reason, c.asked_at, s.login
      from retention r left join retention_change c on c.what = r.what
      left join staff s on s.id = c.asked_by order by r.what
      """;

  private static final String TOP = "select from org where id = $1 and parent is null";

  private static final String HELD = "select days, least from retention where what = $1";

  private static final String ASKED =
      "select asked_by, days, reason from retention_change where what = $1 for update";

  private static final String ASK =
      """
      insert into retention_change (what, days, reason, asked_by, asked_at)
      values ($1, $2, $3, $4, $5) on conflict (what) do nothing
      """;

  private static final String CONFIRM = "select retention_confirm($1, $2) as before";

  private static final String DROP = "delete from retention_change where what = $1";

  /** What can be done with what was asked for. */
  enum Decision {
    CONFIRM,
    REFUSE
  }

  private RetentionBook() {}

  static Future<DeskReply> list(DeskTransaction tx) {
    return rules(tx).map(DeskReply::ok);
  }

  private static Future<JsonObject> rules(DeskTransaction tx) {
    return tx.ask(RULES)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(json(row)));
              return new JsonObject().put("retention", all);
            });
  }

  private static JsonObject json(Row row) {
    JsonObject rule =
        new JsonObject()
            .put("what", row.getString("what"))
            .put("days", row.getInteger("days"))
            .put("least", row.getInteger("least"))
            .put("basis", row.getString("basis"));
    return row.getString("login") == null
        ? rule
        : rule.put(
            "asked",
            new JsonObject()
                .put("days", row.getInteger("asked_days"))
                .put("reason", row.getString("reason"))
                .put("by", row.getString("login"))
                .put("at", Spelling.time(row.getOffsetDateTime("asked_at"))));
  }

  /** These are rules of the whole house. */
  private static Future<Void> requireTop(DeskTransaction tx) {
    return tx.first(TOP, tx.actor().org())
        .map(found("the top union sets how long what is kept"))
        .map(top -> null);
  }

  private static Future<Row> row(DeskTransaction tx, String sql, String what) {
    return tx.first(sql, what).map(found(NONE));
  }

  /** Asked for by one; nothing changes before another confirms it. */
  static Future<DeskReply> ask(DeskTransaction tx, String what, int days, String reason) {
    return requireTop(tx)
        .compose(top -> row(tx, HELD, what))
        .compose(
            row -> {
              int least = row.getInteger("least");
              if (days < least) {
                throw new Fault.Malformed("days", "a law wants " + least + " days at least");
              }
              return tx.ask(ASK, what, days, reason, tx.actor().id(), tx.at());
            })
        .compose(
            asked ->
                asked.rowCount() == 0
                    ? Future.succeededFuture(
                        DeskReply.refused(
                            DeskRefusal.STATE_DOES_NOT_ALLOW, "a change is asked for already"))
                    : note(
                            tx,
                            "retention.asked",
                            what,
                            new JsonObject().put("to", days).put("reason", reason))
                        .compose(noted -> list(tx)));
  }

  /**
   * Confirmed or turned down by another.
   *
   * @param why it is turned down; null: it is not
   */
  static Future<DeskReply> decide(DeskTransaction tx, String what, @Nullable String why) {
    return requireTop(tx)
        .compose(top -> row(tx, ASKED, what))
        .compose(
            asked -> {
              JsonObject detail =
                  new JsonObject()
                      .put("to", asked.getInteger("days"))
                      .put("reason", asked.getString("reason"));
              if (asked.getInteger("asked_by").equals(tx.actor().id())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return why == null
                  ? confirm(tx, what, detail)
                  : tx.ask(DROP, what)
                      .compose(
                          done -> note(tx, "retention.refused", what, detail.put("because", why)))
                      .compose(noted -> list(tx));
            });
  }

  private static Future<DeskReply> confirm(DeskTransaction tx, String what, JsonObject detail) {
    return tx.first(CONFIRM, what, tx.actor().id())
        .map(found(NONE))
        .compose(
            row -> note(tx, "retention.set", what, detail.put("from", row.getInteger("before"))))
        .compose(noted -> list(tx));
  }

  private static Future<Void> note(
      DeskTransaction tx, String action, String what, JsonObject detail) {
    return tx.note(action, what, List.of(tx.actor().org()), detail);
  }
}
