package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A member goes to another union, with his cards: by a union above both. His phone, his card's
 * number and what he was given stay; from the next sale on he is of the new union.
 */
final class Transfer {
  private static final String MOVE =
      """
      update member set org = $2, left_at = null
      where id = (select member from card where serial = $1) and forgotten_at is null returning id
      """;

  private static final String KEEP =
      """
      insert into member_move (member, from_org, to_org, at, staff, reason)
      values ($1, $2, $3, $4, $5, $6)
      """;

  private Transfer() {}

  static Future<DeskReply> move(DeskTransaction tx, long serial, String org, String reason) {
    return CardBook.lock(tx, serial)
        .compose(card -> tx.org(org).compose(union -> move(tx, card, union, org, reason)));
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, Card card, int to, String org, String reason) {
    if (to == card.orgId()) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.STATE_DOES_NOT_ALLOW, "the member is of that union already"));
    }
    return tx.first(MOVE, card.no().serial(), to)
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(DeskReply.refused(DeskRefusal.PERSONAL_DATA_FORGOTTEN))
                    : keep(tx, card, row.getLong("id"), to, org, Masking.mask(reason)));
  }

  /** Both unions read it in the audit. */
  private static Future<DeskReply> keep(
      DeskTransaction tx, Card card, long member, int to, String org, String reason) {
    JsonObject detail =
        new JsonObject().put("from", card.org()).put("to", org).put("reason", reason);
    return tx.ask(KEEP, member, card.orgId(), to, tx.at(), tx.actor().id(), reason)
        .compose(
            kept -> tx.note("member.moved", card.no().digits(), List.of(card.orgId(), to), detail))
        .map(
            noted ->
                DeskReply.ok(
                    new Card(
                            card.no(),
                            to,
                            org,
                            card.category(),
                            card.holder(),
                            card.status(),
                            card.epoch())
                        .json()));
  }
}
