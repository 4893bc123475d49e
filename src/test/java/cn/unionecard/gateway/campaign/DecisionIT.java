package cn.unionecard.gateway.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Decisions are explained and tried over HTTPS: to whom, with what reason, and how much of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionIT {
  private static final String AUDITOR = DeskHouse.login("410800", Role.AUDITOR);
  private static final String DISTRICT = DeskHouse.login("410802", Role.AUDITOR);
  private static final String EXPLAIN = "/v1/decisions/explain";
  private static final String WHAT_IF = "/v1/decisions/what-if";
  private static final String OWN = "841080210000013";

  private DeskHouse house;
  private ContractClient till;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("explains");
    TestTown.tenPercent(house.url);
    TestTown.campaign(
        house.url,
        2,
        "Q-2",
        """
        {"benefit":{"kind":"PERCENT","basisPoints":10000,"capFen":100000000},
         "funders":[{"funder":"UNION","org":410800,"shareBp":6667},{"funder":"MERCHANT","shareBp":3333}]}""",
        1_000_000L);
    TestTown.campaign(
        house.url,
        3,
        "HELP-3",
        """
        {"benefit":{"kind":"FIXED","offFen":900},"members":{"categories":["HARDSHIP"]},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000_000L);
    TestTown.campaign(
        house.url,
        4,
        "MALL-4",
        """
        {"benefit":{"kind":"FIXED","offFen":1500},"scenes":["ONLINE_MALL"],
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000_000L);
    TestStores.execute(
        house.url,
        """
        update campaign set grants = '{"kind":"QUOTA"}', name = '内部名称二' where id = 2;
        update campaign set name = '困难职工帮扶' where id = 3;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, granted)
          overriding system value select 1, 2, '批次', 'x', 'SHEET', 'OPEN', min(id), max(id), 2, 9, 30, 2
          from staff;
        insert into entitlement (id, member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
            until_ms, limit_fen)
          values (71, 50, 2, 1, 1, 2, 1, now(), 0, 4000000000000, 701),
            (72, 50, 2, 1, 2, 2, 1, now(), 0, 4000000000001, 5000)""");
    till = house.till("T0000001");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  private static JsonObject wish(JsonObject sale) {
    return new JsonObject().put("transaction", sale.getString("id")).put("reason", "会员来电询问");
  }

  private static JsonObject basket(long card, long fen) {
    return new JsonObject()
        .put("merchantNo", OWN)
        .put("cardNo", new CardNo(card).digits())
        .put("orderFen", fen)
        .put("reason", "商户咨询");
  }

  private JsonObject ok(Answer answer) {
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static JsonObject of(JsonObject told, String benefit) {
    return told.getJsonArray("benefits").stream()
        .map(JsonObject.class::cast)
        .filter(one -> benefit.equals(one.getString("benefit")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTransactionIsExplainedToStaffWithAReasonAndToItsMember() throws Exception {
    JsonObject sale = house.sell(till, 60, 10_000);
    JsonObject told = ok(house.post(AUDITOR, EXPLAIN, wish(sale)));
    assertTrue(told.getBoolean("same"), told::encode);
    assertEquals("CHOSEN", of(told, "EAT-10").getString("verdict"));
    assertEquals(1_000, of(told, "EAT-10").getLong("fen"));
    assertEquals("NOTHING_GRANTED", of(told, "Q-2").getString("verdict"));
    assertEquals("NOT_FOR_MEMBER", of(told, "HELP-3").getString("verdict"));
    assertEquals("困难职工帮扶", of(told, "HELP-3").getString("name"));
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'decision.explained' and detail ->> 'reason' = '会员来电询问'"
                + " and subject = 'transaction "
                + sale.getString("id")
                + "'"));
    // a district that signed the merchant hears it, but not what the city calls its campaigns
    JsonObject below = ok(house.post(DISTRICT, EXPLAIN, wish(sale)));
    assertFalse(below.encode().contains("帮扶"), below::encode);
    assertEquals(
        404, house.post(DeskHouse.login("410821", Role.AUDITOR), EXPLAIN, wish(sale)).status());
    assertEquals(
        403, house.post(DeskHouse.login("410800", Role.CLERK), EXPLAIN, wish(sale)).status());
    assertEquals(
        400,
        house
            .post(AUDITOR, EXPLAIN, new JsonObject().put("transaction", sale.getString("id")))
            .status());

    JsonObject own = new JsonObject().put("transaction", sale.getString("id"));
    String path = "/v1/cards/mine/explanations";
    JsonObject mine = ok(house.withToken(house.phoneToken(new CardNo(60), 1), "POST", path, own));
    assertEquals(700, mine.getLong("unionFen"));
    assertEquals(300, mine.getLong("merchantFen"));
    assertFalse(mine.encode().contains("HELP"), mine::encode);
    assertEquals(
        404,
        house.withToken(house.phoneToken(new CardNo(61), 1), "POST", path, own).status(),
        "another member's");
  }

  @Test
  void whatWasPaidWithSeveralLotsComesOutTheSameAgain() throws Exception {
    JsonObject asked = ok(house.post(AUDITOR, WHAT_IF, basket(50, 2_000)));
    assertEquals(2_000, asked.getLong("discountFen"));
    assertEquals(
        0,
        TestStores.number(house.url, "select sum(used_fen) from entitlement"),
        "nothing is used up");
    JsonObject sale = house.sell(till, 50, 2_000);
    JsonObject told = ok(house.post(AUDITOR, EXPLAIN, wish(sale)));
    assertEquals(new JsonArray(), told.getJsonArray("differences"));
    assertEquals(asked.getJsonArray("payers"), told.getJsonArray("payers"));
    assertEquals(asked.getJsonArray("benefits"), told.getJsonArray("benefits"));
    List<String> lots =
        told.getJsonArray("payers").stream()
            .map(one -> ((JsonObject) one).getString("voucher"))
            .distinct()
            .toList();
    assertEquals(List.of("71", "72"), lots);
    JsonObject back = house.refund(till, sale, 700);
    JsonObject refund = ok(house.post(AUDITOR, EXPLAIN, wish(back)));
    assertTrue(refund.getBoolean("same"), refund::encode);
    assertEquals(sale.getString("id"), refund.getString("original"));
    // a stored share that is not what follows from the rule is named
    TestStores.execute(
        house.url,
        "update transaction set fens[1] = fens[1] + 1, fens[2] = fens[2] - 1 where id = "
            + cn.unionecard.gateway.model.TransactionId.parse(sale.getString("id")).value());
    JsonObject wrong = ok(house.post(AUDITOR, EXPLAIN, wish(sale)));
    assertFalse(wrong.getBoolean("same"));
    assertTrue(wrong.getJsonArray("differences").encode().contains("lot 71"), wrong::encode);
    TestStores.execute(
        house.url,
        "update transaction set fens[1] = fens[1] - 1, fens[2] = fens[2] + 1 where id = "
            + cn.unionecard.gateway.model.TransactionId.parse(sale.getString("id")).value());
  }

  @Test
  void anOrderIsTriedForMembersAndAtMerchantsOfTheCallersUnionAlone() throws Exception {
    assertEquals(400, house.post(AUDITOR, WHAT_IF, basket(62, 0)).status());
    JsonObject tried = ok(house.post(AUDITOR, WHAT_IF, basket(62, 3_000)));
    assertEquals(300, tried.getLong("discountFen"));
    JsonObject inTheMall =
        ok(house.post(AUDITOR, WHAT_IF, basket(62, 3_000).put("scene", "ONLINE_MALL")));
    assertEquals(1_500, inTheMall.getLong("discountFen"));
    assertFalse(tried.encode().contains("MALL-4"), "it is not weighed at a till");
    assertEquals(
        400, house.post(AUDITOR, WHAT_IF, basket(62, 3_000).put("scene", "SHOP")).status());
    assertEquals(
        404, house.post(DISTRICT, WHAT_IF, basket(63, 3_000)).status(), "a member of a county");
    assertEquals(409, house.post(AUDITOR, WHAT_IF, basket(9_002, 3_000)).status(), "not active");
    JsonObject elsewhere = basket(62, 3_000).put("merchantNo", "841080250000033");
    assertEquals(404, house.post(DISTRICT, WHAT_IF, elsewhere).status(), "another's merchant");
    JsonArray lines = new JsonArray().add(new JsonObject().put("mark", "BOOK").put("fen", 4_000));
    assertEquals(400, house.post(AUDITOR, WHAT_IF, basket(62, 3_000).put("lines", lines)).status());
  }

  @Test
  void aDayIsTriedOnAStoredCampaign() throws Exception {
    JsonObject sale = house.sell(till, 64, 10_000);
    assertEquals(1_000, sale.getLong("discountFen"));
    TestStores.execute(
        house.url,
        """
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
          values (9, 'S-9', '试', 410800, 'x', 'PAUSED', '2020-01-01', '2020-02-01',
            '{"benefit":{"kind":"FIXED","offFen":1200},"funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}');
        insert into allowance (holder, kind, owner, limit_fen) values (0, 1, 9, 1000000)""");
    long rows = TestStores.number(house.url, "select count(*) + sum(used_fen) from allowance");
    JsonObject day =
        new JsonObject()
            .put("campaign", "S-9")
            .put("day", house.now().atZone(Clocks.CHINA).toLocalDate().toString());
    String path = "/v1/decisions/shadow";
    JsonObject told = ok(house.post(DeskHouse.login("410800", Role.CLERK), path, day));
    assertTrue(told.getLong("winners") >= 1, told::encode);
    assertEquals(told.getLong("winners") * 1_200, told.getLong("costFen"));
    assertEquals(OWN, told.getJsonArray("merchants").getJsonObject(0).getString("merchantNo"));
    assertEquals(
        rows, TestStores.number(house.url, "select count(*) + sum(used_fen) from allowance"));
    TestStores.execute(
        house.url,
        """
        insert into campaign_narrowing (campaign, org, state, document_no, terms, written, prepared_by, prepared_at,
            approved_by, approved_at)
          select 9, 410802, 'IN_FORCE', 'x', '{"merchants":{"categories":["SHOP"]}}', '{}', min(id), now(), max(id), now()
          from staff""");
    JsonObject less = ok(house.post(DeskHouse.login("410800", Role.CLERK), path, day));
    assertEquals(told.getLong("sales"), less.getLong("sales"));
    assertFalse(less.encode().contains(OWN), "the district left it to its shops, and it is none");
    assertEquals(404, house.post(DISTRICT, path, day).status(), "the city's campaign");
    assertEquals(403, house.post(DeskHouse.login("410800", Role.PARTNER), path, day).status());
  }
}
