package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Map;

/**
 * A JSON object of any shape, for the desks: valid UTF-8, no member twice, nothing behind it, no
 * null. What its members may be is the desk's to say; on the way of a sale {@link FlatJson} is
 * used.
 */
final class JsonTree {
  private static final int DEPTH_MAX = 8;

  /** A sheet of members is one text; what it may have beyond that the limit of bodies says. */
  private static final int TEXT_LENGTH_MAX = 64 * 1024;

  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(DEPTH_MAX)
              .maxNumberLength(32)
              .maxStringLength(TEXT_LENGTH_MAX)
              .build());

  private JsonTree() {}

  /**
   * Reads an object.
   *
   * @throws Fault.Malformed if it is none
   */
  static Map<String, Object> object(byte[] body) {
    try {
      String text = StrictJson.utf8(body);
      Map<String, Object> object = text.isBlank() ? null : JSON.object(text);
      if (object == null) {
        throw new Fault.Malformed("", "the body is empty, a JSON object is expected");
      }
      object.forEach(JsonTree::requireValue);
      return object;
    } catch (CharacterCodingException e) {
      throw new Fault.Malformed("", "the body is not valid UTF-8");
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      String column = place == null ? "" : " at column " + place.getColumnNr();
      throw new Fault.Malformed("", "the body is not a valid JSON object" + column);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireValue(String name, Object value) {
    if (value == null) {
      throw new Fault.Malformed(name, name + " is null; leave it out instead");
    }
  }
}
