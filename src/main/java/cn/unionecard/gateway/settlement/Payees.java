package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

/**
 * Where merchants are paid: asked for by one, confirmed by another, in force when it has cooled.
 */
final class Payees {
  private static final String CONTEXT = "payee account";

  private static final String ASK =
      """
      insert into payee (merchant, holder, bank, account, account_mask, reason, asked_by, asked_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (merchant) where state = 'ASKED' do nothing returning id
      """;

  private static final String COLUMNS =
      """
      select p.id, p.holder, p.bank, p.account_mask, p.state, p.asked_by as asker, a.login as asked_by,
        p.asked_at, d.login as decided_by, p.decided_at, p.effective_at, m.merchant_no,
        p.merchant, m.signing_org, m.authorising_org, p.id = payee_at(p.merchant, $1) as in_force
      from payee p join merchant m on m.id = p.merchant join staff a on a.id = p.asked_by
        left join staff d on d.id = p.decided_by
      """;

  private static final String LIST = COLUMNS + "where p.merchant = $2 order by p.id desc limit 50";

  private static final String LOCK =
      COLUMNS
          + "where p.id = $2 and (org_within(m.signing_org, $3) or org_within(m.authorising_org, $3))"
          + " for update of p";

  private static final String HAS =
      "select exists (select from payee where merchant = $1 and state = 'CONFIRMED') as has";

  private static final String DECIDE =
      """
      update payee set state = $2, decided_by = $3, decided_at = $4, effective_at = $5 where id = $1
      """;

  private static final String ORGS =
      "select signing_org, authorising_org from merchant where id = $1";

  private final Kek kek;
  private final SecureRandom random;
  private final Config.Settlement terms;

  Payees(Kek kek, SecureRandom random, Config.Settlement terms) {
    this.kek = kek;
    this.random = random;
    this.terms = terms;
  }

  /** An account as it was given. */
  record Wish(String holder, String bank, String account, String reason) {}

  /** What stands in the file for the bank. */
  String open(byte[] wrapped) {
    return new String(kek.unwrap(wrapped, CONTEXT), StandardCharsets.US_ASCII);
  }

  Future<DeskReply> ask(DeskTransaction tx, String no, Wish wish) {
    Buffer wrapped =
        Buffer.buffer(
            kek.wrap(wish.account().getBytes(StandardCharsets.US_ASCII), CONTEXT, random));
    String mask = "****" + wish.account().substring(wish.account().length() - 4);
    return StatementBook.merchant(tx, no)
        .compose(
            merchant ->
                tx.first(
                        ASK,
                        merchant,
                        wish.holder(),
                        wish.bank(),
                        wrapped,
                        mask,
                        wish.reason(),
                        tx.staff(),
                        tx.at())
                    .compose(
                        row ->
                            row == null
                                ? Future.succeededFuture(
                                    DeskReply.refused(
                                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                                        "another account waits to be confirmed"))
                                : asked(tx, merchant, no, row.getLong("id"), mask)));
  }

  private static Future<DeskReply> asked(
      DeskTransaction tx, int merchant, String no, long id, String mask) {
    JsonObject said = new JsonObject().put("payee", id).put("account", mask);
    return orgs(tx, merchant)
        .compose(orgs -> tx.note("payee.asked", no, orgs, said))
        .map(noted -> DeskReply.made(said, "/v1/merchants/" + no + "/payees"));
  }

  static Future<List<Integer>> orgs(DeskTransaction tx, int merchant) {
    return tx.first(ORGS, merchant)
        .map(
            row -> {
              Row found = Objects.requireNonNull(row);
              return List.of(found.getInteger("signing_org"), found.getInteger("authorising_org"));
            });
  }

  static Future<DeskReply> list(DeskTransaction tx, String no) {
    return StatementBook.merchant(tx, no)
        .compose(merchant -> tx.ask(LIST, tx.at(), merchant))
        .map(
            rows -> {
              JsonArray payees = new JsonArray();
              rows.forEach(row -> payees.add(json(row)));
              return DeskReply.ok(new JsonObject().put("payees", payees));
            });
  }

  private static JsonObject json(Row row) {
    JsonObject payee =
        new JsonObject()
            .put("payee", row.getLong("id"))
            .put("merchant", row.getString("merchant_no"))
            .put("holder", row.getString("holder"))
            .put("bank", row.getString("bank"))
            .put("account", row.getString("account_mask"))
            .put("state", row.getString("state"))
            .put("inForce", Boolean.TRUE.equals(row.getBoolean("in_force")))
            .put("askedBy", row.getString("asked_by"))
            .put("askedAt", Spelling.time(row.getOffsetDateTime("asked_at")));
    if (row.getString("decided_by") != null) {
      payee
          .put("decidedBy", row.getString("decided_by"))
          .put("decidedAt", Spelling.time(row.getOffsetDateTime("decided_at")));
    }
    if (row.getOffsetDateTime("effective_at") != null) {
      payee.put("effectiveAt", Spelling.time(row.getOffsetDateTime("effective_at")));
    }
    return payee;
  }

  Future<DeskReply> decide(DeskTransaction tx, long id, boolean confirms, String reason) {
    return tx.first(LOCK, tx.at(), id, tx.actor().org())
        .map(found("no such payee under the caller's organisation"))
        .compose(
            row -> {
              if (!row.getString("state").equals("ASKED")) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "it is " + row.getString("state")));
              }
              if (confirms && Objects.equals(row.getInteger("asker"), tx.staff())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return tx.first(HAS, row.getInteger("merchant"))
                  .compose(
                      has ->
                          decided(
                              tx,
                              row,
                              confirms,
                              reason,
                              Boolean.TRUE.equals(Objects.requireNonNull(has).getBoolean("has"))));
            });
  }

  private Future<DeskReply> decided(
      DeskTransaction tx, Row row, boolean confirms, String reason, boolean isChange) {
    OffsetDateTime from =
        isChange ? tx.at().plus(Duration.ofMillis(terms.payeeCoolingMs())) : tx.at();
    String state = confirms ? "CONFIRMED" : "REFUSED";
    JsonObject said =
        new JsonObject()
            .put("payee", row.getLong("id"))
            .put("account", row.getString("account_mask"))
            .put("state", state);
    if (confirms) {
      said.put("effectiveAt", Spelling.time(from));
    }
    return tx.ask(DECIDE, row.getLong("id"), state, tx.staff(), tx.at(), confirms ? from : null)
        .compose(
            done ->
                tx.note(
                    confirms ? "payee.confirmed" : "payee.refused",
                    row.getString("merchant_no"),
                    List.of(row.getInteger("signing_org"), row.getInteger("authorising_org")),
                    said.copy().put("reason", reason)))
        .map(noted -> DeskReply.ok(said));
  }
}
