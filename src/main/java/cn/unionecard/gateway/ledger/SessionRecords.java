package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads and writes the keys and sessions of terminals; all keys are wrapped here. */
public final class SessionRecords {

  /** MAC failures in a row that end a session. */
  public static final int MAC_FAILURES_MAX = 3;

  /**
   * A registered terminal.
   *
   * @param master its master key, or null if none was injected
   * @param session its last session, or null if it never signed on
   */
  public record Found(int id, boolean active, @Nullable Master master, @Nullable Session session) {}

  /** A master key. */
  public record Master(
      KeyAlgorithm algorithm, MacMode macMode, byte[] wrapped, byte[] checkValue) {}

  /**
   * The state after the last sign-on.
   *
   * @param wrapped the working keys, or null after a sign-off
   */
  public record Session(long version, byte @Nullable [] wrapped, int macFailures) {}

  /**
   * A session just begun.
   *
   * @param batch the terminal's current batch
   */
  public record Begun(long version, int batch) {}

  private static final String FIND =
      """
      SELECT t.id, t.status = 'ACTIVE', k.algorithm, k.mac_mode, k.wrapped, k.check_value,
             s.version, s.wrapped, s.mac_failures
      FROM terminal t
      LEFT JOIN terminal_key k ON k.terminal = t.id
      LEFT JOIN terminal_session s ON s.terminal = t.id
      WHERE t.terminal_no = $1""";

  /** Only under the master key that the caller encrypted with: it may just be being replaced. */
  private static final String BEGIN =
      """
      INSERT INTO terminal_session AS s (terminal, version, wrapped, signed_on_at)
      SELECT terminal, 1, $2::bytea, $3::timestamptz
      FROM (SELECT terminal FROM terminal_key WHERE terminal = $1 AND check_value = $4
            FOR SHARE) k
      ON CONFLICT (terminal) DO UPDATE
      SET version = s.version + 1, wrapped = excluded.wrapped,
          signed_on_at = excluded.signed_on_at, mac_failures = 0
      RETURNING version, coalesce((SELECT batch FROM terminal_batch WHERE terminal = $1), 1)""";

  private static final String END =
      "UPDATE terminal_session SET wrapped = NULL WHERE terminal = $1";
  private static final String MAC_FAILED =
      """
      UPDATE terminal_session SET mac_failures = mac_failures + 1
      WHERE terminal = $1 AND version = $2 AND mac_failures < $3::int""";
  private static final String MAC_HELD =
      """
      UPDATE terminal_session SET mac_failures = 0
      WHERE terminal = $1 AND version = $2 AND mac_failures < $3::int""";

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
    Buffer check = row.getBuffer(5);
    Master master =
        key == null
            ? null
            : new Master(
                KeyAlgorithm.titled(row.getString(2)),
                MacMode.valueOf(row.getString(3)),
                key.getBytes(),
                check.getBytes());
    Buffer working = row.getBuffer(7);
    Session session =
        row.getLong(6) == null
            ? null
            : new Session(
                row.getLong(6), working == null ? null : working.getBytes(), row.getShort(8));
    return new Found(row.getInteger(0), row.getBoolean(1), master, session);
  }

  /**
   * Begins a session: the last one committed wins.
   *
   * @param masterCheck check value of the master key that the working keys were encrypted under
   * @return null if that is no longer the terminal's master key
   */
  public Future<@Nullable Begun> begin(
      int terminal, byte[] wrapped, Instant at, byte[] masterCheck) {
    return pool.preparedQuery(BEGIN)
        .execute(
            Tuple.of(
                terminal,
                Buffer.buffer(wrapped),
                at.atOffset(ZoneOffset.UTC),
                Buffer.buffer(masterCheck)))
        .map(SessionRecords::begun);
  }

  private static @Nullable Begun begun(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return null;
    }
    Row row = rows.iterator().next();
    return new Begun(row.getLong(0), row.getInteger(1));
  }

  /** Ends the session, if there is one. */
  public Future<Void> end(int terminal) {
    return pool.preparedQuery(END).execute(Tuple.of(terminal)).mapEmpty();
  }

  /** Counts a MAC that does not hold. */
  public Future<Void> macFailed(int terminal, long version) {
    return pool.preparedQuery(MAC_FAILED)
        .execute(Tuple.of(terminal, version, MAC_FAILURES_MAX))
        .mapEmpty();
  }

  /** Forgets the failures before a MAC that holds; not when they have ended the session. */
  public Future<Void> macHeld(int terminal, long version) {
    return pool.preparedQuery(MAC_HELD)
        .execute(Tuple.of(terminal, version, MAC_FAILURES_MAX))
        .mapEmpty();
  }
}
