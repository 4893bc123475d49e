package cn.unionecard.gateway.pages;

import cn.unionecard.gateway.edge.http.Contract;
import cn.unionecard.gateway.runtime.http.FileAnswer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages in front of a gateway that has everything: each operation answers with whatever its schema
 * allows, every member of it, and every text that the contract does not bind to a form is {@link
 * #planted}. So a new member of the contract is shown to the pages as soon as it is written down.
 */
final class ContractHouse implements AutoCloseable {
  private static final int DEPTH_MAX = 12;
  private static final int ITEMS = 2;
  private static final Pattern PART =
      Pattern.compile("(\\[[^\\]]+\\]|\\\\?.)(?:\\{(\\d+)(?:,\\d+)?\\}|([+*?]))?");

  /**
   * Texts that are names of the gateway's and nobody's words, though the contract lists them not.
   */
  private static final Map<String, String> NAMES =
      Map.of(
          "step", "APPROVE",
          "from", "LIVE",
          "kind", "DISTRICT",
          "action", "staff.confirmed",
          "status", "ACTIVE",
          "merchantStatus", "LIVE",
          "party", "UNION",
          "verdict", "UPHELD");

  private final Bundle bundle = Bundle.read();
  private final JsonNode contract;
  private final Map<Pattern, JsonNode> operations = new TreeMap<>(ContractHouse::moreExact);
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpServer server;

  ContractHouse() throws IOException {
    contract = Contract.strictly(Contract.written());
    for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (operation.getValue().has("operationId")) {
          String address = path.getKey().replaceAll("\\{\\w+\\}", "[^/]+");
          operations.put(
              Pattern.compile(operation.getKey().toUpperCase(Locale.ROOT) + " " + address),
              operation.getValue());
        }
      }
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static int moreExact(Pattern one, Pattern other) {
    int places = one.pattern().split("\\[").length - other.pattern().split("\\[").length;
    return places != 0 ? places : one.pattern().compareTo(other.pattern());
  }

  String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** What stands there for the text of that name: it would show that it was taken for markup. */
  static String planted(String name) {
    return "<img src=x onerror=\"window.bad=1\"><script>window.bad=1</script>‹" + name + "›";
  }

  /**
   * The names of all texts in requests that may be anything, with the operations that take them.
   */
  Map<String, Set<String>> writable() {
    Map<String, Set<String>> writable = new TreeMap<>();
    operations
        .values()
        .forEach(
            operation ->
                operation
                    .path("requestBody")
                    .path("content")
                    .forEach(
                        content ->
                            texts(
                                content.path("schema"),
                                "",
                                operation.path("operationId").asText(),
                                writable,
                                DEPTH_MAX)));
    return writable;
  }

  private void texts(
      JsonNode given, String name, String operation, Map<String, Set<String>> found, int depth) {
    JsonNode schema = resolved(given);
    if (depth == 0) {
      return;
    }
    if (isFree(schema)) {
      found.computeIfAbsent(name, none -> new TreeSet<>()).add(operation);
    }
    schema
        .path("properties")
        .properties()
        .forEach(each -> texts(each.getValue(), each.getKey(), operation, found, depth - 1));
    schema.path("allOf").forEach(each -> texts(each, name, operation, found, depth - 1));
    if (schema.has("items")) {
      texts(schema.path("items"), name, operation, found, depth - 1);
    }
  }

  private static boolean isFree(JsonNode schema) {
    return schema.path("type").asText().equals("string")
        && !schema.has("enum")
        && !schema.has("pattern")
        && !schema.has("format")
        && !schema.has("const");
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode at = schema;
    while (at.has("$ref")) {
      at = contract.at(at.path("$ref").asText().substring(1));
    }
    return at;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      PageFile file = bundle.at(path);
      if (file != null) {
        FileAnswer answer = file.answer(MultiMap.caseInsensitiveMultiMap(), Instant.now());
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(200, answer.body().length());
        exchange.getResponseBody().write(answer.body().getBytes());
        return;
      }
      String asked = exchange.getRequestMethod() + " " + path;
      JsonNode operation =
          operations.entrySet().stream()
              .filter(each -> each.getKey().matcher(asked).matches())
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
      if (operation == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      if (path.equals("/v1/feed")) {
        byte[] events = feed().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, events.length);
        exchange.getResponseBody().write(events);
        return;
      }
      for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
        if (response.getKey().startsWith("2")) {
          JsonNode schema = resolved(response.getValue()).at("/content/application~1json/schema");
          byte[] body =
              schema.isMissingNode()
                  ? new byte[0]
                  : sample(schema, "", 0, DEPTH_MAX).toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(
              Integer.parseInt(response.getKey()), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          return;
        }
      }
    }
  }

  /** One event of each type that a webhook may tell of. */
  private String feed() {
    StringBuilder feed = new StringBuilder(65_536);
    for (Map.Entry<String, JsonNode> told : contract.path("webhooks").properties()) {
      JsonNode schema =
          told.getValue().at("/post/requestBody/content/application~1cloudevents+json/schema");
      if (!told.getKey().contains("feed.reset")) { // it would only say where the feed begins anew
        feed.append("event: ")
            .append(told.getKey())
            .append("\ndata: ")
            .append(sample(schema, "", 0, DEPTH_MAX))
            .append("\n\n");
      }
    }
    return feed.toString();
  }

  /** Something of that schema; the n-th of a list is of the n-th kind, if there are several. */
  private JsonNode sample(JsonNode given, String name, int n, int depth) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    JsonNode schema = resolved(given);
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.has("enum")) {
      return schema.path("enum").get(n % schema.path("enum").size());
    }
    if (schema.has("allOf")) {
      ObjectNode all = json.objectNode();
      for (JsonNode part : schema.path("allOf")) {
        if (sample(part, name, n, depth) instanceof ObjectNode members) {
          all.setAll(members);
        } else {
          return sample(part, name, n, depth);
        }
      }
      return all;
    }
    return switch (schema.path("type").asText()) {
      case "array" -> items(schema, name, n, depth);
      case "boolean" -> json.booleanNode(n == 0);
      case "integer", "number" ->
          json.numberNode(
              Math.max(schema.path("minimum").asLong(1), schema.has("maximum") ? 0 : 1) + n);
      case "string" -> json.textNode(text(schema, name, n));
      default -> members(schema, n, depth);
    };
  }

  private ArrayNode items(JsonNode schema, String name, int n, int depth) {
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    if (depth > 0) {
      JsonNode of = resolved(schema.path("items"));
      int kinds = of.has("enum") ? of.path("enum").size() : ITEMS;
      int count =
          Math.max(
              Math.min(kinds, schema.path("maxItems").asInt(kinds)),
              schema.path("minItems").asInt(0));
      for (int i = 0; i < count; i++) {
        items.add(sample(of, name, of.has("enum") ? i : n + i, depth - 1));
      }
    }
    return items;
  }

  private ObjectNode members(JsonNode schema, int n, int depth) {
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    if (depth > 0) {
      schema
          .path("properties")
          .properties()
          .forEach(
              each ->
                  members.set(each.getKey(), sample(each.getValue(), each.getKey(), n, depth - 1)));
    }
    if (members.has("parent") && n == 0) {
      members.remove("parent"); // a tree has a root
    }
    return members;
  }

  private static String text(JsonNode schema, String name, int n) {
    if (schema.has("pattern")) {
      return name.equals("parent") ? "0" : fitting(schema.path("pattern").asText(), n);
    }
    return switch (schema.path("format").asText()) {
      case "date" -> "2026-11-2" + n % 10;
      case "date-time" -> "2026-11-2" + n % 10 + "T10:00:00.000+08:00";
      case "uri" -> "/v1/receipts/verify";
      default -> NAMES.getOrDefault(name, planted(name));
    };
  }

  /** A text of that form: of each class its first sign, or its n-th digit. */
  private static String fitting(String pattern, int n) {
    String plain =
        pattern.replaceAll("^\\^|\\$$", "").replaceAll("\\(([^()|]*)[^()]*\\)\\??", "$1");
    StringBuilder text = new StringBuilder();
    Matcher parts = PART.matcher(plain);
    while (parts.find()) {
      String part = parts.group(1);
      char sign =
          part.startsWith("[")
              ? (char) (part.charAt(1) + (part.startsWith("[0-9") ? n % 10 : 0))
              : part.charAt(part.length() - 1);
      int times = parts.group(2) == null ? 1 : Math.max(1, Integer.parseInt(parts.group(2)));
      text.append(String.valueOf(sign).repeat(times));
    }
    return text.toString();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
