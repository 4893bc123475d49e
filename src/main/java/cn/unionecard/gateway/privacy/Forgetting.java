package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import java.util.List;

/**
 * Forgets a member: his key is deleted, and with it everything under it, wherever copies lie; his
 * cards end, and what else could name him is emptied. What he paid stays: transactions, receipts
 * and their proofs know a card by its number, and no sum changes.
 */
final class Forgetting {
  /** In this order: a card's former phone is kept by a trigger when the card leaves it. */
  private static final List<String> STEPS =
      List.of(
          """
          update card set status = 'CANCELLED', epoch = epoch + 1, device_key = null,
            holder_mask = '某*'
          where member = $1
          """,
          "delete from card_enrolment where card in (select serial from card where member = $1)",
          "delete from card_phone where card in (select serial from card where member = $1)",
          "delete from card_phone_former where card in (select serial from card where member = $1)",
          """
          update review_edition set text = null
          where text is not null and review in (select id from review where payer = $1)
          """,
          "update data_request set words = null where member = $1 and state <> 'ASKED'",
          """
          delete from member_list_named where identity_index in (
            select unnest(array[identity_index, identity_index_2]) from member_key where member = $1
            union all select identity_index from member where id = $1 and identity_index is not null)
          """,
          "delete from member_key where member = $1");

  private static final String FORGET =
      """
      update member set name_cipher = null, identity_cipher = null, identity_index = null,
        phone_cipher = null, category = 'ORDINARY', left_at = coalesce(left_at, $2),
        forgotten_at = $2
      where id = $1 and forgotten_at is null
      """;

  private Forgetting() {}

  /** Once is for ever; the same again changes nothing. The member's row is locked first. */
  static Future<Void> forget(DeskTransaction tx, long member) {
    Future<Void> chain = tx.ask("select from member where id = $1 for update", member).mapEmpty();
    for (String step : STEPS) {
      chain = chain.compose(before -> tx.ask(step, member)).mapEmpty();
    }
    return chain.compose(done -> tx.ask(FORGET, member, tx.at())).mapEmpty();
  }
}
