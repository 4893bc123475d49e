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
 * The master keys of the demo's POS terminals. Those that are to have one are given it once, as
 * {@code terminal key} does for one: every other speaks SM4, the others 3DES. What was injected
 * since, by whomever, stays.
 */
final class DemoMasterKeys {
  private static final int KEY_BYTES = 16;

  /** All that somebody holding the demo's folder can play with. */
  private static final String PLAYABLE =
      "select terminal_no from terminal where device_key is not null order by id";

  /**
   * A key in the clear, for the file that the demo's owner alone may read.
   *
   * @param tmk 32 hex digits
   */
  record Key(KeyAlgorithm algorithm, MacMode macMode, String tmk) {
    @Override
    public String toString() {
      return algorithm.title;
    }
  }

  private final Connection database;
  private final TerminalSecrets secrets;
  private final MasterKeys keys;
  private final Clock clock;
  private final SecureRandom random;

  DemoMasterKeys(Connection database, Kek kek, Clock clock, SecureRandom random) {
    this.database = database;
    this.secrets = new TerminalSecrets(kek, random);
    this.keys = new MasterKeys(database);
    this.clock = clock;
    this.random = random;
  }

  /**
   * Gives those a key that have none.
   *
   * @param terminals numbers
   * @param anew whether they get another, too, if they have one
   */
  void inject(List<TerminalId> terminals, boolean anew) throws SQLException {
    for (int i = 0; i < terminals.size(); i++) {
      TerminalId terminal = terminals.get(i);
      if (!anew && keys.wrapped(terminal).isPresent()) {
        continue;
      }
      KeyAlgorithm algorithm = i % 2 == 0 ? KeyAlgorithm.SM4 : KeyAlgorithm.TRIPLE_DES;
      byte[] tmk = EcbCipher.newKey(algorithm, KEY_BYTES, random);
      keys.store(
          terminal,
          secrets.wrapMaster(terminal, tmk),
          new MasterKeys.Stored(
              algorithm, MacMode.XOR_ECB, EcbCipher.checkValue(algorithm, tmk), clock.instant()));
    }
  }

  /** All that are there, by terminal number. */
  Map<String, Key> all() throws SQLException {
    Map<String, Key> all = new LinkedHashMap<>();
    for (String number : playable()) {
      TerminalId terminal = new TerminalId(number);
      byte[] wrapped = keys.wrapped(terminal).orElse(null);
      if (wrapped != null) {
        byte[] tmk = secrets.unwrapMaster(terminal, wrapped);
        MasterKeys.Stored key = keys.find(terminal).orElseThrow();
        String hex = HexFormat.of().withUpperCase().formatHex(tmk);
        all.put(number, new Key(key.algorithm(), key.macMode(), hex));
      }
    }
    return all;
  }

  private List<String> playable() throws SQLException {
    List<String> playable = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(PLAYABLE)) {
      while (rows.next()) {
        playable.add(rows.getString(1));
      }
    }
    return playable;
  }
}
