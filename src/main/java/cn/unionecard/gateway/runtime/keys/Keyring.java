package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of the gateway, opened: read from the table {@code keyring}, where they lie wrapped
 * under the {@link Kek}. Immutable. Blocking where it touches the database.
 *
 * <p>A key is announced, so that all nodes know it before one uses it; comes into force, and with
 * that the one before is used for nothing new; and ends when what was made with it has ended. Of
 * receipts keys never end.
 */
public final class Keyring {
  private static final Logger log = LoggerFactory.getLogger(Keyring.class);
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
  private static final int KID_SUFFIX_BYTES = 4;

  private static final String SELECT =
      """
      select kid, purpose, alg, public_key, wrapped, created_at, retired_at is not null as retired,
        used_from, ends_at, place
      from keyring order by kid""";
  private static final String INSERT =
      """
      insert into keyring (kid, purpose, alg, public_key, wrapped, created_at, used_from, place)
      values (?, ?, ?, ?, ?, ?, ?, ?)""";

  /** What a key is for. */
  public enum Purpose {
    /** Signs blocks of receipts: SM2 or Ed25519. */
    RECEIPT,
    /** Signs the tokens we issue: Ed25519. */
    TOKEN,
    /** Makes and reads member codes: alias key 32 ‖ master key 32. */
    CODE,
    /** Finds members by their numbers: SM4 key 16 ‖ HMAC key 32. */
    VAULT
  }

  /**
   * One opened key.
   *
   * @param publicKey SubjectPublicKeyInfo (DER) of a key pair, else null
   * @param secret see {@link KeyMaterial}
   * @param retired no longer used for new work, still for checking old
   * @param usedFrom since when it is for new work; null: it is announced, for checking alone
   * @param endsAt from when on it checks nothing any more; null: never
   * @param place of a key of the vault: 1 or 2, in which column stands what it makes; else 0
   */
  public record Key(
      String kid,
      Purpose purpose,
      String algorithm,
      byte @Nullable [] publicKey,
      byte[] secret,
      Instant createdAt,
      boolean retired,
      @Nullable Instant usedFrom,
      @Nullable Instant endsAt,
      int place) {

    /** Whether it may be used for new work. */
    public boolean isForNew() {
      return usedFrom != null && !retired;
    }

    /** Whether what was made with it is taken at that time. */
    public boolean isTakenAt(Instant now) {
      return endsAt == null || endsAt.isAfter(now);
    }

    @Override
    public String toString() {
      return "Key[" + kid + ", " + purpose + ", " + algorithm + "]";
    }
  }

  /** Of those in force the newest first, then those that are announced. */
  private static final Comparator<Key> NEWEST_FIRST =
      Comparator.comparing(Key::usedFrom, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Key::createdAt)
          .thenComparing(Key::kid)
          .reversed();

  private final List<Key> keys;
  private final List<Unreadable> unreadable;

  private Keyring(List<Key> keys, List<Unreadable> unreadable) {
    this.keys = keys.stream().sorted(NEWEST_FIRST).toList();
    this.unreadable = List.copyOf(unreadable);
  }

  /**
   * The same keys with those of another ring in place of such as cannot be opened here: who has
   * once opened a key goes on with it.
   */
  public Keyring orElseOf(Keyring before) {
    List<Key> all = new ArrayList<>(keys);
    List<Unreadable> left = new ArrayList<>();
    for (Unreadable one : unreadable) {
      List<Key> known = before.keys.stream().filter(key -> key.kid().equals(one.name())).toList();
      all.addAll(known);
      if (known.isEmpty()) {
        left.add(one);
      }
    }
    return new Keyring(all, left);
  }

