package cn.unionecard.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  private static void refused(Supplier<?> reading) {
    Fault.Malformed fault = assertThrows(Fault.Malformed.class, reading::get);
    assertEquals("a.name", fault.field);
    assertTrue(String.valueOf(fault.getMessage()).startsWith("a.name "), fault::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \u3000",
        "小店\n实付0.01",
        "a\rb",
        "a\tb",
        "a\u0000b",
        "a\u007fb",
        "a\u0085b",
        "a\u00adb",
        "a\u200bb",
        "a\u202eb",
        "a\u2028b",
        "a\u2029b",
        "a\u2066b",
        "a\ufeffb",
        "店\ud800",
        "\udc00店",
        "\udc00\ud800",
        "a\udb40\udc41b",
      })
  void aNameIsOneVisibleLine(String name) {
    refused(() -> Text.line("a.name", name, 60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\u0000b", "a\rb", "a\u007fb", "a\u202eb", "a\u2028b", "店\ud800", "\t\b"})
  void wordsMislead(String words) {
    refused(() -> Text.words("a.name", words, 60));
  }

  @Test
  void wordsMayHaveLinesAndJoiners() {
    assertEquals("一\n二\n\n三", Text.words("t", "一\r\n二\n\n三\n", 60));
    String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67";
    assertEquals(family, Text.words("t", family, 5));
  }

  @Test
  void lengthsAreInCharacters() {
    String rare = "\ud842\udfb7".repeat(60);
    assertEquals(rare, Text.line("a.name", " " + rare + "\u3000", 60));
    refused(() -> Text.line("a.name", rare + "野", 60));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T09:00:00+08:00, 2026-11-24T01:00:00Z",
    "2026-11-24T09:00:00Z, 2026-11-24T09:00:00Z",
    "2026-11-24t09:00:00z, 2026-11-24T09:00:00Z",
    "2026-11-24T09:00:00.123456789-00:30, 2026-11-24T09:30:00.123456789Z",
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
    "2024-02-29T23:59:59+18:00, 2024-02-29T05:59:59Z",
  })
  void aTimeIsOfRfc3339(String text, String moment) {
    assertEquals(Instant.parse(moment), Text.time("a.name", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "2026-11-24",
        "2026-11-24T09:00Z",
        "2026-11-24T09:00:00",
        "2026-11-24 09:00:00Z",
        "2026-11-24T09:00:00+08",
        "2026-11-24T09:00:00+0800",
        "2026-11-24T09:00:00+08:00:00",
        "2026-11-24T09:00:00+08:00[Asia/Shanghai]",
        "2026-11-24T09:00:00+24:00",
        "2026-11-24T09:00:00.Z",
        "2026-11-24T09:00:00,5Z",
        "2026-11-24T09:00:00.1234567890Z",
        "2026-02-30T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-06-30T23:59:60Z",
        "2026-11-24T09:60:00Z",
        " 2026-11-24T09:00:00Z",
        "\uff12026-11-24T09:00:00Z",
        "2026-W48-2T09:00:00Z",
        "1764000000",
      })
  void nothingElseIsATime(String text) {
    refused(() -> Text.time("a.name", text));
  }
}
