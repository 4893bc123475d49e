package cn.unionecard.gateway.hostile;

import cn.unionecard.gateway.edge.http.Contract;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The operations of the contract, with right values for what they take. */
final class Operations {
  /** By the names the contract gives them, of what {@code DeskHouse.furnish(org, 91)} has made. */
  private static final Map<String, String> IN_PATH =
      Map.ofEntries(
          Map.entry("review", "91"),
          Map.entry("decision", "91"),
          Map.entry("org", "410802"),
          Map.entry("login", "target.91"),
          Map.entry("request", "91"),
          Map.entry("merchantNo", "841080219000091"),
          Map.entry("terminal", "G0000091"),
          Map.entry("violation", "91"),
          Map.entry("complaint", "C00000000091"),
          Map.entry("ticket", "T00000000091"),
          Map.entry("subscription", "91"),
          Map.entry("sequence", "1"),
          Map.entry("no", "1"),
          Map.entry("node", "hostile"),
          Map.entry("seq", "1"));

  private static final Map<String, String> IN_QUERY =
      Map.of("requestId", "desk-1", "org", "410802", "from", "2026-11-01", "to", "2026-11-30");

  /**
   * Where something may be said besides the body: {@code path}, {@code query} or {@code header}.
   */
  record Parameter(String name, String in, boolean required) {}

  /**
   * @param bodies right ones; none if the operation takes none
   */
  record Operation(
      String id,
      String method,
      String path,
      List<String> roles,
      List<Parameter> parameters,
      List<JsonNode> bodies) {

    boolean open() {
      return roles.contains("ANYBODY");
    }

    /** The path with right values, but for one. */
    String path(String transaction, @Nullable String but, String value) {
      String filled = path;
      for (Parameter parameter : parameters) {
        if (parameter.in.equals("path")) {
          String right = IN_PATH.getOrDefault(parameter.name, transaction);
          String here = parameter.name.equals(but) ? value : right;
          filled = filled.replace("{" + parameter.name + "}", here);
        } else if (parameter.in.equals("query") && parameter.required && but == null) {
          filled += "?" + parameter.name + "=" + IN_QUERY.getOrDefault(parameter.name, "1");
        }
      }
      return filled;
    }
  }

  private Operations() {}

  static List<Operation> all() throws IOException {
    JsonNode contract = Contract.strictly(Contract.written());
    List<Operation> operations = new ArrayList<>();
    contract
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            operations.add(
                                operation(
                                    contract, method.getKey(), path.getKey(), method.getValue()))));
    return operations;
  }

  private static Operation operation(
      JsonNode contract, String method, String path, JsonNode written) {
    Set<String> roles = new TreeSet<>();
    written.path("x-roles").forEach(role -> roles.add(role.asText()));
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode each : written.path("parameters")) {
      JsonNode parameter =
          each.has("$ref") ? contract.at(each.get("$ref").asText().substring(1)) : each;
      parameters.add(
          new Parameter(
              parameter.get("name").asText(),
              parameter.get("in").asText(),
              parameter.path("required").asBoolean()));
    }
    List<JsonNode> bodies = new ArrayList<>();
    JsonNode content = written.path("requestBody").path("content").path("application/json");
    for (JsonNode each : content.path("examples")) {
      JsonNode example =
          each.has("$ref") ? contract.at(each.get("$ref").asText().substring(1)) : each;
      bodies.add(example.get("value"));
    }
    if (written.has("requestBody") && bodies.isEmpty()) {
      bodies.add(JsonNodeFactory.instance.objectNode());
    }
    return new Operation(
        written.get("operationId").asText(),
        method.toUpperCase(Locale.ROOT),
        path,
        List.copyOf(roles),
        parameters,
        bodies);
  }
}
