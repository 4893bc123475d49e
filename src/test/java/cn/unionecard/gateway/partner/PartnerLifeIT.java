package cn.unionecard.gateway.partner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.member.TestPhone;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A partner from its application to its end, with what is refused at each step and what is told to
 * be next; its program at the doors meanwhile.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartnerLifeIT {
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String OTHER_CLERK = DeskHouse.login("410800", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410802", Role.APPROVER);
  private static final String OTHER_APPROVER = DeskHouse.login("410800", Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login("410802", Role.SUPERVISOR);
  private static final String BOTH = "two.hats";
  private static final String TERMINAL = "T0000001";

  private DeskHouse house;
  private ContractClient till;
  private long card = 6_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("partner");
    house.addStaff(BOTH, "410802", Role.CLERK, Role.APPROVER);
    house.startFeed();
    till = house.till(TERMINAL);
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  // ---- what people do

  private static JsonObject application(String... scopes) {
    return new JsonObject()
        .put("org", "410802")
        .put("kind", "UNION_PLATFORM")
        .put("name", "某厂智慧工会")
        .put("purpose", "在本单位平台兑付普惠")
        .put("contact", "信息部 0391-1234567")
        .put("scopes", new JsonArray(List.of(scopes)))
        .put("requestsPerMinute", 1_000)
        .put("reason", "申请对接");
  }

  private JsonObject applied(String... scopes) throws Exception {
    Answer answer = house.post(CLERK, "/v1/partners", application(scopes));
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static JsonObject wish(String step) {
    return new JsonObject().put("step", step).put("reason", "依据附后");
  }

  private static JsonObject proposing(String what) {
    return wish("PROPOSE").put("what", what);
  }

  private Answer step(String login, String no, JsonObject wish) throws Exception {
    return house.post(login, "/v1/partners/" + no + "/steps", wish);
  }

  @CanIgnoreReturnValue
  private JsonObject done(String login, String no, JsonObject wish) throws Exception {
    Answer answer = step(login, no, wish);
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  /** What is refused changes nothing, and says what is next. */
  private void refused(String code, String says, String login, String no, JsonObject wish)
      throws Exception {
    JsonObject before = partner(no);
    Answer answer = step(login, no, wish);
    assertEquals(409, answer.status(), () -> answer.json().encode());
    assertEquals(code, answer.json().getString("code"));
    assertTrue(
        answer.json().getString("detail").contains(says), () -> answer.json().getString("detail"));
    assertEquals(before, partner(no));
  }

  private JsonObject partner(String no) throws Exception {
    return house.get(CLERK, "/v1/partners/" + no).json();
  }

  /** Proposed by a clerk, confirmed by an approver. */
  @CanIgnoreReturnValue
  private JsonObject byTwo(String no, JsonObject wish) throws Exception {
    long proposal = done(CLERK, no, wish).getJsonObject("proposal").getLong("proposal");
    return done(APPROVER, no, wish("CONFIRM").put("proposal", proposal));
  }

  private static JsonObject agreement(LocalDate until) {
    return wish("AGREE").put("agreementNo", "协〔2026〕3号").put("agreementUntil", until.toString());
  }

  private LocalDate today() {
    return LocalDate.ofInstant(house.now(), Clocks.CHINA);
  }

  /** One on trial. */
  private String onTrial(TestPhone program, String... scopes) throws Exception {
    String no = applied(scopes).getString("partner");
    done(OTHER_CLERK, no, wish("EXAMINE"));
    done(APPROVER, no, agreement(today().plusYears(1)));
    byTwo(no, proposing("TRIAL").put("publicKey", program.publicKey()));
    return no;
  }

  private String live(TestPhone program, String... scopes) throws Exception {
    String no = onTrial(program, scopes);
    String token = token(program, no);
    if (List.of(scopes).contains("REVIEWS")) {
      assertEquals(200, reviews(token, review(sale(), "trial")).status());
    }
    byTwo(no, proposing("LIVE"));
    return no;
  }

  // ---- what its program does

  private Answer ask(TestPhone program, String no) throws Exception {
    String assertion = program.assertion(no, house.now().getEpochSecond());
    return house.post(null, "/v1/partner-tokens", new JsonObject().put("assertion", assertion));
  }

  private String token(TestPhone program, String no) throws Exception {
    Answer answer = ask(program, no);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json().getString("accessToken");
  }

  private JsonObject sale() throws Exception {
    return house.sell(till, card++, 1_000);
  }

  private static JsonObject review(JsonObject receipt, String reference) throws Exception {
    return new JsonObject()
        .put("reference", reference)
        .put("transaction", receipt.getString("id"))
        .put("receiptDigest", Sha256.hex(receipt.encode()))
        .put("stars", 5)
        .put("quality", 5)
        .put("service", 5)
        .put("afterSales", 5);
  }

  private Answer reviews(String token, JsonObject review) throws Exception {
    JsonObject list = new JsonObject().put("reviews", new JsonArray().add(review));
    return house.withToken(token, "POST", "/v1/partner-reviews", list);
  }

  private static String outcome(Answer answer) {
    return answer.json().getJsonArray("results").getJsonObject(0).getString("outcome");
  }

  private int stream(String token) throws Exception {
    return house.withToken(token, "GET", "/v1/feed?after=999999999999", new JsonObject()).status();
  }

  private long count(String sql) {
    return TestStores.number(house.url, sql);
  }

  // ---- the stories

  @Test
  void anApplicationIsExaminedAndAgreedToByThreePeople() throws Exception {
    JsonObject begun = applied("REVIEWS");
    String no = begun.getString("partner");
    assertEquals("EXAMINE", begun.getString("next"));
    refused("STATE_DOES_NOT_ALLOW", "next: EXAMINE", APPROVER, no, agreement(today()));
    refused(
        "STATE_DOES_NOT_ALLOW",
        "next: EXAMINE",
        CLERK,
        no,
        proposing("TRIAL").put("publicKey", new TestPhone().publicKey()));
    refused("SAME_PERSON", "a clerk who has not applied", CLERK, no, wish("EXAMINE"));
    assertEquals(403, step(APPROVER, no, wish("EXAMINE")).status());
    assertEquals(403, step(CLERK, no, agreement(today())).status());
    assertEquals("AGREE", done(BOTH, no, wish("EXAMINE")).getString("next"));
    refused("SAME_PERSON", "neither applied nor examined", BOTH, no, agreement(today()));
    refused("STATE_DOES_NOT_ALLOW", "next: AGREE", CLERK, no, proposing("LIVE"));
    JsonObject agreed = done(APPROVER, no, agreement(today().plusDays(5)));
    assertEquals("PROPOSE_TRIAL", agreed.getString("next"));
    refused("STATE_DOES_NOT_ALLOW", "next: PROPOSE_TRIAL", SUPERVISOR, no, wish("SUSPEND"));
    assertEquals("REJECTED", done(APPROVER, no, wish("REJECT")).getString("state"));
    refused("STATE_DOES_NOT_ALLOW", "it is REJECTED", CLERK, no, proposing("END"));
    assertEquals(
        List.of("APPLY", "EXAMINE", "AGREE", "REJECT"),
        partner(no).getJsonArray("steps").stream()
            .map(each -> ((JsonObject) each).getString("step"))
            .toList());
    assertEquals(
        4,
        count(
            "select count(*) from audit where subject = '%s' and outcome = 'DONE'".formatted(no)));
    assertTrue(
        count(
                "select count(*) from audit where subject = '%s' and outcome = 'REFUSED'"
                    .formatted(no))
            >= 6);
    List<JsonObject> told = house.listen(CLERK, "REJECTED");
    assertEquals(
        List.of("APPLY", "EXAMINE", "AGREE", "REJECT"),
        told.stream()
            .filter(each -> each.getString("type").equals("cn.unionecard.partner.changed.v1"))
            .map(each -> each.getJsonObject("data"))
            .filter(each -> each.getString("partner").equals(no))
            .map(each -> each.getString("step"))
            .toList());
  }

  @Test
  void aProposalDoesNothingBeforeAnotherConfirmsIt() throws Exception {
    TestPhone program = new TestPhone();
    String no = applied("EVENTS").getString("partner");
    done(OTHER_CLERK, no, wish("EXAMINE"));
    done(APPROVER, no, agreement(today().plusYears(1)));
    JsonObject trial = proposing("TRIAL").put("publicKey", program.publicKey());
    JsonObject waits = done(BOTH, no, trial);
    long proposal = waits.getJsonObject("proposal").getLong("proposal");
    assertEquals("CONFIRM", waits.getString("next"));
    assertEquals("AGREED", waits.getString("state"));
    assertEquals(401, ask(program, no).status());
    JsonObject confirm = wish("CONFIRM").put("proposal", proposal);
    refused("SAME_PERSON", "somebody else", BOTH, no, confirm);
    refused("STATE_DOES_NOT_ALLOW", "next: CONFIRM", CLERK, no, trial);
    refused("STATE_DOES_NOT_ALLOW", "next: CONFIRM", APPROVER, no, wish("REJECT"));
    JsonObject other = wish("CONFIRM").put("proposal", proposal + 1_000);
    refused("STATE_DOES_NOT_ALLOW", "another proposal", APPROVER, no, other);
    JsonObject declined = done(APPROVER, no, wish("DECLINE").put("proposal", proposal));
    assertEquals("PROPOSE_TRIAL", declined.getString("next"));
    refused("STATE_DOES_NOT_ALLOW", "next: PROPOSE_TRIAL", OTHER_APPROVER, no, confirm);
    assertEquals("TRIAL", byTwo(no, trial).getString("state"));
    assertEquals(200, ask(program, no).status());
    assertThrows(
        IllegalStateException.class,
        () ->
            TestStores.execute(
                house.url,
                """
                insert into partner_step (partner, step, answers, from_state, to_state, staff, at, reason)
                select partner, 'CONFIRM', id, to_state, to_state, staff, at, reason
                from partner_step where step = 'PROPOSE' limit 1"""),
        "nor by a statement");
  }

  @Test
  void onTrialEverythingIsJudgedAndNothingKept() throws Exception {
    TestPhone program = new TestPhone();
    String no = onTrial(program, "REVIEWS", "EVENTS");
    assertEquals("TRY", partner(no).getString("next"));
    refused("EVIDENCE_MISSING", "[TOKEN, REVIEWS]", CLERK, no, proposing("LIVE"));
    Answer given = ask(program, no);
    assertEquals(true, given.json().getBoolean("trial"));
    String token = given.json().getString("accessToken");
    refused("EVIDENCE_MISSING", "[REVIEWS]", CLERK, no, proposing("LIVE"));
    JsonObject sale = sale();
    long audit = count("select count(*) from audit where action = 'review.sent'");
    for (int i = 0; i < 2; i++) {
      Answer sent = reviews(token, review(sale, "trial-1"));
      assertEquals("ACCEPTED", outcome(sent));
      assertEquals(true, sent.json().getBoolean("rehearsed"));
    }
    assertEquals("REFUSED", outcome(reviews(token, review(sale, "x").put("stars", 9))));
    assertEquals(0, count("select count(*) from partner_review where reference = 'trial-1'"));
    assertEquals(audit, count("select count(*) from audit where action = 'review.sent'"));
    assertEquals(403, stream(token), "events are for the living");
    assertEquals("PROPOSE_LIVE", partner(no).getString("next"));
    JsonObject own = house.withToken(token, "/v1/own-terms").json();
    assertEquals("TRIAL", own.getString("state"));
    byTwo(no, proposing("LIVE"));
    assertEquals(401, reviews(token, review(sale, "old")).status(), "its terms were others");
    String now = token(program, no);
    assertEquals("ACCEPTED", outcome(reviews(now, review(sale, "trial-1"))));
    assertEquals("DUPLICATE", outcome(reviews(now, review(sale, "trial-1"))));
    assertEquals(400, stream(now), "it hears, and there is no such place yet");
  }

  @Test
  void onlyItsOwnKeysOpenAndEachAssertionOnce() throws Exception {
    TestPhone program = new TestPhone();
    String no = onTrial(program, "EVENTS");
    String assertion = program.assertion(no, house.now().getEpochSecond());
    JsonObject body = new JsonObject().put("assertion", assertion);
    assertEquals(200, house.post(null, "/v1/partner-tokens", body).status());
    assertEquals(401, house.post(null, "/v1/partner-tokens", body).status());
    Answer foreign = ask(new TestPhone(), no);
    Answer unknown = ask(program, "Z00000000000");
    assertEquals(401, foreign.status());
    assertEquals(foreign.json().getString("detail"), unknown.json().getString("detail"));
    refused(
        "ALREADY_TAKEN",
        "publicKey",
        CLERK,
        no,
        proposing("KEY").put("publicKey", program.publicKey()));
    assertEquals(400, step(CLERK, no, proposing("KEY").put("publicKey", "bm90IGEga2V5")).status());
    TestPhone next = new TestPhone();
    byTwo(no, proposing("KEY").put("publicKey", next.publicKey()));
    assertEquals(200, ask(program, no).status(), "for seven days yet");
    assertEquals(200, ask(next, no).status());
    house.pass(Duration.ofDays(8));
    try {
      assertEquals(401, ask(program, no).status());
      assertEquals(200, ask(next, no).status());
    } finally {
      house.pass(Duration.ofDays(-8));
    }
    String login = "partner." + no.toLowerCase(Locale.ROOT);
    JsonObject signIn = new JsonObject().put("login", login).put("password", DeskHouse.PASSWORD);
    assertEquals(401, house.post(null, "/v1/staff-tokens", signIn).status());
    String system = DeskHouse.login("410802", Role.SYSTEM);
    JsonObject reset = new JsonObject().put("reason", "x");
    assertEquals(404, house.post(system, "/v1/staff/" + login + "/password", reset).status());
    assertEquals(
        0,
        house.get(system, "/v1/staff").json().getJsonArray("staff").stream()
            .filter(each -> ((JsonObject) each).getString("login").equals(login))
            .count());
  }

  @Test
  void aSuspensionShutsItsProgramAndItsTerminalsAtOnceAndTwoOpenThem() throws Exception {
    TestPhone program = new TestPhone();
    String no = live(program, "REVIEWS", "REDEEM");
    String token = token(program, no);
    String path = "/v1/partners/" + no + "/terminals";
    JsonObject place = new JsonObject().put("terminal", TERMINAL).put("placed", true);
    assertEquals(404, house.post(DeskHouse.login("410821", Role.CLERK), path, place).status());
    assertEquals(200, house.post(OTHER_CLERK, path, place).status());
    assertEquals(409, house.post(OTHER_CLERK, path, place).status());
    JsonObject fewer =
        proposing("TERMS")
            .put("scopes", new JsonArray().add("REVIEWS"))
            .put("requestsPerMinute", 1_000);
    refused("STATE_DOES_NOT_ALLOW", "take them away first", CLERK, no, fewer);
    JsonObject sold = sale();
    assertEquals("APPROVED", sold.getString("outcome"));
    assertEquals(403, step(CLERK, no, wish("SUSPEND")).status());
    JsonObject suspended = done(SUPERVISOR, no, wish("SUSPEND"));
    assertEquals("PROPOSE_REINSTATEMENT", suspended.getString("next"));
    assertEquals(401, reviews(token, review(sold, "late")).status());
    Answer shut = ask(program, no);
    assertEquals("STATE_DOES_NOT_ALLOW", shut.json().getString("code"));
    assertEquals("TERMINAL_SUSPENDED", sale().getString("refusal"));
    assertEquals(
        1, count("select count(*) from outbox where kind = 'terminal.suspended' and merchant = 1"));
    TestPhone safe = new TestPhone();
    byTwo(no, proposing("KEY").put("publicKey", safe.publicKey()));
    assertEquals(401, ask(program, no).status(), "the key may be why");
    assertEquals("LIVE", byTwo(no, proposing("REINSTATEMENT")).getString("state"));
    assertEquals("APPROVED", sale().getString("outcome"));
    assertEquals("ACCEPTED", outcome(reviews(token(safe, no), review(sold, "late"))));
    place.put("placed", false);
    assertEquals(200, house.post(OTHER_CLERK, path, place).status());
    assertEquals(1, byTwo(no, fewer).getJsonArray("scopes").size());
    assertEquals("ENDED", byTwo(no, proposing("END")).getString("state"));
    assertEquals(401, ask(safe, no).status(), "it has no key any more");
    refused("STATE_DOES_NOT_ALLOW", "it is ENDED", CLERK, no, proposing("REINSTATEMENT"));
  }

  @Test
  void whoseAgreementIsOverIsSuspendedUntilItIsRenewed() throws Exception {
    TestPhone program = new TestPhone();
    String no = live(program, "EVENTS");
    house.pass(Duration.ofDays(370));
    try {
      Answer over = ask(program, no);
      assertEquals("EVIDENCE_MISSING", over.json().getString("code"));
      assertTrue(house.sweepPartners() >= 1);
      JsonObject suspended = partner(no);
      assertEquals("SUSPENDED", suspended.getString("state"));
      JsonArray steps = suspended.getJsonArray("steps");
      assertEquals("gateway", steps.getJsonObject(steps.size() - 1).getString("by"));
      refused("EVIDENCE_MISSING", "propose TERMS", CLERK, no, proposing("REINSTATEMENT"));
      JsonObject renewed =
          proposing("TERMS")
              .put("scopes", new JsonArray().add("EVENTS"))
              .put("requestsPerMinute", 2)
              .put("agreementNo", "协〔2027〕1号")
              .put("agreementUntil", today().plusYears(1).toString());
      byTwo(no, renewed);
      assertEquals(409, ask(program, no).status(), "renewed, and still suspended");
      byTwo(no, proposing("REINSTATEMENT"));
      String token = token(program, no);
      List<Integer> heard = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        heard.add(house.withToken(token, "/v1/own-terms").status());
      }
      assertEquals(List.of(200, 200, 429), heard, "two a minute were agreed");
    } finally {
      house.pass(Duration.ofDays(-370));
    }
  }
}
