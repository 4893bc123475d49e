package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.FormatError.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys a terminal works with until it signs on again, as field 62 of the sign-on's reply brings
 * them: each encrypted under the terminal's master key and followed by its check value.
 *
 * @param pik PIN key; sent because terminals expect it, never used
 * @param mak key of the MAC
 * @param tdk key of track data, only with {@link SignOn#THREE_KEYS}
 */
public record WorkingKeys(byte[] pik, byte[] mak, byte @Nullable [] tdk) {
  /** What the terminal asked for in F60.3. */
  public enum SignOn {
    /** PIK and MAK of 8 bytes; not for SM4. */
    SINGLE_LENGTH(1, 8, 2),
    /** PIK and MAK of 16 bytes. */
    DOUBLE_LENGTH(3, 16, 2),
    /** The same and a TDK of 16 bytes. */
    THREE_KEYS(4, 16, 3);

    /** F60.3. */
    public final int networkCode;

    /** Length of each key. */
    public final int keyBytes;

    private final int keys;

    SignOn(int networkCode, int keyBytes, int keys) {
      this.networkCode = networkCode;
      this.keyBytes = keyBytes;
      this.keys = keys;
    }

    /** Length of field 62. */
    int fieldBytes() {
      return keys * (keyBytes + KeyAlgorithm.CHECK_BYTES);
    }

    /** The sign-on of that network code, or null. */
    public static @Nullable SignOn of(int networkCode) {
      return Arrays.stream(values())
          .filter(each -> each.networkCode == networkCode)
          .findFirst()
          .orElse(null);
    }
  }

  /** Which sign-on these keys answer. */
  public SignOn signOn() {
    if (tdk != null) {
      return SignOn.THREE_KEYS;
    }
    return mak.length == SignOn.SINGLE_LENGTH.keyBytes
        ? SignOn.SINGLE_LENGTH
        : SignOn.DOUBLE_LENGTH;
  }

  /** The bytes of field 62, under the terminal's master key. */
  public byte[] wrap(KeyAlgorithm algorithm, byte[] tmk) {
    ByteBuffer field = ByteBuffer.allocate(signOn().fieldBytes());
    wrap(algorithm, tmk, pik, field);
    wrap(algorithm, tmk, mak, field);
    if (tdk != null) {
      wrap(algorithm, tmk, tdk, field);
    }
    return field.array();
  }

  private static void wrap(KeyAlgorithm algorithm, byte[] tmk, byte[] key, ByteBuffer field) {
    field.put(algorithm.ecb(true, tmk, checked(algorithm, key))).put(algorithm.checkValue(key));
  }

  private static byte[] checked(KeyAlgorithm algorithm, byte[] key) {
    if (!algorithm.takes(key.length)) {
      throw new IllegalArgumentException(algorithm + " takes no key of " + key.length + " bytes");
    }
    return key;
  }

  /**
   * Opens field 62.
   *
   * @throws FormatError when its length is not the sign-on's, or a check value is another: the
   *     field was wrapped under another master key
   */
  public static WorkingKeys unwrap(
      SignOn signOn, KeyAlgorithm algorithm, byte[] tmk, byte[] field) {
    if (field.length != signOn.fieldBytes()) {
      throw new FormatError("F62", Reason.LENGTH_WRONG, field.length, signOn.fieldBytes(), "bytes");
    }
    ByteBuffer rest = ByteBuffer.wrap(field);
    return new WorkingKeys(
        unwrap("F62.1", signOn, algorithm, tmk, rest),
        unwrap("F62.2", signOn, algorithm, tmk, rest),
        rest.hasRemaining() ? unwrap("F62.3", signOn, algorithm, tmk, rest) : null);
  }

  private static byte[] unwrap(
      String path, SignOn signOn, KeyAlgorithm algorithm, byte[] tmk, ByteBuffer field) {
    byte[] wrapped = new byte[signOn.keyBytes];
    field.get(wrapped);
    if (!algorithm.takes(wrapped.length)) {
      throw new FormatError(
          path, Reason.LENGTH_WRONG, wrapped.length, algorithm.blockBytes, "bytes");
    }
    byte[] key = algorithm.ecb(false, tmk, wrapped);
    int given = field.getInt();
    int computed = algorithm.check(key);
    if (given != computed) {
      throw new FormatError(
          path, Reason.CHECK_VALUE_WRONG, given & 0xffff_ffffL, computed & 0xffff_ffffL);
    }
    return key;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkingKeys that
        && Arrays.equals(pik, that.pik)
        && Arrays.equals(mak, that.mak)
        && Arrays.equals(tdk, that.tdk);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mak);
  }

  /** Only what tells two sets apart; never a key. */
  @Override
  public String toString() {
    return "WorkingKeys[" + signOn() + "]";
  }
}
