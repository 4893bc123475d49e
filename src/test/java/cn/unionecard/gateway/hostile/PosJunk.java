package cn.unionecard.gateway.hostile;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameMutations;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What no terminal says that has signed on: broken frames, sign-ons of others, proofs of nobody.
 */
final class PosJunk {
  private static final FrameHead HEAD = new FrameHead(3, 7, 0x6031_0031_0000L);
  private static final int FRAMES_MAX = 16;

  private final Random random;
  private final List<String> terminals;
  private final FrameMutations mutations;

  /**
   * @param terminals that work here, whose names are no secret
   */
  PosJunk(Random random, List<String> terminals) {
    this.random = random;
    this.terminals = terminals;
    mutations = new FrameMutations(random.nextLong());
  }

  byte[] next() {
    byte[][] frames = new byte[1 + random.nextInt(FRAMES_MAX)][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] =
          switch (random.nextInt(6)) {
            case 0 -> signOn(terminal());
            case 1, 2 -> proved(terminal());
            case 3 -> lengthened();
            default -> framed(mutations.next());
          };
    }
    return HttpJunk.joined(frames);
  }

  /** One that works here, or one of those that nobody has heard of. */
  private String terminal() {
    return random.nextBoolean()
        ? terminals.get(random.nextInt(terminals.size()))
        : String.format(Locale.ROOT, "X%07d", random.nextInt(10_000_000));
  }

  private static byte[] signOn(String terminal) {
    return frame(message(0x0800, terminal, new Field60Batch(0, 1, 3)), null);
  }

  /** Whole and in order, under a key that is nobody's. */
  private byte[] proved(String terminal) {
    byte[] key = new byte[16];
    random.nextBytes(key);
    boolean echo = random.nextBoolean();
    IsoMessage message =
        message(echo ? 0x0820 : 0x0400, terminal, new Field60Batch(22, 1, echo ? 301 : 0));
    if (!echo) {
      message.set(3, 0);
      message.set(4, 100);
      message.set(25, 0);
      message.set(39, "98");
      message.set(49, "156");
    }
    return frame(message, Mac.Algorithm.XOR_3DES.under(key));
  }

  private static IsoMessage message(int mti, String terminal, Field60Batch what) {
    IsoMessage message = new IsoMessage();
    message.begin(mti);
    message.set(11, 1);
    message.set(41, terminal);
    message.set(42, "841080210000013");
    what.write(message);
    new Field63Slip("01 ", "").write(message);
    return message;
  }

  private static byte[] frame(IsoMessage message, @Nullable Mac mac) {
    ByteBuf out = Unpooled.buffer();
    HEAD.writeFrame(out, message, mac);
    return ByteBufUtil.getBytes(out);
  }

  /** A length that does not fit what follows. */
  private byte[] lengthened() {
    byte[] octets = new byte[2 + random.nextInt(300)];
    random.nextBytes(octets);
    return octets;
  }

  private static byte[] framed(byte[] octets) {
    return ByteBuffer.allocate(2 + octets.length)
        .putShort((short) octets.length)
        .put(octets)
        .array();
  }
}
