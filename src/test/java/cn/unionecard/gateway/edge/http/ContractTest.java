package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Refusal;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The contract read as strictly as its users' tools read it: no key twice in one mapping (YAML 1.2,
 * 3.2.1.1), and in each schema no word that neither JSON Schema 2020-12 nor OpenAPI 3.1 knows, nor
 * one that generators of clients stumble over: of {@code anyOf} and {@code oneOf} some make a
 * string, some a class that nobody can compare.
 */
class ContractTest {
  private static final Set<String> SCHEMA_WORDS =
      Set.of(
          "$ref",
          "additionalProperties",
          "allOf",
          "const",
          "contentEncoding",
          "contentMediaType",
          "default",
          "deprecated",
          "description",
          "discriminator",
          "enum",
          "example",
          "examples",
          "exclusiveMaximum",
          "exclusiveMinimum",
          "format",
          "items",
          "maxItems",
          "maxLength",
          "maxProperties",
          "maximum",
          "minItems",
          "minLength",
          "minProperties",
          "minimum",
          "multipleOf",
          "not",
          "pattern",
          "prefixItems",
          "properties",
          "propertyNames",
          "readOnly",
          "required",
          "title",
          "type",
          "uniqueItems",
          "writeOnly");

  @Test
  void hasNoWordTwiceAndNoneThatToolsDoNotKnow() throws IOException {
    List<String> strange = new ArrayList<>();
    findSchemas(Contract.strictly(Contract.written()), "", strange);
    assertEquals(List.of(), strange);
  }

  @Test
  void theCheckFindsADoubledKeyAndAnUnquotedComma() throws IOException {
    assertThrows(
        JsonProcessingException.class,
        () -> Contract.strictly("schemas:\n  Nothing: {}\n  Nothing: {}\n"));
    List<String> strange = new ArrayList<>();
    JsonNode comma =
        Contract.strictly("schema: {type: string, description: Chinese, with the next step.}\n");
    findSchemas(comma, "", strange);
    assertEquals(List.of("/schema: with the next step."), strange);
  }

  /** What generators make one enum of stands there as one. */
  @Test
  void namesThatAreOthersTogetherAreAllOfThem() throws IOException {
    List<String> problems = names("ProblemCode");
    assertEquals(problems.size(), Set.copyOf(problems).size(), "one twice");
    List<String> refusals = Arrays.stream(Refusal.values()).map(Enum::name).toList();
    assertEquals(refusals, names("Refusal"));
    List<String> all = new ArrayList<>(refusals);
    Arrays.stream(DeskRefusal.values()).map(Enum::name).forEach(all::add);
    assertEquals(all, problems.subList(problems.size() - all.size(), problems.size()));
    List<String> states = new ArrayList<>(List.of("NONE"));
    states.addAll(names("MerchantState"));
    assertEquals(states, names("MerchantStateBefore"));
  }

  private static List<String> names(String schema) throws IOException {
    List<String> names = new ArrayList<>();
    Contract.strictly(Contract.written())
        .at("/components/schemas/" + schema + "/enum")
        .forEach(name -> names.add(name.asText()));
    assertFalse(names.isEmpty(), schema);
    return names;
  }

  /** A schema stands under {@code schema}, or by name under {@code schemas}. */
  private static void findSchemas(JsonNode node, String path, List<String> strange) {
    node.properties()
        .forEach(
            member -> {
              String here = path + "/" + member.getKey();
              if (member.getKey().equals("schema")) {
                judge(member.getValue(), here, strange);
              } else if (member.getKey().equals("schemas")) {
                judgeAll(member.getValue(), here, strange);
              } else {
                findSchemas(member.getValue(), here, strange);
              }
            });
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        findSchemas(node.get(i), path + "/" + i, strange);
      }
    }
  }

  private static void judgeAll(JsonNode named, String path, List<String> strange) {
    named.properties().forEach(s -> judge(s.getValue(), path + "/" + s.getKey(), strange));
  }

  private static void judge(JsonNode schema, String path, List<String> strange) {
    schema
        .properties()
        .forEach(
            word -> {
              String here = path + "/" + word.getKey();
              JsonNode value = word.getValue();
              if (!SCHEMA_WORDS.contains(word.getKey()) && !word.getKey().startsWith("x-")) {
                strange.add(path + ": " + word.getKey());
              } else if (word.getKey().equals("properties")) {
                judgeAll(value, here, strange);
              } else if (Set.of("items", "not", "additionalProperties").contains(word.getKey())) {
                judge(value, here, strange);
              } else if (word.getKey().equals("allOf")) {
                value.forEach(one -> judge(one, here, strange));
              }
            });
  }
}
