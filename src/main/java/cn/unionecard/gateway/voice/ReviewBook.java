package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.desk.DeskReply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes reviews and their one edit, from whoever proves to hold the receipt, and from tills. */
final class ReviewBook {
  private static final String ADD =
      """
      insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
      values ($1, $2, $3, $4, $5, $6) on conflict (origin) do nothing returning id
      """;

  private static final String SAY =
      """
      insert into review_edition
        (review, edition, at, source, stars, quality, service, after_sales, text, tags)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning seq
      """;

  private static final String FIND =
      """
      select r.id, count(*) as editions from review r join review_edition e on e.review = r.id
      where r.id = $1 and r.origin = $2 group by r.id
      """;

  /** What that purchase's till has said in the same words. */
  private static final String SAID_AT_TILL =
      """
      select r.id from review r join review_edition e on e.review = r.id and e.edition = 1
      where r.origin = $1 and r.transaction = $2 and e.source = 'TILL' and e.stars = $3
        and e.quality = $4 and e.service = $5 and e.after_sales = $6 and e.tags = $7
      """;

  /** Who says it. */
  enum Source {
    MEMBER,
    TILL,
    PARTNER
  }

  private final Pool pool;
  private final Config.Review limits;
  private final Clock clock;

  ReviewBook(Pool pool, Config.Review limits, Clock clock) {
    this.pool = pool;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * A review by whoever holds the receipt.
   *
   * @param digest SHA-256 of the receipt's body, hex
   */
  Future<DeskReply> post(TransactionId id, String digest, Rating rating) {
    return claim(
        errand -> Purchase.proved(errand, id, digest),
        (errand, purchase) -> add(errand, purchase, Source.MEMBER, rating));
  }

  /**
   * A review that a member gave with the rating keys of the till he bought at. An exact repeat has
   * the first answer, whatever has become of the purchase meanwhile.
   */
  Future<DeskReply> postAtTill(OriginalRef which, TerminalId terminal, Rating rating) {
    return Errand.run(
        pool,
        clock,
        errand ->
            Purchase.at(errand, which, terminal)
                .compose(
                    purchase ->
                        claim(errand, purchase, (e, p) -> add(e, p, Source.TILL, rating))
                            .compose(reply -> saidBefore(errand, purchase, rating, reply))));
  }

  private static Future<DeskReply> saidBefore(
      Errand errand, Purchase purchase, Rating rating, DeskReply reply) {
    if (!(reply instanceof DeskReply.Refused)) {
      return Future.succeededFuture(reply);
    }
    return errand
        .first(
            SAID_AT_TILL,
            purchase.origin(),
            purchase.id().value(),
            rating.stars(),
            rating.quality(),
            rating.service(),
            rating.afterSales(),
            rating.tagNames())
        .map(
            row ->
                row == null
                    ? reply
                    : said(new Saying(row.getLong("id"), 1, Source.TILL, rating, purchase)));
  }

  /** A review that a partner sends for whoever bought, within the partner's transaction. */
  Future<DeskReply> postByPartner(Errand errand, Purchase purchase, Rating rating) {
    return claim(errand, purchase, (e, p) -> add(e, p, Source.PARTNER, rating));
  }

  /** The one edit: never from a till, so a merchant cannot take it. */
  Future<DeskReply> edit(long review, TransactionId id, String digest, Rating rating) {
    return claim(
        errand -> Purchase.proved(errand, id, digest),
        (errand, purchase) -> edit(errand, purchase, review, rating));
  }

  private interface Claim {
    Future<DeskReply> with(Errand errand, Purchase purchase);
  }

  private Future<DeskReply> claim(Function<Errand, Future<Purchase>> find, Claim claim) {
    return Errand.run(
        pool,
        clock,
        errand -> find.apply(errand).compose(purchase -> claim(errand, purchase, claim)));
  }

  private Future<DeskReply> claim(Errand errand, Purchase purchase, Claim claim) {
    DeskRefusal refusal = purchase.refusal(errand.at().toInstant(), limits.rightDays());
    return refusal == null
        ? claim.with(errand, purchase)
        : Future.succeededFuture(DeskReply.refused(refusal));
  }

  private static Future<DeskReply> add(
      Errand errand, Purchase purchase, Source source, Rating rating) {
    Supervision supervision = new Supervision(errand.hand());
    return supervision
        .hold(purchase.merchant())
        .compose(
            held ->
                errand
                    .first(
                        ADD,
                        purchase.origin(),
                        purchase.id().value(),
                        purchase.merchant(),
                        purchase.payer(),
                        purchase.day(),
                        errand.at())
                    .compose(
                        row ->
                            row == null
                                ? Future.succeededFuture(
                                    DeskReply.refused(DeskRefusal.REVIEW_RIGHT_USED))
                                : say(
                                    errand,
                                    held,
                                    new Saying(row.getLong("id"), 1, source, rating, purchase))));
  }

  private static Future<DeskReply> edit(
      Errand errand, Purchase purchase, long review, Rating rating) {
    Supervision supervision = new Supervision(errand.hand());
    return supervision
        .hold(purchase.merchant())
        .compose(
            held ->
                errand
                    .first(FIND, review, purchase.origin())
                    .compose(
                        row -> {
                          if (row == null) {
                            throw new Fault.NotFound("no such review of this purchase");
                          }
                          return row.getLong("editions") > 1
                              ? Future.succeededFuture(
                                  DeskReply.refused(DeskRefusal.REVIEW_EDITED_ALREADY))
                              : say(
                                  errand,
                                  held,
                                  new Saying(review, 2, Source.MEMBER, rating, purchase));
                        }));
  }

  /** What is to be written down. */
  private record Saying(long review, int edition, Source source, Rating rating, Purchase purchase) {

    JsonObject event(String merchantNo) {
      return rating
          .figures()
          .put("review", review)
          .put("merchant", merchantNo)
          .put("source", source.name())
          .put("purchasedOn", purchase.day().toString());
    }
  }

  private static Future<DeskReply> say(Errand errand, Supervision.Held held, Saying saying) {
    Rating rating = saying.rating();
    String kind = saying.edition() == 1 ? "review.posted" : "review.edited";
    return errand
        .first(
            SAY,
            saying.review(),
            saying.edition(),
            errand.at(),
            saying.source().name(),
            rating.stars(),
            rating.quality(),
            rating.service(),
            rating.afterSales(),
            rating.text(),
            rating.tagNames())
        .map(ReviewBook::seq)
        .compose(
            seq ->
                errand
                    .event(held.id(), kind, saying.review(), saying.event(held.no()))
                    .compose(
                        told ->
                            new Supervision(errand.hand())
                                .look(held, Supervision.Tip.review(saying.review()), seq)))
        .map(looked -> said(saying));
  }

  private static long seq(@Nullable Row row) {
    return Objects.requireNonNull(row).getLong("seq");
  }

  private static DeskReply said(Saying saying) {
    JsonObject body =
        saying.rating().figures().put("review", saying.review()).put("edition", saying.edition());
    if (saying.rating().text() != null) {
      body.put("text", saying.rating().text());
    }
    return DeskReply.made(body, "/v1/reviews/" + saying.review());
  }
}
