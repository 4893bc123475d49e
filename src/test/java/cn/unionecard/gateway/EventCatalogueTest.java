package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.Contract;
import cn.unionecard.gateway.feed.EventType;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue of events against what the sources write, the contract and the documentation. */
class EventCatalogueTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");

  /** A source that tells something: into the table, or by what writes there. */
  private static final Pattern TELLS =
      Pattern.compile(
          "(?i:insert into outbox)|merchant_event\\(|[.]tellOf\\(|Life[.]event\\(|Leaves[.]Event\\(");

  private static final Pattern KIND = Pattern.compile("[\"']([a-z]+(?:[.][a-z-]+)+)[\"']");

  /** What is written down in the audit alone. */
  private static final Pattern NOTED = Pattern.compile("note(?:Refused)?\\(\\s*\"[a-z.-]+\"");

  private static final Pattern IN_SQL = Pattern.compile("merchant_event\\([^,]+,\\s*'([^']+)'");

  /** What is told of a transaction, by its type. */
  private static final Pattern OF_A_TYPE = Pattern.compile("'(transaction[.][a-z]+)'");

  /** The steps of a merchant, the last word of each row of the table. */
  private static final Pattern STEP = Pattern.compile("Role[.][A-Z]+,\\s*\"([a-z]+)\"");

  /** In sources that tell something, what is no event all the same. */
  private static final Set<String> NO_EVENTS = Set.of("staff.sign-in-failed");

  /** Told without a row of the outbox. */
  private static final Set<EventType> NOT_WRITTEN =
      Set.of(EventType.FEED_RESET, EventType.SUBSCRIPTION_TEST);

  @Test
  void whatTheSourcesTellAndNothingElseStandsInTheCatalogue() throws IOException {
    Set<String> told = new TreeSet<>();
    for (Path source : files(SOURCES)) {
      String text = Files.readString(source);
      if (TELLS.matcher(text).find()) {
        told.addAll(found(KIND, NOTED.matcher(text).replaceAll("")));
      }
      if (source.endsWith(Path.of("merchant", "Step.java"))) {
        found(STEP, text).forEach(step -> told.add("merchant." + step));
      }
    }
    for (Path migration : files(MIGRATIONS)) {
      String text = Files.readString(migration);
      told.addAll(found(IN_SQL, text));
      if (text.contains("function transaction_kind(")) {
        told.addAll(found(OF_A_TYPE, text));
      }
    }
    told.removeIf(word -> word.startsWith("ecard.") || NO_EVENTS.contains(word));
    Set<String> known =
        Arrays.stream(EventType.values())
            .filter(type -> !NOT_WRITTEN.contains(type))
            .map(type -> type.kind)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(String.join("\n", known), String.join("\n", told));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult one) -> one.group(1)).toList();
  }

  private static List<String> types() {
    return Arrays.stream(EventType.values()).map(EventType::type).toList();
  }

  @Test
  void theContractHasEachWithItsContent() throws IOException {
    JsonNode contract = Contract.strictly(Contract.written());
    List<String> listed = new ArrayList<>();
    contract.at("/components/schemas/EventType/enum").forEach(one -> listed.add(one.asText()));
    assertEquals(types(), listed);
    List<String> described = new ArrayList<>();
    contract.get("webhooks").fieldNames().forEachRemaining(described::add);
    assertEquals(types(), described);
    for (EventType type : EventType.values()) {
      assertEquals(
          type.chinese + " · " + type.english,
          contract.path("webhooks").path(type.type()).at("/post/summary").asText());
    }
  }

  @Test
  void theDocumentationHasEach() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("src", "docs", "feed.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .filter(line -> line.matches("[|] `[a-z]+([.][a-z-]+)+` [|].*"))
            .toList();
    assertEquals(
        Arrays.stream(EventType.values())
            .map(type -> "| `%s` | %s | %s |".formatted(type.kind, type.chinese, type.english))
            .collect(Collectors.joining("\n")),
        String.join("\n", rows));
  }

  @Test
  void anEventThatIsNotAsTheContractHasItIsFound() throws IOException {
    JsonObject example =
        new JsonObject(
            Contract.strictly(Contract.written())
                .path("webhooks")
                .path(EventType.TRANSACTION_SALE.type())
                .at("/post/requestBody/content")
                .elements()
                .next()
                .at("/examples/plain/value")
                .toString());
    EventSchemas schemas = new EventSchemas();
    assertEquals(List.of(), schemas.wrong(example));
    JsonObject data = example.getJsonObject("data");
    List<JsonObject> wrong =
        List.of(
            example.copy().put("name", "x"),
            without(example, "merchantseq"),
            example.copy().put("type", EventType.REVIEW_POSTED.type()),
            example.copy().put("type", "cn.unionecard.transaction.sales.v1"),
            example.copy().put("data", data.copy().put("holder", "张三")),
            example.copy().put("data", data.copy().put("orderFen", "12800")),
            example.copy().put("data", without(data, "terminal")));
    for (JsonObject one : wrong) {
      assertTrue(schemas.wrong(one).size() == 1, one::encode);
    }
  }

  private static JsonObject without(JsonObject all, String member) {
    JsonObject less = all.copy();
    less.remove(member);
    return less;
  }
}
