package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.keys.Kek;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The privacy vault: makes and opens the keys of members, and makes the blind index (HMAC-SM3, GB/T
 * 32905) by which a person is found without being named.
 *
 * <p>Each member has a key by chance, wrapped under the key-encryption key and bound to him. Whose
 * row was written before there were such keys has his name under the vault's own key (form 1),
 * until {@link KeyMove} has come to him. Not thread-safe: one per thread.
 */
public final class MemberVault {
  /** Length of the vault's key: SM4 key (16 bytes) ‖ HMAC key (32 bytes). */
  public static final int KEY_BYTES = 48;

  private static final byte FORM = 1;
  private static final int SM4_KEY_BYTES = 16;

  private final Kek kek;
  private final SecureRandom random;
  private final SealedText before;
  private final HMac mac = new HMac(new SM3Digest());

  /**
   * @param key {@value #KEY_BYTES} bytes, copied
   * @param kek under which members' keys lie
   * @param random where keys and nonces come from
   */
  public MemberVault(byte[] key, Kek kek, SecureRandom random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("vault key of " + key.length + " bytes");
    }
    this.kek = kek;
    this.random = random;
    this.before = new SealedText(FORM, new KeyParameter(key, 0, SM4_KEY_BYTES));
    mac.init(new KeyParameter(key, SM4_KEY_BYTES, KEY_BYTES - SM4_KEY_BYTES));
  }

  /** A new key for somebody. */
  public MemberKey make(long member) {
    byte[] secret = new byte[MemberKey.BYTES];
    random.nextBytes(secret);
    return new MemberKey(member, kek.wrap(secret, context(member), random), secret, random);
  }

  /**
   * His key, out of its row.
   *
   * @throws IllegalArgumentException if it is another's, was changed, or the key-encryption key is
   *     not the one it was wrapped under
   */
  public MemberKey open(long member, byte[] wrapped) {
    try {
      return new MemberKey(member, wrapped, kek.unwrap(wrapped, context(member)), random);
    } catch (CannotStart e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Bound into the wrapping, so that no row can take another's place. */
  private static String context(long member) {
    return "member " + member;
  }

  /** As it was written before members had keys of their own. */
  byte[] encryptAsBefore(Column column, long member, String plain) {
    return before.seal(column, member, plain, random);
  }

  /**
   * Reads what was written before members had keys of their own.
   *
   * @throws IllegalArgumentException if it is none of this vault, column and member
   */
  String decryptAsBefore(Column column, long member, byte[] cipherText) {
    return before.open(column, member, cipherText);
  }

  /**
   * Reads a text in whichever way it was written.
   *
   * @param wrapped the member's key; null: he has none yet
   * @throws IllegalArgumentException if it is no cipher text of this member and column
   */
  String read(Column column, long member, byte @Nullable [] wrapped, byte[] cipherText) {
    return wrapped == null || cipherText.length > 0 && cipherText[0] == FORM
        ? decryptAsBefore(column, member, cipherText)
        : open(member, wrapped).decrypt(column, cipherText);
  }

  /** The blind index of a resident number: 32 bytes, equal for equal numbers, telling nothing. */
  public byte[] index(String identity) {
    byte[] in = identity.getBytes(StandardCharsets.UTF_8);
    mac.update(in, 0, in.length);
    byte[] out = new byte[mac.getMacSize()];
    mac.doFinal(out, 0);
    return out;
  }
}
