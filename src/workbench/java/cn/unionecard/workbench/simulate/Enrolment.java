package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.TerminalId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Gives terminals of a demo's database device keys of their own, so that more tills can play than
 * the demo shows. Those that had a key from an earlier run get a new one.
 */
final class Enrolment {
  private static final Base64.Encoder PEM =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private static final String SELECT =
      """
      select t.id, t.terminal_no from terminal t join merchant m on m.id = t.merchant
      where t.status = 'ACTIVE' and m.status = 'LIVE' and t.terminal_no <> all (?)
      order by t.id limit ?
      """;

  private static final String UPDATE = "update terminal set device_key = ? where id = ?";

  private Enrolment() {}

  /**
   * Enrols active terminals of live merchants.
   *
   * @param leftAlone numbers of terminals that keep their keys
   * @param count how many; fewer if there are not so many
   */
  static List<Testbed.Terminal> enrol(Connection database, List<String> leftAlone, int count)
      throws SQLException {
    List<Testbed.Terminal> enrolled = new ArrayList<>();
    database.setAutoCommit(false);
    try (PreparedStatement select = database.prepareStatement(SELECT);
        PreparedStatement update = database.prepareStatement(UPDATE)) {
      select.setArray(1, database.createArrayOf("text", leftAlone.toArray()));
      select.setInt(2, count);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          KeyPair pair = DeviceKey.newPair();
          update.setBytes(1, pair.getPublic().getEncoded());
          update.setInt(2, row.getInt(1));
          update.addBatch();
          enrolled.add(new Testbed.Terminal(new TerminalId(row.getString(2)), null, pem(pair)));
        }
      }
      update.executeBatch();
      database.commit();
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
    return enrolled;
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + PEM.encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
