package cn.unionecard.gateway.code;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * FF1 (NIST SP 800-38G, AES-256, radix 10, ten digits) between serials and aliases. The tweak is
 * the day as eight bytes big-endian. Each code is read with it, so it is written out for this one
 * length, where every number fits into a long; a test holds it against a library's. Keeps an engine
 * and scratch space: not thread-safe.
 */
final class AliasCipher {
  private static final int ROUNDS = 10;
  private static final int BLOCK_BYTES = 16;

  /** Both halves have five digits. */
  private static final long HALF_END = 100_000;

  /** Numbers are below this: ten digits. */
  private static final long END = HALF_END * HALF_END;

  /** The standard's P: version 1, method 2, addition 1, radix 10, ten rounds, u, n, t. */
  private static final byte[] HEAD = {1, 2, 1, 0, 0, 10, 10, 5, 0, 0, 0, 10, 0, 0, 0, 8};

  private static final int ROUND_AT = 12;

  private final Cipher aes;

  /** The head's block of the CBC-MAC, the same for each number. */
  private final byte[] headMac = new byte[BLOCK_BYTES];

  private final byte[] block = new byte[BLOCK_BYTES];
  private final byte[] mac = new byte[BLOCK_BYTES];

  /**
   * @param key AES-256, 32 bytes
   */
  AliasCipher(byte[] key) {
    try {
      aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      aes.update(HEAD, 0, BLOCK_BYTES, headMac, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES", e);
    }
  }

  /**
   * The alias of a serial.
   *
   * @throws IllegalArgumentException unless it has at most ten digits
   */
  long toAlias(long serial, long day) {
    requireTenDigits(serial);
    long a = serial / HALF_END;
    long b = serial % HALF_END;
    for (int round = 0; round < ROUNDS; round++) {
      long c = (a + ofRound(round, b, day)) % HALF_END;
      a = b;
      b = c;
    }
    return a * HALF_END + b;
  }

  /**
   * The serial behind an alias.
   *
   * @throws IllegalArgumentException unless it has at most ten digits
   */
  long toSerial(long alias, long day) {
    requireTenDigits(alias);
    long a = alias / HALF_END;
    long b = alias % HALF_END;
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long c = (b - ofRound(round, a, day) + HALF_END) % HALF_END;
      b = a;
      a = c;
    }
    return a * HALF_END + b;
  }

  private static void requireTenDigits(long number) {
    if (number < 0 || number >= END) {
      throw new IllegalArgumentException(number + " has not one to ten digits");
    }
  }

  /** The round's number, below {@link #HALF_END}: what the standard calls y, reduced. */
  private long ofRound(int round, long half, long day) {
    // Q: tweak, four zeros, round, the half in three bytes
    for (int i = 0; i < Long.BYTES; i++) {
      block[i] = (byte) (headMac[i] ^ day >>> 56 - 8 * i);
    }
    System.arraycopy(headMac, Long.BYTES, block, Long.BYTES, BLOCK_BYTES - Long.BYTES);
    block[ROUND_AT] ^= (byte) round;
    block[ROUND_AT + 1] ^= (byte) (half >>> 16);
    block[ROUND_AT + 2] ^= (byte) (half >>> 8);
    block[ROUND_AT + 3] ^= (byte) half;
    try {
      aes.update(block, 0, BLOCK_BYTES, mac, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES ends before its block", e);
    }
    long y = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      y = y << 8 | mac[i] & 255;
    }
    return Long.remainderUnsigned(y, HALF_END);
  }
}
