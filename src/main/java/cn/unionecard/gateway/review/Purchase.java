package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A purchase that somebody claims to review.
 *
 * @param origin the transaction that it began with: a review belongs to this one
 * @param spends whether it is a purchase of a member at all
 * @param undone whether nothing of it stands any more
 */
record Purchase(
    TransactionId id, long origin, int merchant, long payer, boolean spends, boolean undone) {

  private static final String FOUND =
      """
      select p.id, p.origin, p.merchant, p.payer, p.spends, p.undone, p.body,
        (select t.terminal_no from terminal t where t.id = p.terminal) as terminal_no
      from review_purchase p
      """;

  private static final String BY_ID = FOUND + "where p.id = $1";

  private static final String OF_CARD = BY_ID + " and p.card = $2";

  /** By the key that the till itself has for it. */
  private static final String BY_KEY =
      FOUND
          + """
          where p.id = (select k.transaction from transaction_key k
            join terminal t on t.id = k.terminal
            where t.terminal_no = $1 and k.request_id = $2 and k.class = 0)
          """;

  /** The purchase whose receipt has that digest; fails with NotFound as for an unknown one. */
  static Future<Purchase> proved(DeskTransaction tx, TransactionId id, String digest) {
    byte[] given = HexFormat.of().parseHex(digest);
    return tx.first(BY_ID, id.value())
        .map(
            row -> {
              byte[] body = row == null ? new byte[0] : row.getBuffer("body").getBytes();
              boolean proved = MessageDigest.isEqual(Sha256.of(body), given);
              return of(row != null && proved ? row : null);
            });
  }

  /** The purchase that was paid with that card; fails with NotFound for those of others. */
  static Future<Purchase> of(DeskTransaction tx, TransactionId id, CardNo card) {
    return tx.first(OF_CARD, id.value(), card.serial()).map(Purchase::of);
  }

  /** The purchase at that terminal; fails with NotFound for those of others. */
  static Future<Purchase> at(DeskTransaction tx, OriginalRef purchase, TerminalId terminal) {
    Future<@Nullable Row> found =
        purchase instanceof OriginalRef.Id known
            ? tx.first(BY_ID, known.id().value())
            : byKey(tx, (OriginalRef.Key) purchase);
    return found.map(
        row ->
            of(row != null && row.getString("terminal_no").equals(terminal.value()) ? row : null));
  }

  private static Future<@Nullable Row> byKey(DeskTransaction tx, OriginalRef.Key key) {
    return tx.first(BY_KEY, key.terminal().value(), key.requestId().value());
  }

  private static Purchase of(@Nullable Row row) {
    if (row == null) {
      throw new Fault.NotFound("no such receipt, or not proved to be held");
    }
    Long payer = row.getLong("payer");
    return new Purchase(
        new TransactionId(row.getLong("id")),
        row.getLong("origin"),
        row.getInteger("merchant"),
        payer == null ? 0 : payer,
        row.getBoolean("spends"),
        row.getBoolean("undone"));
  }

  /** Why it gives no right to say something now, or null. */
  @Nullable DeskRefusal refusal(Instant now, int rightDays) {
    if (!spends || undone) {
      return DeskRefusal.REVIEW_RIGHT_LOST;
    }
    Instant until = Instant.ofEpochMilli(id.epochMs()).plus(Duration.ofDays(rightDays));
    return now.isAfter(until) ? DeskRefusal.REVIEW_RIGHT_EXPIRED : null;
  }

  /** The day of it: all that is told of its time. */
  LocalDate day() {
    return Instant.ofEpochMilli(id.epochMs()).atZone(Clocks.CHINA).toLocalDate();
  }
}
