package cn.unionecard.gateway.edge.iso8583;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.params.KeyParameter;

/** The block cipher a terminal's keys are for. */
public enum KeyAlgorithm {
  /** DES with a key of 8 bytes, 3DES (encrypt, decrypt, encrypt) with 16 or 24. */
  TRIPLE_DES(8) {
    @Override
    BlockCipher cipher(boolean encrypt, byte[] key) {
      BlockCipher cipher = new DESedeEngine();
      cipher.init(encrypt, new KeyParameter(key.length == 8 ? twice(key) : key));
      return cipher;
    }

    @Override
    boolean takes(int keyBytes) {
      return keyBytes == 8 || keyBytes == 16 || keyBytes == 24;
    }
  },

  /** SM4 (GB/T 32907). */
  SM4(16) {
    @Override
    BlockCipher cipher(boolean encrypt, byte[] key) {
      BlockCipher cipher = new SM4Engine();
      cipher.init(encrypt, new KeyParameter(key));
      return cipher;
    }

    @Override
    boolean takes(int keyBytes) {
      return keyBytes == 16;
    }
  };

  /** Length of a key's check value. */
  public static final int CHECK_BYTES = 4;

  final int blockBytes;

  KeyAlgorithm(int blockBytes) {
    this.blockBytes = blockBytes;
  }

  /** The cipher under a key, ready. */
  abstract BlockCipher cipher(boolean encrypt, byte[] key);

  abstract boolean takes(int keyBytes);

  /** The first bytes of the encryption of a block of zeros. */
  public byte[] checkValue(byte[] key) {
    return Arrays.copyOf(ecb(true, key, new byte[blockBytes]), CHECK_BYTES);
  }

  /** The check value as one number. */
  int check(byte[] key) {
    return ByteBuffer.wrap(checkValue(key)).getInt();
  }

  /** Block by block; {@code blocks} is a multiple of the block's length. */
  byte[] ecb(boolean encrypt, byte[] key, byte[] blocks) {
    BlockCipher cipher = cipher(encrypt, key);
    byte[] result = new byte[blocks.length];
    for (int at = 0; at < blocks.length; at += blockBytes) {
      cipher.processBlock(blocks, at, result, at);
    }
    return result;
  }

  private static byte[] twice(byte[] key) {
    byte[] twice = Arrays.copyOf(key, 2 * key.length);
    System.arraycopy(key, 0, twice, key.length, key.length);
    return twice;
  }
}