  /**
   * Reads and opens all keys; one that cannot be opened is left out and named.
   *
   * @throws CannotStart when none can be opened: the key-encryption key is not the right one
   */
  public static Keyring load(Connection database, Kek kek) throws SQLException {
    List<Key> keys = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(SELECT)) {
      while (rows.next()) {
        try {
          keys.add(open(rows, kek));
        } catch (CannotStart | IllegalArgumentException e) {
          unreadable.add(
              new Unreadable(
                  Unreadable.Kind.KEY, rows.getString("kid"), String.valueOf(e.getMessage())));
        }
      }
    }
    if (keys.isEmpty() && !unreadable.isEmpty()) {
      throw new CannotStart(unreadable.get(0).why());
    }
    for (Unreadable one : unreadable) {
      log.error("{} cannot be used: {}", one, one.why());
    }
    return new Keyring(keys, unreadable);
  }

  /** The keys that were left out. */
  public List<Unreadable> unreadable() {
    return unreadable;
  }

  /**
   * Loads, after making a first key for each purpose that has none.
   *
   * @param receiptAlgorithm {@code SM2} or {@code Ed25519}; a new receipt key is also made when the
   *     newest one is of the other algorithm
   * @throws CannotStart when a key cannot be opened: another in its place would hide that, and what
   *     was sealed with it
   */
  public static Keyring complete(
      Connection database, Kek kek, String receiptAlgorithm, Clock clock, SecureRandom random)
      throws SQLException {
    Keyring found = load(database, kek);
    if (!found.unreadable.isEmpty()) {
      throw new CannotStart(found.unreadable.get(0).why());
    }
    for (Purpose purpose : Purpose.values()) {
      if (found.lacks(purpose, receiptAlgorithm)) {
        String unused =
            add(database, kek, purpose, fresh(purpose, receiptAlgorithm, random), clock, random);
      }
    }
    return load(database, kek);
  }

  /**
   * Wraps and stores a key; from the next load on it is the newest of its purpose.
   *
   * @return its name
   */
  public static String add(
      Connection database,
      Kek kek,
      Purpose purpose,
      KeyMaterial material,
      Clock clock,
      SecureRandom random)
      throws SQLException {
    return store(database, kek, purpose, material, true, 1, clock, random);
  }

  /**
   * Makes a key for that purpose and announces it; gives its name.
   *
   * @param place of a key of the vault
   */
  static String announce(
      Connection database,
      Kek kek,
      Purpose purpose,
      String receiptAlgorithm,
      int place,
      Clock clock,
      SecureRandom random)
      throws SQLException {
    KeyMaterial material = fresh(purpose, receiptAlgorithm, random);
    return store(database, kek, purpose, material, false, place, clock, random);
  }

  private static String store(
      Connection database,
      Kek kek,
      Purpose purpose,
      KeyMaterial material,
      boolean inForce,
      int place,
      Clock clock,
      SecureRandom random)
      throws SQLException {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    String kid =
        purpose.name().toLowerCase(Locale.ROOT)
            + "-"
            + DAY.format(now)
            + "-"
            + Secrets.hex(random, KID_SUFFIX_BYTES);
    byte[] wrapped =
        kek.wrap(material.secret(), context(kid, purpose.name(), material.algorithm()), random);
    try (PreparedStatement insert = database.prepareStatement(INSERT)) {
      insert.setString(1, kid);
      insert.setString(2, purpose.name());
      insert.setString(3, material.algorithm());
      insert.setBytes(4, material.publicKey());
      insert.setBytes(5, wrapped);
      insert.setObject(6, now);
      insert.setObject(7, inForce ? now : null);
      insert.setObject(8, purpose == Purpose.VAULT ? place : null);
      insert.execute();
    }
    log.info("new {} key {} ({})", purpose, kid, material.algorithm());
    return kid;
  }

  /** All keys. */
  public List<Key> keys() {
    return keys;
  }

  /** Those of a purpose that check something at that time, the newest in force first. */
  public List<Key> takenAt(Purpose purpose, Instant now) {
    return keys(purpose).stream().filter(key -> key.isTakenAt(now)).toList();
  }

  /** All keys of a purpose, the newest in force first, the retired ones too, the announced last. */
  public List<Key> keys(Purpose purpose) {
    return keys.stream().filter(key -> key.purpose() == purpose).toList();
  }

  /**
   * The key for new work: the newest in force.
   *
   * @throws CannotStart when there is none
   */
  public Key current(Purpose purpose) {
    return keys(purpose).stream()
        .filter(Key::isForNew)
        .findFirst()
        .orElseThrow(
            () -> new CannotStart("the keyring holds no " + purpose + " key; run 'migrate' first"));
  }

  private boolean lacks(Purpose purpose, String receiptAlgorithm) {
    return keys(purpose).stream()
        .filter(Key::isForNew)
        .findFirst()
        .filter(key -> purpose != Purpose.RECEIPT || key.algorithm().equals(receiptAlgorithm))
        .isEmpty();
  }

  private static KeyMaterial fresh(Purpose purpose, String receiptAlgorithm, SecureRandom random) {
    return switch (purpose) {
      case RECEIPT ->
          switch (receiptAlgorithm) {
            case "SM2" -> KeyMaterial.sm2(random);
            case "Ed25519" -> KeyMaterial.ed25519(random);
            default -> throw new CannotStart("keys.receiptAlgorithm " + receiptAlgorithm);
          };
      case TOKEN -> KeyMaterial.ed25519(random);
      case CODE -> KeyMaterial.codes(random);
      case VAULT -> KeyMaterial.vault(random);
    };
  }

  private static Key open(ResultSet row, Kek kek) throws SQLException {
    String kid = row.getString("kid");
    String purpose = row.getString("purpose");
    String algorithm = row.getString("alg");
    byte[] wrapped = row.getBytes("wrapped");
    OffsetDateTime createdAt = row.getObject("created_at", OffsetDateTime.class);
    if (purpose == null || algorithm == null || wrapped == null || createdAt == null) {
      throw new IllegalArgumentException("stored key " + kid + " is not whole");
    }
    KeyMaterial material =
        KeyMaterial.of(algorithm, kek.unwrap(wrapped, context(kid, purpose, algorithm)));
    byte[] publicKey = row.getBytes("public_key");
    if (!Arrays.equals(publicKey, material.publicKey())) {
      throw new IllegalArgumentException("stored key " + kid + " has another public key");
    }
    return new Key(
        kid,
        Purpose.valueOf(purpose),
        algorithm,
        publicKey,
        material.secret(),
        createdAt.toInstant(),
        row.getBoolean("retired"),
        instant(row.getObject("used_from", OffsetDateTime.class)),
        instant(row.getObject("ends_at", OffsetDateTime.class)),
        row.getInt("place"));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /** The keys by name; no secrets. */
  @Override
  public String toString() {
    return keys.toString();
  }

  /** Bound into the wrapping, so that no row can take another's place; {@link Rewrap} has it. */
  private static String context(String kid, String purpose, String algorithm) {
    return kid + "|" + purpose + "|" + algorithm;
  }
}
