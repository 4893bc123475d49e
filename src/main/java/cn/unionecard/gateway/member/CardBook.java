package cn.unionecard.gateway.member;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.privacy.Reads;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;

/** The cards of the caller's subtree, and what a clerk makes of them. */
final class CardBook {
  private static final String FIND =
      """
      select c.serial, c.member, m.org as org_id, o.code as org, m.category, c.holder_mask, c.status,
        c.epoch
      from card c join member m on m.id = c.member join org o on o.id = m.org
      where $1 = any (o.path) and c.serial = $2
      """;

  private static final String LOCK = FIND + "for update of c";

  private static final String MOVE =
      """
      update card set status = $2, epoch = $3,
        device_key = case when $4 then null else device_key end
      where serial = $1
      """;

  /** A code for a card that is gone: whoever has the one may have the other. */
  private static final String END_CODE =
      "delete from card_enrolment where card = $1 and used_at is null";

  private CardBook() {}

  /** One card; whoever asks for one after the other is noticed. */
  static Future<DeskReply> find(DeskTransaction tx, long serial, Reads reads) {
    return row(tx, FIND, serial)
        .compose(
            row -> {
              Card card = Card.of(row);
              Reads.Look look = new Reads.Look(Reads.What.CARD, row.getLong("member"), 1, null);
              return reads.through(
                  tx, look, () -> Future.succeededFuture(DeskReply.ok(card.json())));
            });
  }

  /** The card, which nobody else moves before this transaction ends. */
  static Future<Card> lock(DeskTransaction tx, long serial) {
    return row(tx, LOCK, serial).map(Card::of);
  }

  private static Future<Row> row(DeskTransaction tx, String sql, long serial) {
    return tx.first(sql, tx.actor().org(), serial)
        .map(found("no such card under the caller's union"));
  }

  /** Takes a step; a card that is lost is in the next epoch, which no phone knows. */
  static Future<DeskReply> move(DeskTransaction tx, long serial, CardStatus to, String reason) {
    return lock(tx, serial)
        .compose(
            card ->
                card.status().next().contains(to) ? move(tx, card, to, reason) : refuse(tx, card));
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, Card card) {
    DeskReply.Refused refused =
        new DeskReply.Refused(
            DeskRefusal.STATE_DOES_NOT_ALLOW,
            "card is " + card.status() + "; it can become " + card.status().next());
    return tx.noteRefused("card.status", card.no().digits(), List.of(card.orgId()), refused)
        .map(noted -> refused);
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, Card card, CardStatus to, String reason) {
    Card moved = card.moved(to, to == CardStatus.LOST ? card.epoch() + 1 : card.epoch());
    JsonObject detail =
        new JsonObject()
            .put("from", card.status().name())
            .put("to", to.name())
            .put("epoch", moved.epoch())
            .put("reason", Masking.mask(reason));
    return write(tx, moved)
        .compose(done -> tx.note("card.status", card.no().digits(), List.of(card.orgId()), detail))
        .map(noted -> DeskReply.ok(moved.json()));
  }

  /** A locked card as it is to be. */
  static Future<Void> write(DeskTransaction tx, Card moved) {
    long serial = moved.no().serial();
    boolean ends = moved.status().endsPhones();
    return tx.ask(MOVE, serial, moved.status().name(), moved.epoch(), ends)
        .compose(done -> ends ? tx.ask(END_CODE, serial) : Future.succeededFuture())
        .mapEmpty();
  }
}
