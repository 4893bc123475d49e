package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes new master keys for the demo's first terminals at each start and injects them, as {@code
 * terminal key} does for one: every other speaks SM4, the others 3DES.
 */
final class DemoMasterKeys {
  private static final int KEY_BYTES = 16;
  private static final String FIRST =
      "select terminal_no from terminal where device_key is not null order by id limit 4";

  /**
   * A key in the clear, for the file that the demo's owner alone may read.
   *
   * @param tmk 32 hex digits
   */
  record Key(KeyAlgorithm algorithm, String tmk) {
    @Override
    public String toString() {
      return algorithm.title;
    }
  }

  private DemoMasterKeys() {}

  /** Injects them; by terminal number. */
  static Map<String, Key> inject(Connection database, Kek kek, Clock clock, SecureRandom random)
      throws SQLException {
    TerminalSecrets secrets = new TerminalSecrets(kek, random);
    MasterKeys keys = new MasterKeys(database);
    Map<String, Key> injected = new LinkedHashMap<>();
    for (String number : first(database)) {
      KeyAlgorithm algorithm =
          injected.size() % 2 == 0 ? KeyAlgorithm.SM4 : KeyAlgorithm.TRIPLE_DES;
      byte[] tmk = EcbCipher.newKey(algorithm, KEY_BYTES, random);
      TerminalId terminal = new TerminalId(number);
      keys.store(
          terminal,
          secrets.wrapMaster(terminal, tmk),
          new MasterKeys.Stored(
              algorithm, MacMode.XOR_ECB, EcbCipher.checkValue(algorithm, tmk), clock.instant()));
      injected.put(number, new Key(algorithm, HexFormat.of().withUpperCase().formatHex(tmk)));
    }
    return injected;
  }

  private static List<String> first(Connection database) throws SQLException {
    List<String> first = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(FIRST)) {
      while (rows.next()) {
        first.add(rows.getString(1));
      }
    }
    return first;
  }
}
