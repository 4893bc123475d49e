package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import io.netty.buffer.ByteBuf;

/**
 * The message authentication code of one terminal: eight bytes over everything from the MTI to the
 * last field before 64. Holds its ciphers ready, so nothing is made per message. Not thread-safe.
 */
public interface Mac {
  /** How the code is made. */
  enum Algorithm {
    /** All blocks XORed, then 3DES over the hex text of the result. */
    XOR_3DES,
    /** The same with SM4 and its blocks of 16 bytes. */
    XOR_SM4,
    /** ANSI X9.19 (ISO/IEC 9797-1 algorithm 3 with zero padding), eight binary bytes. */
    X9_19;

    /** What a terminal of these settings uses. */
    public static Algorithm of(KeyAlgorithm algorithm, MacMode mode) {
      if (mode == MacMode.X9_19) {
        return X9_19;
      }
      return algorithm == KeyAlgorithm.SM4 ? XOR_SM4 : XOR_3DES;
    }

    /** Makes the code under a working key. */
    public Mac under(byte[] mak) {
      return switch (this) {
        case XOR_3DES -> new XorMac(KeyAlgorithm.TRIPLE_DES, mak);
        case XOR_SM4 -> new XorMac(KeyAlgorithm.SM4, mak);
        case X9_19 -> new RetailMac(mak);
      };
    }
  }

  /** The code over a range of a buffer, big-endian. */
  long over(ByteBuf bytes, int from, int to);

  /** Up to eight bytes as one number, filled up with zeros at the right. */
  static long block(ByteBuf bytes, int at, int to) {
    if (to - at >= Long.BYTES) {
      return bytes.getLong(at);
    }
    long block = 0;
    for (int i = at; i < to; i++) {
      block |= (long) bytes.getUnsignedByte(i) << (56 - 8 * (i - at));
    }
    return block;
  }
}
