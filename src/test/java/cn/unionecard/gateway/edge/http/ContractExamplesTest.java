package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the contract are what its users copy: each fits its schema, receipts verify. */
class ContractExamplesTest {
  private static final String SCHEMAS = "#/components/schemas/";

  private final JsonNode contract;

  /** The contract's schemas as definitions that one schema can point to. */
  private final JsonObject definitions;

  private int examples;

  ContractExamplesTest() throws IOException {
    contract = Contract.strictly(Contract.written());
    definitions = schema(contract.at("/components/schemas"));
  }

  private static JsonObject schema(JsonNode written) {
    return new JsonObject(written.toString().replace(SCHEMAS, "#/$defs/"));
  }

  @Test
  void eachFitsItsSchema() {
    List<String> wrong = new ArrayList<>();
    walk(contract, "", wrong);
    assertEquals(List.of(), wrong);
    assertTrue(examples > 60, "examples: " + examples);
  }

  private void walk(JsonNode node, String path, List<String> wrong) {
    if (node.has("schema") && node.has("examples")) {
      node.get("examples")
          .properties()
          .forEach(
              each ->
                  judge(
                      path + "/examples/" + each.getKey(),
                      node.get("schema"),
                      resolved(each.getValue()).get("value"),
                      wrong));
    }
    if (node.isObject()) {
      node.properties().forEach(each -> walk(each.getValue(), path + "/" + each.getKey(), wrong));
    } else if (node.isArray()) {
      node.forEach(each -> walk(each, path, wrong));
    }
  }

  private JsonNode resolved(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : contract.at(reference.asText().substring(1));
  }

  private void judge(String path, JsonNode schema, JsonNode example, List<String> wrong) {
    examples++;
    JsonObject whole = schema(schema).put("$defs", definitions);
    Validator validator =
        Validator.create(
            JsonSchema.of(whole),
            new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://contract/"));
    Object value = new JsonObject("{\"value\":" + example + "}").getValue("value");
    OutputUnit found = validator.validate(value);
    if (!Boolean.TRUE.equals(found.getValid())) {
      wrong.add(path + ": " + found.toJson().encode());
    }
  }

  @Test
  void theReceiptsVerifyWithTheKeysBesideThem() {
    JsonNode keys =
        contract.at(
            "/paths/~1v1~1keys/get/responses/200/content/application~1json/examples/one/value");
    ReceiptVerifier verifier =
        new ReceiptVerifier(KeysJson.read(keys.toString().getBytes(StandardCharsets.UTF_8)));
    int receipts = 0;
    for (var named : contract.at("/components/examples").properties()) {
      JsonNode value = named.getValue().get("value");
      if (value.has("signature")) {
        receipts++;
        byte[] document = value.toString().getBytes(StandardCharsets.UTF_8);
        assertEquals(
            "VALID",
            verifier.verify(document).reason().name(),
            () -> named.getKey() + ": " + value);
      }
    }
    assertTrue(receipts >= 3, "receipts: " + receipts);
  }
}
