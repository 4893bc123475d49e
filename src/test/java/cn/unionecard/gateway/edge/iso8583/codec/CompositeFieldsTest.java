package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.model.Fen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompositeFieldsTest {
  private final IsoMessage message = new IsoMessage();

  @BeforeEach
  void begin() {
    message.begin(0x0500);
  }

  @Test
  void totals() {
    Totals totals =
        new Totals(new Sums(Fen.of(1234567), 17, Fen.of(12800), 1, Sums.ASKED), Sums.NONE);
    totals.write(message);
    assertEquals("0000012345670170000000128000010" + "0".repeat(31), message.text(48));
    assertEquals(totals, Totals.read(message));
    assertEquals(
        new Sums(Fen.of(1234567), 17, Fen.of(12800), 1, Sums.BALANCED),
        totals.home().flagged(Sums.BALANCED));
    refused(
        "F48.1.2: 4 digits, at most 3",
        () -> new Totals(new Sums(Fen.ZERO, 1000, Fen.ZERO, 0, 0), Sums.NONE).write(message));
    refused(
        "F48.2.1: -1, at most 999999999999",
        () -> new Totals(Sums.NONE, new Sums(Fen.of(-1), 0, Fen.ZERO, 0, 0)).write(message));
    message.set(48, "1".repeat(31));
    refused("F48: 31 digits, must be 62", () -> Totals.read(message));
  }

  @Test
  void details() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < Details.ENTRIES_MAX; i++) {
      entries.add(new Entry(0, i + 1, "0000000000" + "0000145000", Fen.of(100L + i)));
      Details details = new Details(entries);
      details.write(message);
      assertEquals(2 + 40 * entries.size(), message.length(48));
      assertEquals(details, Details.read(message));
    }
    entries.add(entries.get(0));
    refused("F48.1: 9, at most 8", () -> new Details(entries).write(message));
    message.set(48, "02" + "1".repeat(40));
    refused("F48: 42 digits, must be 82", () -> Details.read(message));
    message.set(48, "09");
    refused("F48.1: 9, at most 8", () -> Details.read(message));
    message.set(48, "1");
    refused("F48.1: 1 digits, at least 2", () -> Details.read(message));
    assertFalse(entries.toString().contains("0145000"));
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 7800, C000005000D000007800",
    "0, 12800, C000000000D000012800",
    "-5000, -7800, D000005000C000007800",
    "999999999, 999999999, C999999999D999999999"
  })
  void signedAmounts(long discount, long payable, String text) {
    Field54Amounts amounts = new Field54Amounts(Fen.of(discount), Fen.of(payable));
    amounts.write(message);
    assertEquals(text, message.text(54));
    assertEquals(amounts, Field54Amounts.read(message));
  }

  @ParameterizedTest
  @CsvSource({
    "C000005000D00000780, 'F54: 19 bytes, must be 20'",
    "X000005000D000007800, 'F54.1: byte 58 at position 1 is neither C nor D'",
    "C000005000D00000A800, 'F54.2: byte 41 at position 7 is no digit'"
  })
  void noSignedAmounts(String text, String words) {
    message.set(54, text);
    refused(words, () -> Field54Amounts.read(message));
    refused(
        "F54.1: 1000000000, at most 999999999",
        () -> new Field54Amounts(Fen.of(1_000_000_000), Fen.ZERO).write(message));
  }

  @Test
  void qrData() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("A3", SampleFrames.CODE);
    values.put("ZZ", "kept");
    values.put("A5", "");
    Field59Tags data = new Field59Tags(values);
    data.write(message);
    assertEquals("A3020" + SampleFrames.CODE + "ZZ004keptA5000", message.text(59));
    assertEquals(values, Field59Tags.read(message).values());
    assertEquals(SampleFrames.CODE, Field59Tags.read(message).get(Field59Tags.CODE));
    assertNull(data.get(Field59Tags.RECEIPT));
    assertFalse(data.toString().contains(SampleFrames.CODE));
    refused(
        "F59.A: 1 characters of tag, must be 2",
        () -> new Field59Tags(Map.of("A", "")).write(message));
  }

  @ParameterizedTest
  @CsvSource({
    "A3, 'F59: needs 5 characters, 2 left'",
    "A3020123, 'F59.A3: needs 20 characters, 3 left'",
    "A3X20123, 'F59.A3: byte 58 at position 1 is no digit'",
    "A3001AA3001B, 'F59.A3: stands at positions 1 and 7'"
  })
  void noField59(String text, String words) {
    message.set(59, text);
    refused(words, () -> Field59Tags.read(message));
  }

  @Test
  void qrDataIsAsciiButForACode() {
    message.set(59, "A5002\u4f1a");
    refused(
        "F59.A5: byte bb at position 1 is no printable character", () -> Field59Tags.read(message));
    message.set(59, "A5001\u0000");
    refused(
        "F59.A5: byte 00 at position 1 is no printable character", () -> Field59Tags.read(message));
    message.set(59, "\u0001A000");
    refused(
        "F59: byte 01 at position 1 is no printable character", () -> Field59Tags.read(message));
  }

  /** In UTF-8, as a keyboard gives it to an Android till, or in GBK. */
  @Test
  void qrDataKeepsWhatScannersAdd() {
    for (String noise :
        List.of("\t", "\r\n", "\uFEFF", "\u0002", "\u001D", "\u3011\uFF31\uFF13", "\uFF18")) {
      String scanned = noise + SampleFrames.CODE + noise;
      new Field59Tags(Map.of(Field59Tags.CODE, scanned)).write(message);
      assertEquals(scanned, Field59Tags.read(message).get(Field59Tags.CODE));
    }
    byte[] code = "\u3011\uFF31\uFF13\uFF18\uFF14".getBytes(IsoMessage.GBK);
    ByteBuf field = Unpooled.buffer().writeBytes("A3010".getBytes(IsoMessage.GBK)).writeBytes(code);
    message.begin(0x0200);
    message.set(59, ByteBufUtil.getBytes(field));
    assertEquals("\u3011\uFF31\uFF13\uFF18\uFF14", Field59Tags.read(message).get(Field59Tags.CODE));
  }

  @Test
  void typeAndBatch() {
    written(new Field60Batch(22, 123, 0), "22000123000");
    written(new Field60Batch(0, 999_999, 301, 5, 0), "0099999930150");
    written(new Field60Batch(1, 2, -1), "01000002");
    message.set(60, "22000123000501234");
    assertEquals(new Field60Batch(22, 123, 0, 5, 0), Field60Batch.read(message));
    refused("F60.2: 7 digits, at most 6", () -> new Field60Batch(22, 1_234_567, 0).write(message));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'F60.1: 0 digits, must be 2'",
    "22, 'F60.2: 0 digits, must be 6'",
    "2200012, 'F60.2: 5 digits, must be 6'",
    "220001230, 'F60.3: 1 digits, must be 3'"
  })
  void noField60(String digits, String words) {
    message.set(60, digits);
    refused(words, () -> Field60Batch.read(message));
  }

  @Test
  void originalRef() {
    written(new Field61Original(1, 7, 1124), "0000010000071124");
    written(new Field61Original(1, 7, Field61Original.NO_DATE), "000001000007");
    message.set(61, "00000");
    refused("F61.1: 5 digits, must be 6", () -> Field61Original.read(message));
    message.set(61, "00000100000");
    refused("F61.2: 5 digits, must be 6", () -> Field61Original.read(message));
    message.set(61, "000001000007112");
    refused("F61.3: 3 digits, must be 4", () -> Field61Original.read(message));
  }

  @Test
  void slipText() {
    Field63Slip slip = new Field63Slip("001", "工会补贴50.00元");
    slip.write(message);
    assertEquals(3 + 2 * 5 + 5, message.length(63));
    assertEquals(slip, Field63Slip.read(message));
    refused("F63.1: 2 bytes, must be 3", () -> new Field63Slip("01", "").write(message));
    refused(
        "F63.1: byte 5458 at position 1 is no printable character",
        () -> new Field63Slip("员01", "").write(message));
    refused(
        "F63.2: 162 bytes, at most 160",
        () -> new Field63Slip("001", "会".repeat(81)).write(message));
    Field63Slip cut = Field63Slip.fitting("001", "a" + "会".repeat(90));
    assertEquals("a" + "会".repeat(79), cut.text());
    cut.write(message);
    message.set(63, "01".getBytes(StandardCharsets.US_ASCII));
    refused("F63.1: 2 bytes, must be 3", () -> Field63Slip.read(message));
    message.set(63, new byte[] {'0', 0, '1'});
    refused(
        "F63.1: byte 00 at position 2 is no printable character", () -> Field63Slip.read(message));
  }

  private void written(Field60Batch parts, String digits) {
    parts.write(message);
    assertEquals(digits, message.text(60));
    assertEquals(parts, Field60Batch.read(message));
  }

  private void written(Field61Original original, String digits) {
    original.write(message);
    assertEquals(digits, message.text(61));
    assertEquals(original, Field61Original.read(message));
  }

  private static void refused(String words, Executable action) {
    assertEquals(words, assertThrows(FormatError.class, action).getMessage());
  }
}
