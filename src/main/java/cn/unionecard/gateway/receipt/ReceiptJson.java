package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the JSON that receipts are made of: UTF-8, objects, arrays, strings and integers of
 * at most ±(2<sup>53</sup> − 1). Anything else, duplicate names included, is a {@link
 * Fault.Malformed}. Objects become sorted maps, integers {@link Long}s.
 *
 * <p>Not a map or tree of {@link StrictJson}: what is read is written again in canonical form and
 * has to give the signed bytes, so it takes only what has one such form.
 */
final class ReceiptJson {
  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(CanonicalJson.DEPTH_MAX)
              .maxNumberLength(20)
              .build());

  private ReceiptJson() {}

  /**
   * Reads one document that is an object.
   *
   * @param bytesMax more bytes than this are malformed
   */
  static Map<String, Object> object(byte[] json, int bytesMax) {
    if (json.length > bytesMax) {
      throw new Fault.Malformed("", json.length + " bytes, more than " + bytesMax);
    }
    try (JsonParser parser = JSON.tokens(StrictJson.utf8(json))) {
      Object document = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new Fault.Malformed("", "text after the document");
      }
      return asObject("", document);
    } catch (IOException e) {
      throw new Fault.Malformed("", "not strict JSON");
    }
  }

  /** The canonical bytes of a value that {@link #object} gave. */
  static byte[] canonical(Object value) {
    try {
      CanonicalJson json = new CanonicalJson();
      write(json, value);
      return json.bytes();
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("", "half a surrogate pair");
    }
  }

  static Map<String, Object> asObject(String field, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // value() makes no other maps
      Map<String, Object> object = (Map<String, Object>) map;
      return object;
    }
    throw new Fault.Malformed(field, "not an object");
  }

  static List<?> asArray(String field, @Nullable Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new Fault.Malformed(field, "not an array");
  }

  static String asText(String field, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new Fault.Malformed(field, "not a string");
  }

  /** An integer of 0 … max. */
  static long asInteger(String field, @Nullable Object value, long max) {
    if (value instanceof Long integer && integer >= 0 && integer <= max) {
      return integer;
    }
    throw new Fault.Malformed(field, "not an integer of 0 to " + max);
  }

  private static Object value(JsonParser parser, @Nullable JsonToken token) throws IOException {
    if (token == null) {
      throw new Fault.Malformed("", "the document ends early");
    }
    return switch (token) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> elements(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(parser.getText());
      default -> throw new Fault.Malformed("", "neither object, array, string nor integer");
    };
  }

  private static Map<String, Object> members(JsonParser parser) throws IOException {
    Map<String, Object> members = new TreeMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      members.put(name, value(parser, parser.nextToken()));
    }
    return members;
  }

  private static List<Object> elements(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      elements.add(value(parser, t));
    }
    return elements;
  }

  /** Minus zero is refused: canonical JSON would write it as zero. */
  private static Long integer(String digits) {
    try {
      long integer = Long.parseLong(digits);
      boolean kept = Math.abs(integer) <= CanonicalJson.INTEGER_MAX && integer != Long.MIN_VALUE;
      if (kept && !digits.equals("-0")) {
        return integer;
      }
    } catch (NumberFormatException e) {
      // the same answer as for an integer that is only a little too large
    }
    throw new Fault.Malformed("", "an integer beyond 2^53 - 1, or minus zero");
  }

  private static void write(CanonicalJson json, @Nullable Object value) {
    if (value instanceof Map<?, ?> members) {
      json.object();
      members.forEach((name, member) -> write(json.name((String) name), member));
      json.end();
    } else if (value instanceof List<?> elements) {
      json.array();
      elements.forEach(element -> write(json, element));
      json.end();
    } else if (value instanceof Long integer) {
      json.value(integer.longValue());
    } else if (value instanceof String text) {
      json.value(text);
    } else {
      throw new IllegalStateException("not a value of a receipt");
    }
  }
}
