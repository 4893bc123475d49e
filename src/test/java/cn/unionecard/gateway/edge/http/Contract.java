package cn.unionecard.gateway.edge.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The text of {@code openapi.yaml}, and the one way in which the tests read it: strictly. */
public final class Contract {
  private static final YAMLMapper STRICT =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private Contract() {}

  public static String written() throws IOException {
    try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("no openapi.yaml on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * @throws com.fasterxml.jackson.core.JsonProcessingException if a key stands twice in a mapping
   */
  public static JsonNode strictly(String yaml) throws IOException {
    return STRICT.readTree(yaml);
  }
}
