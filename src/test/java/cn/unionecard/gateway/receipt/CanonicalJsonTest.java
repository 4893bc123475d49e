package cn.unionecard.gateway.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  @Test
  void documentHasNoWhiteSpace() {
    CanonicalJson json = new CanonicalJson();
    json.object().name("a").array().value(1).value(-2).object().end().array().end().end();
    json.member("b", "优惠").name("c").object().member("d", 0).end().end();
    assertEquals(
        "{\"a\":[1,-2,{},[]],\"b\":\"优惠\",\"c\":{\"d\":0}}", SampleReceipts.text(json.bytes()));
  }

  /** The string of RFC 8785 section 3.2.2. */
  @Test
  void escapesAreThoseOfTheStandard() {
    String text = "\u20ac$\u000F\nA'B\"\\\\\"/";
    String expected = "\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"";
    assertEquals(expected, SampleReceipts.text(new CanonicalJson().value(text).bytes()));
  }

  @Test
  void everyCharacterIsReadBackByAnotherReader() throws JsonProcessingException {
    ObjectMapper reader = new ObjectMapper();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 97) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        String text = Character.toString(point);
        String json = SampleReceipts.text(new CanonicalJson().value(text).bytes());
        assertEquals(text, reader.readTree(json).textValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00", "\uD842x", "\uDFB7\uD842"})
  void halfSurrogatePairsAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new CanonicalJson().value(text));
  }

  @ParameterizedTest
  @CsvSource({"b,a", "a,a", "a,A", "\uD83D\uDE02, \uD83D\uDE01", "\uFB33, \uD83D\uDE02"})
  void namesOutOfOrderAreRefused(String first, String second) {
    CanonicalJson json = new CanonicalJson().object().member(first, 1);
    assertThrows(IllegalStateException.class, () -> json.member(second, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 53, -(1L << 53), Long.MIN_VALUE, Long.MAX_VALUE})
  void integersBeyondAllReadersAreRefused(long integer) {
    assertThrows(IllegalArgumentException.class, () -> new CanonicalJson().value(integer));
  }

  @Test
  void largestIntegersAreWritten() {
    assertEquals(
        "9007199254740991", SampleReceipts.text(new CanonicalJson().value((1L << 53) - 1).bytes()));
    assertEquals(
        "-9007199254740991",
        SampleReceipts.text(new CanonicalJson().value(1 - (1L << 53)).bytes()));
  }

  @Test
  void brokenStructureIsABug() {
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().bytes());
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().object().bytes());
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().end());
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().name("a"));
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().object().value(1));
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().object().name("a").end());
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().array().name("a"));
    assertThrows(IllegalStateException.class, () -> new CanonicalJson().value(1).value(2));
  }

  @Test
  void writerCanBeUsedAgain() {
    CanonicalJson json = new CanonicalJson();
    assertEquals("{\"b\":1}", SampleReceipts.text(json.object().member("b", 1).end().bytes()));
    assertEquals("{\"a\":1}", SampleReceipts.text(json.object().member("a", 1).end().bytes()));
    json.object().name("left");
    json.reset();
    assertEquals("[]", SampleReceipts.text(json.array().end().bytes()));
  }
}
