package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The key-encryption key: 32 bytes that only the process knows and under which all stored secrets
 * lie wrapped.
 *
 * <p>Each wrapping draws a salt of 32 bytes; HKDF-SM3 (RFC 5869 over GB/T 32905) makes from key and
 * salt an SM4 key and a GCM nonce that serve this once; SM4-GCM (GB/T 32907, GB/T 15852) seals the
 * secret and binds the context. Form: {@code 01 ‖ salt 32 ‖ ciphertext ‖ tag 16}.
 */
public final class Kek {
  /** Length of the key. */
  public static final int BYTES = 32;

  private static final byte FORM = 1;
  private static final int SALT_BYTES = 32;
  private static final int SM4_KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] PURPOSE =
      "ecard-gateway key wrapping 1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] key;

  private Kek(byte[] key) {
    this.key = key;
  }

  /**
   * The key that the configuration gives: by environment or by file.
   *
   * @throws CannotStart when it gives none, or it is not 64 hex digits
   */
  public static Kek of(Config.Keys keys) {
    if (keys.kek() != null) {
      return ofHex(keys.kek(), "keys.kek");
    }
    if (keys.kekFile() == null) {
      throw new CannotStart(
          "no key-encryption key: set keys.kekFile, or ECARD_KEYS_KEK in the environment");
    }
    try {
      return ofHex(Files.readString(Path.of(keys.kekFile())), "keys.kekFile " + keys.kekFile());
    } catch (IOException e) {
      throw new CannotStart("keys.kekFile " + keys.kekFile() + " cannot be read: " + e, e);
    }
  }

  /**
   * @param hex 64 hex digits
   * @param where named in the refusal; the digits never are
   */
  static Kek ofHex(String hex, String where) {
    String digits = hex.strip();
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      throw new CannotStart(where + " must hold 64 hex digits (32 bytes)");
    }
    return new Kek(HexFormat.of().parseHex(digits));
  }

  /** Seals a secret; the same context is needed to open it. */
  public byte[] wrap(byte[] secret, String context, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    try {
      byte[] sealed = gcm(true, salt, context, secret);
      byte[] wrapped = new byte[1 + SALT_BYTES + sealed.length];
      wrapped[0] = FORM;
      System.arraycopy(salt, 0, wrapped, 1, SALT_BYTES);
      System.arraycopy(sealed, 0, wrapped, 1 + SALT_BYTES, sealed.length);
      return wrapped;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens a secret.
   *
   * @throws CannotStart when this is not the key it was wrapped under, or it was changed
   */
  public byte[] unwrap(byte[] wrapped, String context) {
    if (wrapped.length <= 1 + SALT_BYTES + TAG_BITS / Byte.SIZE || wrapped[0] != FORM) {
      throw new CannotStart("stored key " + context + " has an unknown form");
    }
    byte[] salt = Arrays.copyOfRange(wrapped, 1, 1 + SALT_BYTES);
    byte[] sealed = Arrays.copyOfRange(wrapped, 1 + SALT_BYTES, wrapped.length);
    try {
      return gcm(false, salt, context, sealed);
    } catch (InvalidCipherTextException e) {
      throw new CannotStart(
          "the key-encryption key does not open stored key "
              + context
              + ": it is not the one the key was wrapped under, or the row was changed");
    }
  }

  private byte[] gcm(boolean seal, byte[] salt, String context, byte[] input)
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
