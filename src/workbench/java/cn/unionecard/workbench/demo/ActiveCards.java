package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.CardNo;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads the active cards of a database in the order of their serials. */
public final class ActiveCards {
  private static final String SELECT =
      "select serial, epoch from card where status = 'ACTIVE' order by serial offset ? limit ?";

  private static final String SELECT_ONE = "select serial, epoch from card where serial = ?";

  private static final int FETCHED_AT_ONCE = 5_000;

  private ActiveCards() {}

  /** Is given one card after another. */
  public interface Visitor {
    void card(CardNo card, long epoch);
  }

  /**
   * Hands over at most {@code count} active cards after leaving out {@code offset}.
   *
   * @return how many there were
   */
  public static long forEach(Connection connection, long offset, long count, Visitor visitor)
      throws SQLException {
    connection.setAutoCommit(false); // else the driver reads the whole result at once
    try (PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setFetchSize(FETCHED_AT_ONCE);
      select.setLong(1, offset);
      select.setLong(2, count);
      return visit(select, visitor);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * Hands over the card with that serial, active or not.
   *
   * @return 1, or 0 when there is none
   */
  public static long one(Connection connection, CardNo card, Visitor visitor) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT_ONE)) {
      select.setLong(1, card.serial());
      return visit(select, visitor);
    }
  }

  private static long visit(PreparedStatement select, Visitor visitor) throws SQLException {
    long rows = 0;
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        visitor.card(new CardNo(row.getLong(1)), row.getLong(2));
        rows++;
      }
    }
    return rows;
  }
}
