package cn.unionecard.gateway.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A district and a county tighten the city's campaign, each for its own merchants. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NarrowingIT {
  private static final String PATH = "/v1/campaign-narrowings";
  private static final String CITY = "410800";
  private static final String DISTRICT = "410802";
  private static final String COUNTY = "410821";
  private static final String CLERK = DeskHouse.login(DISTRICT, Role.CLERK);
  private static final String APPROVER = DeskHouse.login(DISTRICT, Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login(DISTRICT, Role.SUPERVISOR);
  private static final String CODE = "CITY-5";

  private DeskHouse house;

  /** At the merchant of the district, and at that of the county. */
  private ContractClient district;

  private ContractClient county;
  private long card = 100;
  private int cards;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("narrowings");
    TestTown.campaign(
        house.url,
        500,
        CODE,
        """
        {"benefit":{"kind":"FIXED","offFen":500},"funders":[{"funder":"UNION","org":410800,"shareBp":10000}],
         "members":{"categories":["ORDINARY","NEW_EMPLOYMENT_FORM"]},"limits":{"memberCount":3}}""",
        1_000_000L);
    district = house.till("T0000001");
    county = house.till("T0000008");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  private static JsonObject wish(String org, String terms) {
    return new JsonObject()
        .put("campaign", CODE)
        .put("org", org)
        .put("documentNo", "区工发〔2026〕3号")
        .put("terms", new JsonObject(terms));
  }

  private int made(String terms) throws Exception {
    Answer answer = house.post(CLERK, PATH, wish(DISTRICT, terms));
    assertEquals(201, answer.status(), () -> answer.json().encode());
    assertEquals("DRAFT", answer.json().getString("state"));
    return answer.json().getInteger("narrowing");
  }

  private Answer step(String login, int narrowing, String step) throws Exception {
    JsonObject body = new JsonObject().put("step", step).put("reason", "按文件办理");
    return house.post(login, PATH + "/" + narrowing + "/steps", body);
  }

  private int inForce(String terms) throws Exception {
    int narrowing = made(terms);
    Answer answer = step(APPROVER, narrowing, "APPROVE");
    assertEquals(200, answer.status(), () -> answer.json().encode());
    assertEquals("IN_FORCE", answer.json().getString("state"));
    assertEquals(APPROVER, answer.json().getString("approvedBy"));
    return narrowing;
  }

  private void ended(String login, int narrowing) throws Exception {
    Answer answer = step(login, narrowing, "END");
    assertEquals("ENDED", answer.json().getString("state"), () -> answer.json().encode());
  }

  private long discount(ContractClient till, long of, long fen) throws Exception {
    JsonObject sold = house.sell(till, of, fen);
    assertEquals("APPROVED", sold.getString("outcome"), sold::encode);
    return sold.getLong("discountFen");
  }

  @Test
  void aDistrictTightensForItsOwnMerchantsUntilItEndsThat() throws Exception {
    assertEquals(500, discount(district, card++, 2_000));
    int first = made("{\"orderFenMin\":5000}");
    assertEquals(500, discount(district, card++, 2_000), "a draft holds nowhere");
    assertEquals(403, step(CLERK, first, "APPROVE").status());
    assertEquals(403, step(SUPERVISOR, first, "APPROVE").status());
    assertEquals(200, step(APPROVER, first, "APPROVE").status());
    assertEquals(0, discount(district, card++, 2_000));
    assertEquals(500, discount(district, card++, 5_000));
    assertEquals(500, discount(county, card++, 2_000), "others' merchants go on");
    assertEquals("STATE_DOES_NOT_ALLOW", step(APPROVER, first, "APPROVE").code());

    int other = inForce("{\"merchants\":{\"categories\":[\"SHOP\"]}}");
    assertEquals(0, discount(district, card++, 9_000), "it is no shop");
    assertEquals("STATE_DOES_NOT_ALLOW", step(SUPERVISOR, first, "END").code(), "ended by it");
    ended(SUPERVISOR, other);
    assertEquals(500, discount(district, card++, 2_000));
    assertEquals(
        0,
        TestStores.number(house.url, "select count(*) from campaign where narrowed is not null"));
  }

  /** Counted is what he used anywhere: elsewhere he has the campaign's three. */
  @Test
  void aMemberGetsLessOftenThere() throws Exception {
    int narrowing = inForce("{\"limits\":{\"memberCount\":1}}");
    long member = card++;
    TestStores.execute(
        house.url,
        "insert into card select 30000 + g, %d, 'ACTIVE', 1, '张*' from generate_series(0, 5) g"
            .formatted(member));
    assertEquals(500, again(district));
    assertEquals(0, again(district));
    assertEquals(500, again(county));
    assertEquals(0, again(district));
    assertEquals(500, again(county));
    assertEquals(0, again(county), "three are three");
    ended(APPROVER, narrowing);
  }

  /** With the next of his cards, for a code is good once. */
  private long again(ContractClient till) throws Exception {
    return discount(till, 30_000 + cards++, 2_000);
  }

  @Test
  void onlyATighterOneIsTakenAndOnlyFromBelow() throws Exception {
    Answer looser = house.post(CLERK, PATH, wish(DISTRICT, "{\"limits\":{\"memberCount\":4}}"));
    assertEquals("CAMPAIGN_WOULD_LOOSEN", looser.code());
    assertTrue(looser.json().getString("detail").contains("limits.memberCount"));
    assertEquals(400, house.post(CLERK, PATH, wish(DISTRICT, "{}")).status());
    assertEquals(
        400,
        house.post(CLERK, PATH, wish(DISTRICT, "{\"members\":{\"orgs\":[\"410802\"]}}")).status());
    assertEquals(
        400,
        house
            .post(CLERK, PATH, wish(DISTRICT, "{\"merchants\":{\"orgs\":[\"410802\"]}}"))
            .status());
    assertEquals(404, house.post(CLERK, PATH, wish(COUNTY, "{\"orderFenMin\":1}")).status());
    String citys = DeskHouse.login(CITY, Role.CLERK);
    assertEquals(
        404, house.post(citys, PATH, wish(CITY, "{\"orderFenMin\":1}")).status(), "its own");
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () ->
                TestStores.execute(
                    house.url,
                    """
                    insert into campaign_narrowing (campaign, org, state, document_no, terms, written, prepared_by, prepared_at)
                      select 500, 410800, 'DRAFT', 'x', '{}', '{}', min(id), now() from staff"""));
    assertTrue(String.valueOf(refused.getMessage()).contains("below"), refused::toString);
  }

  /** Where, when and how often; who may use it and who pays are the city's. */
  @Test
  void theDistrictReadsWhatItMayTighten() throws Exception {
    int narrowing = made("{\"times\":{\"weekdays\":[6,7]}}");
    JsonObject read = one(house.get(CLERK, PATH).json());
    assertEquals("RUNNING", read.getString("status"));
    String said = read.getJsonArray("explanation").encode();
    assertTrue(said.contains("立减5.00元") && said.contains("最多3次"), said);
    assertFalse(
        read.encode().contains("NEW_EMPLOYMENT_FORM") || said.contains("承担"), read.encode());
    assertFalse(read.containsKey("name") || read.containsKey("budget"), read.encode());
    assertEquals(
        List.of(narrowing),
        read.getJsonArray("narrowings").stream()
            .map(each -> ((JsonObject) each).getInteger("narrowing"))
            .toList());
    JsonObject citys = one(house.get(DeskHouse.login(CITY, Role.AUDITOR), PATH).json());
    assertEquals(1, citys.getJsonArray("narrowings").size(), "the city sees who tightened");
    JsonObject countys = one(house.get(DeskHouse.login(COUNTY, Role.CLERK), PATH).json());
    assertEquals(0, countys.getJsonArray("narrowings").size(), "a sibling does not");
    assertEquals("SAME_PERSON", own());
    ended(SUPERVISOR, narrowing);
  }

  /** Whoever wrote it does not approve it. */
  private String own() throws Exception {
    house.addStaff("both.below", DISTRICT, Role.CLERK, Role.APPROVER);
    Answer made = house.post("both.below", PATH, wish(DISTRICT, "{\"orderFenMin\":1}"));
    int narrowing = made.json().getInteger("narrowing");
    String code = step("both.below", narrowing, "APPROVE").code();
    ended(APPROVER, narrowing);
    return code;
  }

  private static JsonObject one(JsonObject list) {
    JsonArray campaigns = list.getJsonArray("campaigns");
    return campaigns.stream()
        .map(each -> (JsonObject) each)
        .filter(each -> each.getString("code").equals(CODE))
        .findFirst()
        .orElseThrow();
  }
}
