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
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of the gateway, opened: read once at start from the table {@code keyring}, where they
 * lie wrapped under the {@link Kek}. Immutable. Blocking where it touches the database; for
 * start-up and commands only.
 */
public final class Keyring {
  private static final Logger log = LoggerFactory.getLogger(Keyring.class);
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
  private static final int KID_SUFFIX_BYTES = 4;

  private static final String SELECT =
      """
      select kid, purpose, alg, public_key, wrapped, created_at, retired_at is not null as retired
      from keyring order by created_at desc, kid desc""";
  private static final String INSERT =
      """
      insert into keyring (kid, purpose, alg, public_key, wrapped, created_at)
      values (?, ?, ?, ?, ?, ?)""";

  /** What a key is for. */
  public enum Purpose {
    /** Signs blocks of receipts: SM2 or Ed25519. */
    RECEIPT,
    /** Signs the tokens we issue: Ed25519. */
    TOKEN,
    /** Makes and reads member codes: alias key 32 ‖ master key 32. */
    CODE,
    /** Protects member data: SM4 key 16 ‖ HMAC key 32. */
    VAULT
  }

  /**
   * One opened key.
   *
   * @param publicKey SubjectPublicKeyInfo (DER) of a key pair, else null
   * @param secret see {@link KeyMaterial}
   * @param retired no longer used for new work, still for checking old
   */
  public record Key(
      String kid,
      Purpose purpose,
      String algorithm,
      byte @Nullable [] publicKey,
      byte[] secret,
      Instant createdAt,
      boolean retired) {
    @Override
    public String toString() {
      return "Key[" + kid + ", " + purpose + ", " + algorithm + "]";
    }
  }

  private final List<Key> keys;
  private final List<Unreadable> unreadable;

  private Keyring(List<Key> keys, List<Unreadable> unreadable) {
    this.keys = List.copyOf(keys);
    this.unreadable = List.copyOf(unreadable);
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
        add(database, kek, purpose, fresh(purpose, receiptAlgorithm, random), clock, random);
      }
    }
    return load(database, kek);
  }

  /** Wraps and stores a key; from the next load on it is the newest of its purpose. */
  public static void add(
      Connection database,
      Kek kek,
      Purpose purpose,
      KeyMaterial material,
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
      insert.execute();
    }
    log.info("new {} key {} ({})", purpose, kid, material.algorithm());
  }

  /** All keys of a purpose, newest first, the retired ones too. */
  public List<Key> keys(Purpose purpose) {
    return keys.stream().filter(key -> key.purpose() == purpose).toList();
  }

  /**
   * The key for new work: the newest that is not retired.
   *
   * @throws CannotStart when there is none
   */
  public Key current(Purpose purpose) {
    return keys(purpose).stream()
        .filter(key -> !key.retired())
        .findFirst()
        .orElseThrow(
            () -> new CannotStart("the keyring holds no " + purpose + " key; run 'migrate' first"));
  }

  private boolean lacks(Purpose purpose, String receiptAlgorithm) {
    return keys(purpose).stream()
        .filter(key -> !key.retired())
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
        row.getBoolean("retired"));
  }

  /** The keys by name; no secrets. */
  @Override
  public String toString() {
    return keys.toString();
  }

  /** Bound into the wrapping, so that no row can take another's place. */
  private static String context(String kid, String purpose, String algorithm) {
    return kid + "|" + purpose + "|" + algorithm;
  }
}
