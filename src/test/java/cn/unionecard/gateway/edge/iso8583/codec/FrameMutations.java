package cn.unionecard.gateway.edge.iso8583.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * Changes good frames at random and reads them: each is read, and then written alike, or refused by
 * one {@link FormatError}. Anything else ends the run with the seed and the frame.
 *
 * <p>The tests make a short run. As a program it takes the number of frames and a seed: {@code mvn
 * -q test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=cn.unionecard.gateway.edge.iso8583.codec.FrameMutations -Dexec.args="10000000
 * 1"}.
 */
public final class FrameMutations {
  private static final int LENGTH_BYTES = 2;
  private static final int FRAMES = 512;

  private final Random random;
  private final byte[][] good = new byte[FRAMES][];
  private final IsoMessage message = new IsoMessage();
  private final ByteBuf out = Unpooled.buffer(1024);
  private final Map<FormatError.Reason, Long> refused = new EnumMap<>(FormatError.Reason.class);
  private long read;
  private long shown;

  public FrameMutations(long seed) {
    random = new Random(seed);
    RandomMessages messages = new RandomMessages(seed);
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = i % 4 == 0 ? SampleFrames.saleFrame() : SampleFrames.frame(messages.next());
      good[i] = Arrays.copyOfRange(frame, LENGTH_BYTES, frame.length);
    }
  }

  /** Runs and prints what came out. */
  public static void main(String[] arguments) {
    long frames = Long.parseLong(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    long start = System.nanoTime();
    FrameMutations run = new FrameMutations(seed).run(frames);
    long ms = (System.nanoTime() - start) / 1_000_000;
    System.out.printf("%,d mutated frames, seed %d, %,d ms%n", frames, seed, ms);
    System.out.printf("read %,d (%,d characters); refused %s%n", run.read, run.shown, run.refused);
  }

  FrameMutations run(long frames) {
    for (long i = 0; i < frames; i++) {
      byte[] frame = next();
      try {
        one(frame);
        read++;
      } catch (FormatError e) {
        refused.merge(e.reason, 1L, Long::sum);
      }
    }
    return this;
  }

  long read() {
    return read;
  }

  Map<FormatError.Reason, Long> refused() {
    return refused;
  }

  private void one(byte[] frame) {
    ByteBuf buffer = Unpooled.wrappedBuffer(frame);
    FrameHead head = FrameHead.read(buffer, 0, frame.length);
    message.read(buffer, FrameHead.BYTES, frame.length);
    out.clear();
    head.writeFrame(out, message, null);
    if (!out.slice(LENGTH_BYTES, out.writerIndex() - LENGTH_BYTES).equals(buffer)) {
      throw new AssertionError("written otherwise: " + Arrays.toString(frame));
    }
    Masked.each(message, line -> shown += line.value().length());
  }

  /** The next frame, without its length. */
  public byte[] next() {
    byte[] frame = good[random.nextInt(FRAMES)];
    int kind = random.nextInt(8);
    byte[] changed =
        switch (kind) {
          case 0 -> Arrays.copyOf(frame, random.nextInt(frame.length + 1));
          case 1 -> Arrays.copyOf(frame, frame.length + 1 + random.nextInt(16));
          default -> frame.clone();
        };
    for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
      int from = random.nextInt(4) == 0 ? 0 : Math.min(FrameHead.BYTES, changed.length - 1);
      int at = from + random.nextInt(changed.length - from);
      changed[at] = (byte) (random.nextBoolean() ? random.nextInt() : changed[at] ^ 1 << at % 8);
    }
    return changed;
  }
}
