package cn.unionecard.gateway.definitions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Narrowing;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the gateway cannot understand of a campaign, SQL refuses; what it understands, SQL takes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignRuleSqlIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MUTANTS = 20_000;
  private static final String ALL = "SELECT r::jsonb::text, %s(r::jsonb) FROM unnest(?) AS m (r)";

  private static final List<String> RULES =
      List.of(
          """
          {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
           "funders":[{"funder":"UNION","org":410800,"shareBp":7000},
                      {"funder":"MERCHANT","org":0,"shareBp":3000}],
           "members":{"orgs":[410802],"categories":["ORDINARY","HARDSHIP"]},
           "merchants":{"categories":["EAT"],"ids":[1,3],"orgs":[410800]},
           "limits":{"memberCount":3,"memberFen":9000,"memberDayCount":1,"memberDayFen":0},
           "orderFenMin":100}""",
          """
          {"benefit":{"kind":"THRESHOLD","thresholdFen":500,"offFen":500},
           "funders":[{"funder":"UNION","org":1,"shareBp":10000}]}""",
          """
          {"benefit":{"kind":"FIXED","offFen":5.0},"members":{},"merchants":{},"limits":{},
           "funders":[{"funder":"MERCHANT","shareBp":10000}]}""",
          """
          {"benefit":{"kind":"TIERED","lines":"AGRI","steps":[{"thresholdFen":100,"offFen":10},
             {"thresholdFen":200,"offFen":40}]},
           "funders":[{"funder":"GOVERNMENT","org":1,"shareBp":5000},
             {"funder":"BANK","org":2,"shareBp":3000},{"funder":"EMPLOYER","org":3,"shareBp":2000}],
           "stack":{"priority":10,"base":"ORDER","sets":["FESTIVAL","A-1"],"groups":["ONE"],
             "benefitsMax":3,"payableFenMin":1,"discountFenMax":1000}}""",
          """
          {"benefit":{"kind":"PRICE","priceFen":100},"stack":{"base":"REST"},
           "funders":[{"funder":"UNION","org":1,"shareBp":10000}],
           "times":{"weekdays":[1,7],"hours":[{"from":"09:00:00","to":"24:00:00"}],
             "blackouts":[{"from":"2026-10-01","to":"2026-10-07"}]}}""",
          """
          {"benefit":{"kind":"FREE"},"stack":{},"times":{},"scenes":["ONLINE_MALL","QR_STATIC"],
           "funders":[{"funder":"UNION","org":1,"shareBp":10000}]}""");

  private static final List<String> NARROWED =
      List.of(
          """
          [{"org":2,"merchants":{"categories":["EAT"],"ids":[1,2]},"limits":{"memberCount":1,"memberDayFen":100},
            "times":{"weekdays":[6,7],"hours":[{"from":"09:00:00","to":"24:00:00"}]},"orderFenMin":100}]""",
          """
          [{"org":2,"scenes":["QR_STATIC"]},{"org":3,"times":{"blackouts":[{"from":"2026-10-01","to":"2026-10-07"}]}}]""",
          "[]");

  private String url;

  @BeforeAll
  void load() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
  }

  @Test
  void javaAndSqlAgreeOnEveryMutant() throws IOException, SQLException {
    assertAgreed(RULES, "campaign_rule_fault", CampaignRuleSqlIT::fault);
  }

  @Test
  void soTheyDoOnWhatIsTightened() throws IOException, SQLException {
    assertAgreed(NARROWED, "campaign_narrowings_fault", CampaignRuleSqlIT::narrowedFault);
  }

  private void assertAgreed(
      List<String> sound, String function, Function<String, @Nullable String> read)
      throws IOException, SQLException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Object[] mutants = new Object[MUTANTS];
    for (int i = 0; i < MUTANTS; i++) {
      mutants[i] = mutant(sound, random);
    }
    int understood = 0;
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        PreparedStatement ask = database.prepareStatement(ALL.formatted(function))) {
      ask.setArray(1, database.createArrayOf("text", mutants));
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          String rule = rows.getString(1);
          String fault = read.apply(rule);
          String refusal = rows.getString(2);
          assertEquals(
              fault == null,
              refusal == null,
              () -> "seed " + seed + ": " + rule + " Java: " + fault + " SQL: " + refusal);
          understood += fault == null ? 1 : 0;
        }
      }
    }
    assertTrue(understood > MUTANTS / 100 && understood < MUTANTS / 2, "understood " + understood);
  }

  private static @Nullable String fault(String rule) {
    try {
      assertEquals(1, CampaignRule.parse(1, "C", "n", true, 0, 1, rule).id());
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static @Nullable String narrowedFault(String narrowed) {
    try {
      List<Narrowing> unused = CampaignRule.narrowings(narrowed);
      return null;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String mutant(List<String> sound, Random random) throws IOException {
    JsonNode root = JSON.readTree(sound.get(random.nextInt(sound.size())));
    for (int i = random.nextInt(3); i >= 0; i--) {
      List<JsonNode> inner = new ArrayList<>();
      gather(root, inner);
      JsonNode at = inner.get(random.nextInt(inner.size()));
      if (at instanceof ObjectNode object) {
        mutate(object, random);
      } else if (at instanceof ArrayNode array) {
        mutate(array, random);
      }
    }
    return random.nextInt(200) == 0 ? odd(random).toString() : root.toString();
  }

  private static void gather(JsonNode node, List<JsonNode> inner) {
    if (node.isContainerNode()) {
      inner.add(node);
      node.forEach(child -> gather(child, inner));
    }
  }

  private static void mutate(ObjectNode object, Random random) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> it = object.fieldNames(); it.hasNext(); ) {
      names.add(it.next());
    }
    if (names.isEmpty() || random.nextInt(6) == 0) {
      object.set(random.nextBoolean() ? "extra" : "org", odd(random));
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    if (random.nextInt(4) == 0) {
      object.remove(name);
    } else {
      object.set(name, odd(random));
    }
  }

  private static void mutate(ArrayNode array, Random random) {
    if (array.isEmpty() || random.nextInt(3) == 0) {
      array.add(odd(random));
    } else if (random.nextInt(3) == 0) {
      array.remove(random.nextInt(array.size()));
    } else {
      array.set(random.nextInt(array.size()), odd(random));
    }
  }

  private static JsonNode odd(Random random) {
    return switch (random.nextInt(34)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.numberNode(-1);
      case 2 -> NODES.numberNode(0);
      case 3 -> NODES.numberNode(1);
      case 4 -> NODES.numberNode(1.5);
      case 5 -> NODES.numberNode(10_000);
      case 6 -> NODES.numberNode(10_001);
      case 7 -> NODES.numberNode(Long.MAX_VALUE);
      case 8 -> NODES.numberNode(Integer.MAX_VALUE + 1L);
      case 9 -> NODES.numberNode(1e300);
      case 10 -> NODES.numberNode(1_000_000_000_000_000L);
      case 11 -> NODES.numberNode(1_000_000_000_000_001L);
      case 12 -> NODES.textNode("EAT");
      case 13 -> NODES.textNode(random.nextBoolean() ? "" : "OFFLINE_POS");
      case 14 -> NODES.textNode("FIXED");
      case 15 -> NODES.textNode("MERCHANT");
      case 16 -> NODES.textNode("5");
      case 17 -> NODES.booleanNode(true);
      case 18 -> NODES.arrayNode();
      case 19 -> NODES.objectNode();
      case 20 -> NODES.arrayNode().add(1).add(2);
      case 21 -> NODES.textNode("ORDER");
      case 22 -> NODES.textNode("24:00:00");
      case 23 -> NODES.textNode("00:00:00");
      case 24 -> NODES.textNode("23:59:60");
      case 25 -> NODES.textNode("2026-10-07");
      case 26 -> NODES.textNode("2027-02-29");
      case 27 -> NODES.textNode("0000-01-01");
      case 28 -> NODES.numberNode(7);
      case 29 -> NODES.numberNode(9);
      case 30 -> NODES.arrayNode().add("A-1");
      case 31 -> NODES.textNode("GOVERNMENT");
      case 32 -> NODES.objectNode().put("thresholdFen", 150).put("offFen", 20);
      default -> NODES.objectNode().put("kind", "FIXED").put("offFen", 7);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update campaign set ends_at = 'infinity' where id = 1",
        "update campaign set starts_at = '-infinity' where id = 1",
        "update campaign set ends_at = '294276-01-01Z' where id = 1",
        "update campaign set starts_at = ends_at where id = 1",
        "update campaign set rule = rule || '{\"limit\":{}}' where id = 1",
        "update campaign set rule = '[]' where id = 1",
        "update campaign set rule = jsonb_set(rule, '{benefit,offFen}', '-5') where id = 1",
        "update campaign set rule = jsonb_set(rule, '{funders,0,shareBp}', '9999') where id = 1",
        "update campaign set rule = jsonb_set(rule, '{benefit,offFen}', '99999999999999999999')"
            + " where id = 1",
        "update org set path = '{{410800,410802}}' where id = 410802",
        "update org set path = '{NULL,410802}' where id = 410802",
        "update org set path = '{}' where id = 410800"
      })
  void sqlRefusesWhatNobodyCouldUnderstand(String sql) {
    if (TestStores.number(url, "SELECT count(*) FROM campaign") == 0) {
      TestTown.campaign(
          url,
          1,
          "C-1",
          "{\"benefit\":{\"kind\":\"FIXED\",\"offFen\":5},"
              + "\"funders\":[{\"funder\":\"UNION\",\"org\":410800,\"shareBp\":10000}]}",
          null);
    }
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> TestStores.execute(url, sql));
    SQLException cause = assertInstanceOf(SQLException.class, refused.getCause());
    assertEquals("23514", cause.getSQLState(), refused::toString);
  }
}
