package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a phone may know of its card and do with it. Each statement asks again whether it has the
 * card still, in the transaction that does the work.
 */
final class PhoneBook {
  private static final String MINE =
      """
      select c.serial, m.org as org_id, o.code as org, o.name as org_name, m.category, c.holder_mask,
        c.status, c.epoch, p.bound_at, p.aliases_until, p.renewed_at, p.code_kid
      from card c join member m on m.id = c.member join org o on o.id = m.org
      left join card_phone p on p.card = c.serial
      where c.serial = $1 and
      """
          + PhoneStanding.STANDS;

  private static final String LOCK = MINE + " for update of c";

  private static final String RENEW =
      """
      insert into card_phone (card, bound_at, code_kid, aliases_until, renewed_at)
      values ($1, $2, $3, $4, $2)
      on conflict (card) do update set code_kid = excluded.code_kid,
        aliases_until = excluded.aliases_until, renewed_at = excluded.renewed_at
      """;

  private PhoneBook() {}

  static Future<DeskReply> mine(DeskTransaction tx, Caller.Member member) {
    return one(tx, MINE, member).map(row -> DeskReply.ok(json(row)));
  }

  private static Future<Row> one(DeskTransaction tx, String query, Caller.Member member) {
    return tx.first(query, member.card().serial(), member.epoch()).map(PhoneBook::standing);
  }

  private static Row standing(@Nullable Row row) {
    if (row == null) {
      throw Fault.Unauthenticated.phoneEnded();
    }
    return row;
  }

  private static JsonObject json(Row row) {
    Card card = Card.of(row);
    JsonObject mine =
        new JsonObject()
            .put("cardNo", card.no().digits())
            .put("holder", card.holder())
            .put(
                "org",
                new JsonObject().put("code", card.org()).put("name", row.getString("org_name")))
            .put("status", card.status().name())
            .put("epoch", card.epoch());
    if (row.getLocalDate("aliases_until") != null) {
      mine.put("boundAt", Spelling.time(row.getOffsetDateTime("bound_at")))
          .put("renewedAt", Spelling.time(row.getOffsetDateTime("renewed_at")))
          .put("aliasesUntil", row.getLocalDate("aliases_until").toString());
    }
    return mine;
  }

  /**
   * Names for the next days. The card's key stays; only where the gateway's keys were changed since
   * the phone was given it, the key comes along, for the names are made with the new ones.
   */
  static Future<DeskReply> renew(DeskTransaction tx, Caller.Member member, MemberCodes codes) {
    return one(tx, LOCK, member)
        .compose(
            row ->
                tx.ask(RENEW, member.card().serial(), tx.at(), codes.kid(), Aliases.until(tx.at()))
                    .map(done -> renewed(tx, member, codes, row.getString("code_kid"))));
  }

  private static DeskReply renewed(
      DeskTransaction tx, Caller.Member member, MemberCodes codes, @Nullable String kid) {
    JsonObject given =
        new JsonObject()
            .put("aliases", Aliases.from(tx.at(), member.card(), codes))
            .put("aliasesUntil", Aliases.until(tx.at()).toString());
    if (!Objects.equals(kid, codes.kid())) {
      byte[] key = codes.cardKey(member.card(), member.epoch());
      given.put("cardKey", Base64.getUrlEncoder().withoutPadding().encodeToString(key));
    }
    return new DeskReply.Said(201, given, null);
  }

  /** The member himself reports it: no till takes it from the next commit on. */
  static Future<DeskReply> lose(DeskTransaction tx, Caller.Member member) {
    return one(tx, LOCK, member)
        .compose(
            row -> {
              Card card = Card.of(row);
              Card lost = card.moved(CardStatus.LOST, card.epoch() + 1);
              JsonObject detail =
                  new JsonObject()
                      .put("from", card.status().name())
                      .put("to", lost.status().name())
                      .put("epoch", lost.epoch())
                      .put("by", "MEMBER");
              return CardBook.write(tx, lost)
                  .compose(
                      done ->
                          tx.note("card.status", card.no().digits(), List.of(card.orgId()), detail))
                  .map(
                      noted ->
                          DeskReply.ok(
                              new JsonObject()
                                  .put("cardNo", card.no().digits())
                                  .put("status", lost.status().name())));
            });
  }
}
