package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rounds over HTTPS: by sheet, by query, to who comes first, by lot; and what members have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VoucherIT {
  private static final String ORG = "410802";
  private static final String CLERK = DeskHouse.login(ORG, Role.CLERK);
  private static final String APPROVER = DeskHouse.login(ORG, Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login(ORG, Role.SUPERVISOR);
  private static final String CITY_APPROVER = DeskHouse.login("410800", Role.APPROVER);

  private DeskHouse house;
  private int campaigns;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("vouchers");
    house.addStaff("both.hats", ORG, Role.CLERK, Role.APPROVER);
    JsonObject unused = house.sell(house.till("T0000001"), 1, 1_000);
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  // ---- what is needed before

  private Answer done(Answer answer) {
    assertTrue(answer.status() < 300, () -> answer.json().encode());
    return answer;
  }

  private void must(Answer answer) {
    Answer unused = done(answer);
  }

  private static void refused(String code, Answer answer) {
    assertEquals(code, answer.code(), () -> answer.json().encode());
  }

  /** A campaign that runs and gives out what the terms say. */
  private String campaign(JsonObject grants, long budgetFen) throws Exception {
    String code = "V-" + ++campaigns;
    JsonObject benefit =
        grants.getString("kind").equals("QUOTA")
            ? new JsonObject()
                .put("kind", "PERCENT")
                .put("basisPoints", 10_000)
                .put("capFen", 100_000_000)
            : new JsonObject()
                .put("kind", "THRESHOLD")
                .put("thresholdFen", 10_000)
                .put("offFen", 5_000);
    JsonObject draft =
        new JsonObject()
            .put("code", code)
            .put("org", ORG)
            .put("name", "消费券" + code)
            .put("publicName", "消费季")
            .put("documentNo", "工发〔2026〕5号")
            .put("startsAt", "2020-01-01T00:00:00+08:00")
            .put("endsAt", "2099-01-01T00:00:00+08:00")
            .put("budget", new JsonObject().put("fen", budgetFen))
            .put(
                "rule",
                new JsonObject()
                    .put("benefit", benefit)
                    .put(
                        "funders",
                        new JsonArray()
                            .add(
                                new JsonObject()
                                    .put("funder", "UNION")
                                    .put("org", ORG)
                                    .put("shareBp", 10_000))));
    must(house.post(CLERK, "/v1/campaigns", draft));
    Answer written = done(house.post(CLERK, "/v1/campaigns/" + code + "/grants", grants));
    assertEquals(grants, written.json().getJsonObject("grants"));
    must(
        house.post(
            CLERK,
            "/v1/campaigns/" + code + "/steps",
            new JsonObject().put("step", "SUBMIT").put("reason", "送审")));
    step("/v1/campaigns/" + code, "APPROVE", written.json().getInteger("edition"));
    step("/v1/campaigns/" + code, "RUN", 0);
    return code;
  }

  private void step(String path, String step, int edition) throws Exception {
    JsonObject wish = new JsonObject().put("step", step).put("reason", "按文件办理");
    must(house.post(APPROVER, path + "/steps", edition > 0 ? wish.put("edition", edition) : wish));
  }

  private static JsonObject vouchers() {
    return new JsonObject().put("kind", "VOUCHER");
  }

  private static JsonObject round(String campaign, String way, int most) {
    return new JsonObject()
        .put("campaign", campaign)
        .put("name", "第一批")
        .put("documentNo", "工发〔2026〕6号")
        .put("way", way)
        .put("each", 1)
        .put("most", most)
        .put("goodDays", 30);
  }

  private JsonObject claimed(String campaign, String way, int most) {
    Instant now = house.now();
    return round(campaign, way, most)
        .put("opensAt", now.minusSeconds(60).toString())
        .put("closesAt", now.plusSeconds(3600).toString());
  }

  /** The number of a round that is open. */
  private int open(JsonObject round) throws Exception {
    int number = done(house.post(CLERK, "/v1/vouchers/rounds", round)).json().getInteger("round");
    step("/v1/vouchers/rounds/" + number, "APPROVE", 0);
    return number;
  }

  private JsonObject read(int round) throws Exception {
    return done(house.get(CLERK, "/v1/vouchers/rounds/" + round)).json();
  }

  private Answer sheet(int round, String csv) throws Exception {
    return house.post(
        CLERK, "/v1/vouchers/rounds/" + round + "/sheets", new JsonObject().put("csv", csv));
  }

  private String phone(long card) {
    long epoch = TestStores.number(house.url, "select epoch from card where serial = " + card);
    return house.phoneToken(new CardNo(card), epoch);
  }

  private Answer claim(long card, int round) throws Exception {
    return house.withToken(
        phone(card), "POST", "/v1/vouchers/claims", new JsonObject().put("round", round));
  }

  private JsonArray own(long card) throws Exception {
    return done(house.withToken(phone(card), "/v1/cards/mine/vouchers"))
        .json()
        .getJsonArray("vouchers");
  }

  private static String digits(long card) {
    return new CardNo(card).digits();
  }

  // ---- by sheet

  @Test
  void aSheetGivesToThoseOnItOnceAndNamesEveryBadRow() throws Exception {
    int round = open(round(campaign(vouchers(), 1_000_000), "SHEET", 3));
    String csv =
        "cardNo\n%s\n%s\n123\n9999999999\n%s\n%s\n%s\n"
            .formatted(digits(2), digits(4), digits(5), digits(6), digits(8));
    JsonObject first = done(sheet(round, csv)).json();
    assertEquals(3, first.getInteger("granted"));
    JsonArray bad = first.getJsonArray("bad");
    assertEquals(
        List.of(4, 5, 6, 8),
        bad.stream().map(row -> ((JsonObject) row).getInteger("row")).toList(),
        bad::encode);
    JsonObject again = done(sheet(round, csv)).json();
    assertEquals(0, again.getInteger("granted"));
    assertEquals(3, again.getInteger("unchanged"));
    assertEquals(3, read(round).getInteger("granted"));
    assertEquals("READY", own(2).getJsonObject(0).getString("state"));
    assertEquals(5_000, own(2).getJsonObject(0).getInteger("offFen"));
    step("/v1/vouchers/rounds/" + round, "FINISH", 0);
    refused("STATE_DOES_NOT_ALLOW", sheet(round, csv));
  }

  @Test
  void aQuotaHoldsWhatTheSheetSaysAndNoMoreThanTheRound() throws Exception {
    int round =
        open(
            round(
                    campaign(
                        new JsonObject().put("kind", "QUOTA").put("pool", "TRAVEL"), 1_000_000),
                    "SHEET",
                    10)
                .put("fen", 60_000));
    JsonObject taken =
        done(sheet(round, "cardNo,fen\n%s,500\n%s,60001\n".formatted(digits(12), digits(14))))
            .json();
    assertEquals(1, taken.getInteger("granted"));
    assertEquals(1, taken.getJsonArray("bad").size());
    assertEquals(500, own(12).getJsonObject(0).getInteger("leftFen"));
  }

  @Test
  void nothingIsOpenedThatNobodyElseApprovedOrTheBudgetDoesNotCover() throws Exception {
    String campaign = campaign(vouchers(), 50_000);
    int number =
        done(house.post("both.hats", "/v1/vouchers/rounds", round(campaign, "SHEET", 10)))
            .json()
            .getInteger("round");
    JsonObject approve = new JsonObject().put("step", "APPROVE").put("reason", "同意");
    String steps = "/v1/vouchers/rounds/" + number + "/steps";
    refused("SAME_PERSON", house.post("both.hats", steps, approve));
    refused("FORBIDDEN", house.post(SUPERVISOR, steps, approve));
    step("/v1/vouchers/rounds/" + number, "APPROVE", 0);
    assertEquals(10, done(sheet(number, tenCards())).json().getInteger("granted"));
    Answer more = house.post(CLERK, "/v1/vouchers/rounds", round(campaign, "SHEET", 1));
    refused(
        "STATE_DOES_NOT_ALLOW",
        house.post(
            APPROVER,
            "/v1/vouchers/rounds/" + more.json().getInteger("round") + "/steps",
            approve));
  }

  private static String tenCards() {
    StringBuilder csv = new StringBuilder("cardNo\n");
    for (int card = 102; card < 122; card += 2) {
      csv.append(digits(card)).append('\n');
    }
    return csv.toString();
  }

  // ---- by query

  @Test
  void aQueryFindsAllOfThemAndShowsHowFarItIs() throws Exception {
    String campaign = campaign(vouchers(), 1_000_000_000);
    int round =
        open(
            round(campaign, "QUERY", 5_000).put("org", ORG).put("category", "NEW_EMPLOYMENT_FORM"));
    assertEquals(2_000, read(round).getJsonObject("progress").getInteger("of"));
    assertEquals(0, read(round).getJsonObject("progress").getInteger("looked"));
    int unused = house.sweepRounds();
    house.awaitNumber(
        "select granted from benefit_round where state = 'DONE' and id = " + round, 2_000);
    assertEquals(2_000, read(round).getJsonObject("progress").getInteger("looked"));
    assertEquals(1, own(20).size());
  }

  // ---- limits

  @Test
  void aPersonHasNoMoreOfACampaignThanItSaysWhicheverRoundAndCard() throws Exception {
    String campaign = campaign(vouchers().put("perMember", 1), 1_000_000);
    TestStores.execute(house.url, "insert into card values (7000000030, 30, 'ACTIVE', 1, '张*')");
    int first = open(claimed(campaign, "CLAIM", 10));
    int second = open(claimed(campaign, "CLAIM", 10));
    assertEquals("GRANTED", claim(30, first).json().getString("outcome"));
    assertEquals("GRANTED", claim(7_000_000_030L, first).json().getString("outcome"));
    assertEquals(
        claim(30, first).json(), claim(7_000_000_030L, first).json(), "one person, one answer");
    assertEquals("HAS_ENOUGH", claim(7_000_000_030L, second).json().getString("outcome"));
    assertEquals(1, read(first).getInteger("granted"));
    assertEquals(0, read(second).getInteger("granted"));
  }

  @Test
  void aYearsCapHoldsOverAllRoundsOfItsPool() throws Exception {
    JsonObject cap =
        new JsonObject()
            .put("org", "410800")
            .put(
                "year",
                Integer.parseInt(house.now().plus(Duration.ofHours(8)).toString().substring(0, 4)))
            .put("pool", "AGRI_AID")
            .put("fen", 60_000)
            .put("documentNo", "豫工发〔2018〕1号");
    must(house.post(CITY_APPROVER, "/v1/benefit-caps", cap));
    assertTrue(house.get(CLERK, "/v1/benefit-caps").json().encode().contains("AGRI_AID"));
    refused("NOT_FOUND", house.post(APPROVER, "/v1/benefit-caps", cap));
    JsonObject quota = new JsonObject().put("kind", "QUOTA").put("pool", "AGRI_AID");
    int first = open(round(campaign(quota, 1_000_000), "SHEET", 5).put("fen", 40_000));
    int second = open(round(campaign(quota, 1_000_000), "SHEET", 5).put("fen", 40_000));
    String csv = "cardNo,fen\n" + digits(40) + ",";
    assertEquals(1, done(sheet(first, csv + "40000\n")).json().getInteger("granted"));
    assertEquals(0, done(sheet(second, csv + "20001\n")).json().getInteger("granted"));
    assertEquals(1, done(sheet(second, csv + "20000\n")).json().getInteger("granted"));
  }

  // ---- void and anew

  @Test
  void whatIsVoidIsGivenAnewOnce() throws Exception {
    int round = open(round(campaign(vouchers(), 1_000_000), "SHEET", 3));
    must(sheet(round, "cardNo\n" + digits(50) + "\n"));
    String voucher = own(50).getJsonObject(0).getString("voucher");
    String steps = "/v1/vouchers/" + voucher + "/steps";
    JsonObject again = new JsonObject().put("step", "REISSUE").put("reason", "手机丢失");
    refused("STATE_DOES_NOT_ALLOW", house.post(APPROVER, steps, again));
    JsonObject wish = new JsonObject().put("step", "VOID").put("reason", "错发");
    assertEquals("VOID", done(house.post(APPROVER, steps, wish)).json().getString("state"));
    refused("STATE_DOES_NOT_ALLOW", house.post(APPROVER, steps, wish));
    JsonObject anew = done(house.post(APPROVER, steps, again)).json();
    assertEquals("READY", anew.getString("state"));
    assertNotEquals(voucher, anew.getString("voucher"));
    refused("STATE_DOES_NOT_ALLOW", house.post(APPROVER, steps, again));
    assertEquals(
        1, done(sheet(round, "cardNo\n" + digits(50) + "\n")).json().getInteger("unchanged"));
    assertEquals(
        2,
        done(house.get(CLERK, "/v1/cards/" + digits(50) + "/vouchers"))
            .json()
            .getJsonArray("vouchers")
            .size());
    String given = "/v1/vouchers/rounds/" + round + "/vouchers";
    JsonArray both = done(house.get(CLERK, given)).json().getJsonArray("vouchers");
    assertEquals(2, both.size());
    JsonObject first = both.getJsonObject(0);
    assertEquals(anew.getString("voucher"), first.getString("reissuedAs"));
    assertEquals(voucher, both.getJsonObject(1).getString("reissueOf"));
    assertTrue(first.getString("holder").endsWith("*"), first::encode);
    assertEquals(
        new JsonArray().add(both.getJsonObject(1)),
        done(house.get(CLERK, given + "?after=" + voucher)).json().getJsonArray("vouchers"));
    assertEquals(
        new JsonArray().add(first),
        done(house.get(CLERK, given + "?voucher=" + voucher)).json().getJsonArray("vouchers"));
    assertEquals(
        404, house.get(DeskHouse.login("410821", Role.CLERK), given).status(), "another union's");
    assertEquals(
        new JsonObject().put("used", 0).put("usedFen", 0).put("voided", 1),
        done(house.get(CLERK, "/v1/vouchers/rounds/" + round)).json().getJsonObject("use"));
  }

  // ---- told

  private long told(String kind, int round, String what) {
    return TestStores.number(
        house.url,
        "select coalesce(sum("
            + what
            + "), 0) from outbox, jsonb(body) b where kind = 'voucher."
            + kind
            + "' and merchant = -410802 and b ->> 'round' = '"
            + round
            + "'");
  }

  private long count(String kind, int round) {
    return told(kind, round, "(b ->> 'count')::bigint");
  }

  @Test
  void theUnionHearsWhatIsGivenMadeVoidGivenAnewAndOver() throws Exception {
    int round = open(round(campaign(vouchers(), 1_000_000), "SHEET", 5).put("goodDays", 1));
    must(sheet(round, "cardNo\n%s\n%s\n".formatted(digits(70), digits(72))));
    must(sheet(round, "cardNo\n%s\n%s\n".formatted(digits(72), digits(74))));
    assertEquals(2, told("granted", round, "1"), "once for each sheet");
    assertEquals(3, count("granted", round));
    assertEquals(15_000, told("granted", round, "(b ->> 'fen')::bigint"));
    String voucher = own(70).getJsonObject(0).getString("voucher");
    String steps = "/v1/vouchers/" + voucher + "/steps";
    must(house.post(APPROVER, steps, new JsonObject().put("step", "VOID").put("reason", "错发")));
    must(house.post(APPROVER, steps, new JsonObject().put("step", "REISSUE").put("reason", "补")));
    assertEquals(1, told("voided", round, "1"));
    assertEquals(1, told("reissued", round, "1"));
    assertEquals(Long.parseLong(voucher), told("reissued", round, "(b ->> 'reissueOf')::bigint"));
    assertEquals(0, count("expired", round));
    house.pass(Duration.ofDays(2));
    assertTrue(house.tellExpiries() > 0);
    assertEquals(3, count("expired", round), "the void one is not among them");
    assertEquals(15_000, told("expired", round, "(b ->> 'fen')::bigint"));
    assertEquals(0, house.tellExpiries(), "once");
  }

  // ---- who comes first

  @Test
  void exactlyAsManyAsThereAreAndNobodyTwice() throws Exception {
    int round = open(claimed(campaign(vouchers(), 1_000_000_000), "CLAIM", 40));
    List<Long> cards = new ArrayList<>();
    for (long card = 1_000; card < 1_120; card++) {
      cards.add(card);
      cards.add(card);
    }
    List<JsonObject> answers = new ArrayList<>();
    ExecutorService crowd = Executors.newFixedThreadPool(16);
    try {
      List<Future<JsonObject>> asked = new ArrayList<>();
      for (long card : cards) {
        asked.add(crowd.submit(() -> done(claim(card, round)).json()));
      }
      for (Future<JsonObject> one : asked) {
        answers.add(one.get());
      }
    } finally {
      crowd.shutdown();
    }
    Set<String> given = new HashSet<>();
    int granted = 0;
    for (int i = 0; i < answers.size(); i += 2) {
      String outcome = answers.get(i).getString("outcome");
      assertEquals(answers.get(i), answers.get(i + 1), "the same claim, the same answer");
      if (outcome.equals("GRANTED")) {
        granted++;
        assertTrue(given.add(answers.get(i).getJsonArray("vouchers").getString(0)));
      } else {
        assertEquals("SOLD_OUT", outcome);
      }
    }
    assertEquals(40, granted);
    assertEquals(40, read(round).getInteger("granted"));
    assertEquals(
        40,
        TestStores.number(
            house.url, "select count(distinct member) from entitlement where round = " + round));
    for (long card = 1_000; card < 1_120; card++) {
      JsonObject later = claim(card, round).json();
      assertEquals(answers.get((int) (card - 1_000) * 2), later, "and so it stays");
    }
  }

  @Test
  void nobodyIsGivenAnythingBeforeTheTimeOrWithoutHisCard() throws Exception {
    String campaign = campaign(vouchers(), 1_000_000);
    Instant now = house.now();
    int later =
        open(
            round(campaign, "CLAIM", 5)
                .put("opensAt", now.plusSeconds(3_000).toString())
                .put("closesAt", now.plusSeconds(6_000).toString()));
    JsonObject early = done(claim(60, later)).json();
    assertEquals("NOT_OPEN", early.getString("outcome"));
    assertTrue(early.getLong("waitMs") > 1_000_000);
    int open = open(claimed(campaign, "CLAIM", 5));
    Answer ended =
        house.withToken(
            house.phoneToken(new CardNo(61), 99),
            "POST",
            "/v1/vouchers/claims",
            new JsonObject().put("round", open));
    refused("UNAUTHENTICATED", ended);
    refused("NOT_FOUND", claim(62, 900_000_000));
    JsonArray rounds =
        done(house.withToken(phone(62), "/v1/cards/mine/rounds")).json().getJsonArray("rounds");
    assertTrue(rounds.encode().contains("\"round\":" + open + ","), rounds::encode);
  }

  @Test
  void whomACampaignIsNotForHearsNothingOfItsRounds() throws Exception {
    String campaign = campaign(vouchers(), 1_000_000);
    TestStores.execute(
        house.url,
        "update campaign set rule = jsonb_set(rule, '{members}', '{\"categories\":[\"MODEL\"]}') where code = '"
            + campaign
            + "'");
    int round = open(claimed(campaign, "CLAIM", 5));
    assertEquals("NOT_FOR_MEMBER", claim(64, round).json().getString("outcome"));
    JsonArray rounds =
        done(house.withToken(phone(64), "/v1/cards/mine/rounds")).json().getJsonArray("rounds");
    assertFalse(rounds.encode().contains("\"round\":" + round + ","), rounds::encode);
  }

  // ---- by lot

  @Test
  void aLotteryIsDrawnByASeedThatWasFixedBefore() throws Exception {
    int round = open(claimed(campaign(vouchers(), 1_000_000), "LOTTERY", 3));
    String before = done(house.get(null, "/v1/lotteries/" + round)).json().getString("seedHash");
    for (long card = 2_000; card < 2_010; card++) {
      JsonObject ticket = done(claim(card, round)).json();
      assertEquals("TICKET", ticket.getString("outcome"));
      assertEquals(card - 1_999, (long) ticket.getInteger("ticket"));
      assertEquals(ticket, done(claim(card, round)).json());
    }
    JsonObject draw =
        new JsonObject().put("step", "DRAW").put("reason", "公开抽签").put("witness", "3D 4-0-7");
    String steps = "/v1/vouchers/rounds/" + round + "/steps";
    refused("STATE_DOES_NOT_ALLOW", house.post(APPROVER, steps, draw));
    TestStores.execute(
        house.url,
        "update benefit_round set closes_at = opens_at + interval '1 second' where id = " + round);
    must(house.post(APPROVER, steps, draw));
    JsonObject told = done(house.get(null, "/v1/lotteries/" + round)).json();
    assertEquals(before, told.getString("seedHash"));
    byte[] seed = HexFormat.of().parseHex(told.getString("seed"));
    assertEquals(before, Draw.commitment(seed));
    List<Integer> winners = new ArrayList<>(Draw.winners(seed, round, 10, "3D 4-0-7", 3));
    winners.sort(null);
    assertEquals(new JsonArray(winners), told.getJsonArray("winners"));
    int won = 0;
    for (long card = 2_000; card < 2_010; card++) {
      String outcome = done(claim(card, round)).json().getString("outcome");
      assertEquals(winners.contains((int) card - 1_999) ? "WON" : "LOST", outcome);
      won += outcome.equals("WON") ? own(card).size() : 0;
    }
    assertEquals(3, won);
    assertEquals(
        0,
        TestStores.number(house.url, "select count(*) from lottery_seed where round = " + round));
  }
}
