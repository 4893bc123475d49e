package cn.unionecard.gateway.runtime.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(3)
              .maxNumberLength(5)
              .maxNameLength(4)
              .build());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1,'a':2}",
        "{'b':{'a':1,'a':1}}",
        "{'a':1}{}",
        "{'a':1} x",
        "{'a':[[[1]]]}",
        "{'a':123456}",
        "{'abcde':1}",
        "{'a':01}",
        "{'a':NaN}",
        "{a:1}",
        "{'a':1,}",
        "{'a':1 /* why */}",
        "{'a':1"
      })
  void refusesAlikeAsMapTreeAndTokens(String single) {
    String json = single.replace('\'', '"');
    assertThrows(JsonProcessingException.class, () -> JSON.object(json));
    assertThrows(JsonProcessingException.class, () -> JSON.tree(json));
    assertThrows(
        JsonProcessingException.class, () -> JSON.tree(json.getBytes(StandardCharsets.UTF_16)));
    assertThrows(JsonProcessingException.class, () -> readAll(json));
  }

  /** What stands behind is refused by whoever reads tokens. */
  private static void readAll(String json) throws Exception {
    try (JsonParser tokens = JSON.tokens(json)) {
      tokens.nextToken();
      tokens.skipChildren();
      if (tokens.nextToken() != null) {
        throw new JsonProcessingException("more") {};
      }
    }
  }

  @Test
  void aFaultsPlaceShowsNothingOfTheText() {
    JsonProcessingException fault =
        assertThrows(JsonProcessingException.class, () -> JSON.tree("{\"a\":\"pin\" 1}"));
    String told = String.valueOf(fault.getMessage());
    assertFalse(told.contains("pin"), told);
  }

  @Test
  void keepsNumbersExactly() throws Exception {
    assertEquals(Map.of("a", new BigDecimal("0.100")), JSON.object("{\"a\":0.100}"));
    assertEquals(new BigDecimal("1E+2"), JSON.tree("1E+2").decimalValue());
    assertNull(JSON.object("null"));
    assertTrue(JSON.tree("").isMissingNode());
  }

  @Test
  void namesTheFirstUnknownName() throws Exception {
    assertNull(StrictJson.unknownName(JSON.tree("{\"a\":1}"), Set.of("a", "b")));
    assertEquals("c", StrictJson.unknownName(JSON.tree("{\"a\":1,\"c\":1}"), Set.of("a", "b")));
  }

  @Test
  void utf8IsStrict() throws Exception {
    assertEquals("\u5de5", StrictJson.utf8(new byte[] {(byte) 0xE5, (byte) 0xB7, (byte) 0xA5}));
    assertThrows(CharacterCodingException.class, () -> StrictJson.utf8(new byte[] {(byte) 0xE5}));
  }
}
