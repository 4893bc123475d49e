package cn.unionecard.gateway.member;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The privacy vault: encrypts personal data of a member for the database (SM4-GCM, GB/T 32907), and
 * makes the blind index (HMAC-SM3, GB/T 32905) by which a person is found without being named.
 *
 * <p>A cipher text is {@code 1} ‖ nonce (12 bytes) ‖ encrypted UTF-8 ‖ tag (16 bytes). It is bound
 * to its column and its member, so it cannot be moved to another row. Not thread-safe: one per
 * thread.
 */
public final class MemberVault {
  /** Length of the vault's key: SM4 key (16 bytes) ‖ HMAC key (32 bytes). */
  public static final int KEY_BYTES = 48;

  private static final byte FORM = 1;
  private static final int SM4_KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** The columns of table {@code member} that hold cipher texts. */
  public enum Column {
    NAME,
    IDENTITY
  }

  private final KeyParameter key;
  private final SecureRandom random;
  private final GCMModeCipher cipher = GCMBlockCipher.newInstance(new SM4Engine());
  private final HMac mac = new HMac(new SM3Digest());

  /**
   * @param key {@value #KEY_BYTES} bytes, copied
   * @param random where nonces come from
   */
  public MemberVault(byte[] key, SecureRandom random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("vault key of " + key.length + " bytes");
    }
    this.key = new KeyParameter(key, 0, SM4_KEY_BYTES);
    this.random = random;
    mac.init(new KeyParameter(key, SM4_KEY_BYTES, KEY_BYTES - SM4_KEY_BYTES));
  }

  /** The cipher text of {@code plain} for this column of this member. */
  public byte[] encrypt(Column column, long member, String plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    cipher.init(true, parameters(nonce, column, member));
    byte[] in = plain.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[1 + NONCE_BYTES + in.length + TAG_BYTES];
    out[0] = FORM;
    System.arraycopy(nonce, 0, out, 1, NONCE_BYTES);
    finish(in, 0, in.length, out, 1 + NONCE_BYTES);
    return out;
  }

  /**
   * The plain text again.
   *
   * @throws IllegalArgumentException if the cipher text was changed, moved from another member or
   *     column, or made under another key
   */
  public String decrypt(Column column, long member, byte[] cipherText) {
    int start = 1 + NONCE_BYTES;
    if (cipherText.length < start + TAG_BYTES || cipherText[0] != FORM) {
      throw notOurs();
    }
    cipher.init(false, parameters(Arrays.copyOfRange(cipherText, 1, start), column, member));
    byte[] out = new byte[cipherText.length - start - TAG_BYTES];
    finish(cipherText, start, cipherText.length - start, out, 0);
    return new String(out, StandardCharsets.UTF_8);
  }

  /** The blind index of a resident number: 32 bytes, equal for equal numbers, telling nothing. */
  public byte[] index(String identity) {
    byte[] in = identity.getBytes(StandardCharsets.UTF_8);
    mac.update(in, 0, in.length);
    byte[] out = new byte[mac.getMacSize()];
    mac.doFinal(out, 0);
    return out;
  }

  private AEADParameters parameters(byte[] nonce, Column column, long member) {
    byte[] bound =
        ByteBuffer.allocate(1 + Long.BYTES).put((byte) column.ordinal()).putLong(member).array();
    return new AEADParameters(key, TAG_BYTES * 8, nonce, bound);
  }

  private void finish(byte[] in, int offset, int length, byte[] out, int start) {
    int written = cipher.processBytes(in, offset, length, out, start);
    try {
      written += cipher.doFinal(out, start + written);
    } catch (InvalidCipherTextException e) {
      throw notOurs();
    }
    if (start + written != out.length) {
      throw new IllegalStateException("cipher wrote " + written + " bytes");
    }
  }

  private static IllegalArgumentException notOurs() {
    return new IllegalArgumentException("no cipher text of this vault, column and member");
  }
}
