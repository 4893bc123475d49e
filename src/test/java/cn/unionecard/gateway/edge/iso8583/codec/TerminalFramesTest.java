package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What other people's terminals sent, as published in three articles on the subject: lengths,
 * filling and order are theirs. Card numbers are made up, fields 14, 26 and 52 (expiry and PIN) are
 * taken out: the profile has none of them.
 */
class TerminalFramesTest {
  private static final byte[] SALE =
      SampleFrames.hex(
          "60 00 03 00 00 60 31 00 31 07 30 02 00 30 20 04 80 20 C0 88 11"
              + "00 00 00 00 00 00 00 00 01 00 03 49 02 10 00"
              + "30 62 00 00 00 00 00 00 01 7D 15 11 10 10 00 00"
              + "35 36 38 35 32 33 31 34"
              + "32 33 35 32 31 34 35 32 36 38 35 39 32 33 36 31 35 36"
              + "20 00 00 00 00 00 00 00"
              + "00 13 22 00 00 08 00 05 00"
              + "36 37 41 32 32 39 39 41");

  @Test
  void sale() {
    FrameHead head = FrameHead.read(Unpooled.wrappedBuffer(SALE), 0, SALE.length);
    assertEquals(new FrameHead(3, 0, 0x603100310730L), head);
    IsoMessage message = new IsoMessage();
    message.read(Unpooled.wrappedBuffer(SALE), FrameHead.BYTES, SALE.length);
    assertEquals(0x0200, message.mti());
    Map<Integer, String> fields = new TreeMap<>();
    IsoSpec.FIELDS.stream()
        .map(IsoField::number)
        .filter(message::has)
        .forEach(number -> fields.put(number, message.text(number)));
    assertEquals(
        "{3=000000, 4=000000000001, 11=000349, 22=021, 25=00, 35=620000000000000"
            + "17D151110100000, 41=56852314, 42=235214526859236, 49=156, 53=2000000000000000,"
            + " 60=2200000800050, 64=3637413232393941}",
        fields.toString());
    assertEquals(new Field60Batch(22, 8, 0, 5, 0), Field60Batch.read(message));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 16 6200000000000017, 6200000000000017",
    "22, 0710, 071",
    "23, 0000, 000",
    "35, 34 6200000000000017D28062013949031013, 6200000000000017D28062013949031013",
    "35, 37 620000000000000017D1560712201000000000, 620000000000000017D156071220100000000",
    "48, 0001 00, 0",
    "60, 0014 22000024000600, 22000024000600"
  })
  void field(int number, String bytes, String text) {
    String bitmap = HexFormat.of().toHexDigits(1L << (IsoSpec.LAST - number));
    byte[] octets = SampleFrames.hex("0200" + bitmap + bytes);
    IsoMessage message = SampleFrames.read(octets);
    assertEquals(text, message.text(number));
    IsoMessage built = new IsoMessage();
    built.begin(0x0200);
    built.set(number, text);
    assertArrayEquals(octets, SampleFrames.octets(built));
  }
}
