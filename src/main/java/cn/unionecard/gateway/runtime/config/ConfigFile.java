package cn.unionecard.gateway.runtime.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A YAML file read as flat keys ({@code limits.deadlineMs}). Stricter than YAML: duplicate keys and
 * lists are refused, and the type of each scalar is kept.
 */
final class ConfigFile {
  private static final YAMLFactory YAML = new YAMLFactory();

  /** A scalar as it was written; quoted numbers are text. */
  record Scalar(String text, boolean isNumber) {}

  private final String origin;
  private final Map<String, Scalar> found;
  private final List<String> errors;

  private ConfigFile(String origin, Map<String, Scalar> found, List<String> errors) {
    this.origin = origin;
    this.found = found;
    this.errors = errors;
  }

  /**
   * @param origin named in the errors
   * @param found takes the scalars
   * @param errors takes what is wrong, one sentence each
   */
  static void read(String content, String origin, Map<String, Scalar> found, List<String> errors) {
    try (JsonParser parser = YAML.createParser(content)) {
      ConfigFile file = new ConfigFile(origin, found, errors);
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        file.object(parser, "");
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        errors.add(origin + " must hold keys with values");
      }
    } catch (JsonProcessingException e) {
      errors.add(origin + " is not YAML: " + e.getOriginalMessage() + place(e));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
  }

  private void object(JsonParser parser, String path) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = path.isEmpty() ? parser.currentName() : path + "." + parser.currentName();
      value(parser, key);
    }
  }

  private void value(JsonParser parser, String key) throws IOException {
    JsonToken token = parser.nextToken();
    switch (token) {
      case START_OBJECT -> object(parser, key);
      case START_ARRAY -> {
        errors.add(key + " is a list; one value is wanted (" + origin + ")");
        parser.skipChildren();
      }
      case VALUE_NULL -> put(key, new Scalar("", false));
      case VALUE_NUMBER_INT -> put(key, new Scalar(parser.getBigIntegerValue().toString(), true));
      case VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          put(key, new Scalar(parser.getText(), true));
      default -> put(key, new Scalar(parser.getText(), false));
    }
  }

  private void put(String key, Scalar scalar) {
    if (found.put(key, scalar) != null) {
      errors.add(key + " stands twice (" + origin + ")");
    }
  }
}
