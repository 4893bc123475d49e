package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** The master keys of terminals, wrapped. Blocking; for commands only. */
public final class MasterKeys {

  /** What may be told of a stored key. */
  public record Stored(
      KeyAlgorithm algorithm, MacMode macMode, byte[] checkValue, Instant injectedAt) {}

  private static final String TERMINAL = "select id from terminal where terminal_no = ?";
  private static final String FIND =
      """
      select algorithm, mac_mode, check_value, injected_at
      from terminal_key k join terminal t on t.id = k.terminal where t.terminal_no = ?""";

  private static final String WRAPPED =
      """
      select wrapped from terminal_key k join terminal t on t.id = k.terminal
      where t.terminal_no = ? and not given_up""";

  /** A trigger ends the session: working keys under another master key serve no longer. */
  private static final String STORE =
      """
      insert into terminal_key
        (terminal, algorithm, mac_mode, wrapped, check_value, injected_at)
      select id, ?, ?, ?, ?, ? from terminal where terminal_no = ?
      on conflict (terminal) do update set algorithm = excluded.algorithm,
        mac_mode = excluded.mac_mode, wrapped = excluded.wrapped,
        check_value = excluded.check_value, injected_at = excluded.injected_at, given_up = false""";

  private final Connection database;

  public MasterKeys(Connection database) {
    this.database = database;
  }

  /** Whether the terminal is registered. */
  public boolean knows(TerminalId terminal) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(TERMINAL)) {
      statement.setString(1, terminal.value());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** The terminal's key, if it has one. */
  public Optional<Stored> find(TerminalId terminal) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(FIND)) {
      statement.setString(1, terminal.value());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(stored(rows)) : Optional.empty();
      }
    }
  }

  /** The terminal's key as it lies there, if it has one that was not given up. */
  public Optional<byte[]> wrapped(TerminalId terminal) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(WRAPPED)) {
      statement.setString(1, terminal.value());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
      }
    }
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        KeyAlgorithm.titled(row.getString(1)),
        MacMode.valueOf(row.getString(2)),
        row.getBytes(3),
        row.getObject(4, OffsetDateTime.class).toInstant());
  }

  /** Stores a key in place of an older one, whose session ends. */
  public void store(TerminalId terminal, byte[] wrapped, Stored key) throws SQLException {
    try (PreparedStatement store = database.prepareStatement(STORE)) {
      store.setString(1, key.algorithm().title);
      store.setString(2, key.macMode().name());
      store.setBytes(3, wrapped);
      store.setBytes(4, key.checkValue());
      store.setObject(5, key.injectedAt().atOffset(ZoneOffset.UTC));
      store.setString(6, terminal.value());
      store.execute();
    }
  }
}
