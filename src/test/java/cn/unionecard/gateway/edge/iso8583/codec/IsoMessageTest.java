package cn.unionecard.gateway.edge.iso8583.codec;

import static cn.unionecard.gateway.edge.iso8583.codec.SampleFrames.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoMessageTest {
  private static final long SEED = 20_261_124;

  /** MTI 0200 with fields 2 3 4 11 22 23 25 41 49 60 62. */
  private static final String BY_HAND =
      "0200 7020068000808014"
          + "17 12345678901234567 0"
          + "000000 000000012800 000007 0310 0012 00"
          + "5430303030303031 313536"
          + "0011 22000123301 0"
          + "0002 FF00";

  @Test
  void readsEachFieldAsTheProfileSays() {
    byte[] octets = hex(BY_HAND);
    IsoMessage message = SampleFrames.read(octets);
    assertEquals(0x0200, message.mti());
    assertEquals("12345678901234567", message.text(2));
    assertEquals(12345678901234567L, message.number(2));
    assertEquals(12800, message.number(4));
    assertEquals("000007", message.text(11));
    assertEquals(31, message.number(22));
    assertEquals("031", message.text(22));
    assertEquals("012", message.text(23));
    assertEquals("T0000001", message.text(41));
    assertEquals("156", message.text(49));
    assertEquals("22000123301", message.text(60));
    assertEquals("FF00", message.text(62));
    assertArrayEquals(new byte[] {-1, 0}, message.octets(62));
    assertFalse(message.has(64));
    assertArrayEquals(octets, SampleFrames.octets(message));
  }

  @Test
  void buildsTheSameBytes() {
    IsoMessage message = new IsoMessage();
    message.begin(0x0200);
    message.set(62, new byte[] {-1, 0});
    message.set(60, "22000123301");
    message.set(49, "156");
    message.set(41, "T0000001");
    message.set(25, 0);
    message.set(23, 12);
    message.set(22, 31);
    message.set(11, 7);
    message.set(4, 12800);
    message.set(3, 0);
    message.set(2, "12345678901234567");
    assertArrayEquals(hex(BY_HAND), SampleFrames.octets(message));
  }

  @Test
  void whatIsReadIsWrittenAlike() {
    RandomMessages messages = new RandomMessages(SEED);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = SampleFrames.octets(messages.next());
      IsoMessage read = SampleFrames.read(octets);
      assertArrayEquals(octets, SampleFrames.octets(read), () -> "seed " + SEED);
      assertArrayEquals(octets, SampleFrames.octets(rebuilt(read)), () -> "seed " + SEED);
      assertArrayEquals(octets, SampleFrames.octets(copied(read)), () -> "seed " + SEED);
    }
  }

  /** Through the decoded values. */
  private static IsoMessage rebuilt(IsoMessage read) {
    IsoMessage built = new IsoMessage();
    built.begin(read.mti());
    for (IsoField field : IsoSpec.FIELDS) {
      int number = field.number();
      if (!read.has(number)) {
        continue;
      }
      if (field.encoding() == IsoField.Encoding.N && field.isFixed()) {
        built.set(number, read.number(number));
      } else if (field.encoding().nibbles || field.encoding() == IsoField.Encoding.AN) {
        built.set(number, read.text(number));
      } else {
        built.set(number, read.octets(number));
      }
    }
    return built;
  }

  /** Field by field, last first. */
  private static IsoMessage copied(IsoMessage read) {
    IsoMessage built = new IsoMessage();
    built.begin(read.mti());
    for (int i = IsoSpec.FIELDS.size() - 1; i >= 0; i--) {
      int number = IsoSpec.FIELDS.get(i).number();
      if (read.has(number)) {
        built.copy(number, read);
      }
    }
    return built;
  }

  @Test
  void everyCutIsSeen() {
    byte[] octets = hex(BY_HAND);
    for (int length = 0; length < octets.length; length++) {
      byte[] cut = Arrays.copyOf(octets, length);
      FormatError error = assertThrows(FormatError.class, () -> SampleFrames.read(cut));
      assertEquals(Reason.TRUNCATED, error.reason);
    }
  }

  @Test
  void aSecondBitmapWithoutFieldsIsKept() {
    byte[] octets = hex("0820 8020000000000000 0000000000000000 000001");
    assertArrayEquals(octets, SampleFrames.octets(SampleFrames.read(octets)));
  }

  @ParameterizedTest
  @CsvSource({
    "02, TRUNCATED, 'MTI: needs 2 bytes, 1 left'",
    "0200, TRUNCATED, 'bitmap: needs 8 bytes, 0 left'",
    "0A00 0000000000000000, NOT_DIGITS, 'MTI: half byte a at position 2 is no digit'",
    "0200 1000000000000000 000000, TRUNCATED, 'F4: needs 6 bytes, 3 left'",
    "0200 1000000000000000 0000000000A1, NOT_DIGITS, 'F4: half byte a at position 11 is no digit'",
    "0200 4000000000000000 20, TOO_LONG, 'F2: 20 digits, at most 19'",
    "0200 4000000000000000 1A, NOT_DIGITS, 'F2: half byte a at position 1 is no digit'",
    "0200 0000000000000010 0018, TOO_LONG, 'F60: 18 digits, at most 17'",
    "0200 0000000000000010 00, TRUNCATED, 'F60: needs 2 bytes, 1 left'",
    "0200 0000800000000000 2512, FIELD_UNKNOWN, 'F17: not in this profile: bit 17 of 64'",
    "0200 8000000000000000 0000000000000001, FIELD_UNKNOWN, 'F128: not in this profile: bit 128 of 64'",
    "0200 0000000000000000 0102, LEFT_OVER, 'message: 2 bytes after the last field, must be 0'"
  })
  void saysWhatDoesNotFit(String octets, Reason reason, String message) {
    FormatError error = assertThrows(FormatError.class, () -> SampleFrames.read(hex(octets)));
    assertEquals(message, error.getMessage());
    assertEquals(reason, error.reason);
    assertEquals(0, error.getStackTrace().length);
  }

  /** A bank-card terminal's own fields, and what fills up an odd number of digits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0200 0000040000000000 0021",
        "0200 0000040000000000 0210",
        "0200 0000020000000000 F031",
        "0200 0000060000000000 AAAA BBBB",
        "0200 0000000020000000 02 1A",
        "0200 4000000000000000 03 621F",
        "0200 4000000000000000 03 ABCD",
        "0200 0000000100000000 03 123F",
        "0200 0000000000000010 0011 22000001000F",
        "0200 0000000000001000 FFFFFFFFFFFFFFFF",
        "0200 0018000000000000 FFFFFF FFFF",
        "0200 0000000008000000 000000000000000000000000",
        "0200 0000000000008000 317F31",
      })
  void whatNobodyReadsMayHoldAnything(String octets) {
    byte[] bytes = hex(octets);
    assertArrayEquals(bytes, SampleFrames.octets(SampleFrames.read(bytes)));
  }

  /** Trace and terminal are what the reply is found by. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0200 5020000000800000 20 12345678901234567890 000000000100 000123 5430303030303032", // F2
        // too
        // long
        "0200 1020000000800000 00000000010A 000123 5430303030303032", // F4 no number
        "0200 0220000000800000 1128093000 000123 5430303030303032", // F7 is not in the profile
        "0200 4020000000800000 AA 000123 5430303030303032", // F2 of no length
        "0200 0020000000800010 000123 5430303030303032 00", // F60 cut off
        "0200 0020000000800000 000123 5430303030303032 FF", // something behind
      })
  void traceAndTerminalAreFoundInWhatDoesNotFit(String octets) {
    byte[] bytes = hex(octets);
    IsoMessage message = new IsoMessage();
    assertThrows(
        FormatError.class, () -> message.read(Unpooled.wrappedBuffer(bytes), 0, bytes.length));
    assertEquals(123, message.number(11));
    assertEquals("T0000002", message.text(41));
  }

  @Test
  void whatStoodBeforeTheFaultCanBeAskedFor() {
    IsoMessage message = new IsoMessage();
    byte[] octets = hex("0200 0020800000000000 000123 2512");
    assertThrows(
        FormatError.class, () -> message.read(Unpooled.wrappedBuffer(octets), 0, octets.length));
    assertEquals(0x0200, message.mti());
    assertEquals(123, message.number(11));
    assertFalse(message.has(17));
  }

  @Test
  void settersNameTheFieldAndBothNumbers() {
    IsoMessage message = new IsoMessage();
    assertThrows(IllegalStateException.class, () -> message.set(3, 0));
    message.begin(0x0200);
    refused("F3: 1000000, at most 999999", () -> message.set(3, 1_000_000));
    refused("F4: -1, at most 999999999999", () -> message.set(4, -1));
    refused("F3: 5 digits, must be 6", () -> message.set(3, "00000"));
    refused("F3: byte 41 at position 2 is no digit", () -> message.set(3, "0A0000"));
    refused("F42: 14 bytes, must be 15", () -> message.set(42, "89841080000001"));
    refused("F44: 26 bytes, at most 25", () -> message.set(44, "x".repeat(26)));
    refused("F62: 513 bytes, at most 512", () -> message.set(62, new byte[513]));
    refused("F5: 0 times, must be 1", () -> message.number(5));
    assertThrows(IllegalArgumentException.class, () -> message.set(5, 0));
    assertThrows(IllegalArgumentException.class, () -> message.set(62, 0));
    assertThrows(IllegalArgumentException.class, () -> message.set(3, new byte[3]));
  }

  private static void refused(String words, Executable setter) {
    assertEquals(words, assertThrows(FormatError.class, setter).getMessage());
  }

  @Test
  void theTableIsSound() {
    int before = 1;
    for (IsoField field : IsoSpec.FIELDS) {
      assertTrue(field.number() > before && field.number() <= IsoSpec.LAST, field.path());
      assertEquals("F" + field.number(), field.path());
      before = field.number();
    }
  }
}
