package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the phone of a card a token for an assertion signed with its key. An unknown card, one
 * without a phone and one of another phone sound alike and take the same work: one look, two keys;
 * only who proves the key that the card had before is told why it is not taken any more.
 */
final class PhoneTokens {
  private static final String PHONE =
      """
      select c.status, c.epoch, c.device_key, f.device_key as former_key
      from card c left join card_phone_former f on f.card = c.serial where c.serial = $1
      """;

  private final Pool pool;
  private final PhoneProofs proofs;

  PhoneTokens(Pool pool, PhoneProofs proofs) {
    this.pool = pool;
    this.proofs = proofs;
  }

  /**
   * The token for that assertion.
   *
   * @return fails with {@link Fault.Unauthenticated} if it does not hold
   */
  Future<DeskReply> token(String assertion) {
    KeyProof claim = proofs.claim(assertion);
    CardNo card = card(claim.subject());
    return StoreFailure.toldOfReading(
        pool.preparedQuery(PHONE)
            .execute(Tuple.of(card.serial()))
            .compose(
                rows -> {
                  Iterator<Row> all = rows.iterator();
                  return answer(claim, card, all.hasNext() ? all.next() : null);
                }));
  }

  private static CardNo card(String subject) {
    if (!Written.CARD_NO.matcher(subject).matches()) {
      throw new Fault.Unauthenticated("token's sub names no card");
    }
    return new CardNo(Long.parseLong(subject));
  }

  private Future<DeskReply> answer(KeyProof claim, CardNo card, @Nullable Row row) {
    return claim
        .signedBy(key(row, "device_key"))
        .map(signed -> given(card, Objects.requireNonNull(row)))
        .recover(
            unsigned ->
                claim
                    .signedBy(key(row, "former_key"))
                    .map(signed -> refused(Objects.requireNonNull(row))))
        .compose(reply -> claim.useUp().map(first -> reply));
  }

  /** Null: there is none, and somebody's is held against nobody's. */
  private static byte @Nullable [] key(@Nullable Row row, String column) {
    Buffer key = row == null ? null : row.getBuffer(column);
    return key == null ? null : key.getBytes();
  }

  private DeskReply given(CardNo card, Row row) {
    return DeskReply.ok(
        new JsonObject()
            .put("accessToken", proofs.token(card, row.getLong("epoch")))
            .put("tokenType", "Bearer")
            .put("expiresIn", proofs.lifetimeSeconds()));
  }

  private static DeskReply refused(Row row) {
    return DeskReply.refused(
        switch (CardStatus.valueOf(row.getString("status"))) {
          case LOST -> DeskRefusal.CARD_REPORTED_LOST;
          case CANCELLED -> DeskRefusal.CARD_CANCELLED;
          case ISSUED, ACTIVE, SUSPENDED -> DeskRefusal.PHONE_REPLACED;
        });
  }
}
