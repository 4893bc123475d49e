package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Any bytes are read or named by one clear error; what is read is written alike. */
class IsoFuzz {
  private static final int FRAME_BYTES_MAX = 2048;

  @FuzzTest(maxDuration = "30s")
  void anyStreamHasTheSameFramesHoweverItIsSplit(FuzzedDataProvider data) {
    int piece = data.consumeInt(1, 64);
    byte[] stream = data.consumeRemainingAsBytes();
    assertEquals(frames(stream, stream.length + 1), frames(stream, piece));
  }

  private static List<String> frames(byte[] stream, int piece) {
    List<String> seen = new ArrayList<>();
    FrameReader reader =
        new FrameReader(
            FRAME_BYTES_MAX,
            (buffer, from, to) -> seen.add(ByteBufUtil.hexDump(buffer, from, to - from)));
    try {
      for (int at = 0; at < stream.length; at += piece) {
        reader.feed(Unpooled.copiedBuffer(stream, at, Math.min(piece, stream.length - at)));
      }
      reader.end();
    } catch (FormatError e) {
      seen.add(e.getMessage());
    }
    return seen;
  }

  @FuzzTest(maxDuration = "30s")
  void anyFrameIsReadOrRefused(byte[] frame) {
    ByteBuf buffer = Unpooled.wrappedBuffer(frame);
    try {
      FrameHead head = FrameHead.read(buffer, 0, frame.length);
      IsoMessage message = new IsoMessage();
      message.read(buffer, FrameHead.BYTES, frame.length);
      ByteBuf out = Unpooled.buffer();
      head.writeFrame(out, message, null);
      assertEquals(ByteBufUtil.hexDump(frame), ByteBufUtil.hexDump(out).substring(4));
    } catch (FormatError e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "30s")
  void anyMessageIsReadOrRefused(byte[] octets) {
    try {
      IsoMessage message = SampleFrames.read(octets);
      assertArrayEquals(octets, SampleFrames.octets(message));
      Masked.each(message, line -> assertFalse(line.path().isEmpty()));
    } catch (FormatError e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "30s")
  void anyField59IsReadOrRefused(byte[] field) {
    IsoMessage message = building();
    try {
      message.set(59, field);
      Field59Tags data = Field59Tags.read(message);
      IsoMessage again = building();
      data.write(again); // a code in GBK is written in UTF-8
      assertEquals(data, Field59Tags.read(again));
    } catch (FormatError e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "30s")
  void anyTotalsAreReadOrRefused(byte[] field) {
    composite(48, field, message -> Details.read(message).write(message));
    composite(48, field, message -> Totals.read(message).write(message));
  }

  @FuzzTest(maxDuration = "30s")
  void anyField60IsReadOrRefused(byte[] field) {
    composite(60, field, message -> Field60Batch.read(message).write(message));
    composite(61, field, message -> Field61Original.read(message).write(message));
  }

  /** What is understood of a field is where it was: the rewritten field begins like the first. */
  private static void composite(int number, byte[] digits, Rewrite rewrite) {
    StringBuilder text = new StringBuilder();
    for (byte digit : digits) {
      text.append((char) ('0' + (digit & 0xff) % 10));
    }
    IsoMessage message = building();
    try {
      message.set(number, text.toString());
      rewrite.of(message);
      String again = message.text(number);
      assertEquals(text.substring(0, Math.min(again.length(), text.length())), again);
    } catch (FormatError e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FunctionalInterface
  private interface Rewrite {
    void of(IsoMessage message);
  }

  private static IsoMessage building() {
    IsoMessage message = new IsoMessage();
    message.begin(0x0200);
    return message;
  }
}
