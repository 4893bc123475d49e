package cn.unionecard.gateway.edge.iso8583.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Map;

/** Messages as a till sends them, with made-up numbers. */
public final class SampleFrames {
  public static final byte[] MAK = hex("0123456789ABCDEFFEDCBA9876543210");
  public static final FrameHead HEAD = new FrameHead(0x0003, 0x0102, 0x603100310000L);
  public static final String CODE = "84446669133388330784";

  private SampleFrames() {}

  /** A sale of 128.00 yuan. */
  public static IsoMessage sale() {
    IsoMessage message = new IsoMessage();
    sale(message);
    return message;
  }

  public static void sale(IsoMessage message) {
    message.begin(0x0200);
    message.set(3, 0);
    message.set(4, 12800);
    message.set(11, 1);
    message.set(22, 30);
    message.set(25, 0);
    message.set(41, "T0000001");
    message.set(42, "898410800000001");
    message.set(49, "156");
    new Field59Tags(Map.of(Field59Tags.CODE, CODE)).write(message);
    new Field60Batch(22, 1, 0).write(message);
    new Field63Slip("01 ", "").write(message);
  }

  /** The sale as a frame with its MAC. */
  public static byte[] saleFrame() {
    return frame(sale());
  }

  /** A frame with a MAC. */
  public static byte[] frame(IsoMessage message) {
    ByteBuf out = Unpooled.buffer();
    HEAD.writeFrame(out, message, Mac.Algorithm.XOR_3DES.under(MAK));
    return octets(out);
  }

  /** The bytes of a message alone. */
  public static byte[] octets(IsoMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.writeTo(out);
    return octets(out);
  }

  public static IsoMessage read(byte[] octets) {
    IsoMessage message = new IsoMessage();
    message.read(Unpooled.wrappedBuffer(octets), 0, octets.length);
    return message;
  }

  public static byte[] octets(ByteBuf out) {
    byte[] octets = new byte[out.readableBytes()];
    out.getBytes(out.readerIndex(), octets);
    return octets;
  }

  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
