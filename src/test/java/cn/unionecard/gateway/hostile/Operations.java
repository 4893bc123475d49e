package cn.unionecard.gateway.hostile;

import cn.unionecard.gateway.edge.http.Contract;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
          Map.entry("cardNo", "9000000091"),
          Map.entry("violation", "91"),
          Map.entry("complaint", "C00000000091"),
          Map.entry("ticket", "T00000000091"),
          Map.entry("notice", "N00000000091"),
          Map.entry("schedule", "91"),
          Map.entry("partner", "P00000000091"),
          Map.entry("nameList", "91"),
          Map.entry("dataRequest", "91"),
          Map.entry("list", "91"),
          Map.entry("kept", "LEFT_MEMBER"),
          Map.entry("session", "AAAAAAAAAAAAAAAAAAAAAA"),
          Map.entry("subscription", "91"),
          Map.entry("sequence", "1"),
          Map.entry("statement", "1"),
          Map.entry("payee", "1"),
          Map.entry("entry", "1"),
          Map.entry("correction", "1"),
          Map.entry("batch", "1"),
          Map.entry("case", "1"),
          Map.entry("no", "1"),
          Map.entry("node", "hostile"),
          Map.entry("seq", "1"));

  private static final Map<String, String> IN_QUERY =
      Map.of(
          "requestId",
          "desk-1",
          "org",
          "410802",
          "from",
          "2026-11-01",
          "to",
          "2026-11-30",
          "month",
          "2026-11");

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
    return Contract.operations().stream().map(Operations::operation).toList();
  }

  private static Operation operation(Contract.Operation of) {
    List<Parameter> parameters =
        of.parameters().stream()
            .map(
                parameter ->
                    new Parameter(
                        parameter.get("name").asText(),
                        parameter.get("in").asText(),
                        parameter.path("required").asBoolean()))
            .toList();
    List<JsonNode> bodies =
        of.written().has("requestBody") && of.bodies().isEmpty()
            ? List.of(JsonNodeFactory.instance.objectNode())
            : of.bodies();
    return new Operation(of.id(), of.method(), of.path(), of.roles(), parameters, bodies);
  }
}
