package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How keys take each other's place while nodes serve: announced, known to all of them, in force,
 * ended. Blocking; for commands only.
 */
public final class KeyRotation {
  /** Of codes: their names are given for eight days, offline sales come in for seven more. */
  public static final Duration CODES_TAKEN = Duration.ofDays(15);

  /** Of tokens: the longest life that the configuration gives one. */
  public static final Duration TOKENS_TAKEN = Duration.ofDays(1);

  /**
   * Member codes are read with each of them; what is found by a key of the vault has two places.
   */
  private static final int TAKEN_MAX = 2;

  private static final String NODES =
      """
      select node, kids, keks, at > clock_timestamp() - interval '30 seconds' as living
      from node_keys order by node""";

  private static final String USE =
      """
      update keyring set used_from = ?
      where kid = ? and used_from is null and retired_at is null
      returning purpose, alg""";

  private static final String RETIRE =
      """
      update keyring set retired_at = ?,
        ends_at = case when purpose in ('CODE', 'TOKEN') then ?::timestamptz end
      where purpose = ? and alg = ? and kid <> ? and used_from is not null and retired_at is null""";

  private static final String END =
      """
      update keyring set ends_at = ?
      where kid = ? and purpose in ('CODE', 'TOKEN', 'VAULT') and retired_at is not null
        and (ends_at is null or ends_at > ?)""";

  /** Concerns those at the top; where there is no union yet, nobody reads an audit. */
  private static final String NOTE =
      """
      insert into audit (at, actor, orgs, action, subject, outcome, detail)
      select ?, 'gateway', array_agg(id), ?, ?, 'DONE', '{"by":"command line"}'
      from org where parent is null having count(*) > 0""";

  /**
   * What a node has said of itself.
   *
   * @param kids keys of the keyring that it has opened
   * @param keks names of its key-encryption keys, the one that wraps first
   * @param living whether it said so within half a minute
   */
  public record Node(String name, List<String> kids, List<String> keks, boolean living) {}

  private final Connection database;
  private final Clock clock;

  public KeyRotation(Connection database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** All nodes that ever said something. */
  public List<Node> nodes() throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (PreparedStatement select = database.prepareStatement(NODES);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        nodes.add(
            new Node(
                rows.getString("node"),
                texts(rows.getArray("kids")),
                texts(rows.getArray("keks")),
                rows.getBoolean("living")));
      }
    }
    return nodes;
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  /** The living nodes that do not know that key yet. */
  public List<String> without(String kid) throws SQLException {
    return nodes().stream()
        .filter(node -> node.living() && !node.kids().contains(kid))
        .map(Node::name)
        .toList();
  }

  /** The living nodes that do not wrap with that key-encryption key. */
  public List<String> notWrappingWith(String kek) throws SQLException {
    return nodes().stream()
        .filter(node -> node.living() && !node.keks().get(0).equals(kek))
        .map(Node::name)
        .toList();
  }

  /** The living nodes that still take a key that has ended; they look every two seconds. */
  public List<String> taking(String kid) throws SQLException {
    return nodes().stream()
        .filter(node -> node.living() && node.kids().contains(kid))
        .map(Node::name)
        .toList();
  }

  /**
   * Makes a key and announces it.
   *
   * @return its name
   * @throws CannotStart if of member codes, or of the vault, two are taken already
   */
  public String announce(Kek kek, Purpose purpose, String receiptAlgorithm, SecureRandom random)
      throws SQLException {
    int place = 0;
    if (purpose == Purpose.CODE || purpose == Purpose.VAULT) {
      List<Keyring.Key> taken = Keyring.load(database, kek).takenAt(purpose, clock.instant());
      Keyring.Key last = taken.get(taken.size() - 1);
      if (taken.size() >= TAKEN_MAX) {
        throw new CannotStart(last.usedFrom() == null ? announced(last) : former(last));
      }
      place = 3 - taken.get(0).place();
    }
    return Keyring.announce(database, kek, purpose, receiptAlgorithm, place, clock, random);
  }

  private static String announced(Keyring.Key key) {
    return key.kid() + " is announced already: keys use " + key.kid();
  }

  private static String former(Keyring.Key key) {
    return key.purpose() == Purpose.VAULT
        ? "people are found by two keys already: keys reindex, and then keys end " + key.kid()
        : "codes of two keys are taken already; the former one ends at "
            + key.endsAt()
            + ", or now: keys end "
            + key.kid();
  }

  /**
   * Puts an announced key in force; the ones before are used for nothing new, and end in time.
   *
   * @param overlap how long what they made is taken; null: as long as any of it can live
   * @throws CannotStart if there is no such key, or it was announced no more
   */
  public void use(String kid, @Nullable Duration overlap) throws SQLException {
    database.setAutoCommit(false);
    try {
      OffsetDateTime now = now();
      String[] of = begin(kid, now);
      retire(kid, of[0], of[1], now, overlap == null ? ofPurpose(of[0]) : overlap);
      note("keys.in-force", kid);
      database.commit();
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
  }

  private String[] begin(String kid, OffsetDateTime now) throws SQLException {
    try (PreparedStatement use = database.prepareStatement(USE)) {
      use.setObject(1, now);
      use.setString(2, kid);
      try (ResultSet row = use.executeQuery()) {
        if (!row.next()) {
          throw new CannotStart("no announced key is called " + kid);
        }
        return new String[] {row.getString(1), row.getString(2)};
      }
    }
  }

  private void retire(
      String kid, String purpose, String algorithm, OffsetDateTime now, Duration overlap)
      throws SQLException {
    try (PreparedStatement retire = database.prepareStatement(RETIRE)) {
      retire.setObject(1, now);
      retire.setObject(2, now.plus(overlap));
      retire.setString(3, purpose);
      retire.setString(4, algorithm);
      retire.setString(5, kid);
      int unused = retire.executeUpdate();
    }
  }

  private static Duration ofPurpose(String purpose) {
    return purpose.equals(Purpose.CODE.name()) ? CODES_TAKEN : TOKENS_TAKEN;
  }

  /**
   * Ends a former key of codes, tokens or the vault now: whatever was made with it is not taken.
   *
   * @return whether there was such a key, and it had not ended
   */
  public boolean end(String kid) throws SQLException {
    try (PreparedStatement end = database.prepareStatement(END)) {
      OffsetDateTime now = now();
      end.setObject(1, now);
      end.setString(2, kid);
      end.setObject(3, now);
      boolean ended = end.executeUpdate() == 1;
      if (ended) {
        note("keys.ended", kid);
      }
      return ended;
    }
  }

  /** The audit's line of what was done with keys. */
  public void note(String action, String subject) throws SQLException {
    try (PreparedStatement note = database.prepareStatement(NOTE)) {
      note.setObject(1, now());
      note.setString(2, action);
      note.setString(3, subject);
      int unused = note.executeUpdate();
    }
  }

  /** What is to be told of a key, as of now. */
  public String standing(Keyring.Key key, Keyring ring) {
    Instant now = clock.instant();
    if (!key.isTakenAt(now)) {
      return "ended " + key.endsAt();
    }
    if (key.usedFrom() == null) {
      return "announced";
    }
    if (key.retired()) {
      return key.purpose() == Purpose.VAULT
          ? "finds, until all is moved"
          : key.endsAt() == null ? "verifies" : "taken until " + key.endsAt();
    }
    boolean newest =
        ring.keys(key.purpose()).stream()
            .filter(other -> other.algorithm().equals(key.algorithm()) && other.isForNew())
            .findFirst()
            .filter(key::equals)
            .isPresent();
    return newest ? "in force" : "taken";
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
