package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's stream into frames, whatever the splits: two bytes of length (big-endian,
 * of what follows), then TPDU, header and message.
 *
 * <p>A frame that lies whole in what arrived is given as it lies there; only one that was split is
 * put together in memory of its own, never more than {@code frameBytesMax}. A length of zero is a
 * keep-alive: stepped over, so many between two frames. After an error the stream cannot be
 * followed, but the frames before it were given: answer them, then close the connection, counting
 * the {@link Reason}.
 */
public final class FrameReader {
  /** The shortest message: TPDU and header, MTI, bitmap. */
  public static final int FRAME_BYTES_MIN = FrameHead.BYTES + 2 + 8;

  /** Keep-alives between two frames; more are no frames of a terminal. */
  static final int KEEP_ALIVES_MAX = 1_000;

  private static final int LENGTH_BYTES = 2;

  /** Whoever takes the frames. */
  @FunctionalInterface
  public interface Frames {
    /** One frame without its length, in a buffer that will not change. */
    void frame(ByteBuf buffer, int from, int to);
  }

  private final int frameBytesMax;
  private final Frames frames;
  private int firstOctet = -1;
  private @Nullable ByteBuf part;
  private int partBytes;
  private int keepAlives;
  private boolean broken;

  /**
   * @param frameBytesMax longest frame, without its length, {@link #FRAME_BYTES_MIN} to 65535
   */
  public FrameReader(int frameBytesMax, Frames frames) {
    this.frameBytesMax = frameBytesMax;
    this.frames = frames;
  }

  /** Takes what arrived; see {@link #feed(ByteBuf)}. */
  public void feed(Buffer arrived) {
    feed(Unpooled.wrappedBuffer(arrived.getBytes()));
  }

  /**
   * Takes what arrived and passes on each frame that is now complete. The buffer must not change
   * afterwards: frames are views of it.
   *
   * @throws FormatError when the length of a frame is impossible
   */
  public void feed(ByteBuf arrived) {
    int at = arrived.readerIndex();
    int end = arrived.writerIndex();
    while (at < end && !broken) {
      if (part != null) {
        at = complete(part, arrived, at, end);
      } else if (firstOctet < 0 && end - at == 1) {
        firstOctet = arrived.getUnsignedByte(at++);
      } else {
        at = begin(arrived, at, end);
      }
    }
  }

  /** Reads a length, and the frame when it is all there. */
  private int begin(ByteBuf arrived, int from, int end) {
    int at = from;
    int high = firstOctet >= 0 ? firstOctet : arrived.getUnsignedByte(at++);
    firstOctet = -1;
    int length = high << 8 | arrived.getUnsignedByte(at++);
    if (length == 0 && keepAlives++ < KEEP_ALIVES_MAX) {
      return at;
    }
    check(length);
    keepAlives = 0;
    if (end - at >= length) {
      frames.frame(arrived, at, at + length);
      return at + length;
    }
    part = Unpooled.buffer(length, length);
    partBytes = length;
    return at;
  }

  private int complete(ByteBuf frame, ByteBuf arrived, int at, int end) {
    int taken = Math.min(end - at, partBytes - frame.writerIndex());
    frame.writeBytes(arrived, at, taken);
    if (frame.writerIndex() == partBytes) {
      part = null;
      frames.frame(frame, 0, partBytes);
    }
    return at + taken;
  }

  private void check(int length) {
    if (length > frameBytesMax) {
      broken = true;
      throw new FormatError("frame", Reason.FRAME_TOO_LONG, length, frameBytesMax);
    }
    if (length < FRAME_BYTES_MIN) {
      broken = true;
      throw new FormatError("frame", Reason.FRAME_TOO_SHORT, length, FRAME_BYTES_MIN);
    }
  }

  /** Ends the stream without a further frame, whatever still arrives. */
  public void stop() {
    broken = true;
    part = null;
    firstOctet = -1;
  }

  /**
   * The stream has ended.
   *
   * @throws FormatError when it ended inside a frame
   */
  public void end() {
    ByteBuf cut = part;
    boolean halfLength = firstOctet >= 0;
    stop();
    if (cut != null) {
      throw new FormatError("frame", Reason.FRAME_CUT, cut.writerIndex(), partBytes);
    }
    if (halfLength) {
      throw new FormatError("frame", Reason.FRAME_CUT, 1, LENGTH_BYTES);
    }
  }
}
