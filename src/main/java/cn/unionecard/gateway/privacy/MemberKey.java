package cn.unionecard.gateway.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * One member's key, opened: lives no longer than the call, and says nothing when it is printed. Not
 * thread-safe.
 */
public final class MemberKey {
  /** SM4 key (16 bytes) ‖ HMAC key of his pseudonyms (16 bytes). */
  static final int BYTES = 32;

  private static final int SM4_KEY_BYTES = 16;
  private static final byte FORM = 2;
  private static final byte[] PURPOSE = "customer".getBytes(StandardCharsets.US_ASCII);
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int PSEUDONYM_LENGTH = 12;
  private static final int BITS_OF_A_LETTER = 5;

  private final long member;
  private final byte[] wrapped;
  private final byte[] secret;
  private final SecureRandom random;
  private final SealedText text;

  MemberKey(long member, byte[] wrapped, byte[] secret, SecureRandom random) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException("member's key of " + secret.length + " bytes");
    }
    this.member = member;
    this.wrapped = wrapped;
    this.secret = secret;
    this.random = random;
    this.text = new SealedText(FORM, new KeyParameter(secret, 0, SM4_KEY_BYTES));
  }

  /** As it is stored. */
  public byte[] wrapped() {
    return wrapped.clone();
  }

  /** The cipher text of {@code plain} for this column of this member. */
  public byte[] encrypt(Column column, String plain) {
    return text.seal(column, member, plain, random);
  }

  /**
   * The plain text again.
   *
   * @throws IllegalArgumentException if it is no cipher text of this member's key and this column
   */
  public String decrypt(Column column, byte[] cipherText) {
    return text.open(column, member, cipherText);
  }

  /**
   * What one merchant may call him by: the same at each of his purchases there, another one at
   * every other merchant, and nobody's when the key is gone. Twelve characters of base 32.
   */
  public String pseudonym(int merchant) {
    HMac mac = new HMac(new SM3Digest());
    mac.init(new KeyParameter(secret, SM4_KEY_BYTES, BYTES - SM4_KEY_BYTES));
    mac.update(PURPOSE, 0, PURPOSE.length);
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(merchant).array();
    mac.update(number, 0, number.length);
    byte[] out = new byte[mac.getMacSize()];
    mac.doFinal(out, 0);
    long bits = ByteBuffer.wrap(out).getLong();
    StringBuilder name = new StringBuilder(PSEUDONYM_LENGTH);
    for (int i = 0; i < PSEUDONYM_LENGTH; i++) {
      name.append(ALPHABET.charAt((int) (bits >>> i * BITS_OF_A_LETTER) & (ALPHABET.length() - 1)));
    }
    return name.toString();
  }

  @Override
  public String toString() {
    return "MemberKey[***]";
  }
}
