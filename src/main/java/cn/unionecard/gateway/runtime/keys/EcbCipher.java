package cn.unionecard.gateway.runtime.keys;

import cn.unionecard.gateway.model.KeyAlgorithm;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.params.DESParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Encryption block by block, as terminals transport their keys: DES with 8 bytes of key, 3DES with
 * 16, SM4 with 16.
 */
public final class EcbCipher {
  /** Length of a check value. */
  public static final int CHECK_BYTES = 4;

  private static final int DES_BYTES = 8;
  private static final int KEY_BYTES = 16;

  private EcbCipher() {}

  /** Encrypts whole blocks. */
  public static byte[] encrypt(KeyAlgorithm algorithm, byte[] key, byte[] blocks) {
    return process(algorithm, key, blocks, true);
  }

  /** Decrypts whole blocks. */
  public static byte[] decrypt(KeyAlgorithm algorithm, byte[] key, byte[] blocks) {
    return process(algorithm, key, blocks, false);
  }

  /** The cipher of single blocks under a key, ready to encrypt; not thread-safe. */
  public static BlockCipher encrypting(KeyAlgorithm algorithm, byte[] key) {
    BlockCipher cipher = cipher(algorithm, key);
    cipher.init(true, new KeyParameter(key));
    return cipher;
  }

  private static byte[] process(
      KeyAlgorithm algorithm, byte[] key, byte[] blocks, boolean encrypts) {
    BlockCipher cipher = cipher(algorithm, key);
    cipher.init(encrypts, new KeyParameter(key));
    if (blocks.length % cipher.getBlockSize() != 0) {
      throw new IllegalArgumentException(blocks.length + " bytes are not whole blocks");
    }
    byte[] out = new byte[blocks.length];
    for (int at = 0; at < blocks.length; ) {
      at += cipher.processBlock(blocks, at, out, at);
    }
    return out;
  }

  private static BlockCipher cipher(KeyAlgorithm algorithm, byte[] key) {
    boolean single = algorithm == KeyAlgorithm.TRIPLE_DES && key.length == DES_BYTES;
    if (!single && key.length != KEY_BYTES) {
      throw new IllegalArgumentException(algorithm + " key of " + key.length + " bytes");
    }
    return switch (algorithm) {
      case TRIPLE_DES -> single ? new DESEngine() : new DESedeEngine();
      case SM4 -> new SM4Engine();
    };
  }

  /** Names a key without telling it: the first bytes of the encryption of zeros. */
  public static byte[] checkValue(KeyAlgorithm algorithm, byte[] key) {
    byte[] zeros = new byte[algorithm == KeyAlgorithm.SM4 ? KEY_BYTES : DES_BYTES];
    return Arrays.copyOf(encrypt(algorithm, key, zeros), CHECK_BYTES);
  }

  /** A new key; of odd parity and not weak where it is one of DES. */
  public static byte[] newKey(KeyAlgorithm algorithm, int bytes, SecureRandom random) {
    byte[] key = new byte[bytes];
    do {
      random.nextBytes(key);
      if (algorithm == KeyAlgorithm.TRIPLE_DES) {
        DESParameters.setOddParity(key);
      }
    } while (isWeak(algorithm, key));
    return key;
  }

  /** Whether it encrypts no better than a shorter key would: only keys of DES can be so. */
  public static boolean isWeak(KeyAlgorithm algorithm, byte[] key) {
    if (algorithm != KeyAlgorithm.TRIPLE_DES) {
      return false;
    }
    byte[] odd = key.clone();
    DESParameters.setOddParity(odd);
    for (int at = 0; at < odd.length; at += DES_BYTES) {
      if (DESParameters.isWeakKey(odd, at)) {
        return true;
      }
    }
    return odd.length == KEY_BYTES && Arrays.equals(odd, 0, DES_BYTES, odd, DES_BYTES, KEY_BYTES);
  }
}
