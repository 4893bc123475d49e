package cn.unionecard.gateway.supervision;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Appeals against decisions: entered in time by the merchant or for it, answered by somebody else
 * of a level above the authorising union. A decision that was wrong lets the merchant back at once.
 */
final class Appeals {
  /** The merchant first, as everybody does who moves one. */
  private static final String LOCK_MERCHANT =
      """
      select m.id from merchant m where m.id = (select merchant from supervision_decision
        where id = $1) for no key update of m
      """;

  private static final String LOCK =
      """
      select d.*, m.merchant_no, m.status, m.authorising_org, m.signing_org,
        merchant_veto_grounds(m.id) <> '{}' as vetoed,
        coalesce(d.step = (select max(s.id) from merchant_step s where s.merchant = m.id), false)
          as holds,
        o.parent is null or ($2 = any (o.path) and $2 <> o.id) as above
      from supervision_decision d
      join merchant m on m.id = d.merchant
      join org o on o.id = m.authorising_org
      where d.id = $1 for update of d
      """;

  private static final String APPEAL =
      """
      update supervision_decision set appealed_at = $2, appealed_by = $3, appeal_reason = $4
      where id = $1
      """;

  private static final String ANSWER =
      """
      update supervision_decision set answered_at = $2, answered_by = $3, verdict = $4,
        verdict_reason = $5, document_no = $6,
        ended_at = case when $4 = 'OVERTURNED' and ended_at is null then $2 else ended_at end,
        ended_why = case when $4 = 'OVERTURNED' and ended_at is null then 'OVERTURNED'
          else ended_why end
      where id = $1
      """;

  private static final String BACK =
      """
      with moved as (update merchant set status = 'LIVE' where id = $1)
      insert into merchant_step
        (merchant, step, from_state, to_state, staff, at, reason, document_no)
      values ($1, $2, $3, 'LIVE', $4, $5, $6, $7) returning id
      """;

  /** What an appeal comes to. */
  enum Verdict {
    UPHELD,
    OVERTURNED
  }

  /** An answer as it was given. */
  record Answer(Verdict verdict, String reason, String documentNo) {}

  private Appeals() {}

  private static Future<Row> locked(DeskTransaction tx, long decision) {
    return DecisionBook.one(tx, decision)
        .compose(seen -> tx.ask(LOCK_MERCHANT, decision))
        .compose(held -> tx.first(LOCK, decision, tx.actor().org()))
        .map(Objects::requireNonNull);
  }

  static Future<DeskReply> enter(DeskTransaction tx, long decision, String reason) {
    return locked(tx, decision)
        .compose(
            row -> {
              DeskRefusal refusal = entryRefusal(tx, row);
              if (refusal != null) {
                return refuse(tx, row, "supervision.appealed", refusal);
              }
              return tx.ask(APPEAL, decision, tx.at(), tx.actor().id(), reason)
                  .compose(set -> done(tx, row, "supervision.appealed", new JsonObject()));
            });
  }

  private static @Nullable DeskRefusal entryRefusal(DeskTransaction tx, Row row) {
    if (row.getOffsetDateTime("appealed_at") != null || row.getOffsetDateTime("ended_at") != null) {
      return DeskRefusal.STATE_DOES_NOT_ALLOW;
    }
    return tx.at().isAfter(row.getOffsetDateTime("appeal_until"))
        ? DeskRefusal.APPEAL_TOO_LATE
        : null;
  }

  static Future<DeskReply> answer(DeskTransaction tx, long decision, Answer answer) {
    return locked(tx, decision)
        .compose(
            row -> {
              boolean back = answer.verdict() == Verdict.OVERTURNED && row.getBoolean("holds");
              DeskRefusal refusal = answerRefusal(tx, row, back);
              if (refusal != null) {
                return refuse(tx, row, "supervision.answered", refusal);
              }
              return tx.ask(
                      ANSWER,
                      decision,
                      tx.at(),
                      tx.actor().id(),
                      answer.verdict().name(),
                      answer.reason(),
                      answer.documentNo())
                  .compose(set -> back ? back(tx, row, answer) : Future.succeededFuture())
                  .compose(
                      moved ->
                          done(
                              tx,
                              row,
                              "supervision.answered",
                              new JsonObject().put("verdict", answer.verdict().name())));
            });
  }

  static @Nullable DeskRefusal answerRefusal(DeskTransaction tx, Row row, boolean back) {
    if (!row.getBoolean("above")) {
      return DeskRefusal.LEVEL_ABOVE_DECIDES;
    }
    Integer appealedBy = row.getInteger("appealed_by");
    if (appealedBy == null || row.getString("verdict") != null) {
      return DeskRefusal.STATE_DOES_NOT_ALLOW;
    }
    if (appealedBy == tx.actor().id()) {
      return DeskRefusal.SAME_PERSON;
    }
    return back && row.getBoolean("vetoed") ? DeskRefusal.VETOED : null;
  }

  private static Future<Void> back(DeskTransaction tx, Row row, Answer answer) {
    boolean suspended = row.getString("status").equals("SUSPENDED");
    String step = suspended ? "REINSTATE" : "CONFIRM_RECTIFIED";
    int merchant = row.getInteger("merchant");
    JsonObject body =
        new JsonObject()
            .put("step", step)
            .put("from", row.getString("status"))
            .put("to", "LIVE")
            .put("decision", row.getLong("id"));
    return tx.first(
            BACK,
            merchant,
            step,
            row.getString("status"),
            tx.actor().id(),
            tx.at(),
            answer.reason(),
            answer.documentNo())
        .compose(
            made ->
                tx.tellOf(
                    merchant,
                    suspended ? "merchant.reinstated" : "merchant.rectified",
                    Objects.requireNonNull(made).getLong("id"),
                    body));
  }

  private static Future<DeskReply> done(DeskTransaction tx, Row row, String kind, JsonObject body) {
    long decision = row.getLong("id");
    body.put("decision", decision).put("stage", row.getString("stage"));
    return tx.tellOf(row.getInteger("merchant"), kind, decision, body)
        .compose(told -> DecisionBook.one(tx, decision))
        .compose(
            now ->
                tx.note(kind, row.getString("merchant_no"), orgs(row), body)
                    .map(noted -> DeskReply.ok(DecisionBook.json(now))));
  }

  private static Future<DeskReply> refuse(
      DeskTransaction tx, Row row, String action, DeskRefusal refusal) {
    DeskReply.Refused refused = new DeskReply.Refused(refusal, refusal.english);
    return tx.noteRefused(action, row.getString("merchant_no"), orgs(row), refused)
        .map(noted -> refused);
  }

  private static List<Integer> orgs(Row row) {
    return List.of(row.getInteger("authorising_org"), row.getInteger("signing_org"));
  }
}
