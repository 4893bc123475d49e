package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.runtime.CannotStart;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts what lies under former key-encryption keys under the one that wraps now, some hundreds of
 * rows at a time. What is left stands in the rows themselves, so whoever is interrupted goes on,
 * and a row that somebody changes meanwhile keeps what he wrote. Blocking; for commands only.
 */
public final class Rewrap {
  static final int PAGE_ROWS = 500;

  /**
   * A column in which wrapped secrets lie.
   *
   * @param key the column that names a row
   * @param context what the wrapping is bound to, in SQL
   */
  public record Place(String table, String column, String key, String context) {
    /** Such as {@code member_key.wrapped}. */
    public String name() {
      return table + "." + column;
    }

    private String type() {
      return key.equals("kid") ? "text" : "bigint";
    }

    private String of(String sql) {
      return sql.replace("TABLE", table)
          .replace("COLUMN", column)
          .replace("KEY", key)
          .replace("TYPE", type())
          .replace("CONTEXT", context);
    }
  }

  private static final String PAGE =
      """
      select x.KEY::text, x.COLUMN, CONTEXT from TABLE x
      where x.COLUMN is not null and substr(x.COLUMN, 1, ?) <> ?
        and (?::TYPE is null or x.KEY > ?::TYPE)
      order by x.KEY limit ?""";

  private static final String PUT =
      "update TABLE set COLUMN = ? where KEY = ?::TYPE and COLUMN = ?";

  private static final String LEFT =
      "select count(*) from TABLE where COLUMN is not null and substr(COLUMN, 1, ?) <> ?";

  private static final String STANDING =
      """
      select case when substr(COLUMN, 1, 1) = '\\x02' then encode(substr(COLUMN, 2, 8), 'hex')
        else '-' end, count(*)
      from TABLE where COLUMN is not null group by 1""";

  /** All of them; a test holds them against the schema. */
  public static final List<Place> PLACES =
      List.of(
          new Place("keyring", "wrapped", "kid", "kid || '|' || purpose || '|' || alg"),
          new Place("member_key", "wrapped", "member", "'member ' || member"),
          new Place("terminal_key", "wrapped", "terminal", terminal("master key")),
          new Place("terminal_session", "wrapped", "terminal", terminal("working keys")),
          new Place("terminal_session", "offered", "terminal", terminal("working keys")),
          new Place("terminal_binding", "account", "id", "'settlement account'"),
          new Place("payee", "account", "id", "'payee account'"),
          new Place("responsible", "contact", "id", "'responsible ' || id"),
          new Place("second_factor", "wrapped", "staff", "'second factor of ' || staff"),
          new Place("second_factor_offer", "wrapped", "staff", "'second factor of ' || staff"),
          new Place(
              "subscription_key",
              "wrapped",
              "id",
              "'webhook|' || subscription || '|' || algorithm"));

  private static String terminal(String what) {
    return "'terminal "
        + what
        + " ' || (select terminal_no from terminal t where t.id = x.terminal)";
  }

  /**
   * How far it is with a place.
   *
   * @param done rows that were put under the new key
   * @param left rows that are still to be
   */
  public record Step(Place place, long done, long left) {}

  /** Who is told. */
  public interface Listener {
    void told(Step step);
  }

  /** A row that cannot be opened; it keeps what it has. */
  public record Closed(Place place, String row) {
    @Override
    public String toString() {
      return place.name() + " " + row;
    }
  }

  private final Connection database;
  private final Kek kek;
  private final SecureRandom random;

  public Rewrap(Connection database, Kek kek, SecureRandom random) {
    this.database = database;
    this.kek = kek;
    this.random = random;
  }

  /**
   * Goes through all places.
   *
   * @return the rows that stay as they are, for none of the keys opens them
   */
  public List<Closed> run(Listener listener) throws SQLException {
    List<Closed> closed = new ArrayList<>();
    for (Place place : PLACES) {
      closed.addAll(run(place, listener));
    }
    return closed;
  }

  private List<Closed> run(Place place, Listener listener) throws SQLException {
    long left = left(place);
    long done = 0;
    List<Closed> closed = new ArrayList<>();
    List<Row> page = page(place, null);
    while (!page.isEmpty()) {
      done += put(place, page, closed);
      listener.told(new Step(place, done, Math.max(closed.size(), left - done)));
      page = page(place, page.get(page.size() - 1).key);
    }
    return closed;
  }

  private record Row(String key, byte[] wrapped, String context) {}

  private List<Row> page(Place place, @Nullable String behind) throws SQLException {
    try (PreparedStatement select = database.prepareStatement(place.of(PAGE))) {
      select.setInt(1, kek.mark().length);
      select.setBytes(2, kek.mark());
      select.setString(3, behind);
      select.setString(4, behind);
      select.setInt(5, PAGE_ROWS);
      List<Row> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(new Row(found.getString(1), found.getBytes(2), found.getString(3)));
        }
      }
      return rows;
    }
  }

  private long put(Place place, List<Row> rows, List<Closed> closed) throws SQLException {
    try (PreparedStatement put = database.prepareStatement(place.of(PUT))) {
      int opened = 0;
      for (Row row : rows) {
        try {
          byte[] secret = kek.unwrap(row.wrapped, row.context);
          put.setBytes(1, kek.wrapNamed(secret, row.context, random));
        } catch (CannotStart notOurs) {
          closed.add(new Closed(place, row.key));
          continue;
        }
        put.setString(2, row.key);
        put.setBytes(3, row.wrapped);
        put.addBatch();
        opened++;
      }
      return opened == 0 ? 0 : Arrays.stream(put.executeBatch()).sum();
    }
  }

  private long left(Place place) throws SQLException {
    try (PreparedStatement count = database.prepareStatement(place.of(LEFT))) {
      count.setInt(1, kek.mark().length);
      count.setBytes(2, kek.mark());
      try (ResultSet row = count.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /**
   * How many rows of each place lie under which key-encryption key, by its name; {@code -}: they do
   * not say.
   */
  public static Map<String, Map<String, Long>> standing(Connection database) throws SQLException {
    Map<String, Map<String, Long>> standing = new TreeMap<>();
    for (Place place : PLACES) {
      Map<String, Long> names = new TreeMap<>();
      try (PreparedStatement count = database.prepareStatement(place.of(STANDING));
          ResultSet rows = count.executeQuery()) {
        while (rows.next()) {
          names.put(rows.getString(1), rows.getLong(2));
        }
      }
      standing.put(place.name(), names);
    }
    return standing;
  }
}
