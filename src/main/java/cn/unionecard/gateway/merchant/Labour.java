package cn.unionecard.gateway.merchant;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What bears on the veto: the merchant as an employer, and violations under its credit code. Each
 * is looked at in the transaction that records it.
 */
final class Labour {
  private static final String FACTS =
      """
      insert into merchant_labour
        (merchant, as_of, employees, members, union_code, reference, digest, staff, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """;

  /**
   * All of that credit code, whoever's they are; locked in one order before anything is written.
   */
  private static final String SAME_CODE =
      "select id from merchant where credit_code = $1 order by id for update";

  private static final String VIOLATION =
      """
      insert into labour_violation
        (credit_code, source, document_no, decided_on, reference, digest, staff, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (credit_code, source, document_no) do nothing returning id
      """;

  private static final String RECORDED =
      """
      select staff, annulled_at from labour_violation
      where id = $1 and credit_code = $2 for update
      """;

  private static final String ANNUL =
      """
      update labour_violation set annulled_by = $2, annulled_at = $3, annulled_why = $4,
        annulled_document_no = $5
      where id = $1
      """;

  /**
   * A merchant as an employer.
   *
   * @param unionCode credit code of its own or its joint union, or null if there is none
   */
  record Employer(
      LocalDate asOf, int employees, int members, @Nullable String unionCode, Dossier.Paper paper) {
    Employer {
      if (unionCode != null && !(unionCode.startsWith("81") && CreditCode.isValid(unionCode))) {
        throw new Fault.Malformed("unionCode", "unionCode is not the credit code of a union");
      }
    }
  }

  enum Source {
    LABOUR_INSPECTION,
    WAGE_ARREARS_LIST,
    JUDGMENT_OR_AWARD,
    HOTLINE_12351
  }

  record Violation(Source source, String documentNo, LocalDate decidedOn, Dossier.Paper paper) {}

  private Labour() {}

  static Future<DeskReply> add(DeskTransaction tx, String no, Employer labour) {
    return MerchantRow.lock(tx, no)
        .compose(
            merchant ->
                tx.ask(
                        FACTS,
                        merchant.id(),
                        labour.asOf(),
                        labour.employees(),
                        labour.members(),
                        labour.unionCode(),
                        labour.paper().reference(),
                        labour.paper().bytes(),
                        tx.actor().id(),
                        tx.at())
                    .compose(added -> Life.applyVeto(tx, merchant.id()))
                    .compose(
                        grounds ->
                            Dossier.note(tx, merchant, "labour", labour.paper())
                                .map(noted -> looked(merchant, grounds))));
  }

  static Future<DeskReply> add(DeskTransaction tx, String no, Violation violation) {
    return MerchantRow.lock(tx, no)
        .compose(
            merchant ->
                lockAlike(tx, merchant)
                    .compose(
                        alike ->
                            tx.first(
                                    VIOLATION,
                                    merchant.creditCode(),
                                    violation.source().name(),
                                    violation.documentNo(),
                                    violation.decidedOn(),
                                    violation.paper().reference(),
                                    violation.paper().bytes(),
                                    tx.actor().id(),
                                    tx.at())
                                .compose(row -> added(tx, merchant, alike, violation, row))));
  }

  private static Future<DeskReply> added(
      DeskTransaction tx,
      MerchantRow merchant,
      List<Integer> alike,
      Violation violation,
      @Nullable Row row) {
    if (row == null) {
      return Future.succeededFuture(
          DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "this violation is recorded"));
    }
    long id = row.getLong("id");
    return applyToAll(tx, alike)
        .compose(
            done -> {
              JsonObject detail = Dossier.detail(violation.paper()).put("violation", id);
              return tx.note("merchant.violation", merchant.no(), merchant.orgs(), detail);
            })
        .compose(noted -> Life.applyVeto(tx, merchant.id()))
        .map(
            grounds ->
                DeskReply.made(
                    ((DeskReply.Said) looked(merchant, grounds)).document().put("violation", id),
                    "/v1/merchants/" + merchant.no()));
  }

  /** A record that was wrong; by somebody else than who made it. */
  static Future<DeskReply> annul(
      DeskTransaction tx, String no, long violation, String reason, String documentNo) {
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(UnionSide.AUTHORISING))
        .compose(
            merchant ->
                lockAlike(tx, merchant)
                    .compose(
                        alike ->
                            tx.first(RECORDED, violation, merchant.creditCode())
                                .map(found("no such violation of this merchant"))
                                .compose(
                                    row ->
                                        annul(
                                            tx,
                                            new Annulment(
                                                merchant, alike, violation, reason, documentNo),
                                            row))));
  }

  private record Annulment(
      MerchantRow merchant,
      List<Integer> alike,
      long violation,
      String reason,
      String documentNo) {}

  private static Future<DeskReply> annul(DeskTransaction tx, Annulment what, Row row) {
    DeskRefusal refusal =
        row.getOffsetDateTime("annulled_at") != null
            ? DeskRefusal.STATE_DOES_NOT_ALLOW
            : row.getInteger("staff") == tx.actor().id() ? DeskRefusal.SAME_PERSON : null;
    MerchantRow merchant = what.merchant();
    if (refusal != null) {
      DeskReply.Refused refused = new DeskReply.Refused(refusal, refusal.english);
      return tx.noteRefused("merchant.violation-annulled", merchant.no(), merchant.orgs(), refused)
          .map(noted -> refused);
    }
    return tx.ask(
            ANNUL, what.violation(), tx.actor().id(), tx.at(), what.reason(), what.documentNo())
        .compose(done -> applyToAll(tx, what.alike()))
        .compose(
            done ->
                tx.note(
                    "merchant.violation-annulled",
                    merchant.no(),
                    merchant.orgs(),
                    new JsonObject()
                        .put("violation", what.violation())
                        .put("reason", what.reason())
                        .put("documentNo", what.documentNo())))
        .compose(noted -> Life.applyVeto(tx, merchant.id()))
        .map(grounds -> looked(merchant, grounds));
  }

  private static Future<List<Integer>> lockAlike(DeskTransaction tx, MerchantRow merchant) {
    return tx.ask(SAME_CODE, merchant.creditCode())
        .map(
            rows -> {
              List<Integer> ids = new ArrayList<>();
              rows.forEach(row -> ids.add(row.getInteger("id")));
              return ids;
            });
  }

  private static Future<Void> applyToAll(DeskTransaction tx, List<Integer> merchants) {
    Future<Void> chain = Future.succeededFuture();
    for (int merchant : merchants) {
      chain = chain.compose(before -> Life.applyVeto(tx, merchant)).mapEmpty();
    }
    return chain;
  }

  private static DeskReply looked(MerchantRow merchant, List<String> grounds) {
    return DeskReply.made(
        new JsonObject()
            .put("merchantNo", merchant.no())
            .put("vetoGrounds", new JsonArray(grounds)),
        "/v1/merchants/" + merchant.no());
  }
}
