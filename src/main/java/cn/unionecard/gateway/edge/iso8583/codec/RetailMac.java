package cn.unionecard.gateway.edge.iso8583.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * ANSI X9.19: a chain of DES under the first half of the key, its last block decrypted under the
 * second half and encrypted under the first again.
 */
final class RetailMac implements Mac {
  private static final int HALF = 8;

  private final BlockCipher chain;
  private final BlockCipher back;
  private final byte[] state = new byte[HALF];
  private final ByteBuffer number = ByteBuffer.wrap(state);

  RetailMac(byte[] mak) {
    if (mak.length != 2 * HALF) {
      throw new IllegalArgumentException("X9.19 takes a key of 16 bytes, not " + mak.length);
    }
    chain = des(true, Arrays.copyOf(mak, HALF));
    back = des(false, Arrays.copyOfRange(mak, HALF, 2 * HALF));
  }

  private static BlockCipher des(boolean encrypt, byte[] key) {
    BlockCipher des = new DESEngine();
    des.init(encrypt, new KeyParameter(key));
    return des;
  }

  @Override
  public long over(ByteBuf bytes, int from, int to) {
    number.putLong(0, 0);
    for (int at = from; at < to; at += HALF) {
      number.putLong(0, number.getLong(0) ^ Mac.block(bytes, at, to));
      chain.processBlock(state, 0, state, 0);
    }
    back.processBlock(state, 0, state, 0);
    chain.processBlock(state, 0, state, 0);
    return number.getLong(0);
  }
}
