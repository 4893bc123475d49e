package cn.unionecard.gateway.supervision;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions with their evidence, as far as the caller may see them. */
final class DecisionBook {
  static final String SHOWN =
      """
      select d.*, m.merchant_no, m.name as merchant_name, m.status, m.authorising_org,
        m.signing_org, o.parent is null or ($1 = any (o.path) and $1 <> o.id) as above,
        org_within(m.authorising_org, $1) as authorises, org_within(m.signing_org, $1) as signs,
        (select c.no::text from complaint c where c.id = d.complaint) as complaint_no,
        array(select c.no::text from complaint c where c.id = any (d.weighed) order by c.id)
          as weighed_nos
      from supervision_decision d join merchant m on m.id = d.merchant
      join org o on o.id = m.authorising_org
      where (org_within(m.authorising_org, $1) or org_within(m.signing_org, $1) or m.id = $2)
      """;

  private static final String LIST =
      SHOWN
          + """
          and ($3::text is null or m.merchant_no = $3) and d.id < $4
          and case $6::text
            when 'PROPOSED' then d.effect = 'PROPOSED' and d.ended_at is null
              and supervision_waits(d.stage, m.status)
            when 'APPEALED' then d.appealed_at is not null and d.verdict is null
            when 'STANDING' then d.ended_at is null
            when 'ENDED' then d.ended_at is not null
            else true
          end
          order by d.id desc limit $5
          """;

  private static final String ONE = SHOWN + " and d.id = $3";

  /** How a decision stands, as far as lists are asked for it. */
  enum Standing {
    /** Someone has to take its step. */
    PROPOSED,
    /** Its appeal has to be answered. */
    APPEALED,
    /** It has not ended. */
    STANDING,
    ENDED
  }

  private DecisionBook() {}

  static Future<DeskReply> list(
      DeskTransaction tx,
      @Nullable String merchantNo,
      @Nullable Standing standing,
      long before,
      int pageRows) {
    String state = standing == null ? null : standing.name();
    return tx.ask(
            LIST, tx.actor().org(), tx.actor().merchantId(), merchantNo, before, pageRows, state)
        .map(
            rows -> {
              JsonArray decisions = new JsonArray();
              rows.forEach(row -> decisions.add(json(row)));
              return DeskReply.ok(new JsonObject().put("decisions", decisions));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, long decision) {
    return one(tx, decision)
        .map(row -> DeskReply.ok(tx.actor().merchant() == null ? forStaff(tx, row) : json(row)));
  }

  /** With why an appeal was answered so, and whose an answer is. */
  private static JsonObject forStaff(DeskTransaction tx, Row row) {
    JsonObject decision = json(row).put("answer", answer(tx, row));
    return row.getString("verdict") == null
        ? decision
        : decision.put("verdictReason", row.getString("verdict_reason"));
  }

  /** Whether an appeal waits for an answer by this caller, and why not by him. */
  private static JsonObject answer(DeskTransaction tx, Row row) {
    boolean isOpen =
        row.getOffsetDateTime("appealed_at") != null && row.getString("verdict") == null;
    JsonObject answer = new JsonObject().put("isOpen", isOpen);
    DeskRefusal refusal =
        isOpen && tx.actor().roles().contains(Role.APPROVER)
            ? Appeals.answerRefusal(tx, row, false)
            : null;
    return refusal == null
        ? answer
        : answer.put(
            "refusal",
            new JsonObject()
                .put("code", refusal.name())
                .put("title", refusal.chinese)
                .put("detail", refusal.english));
  }

  static Future<Row> one(DeskTransaction tx, long decision) {
    return tx.first(ONE, tx.actor().org(), tx.actor().merchantId(), decision)
        .map(found("no such decision under the caller's organisation"));
  }

  static JsonObject json(Row row) {
    JsonObject decision =
        new JsonObject()
            .put("decision", row.getLong("id"))
            .put("merchant", row.getString("merchant_no"))
            .put("merchantName", row.getString("merchant_name"))
            .put("merchantStatus", row.getString("status"))
            .put("stage", row.getString("stage"))
            .put("effect", row.getString("effect"))
            .put("grounds", texts(row, "grounds"))
            .put("at", Clocks.RFC_3339.format(row.getOffsetDateTime("at")))
            .put("tookMicros", row.getLong("took_us"))
            .put("policy", Policy.of(row, appealDays(row)).json())
            .put("policies", numbers(row, "policies"))
            .put("evidence", evidence(row))
            .put("appealUntil", Clocks.RFC_3339.format(row.getOffsetDateTime("appeal_until")));
    if (row.getOffsetDateTime("ended_at") != null) {
      decision
          .put("endedAt", Clocks.RFC_3339.format(row.getOffsetDateTime("ended_at")))
          .put("endedWhy", row.getString("ended_why"));
    }
    if (row.getOffsetDateTime("appealed_at") != null) {
      decision
          .put("appealedAt", Clocks.RFC_3339.format(row.getOffsetDateTime("appealed_at")))
          .put("appealReason", row.getString("appeal_reason"));
    }
    if (row.getString("verdict") != null) {
      decision
          .put("verdict", row.getString("verdict"))
          .put("documentNo", row.getString("document_no"));
    }
    return decision;
  }

  /** The days an appeal is taken, as the decision gave them. */
  private static int appealDays(Row row) {
    return (int)
        Duration.between(row.getOffsetDateTime("at"), row.getOffsetDateTime("appeal_until"))
            .toDays();
  }

  private static JsonObject evidence(Row row) {
    JsonObject evidence = new JsonObject();
    if (row.getLong("review") == null) {
      evidence.put("complaint", row.getString("complaint_no"));
    } else {
      evidence.put("review", row.getLong("review"));
    }
    return evidence
        .put("countedFrom", Clocks.RFC_3339.format(row.getOffsetDateTime("counted_from")))
        .put("reviews", row.getInteger("reviews"))
        .put("payers", row.getInteger("payers"))
        .put("bad", row.getInteger("bad"))
        .put("boundPpm", row.getInteger("bound_ppm"))
        .put("badReviews", numbers(row, "bad_reviews"))
        .put("complaints", row.getInteger("complaints"))
        .put("complainants", row.getInteger("complainants"))
        .put("weight", row.getInteger("weight"))
        .put("weightPerHundred", row.getInteger("per_hundred"))
        .put("weighed", texts(row, "weighed_nos"));
  }

  private static JsonArray texts(Row row, String column) {
    return new JsonArray(List.of((Object[]) row.getArrayOfStrings(column)));
  }

  private static JsonArray numbers(Row row, String column) {
    return new JsonArray(List.of((Object[]) row.getArrayOfLongs(column)));
  }
}
