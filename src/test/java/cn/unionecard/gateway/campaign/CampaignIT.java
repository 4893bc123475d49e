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
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
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
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
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
        .put("budgetSource", "工会经费")
        .put("deed", "十件实事之三：职工消费")
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

  /** What is approved was handed in, and whoever approves has just read the campaign. */
  private Answer step(String login, String code, String step) throws Exception {
    if (!step.equals("APPROVE")) {
      return step(login, code, new JsonObject().put("step", step));
    }
    JsonObject there = house.get(CLERK, "/v1/campaigns/" + code).json();
    if ("DRAFT".equals(there.getString("status"))) {
      Answer unused = step(CLERK, code, "SUBMIT");
    }
    int edition = Objects.requireNonNullElse(there.getInteger("edition"), 1);
    return step(login, code, new JsonObject().put("step", step).put("edition", edition));
  }

  private Answer step(String login, String code, JsonObject wish) throws Exception {
    return house.post(login, "/v1/campaigns/" + code + "/steps", wish.put("reason", "按文件办理"));
  }

  @Test
  void whatWasRewrittenIsNotApprovedUnread() throws Exception {
    String code = newCode();
    JsonObject unused = added(draft(code, 1, 100));
    JsonObject read = new JsonObject().put("step", "APPROVE").put("edition", 1);
    assertEquals(
        200, house.post(CLERK, "/v1/campaigns/" + code + "/draft", draft(code, 99, 100)).status());
    done(CLERK, code, "SUBMIT", "SUBMITTED");
    Answer refused = step(APPROVER, code, read);
    assertEquals("STATE_DOES_NOT_ALLOW", refused.code());
    assertTrue(refused.json().getString("detail").contains("edition 2"), refused::toString);
    Answer unread = step(APPROVER, code, new JsonObject().put("step", "APPROVE"));
    assertEquals("edition", unread.json().getString("field"));
    done(APPROVER, code, "APPROVE", "APPROVED");
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
    assertEquals("工会经费", made.getString("budgetSource"));
    assertEquals("十件实事之三：职工消费", made.getString("deed"));
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
    JsonObject asked = budget(APPROVER, code, 2_100).json();
    assertEquals(APPROVER, asked.getJsonObject("raise").getString("by"));
    assertEquals(1_400, asked.getJsonObject("budget").getLong("fen"));
    assertEquals(0, discount(), "one person alone spends no more");
    assertEquals(200, budget(APPROVER, code, 2_100).status());
    assertEquals(0, discount(), "nor does he by asking twice");
    asked = budget("both.hats", code, 2_200).json();
    assertEquals("both.hats", asked.getJsonObject("raise").getString("by"), "another wish");
    JsonObject raised = budget(APPROVER, code, 2_200).json();
    assertFalse(raised.containsKey("raise"));
    assertEquals(2_200, raised.getJsonObject("budget").getLong("fen"));
    assertEquals(200, budget(APPROVER, code, 2_100).status(), "less is set by one");
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
  void aDayOfRealSalesIsTriedOnAFile() throws Exception {
    for (int i = 0; i < 3; i++) {
      long unused = discount();
    }
    long day = TestStores.number(house.url, "SELECT transaction_day(max(id)) FROM transaction");
    String rows = "SELECT count(*) + sum(used_fen) FROM allowance";
    long before = TestStores.number(house.url, rows);
    ShadowDay.Outcome outcome;
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      database.setReadOnly(true);
      database.setAutoCommit(false);
      outcome =
          ShadowDay.run(
              database,
              draft("S-1", 9_000, 20_000).encode(),
              LocalDate.ofEpochDay(day),
              Instant.EPOCH);
      database.rollback();
    }
    assertEquals(2, outcome.winners(), "the budget pays two whole discounts");
    assertEquals(18_000, outcome.costFen());
    assertEquals(2, outcome.members());
    assertEquals(1, outcome.merchants().size());
    assertEquals(2, outcome.merchants().get(0).count());
    assertTrue(outcome.sales() >= 3 && outcome.orderFen() >= 30_000, outcome::toString);
    assertTrue(outcome.insteadFen() <= outcome.givenFen(), outcome::toString);
    assertEquals(before, TestStores.number(house.url, rows), "nothing is written");
  }

  @Test
  void whoPreparedItDoesNotApproveIt() throws Exception {
    String code = newCode();
    Answer made = house.post("both.hats", "/v1/campaigns", draft(code, 1, 100));
    assertEquals(201, made.status());
    assertEquals("SAME_PERSON", step("both.hats", code, "APPROVE").code());
    assertEquals(403, step(SUPERVISOR, code, "APPROVE").status());
    Answer standing = house.post(CLERK, "/v1/campaigns/" + code + "/draft", draft(code, 2, 100));
    assertEquals("STATE_DOES_NOT_ALLOW", standing.code(), "what is handed in stands still");
    done(CLERK, code, "WITHDRAW", "DRAFT");
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

  @Test
  void aDraftIsHandedInBeforeItIsApprovedByAThird() throws Exception {
    String code = newCode();
    JsonObject unused = added(draft(code, 1, 100));
    JsonObject approve = new JsonObject().put("step", "APPROVE").put("edition", 1);
    assertEquals("STATE_DOES_NOT_ALLOW", step(APPROVER, code, approve).code(), "a draft");
    assertEquals(403, step(APPROVER, code, "SUBMIT").status(), "a clerk's");
    assertEquals("STATE_DOES_NOT_ALLOW", budget(APPROVER, code, 200).code());
    done("both.hats", code, "SUBMIT", "SUBMITTED");
    JsonObject stands = house.get(APPROVER, "/v1/campaigns/" + code).json();
    assertEquals("both.hats", stands.getString("submittedBy"));
    assertEquals(CLERK, stands.getString("preparedBy"));
    assertEquals(
        new JsonArray().add("WITHDRAW").add("APPROVE").add("RETURN").add("END"),
        stands.getJsonArray("steps"));
    assertEquals("SAME_PERSON", step("both.hats", code, "APPROVE").code(), "he handed it in");
    assertEquals("STATE_DOES_NOT_ALLOW", budget(APPROVER, code, 200).code(), "terms stand still");
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        house
            .post(CLERK, "/v1/campaigns/" + code + "/grants", new JsonObject().put("kind", "PASS"))
            .code());
    done(APPROVER, code, "RETURN", "DRAFT");
    assertFalse(house.get(APPROVER, "/v1/campaigns/" + code).json().containsKey("submittedBy"));
    done(CLERK, code, "SUBMIT", "SUBMITTED");
    done("both.hats", code, "APPROVE", "APPROVED");
    assertThatAuditNames(code, "campaign.approved", "campaign.returned");
    done(APPROVER, code, "END", "ENDED");
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

  private static JsonObject ruled(String name, @Nullable Object part) {
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
      done(CLERK, code, "SUBMIT", "SUBMITTED");
      List<CompletableFuture<String>> both = new ArrayList<>();
      for (String step : List.of("APPROVE", "END")) {
        both.add(CompletableFuture.supplyAsync(() -> outcome(APPROVER, code, step)));
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

  private String outcome(String login, String code, String step) {
    try {
      Answer answer = step(login, code, step);
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

  @Test
  void anEmptyListIsNoWayToEveryMerchant() throws Exception {
    for (String list : List.of("orgs", "merchantNos", "categories")) {
      JsonObject empty = new JsonObject().put(list, new JsonArray());
      assertEquals("rule.merchants." + list, fault(ruled("merchants", empty)));
      JsonObject none = new JsonObject().putNull(list);
      assertEquals("rule.merchants." + list, fault(ruled("merchants", none)));
    }
    for (String list : List.of("orgs", "categories")) {
      JsonObject empty = new JsonObject().put(list, new JsonArray());
      assertEquals("rule.members." + list, fault(ruled("members", empty)));
    }
    assertEquals("rule.merchants", fault(ruled("merchants", null)));
    JsonObject unseen = new JsonObject().put("orgs", new JsonArray().add("a\u0000"));
    assertEquals("rule.members.orgs", fault(ruled("members", unseen)));
  }

  @Test
  void whoApprovesAnswersForAllWhoPay() throws Exception {
    String code = newCode();
    JsonObject draft = draft(code, 1, 100);
    draft.getJsonObject("rule").getJsonArray("funders").getJsonObject(0).put("org", "410800");
    String city = DeskHouse.login("410800", Role.CLERK);
    String cityApprover = DeskHouse.login("410800", Role.APPROVER);
    assertEquals(201, house.post(city, "/v1/campaigns", draft).status());
    assertEquals(403, step(APPROVER, code, "APPROVE").status(), "the city's money");
    done(cityApprover, code, "APPROVE", "APPROVED");
    assertEquals(403, budget(APPROVER, code, 1_000_000).status());
    assertEquals(200, budget(cityApprover, code, 200).status());
    done(APPROVER, code, "END", "ENDED");

    String shops = newCode();
    JsonObject elsewhere = draft(shops, 1, 100);
    elsewhere
        .getJsonObject("rule")
        .put("merchants", new JsonObject().put("orgs", new JsonArray().add("410821")));
    assertEquals(201, house.post(city, "/v1/campaigns", elsewhere).status());
    assertEquals(403, step(APPROVER, shops, "APPROVE").status(), "another union's merchants");
  }

  @Test
  void numbersAndTimesAreKeptAsTheLineReadsThem() throws Exception {
    JsonObject draft = draft(newCode(), 1, 100);
    draft.getJsonObject("rule").getJsonObject("benefit").put("offFen", 1e3);
    JsonObject made =
        added(
            draft
                .put("startsAt", "2020-01-01T00:00:00.123456789+08:00")
                .put("endsAt", "9999-12-31T15:59:58.999999999Z"));
    assertEquals(1_000, made.getJsonObject("rule").getJsonObject("benefit").getValue("offFen"));
    assertEquals("2020-01-01T00:00:00.123+08:00", made.getString("startsAt"));
    for (String moment :
        List.of("0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+18:00")) {
      assertEquals("startsAt", fault(draft(newCode(), 1, 1).put("startsAt", moment)));
    }
    assertEquals("endsAt", fault(draft(newCode(), 1, 1).put("endsAt", "9999-12-31T15:59:59Z")));
    JsonObject instant = draft(newCode(), 1, 1).put("startsAt", "2020-01-01T00:00:00.0001Z");
    assertEquals("endsAt", fault(instant.put("endsAt", "2020-01-01T00:00:00.0002Z")));
  }

  @Test
  void yesterdaysUseDoesNotBindTodaysBudget() throws Exception {
    String code = newCode();
    JsonObject unused = added(draft(code, 1, 1_000));
    done(APPROVER, code, "APPROVE", "APPROVED");
    TestStores.execute(
        house.url,
        "update allowance set day = 1, day_fen = 900, day_count = 9 where owner ="
            + " (select id from campaign where code = '%s')".formatted(code));
    JsonObject wanted = new JsonObject().put("fen", 1_000).put("dayFen", 500).put("dayCount", 5);
    Answer set =
        house.post(
            APPROVER,
            "/v1/campaigns/" + code + "/budget",
            new JsonObject().put("budget", wanted).put("reason", "限额"));
    assertEquals(200, set.status(), () -> set.json().encode());
    done(APPROVER, code, "END", "ENDED");
  }

  @Test
  void whoRewritesWhileHeApprovesIsKnownByTheRowItself() throws Exception {
    String code = newCode();
    JsonObject unused = added(draft(code, 1, 100));
    done(CLERK, code, "SUBMIT", "SUBMITTED");
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement rewriting = database.createStatement()) {
      database.setAutoCommit(false);
      assertEquals(
          1,
          rewriting.executeUpdate(
              "update campaign set prepared_by = (select id from staff where login = 'both.hats')"
                  + " where code = '%s'".formatted(code)));
      CompletableFuture<String> approving =
          CompletableFuture.supplyAsync(() -> outcome("both.hats", code, "APPROVE"));
      house.awaitNumber(
          "select count(*) from pg_stat_activity where datname = current_database()"
              + " and wait_event_type = 'Lock' and query like '%for update of c%'",
          1);
      database.commit();
      assertEquals("SAME_PERSON", approving.join());
    }
  }

  @Test
  void itsBudgetIsSetByTwoWhileItIsSpent() throws Exception {
    String code = newCode();
    JsonObject unused = added(draft(code, 7, 100_000));
    done(APPROVER, code, "APPROVE", "APPROVED");
    done(APPROVER, code, "RUN", "RUNNING");
    List<CompletableFuture<Void>> both = new ArrayList<>();
    for (String login : List.of(APPROVER, "both.hats")) {
      both.add(CompletableFuture.runAsync(() -> setOften(login, code)));
    }
    int sales = 0;
    for (; sales < 10 || both.stream().anyMatch(one -> !one.isDone()); sales++) {
      assertEquals(7, discount());
    }
    both.forEach(CompletableFuture::join);
    JsonObject stands = house.get(CLERK, "/v1/campaigns/" + code).json();
    assertEquals(7L * sales, stands.getJsonObject("budget").getLong("usedFen"));
    done(APPROVER, code, "END", "ENDED");
  }

  private void setOften(String login, String code) {
    try {
      for (int i = 0; i < 20; i++) {
        Answer set = budget(login, code, 100_000 + i);
        assertEquals(200, set.status(), () -> set.json().encode());
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWasLoadedOtherwiseIsShownAndStopped() throws Exception {
    TestTown.campaign(
        house.url,
        78,
        "LOADED-78",
        """
        {"benefit":{"kind":"FIXED","offFen":1.0},
         "funders":[{"funder":"MERCHANT","shareBp":10000,"org":0}],
         "merchants":{"orgs":[410802.0]}}""",
        null);
    TestStores.execute(house.url, "update campaign set org = 410802 where id = 78");
    JsonObject shown = house.get(CLERK, "/v1/campaigns/LOADED-78").json();
    assertTrue(chinese(shown, "explanation").contains("适用商户：【410802】所授权"), shown::encode);
    assertTrue(chinese(shown, "warnings").contains("预算不足一笔最高优惠"), "it pays nothing");
    done(SUPERVISOR, "LOADED-78", "PAUSE", "PAUSED");
    done(SUPERVISOR, "LOADED-78", "END", "ENDED");

    TestStores.execute(
        house.url,
        "insert into campaign values (79, 'LOADED-79', '活动79', 410802, '文79', 'DRAFT',"
            + " '2020-01-01Z', '2099-01-01Z', '{}')");
    JsonObject unreadable = house.get(CLERK, "/v1/campaigns/LOADED-79").json();
    assertEquals(List.of("规则不完整或无法识别，不会产生优惠"), chinese(unreadable, "warnings"));
    assertEquals("STATE_DOES_NOT_ALLOW", step(APPROVER, "LOADED-79", "APPROVE").code());
    assertEquals("STATE_DOES_NOT_ALLOW", step(SUPERVISOR, "LOADED-79", "END").code());
    assertEquals(
        200, house.post(CLERK, "/v1/campaigns/LOADED-79/draft", draft("LOADED-79", 1, 1)).status());
    done(SUPERVISOR, "LOADED-79", "END", "ENDED");
  }
}
