package cn.unionecard.gateway.union;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Password hashes: Argon2id (RFC 9106) in PHC form. Takes tens of milliseconds and {@link
 * #MEMORY_KIB} by intent; never on an event loop.
 */
public final class Passwords {
  /** The cost of new hashes: 19 MiB, two passes, one lane (OWASP's least for Argon2id). */
  static final int MEMORY_KIB = 19 * 1024;

  static final int PASSES = 2;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** A password of 12 to 128 characters; made ones have 20 of 31 letters and digits, 99 bits. */
  static final Pattern FORM = Pattern.compile("[\\x20-\\x7e]{12,128}");

  /** Nothing that is read as another, is no part of a word, or looks like an option to a shell. */
  private static final String MADE_OF = "abcdefghjkmnpqrstuvwxyz23456789";

  private static final int MADE_LENGTH = 20;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})"
              + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  /** Of the cost of all others; nothing is known to hash to it, and it would not count. */
  private static final String NOBODYS =
      "$argon2id$v=19$m="
          + MEMORY_KIB
          + ",t="
          + PASSES
          + ",p=1$"
          + "A".repeat(22)
          + "$"
          + "A".repeat(43);

  private final SecureRandom random;

  public Passwords(SecureRandom random) {
    this.random = random;
  }

  /** A new random password. */
  public String make() {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < MADE_LENGTH; i++) {
      password.append(MADE_OF.charAt(random.nextInt(MADE_OF.length())));
    }
    return password.toString();
  }

  /** Whether it may be somebody's password. */
  public static boolean isAcceptable(String password) {
    return FORM.matcher(password).matches();
  }

  /** What is stored of a password. */
  public String hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return String.format(
        Locale.ROOT,
        "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s",
        MEMORY_KIB,
        PASSES,
        base64.encodeToString(salt),
        base64.encodeToString(derive(password, salt, MEMORY_KIB, PASSES, 1)));
  }

  /** Whether the password is the one of that hash. Compares in constant time. */
  public boolean matches(String password, String hash) {
    Matcher parts = PHC.matcher(hash);
    if (!parts.matches()) {
      throw new IllegalStateException("a stored password is not Argon2id in PHC form");
    }
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    byte[] derived =
        derive(
            password,
            salt,
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)));
    return MessageDigest.isEqual(expected, derived);
  }

  /** The same work for somebody who is not there, so that the time does not tell. */
  boolean matchesNobody(String password) {
    boolean unused = matches(password, NOBODYS);
    return false;
  }

  private static byte[] derive(String password, byte[] salt, int memoryKib, int passes, int lanes) {
    Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    int written = argon2.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    if (written != hash.length) {
      throw new IllegalStateException("Argon2 gave " + written + " bytes");
    }
    return hash;
  }
}
