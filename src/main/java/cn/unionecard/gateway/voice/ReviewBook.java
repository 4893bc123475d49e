package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
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

  /** Who says it. */
  enum Source {
    MEMBER,
    TILL
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

  /** A review that a member gave with the rating keys of the till he bought at. */
  Future<DeskReply> postAtTill(TransactionId id, TerminalId terminal, Rating rating) {
    return claim(
        errand -> Purchase.at(errand, id, terminal),
        (errand, purchase) -> add(errand, purchase, Source.TILL, rating));
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
        errand ->
            find.apply(errand)
                .compose(
                    purchase -> {
                      DeskRefusal refusal =
                          purchase.refusal(errand.at().toInstant(), limits.rightDays());
                      return refusal == null
                          ? claim.with(errand, purchase)
                          : Future.succeededFuture(DeskReply.refused(refusal));
                    }));
  }

  private static Future<DeskReply> add(
      Errand errand, Purchase purchase, Source source, Rating rating) {
    Supervision supervision = new Supervision(errand);
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
    Supervision supervision = new Supervision(errand);
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
                    .compose(told -> new Supervision(errand).look(held, saying.review(), seq)))
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
