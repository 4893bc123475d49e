package cn.unionecard.gateway.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.PersonalValues;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.member.Handset;
import cn.unionecard.gateway.member.TestPhone;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is a member's own, over HTTPS, beside a real line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberPrivacyIT {
  private static final String NAME = PersonalValues.NAME;
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410802", Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login("410802", Role.SUPERVISOR);
  private static final String AUDITOR = DeskHouse.login("410802", Role.AUDITOR);
  private static final String OTHER = DeskHouse.login("410821", Role.CLERK);
  private static final JsonObject NOTHING = new JsonObject();
  private static final JsonObject DO = new JsonObject().put("step", "DO");

  private DeskHouse house;
  private ContractClient till;
  private int people;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("privacy");
    TestTown.tenPercent(house.url);
    till = house.till("T0000001");
    long somebody = 1;
    while (house.sell(till, somebody, 1_000).getLong("discountFen") == 0) {
      somebody++; // until the line has heard of the campaign
    }
    house.startFeed();
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
    PersonalValues.assertNoneInEvents(house.url);
  }

  // ---- hands

  private static String resident(int n) {
    String payload = String.format(Locale.ROOT, "410802%04d0203%d", 1950 + n / 100, 900 + n % 100);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  @CanIgnoreReturnValue
  private static JsonObject done(int status, Answer answer) {
    assertEquals(status, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static JsonObject member(String identity) {
    return new JsonObject()
        .put("identity", identity)
        .put("name", NAME)
        .put("phone", PersonalValues.PHONE)
        .put("category", "ORDINARY")
        .put("org", "410802");
  }

  private CardNo card() throws Exception {
    JsonObject made = done(201, house.post(CLERK, "/v1/members", member(resident(++people))));
    return new CardNo(Long.parseLong(made.getString("cardNo")));
  }

  private Handset phone() throws Exception {
    return new Handset(house, CLERK, card());
  }

  private Answer looks(String login, CardNo card, String reason) throws Exception {
    JsonObject body = new JsonObject().put("reason", reason);
    return house.post(login, "/v1/cards/" + card.digits() + "/reads", body);
  }

  private static JsonObject wish(String kind) {
    return new JsonObject().put("kind", kind);
  }

  @CanIgnoreReturnValue
  private JsonObject step(String login, long request, JsonObject step, int status)
      throws Exception {
    return done(status, house.post(login, "/v1/data-requests/" + request + "/steps", step));
  }

  private long number(String sql) {
    return TestStores.number(house.url, sql);
  }

  private long of(CardNo card) {
    return number("select member from card where serial = " + card.serial());
  }

  // ---- keys

  /** As they were entered before there were keys. */
  private void before(long first, int many) throws SQLException {
    MemberVault vault = DeskHouse.vault();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        PreparedStatement add =
            database.prepareStatement(
                "insert into member (id, org, category, name_cipher, identity_cipher,"
                    + " identity_index) values (?, 410802, 'ORDINARY', ?, ?, ?)")) {
      for (int i = 0; i < many; i++) {
        long id = first + i;
        String identity = identityOf(id);
        add.setLong(1, id);
        add.setBytes(2, vault.encryptAsBefore(Column.NAME, id, NAME));
        add.setBytes(3, vault.encryptAsBefore(Column.IDENTITY, id, identity));
        add.setBytes(4, vault.index(identity));
        add.addBatch();
      }
      add.executeBatch();
    }
  }

  private static String identityOf(long id) {
    String payload =
        String.format(Locale.ROOT, "41088219%02d0101%03d", 10 + id / 900 % 80, 100 + id % 900);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  @Test
  void membersOfBeforeAreGivenKeysByManyAtOnceAndOnlyOnce() throws Exception {
    long first = 5_000_000;
    before(first, 1_201);
    TestStores.execute(
        house.url, "update member set name_cipher = '\\x0102' where id = " + (first + 7));
    JsonObject known = member(identityOf(first)).put("cardNo", "0700000001");
    known.remove("phone");
    assertEquals(
        "0700000001", done(201, house.post(CLERK, "/v1/members", known)).getString("cardNo"));
    CardNo card = new CardNo(700_000_001);
    assertEquals(NAME, done(200, looks(CLERK, card, "核对")).getString("name"), "not moved yet");

    KeyMove one = house.privacy().keys();
    KeyMove two = house.privacy().keys();
    Future<Integer> half = one.run();
    int moved = Loops.await(two.run()) + Loops.await(half);
    moved += Loops.await(house.privacy().keys().run()); // what one had under its hands meanwhile
    assertEquals(1_200, moved);
    assertEquals(0, Loops.await(one.run()), "nothing is left to do");
    String theirs = " where id between 5000000 and 5001200";
    assertEquals(1, number("select count(identity_index) from member" + theirs), "the bad one");
    assertTrue(one.unreadable() >= 1, "it is counted in each round");
    // who has nothing that could be read is no fault
    TestStores.execute(
        house.url,
        "update member set identity_cipher = '\\x00', name_cipher = '\\x00' where id = "
            + (first + 7));
    assertEquals(0, Loops.await(one.run()));
    assertEquals(0, one.unreadable());
    assertEquals(
        1_200, number("select count(*) from member_key where member between 5000000 and 5001200"));
    assertEquals(NAME, done(200, looks(CLERK, card, "核对")).getString("name"), "moved");
    known.remove("cardNo");
    assertEquals(
        "0700000001",
        done(200, house.post(CLERK, "/v1/members", known)).getString("cardNo"),
        "is found by his number");
  }

  @Test
  void aBackupWithoutTheKeysIsOfStrangers() throws Exception {
    CardNo kept = card();
    CardNo gone = card();
    TestStores.execute(
        house.url, "create table member_backup as select * from member where id >= 1000000000");
    long id = of(gone);
    forget(gone);
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("select name_cipher from member_backup where id = " + id)) {
        assertTrue(row.next());
        byte[] cipher = row.getBytes(1);
        MemberVault vault = DeskHouse.vault();
        assertThrows(
            IllegalArgumentException.class,
            () -> vault.decryptAsBefore(Column.NAME, id, cipher).length());
        assertThrows(
            IllegalArgumentException.class,
            () -> vault.make(id).decrypt(Column.NAME, cipher).length());
      }
      try (ResultSet row =
          statement.executeQuery(
              "select count(identity_index), (select count(*) from member_key where member = "
                  + id
                  + ") from member_backup")) {
        assertTrue(row.next());
        assertEquals(0, row.getLong(1), "no index to try numbers against");
        assertEquals(0, row.getLong(2));
      }
      try (ResultSet row =
          statement.executeQuery(
              "select b.name_cipher, k.wrapped, b.id from member_backup b join member_key k"
                  + " on k.member = b.id where b.id = "
                  + of(kept))) {
        assertTrue(row.next());
        MemberKey key = DeskHouse.vault().open(row.getLong(3), row.getBytes(2));
        assertEquals(NAME, key.decrypt(Column.NAME, row.getBytes(1)), "with today's keys");
      }
      statement.execute("drop table member_backup");
    }
  }

  private void forget(CardNo card) throws Exception {
    JsonObject asked =
        done(
            201,
            house.post(CLERK, "/v1/data-requests", wish("DELETION").put("cardNo", card.digits())));
    JsonObject ended = step(APPROVER, asked.getLong("request"), DO, 200);
    assertEquals("DONE", ended.getString("state"));
  }

  // ---- consents

  @Test
  void aConsentIsToWordsThatHoldAndIsTakenBackAsEasily() throws Exception {
    Handset phone = phone();
    JsonArray asked = done(200, phone.get("/v1/cards/mine/consents")).getJsonArray("consents");
    assertEquals(3, asked.size());
    assertFalse(asked.encode().contains("\"given\":true"), "nothing is presumed");
    JsonObject said =
        new JsonObject()
            .put("purpose", "ANALYSIS")
            .put("version", 1)
            .put("given", true)
            .put("channel", "PAGE");
    assertTrue(given(phone, said), "given");
    assertFalse(given(phone, said.copy().put("given", false)), "taken back");
    TestStores.execute(
        house.url,
        "insert into consent_text values ('ANALYSIS', 2, '新文本', 'new words', '2024-01-01Z')");
    Answer older = phone.post("/v1/cards/mine/consents", said);
    assertEquals("STATE_DOES_NOT_ALLOW", older.code());
    assertTrue(given(phone, said.copy().put("version", 2)));
    TestStores.execute(
        house.url, "insert into consent_text values ('ANALYSIS', 3, '再新', 'newer', '2024-02-01Z')");
    assertFalse(given(phone, said.copy().put("version", 2).put("given", false)), "always");
    assertEquals(4, number("select count(*) from consent where member = " + of(phone.card())));
    assertThrows(
        IllegalStateException.class,
        () -> TestStores.execute(house.url, "update consent set given = true"),
        "the ledger is only added to");
    TestStores.execute(house.url, "delete from consent_text where version = 3");
  }

  private static boolean given(Handset phone, JsonObject said) throws Exception {
    return done(201, phone.post("/v1/cards/mine/consents", said)).getJsonArray("consents").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("purpose").equals("ANALYSIS"))
        .findFirst()
        .orElseThrow()
        .getBoolean("given");
  }

  // ---- requests

  @Test
  void aCorrectionSaysWhatIsRightAndHasAClock() throws Exception {
    Handset phone = phone();
    CardNo card = phone.card();
    JsonObject asked =
        done(
            201,
            phone.post("/v1/cards/mine/requests", wish("CORRECTION").put("words", "姓名错了，应为诸葛有名")));
    long request = asked.getLong("request");
    Duration clock = Duration.between(house.now(), time(asked.getString("dueAt")));
    assertTrue(clock.toDays() >= 15 && clock.toDays() <= 45, asked::encode);
    JsonObject seen = done(200, house.get(CLERK, "/v1/data-requests/" + request));
    assertEquals("姓名错了，应为诸葛有名", seen.getString("words"));
    assertEquals(409, house.post(CLERK, "/v1/data-requests/" + request + "/steps", DO).status());
    String taken = resident(++people);
    done(201, house.post(CLERK, "/v1/members", member(taken)));
    assertEquals(
        "ALREADY_TAKEN",
        house
            .post(
                CLERK, "/v1/data-requests/" + request + "/steps", DO.copy().put("identity", taken))
            .code());
    String right = resident(++people);
    JsonObject ended =
        step(CLERK, request, DO.copy().put("name", "葛有名").put("identity", right), 200);
    assertEquals("葛**", ended.getString("holder"));
    assertNull(ended.getString("words"), "gone when it is over");
    assertEquals("葛有名", done(200, looks(CLERK, card, "复核")).getString("name"));
    JsonObject found =
        done(200, house.post(CLERK, "/v1/card-searches", new JsonObject().put("identity", right)));
    assertEquals(1, found.getJsonArray("cards").size());
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        house
            .post(CLERK, "/v1/data-requests/" + request + "/steps", DO.copy().put("name", NAME))
            .code());
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  @Test
  void aRequestIsRefusedWithAReasonOrWithdrawnAndNobodyDeletesAlone() throws Exception {
    Handset phone = phone();
    JsonObject asked = done(201, phone.post("/v1/cards/mine/requests", wish("DELETION")));
    String withdrawal = "/v1/cards/mine/requests/" + asked.getLong("request") + "/withdrawal";
    assertEquals(404, phone().post(withdrawal, NOTHING).status(), "another's");
    assertEquals("WITHDRAWN", done(200, phone.post(withdrawal, NOTHING)).getString("state"));
    assertEquals("STATE_DOES_NOT_ALLOW", phone.post(withdrawal, NOTHING).code());

    long again =
        done(201, phone.post("/v1/cards/mine/requests", wish("DELETION"))).getLong("request");
    JsonObject refusal = new JsonObject().put("step", "REFUSE");
    assertEquals(
        400, house.post(APPROVER, "/v1/data-requests/" + again + "/steps", refusal).status());
    step(APPROVER, again, refusal.put("reason", "尚有未结投诉"), 200);
    JsonObject own =
        done(200, phone.get("/v1/cards/mine/requests")).getJsonArray("requests").getJsonObject(0);
    assertEquals("尚有未结投诉", own.getString("reason"));

    String both = "both.privacy";
    house.addStaff(both, "410802", Role.CLERK, Role.APPROVER);
    long byDesk =
        done(
                201,
                house.post(
                    both,
                    "/v1/data-requests",
                    wish("DELETION").put("cardNo", phone.card().digits())))
            .getLong("request");
    assertEquals(
        "SAME_PERSON", house.post(both, "/v1/data-requests/" + byDesk + "/steps", DO).code());
    assertEquals(404, house.post(OTHER, "/v1/data-requests/" + byDesk + "/steps", DO).status());
    assertEquals("DONE", step(APPROVER, byDesk, DO, 200).getString("state"));
    assertEquals(401, phone.get("/v1/cards/mine").status());
  }

  @Test
  void aCopyIsHandedOverAtTheDeskWhileItWaits() throws Exception {
    CardNo card = card();
    long request =
        done(
                201,
                house.post(CLERK, "/v1/data-requests", wish("ACCESS").put("cardNo", card.digits())))
            .getLong("request");
    String copy = "/v1/data-requests/" + request + "/copy";
    assertEquals(NAME, done(200, house.get(CLERK, copy)).getJsonObject("person").getString("name"));
    assertEquals(403, house.get(AUDITOR, copy).status());
    assertEquals(404, house.get(OTHER, copy).status());
    step(CLERK, request, DO, 200);
    assertEquals("STATE_DOES_NOT_ALLOW", house.get(CLERK, copy).code());
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'personal.copied' and subject = '"
                + card.digits()
                + "'"));
  }

  // ---- who looks

  /** One clerk reads a city: his union is told once, and he is stopped. */
  @Test
  void whoReadsACityIsNoticedAndStopped() throws Exception {
    String curious = DeskHouse.login("410800", Role.CLERK);
    JsonObject unknown = new JsonObject().put("identity", resident(9_000));
    double alarms = house.meters.counter("ecard.personal.read.alarms").count();
    int seen = 0;
    for (int card = 10_002; seen < 199; card += 2) {
      done(200, house.get(curious, "/v1/cards/" + new CardNo(card).digits()));
      done(200, house.get(curious, "/v1/cards/" + new CardNo(card).digits()));
      seen++;
    }
    assertEquals(alarms, house.meters.counter("ecard.personal.read.alarms").count());
    assertEquals(
        0,
        done(200, house.post(curious, "/v1/card-searches", unknown)).getJsonArray("cards").size());
    assertEquals(alarms + 1, house.meters.counter("ecard.personal.read.alarms").count());
    List<JsonObject> told =
        house.listen(DeskHouse.login("410800", Role.SUPERVISOR), "privacy.reads");
    JsonObject event = told.get(told.size() - 1);
    assertEquals("cn.unionecard.privacy.reads.v1", event.getString("type"));
    assertEquals(200, event.getJsonObject("data").getInteger("people"));
    assertFalse(event.encode().contains(curious), "the audit says who");
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'personal.reads-alarm' and subject = '"
                + curious
                + "' and seq = "
                + event.getJsonObject("data").getString("audit")));

    for (int card = 12_002; seen < 999; card += 2) {
      done(200, house.get(curious, "/v1/cards/" + new CardNo(card).digits()));
      seen++;
    }
    Answer stopped = house.get(curious, "/v1/cards/0000019998");
    assertEquals("READS_EXHAUSTED", stopped.code(), stopped::toString);
    assertEquals("READS_EXHAUSTED", house.post(curious, "/v1/card-searches", unknown).code());
    assertEquals("READS_EXHAUSTED", looks(curious, new CardNo(19_996), "还想看").code());
    assertEquals(
        alarms + 1, house.meters.counter("ecard.personal.read.alarms").count(), "once a day");
    done(200, house.get(CLERK, "/v1/cards/0000019998")); // others work on
    JsonObject most =
        done(200, house.get(DeskHouse.login("410800", Role.AUDITOR), "/v1/personal-reads"))
            .getJsonArray("days")
            .getJsonObject(0);
    assertEquals(curious, most.getString("login"));
    house.pass(Duration.ofDays(1));
    done(200, house.get(curious, "/v1/cards/0000019998"));
  }

  /** Whoever tries a list of numbers learns who is a member elsewhere: his union is told, too. */
  @Test
  void whoTriesAListOfOthersIsNoticed() throws Exception {
    house.addStaff("list.taker", "410000", Role.CLERK);
    StringBuilder theirs = new StringBuilder("identity,name,category,org\n");
    for (int n = 5_000; n < 5_250; n++) {
      theirs.append(resident(n)).append(',').append(NAME).append(",ORDINARY,410821\n");
    }
    String path = "/v1/member-imports";
    JsonObject sheet = new JsonObject().put("csv", theirs.toString()).put("dryRun", false);
    assertEquals(250, done(200, house.post(OTHER, path, sheet)).getInteger("created"));
    double alarms = house.meters.counter("ecard.personal.read.alarms").count();
    sheet.put("csv", theirs.toString().replace(",410821\n", ",410802\n")).put("dryRun", true);
    for (String time : List.of("first", "again")) {
      JsonObject tried = done(200, house.post("list.taker", path, sheet));
      assertEquals(250, tried.getJsonArray("bad").size(), time);
      assertEquals(
          alarms + 1, house.meters.counter("ecard.personal.read.alarms").count(), "once a day");
    }
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'personal.reads-alarm'"
                + " and subject = 'list.taker'"));
  }

  @Test
  void aLookHasAReasonWhichTheMemberReads() throws Exception {
    Handset phone = phone();
    String path = "/v1/cards/" + phone.card().digits() + "/reads";
    assertEquals(400, house.post(CLERK, path, NOTHING).status());
    assertEquals(403, house.post(AUDITOR, path, new JsonObject().put("reason", "x")).status());
    done(200, looks(APPROVER, phone.card(), "回访电话 13912345678"));
    JsonArray reads = done(200, phone.get("/v1/cards/mine/data")).getJsonArray("reads");
    String all = reads.encode();
    assertTrue(all.contains("回访电话") && all.contains("区总工会"), all);
    assertFalse(all.contains("13912345678"), "numbers are struck out");
    assertTrue(done(200, house.get(SUPERVISOR, "/v1/personal-reads")).encode().contains("回访电话"));
  }

  // ---- attacks

  /** Whoever asks for somebody learns the same, whether he is nobody or another union's. */
  @Test
  void nobodyIsFoundByTheWayInWhichHeIsNotFound() throws Exception {
    String theirs = resident(++people);
    JsonObject made =
        done(201, house.post(OTHER, "/v1/members", member(theirs).put("org", "410821")));
    CardNo foreign = new CardNo(Long.parseLong(made.getString("cardNo")));
    CardNo nobody = new CardNo(9_876_543_210L);
    JsonObject search = new JsonObject().put("identity", theirs);
    JsonObject unknown = new JsonObject().put("identity", resident(9_100));
    assertEquals(
        done(200, house.post(CLERK, "/v1/card-searches", search)),
        done(200, house.post(CLERK, "/v1/card-searches", unknown)));
    assertEquals(told(looks(CLERK, foreign, "查")), told(looks(CLERK, nobody, "查")));
    assertEquals(
        told(house.get(CLERK, "/v1/cards/" + foreign.digits())),
        told(house.get(CLERK, "/v1/cards/" + nobody.digits())));
    for (String kind : List.of("ACCESS", "DELETION")) {
      assertEquals(
          told(house.post(CLERK, "/v1/data-requests", wish(kind).put("cardNo", foreign.digits()))),
          told(house.post(CLERK, "/v1/data-requests", wish(kind).put("cardNo", nobody.digits()))));
    }
    JsonObject moving = new JsonObject().put("org", "410802").put("reason", "转入");
    assertEquals(
        told(house.post(CLERK, "/v1/cards/" + foreign.digits() + "/transfers", moving)),
        told(house.post(CLERK, "/v1/cards/" + nobody.digits() + "/transfers", moving)));
  }

  private static String told(Answer answer) {
    return answer.status() + answer.code() + answer.json().getString("detail");
  }

  /** Wrong codes are one answer, use nothing up, and tell nothing of the right one. */
  @Test
  void codesThatAreGuessedAreAllTheSame() throws Exception {
    CardNo card = card();
    String code =
        done(201, house.post(CLERK, "/v1/cards/" + card.digits() + "/enrolments", NOTHING))
            .getString("code");
    String key = new TestPhone().publicKey();
    Set<String> answers = new HashSet<>();
    String letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (int place = 0; place < 12; place++) {
      for (char letter : letters.toCharArray()) {
        String guess = code.substring(0, place) + letter + code.substring(place + 1);
        if (!guess.equals(code)) {
          answers.add(
              told(
                  house.post(
                      null,
                      "/v1/card-bindings",
                      new JsonObject().put("code", guess).put("publicKey", key))));
        }
      }
    }
    assertEquals(1, answers.size(), answers::toString);
    assertTrue(answers.iterator().next().startsWith("409ACTIVATION_REFUSED"), answers::toString);
    JsonObject right = new JsonObject().put("code", code).put("publicKey", key);
    done(201, house.post(null, "/v1/card-bindings", right));
  }

  // ---- what others learn

  @Test
  void twoMerchantsCannotPutTheirCustomersTogether() throws Exception {
    ContractClient other = house.till("T0000008"); // of merchant 3
    house.give("shop.one", "841080210000013");
    house.give("shop.three", "841080250000033");
    Set<String> one = new HashSet<>();
    Set<String> three = new HashSet<>();
    CardNo last = card();
    for (int i = 0; i < 5; i++) {
      Handset phone = i == 4 ? new Handset(house, CLERK, last) : phone();
      buys(till, phone, -1);
      buys(till, phone, 0);
      buys(other, phone, 1);
    }
    customers("shop.one", "841080210000013", one);
    customers("shop.three", "841080250000033", three);
    assertEquals(5, one.size(), "who comes again has the same name");
    assertEquals(5, three.size());
    one.retainAll(three);
    assertEquals(Set.of(), one, "nothing to put together by");
    forget(last);
    Set<String> after = new HashSet<>();
    customers("shop.one", "841080210000013", after);
    assertEquals(4, after.size(), "a name ends with the member");
  }

  private void buys(ContractClient at, Handset phone, int steps) throws Exception {
    JsonObject sale = house.sell(at, phone.shown(steps), 1_000);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
  }

  private void customers(String login, String merchant, Set<String> names) throws Exception {
    String at = "/v1/merchants/" + merchant + "/transactions";
    JsonObject page = done(200, house.get(login, at));
    for (Object each : page.getJsonArray("transactions")) {
      String customer = ((JsonObject) each).getString("customer");
      if (customer != null) {
        names.add(customer);
      }
    }
  }

  @Test
  void aGroupThatIsTooSmallIsNotShown() throws Exception {
    String said =
        "insert into consent (member, purpose, version, given, channel, at)"
            + " select g, 'ANALYSIS', 1, %s, 'PAGE', now() from generate_series(%d, %d, 2) g";
    for (long card = 30; card < 52; card += 2) { // eleven of the district
      assertEquals("APPROVED", house.sell(till, card, 1_000).getString("outcome"));
    }
    String month = YearMonth.from(house.now().atZone(ZoneId.of("Asia/Shanghai"))).toString();
    String at = "/v1/analysis?month=" + month;
    assertTrue(groups(at).isEmpty(), "nobody has consented");
    TestStores.execute(house.url, said.formatted("true", 30, 46)); // nine
    JsonObject nine = done(200, house.get(AUDITOR, at));
    assertTrue(nine.getJsonArray("groups").isEmpty(), nine::encode);
    assertEquals(1, nine.getInteger("hidden"));
    TestStores.execute(house.url, said.formatted("true", 48, 48)); // ten
    JsonObject ten = groups(at).getJsonObject(0);
    assertEquals("EAT", ten.getString("category"));
    assertEquals(10, ten.getLong("people"));
    TestStores.execute(house.url, said.formatted("true", 50, 50)); // eleven
    assertEquals(ten, groups(at).getJsonObject(0), "one more is not to be told");
    TestStores.execute(house.url, said.formatted("false", 40, 50));
    assertTrue(groups(at).isEmpty(), "taken back");
    assertEquals(404, house.get(AUDITOR, at + "&org=410821").status());
  }

  private JsonArray groups(String at) throws Exception {
    return done(200, house.get(AUDITOR, at)).getJsonArray("groups");
  }

  // ---- how long

  @Test
  void howLongWhatIsKeptIsSetByTwoOfTheTopUnion() throws Exception {
    String clerk = DeskHouse.login("410000", Role.CLERK);
    String approver = DeskHouse.login("410000", Role.APPROVER);
    house.addStaff("two.hats", "410000", Role.CLERK, Role.APPROVER);
    String path = "/v1/retention/CARD_CODE/";
    JsonObject wish = new JsonObject().put("days", 60).put("reason", "市总〔2026〕12号");
    JsonObject confirm = new JsonObject().put("decision", "CONFIRM");
    assertEquals(404, house.post(CLERK, path + "changes", wish).status(), "no top union");
    assertEquals(404, house.post(approver, path + "decision", confirm).status(), "nothing asked");
    assertEquals(
        400,
        house
            .post(clerk, "/v1/retention/PERSONAL_READ/changes", wish.copy().put("days", 100))
            .status(),
        "a law wants six months");
    JsonObject asked = done(200, house.post("two.hats", path + "changes", wish));
    assertEquals("two.hats", rule(asked).getJsonObject("asked").getString("by"));
    assertEquals(30, rule(asked).getInteger("days"), "nobody has confirmed it");
    assertEquals(
        "STATE_DOES_NOT_ALLOW", house.post(clerk, path + "changes", wish).code(), "one at a time");
    assertEquals("SAME_PERSON", house.post("two.hats", path + "decision", confirm).code());
    assertEquals(
        60, rule(done(200, house.post(approver, path + "decision", confirm))).getInteger("days"));
    done(200, house.post(clerk, path + "changes", wish.put("days", 10)));
    JsonObject refuse = new JsonObject().put("decision", "REFUSE");
    assertEquals(400, house.post(approver, path + "decision", refuse).status(), "says why");
    refuse.put("reason", "与档案管理规定不符");
    assertEquals(
        400,
        house.post(approver, path + "decision", confirm.copy().put("reason", "x")).status(),
        "nothing is to be said to it");
    JsonObject refused = done(200, house.post(approver, path + "decision", refuse));
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'retention.refused'"
                + " and detail->>'because' = '与档案管理规定不符' and detail->>'to' = '10'"));
    done(200, house.post("two.hats", path + "changes", wish));
    assertEquals("SAME_PERSON", house.post("two.hats", path + "decision", refuse).code());
    done(200, house.post(approver, path + "decision", refuse));
    assertEquals(60, rule(refused).getInteger("days"));
    assertFalse(rule(refused).containsKey("asked"));
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'retention.set' and subject = 'CARD_CODE'"
                + " and detail->>'from' = '30' and detail->>'to' = '60'"));
    TestStores.execute(house.url, "update retention set days = 30 where what = 'CARD_CODE'");
  }

  private static JsonObject rule(JsonObject rules) {
    return rules.getJsonArray("retention").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("what").equals("CARD_CODE"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatWasKeptForLongEnoughEnds() throws Exception {
    CardNo left = card();
    CardNo stays = card();
    long member = of(left);
    TestStores.execute(
        house.url,
        """
        update member set left_at = now() - interval '1096 days' where id = %1$d;
        update member set left_at = now() - interval '1000 days' where id = %2$d;
        insert into personal_read (at, staff, what, people)
          select now() - interval '1096 days', id, 'SEARCH', 1 from staff limit 1;
        insert into data_request (member, card, kind, state, asked_at, due_at, ended_at)
          values (%2$d, %3$d, 'ACCESS', 'WITHDRAWN', now() - interval '1200 days',
            now() - interval '1190 days', now() - interval '1199 days');
        """
            .formatted(member, of(stays), stays.serial()));
    done(201, house.post(CLERK, "/v1/cards/" + stays.digits() + "/enrolments", NOTHING));
    TestStores.execute(
        house.url,
        "update card_enrolment set issued_at = now() - interval '40 days', expires_at = now() -"
            + " interval '39 days' where card = "
            + stays.serial());
    Retention retention = house.privacy().retention();
    assertEquals(1, Loops.await(retention.run()));
    assertEquals(0, Loops.await(retention.run()), "once");
    assertEquals(0, number("select count(*) from member_key where member = " + member));
    assertEquals(1, number("select count(*) from member_key where member = " + of(stays)));
    assertEquals(
        0, number("select count(*) from personal_read where at < now() - interval '1095 days'"));
    assertEquals(0, number("select count(*) from data_request where ended_at < '2024-01-01'"));
    assertEquals(0, number("select count(*) from card_enrolment where card = " + stays.serial()));
    assertEquals(
        5, done(200, house.get(AUDITOR, "/v1/retention")).getJsonArray("retention").size());
    assertThrows(
        IllegalStateException.class,
        () ->
            TestStores.execute(
                house.url, "update retention set days = 100 where what = 'PERSONAL_READ'"),
        "a law wants six months");
    assertNotEquals(0, number("select count(*) from audit where action = 'member.forgotten'"));
  }
}
