package cn.unionecard.gateway.review;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reviews as staff, and merchants their own, see and answer them: never who, and no time finer than
 * the day. Hidden words are shown to those alone who supervise or audit.
 */
final class ReviewShelf {
  private static final Set<Role> SEE_HIDDEN = Set.of(Role.SUPERVISOR, Role.AUDITOR);

  private static final String SHOWN =
      """
      select r.id, m.id as merchant_id, m.merchant_no, m.authorising_org, m.signing_org,
        r.purchased_on, r.posted_at, r.hidden_reason, r.reply, r.replied_at,
        e.edition, e.source, e.stars, e.quality, e.service, e.after_sales, e.text, e.tags,
        coalesce(p.undone, false) as undone, org_within(m.authorising_org, $1) as authorises
      from review r
      join merchant m on m.id = r.merchant
      join lateral (select * from review_edition e where e.review = r.id
        order by e.edition desc limit 1) e on true
      left join review_purchase p on p.id = r.transaction
      where (org_within(m.authorising_org, $1) or org_within(m.signing_org, $1) or m.id = $2)
      """;

  private static final String LIST =
      SHOWN
          + """
          and ($3::text is null or m.merchant_no = $3) and r.id < $4
          order by r.id desc limit $5
          """;

  private static final String ONE = SHOWN + " and r.id = $3";
  private static final String LOCK = ONE + " for update of r";

  private static final String REPLY =
      "update review set reply = $2, replied_at = $3, replied_by = $4 where id = $1";
  private static final String HIDE =
      "update review set hidden_reason = $2, hidden_at = $3, hidden_by = $4 where id = $1";

  /** Why a review's words are not shown. */
  enum Hiding {
    ILLEGAL_CONTENT,
    PERSONAL_DATA,
    INSULT,
    ADVERTISING
  }

  private ReviewShelf() {}

  static Future<DeskReply> list(
      DeskTransaction tx, @Nullable String merchantNo, long before, int pageRows) {
    return tx.ask(LIST, tx.actor().org(), tx.actor().merchantId(), merchantNo, before, pageRows)
        .map(
            rows -> {
              JsonArray reviews = new JsonArray();
              rows.forEach(row -> reviews.add(json(tx, row)));
              return DeskReply.ok(new JsonObject().put("reviews", reviews));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, long review) {
    return one(tx, ONE, review).map(row -> DeskReply.ok(json(tx, row)));
  }

  private static Future<Row> one(DeskTransaction tx, String query, long review) {
    return tx.first(query, tx.actor().org(), tx.actor().merchantId(), review)
        .map(found("no such review under the caller's organisation"));
  }

  /** The merchant's one answer: its own, or entered by a union that answers for it. */
  static Future<DeskReply> reply(DeskTransaction tx, long review, String text) {
    return one(tx, LOCK, review)
        .compose(
            row ->
                row.getString("reply") != null
                    ? refused(tx, row, "review.replied")
                    : tx.ask(REPLY, review, text, tx.at(), tx.actor().id())
                        .compose(set -> done(tx, row, "review.replied", new JsonObject())));
  }

  /** Hides the words; the stars stand, and count. */
  static Future<DeskReply> hide(DeskTransaction tx, long review, Hiding why) {
    return one(tx, LOCK, review)
        .compose(
            row -> {
              if (!row.getBoolean("authorises")) {
                throw new Fault.Forbidden("this is for the authorising union");
              }
              return row.getString("hidden_reason") != null
                  ? refused(tx, row, "review.hidden")
                  : tx.ask(HIDE, review, why.name(), tx.at(), tx.actor().id())
                      .compose(
                          set ->
                              done(
                                  tx,
                                  row,
                                  "review.hidden",
                                  new JsonObject().put("reason", why.name())));
            });
  }

  private static Future<DeskReply> refused(DeskTransaction tx, Row row, String action) {
    DeskReply.Refused refused =
        new DeskReply.Refused(
            DeskRefusal.STATE_DOES_NOT_ALLOW, DeskRefusal.STATE_DOES_NOT_ALLOW.english);
    return tx.noteRefused(action, subject(row), orgs(row), refused).map(noted -> refused);
  }

  private static Future<DeskReply> done(DeskTransaction tx, Row row, String kind, JsonObject what) {
    long review = row.getLong("id");
    JsonObject body = what.put("review", review).put("merchant", row.getString("merchant_no"));
    return tx.tellOf(row.getInteger("merchant_id"), kind, review, body)
        .compose(told -> one(tx, ONE, review))
        .compose(
            now ->
                tx.note(kind, subject(row), orgs(row), body)
                    .map(noted -> DeskReply.ok(json(tx, now))));
  }

  private static String subject(Row row) {
    return "review " + row.getLong("id");
  }

  private static List<Integer> orgs(Row row) {
    return List.of(row.getInteger("authorising_org"), row.getInteger("signing_org"));
  }

  private static JsonObject json(DeskTransaction tx, Row row) {
    String hidden = row.getString("hidden_reason");
    JsonObject review =
        new JsonObject()
            .put("review", row.getLong("id"))
            .put("merchant", row.getString("merchant_no"))
            .put("purchasedOn", row.getLocalDate("purchased_on").toString())
            .put("postedOn", day(row, "posted_at"))
            .put("edited", row.getInteger("edition") > 1)
            .put("source", row.getString("source"))
            .put("stars", row.getInteger("stars"))
            .put("quality", row.getInteger("quality"))
            .put("service", row.getInteger("service"))
            .put("afterSales", row.getInteger("after_sales"))
            .put("tags", new JsonArray(List.of((Object[]) row.getArrayOfStrings("tags"))))
            .put("purchaseUndone", row.getBoolean("undone"));
    boolean sees = tx.actor().roles().stream().anyMatch(SEE_HIDDEN::contains);
    if (row.getString("text") != null && (hidden == null || sees)) {
      review.put("text", row.getString("text"));
    }
    if (hidden != null) {
      review.put("hidden", hidden);
    }
    if (row.getString("reply") != null) {
      review.put("reply", row.getString("reply")).put("repliedOn", day(row, "replied_at"));
    }
    return review;
  }

  private static String day(Row row, String column) {
    LocalDate day = row.getOffsetDateTime(column).atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return day.toString();
  }
}
