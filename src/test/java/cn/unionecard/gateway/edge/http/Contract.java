package cn.unionecard.gateway.edge.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The text of {@code openapi.yaml}, and the one way in which the tests read it: strictly. */
public final class Contract {
  private static final YAMLMapper STRICT =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private Contract() {}

  /**
   * What may be asked of the gateway.
   *
   * @param method in capitals, as in a request
   * @param path a template (RFC 6570)
   * @param written the operation's object
   * @param contract where its references lead
   */
  public record Operation(
      String id, String method, String path, JsonNode written, JsonNode contract) {

    /** Those who may, of {@code x-roles}; {@code ANYBODY} among them if it is open. */
    public List<String> roles() {
      List<String> roles = new ArrayList<>();
      written.path("x-roles").forEach(role -> roles.add(role.asText()));
      return roles;
    }

    /** Whose things it concerns, of {@code x-scope}; may be empty. */
    public String scope() {
      return written.path("x-scope").asText();
    }

    /** Resolved. */
    public List<JsonNode> parameters() {
      return resolved(written.path("parameters"));
    }

    /** Right bodies; none if it takes none. */
    public List<JsonNode> bodies() {
      JsonNode content = written.path("requestBody").path("content").path("application/json");
      return resolved(content.path("examples")).stream()
          .map(example -> example.get("value"))
          .toList();
    }

    private List<JsonNode> resolved(JsonNode nodes) {
      List<JsonNode> resolved = new ArrayList<>();
      for (JsonNode node : nodes) {
        JsonNode reference = node.path("$ref");
        resolved.add(
            reference.isMissingNode() ? node : contract.at(reference.asText().substring(1)));
      }
      return resolved;
    }
  }

  /** Every operation, in the contract's order. */
  public static List<Operation> operations() throws IOException {
    JsonNode contract = strictly(written());
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : contract.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        operations.add(
            new Operation(
                method.getValue().get("operationId").asText(),
                method.getKey().toUpperCase(Locale.ROOT),
                path.getKey(),
                method.getValue(),
                contract));
      }
    }
    return operations;
  }

  /**
   * Where somebody shows by login and password who he is: paths, and what else a right body says
   * there.
   */
  public static Map<String, JsonObject> passwordDoors() throws IOException {
    Map<String, JsonObject> doors = new TreeMap<>();
    for (Operation operation : operations()) {
      for (JsonNode body : operation.bodies()) {
        if (body.has("login") && body.has("password")) {
          JsonObject more = new JsonObject(body.toString());
          List.of("login", "password", "code").forEach(more::remove);
          doors.put(operation.path(), more);
        }
      }
    }
    return doors;
  }

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
