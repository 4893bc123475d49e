package cn.unionecard.gateway.edge.iso8583.codec;

import static cn.unionecard.gateway.edge.iso8583.codec.SampleFrames.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int FRAME_BYTES_MAX = 2048;
  private static final byte[] ECHO = hex("0015 6000030000 603100310000 0820 0000000000000000");

  private final List<String> frames = new ArrayList<>();

  private FrameReader reader() {
    frames.clear();
    return new FrameReader(
        FRAME_BYTES_MAX,
        (buffer, from, to) -> frames.add(ByteBufUtil.hexDump(buffer, from, to - from)));
  }

  @Test
  void everyCutInTwoAndInThree() {
    byte[] stream =
        SampleFrames.octets(Unpooled.wrappedBuffer(ECHO, SampleFrames.saleFrame(), ECHO));
    reader().feed(Buffer.buffer(stream));
    List<String> whole = List.copyOf(frames);
    assertEquals(3, whole.size());
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        FrameReader reader = reader();
        feed(reader, stream, 0, first);
        feed(reader, stream, first, second);
        feed(reader, stream, second, stream.length);
        reader.end();
        assertEquals(whole, frames, first + ", " + second);
      }
    }
  }

  @Test
  void byteByByte() {
    byte[] stream = SampleFrames.saleFrame();
    FrameReader reader = reader();
    for (int i = 0; i < stream.length; i++) {
      assertEquals(0, frames.size());
      feed(reader, stream, i, i + 1);
    }
    assertEquals(List.of(ByteBufUtil.hexDump(stream, 2, stream.length - 2)), frames);
    reader.end();
  }

  @Test
  void anyPiecesOfAnyFrames() {
    RandomMessages random = new RandomMessages(7);
    for (int round = 0; round < 500; round++) {
      ByteBuf stream = Unpooled.buffer();
      List<String> sent = new ArrayList<>();
      for (int i = random.below(6); i >= 0; i--) {
        byte[] frame = SampleFrames.frame(random.next());
        sent.add(ByteBufUtil.hexDump(frame, 2, frame.length - 2));
        stream.writeBytes(frame);
      }
      FrameReader reader = reader(65_535);
      while (stream.isReadable()) {
        reader.feed(stream.readBytes(1 + random.below(stream.readableBytes())));
      }
      reader.end();
      assertEquals(sent, frames);
    }
  }

  private FrameReader reader(int frameBytesMax) {
    frames.clear();
    return new FrameReader(
        frameBytesMax,
        (buffer, from, to) -> frames.add(ByteBufUtil.hexDump(buffer, from, to - from)));
  }

  @Test
  void impossibleLengthsBreakTheStream() {
    broken("0801", Reason.FRAME_TOO_LONG, "frame: 2049 bytes, at most 2048");
    broken("FFFF", Reason.FRAME_TOO_LONG, "frame: 65535 bytes, at most 2048");
    broken("0001", Reason.FRAME_TOO_SHORT, "frame: 1 bytes, at least 21");
    broken("0014", Reason.FRAME_TOO_SHORT, "frame: 20 bytes, at least 21");
  }

  private void broken(String length, Reason reason, String words) {
    FrameReader reader = reader();
    reader.feed(Unpooled.wrappedBuffer(ECHO));
    ByteBuf bad = Unpooled.wrappedBuffer(hex(length), ECHO);
    FormatError error = assertThrows(FormatError.class, () -> reader.feed(bad));
    assertEquals(reason, error.reason);
    assertEquals(words, error.getMessage());
    reader.feed(Unpooled.wrappedBuffer(ECHO));
    assertEquals(1, frames.size());
    reader.end();
  }

  @Test
  void aLengthOfZeroIsAKeepAliveInAnySplit() {
    byte[] zero = {0, 0};
    byte[] stream = SampleFrames.octets(Unpooled.wrappedBuffer(zero, ECHO, zero, zero, ECHO, zero));
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        FrameReader reader = reader();
        feed(reader, stream, 0, first);
        feed(reader, stream, first, second);
        feed(reader, stream, second, stream.length);
        reader.end();
        assertEquals(2, frames.size(), first + ", " + second);
      }
    }
  }

  @Test
  void tooManyKeepAlivesAreNone() {
    FrameReader reader = reader();
    for (int round = 0; round < 2; round++) {
      reader.feed(Unpooled.wrappedBuffer(new byte[2 * FrameReader.KEEP_ALIVES_MAX]));
      reader.feed(Unpooled.wrappedBuffer(ECHO));
    }
    assertEquals(2, frames.size());
    reader.feed(Unpooled.wrappedBuffer(new byte[2 * FrameReader.KEEP_ALIVES_MAX]));
    ByteBuf more = Unpooled.wrappedBuffer(new byte[2]);
    FormatError error = assertThrows(FormatError.class, () -> reader.feed(more));
    assertEquals(Reason.FRAME_TOO_SHORT, error.reason);
  }

  @Test
  void endInsideAFrameIsSeen() {
    for (int length = 1; length < ECHO.length; length++) {
      FrameReader reader = reader();
      feed(reader, ECHO, 0, length);
      assertEquals(Reason.FRAME_CUT, assertThrows(FormatError.class, reader::end).reason);
      reader.end();
    }
  }

  @Test
  void stopsInTheMiddleOfAPacket() {
    FrameReader[] self = new FrameReader[1];
    List<Integer> seen = new ArrayList<>();
    self[0] =
        new FrameReader(
            FRAME_BYTES_MAX,
            (buffer, from, to) -> {
              seen.add(from);
              self[0].stop();
            });
    self[0].feed(Unpooled.wrappedBuffer(ECHO, ECHO));
    assertEquals(List.of(2), seen);
  }

  @Test
  void headsAreReadAndAnswered() {
    ByteBuf frame = Unpooled.wrappedBuffer(ECHO, 2, ECHO.length - 2);
    FrameHead head = FrameHead.read(frame, 0, ECHO.length - 2);
    assertEquals(new FrameHead(3, 0, 0x603100310000L), head);
    FrameHead reply = head.reply(FrameHead.SIGN_ON);
    assertEquals(new FrameHead(0, 3, 0x603103310000L), reply);
    assertEquals(FrameHead.SIGN_ON, reply.processingRequirement());
    assertEquals(head, reply.reply(FrameHead.NOTHING));
    IsoMessage echo = new IsoMessage();
    echo.begin(0x0820);
    ByteBuf out = Unpooled.buffer();
    head.writeFrame(out, echo, null);
    assertEquals(ByteBufUtil.hexDump(ECHO), ByteBufUtil.hexDump(out));
  }

  @Test
  void foreignHeadsAreRefused() {
    head("68 0003 0000 603100310000", "TPDU: begins with 68, must be 60");
    head("60 0003 0000 6031003100", "TPDU: needs 11 bytes, 10 left");
    head("60 0003 0000 60310031F000", "header: half byte f at position 9 is no digit");
  }

  private static void head(String octets, String words) {
    byte[] head = hex(octets);
    ByteBuf frame = Unpooled.wrappedBuffer(head);
    FormatError error =
        assertThrows(FormatError.class, () -> FrameHead.read(frame, 0, head.length));
    assertEquals(words, error.getMessage());
  }

  private static void feed(FrameReader reader, byte[] stream, int from, int to) {
    reader.feed(Unpooled.copiedBuffer(stream, from, to - from));
  }
}
