package cn.unionecard.gateway.runtime.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one reader of JSON that others wrote: within its limits, no name twice in an object, nothing
 * behind the document, numbers kept exactly, and nothing of the text in an error's place. A fault
 * is a {@link JsonProcessingException}.
 */
public final class StrictJson {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final JsonFactory factory;
  private final JsonMapper mapper;
  private final ObjectReader objects;

  /**
   * @param limits of depth, names, numbers and texts
   */
  public StrictJson(StreamReadConstraints limits) {
    factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(limits)
            .build();
    mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    objects = mapper.readerFor(OBJECT);
  }

  /**
   * The text of bytes that are UTF-8.
   *
   * @throws CharacterCodingException if they are not
   */
  public static String utf8(byte[] json) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
  }

  /** Token by token, where speed counts; that nothing stands behind is for the caller to see. */
  public JsonParser tokens(String json) throws IOException {
    return factory.createParser(json);
  }

  /** An object as a map; null if the document is {@code null}. */
  public @Nullable Map<String, Object> object(String json) throws JsonProcessingException {
    return objects.readValue(json);
  }

  /** A document as a tree; of no kind at all ({@code isMissingNode}) if it is empty. */
  public JsonNode tree(String json) throws JsonProcessingException {
    return mapper.readTree(json);
  }

  /** The same of bytes in UTF-8, UTF-16 or UTF-32, which are told apart. */
  public JsonNode tree(byte[] json) throws IOException {
    return mapper.readTree(json);
  }

  /** The first name in an object that is not among the known, or null. */
  public static @Nullable String unknownName(JsonNode object, Set<String> known) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        return name;
      }
    }
    return null;
  }
}
