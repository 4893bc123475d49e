package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A flight reduced to what the closing of a batch can see of it: it has a transaction number before
 * it reads the terminal's batch, and writes that batch some time later.
 */
public final class PlainFlight implements AutoCloseable {
  private static final int REVERSAL = 3;
  private static final String BATCH =
      "SELECT coalesce((SELECT batch FROM terminal_batch WHERE terminal = ?), 1)";
  private static final String INSERT =
      """
      INSERT INTO transaction (id, chain, seq, type, refusal, terminal, merchant, order_fen,
        member_pays_fen, discount_fen, original, request_id, body, batch, effect)
      VALUES (transaction_id_at(now()) + ?, 1, 1, ?, ?, ?, 1, ?, ?, 0, ?, ?, '', ?, 0)
      RETURNING id""";

  private static final String KEY =
      """
      INSERT INTO transaction_key (terminal, request_id, class, transaction, type, fingerprint)
      VALUES (?, ?, ?, ?, ?, decode(repeat('00', 16), 'hex'))""";

  /** Of all flights of a test together, so that no two ids are the same. */
  private static final AtomicLong IDS = new AtomicLong();

  private final Connection database;
  private int batch;

  public PlainFlight(String url) throws SQLException {
    database = PostgresUrl.parse(url).jdbcConnection();
    database.setAutoCommit(false);
  }

  /** Begins, and reads the terminal's batch. */
  public int begin(int terminal) throws SQLException {
    try (Statement number = database.createStatement();
        PreparedStatement read = database.prepareStatement(BATCH)) {
      number.execute("SELECT pg_current_xact_id()");
      read.setInt(1, terminal);
      try (ResultSet row = read.executeQuery()) {
        row.next();
        batch = row.getInt(1);
      }
      return batch;
    }
  }

  /** Writes a transaction of the batch that was read. */
  @CanIgnoreReturnValue
  public long write(int terminal, int type, String requestId, long fen) throws SQLException {
    return write(terminal, type, requestId, fen, null, null);
  }

  @CanIgnoreReturnValue
  public long write(
      int terminal,
      int type,
      String requestId,
      long fen,
      @Nullable String refusal,
      @Nullable Long original)
      throws SQLException {
    try (PreparedStatement insert = database.prepareStatement(INSERT)) {
      insert.setLong(1, IDS.incrementAndGet());
      insert.setInt(2, type);
      insert.setString(3, refusal);
      insert.setInt(4, terminal);
      insert.setLong(5, fen);
      insert.setLong(6, fen);
      insert.setObject(7, original);
      insert.setString(8, requestId);
      insert.setInt(9, batch);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        long id = row.getLong(1);
        key(terminal, type, requestId, original != null, id);
        return id;
      }
    }
  }

  /** A reversal of what had come has the key of that in class 1, any other the first place. */
  private void key(int terminal, int type, String requestId, boolean follows, long id)
      throws SQLException {
    try (PreparedStatement insert = database.prepareStatement(KEY)) {
      insert.setInt(1, terminal);
      insert.setString(2, requestId);
      insert.setInt(3, type == REVERSAL && follows ? 1 : 0);
      insert.setLong(4, id);
      insert.setInt(5, type);
      insert.execute();
    }
  }

  public void commit() throws SQLException {
    database.commit();
  }

  /** Begins, writes and commits one. */
  @CanIgnoreReturnValue
  public long fly(int terminal, int type, String requestId, long fen) throws SQLException {
    return fly(terminal, type, requestId, fen, null, null);
  }

  @CanIgnoreReturnValue
  public long fly(
      int terminal,
      int type,
      String requestId,
      long fen,
      @Nullable String refusal,
      @Nullable Long original)
      throws SQLException {
    int read = begin(terminal);
    if (read < 1) {
      throw new IllegalStateException("batch " + read);
    }
    long id = write(terminal, type, requestId, fen, refusal, original);
    commit();
    return id;
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
