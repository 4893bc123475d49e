package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the message in a frame: TPDU and header.
 *
 * @param destination address the TPDU is for, 0 to 65535
 * @param source address it comes from, 0 to 65535
 * @param header twelve digits: application type 2, version 2, terminal state 1, processing
 *     requirement 1, reserved 6; kept as they are written, two digits in a byte
 */
public record FrameHead(int destination, int source, long header) {
  /** Length of TPDU and header. */
  public static final int BYTES = 11;

  /** Processing requirement of a reply: nothing. */
  public static final int NOTHING = 0;

  /**
   * Processing requirement of a reply: download parameters, here its standing, by a status request.
   */
  public static final int DOWNLOAD = 1;

  /** Processing requirement of a reply: sign on again. */
  public static final int SIGN_ON = 3;

  private static final int TPDU_ID = 0x60;
  private static final int TPDU_BYTES = 5;
  private static final int HEADER_BYTES = 6;
  private static final int LENGTH_BYTES = 2;
  private static final int LENGTH_MAX = 0xffff;
  private static final int REQUIREMENT_SHIFT = 24;

  /**
   * Reads it from the start of a frame.
   *
   * @throws FormatError when the frame begins otherwise; nobody could be answered
   */
  public static FrameHead read(ByteBuf frame, int from, int to) {
    if (to - from < BYTES) {
      throw new FormatError("TPDU", Reason.TRUNCATED, BYTES, to - from, "bytes");
    }
    int id = frame.getUnsignedByte(from);
    if (id != TPDU_ID) {
      throw new FormatError("TPDU", Reason.TPDU_UNKNOWN, id, TPDU_ID);
    }
    int at = from + TPDU_BYTES;
    Nibbles.checkDigits(frame, at, HEADER_BYTES, "header");
    long header = (long) frame.getUnsignedShort(at) << 32 | frame.getUnsignedInt(at + 2);
    return new FrameHead(
        frame.getUnsignedShort(from + 1), frame.getUnsignedShort(from + 3), header);
  }

  /** The head of a reply: the way back, and what the terminal is to do. */
  public FrameHead reply(int processingRequirement) {
    long asked = (long) processingRequirement << REQUIREMENT_SHIFT;
    return new FrameHead(source, destination, header & ~(15L << REQUIREMENT_SHIFT) | asked);
  }

  /** What the terminal is to do, a digit. */
  public int processingRequirement() {
    return (int) (header >>> REQUIREMENT_SHIFT) & 15;
  }

  /** Appends a whole frame, length first; with a MAC when there is one to make it. */
  public void writeFrame(ByteBuf out, IsoMessage message, @Nullable Mac mac) {
    int from = out.writerIndex();
    out.writeShort(0).writeByte(TPDU_ID).writeShort(destination).writeShort(source);
    out.writeShort((int) (header >>> 32)).writeInt((int) header);
    if (mac == null) {
      message.writeTo(out);
    } else {
      message.writeTo(out, mac);
    }
    int length = out.writerIndex() - from - LENGTH_BYTES;
    if (length > LENGTH_MAX) {
      throw new FormatError("frame", Reason.FRAME_TOO_LONG, length, LENGTH_MAX);
    }
    out.setShort(from, length);
  }
}
