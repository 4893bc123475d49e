package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads and writes the keys and sessions of terminals; all keys are wrapped here. */
public final class SessionRecords {

  /** Working keys that nobody used for so long are made anew at the next sign-on. */
  public static final Duration OFFER_LIFETIME = Duration.ofDays(1);

  /**
   * A registered terminal.
   *
   * @param device SHA-256 of the key that its device showed when it was activated, hex, or null
   * @param master its master key, or null if none was injected
   * @param session what it signed on to, or null if it never did
   * @param batch its current batch
   * @param merchant the number of its merchant
   */
  public record Found(
      int id,
      boolean active,
      @Nullable String device,
      @Nullable Master master,
      @Nullable Session session,
      int batch,
      String merchant) {}

  /**
   * A master key.
   *
   * @param givenUp its device was given up: nobody signs on with it any more
   */
  public record Master(
      KeyAlgorithm algorithm,
      MacMode macMode,
      byte[] wrapped,
      byte[] checkValue,
      boolean givenUp) {}

  /**
   * Keys in force, and keys on offer.
   *
   * @param version grows with each set of keys that comes into force
   * @param wrapped the working keys, or null after a sign-off or before the first use
   * @param offer given out and not used yet, or null
   * @param certified whether the terminal's client certificate stood behind it
   */
  public record Session(
      long version, byte @Nullable [] wrapped, @Nullable Offer offer, boolean certified) {}

  /** Working keys that were given out and not used yet. */
  public record Offer(byte[] wrapped, Instant at) {}

  private static final String FIND =
      """
      SELECT t.id, t.status = 'ACTIVE', k.algorithm, k.mac_mode, k.wrapped, k.check_value,
             s.version, s.wrapped, k.given_up, s.offered, s.offered_at, s.certified,
             encode(sha256(t.device_key), 'hex'), coalesce(b.batch, 1), m.merchant_no
      FROM terminal t
      JOIN merchant m ON m.id = t.merchant
      LEFT JOIN terminal_key k ON k.terminal = t.id
      LEFT JOIN terminal_session s ON s.terminal = t.id
      LEFT JOIN terminal_batch b ON b.terminal = t.id
      WHERE t.terminal_no = $1""";

  /**
   * Only under the master key that the caller encrypts with: it may just be being replaced. Keys
   * that are on offer already stay, so that nobody who asks again takes them from the terminal.
   */
  private static final String OFFER =
      """
      INSERT INTO terminal_session AS s (terminal, version, signed_on_at, offered, offered_at)
      SELECT terminal, 1, $3::timestamptz, $2::bytea, $3::timestamptz
      FROM (SELECT terminal FROM terminal_key
            WHERE terminal = $1 AND check_value = $4 AND NOT given_up FOR SHARE) k
      ON CONFLICT (terminal) DO UPDATE
      SET offered = excluded.offered, offered_at = excluded.offered_at
      WHERE s.offered IS NULL OR s.offered_at <= $5::timestamptz""";

  private static final String CONFIRM =
      """
      UPDATE terminal_session
      SET version = version + 1, wrapped = $3, signed_on_at = $4, certified = certified OR $5,
          offered = NULL, offered_at = NULL
      WHERE terminal = $1 AND offered = $2""";

  private static final String END =
      """
      UPDATE terminal_session SET wrapped = NULL, offered = NULL, offered_at = NULL
      WHERE terminal = $1""";

  private static final String USED =
      "SELECT EXISTS (SELECT FROM transaction WHERE terminal = $1 AND batch = $2)";

  private final Pool pool;

  public SessionRecords(Pool pool) {
    this.pool = pool;
  }

  /** The terminal of that number, or null. */
  public Future<@Nullable Found> find(String terminalNo) {
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(terminalNo))
        .map(rows -> rows.size() == 0 ? null : found(rows.iterator().next()));
  }

  private static Found found(Row row) {
    Buffer key = row.getBuffer(4);
    Master master =
        key == null
            ? null
            : new Master(
                KeyAlgorithm.titled(row.getString(2)),
                MacMode.valueOf(row.getString(3)),
                key.getBytes(),
                row.getBuffer(5).getBytes(),
                row.getBoolean(8));
    return new Found(
        row.getInteger(0),
        row.getBoolean(1),
        row.getString(12),
        master,
        row.getLong(6) == null ? null : session(row),
        row.getInteger(13),
        row.getString(14));
  }

  private static Session session(Row row) {
    Buffer working = row.getBuffer(7);
    Buffer offered = row.getBuffer(9);
    OffsetDateTime at = row.getOffsetDateTime(10);
    return new Session(
        row.getLong(6),
        working == null ? null : working.getBytes(),
        offered == null ? null : new Offer(offered.getBytes(), at.toInstant()),
        row.getBoolean(11));
  }

  /**
   * Puts working keys on offer.
   *
   * @param masterCheck check value of the master key that the working keys were encrypted under
   * @return false if that is no longer the terminal's master key, or others are on offer
   */
  public Future<Boolean> offer(int terminal, byte[] wrapped, Instant at, byte[] masterCheck) {
    return pool.preparedQuery(OFFER)
        .execute(
            Tuple.of(
                terminal,
                Buffer.buffer(wrapped),
                at.atOffset(ZoneOffset.UTC),
                Buffer.buffer(masterCheck),
                at.minus(OFFER_LIFETIME).atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.rowCount() == 1);
  }

  /**
   * Puts keys in force that were on offer, for the terminal has used them.
   *
   * @param offered as they were wrapped
   * @param wrapped those that it asked for
   * @return false if they are not on offer any more: used elsewhere, or given up
   */
  public Future<Boolean> confirm(
      int terminal, byte[] offered, byte[] wrapped, Instant at, boolean certified) {
    return pool.preparedQuery(CONFIRM)
        .execute(
            Tuple.of(
                terminal,
                Buffer.buffer(offered),
                Buffer.buffer(wrapped),
                at.atOffset(ZoneOffset.UTC),
                certified))
        .map(rows -> rows.rowCount() == 1);
  }

  /** Ends the session, if there is one. */
  public Future<Void> end(int terminal) {
    return pool.preparedQuery(END).execute(Tuple.of(terminal)).mapEmpty();
  }

  /** Whether anything was recorded in a batch. */
  public Future<Boolean> used(int terminal, int batch) {
    return pool.preparedQuery(USED)
        .execute(Tuple.of(terminal, batch))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
