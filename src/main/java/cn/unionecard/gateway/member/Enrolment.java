package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.CurrentCodes;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * One-time codes, and the secret of the card for whoever brings one. Each binding begins the card's
 * next epoch, the first one too: no secret is given out twice, so of two phones only the later one
 * pays. Wrong, late and used codes give the same answer after the same work; of 32^12 nobody hits
 * one within its day.
 *
 * <p>One instance for each event loop.
 */
final class Enrolment {
  private static final String ISSUE =
      """
      insert into card_enrolment (card, code_hash, issued_at, expires_at, staff)
      values ($1, $2, $3, $4, $5)
      on conflict (card) do update set code_hash = excluded.code_hash,
        issued_at = excluded.issued_at, expires_at = excluded.expires_at, used_at = null,
        staff = excluded.staff
      """;

  /** Locked before the code, as everywhere: of two phones the second finds the code used. */
  private static final String LOCK =
      """
      select c.serial, m.org as org_id, o.code as org, m.category, c.holder_mask, c.status, c.epoch
      from card c join member m on m.id = c.member join org o on o.id = m.org
      where c.serial = (select card from card_enrolment where code_hash = $1) for update of c
      """;

  private static final String USE =
      """
      update card_enrolment set used_at = $3
      where card = $1 and code_hash = $2 and used_at is null and expires_at > $3
      returning card
      """;

  private static final String STANDS =
      """
      select from card_enrolment
      where card = $1 and code_hash = $2 and used_at is null and expires_at > $3
      """;

  private static final String BIND =
      "update card set status = 'ACTIVE', epoch = $2, device_key = $3 where serial = $1";

  /** The phone of the card from now on. */
  private static final String GIVE =
      """
      insert into card_phone (card, bound_at, code_kid, aliases_until, renewed_at)
      values ($1, $2, $3, $4, $2)
      on conflict (card) do update set bound_at = excluded.bound_at, code_kid = excluded.code_kid,
        aliases_until = excluded.aliases_until, renewed_at = excluded.renewed_at
      """;

  private final Pool pool;
  private final CurrentCodes codes;
  private final Duration lifetime;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param lifetime of a code
   */
  Enrolment(Pool pool, CurrentCodes codes, Duration lifetime, Clock clock, SecureRandom random) {
    this.pool = pool;
    this.codes = codes;
    this.lifetime = lifetime;
    this.clock = clock;
    this.random = random;
  }

  /** A new code, shown this once; an older one of the card is no longer taken. */
  Future<DeskReply> issue(DeskTransaction tx, long serial) {
    String code = Spelling.no(random);
    OffsetDateTime until = tx.at().plus(lifetime);
    return CardBook.lock(tx, serial)
        .compose(
            card -> {
              if (!card.status().isBindable()) {
                return Future.succeededFuture(notBindable(card));
              }
              return tx.ask(ISSUE, serial, hash(code), tx.at(), until, tx.actor().id())
                  .compose(
                      issued ->
                          tx.note(
                              "card.enrolment",
                              card.no().digits(),
                              List.of(card.orgId()),
                              new JsonObject()))
                  .map(
                      noted ->
                          DeskReply.made(
                              new JsonObject()
                                  .put("cardNo", card.no().digits())
                                  .put("code", code)
                                  .put("expiresAt", Spelling.time(until)),
                              card.path()));
            });
  }

  private static DeskReply notBindable(Card card) {
    return DeskReply.refused(
        DeskRefusal.STATE_DOES_NOT_ALLOW,
        "card is " + card.status() + "; a phone can be bound to one ISSUED, ACTIVE or LOST");
  }

  /** Read as people type it: the alphabet has no I, L and O, so they mean 1 and 0. */
  private static Buffer hash(String code) {
    String read =
        code.toUpperCase(Locale.ROOT)
            .replaceAll("[ -]", "")
            .replace('O', '0')
            .replace('I', '1')
            .replace('L', '1');
    return Buffer.buffer(Sha256.of(read));
  }

  /**
   * Gives the phone what its codes are made of.
   *
   * @param phoneKey see {@link cn.unionecard.gateway.desk.PublicKeys}
   */
  Future<DeskReply> bind(String code, byte[] phoneKey) {
    Buffer hash = hash(code);
    return DeskTransaction.run(
        pool,
        clock,
        DeskTransaction.By.GATEWAY,
        tx ->
            tx.first(LOCK, hash)
                .compose(
                    row ->
                        row == null
                            ? tx.first(STANDS, 0L, hash, tx.at()).map(none -> refused())
                            : bind(tx, Card.of(row), hash, Buffer.buffer(phoneKey))));
  }

  private static DeskReply refused() {
    return DeskReply.refused(DeskRefusal.ACTIVATION_REFUSED);
  }

  private Future<DeskReply> bind(DeskTransaction tx, Card card, Buffer hash, Buffer phoneKey) {
    long serial = card.no().serial();
    boolean bindable = card.status().isBindable();
    return tx.first(bindable ? USE : STANDS, serial, hash, tx.at())
        .compose(
            stands ->
                stands == null
                    ? Future.succeededFuture(refused())
                    : bindable
                        ? bound(tx, card, phoneKey)
                        : Future.succeededFuture(notBindable(card)));
  }

  private Future<DeskReply> bound(DeskTransaction tx, Card card, Buffer phoneKey) {
    Card bound = card.moved(CardStatus.ACTIVE, card.epoch() + 1);
    JsonObject detail =
        new JsonObject().put("from", card.status().name()).put("epoch", bound.epoch());
    MemberCodes now = codes.get();
    return tx.ask(BIND, card.no().serial(), bound.epoch(), phoneKey)
        .compose(
            done -> tx.ask(GIVE, card.no().serial(), tx.at(), now.kid(), Aliases.until(tx.at())))
        .compose(done -> tx.note("card.bound", card.no().digits(), List.of(card.orgId()), detail))
        .map(noted -> new DeskReply.Said(201, secret(bound, tx.at(), now), null));
  }

  private static JsonObject secret(Card card, OffsetDateTime now, MemberCodes codes) {
    byte[] key = codes.cardKey(card.no(), card.epoch());
    return new JsonObject()
        .put("cardNo", card.no().digits())
        .put("epoch", card.epoch())
        .put("cardKey", Base64.getUrlEncoder().withoutPadding().encodeToString(key))
        .put("stepSeconds", MemberCodes.STEP_SECONDS)
        .put("aliases", Aliases.from(now, card.no(), codes))
        .put("holder", card.holder());
  }
}
