package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.bouncycastle.crypto.BlockCipher;

/**
 * The terminals' own way: XOR of all blocks, in hex; the first half encrypted, XORed with the
 * second half, encrypted again; the first eight hex characters of that.
 */
final class XorMac implements Mac {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private final BlockCipher cipher;
  private final int blockBytes;
  private final ByteBuffer hex;
  private final byte[] text;
  private final byte[] state;

  XorMac(KeyAlgorithm algorithm, byte[] mak) {
    cipher = EcbCipher.encrypting(algorithm, mak);
    blockBytes = cipher.getBlockSize();
    text = new byte[2 * blockBytes];
    hex = ByteBuffer.wrap(text);
    state = new byte[blockBytes];
  }

  @Override
  public long over(ByteBuf bytes, int from, int to) {
    fold(bytes, from, to);
    cipher.processBlock(text, 0, state, 0);
    for (int i = 0; i < blockBytes; i++) {
      state[i] ^= text[blockBytes + i];
    }
    cipher.processBlock(state, 0, state, 0);
    return hex(state[0]) << 48 | hex(state[1]) << 32 | hex(state[2]) << 16 | hex(state[3]);
  }

  /** XORs all blocks and writes the result as hex text. */
  private void fold(ByteBuf bytes, int from, int to) {
    long first = 0;
    long second = 0;
    int step = blockBytes;
    for (int at = from; at < to; at += step) {
      first ^= Mac.block(bytes, at, to);
      if (step > Long.BYTES) {
        second ^= Mac.block(bytes, at + Long.BYTES, to);
      }
    }
    hex.clear();
    write(first);
    if (step > Long.BYTES) {
      write(second);
    }
  }

  private void write(long block) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      hex.putShort((short) hex((int) (block >>> shift)));
    }
  }

  /** Two hex characters of one byte. */
  private static long hex(int octet) {
    return HEX[(octet >>> 4) & 15] << 8 | HEX[octet & 15];
  }
}
