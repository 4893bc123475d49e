package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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
 * until {@link KeyMove} has come to him. While one key of the vault takes another's place, people
 * are looked for and written under both ({@link BlindIndex}). Not thread-safe: one per thread.
 */
public final class MemberVault {
  /** Length of the vault's key: SM4 key (16 bytes) ‖ HMAC key (32 bytes). */
  public static final int KEY_BYTES = 48;

  private static final byte FORM = 1;
  private static final int SM4_KEY_BYTES = 16;

  private final Supplier<List<VaultKey>> keys;
  private final Kek kek;
  private final SecureRandom random;
  private List<VaultKey> known = List.of();
  private List<Opened> opened = List.of();

  /** One of the keys, ready for use. */
  private record Opened(int place, SealedText before, HMac mac) {
    static Opened of(VaultKey key) {
      byte[] secret = key.secret();
      if (secret.length != KEY_BYTES) {
        throw new IllegalArgumentException("vault key of " + secret.length + " bytes");
      }
      HMac mac = new HMac(new SM3Digest());
      mac.init(new KeyParameter(secret, SM4_KEY_BYTES, KEY_BYTES - SM4_KEY_BYTES));
      return new Opened(
          key.place(), new SealedText(FORM, new KeyParameter(secret, 0, SM4_KEY_BYTES)), mac);
    }

    byte[] index(byte[] text) {
      mac.update(text, 0, text.length);
      byte[] out = new byte[mac.getMacSize()];
      mac.doFinal(out, 0);
      return out;
    }
  }

  /**
   * With one key, which is not changed.
   *
   * @param key {@value #KEY_BYTES} bytes
   * @param kek under which members' keys lie
   * @param random where keys and nonces come from
   */
  public MemberVault(byte[] key, Kek kek, SecureRandom random) {
    this(oneKey(key), kek, random);
  }

  private static Supplier<List<VaultKey>> oneKey(byte[] key) {
    List<VaultKey> keys = List.of(new VaultKey(1, key.clone()));
    return () -> keys;
  }

  /**
   * @param keys that are taken, the newest in force first; the same list while nothing has changed
   */
  public MemberVault(Supplier<List<VaultKey>> keys, Kek kek, SecureRandom random) {
    this.keys = keys;
    this.kek = kek;
    this.random = random;
    List<Opened> unused = opened();
  }

  private List<Opened> opened() {
    List<VaultKey> now = keys.get();
    if (now != known) {
      opened = now.stream().map(Opened::of).toList();
      known = now;
    }
    return opened;
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
    return opened().get(0).before.seal(column, member, plain, random);
  }

  /**
   * Reads what was written before members had keys of their own, under whichever key of the vault.
   *
   * @throws IllegalArgumentException if it is none of this vault, column and member
   */
  String decryptAsBefore(Column column, long member, byte[] cipherText) {
    List<Opened> all = opened();
    for (Opened one : all.subList(0, all.size() - 1)) {
      try {
        return one.before.open(column, member, cipherText);
      } catch (IllegalArgumentException ofAnother) {
        continue;
      }
    }
    return all.get(all.size() - 1).before.open(column, member, cipherText);
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
    return opened().get(0).index(identity.getBytes(StandardCharsets.UTF_8));
  }

  /** The same under each key that is taken. */
  public BlindIndex indexes(String identity) {
    byte[] text = identity.getBytes(StandardCharsets.UTF_8);
    List<Opened> now = opened();
    List<Buffer> all = new ArrayList<>(now.size());
    Buffer first = null;
    Buffer second = null;
    for (Opened one : now) {
      Buffer index = Buffer.buffer(one.index(text));
      all.add(index);
      first = one.place == 1 ? index : first;
      second = one.place == 1 ? second : index;
    }
    return new BlindIndex(List.copyOf(all), now.get(0).place, first, second);
  }
}
