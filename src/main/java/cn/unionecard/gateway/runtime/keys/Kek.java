package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The key-encryption key: 32 bytes that only the process knows and under which all stored secrets
 * lie wrapped. While one takes another's place there are several: the first wraps, all open.
 *
 * <p>Each wrapping draws a salt of 32 bytes; HKDF-SM3 (RFC 5869 over GB/T 32905) makes from key and
 * salt an SM4 key and a GCM nonce that serve this once; SM4-GCM (GB/T 32907, GB/T 15852) seals the
 * secret and binds the context. Form: {@code 01 ‖ salt 32 ‖ ciphertext ‖ tag 16}, or, where it
 * matters which key it was, {@code 02 ‖ name of the key 8 ‖ salt 32 ‖ ciphertext ‖ tag 16}.
 *
 * <p>May be shared: its keys are changed all at once.
 */
public final class Kek {
  /** Length of the key. */
  public static final int BYTES = 32;

  private static final byte FORM = 1;
  private static final byte NAMED_FORM = 2;
  private static final int NAME_BYTES = 8;
  private static final int SALT_BYTES = 32;
  private static final int SM4_KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] PURPOSE =
      "ecard-gateway key wrapping 1".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NAMING =
      "ecard-gateway key-encryption key's name 1".getBytes(StandardCharsets.US_ASCII);

  /** One of the keys, and what names it without telling it. */
  private record One(byte[] key, byte[] name) {
    boolean hasName(byte[] wrapped) {
      return Arrays.equals(wrapped, 1, 1 + NAME_BYTES, name, 0, NAME_BYTES);
    }

    @Override
    public String toString() {
      return HexFormat.of().formatHex(name);
    }
  }

  private final @Nullable Path file;
  private volatile List<One> keys;

  private Kek(List<One> keys, @Nullable Path file) {
    this.keys = keys;
    this.file = file;
  }

  /**
   * The keys that the configuration gives: by environment or by file.
   *
   * @throws CannotStart when it gives none, or one is not 64 hex digits
   */
  public static Kek of(Config.Keys keys) {
    if (keys.kek() != null) {
      return new Kek(read(keys.kek().split(",", -1), "keys.kek"), null);
    }
    if (keys.kekFile() == null) {
      throw new CannotStart(
          "no key-encryption key: set keys.kekFile, or ECARD_KEYS_KEK in the environment");
    }
    Path file = Path.of(keys.kekFile());
    return new Kek(read(file), file);
  }

  private static List<One> read(Path file) {
    try {
      String[] lines = Files.readString(file).strip().split("\\R", -1);
      return read(lines, "keys.kekFile " + file);
    } catch (IOException e) {
      throw new CannotStart("keys.kekFile " + file + " cannot be read: " + e, e);
    }
  }

  /**
   * @param hex 64 hex digits
   * @param where named in the refusal; the digits never are
   */
  static Kek ofHex(String hex, String where) {
    return new Kek(read(new String[] {hex}, where), null);
  }

  private static List<One> read(String[] hex, String where) {
    List<One> read = new ArrayList<>();
    for (String each : hex) {
      String digits = each.strip();
      if (!digits.matches("[0-9a-fA-F]{64}")) {
        throw new CannotStart(where + " must hold 64 hex digits (32 bytes)");
      }
      byte[] key = HexFormat.of().parseHex(digits);
      byte[] name = new byte[NAME_BYTES];
      HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SM3Digest());
      hkdf.init(new HKDFParameters(key, new byte[0], NAMING));
      hkdf.generateBytes(name, 0, name.length);
      read.add(new One(key, name));
    }
    if (read.stream().map(One::toString).distinct().count() < read.size()) {
      throw new CannotStart(where + " holds one key twice");
    }
    return List.copyOf(read);
  }

  /**
   * Reads its file again, if it has one. Blocks.
   *
   * @return whether there are other keys now
   * @throws CannotStart if the file cannot be read or holds what is no key; all stay as they were
   */
  public boolean reload() {
    if (file == null) {
      return false;
    }
    List<One> read = read(file);
    boolean others = !read.toString().equals(keys.toString());
    keys = read;
    return others;
  }

  /** The names of the keys, the one that wraps first. */
  public List<String> names() {
    return keys.stream().map(One::toString).toList();
  }

  /** What the key that wraps puts before all that names it. */
  public byte[] mark() {
    byte[] mark = new byte[1 + NAME_BYTES];
    mark[0] = NAMED_FORM;
    System.arraycopy(keys.get(0).name, 0, mark, 1, NAME_BYTES);
    return mark;
  }

  /**
   * Seals a secret; the same context is needed to open it. The key is named where there are
   * several: of one alone former releases can read what was wrapped.
   */
  public byte[] wrap(byte[] secret, String context, SecureRandom random) {
    List<One> now = keys;
    return wrap(now.get(0), now.size() > 1, secret, context, random);
  }

  /** The same, and names the key in any case. */
  public byte[] wrapNamed(byte[] secret, String context, SecureRandom random) {
    return wrap(keys.get(0), true, secret, context, random);
  }

  private static byte[] wrap(
      One with, boolean named, byte[] secret, String context, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    try {
      byte[] sealed = gcm(with.key, true, salt, context, secret);
      ByteBuffer wrapped =
          ByteBuffer.allocate(1 + (named ? NAME_BYTES : 0) + SALT_BYTES + sealed.length);
      wrapped.put(named ? NAMED_FORM : FORM);
      if (named) {
        wrapped.put(with.name);
      }
      return wrapped.put(salt).put(sealed).array();
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens a secret.
   *
   * @throws CannotStart when these are not the keys it was wrapped under, or it was changed
   */
  public byte[] unwrap(byte[] wrapped, String context) {
    List<One> now = keys;
    boolean named = wrapped.length > 0 && wrapped[0] == NAMED_FORM;
    int salt = named ? 1 + NAME_BYTES : 1;
    if (wrapped.length <= salt + SALT_BYTES + TAG_BITS / Byte.SIZE
        || !(named || wrapped[0] == FORM)) {
      throw new CannotStart("stored key " + context + " has an unknown form");
    }
    for (One one : now) {
      if (!named || one.hasName(wrapped)) {
        byte[] secret = opened(one, wrapped, salt, context);
        if (secret != null) {
          return secret;
        }
      }
    }
    throw new CannotStart(
        "the key-encryption key does not open stored key "
            + context
            + ": it is not the one the key was wrapped under, or the row was changed");
  }

  private static byte @Nullable [] opened(One with, byte[] wrapped, int salt, String context) {
    try {
      return gcm(
          with.key,
          false,
          Arrays.copyOfRange(wrapped, salt, salt + SALT_BYTES),
          context,
          Arrays.copyOfRange(wrapped, salt + SALT_BYTES, wrapped.length));
    } catch (InvalidCipherTextException e) {
      return null;
    }
  }

  private static byte[] gcm(byte[] key, boolean seal, byte[] salt, String context, byte[] input)
      throws InvalidCipherTextException {
    byte[] once = new byte[SM4_KEY_BYTES + NONCE_BYTES];
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SM3Digest());
    hkdf.init(new HKDFParameters(key, salt, PURPOSE));
    hkdf.generateBytes(once, 0, once.length);
    GCMModeCipher cipher = GCMBlockCipher.newInstance(new SM4Engine());
    cipher.init(
        seal,
        new AEADParameters(
            new KeyParameter(once, 0, SM4_KEY_BYTES),
            TAG_BITS,
            Arrays.copyOfRange(once, SM4_KEY_BYTES, once.length),
            context.getBytes(StandardCharsets.UTF_8)));
    byte[] output = new byte[cipher.getOutputSize(input.length)];
    int length = cipher.processBytes(input, 0, input.length, output, 0);
    length += cipher.doFinal(output, length);
    return length == output.length ? output : Arrays.copyOf(output, length);
  }

  @Override
  public String toString() {
    return "Kek[…]";
  }
}
