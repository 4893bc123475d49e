package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The campaigns of {@code conf/examples} that give something out, and the rounds beside them, as a
 * union enters them; those that are claimed at their first and last moment, and to the last
 * voucher.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExampleRoundsIT {
  private static final String ORG = "410800";
  private static final String CLERK = DeskHouse.login(ORG, Role.CLERK);
  private static final String APPROVER = DeskHouse.login(ORG, Role.APPROVER);
  private static final Path EXAMPLES = Path.of("conf/examples");

  private DeskHouse house;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("example-rounds");
    for (JsonObject campaign : read(EXAMPLES)) {
      Object grants = campaign.remove("grants");
      if (grants != null) {
        String code = campaign.getString("code");
        must(house.post(CLERK, "/v1/campaigns", campaign));
        Answer written =
            must(house.post(CLERK, "/v1/campaigns/" + code + "/grants", (JsonObject) grants));
        int edition = written.json().getInteger("edition");
        JsonObject submission = new JsonObject().put("step", "SUBMIT").put("reason", "送审");
        Answer unused = must(house.post(CLERK, "/v1/campaigns/" + code + "/steps", submission));
        step(
            "/v1/campaigns/" + code,
            new JsonObject().put("step", "APPROVE").put("edition", edition));
        step("/v1/campaigns/" + code, new JsonObject().put("step", "RUN"));
      }
    }
  }

  @AfterAll
  void close() throws Exception {
    house.close();
  }

  private static List<JsonObject> read(Path folder) throws IOException {
    List<JsonObject> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        Map<String, Object> read =
            new YAMLMapper().readValue(file.toFile(), new TypeReference<>() {});
        all.add(new JsonObject(new JsonObject(read).encode()));
      }
    }
    return all;
  }

  @CanIgnoreReturnValue
  private static Answer must(Answer answer) {
    assertTrue(answer.status() < 300, () -> answer.json().encode());
    return answer;
  }

  private void step(String path, JsonObject wish) throws Exception {
    must(house.post(APPROVER, path + "/steps", wish.put("reason", "按文件办理")));
  }

  /** The budget of each covers its round, or nobody could approve it. */
  @Test
  void everyRoundIsWrittenByOneAndApprovedByAnother() throws Exception {
    List<JsonObject> rounds = read(EXAMPLES.resolve("rounds"));
    assertEquals(6, rounds.size());
    for (JsonObject round : rounds) {
      int number = opened(round);
      JsonObject told = must(house.get(CLERK, "/v1/vouchers/rounds/" + number)).json();
      assertEquals("OPEN", told.getString("state"), round::encode);
    }
  }

  private int opened(JsonObject round) throws Exception {
    int number = must(house.post(CLERK, "/v1/vouchers/rounds", round)).json().getInteger("round");
    step("/v1/vouchers/rounds/" + number, new JsonObject().put("step", "APPROVE"));
    return number;
  }

  @Test
  void aClaimIsGoodFromItsFirstMomentToItsLastAndToTheLastVoucher() throws Exception {
    JsonObject weekend =
        read(EXAMPLES.resolve("rounds")).stream()
            .filter(each -> each.getString("campaign").equals("HAINAN-RETAIL-100"))
            .findFirst()
            .orElseThrow()
            .put("most", 2);
    int round = opened(weekend);
    OffsetDateTime opens = OffsetDateTime.parse(weekend.getString("opensAt"));
    OffsetDateTime closes = OffsetDateTime.parse(weekend.getString("closesAt"));
    assertEquals("NOT_OPEN", claimed(round, 50, opens.minusNanos(1_000_000)));
    assertEquals("GRANTED", claimed(round, 50, opens));
    assertEquals("HAS", claimed(round, 50, closes), "who has it, has it");
    assertEquals("CLOSED", claimed(round, 51, closes));
    assertEquals("GRANTED", claimed(round, 51, closes.minusNanos(1_000_000)));
    assertEquals("SOLD_OUT", claimed(round, 52, closes.minusNanos(1_000_000)));
    int next = opened(weekend.copy().put("name", "下一周"));
    assertEquals("HAS_ENOUGH", claimed(next, 50, opens), "one of each kind over all rounds");
    assertEquals("GRANTED", claimed(next, 52, opens));
    long until =
        TestStores.number(
            house.url, "select min(until_ms) from entitlement where round = " + round);
    assertEquals(closes.toInstant().toEpochMilli(), until, "over when the weekend is");
  }

  /** What becomes of a claim that the gateway takes at that moment. */
  private String claimed(int round, long card, OffsetDateTime at) throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        PreparedStatement claim =
            database.prepareStatement(
                "select outcome from round_claim(?, array[?]::bigint[],"
                    + " array[(select epoch from card where serial = ?)]::bigint[], ?)")) {
      claim.setInt(1, round);
      claim.setLong(2, card);
      claim.setLong(3, card);
      claim.setObject(4, at);
      try (ResultSet row = claim.executeQuery()) {
        assertTrue(row.next());
        return row.getString(1);
      }
    }
  }
}
