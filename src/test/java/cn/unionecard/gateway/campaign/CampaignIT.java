package cn.unionecard.gateway.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Campaigns over HTTPS, from the first draft to the end, with real sales beside. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignIT {
  private static final String ORG = "410802";
  private static final String CLERK = DeskHouse.login(ORG, Role.CLERK);
  private static final String APPROVER = DeskHouse.login(ORG, Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login(ORG, Role.SUPERVISOR);
  private static final String ELSEWHERE = DeskHouse.login("410821", Role.CLERK);

  private DeskHouse house;
  private ContractClient till;
  private int campaigns;
  private long card = 100;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("campaigns");
    till = house.till("T0000001");
    house.addStaff("both.hats", ORG, Role.CLERK, Role.APPROVER);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private String newCode() {
    return "C-" + ++campaigns;
  }

  private static JsonObject rule(long offFen) {
    return new JsonObject()
        .put("benefit", new JsonObject().put("kind", "FIXED").put("offFen", offFen))
        .put(
            "funders",
            new JsonArray()
                .add(new JsonObject().put("funder", "UNION").put("org", ORG).put("shareBp", 8_000))
                .add(new JsonObject().put("funder", "MERCHANT").put("shareBp", 2_000)));
  }

  private static JsonObject draft(String code, long offFen, long budgetFen) {
    return new JsonObject()
        .put("code", code)
        .put("org", ORG)
        .put("name", "五月消费季")
        .put("publicName", "五月消费季")
        .put("documentNo", "工发〔2026〕5号")
        .put("startsAt", "2020-01-01T00:00:00+08:00")
        .put("endsAt", "2099-01-01T00:00:00+08:00")
        .put("budget", new JsonObject().put("fen", budgetFen))
        .put("rule", rule(offFen));
  }

  private JsonObject added(JsonObject draft) throws Exception {
    Answer made = house.post(CLERK, "/v1/campaigns", draft);
    assertEquals(201, made.status(), () -> made.json().encode());
    return made.json();
  }

  private Answer step(String login, String code, String step) throws Exception {
    return house.post(
        login,
        "/v1/campaigns/" + code + "/steps",
        new JsonObject().put("step", step).put("reason", "按文件办理"));
  }

  private void done(String login, String code, String step, String state) throws Exception {
    Answer taken = step(login, code, step);
    assertEquals(200, taken.status(), () -> step + ": " + taken.json().encode());
    assertEquals(state, taken.json().getString("status"));
  }

  private long discount() throws Exception {
    return house.sell(till, card++, 10_000).getLong("discountFen");
  }

  @Test
  void givesOnlyWhileItRuns() throws Exception {
    String code = newCode();
    JsonObject made = added(draft(code, 700, 1_400));
    assertEquals("DRAFT", made.getString("status"));
    assertEquals(0, discount());
    done(APPROVER, code, "APPROVE", "APPROVED");
    assertEquals(0, discount(), "approved is not running");
    done(APPROVER, code, "RUN", "RUNNING");
    assertEquals(700, discount());
    done(SUPERVISOR, code, "PAUSE", "PAUSED");
    assertEquals(0, discount());
    done(APPROVER, code, "RESUME", "RUNNING");
    assertEquals(700, discount());
    assertEquals(0, discount(), "the budget is used up");

    assertEquals(
        "STATE_DOES_NOT_ALLOW", budget(APPROVER, code, 1_399).code(), "less than was spent");
    assertEquals(200, budget(APPROVER, code, 2_100).status());
    assertEquals(700, discount());
    JsonObject stands = house.get(CLERK, "/v1/campaigns/" + code).json();
    assertEquals(2_100, stands.getJsonObject("budget").getLong("usedFen"));
    assertEquals(3, stands.getJsonObject("budget").getLong("usedCount"));

    done(APPROVER, code, "END", "ENDED");
    assertEquals("STATE_DOES_NOT_ALLOW", step(APPROVER, code, "RUN").code());
    assertEquals("STATE_DOES_NOT_ALLOW", budget(APPROVER, code, 9_000).code());
    assertEquals(0, discount());
  }

  private Answer budget(String login, String code, long fen) throws Exception {
    return house.post(
        login,
        "/v1/campaigns/" + code + "/budget",
        new JsonObject().put("budget", new JsonObject().put("fen", fen)).put("reason", "追加经费"));
  }

  @Test
  void whoPreparedItDoesNotApproveIt() throws Exception {
    String code = newCode();
    Answer made = house.post("both.hats", "/v1/campaigns", draft(code, 1, 100));
    assertEquals(201, made.status());
    assertEquals("SAME_PERSON", step("both.hats", code, "APPROVE").code());
    assertEquals(403, step(SUPERVISOR, code, "APPROVE").status());
    Answer rewritten = house.post(CLERK, "/v1/campaigns/" + code + "/draft", draft(code, 2, 100));
    assertEquals(200, rewritten.status(), () -> rewritten.json().encode());
    done("both.hats", code, "APPROVE", "APPROVED");
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        house.post(CLERK, "/v1/campaigns/" + code + "/draft", draft(code, 3, 100)).code());
    done(APPROVER, code, "RETURN", "DRAFT");
    JsonObject stands = house.get(APPROVER, "/v1/campaigns/" + code).json();
    assertFalse(stands.containsKey("approvedBy"));
    assertEquals(CLERK, stands.getString("preparedBy"));
    assertThatAuditNames(code, "campaign.approved", "campaign.returned");
  }

  private void assertThatAuditNames(String code, String... actions) {
    for (String action : actions) {
      assertEquals(
          1,
          TestStores.number(
              house.url,
              "select count(*) from audit where subject = '%s' and action = '%s'"
                  .formatted(code, action)),
          action);
    }
  }

  @Test
  void rulesAreSpelledInNumbersThatPeopleKnow() throws Exception {
    String code = newCode();
    JsonObject draft = draft(code, 500, 100_000);
    draft
        .getJsonObject("rule")
        .put("members", new JsonObject().put("orgs", new JsonArray().add("410802.0001")))
        .put(
            "merchants",
            new JsonObject().put("merchantNos", new JsonArray().add("841080210000013")))
        .put("limits", new JsonObject().put("memberDayCount", 1).put("memberDayFen", 400));
    JsonObject made = added(draft);
    JsonObject rule = made.getJsonObject("rule");
    assertEquals(
        draft.getJsonObject("rule").getJsonObject("members"), rule.getJsonObject("members"));
    assertEquals(
        draft.getJsonObject("rule").getJsonObject("merchants"), rule.getJsonObject("merchants"));
    assertEquals(draft.getJsonObject("rule").getJsonArray("funders"), rule.getJsonArray("funders"));
    List<String> said = chinese(made, "explanation");
    assertTrue(said.contains("立减5.00元"), said::toString);
    assertTrue(said.contains("工会410802承担80%，商户承担20%"), said::toString);
    assertTrue(said.contains("每位会员每天最多1次"), said::toString);
    assertEquals(
        List.of("会员限额小于单笔最高优惠，超出部分不优惠", "本活动仅限部分会员，公开名称请与面向全体会员的活动共用，以免暴露会员情况"),
        chinese(made, "warnings"));
    assertEquals(
        9,
        TestStores.number(
            house.url,
            "select (rule #>> '{members,orgs,0}')::int from campaign where code = '%s'"
                .formatted(code)));
  }

  private static List<String> chinese(JsonObject of, String name) {
    List<String> all = new ArrayList<>();
    of.getJsonArray(name).forEach(one -> all.add(((JsonObject) one).getString("zh")));
    return all;
  }

  @Test
  void checkWritesNothing() throws Exception {
    JsonObject draft = draft(newCode(), 500, 100).put("endsAt", "2020-02-01T00:00:00+08:00");
    Answer checked = house.post(APPROVER, "/v1/campaign-checks", draft);
    assertEquals(200, checked.status(), () -> checked.json().encode());
    assertEquals(List.of("活动期已过，运行后不会产生优惠", "预算不足一笔最高优惠"), chinese(checked.json(), "warnings"));
    assertEquals(404, house.get(CLERK, "/v1/campaigns/" + draft.getString("code")).status());
  }

  @Test
  void whatCannotBeIsNamed() throws Exception {
    assertEquals("rule", fault(draft(newCode(), 0, 100)), "nothing off");
    JsonObject shares = draft(newCode(), 1, 100);
    shares.getJsonObject("rule").getJsonArray("funders").remove(1);
    assertEquals("rule", fault(shares));
    assertEquals("publicName", fault(draft(newCode(), 1, 100).put("publicName", "困难职工帮扶")));
    assertEquals("budget", fault(without(draft(newCode(), 1, 100), "budget")));
    assertEquals("fen", fault(draft(newCode(), 1, 0)));
    assertEquals("endsAt", fault(draft(newCode(), 1, 1).put("endsAt", "2019-01-01T00:00:00Z")));
    JsonObject ids = draft(newCode(), 1, 1);
    ids.getJsonObject("rule").put("merchants", new JsonObject().put("ids", new JsonArray().add(1)));
    assertEquals("rule.merchants.ids", fault(ids));
    JsonObject money = draft(newCode(), 1, 1);
    money.getJsonObject("rule").getJsonArray("funders").getJsonObject(0).put("org", "410800");
    assertEquals("rule.funders.org", fault(money), "the city's money is not the district's");
    JsonObject shops = draft(newCode(), 1, 1);
    shops
        .getJsonObject("rule")
        .put(
            "merchants",
            new JsonObject().put("merchantNos", new JsonArray().add("841080250000033")));
    assertEquals("rule.merchants.merchantNos", fault(shops), "another union's merchant");
    JsonObject numbers = draft(newCode(), 1, 1);
    numbers
        .getJsonObject("rule")
        .put("members", new JsonObject().put("orgs", new JsonArray().add(9)));
    assertEquals("rule.members.orgs", fault(numbers));
    assertEquals("rule.members", fault(ruled("members", new JsonArray())));
    assertEquals("rule.merchants.orgs", fault(ruled("merchants", new JsonObject().put("orgs", 1))));
    assertEquals("rule", fault(ruled("bonus", 1)));

    String code = newCode();
    JsonObject unused = added(draft(code, 1, 1));
    assertEquals("ALREADY_TAKEN", house.post(CLERK, "/v1/campaigns", draft(code, 1, 1)).code());
    assertEquals(404, house.get(ELSEWHERE, "/v1/campaigns/" + code).status());
    assertEquals(404, house.post(ELSEWHERE, "/v1/campaigns", draft(newCode(), 1, 1)).status());
  }

  private static JsonObject ruled(String name, Object part) {
    JsonObject draft = draft("C-X", 1, 1);
    draft.getJsonObject("rule").put(name, part);
    return draft;
  }

  private static JsonObject without(JsonObject draft, String name) {
    draft.remove(name);
    return draft;
  }

  private String fault(JsonObject draft) throws Exception {
    Answer refused = house.post(CLERK, "/v1/campaigns", draft);
    assertEquals(400, refused.status(), () -> refused.json().encode());
    return refused.json().getString("field", "");
  }

  @Test
  void holdsAtTheMerchantsOfItsUnionUnlessItSaysMore() throws Exception {
    String code = newCode();
    JsonObject rule = added(draft(code, 900, 9_000)).getJsonObject("rule");
    assertEquals(new JsonArray().add(ORG), rule.getJsonObject("merchants").getJsonArray("orgs"));
    done(APPROVER, code, "APPROVE", "APPROVED");
    done(APPROVER, code, "RUN", "RUNNING");
    assertEquals(
        0, house.sell(house.till("T0000008"), card++, 10_000).getLong("discountFen"), "410821's");
    done(APPROVER, code, "END", "ENDED");
  }

  @Test
  void ofTwoDecisionsAtOnceOneIsTaken() throws Exception {
    for (int round = 0; round < 5; round++) {
      String code = newCode();
      JsonObject unused = added(draft(code, 1, 1));
      List<CompletableFuture<String>> both = new ArrayList<>();
      for (String step : List.of("APPROVE", "END")) {
        both.add(CompletableFuture.supplyAsync(() -> outcome(code, step)));
      }
      List<String> outcomes = both.stream().map(CompletableFuture::join).sorted().toList();
      // END may come behind APPROVE, never APPROVE behind END
      assertTrue(
          outcomes.equals(List.of("APPROVED", "ENDED"))
              || outcomes.equals(List.of("ENDED", "STATE_DOES_NOT_ALLOW")),
          outcomes::toString);
      assertEquals("ENDED", house.get(CLERK, "/v1/campaigns/" + code).json().getString("status"));
    }
  }

  private String outcome(String code, String step) {
    try {
      Answer answer = step(APPROVER, code, step);
      return answer.status() == 200 ? answer.json().getString("status") : answer.code();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void loadedCampaignsAreShownToo() throws Exception {
    TestTown.campaign(
        house.url,
        77,
        "LOADED-77",
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1250,"capFen":100},
         "funders":[{"funder":"MERCHANT","shareBp":10000}],"members":{"categories":["MODEL"]}}""",
        null);
    TestStores.execute(house.url, "update campaign set org = 410802 where id = 77");
    JsonObject shown = house.get(CLERK, "/v1/campaigns/LOADED-77").json();
    assertFalse(shown.containsKey("budget"));
    assertTrue(chinese(shown, "explanation").contains("优惠订单金额的12.5%，单笔最多1.00元"), shown::encode);
    assertTrue(house.get(CLERK, "/v1/campaigns?after=L").json().encode().contains("LOADED-77"));
    done(SUPERVISOR, "LOADED-77", "END", "ENDED");
  }
}
