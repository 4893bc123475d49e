package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Merchants that are not paid for the time being; what is owed to them stays owed. */
final class Holds {
  private static final String HOLD =
      """
      insert into payment_hold (merchant, reason, staff, at) values ($1, $2, $3, $4)
      on conflict (merchant) where lifted_at is null do nothing returning id
      """;

  private static final String LIFT =
      """
      update payment_hold set lifted_by = $2, lifted_at = $3, lift_reason = $4
      where merchant = $1 and lifted_at is null returning id
      """;

  private Holds() {}

  static Future<DeskReply> hold(DeskTransaction tx, String no, String reason) {
    return StatementBook.merchant(tx, no)
        .compose(
            merchant ->
                tx.first(HOLD, merchant, reason, tx.staff(), tx.at())
                    .compose(
                        row ->
                            row == null
                                ? refused("its payments are on hold already")
                                : said(tx, merchant, no, true, reason)));
  }

  static Future<DeskReply> lift(DeskTransaction tx, String no, String reason) {
    return StatementBook.merchant(tx, no)
        .compose(
            merchant ->
                tx.first(LIFT, merchant, tx.staff(), tx.at(), reason)
                    .compose(
                        row ->
                            row == null
                                ? refused("its payments are not on hold")
                                : said(tx, merchant, no, false, reason)));
  }

  private static Future<DeskReply> refused(String why) {
    return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, why));
  }

  private static Future<DeskReply> said(
      DeskTransaction tx, int merchant, String no, boolean held, String reason) {
    JsonObject said = new JsonObject().put("merchant", no).put("held", held);
    return Payees.orgs(tx, merchant)
        .compose(
            orgs ->
                tx.note(
                    held ? "payment.held" : "payment.released",
                    no,
                    orgs,
                    said.copy().put("reason", reason)))
        .map(noted -> DeskReply.ok(said));
  }
}
