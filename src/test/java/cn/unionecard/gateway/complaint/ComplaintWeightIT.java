package cn.unionecard.gateway.complaint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import cn.unionecard.gateway.supervision.SupervisionReplay;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What complaints do to merchants, over HTTPS, on a real database, of purchases at a real line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComplaintWeightIT {
  private DeskHouse house;
  private int shops = 300;
  private long card = 7_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("weight");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    replayed(house.url);
    TestLine.assertAuditClean(house.url);
  }

  private static void replayed(String url) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      assertEquals(List.of(), SupervisionReplay.run(database).differences());
    }
  }

  /** A live merchant of one union with one terminal. */
  private record Shop(int id, String no, String org, ContractClient till) {
    String clerk() {
      return DeskHouse.login(org, Role.CLERK);
    }
  }

  private Shop shop(String org) {
    int id = ++shops;
    String no = "841080219000" + id;
    String terminal = "W0000" + id;
    TestStores.execute(
        house.url,
        """
        insert into merchant select %1$d, '%2$s', '店%1$d', '91410800MA0000007L', 'EAT', '410802',
          id, id, 'LIVE' from org where code = '%4$s';
        insert into terminal values (%1$d, '%3$s', %1$d, 'SW%1$d', 'ACTIVE')"""
            .formatted(id, no, terminal, org));
    return new Shop(id, no, org, house.till(terminal));
  }

  private JsonObject sale(Shop shop) throws Exception {
    JsonObject sale = house.sell(shop.till, card++, 1_000);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    return sale;
  }

  @CanIgnoreReturnValue
  private static JsonObject made(Answer answer) {
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private JsonObject complain(Shop shop, String kind) throws Exception {
    JsonObject receipt = sale(shop);
    return made(
        house.post(
            null,
            "/v1/complaints",
            new JsonObject()
                .put("kind", kind)
                .put("text", "米饭里有石子")
                .put("transaction", receipt.getString("id"))
                .put("digest", Sha256.hex(receipt.encode()))));
  }

  @CanIgnoreReturnValue
  private JsonObject step(Shop shop, JsonObject complaint, JsonObject wish) throws Exception {
    return made(
        house.post(
            shop.clerk(), "/v1/complaints/" + complaint.getString("complaint") + "/steps", wish));
  }

  private void accept(Shop shop, JsonObject complaint, ComplaintSeverity severity)
      throws Exception {
    step(shop, complaint, new JsonObject().put("step", "ACCEPT").put("severity", severity.name()));
  }

  private void answer(Shop shop, JsonObject complaint, boolean upheld) throws Exception {
    step(shop, complaint, new JsonObject().put("step", "ASK"));
    step(
        shop,
        complaint,
        new JsonObject().put("step", "ANSWER").put("text", "已查").put("upheld", upheld));
  }

  /** A complaint of a new member, taken and answered. */
  @CanIgnoreReturnValue
  private JsonObject complaint(Shop shop, ComplaintSeverity severity, @Nullable Boolean upheld)
      throws Exception {
    JsonObject complaint = complain(shop, "QUALITY");
    accept(shop, complaint, severity);
    if (upheld != null) {
      answer(shop, complaint, upheld);
    }
    return complaint;
  }

  private List<JsonObject> decisions(Shop shop) throws Exception {
    String path = "/v1/supervision/decisions?merchant=" + shop.no;
    JsonArray all =
        house
            .get(DeskHouse.login(shop.org, Role.SUPERVISOR), path)
            .json()
            .getJsonArray("decisions");
    return all.stream().map(JsonObject.class::cast).toList();
  }

  private List<String> stages(Shop shop) throws Exception {
    return decisions(shop).stream().map(one -> one.getString("stage")).toList();
  }

  private long number(String sql, Object... arguments) {
    return TestStores.number(house.url, sql.formatted(arguments));
  }

  @Test
  void theAnswerThatTipsItSuspendsForTheVeryNextSale() throws Exception {
    Shop shop = shop("410802");
    complaint(shop, ComplaintSeverity.COMPLEX, true);
    complaint(shop, ComplaintSeverity.DIFFICULT, true);
    assertEquals(List.of(), decisions(shop), "two members");
    JsonObject last = complain(shop, "SERVICE");
    accept(shop, last, ComplaintSeverity.COMPLEX);
    assertEquals(List.of(), decisions(shop), "taken, and not yet found right");
    answer(shop, last, true);
    JsonObject decision = decisions(shop).get(0);
    assertEquals("SUSPEND", decision.getString("stage"), decision::encodePrettily);
    assertEquals(new JsonArray().add("COMPLAINTS"), decision.getJsonArray("grounds"));
    JsonObject evidence = decision.getJsonObject("evidence");
    assertEquals(last.getString("complaint"), evidence.getString("complaint"));
    assertEquals(3, evidence.getInteger("complainants"));
    assertEquals(23, evidence.getInteger("weight"));
    assertEquals(3, evidence.getJsonArray("weighed").size());
    assertEquals("SUSPENDED", decision.getString("merchantStatus"));
    JsonObject refused = house.sell(shop.till, card++, 500);
    assertEquals("MERCHANT_SUSPENDED", refused.getString("refusal"), refused::encode);
    assertEquals(
        1,
        number(
            "select count(*) from merchant_step where merchant = %d and step = 'SUSPEND'"
                + " and reason like '投诉监管%%'",
            shop.id));
    letBack(shop, decision.getLong("decision"));
    complaint(shop, ComplaintSeverity.COMPLEX, true);
    assertEquals(1, decisions(shop).size(), "counting begins anew");
    replayed(house.url);
    altered();
  }

  private void letBack(Shop shop, long decision) throws Exception {
    String path = "/v1/supervision/decisions/" + decision + "/appeal";
    JsonObject appeal = new JsonObject().put("reason", "系同行所为");
    assertEquals(200, house.post(shop.clerk(), path, appeal).status());
    JsonObject verdict =
        new JsonObject()
            .put("verdict", "OVERTURNED")
            .put("reason", "查实")
            .put("documentNo", "工〔2026〕9号");
    Answer given = house.post(DeskHouse.login("410800", Role.APPROVER), path + "/answer", verdict);
    assertEquals("LIVE", given.json().getString("merchantStatus"), given.json()::encode);
  }

  /** A replay sees what was changed afterwards. */
  private void altered() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      database.setAutoCommit(false);
      for (String change :
          List.of(
              "update supervision_decision set weight = weight + 1 where 'COMPLAINTS' = any (grounds)",
              "update supervision_decision set suspend_weight = 1000, rectify_weight = 1000"
                  + " where 'COMPLAINTS' = any (grounds)",
              "update complaint set upheld = false where upheld",
              "update complaint set severity = 'GENERAL' where upheld and severity = 'COMPLEX'")) {
        try (Statement statement = database.createStatement()) {
          assertTrue(statement.executeUpdate(change) > 0, change);
          assertTrue(!SupervisionReplay.run(database).differences().isEmpty(), change);
        } finally {
          database.rollback();
        }
      }
    }
  }

  @Test
  void warnedRectifyingSuspendedAndAWarningLapses() throws Exception {
    Shop shop = shop("410802");
    for (int i = 0; i < 4; i++) {
      complaint(shop, ComplaintSeverity.GENERAL, true);
    }
    assertEquals(List.of(), stages(shop));
    JsonObject fifth = complaint(shop, ComplaintSeverity.GENERAL, true);
    assertEquals(List.of("WARN"), stages(shop));
    JsonObject word =
        new JsonObject()
            .put("complaint", fifth.getString("complaint"))
            .put("token", fifth.getString("token"));
    made(house.post(null, "/v1/complaint-words", word.copy().put("step", "DISSATISFY")));
    made(house.post(null, "/v1/complaint-words", word.copy().put("step", "WITHDRAW")));
    assertEquals("LAPSED", decisions(shop).get(0).getString("endedWhy"), "withdrawn: 4 are left");
    complaint(shop, ComplaintSeverity.DIFFICULT, true);
    complaint(shop, ComplaintSeverity.DIFFICULT, true);
    assertEquals(List.of("RECTIFY", "WARN", "WARN"), stages(shop));
    complaint(shop, ComplaintSeverity.DIFFICULT, false);
    assertEquals(3, stages(shop).size(), "was not right");
    complaint(shop, ComplaintSeverity.COMPLEX, true);
    assertEquals(List.of("SUSPEND", "RECTIFY", "WARN", "WARN"), stages(shop));
  }

  @Test
  void oneMemberAndOneAccountHaveOneVoice() throws Exception {
    Shop shop = shop("410802");
    TestStores.execute(
        house.url,
        "update card set member = %1$d where serial between %1$d and %2$d"
            .formatted(card, card + 5));
    for (int i = 0; i < 6; i++) {
      complaint(shop, ComplaintSeverity.COMPLEX, true);
    }
    for (int i = 0; i < 4; i++) {
      JsonObject entered =
          made(
              house.post(
                  shop.clerk(),
                  "/v1/merchants/" + shop.no + "/complaints",
                  new JsonObject().put("kind", "SERVICE").put("text", "来电投诉")));
      accept(shop, entered, ComplaintSeverity.COMPLEX);
      answer(shop, entered, true);
    }
    assertEquals(List.of(), stages(shop), "ten complaints, two voices");
    assertEquals(
        2,
        number(
            "select count(distinct voice) from complaint_weighing where merchant = %d", shop.id));
  }

  @Test
  void tipsAndLabourAreNeverWeighed() throws Exception {
    Shop shop = shop("410802");
    for (String kind : List.of("CORRUPTION", "LABOUR")) {
      for (int i = 0; i < 4; i++) {
        JsonObject complaint = complain(shop, kind);
        Shop desk =
            new Shop(shop.id, shop.no, kind.equals("LABOUR") ? "410802" : "410800", shop.till);
        accept(desk, complaint, ComplaintSeverity.COMPLEX);
        answer(desk, complaint, true);
      }
    }
    assertEquals(List.of(), decisions(shop));
    assertEquals(0, number("select count(*) from complaint_weighing where merchant = %d", shop.id));
  }

  @Test
  void whatIsSeriousCountsWhereAUnionSaysSo() throws Exception {
    String path = "/v1/supervision/policies/410821";
    String supervisor = DeskHouse.login("410821", Role.SUPERVISOR);
    JsonObject policy = house.get(supervisor, path).json();
    policy.remove("org");
    policy.remove("policies");
    policy.getJsonObject("complaints").put("seriousCounts", true);
    made(house.post(supervisor, path, policy));
    Shop shop = shop("410821");
    JsonObject first = complaint(shop, ComplaintSeverity.COMPLEX, null);
    complaint(shop, ComplaintSeverity.DIFFICULT, null);
    complaint(shop, ComplaintSeverity.COMPLEX, null);
    assertEquals(List.of(), stages(shop), "of two members only is it serious");
    answer(shop, first, false);
    complaint(shop, ComplaintSeverity.COMPLEX, null);
    assertEquals(List.of(), stages(shop), "the first was found wrong");
    complaint(shop, ComplaintSeverity.COMPLEX, null);
    assertEquals(List.of("SUSPEND"), stages(shop));
  }

  /** Java and SQL say the same of every complaint there can be. */
  @Test
  void theStandingIsTheSameInTheDatabase() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement()) {
      for (ComplaintState state : ComplaintState.values()) {
        for (ComplaintSeverity severity : ComplaintSeverity.values()) {
          for (String upheld : List.of("null", "true", "false")) {
            ResultSet row =
                statement.executeQuery(
                    "select complaint_standing('%s', '%s', %s)".formatted(state, severity, upheld));
            assertTrue(row.next());
            assertEquals(
                ComplaintWeighing.standing(
                        state, severity, upheld.equals("null") ? null : Boolean.valueOf(upheld))
                    .name(),
                row.getString(1));
          }
        }
      }
    }
    assertThrows(
        IllegalStateException.class,
        () -> TestStores.execute(house.url, "delete from complaint_weighing"));
  }
}
