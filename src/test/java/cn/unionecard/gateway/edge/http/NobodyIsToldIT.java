package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CountedStatements;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.member.Handset;
import cn.unionecard.gateway.member.TestPhone;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.ResidentNumber;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * At no door can somebody try out who there is: for whom nobody is known hears the same status, the
 * same words and the same headers as for whom somebody is, after as many questions to the database.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NobodyIsToldIT {
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410802", Role.APPROVER);
  private static final String SYSTEM = DeskHouse.login("410802", Role.SYSTEM);
  private static final JsonObject NOTHING = new JsonObject();

  /** Of the union beside it (odd numbers are of 410821), and of nobody. */
  private static final CardNo FOREIGN = new CardNo(31);

  private static final CardNo NOBODYS = new CardNo(7_777_777);

  /** What each answer has of its own. */
  private static final List<String> OF_ITS_MOMENT = List.of("date", "traceparent", "x-request-id");

  private DeskHouse house;
  private ContractClient till;
  private ContractClient pages;
  private int key;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("nobody");
    till = house.till("T0000001");
    pages = house.pages();
    for (String login : List.of("known.one", "locked.one", "ended.one")) {
      house.addStaff(login, "410802", Role.CLERK);
    }
    TestStores.execute(
        house.url,
        """
        update staff set locked_until = '2099-01-01' where login = 'locked.one';
        update staff set status = 'SUSPENDED' where login = 'ended.one'""");
    house.awaitEnded("ended.one", 1);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private interface Call {
    Answer ask() throws Exception;
  }

  /** What can be told of an answer, and of what it took. */
  private record Seen(
      int status, JsonObject body, Map<String, List<String>> headers, List<String> asked) {
    Seen counted() {
      return new Seen(status, body, headers, List.of("statements: " + asked.size()));
    }
  }

  /** Others ask the database in the same moment, so the fewest of some times count. */
  private static Seen seen(Call call) throws Exception {
    Seen seen = once(call);
    for (int i = 0; i < 3; i++) {
      Seen again = once(call);
      seen = again.asked.size() < seen.asked.size() ? again : seen;
    }
    return seen;
  }

  private static Seen once(Call call) throws Exception {
    CountedStatements.listen();
    Answer answer = call.ask();
    // what is noted of a failure is written behind its answer
    List<String> heard =
        CountedStatements.heard().stream().filter(NobodyIsToldIT::isOfTheCall).toList();
    JsonObject body = answer.json();
    body.remove("traceId");
    body.remove("instance");
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    OF_ITS_MOMENT.forEach(headers::remove);
    headers.remove("content-length");
    return new Seen(answer.status(), body, headers, heard);
  }

  private static boolean isOfTheCall(String sql) {
    String lower = sql.toLowerCase(Locale.ROOT);
    return !lower.contains("into audit") && !lower.contains("due_ms") && !lower.equals("select 1");
  }

  /** A door and who knocks: the first is unknown there, the others are not. */
  private DynamicTest door(String name, Call unknown, Call... known) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Seen nobody = seen(unknown);
          for (Call one : known) {
            Seen other = seen(one);
            assertEquals(
                nobody.counted(), other.counted(), () -> nobody.asked + " but " + other.asked);
          }
          assertNotEquals(500, nobody.status);
        });
  }

  // ---- logins

  @TestFactory
  Stream<DynamicTest> aLoginIsNotTriedOut() throws IOException {
    List<DynamicTest> doors = new ArrayList<>();
    Map<String, JsonObject> bodies = Contract.passwordDoors();
    assertTrue(bodies.size() >= 5, bodies::toString);
    bodies.forEach(
        (path, more) ->
            doors.add(
                door(
                    path,
                    () -> signIn(path, "no.such.one", more),
                    () -> signIn(path, "locked.one", more),
                    () -> signIn(path, "ended.one", more),
                    () -> unlocked(path, more))));
    return doors.stream();
  }

  private Answer unlocked(String path, JsonObject more) throws Exception {
    TestStores.execute(
        house.url, "update staff set tries = 0, locked_until = null where login = 'known.one'");
    return signIn(path, "known.one", more);
  }

  private Answer signIn(String path, String login, JsonObject more) throws Exception {
    JsonObject body = more.copy().put("login", login).put("password", "not the password");
    return pages.send(DeskHouse.ofOwnPage(pages.post(path, body.encode())));
  }

  // ---- phones

  @TestFactory
  Stream<DynamicTest> aCardIsNotTriedOutByAPhone() throws Exception {
    Handset bound = new Handset(house, CLERK, new CardNo(4_002));
    Handset first = new Handset(house, CLERK, new CardNo(4_004));
    Handset second = new Handset(house, CLERK, first.card());
    TestPhone stranger = new TestPhone();
    return Stream.of(
        door(
            "/v1/card-tokens",
            () -> offer(stranger, NOBODYS),
            () -> offer(stranger, new CardNo(4_006)),
            () -> offer(stranger, bound.card()),
            () -> offer(stranger, second.card())));
  }

  private Answer offer(TestPhone phone, CardNo card) throws Exception {
    String assertion = phone.assertion(card.digits(), house.now().getEpochSecond());
    return house.post(null, "/v1/card-tokens", new JsonObject().put("assertion", assertion));
  }

  @TestFactory
  Stream<DynamicTest> aCodeForAPhoneIsNotTriedOut() throws Exception {
    TestPhone phone = new TestPhone();
    String used = code(4_010);
    assertEquals(201, bind(phone, used).status());
    String late = code(4_012);
    house.pass(Duration.ofDays(2));
    return Stream.of(
        door(
            "/v1/card-bindings",
            () -> bind(phone, "0123456789AB"),
            () -> bind(phone, used),
            () -> bind(phone, late)));
  }

  private String code(long serial) throws Exception {
    String path = "/v1/cards/" + new CardNo(serial).digits() + "/enrolments";
    return house.post(CLERK, path, NOTHING).json().getString("code");
  }

  private Answer bind(TestPhone phone, String code) throws Exception {
    return house.post(
        null,
        "/v1/card-bindings",
        new JsonObject().put("code", code).put("publicKey", phone.publicKey()));
  }

  // ---- tills

  /** Ten digits that mean nobody, and those of a card whose password was guessed. */
  @Test
  void aMemberIsNotTriedOutAtATill() throws Exception {
    long now = house.line.clock.millis() / 1_000;
    String right = TestTown.code(4_020, now * 1_000);
    String guessed = wrong(right);
    String nobodys = new MemberCodes(TestTown.CODE_KEYS).issue(new CardNo(9_999_999), 1, now);
    assertFalse(guessed.equals(right));
    JsonObject one = body(sell(nobodys));
    JsonObject other = body(sell(guessed));
    assertEquals("CODE_UNKNOWN", one.getString("refusal"), one::encode);
    assertEquals(one, other);
    assertEquals(seen(() -> verify(nobodys)), seen(() -> verify(guessed)));
  }

  private static String wrong(String code) {
    int otp = Integer.parseInt(code.substring(12, 19));
    String digits =
        code.substring(0, 12) + String.format(Locale.ROOT, "%07d", (otp + 1) % 10_000_000);
    return digits + Luhn.checkDigit(digits);
  }

  private Answer sell(String code) throws Exception {
    return till.send(
        till.post(
                "/v1/transactions",
                "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":100}".formatted(code))
            .header("Idempotency-Key", "nobody-" + ++key));
  }

  private Answer verify(String code) throws Exception {
    return till.send(
        till.post("/v1/verifications", "{\"code\":\"%s\",\"orderFen\":100}".formatted(code)));
  }

  /** Without what is of this answer alone. */
  private static JsonObject body(Answer answer) {
    JsonObject body = answer.json().getJsonObject("body");
    List.of("id", "at", "requestId", "code").forEach(body::remove);
    return body;
  }

  // ---- desks

  @TestFactory
  Stream<DynamicTest> aForeignCardIsAsUnknownAsNone() {
    JsonObject why = new JsonObject().put("reason", "本人申请");
    Map<String, JsonObject> steps =
        Map.of(
            "status",
            why.copy().put("status", "SUSPENDED"),
            "enrolments",
            NOTHING,
            "transfers",
            why.copy().put("org", "410802"),
            "reads",
            why);
    List<DynamicTest> doors = new ArrayList<>();
    steps.forEach(
        (step, body) ->
            doors.add(
                door(
                    step,
                    () -> house.post(CLERK, path(NOBODYS) + "/" + step, body),
                    () -> house.post(CLERK, path(FOREIGN) + "/" + step, body))));
    for (String look : List.of("", "/vouchers")) {
      doors.add(
          door(
              "look" + look,
              () -> house.get(APPROVER, path(NOBODYS) + look),
              () -> house.get(APPROVER, path(FOREIGN) + look)));
    }
    JsonObject ask = new JsonObject().put("kind", "ACCESS").put("words", "本人到场");
    doors.add(
        door(
            "data-requests",
            () ->
                house.post(CLERK, "/v1/data-requests", ask.copy().put("cardNo", NOBODYS.digits())),
            () ->
                house.post(
                    CLERK, "/v1/data-requests", ask.copy().put("cardNo", FOREIGN.digits()))));
    return doors.stream();
  }

  private static String path(CardNo card) {
    return "/v1/cards/" + card.digits();
  }

  @TestFactory
  Stream<DynamicTest> aForeignAccountIsAsUnknownAsNone() {
    String foreign = DeskHouse.login("410821", Role.CLERK);
    JsonObject end = new JsonObject().put("status", "SUSPENDED").put("reason", "离岗");
    return Stream.of(
        door(
            "status",
            () -> house.post(SYSTEM, "/v1/staff/no.such.one/status", end),
            () -> house.post(SYSTEM, "/v1/staff/" + foreign + "/status", end)));
  }

  @TestFactory
  Stream<DynamicTest> aSearchFindsNobodyOfOthers() throws Exception {
    String of = resident(900);
    JsonObject member =
        new JsonObject()
            .put("identity", of)
            .put("name", "诸葛无名")
            .put("category", "ORDINARY")
            .put("org", "410821");
    String other = DeskHouse.login("410821", Role.CLERK);
    assertEquals(201, house.post(other, "/v1/members", member).status());
    return Stream.of(
        door(
            "card-searches",
            () ->
                house.post(
                    CLERK, "/v1/card-searches", new JsonObject().put("identity", resident(901))),
            () -> house.post(CLERK, "/v1/card-searches", new JsonObject().put("identity", of))));
  }

  /** Who enters somebody is told that he is another union's: that is a look, and counted. */
  @Test
  void whoIsToldThatSomebodyIsElsewhereHasLooked() throws Exception {
    JsonObject member =
        new JsonObject()
            .put("identity", resident(902))
            .put("name", "诸葛无名")
            .put("category", "ORDINARY")
            .put("org", "410821");
    String other = DeskHouse.login("410821", Role.CLERK);
    assertEquals(201, house.post(other, "/v1/members", member).status());
    String looks =
        "select coalesce(sum(n), 0) from personal_read_day d join staff s on s.id = d.staff"
            + " where s.login = '"
            + CLERK
            + "'";
    long before = TestStores.number(house.url, looks);
    assertEquals(
        "ALREADY_TAKEN",
        house.post(CLERK, "/v1/members", member.copy().put("org", "410802")).code());
    assertEquals(before + 1, TestStores.number(house.url, looks));
  }

  private static String resident(int n) {
    String payload = "41080219900101" + n;
    return payload + ResidentNumber.checkCharacter(payload);
  }
}
