package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.runtime.CannotStart;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves who pays what of each transaction into its row, between two scripts: some thousands at a
 * time, each in a database transaction of its own. Whoever is interrupted goes on where he was.
 */
final class RowsOfPayers {
  /** The script behind which rows are moved, and the one that wants all of them moved. */
  static final String BEGIN = "40";

  static final String END = "41";

  private static final Logger log = LoggerFactory.getLogger(RowsOfPayers.class);
  private static final String MOVE = "select rows_move(10000)";
  private static final long TELL_EVERY = 100_000;

  private RowsOfPayers() {}

  /**
   * Moves all that is not moved yet, and tells how far it is.
   *
   * @throws CannotStart when what is stored contradicts itself, or the connection is lost
   */
  static void move(PostgresUrl database) {
    long moved = 0;
    long told = 0;
    try (Connection connection = database.jdbcConnection();
        Statement statement = connection.createStatement()) {
      int last;
      do {
        last = move(statement);
        moved += last;
        if (moved - told >= TELL_EVERY) {
          told = moved;
          log.info("payers of {} transactions are moved into their rows", moved);
        }
      } while (last > 0);
    } catch (SQLException e) {
      throw new CannotStart("cannot migrate " + database + ": " + e.getMessage(), e);
    }
  }

  private static int move(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery(MOVE)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
