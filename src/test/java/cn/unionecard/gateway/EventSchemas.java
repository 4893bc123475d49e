package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.edge.http.Contract;
import cn.unionecard.gateway.feed.CloudEvent;
import cn.unionecard.gateway.feed.EventType;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds events against what the contract says of them under {@code webhooks}. */
public final class EventSchemas {
  /** Planted by tests beside what the product tells. */
  private static final String PLANTED = "grid.";

  private static final String SCHEMAS = "#/components/schemas/";
  private static final int WRONG_SHOWN = 20;

  private static final class Loaded {
    private static final JsonNode CONTRACT = contract();
    private static final JsonObject DEFINITIONS = schema(CONTRACT.at("/components/schemas"));
  }

  private final Map<String, Validator> validators = new HashMap<>();

  private static JsonNode contract() {
    try {
      return Contract.strictly(Contract.written());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject schema(JsonNode written) {
    return new JsonObject(written.toString().replace(SCHEMAS, "#/$defs/"));
  }

  /** What is wrong with an event as it is told; empty if nothing is. */
  public List<String> wrong(JsonObject event) {
    String type = event.getString("type", "");
    if (EventType.of(type).isEmpty()) {
      return List.of(type + " is in no catalogue");
    }
    OutputUnit found = validators.computeIfAbsent(type, this::validator).validate(event);
    return Boolean.TRUE.equals(found.getValid())
        ? List.of()
        : List.of(event.encode() + ": " + found.toJson().encode());
  }

  private Validator validator(String type) {
    JsonNode content =
        Loaded.CONTRACT
            .path("webhooks")
            .path(type)
            .at("/post/requestBody/content")
            .elements()
            .next();
    return Validator.create(
        JsonSchema.of(schema(content.get("schema")).put("$defs", Loaded.DEFINITIONS)),
        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://contract/"));
  }

  /** Fails when an event of a database is not as the contract has it. */
  public static void assertAllFit(String url) throws SQLException {
    EventSchemas schemas = new EventSchemas();
    List<String> wrong = new ArrayList<>();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select w.id, w.kind, w.at, w.body, coalesce(m.merchant_no, o.code) as subject
                from event w
                left join merchant m on m.id = w.merchant
                left join org o on o.id = -w.merchant
                """)) {
      while (rows.next() && wrong.size() < WRONG_SHOWN) {
        if (!rows.getString("kind").startsWith(PLANTED)) {
          wrong.addAll(schemas.wrong(told(rows)));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** As a feed tells it, somewhere in it. */
  private static JsonObject told(ResultSet row) throws SQLException {
    CloudEvent event =
        new CloudEvent(
            row.getLong("id"),
            row.getString("kind"),
            row.getString("subject"),
            row.getObject("at", OffsetDateTime.class),
            1,
            1,
            "410800",
            "410800",
            row.getString("body"));
    return new JsonObject(event.json());
  }
}
