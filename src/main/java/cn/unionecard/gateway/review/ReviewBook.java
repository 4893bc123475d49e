package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.supervision.Supervision;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes reviews and their one edit, from whoever proves to hold the receipt, from phones, and from
 * tills.
 */
final class ReviewBook {
  private static final String HELD =
      "with held as materialized (" + Supervision.LOCK + "), claimed as (\n";

  private static final String NEW =
      """
        insert into review (origin, transaction, merchant, payer, purchased_on, posted_at)
        select $13::bigint, $14::bigint, h.id, $15::bigint, $16::date, $2::timestamptz from held h
        on conflict (origin) do nothing returning id
      """;

  private static final String KNOWN =
      "select r.id from held h join review r on r.id = $13 and r.origin = $14\n";

  private static final String SAY =
      """
      ), said as (
        insert into review_edition
          (review, edition, at, source, stars, quality, service, after_sales, text, tags)
        select c.id, $3::smallint, $2::timestamptz, $4::text, $5::smallint, $6::smallint,
          $7::smallint, $8::smallint, $9::text, $10::text[]
        from claimed c on conflict do nothing returning review, seq
      )
      select h.*, c.id as review, s.seq, (
        select true from merchant_event(h.id, $11::text, s.review, $2::timestamptz,
          $12::jsonb || jsonb_build_object('review', s.review, 'merchant', h.merchant_no))
        where s.seq is not null) as told
      from held h left join claimed c on true left join said s on true
      """;

  /** Takes the merchant's row, writes a review with its first edition, and tells the union. */
  private static final String ADD = HELD + NEW + SAY;

  /** The same for another edition of a review that is there. */
  private static final String EDIT = HELD + KNOWN + SAY;

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
   * A review by whoever bought.
   *
   * @param find the purchase, as far as it is proved to be his
   */
  Future<DeskReply> post(Function<DeskTransaction, Future<Purchase>> find, Rating rating) {
    return claim(find, (tx, purchase) -> add(tx, purchase, Source.MEMBER, rating));
  }

  /**
   * A review that a member gave with the rating keys of the till he bought at. An exact repeat has
   * the first answer, whatever has become of the purchase meanwhile.
   */
  Future<DeskReply> postAtTill(OriginalRef which, TerminalId terminal, Rating rating) {
    return DeskTransaction.run(
        pool,
        clock,
        DeskTransaction.By.GATEWAY,
        tx ->
            Purchase.at(tx, which, terminal)
                .compose(
                    purchase ->
                        claim(tx, purchase, (e, p) -> add(e, p, Source.TILL, rating))
                            .compose(reply -> saidBefore(tx, purchase, rating, reply))));
  }

  private static Future<DeskReply> saidBefore(
      DeskTransaction tx, Purchase purchase, Rating rating, DeskReply reply) {
    if (!(reply instanceof DeskReply.Refused)) {
      return Future.succeededFuture(reply);
    }
    return tx.first(
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
                    : said(new Saying(1, Source.TILL, rating, purchase), row.getLong("id")));
  }

  /** A review that a partner sends for whoever bought, within the partner's transaction. */
  Future<DeskReply> postByPartner(DeskTransaction tx, Purchase purchase, Rating rating) {
    return claim(tx, purchase, (e, p) -> add(e, p, Source.PARTNER, rating));
  }

  /** The one edit: never from a till, so a merchant cannot take it. */
  Future<DeskReply> edit(
      long review, Function<DeskTransaction, Future<Purchase>> find, Rating rating) {
    return claim(find, (tx, purchase) -> edit(tx, purchase, review, rating));
  }

  private interface Claim {
    Future<DeskReply> with(DeskTransaction tx, Purchase purchase);
  }

  private Future<DeskReply> claim(Function<DeskTransaction, Future<Purchase>> find, Claim claim) {
    return DeskTransaction.run(
        pool,
        clock,
        DeskTransaction.By.GATEWAY,
        tx -> find.apply(tx).compose(purchase -> claim(tx, purchase, claim)));
  }

  private Future<DeskReply> claim(DeskTransaction tx, Purchase purchase, Claim claim) {
    DeskRefusal refusal = purchase.refusal(tx.at().toInstant(), limits.rightDays());
    return refusal == null
        ? claim.with(tx, purchase)
        : Future.succeededFuture(DeskReply.refused(refusal));
  }

  private static Future<DeskReply> add(
      DeskTransaction tx, Purchase purchase, Source source, Rating rating) {
    return say(
        tx,
        new Saying(1, source, rating, purchase),
        ADD,
        Arrays.asList(purchase.origin(), purchase.id().value(), purchase.payer(), purchase.day()),
        none -> DeskReply.refused(DeskRefusal.REVIEW_RIGHT_USED));
  }

  private static Future<DeskReply> edit(
      DeskTransaction tx, Purchase purchase, long review, Rating rating) {
    return say(
        tx,
        new Saying(2, Source.MEMBER, rating, purchase),
        EDIT,
        Arrays.asList(review, purchase.origin()),
        known -> {
          if (known == null) {
            throw new Fault.NotFound("no such review of this purchase");
          }
          return DeskReply.refused(DeskRefusal.REVIEW_EDITED_ALREADY);
        });
  }

  /** What is to be written down. */
  private record Saying(int edition, Source source, Rating rating, Purchase purchase) {

    /** The arguments that both statements have in common. */
    List<@Nullable Object> arguments(OffsetDateTime at) {
      return Arrays.asList(
          purchase.merchant(),
          at,
          edition,
          source.name(),
          rating.stars(),
          rating.quality(),
          rating.service(),
          rating.afterSales(),
          rating.text(),
          rating.tagNames(),
          edition == 1 ? "review.posted" : "review.edited",
          rating
              .figures()
              .put("source", source.name())
              .put("purchasedOn", purchase.day().toString()));
    }
  }

  /**
   * Writes and looks: both are asked at once, so one does not wait for the other's answer.
   *
   * @param sql one of the two statements
   * @param claim its further arguments
   * @param otherwise the answer if nothing was written, from the review that is there or null
   */
  private static Future<DeskReply> say(
      DeskTransaction tx,
      Saying saying,
      String sql,
      List<Object> claim,
      Function<@Nullable Long, DeskReply> otherwise) {
    Supervision supervision = new Supervision(tx);
    List<@Nullable Object> arguments = new ArrayList<>(saying.arguments(tx.at()));
    arguments.addAll(claim);
    Future<@Nullable Row> written = tx.first(sql, arguments.toArray());
    Future<@Nullable Row> seen = supervision.see(saying.purchase().merchant());
    return written.compose(
        row -> {
          Supervision.Held held = Supervision.Held.of(Objects.requireNonNull(row));
          Long review = row.getLong("review");
          Long seq = row.getLong("seq");
          return seq == null
              ? seen.map(look -> otherwise.apply(review))
              : seen.compose(
                      look -> supervision.act(held, look, Supervision.Tip.review(review), seq))
                  .map(acted -> said(saying, review));
        });
  }

  private static DeskReply said(Saying saying, long review) {
    JsonObject body =
        saying.rating().figures().put("review", review).put("edition", saying.edition());
    if (saying.rating().text() != null) {
      body.put("text", saying.rating().text());
    }
    return DeskReply.made(body, "/v1/reviews/" + review);
  }
}
