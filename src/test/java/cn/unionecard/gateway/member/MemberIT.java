package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.PersonalValues;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Members and cards over HTTPS, on a real database, with a real line at the tills. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberIT {
  private static final String HEADER = "identity,name,category,org\n";
  private static final String NAME = PersonalValues.NAME;
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String CITY = DeskHouse.login("410800", Role.CLERK);
  private static final String OTHER = DeskHouse.login("410821", Role.CLERK);
  private static final String AUDITOR = DeskHouse.login("410802", Role.AUDITOR);

  private DeskHouse house;
  private ContractClient till;
  private int people;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("members");
    till = house.till("T0000001");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
    String written = dump("select concat(a.subject, a.detail) from audit a");
    written += dump("select concat(kind, body) from event");
    written +=
        dump(
            "select concat(name_cipher, identity_cipher, wrapped, k.identity_index)"
                + " from member m join member_key k on k.member = m.id");
    assertFalse(written.contains(NAME) || written.contains("41080219"), "plain in the database");
    assertTrue(written.contains("8000000"), "something was looked through");
  }

  private String dump(String sql) throws SQLException {
    StringBuilder all = new StringBuilder();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        all.append(rows.getString(1)).append('\n');
      }
    }
    return all.toString();
  }

  // ---- the hands of the clerk

  private static String resident(int n) {
    String payload = String.format(Locale.ROOT, "410802%04d0101%d", 1950 + n / 100, 900 + n % 100);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private String somebody() {
    return resident(++people);
  }

  private static JsonObject member(String identity) {
    return new JsonObject()
        .put("identity", identity)
        .put("name", NAME)
        .put("category", "ORDINARY")
        .put("org", "410802");
  }

  private String card() throws Exception {
    Answer made = house.post(CLERK, "/v1/members", member(somebody()));
    assertEquals(201, made.status(), () -> made.json().encode());
    return made.json().getString("cardNo");
  }

  private Answer take(String by, String csv, boolean dryRun) throws Exception {
    return house.post(
        by, "/v1/member-imports", new JsonObject().put("csv", csv).put("dryRun", dryRun));
  }

  private Answer step(String by, String card, String status) throws Exception {
    return house.post(
        by,
        "/v1/cards/" + card + "/status",
        new JsonObject().put("status", status).put("reason", "本人申请，证件 " + resident(0)));
  }

  private Answer enrol(String by, String card) throws Exception {
    return house.post(by, "/v1/cards/" + card + "/enrolments", new JsonObject());
  }

  private String code(String card) throws Exception {
    Answer made = enrol(CLERK, card);
    assertEquals(201, made.status(), () -> made.json().encode());
    return made.json().getString("code");
  }

  private static byte[] phoneKey() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    return keys.generateKeyPair().getPublic().getEncoded();
  }

  private Answer bind(String code) throws Exception {
    return bind(code, Base64.getEncoder().encodeToString(phoneKey()));
  }

  private Answer bind(String code, String publicKey) throws Exception {
    return house.post(
        null, "/v1/card-bindings", new JsonObject().put("code", code).put("publicKey", publicKey));
  }

  private JsonObject bound(String card) throws Exception {
    Answer bound = bind(code(card));
    assertEquals(201, bound.status(), () -> bound.json().encode());
    return bound.json();
  }

  /** What a phone shows that knows nothing but what the binding told it. */
  private String shown(JsonObject bound, int stepsAhead) {
    long now = house.line.clock.millis() / 1_000 + stepsAhead * bound.getLong("stepSeconds");
    String today =
        LocalDate.ofInstant(house.line.clock.instant(), ZoneId.of("Asia/Shanghai")).toString();
    String alias =
        bound.getJsonArray("aliases").stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getString("day").equals(today))
            .findFirst()
            .orElseThrow()
            .getString("alias");
    HMac hmac = new HMac(new SM3Digest());
    hmac.init(new KeyParameter(Base64.getUrlDecoder().decode(bound.getString("cardKey"))));
    byte[] step = ByteBuffer.allocate(8).putLong(now / bound.getLong("stepSeconds")).array();
    hmac.update(step, 0, step.length);
    byte[] mac = new byte[32];
    hmac.doFinal(mac, 0);
    int otp = (ByteBuffer.wrap(mac).getInt(mac[31] & 15) & Integer.MAX_VALUE) % 10_000_000;
    String digits = "84" + alias + String.format(Locale.ROOT, "%07d", otp);
    return digits + Luhn.checkDigit(digits);
  }

  private String sold(JsonObject bound, int stepsAhead) throws Exception {
    JsonObject sale = house.sell(till, shown(bound, stepsAhead), 1_000);
    return sale.getString("refusal", sale.getString("outcome"));
  }

  private long number(String sql) {
    return TestStores.number(house.url, sql);
  }

  // ---- members

  @Test
  void aMemberIsEnteredOnceAndKeptEncrypted() throws Exception {
    JsonObject wanted = member(somebody()).put("category", "HARDSHIP");
    Answer made = house.post(CLERK, "/v1/members", wanted);
    assertEquals(201, made.status(), () -> made.json().encode());
    JsonObject card = made.json();
    assertEquals("诸***", card.getString("holder"));
    assertEquals("ISSUED", card.getString("status"));
    assertEquals("410802", card.getString("org"));
    assertEquals("HARDSHIP", card.getString("category"));
    assertEquals(1, card.getInteger("epoch"));
    assertEquals("/v1/cards/" + card.getString("cardNo"), made.header("location"));
    assertEquals(card, house.get(AUDITOR, made.header("location")).json());

    Answer again = house.post(CITY, "/v1/members", wanted);
    assertEquals(200, again.status());
    assertEquals(card, again.json());
    Answer withNo =
        house.post(CLERK, "/v1/members", wanted.copy().put("cardNo", card.getString("cardNo")));
    assertEquals(200, withNo.status());

    for (JsonObject other :
        List.of(
            wanted.copy().put("name", "诸葛有名"),
            wanted.copy().put("category", "ORDINARY"),
            wanted.copy().put("org", "410802.0001"),
            wanted.copy().put("cardNo", "0123456789"))) {
      Answer refused = house.post(CLERK, "/v1/members", other);
      assertEquals(409, refused.status(), other::encode);
      assertEquals("ALREADY_TAKEN", refused.code());
      assertTrue(refused.json().getString("detail").startsWith("identity: "), refused::toString);
    }
    assertEquals(
        "ALREADY_TAKEN",
        house.post(OTHER, "/v1/members", wanted.copy().put("org", "410821")).code(),
        "under another union");
    assertEquals(404, house.post(OTHER, "/v1/members", wanted).status(), "not its union");
    assertEquals(404, house.post(CLERK, "/v1/members", wanted.put("org", "410800")).status());

    MemberVault vault = DeskHouse.vault();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select m.id, name_cipher, identity_cipher, wrapped from member m"
                    + " join member_key k on k.member = m.id join card c on c.member = m.id"
                    + " where serial = "
                    + card.getString("cardNo"))) {
      assertTrue(row.next());
      long id = row.getLong(1);
      assertTrue(id >= 1_000_000_000L, "above the demo's: " + id);
      MemberKey key = vault.open(id, row.getBytes(4));
      assertEquals(NAME, key.decrypt(Column.NAME, row.getBytes(2)));
      assertEquals(wanted.getString("identity"), key.decrypt(Column.IDENTITY, row.getBytes(3)));
      assertFalse(row.next());
    }
    String subject = " and subject = '" + card.getString("cardNo") + "'";
    assertEquals(1, number("select count(*) from audit where action = 'member.added'" + subject));
  }

  @Test
  void aCardIsFoundByTheNumberOfItsMemberWithinTheSubtree() throws Exception {
    String identity = somebody();
    JsonObject card = house.post(CLERK, "/v1/members", member(identity)).json();
    JsonObject asked = new JsonObject().put("identity", identity);
    for (String clerk : List.of(CLERK, CITY)) {
      Answer found = house.post(clerk, "/v1/card-searches", asked);
      assertEquals(new JsonArray().add(card), found.json().getJsonArray("cards"), clerk);
    }
    for (String clerk : List.of(OTHER, DeskHouse.login("410802.0001", Role.CLERK))) {
      Answer found = house.post(clerk, "/v1/card-searches", asked);
      assertEquals(200, found.status());
      assertTrue(found.json().getJsonArray("cards").isEmpty(), clerk);
    }
    assertEquals(403, house.post(AUDITOR, "/v1/card-searches", asked).status());
    Answer nobody =
        house.post(
            CLERK, "/v1/card-searches", new JsonObject().put("identity", "410802199001019016"));
    assertEquals("identity", nobody.json().getString("field"));
    assertEquals(4, number("select count(*) from audit where action = 'cards.searched'"));
    assertEquals(
        0, number("select count(*) from audit where detail::text like '%" + identity + "%'"));
  }

  @Test
  void aCardThatIsThereAlreadyKeepsItsNumberAndNobodyElseGetsIt() throws Exception {
    JsonObject wanted = member(somebody()).put("cardNo", "0077777777");
    Answer made = house.post(CLERK, "/v1/members", wanted);
    assertEquals("0077777777", made.json().getString("cardNo"));
    assertEquals(200, house.post(CLERK, "/v1/members", wanted).status());
    wanted.remove("cardNo");
    assertEquals(made.json(), house.post(CLERK, "/v1/members", wanted).json());
    Answer taken = house.post(CLERK, "/v1/members", member(somebody()).put("cardNo", "0077777777"));
    assertEquals("ALREADY_TAKEN", taken.code());
    assertTrue(taken.json().getString("detail").startsWith("cardNo: "), taken::toString);
    long next = Long.parseLong(card()) + 1;
    JsonObject ahead = member(somebody()).put("cardNo", Long.toString(next));
    assertEquals(201, house.post(CLERK, "/v1/members", ahead).status());
    assertEquals(next + 1, Long.parseLong(card()), "a number that is taken is stepped over");
  }

  @Test
  void theGatewaysNumbersStepOverThoseOfTheSameSheet() throws Exception {
    long next = number("select nextval('card_serial')") + 1;
    String sheet =
        "identity,name,category,org,cardNo\n"
            + "%s,%s,ORDINARY,410802,\n".formatted(somebody(), NAME)
            + "%s,%s,ORDINARY,410802,%d\n".formatted(somebody(), NAME, next)
            + "%s,%s,ORDINARY,410802,%d\n".formatted(somebody(), NAME, next + 1);
    Answer taken = take(CLERK, sheet, false);
    assertEquals(200, taken.status(), () -> taken.json().encode());
    assertEquals(3, taken.json().getInteger("created"));
  }

  @Test
  void whoIsAMemberWithoutACardGetsOne() throws Exception {
    JsonObject wanted = member(somebody());
    String card = house.post(CLERK, "/v1/members", wanted).json().getString("cardNo");
    TestStores.execute(house.url, "delete from card where serial = " + card);
    long members = number("select count(*) from member");
    assertEquals(201, house.post(CLERK, "/v1/members", wanted).status());
    assertEquals(members, number("select count(*) from member"));
  }

  @Test
  void whatIsNoMemberIsNamedAndNotSaidBack() throws Exception {
    String good = somebody();
    JsonObject wanted = member(good);
    for (JsonObject wrong :
        List.of(
            wanted.copy().put("identity", resident(1).substring(0, 17) + "A"),
            wanted.copy().put("identity", "110101900101001"),
            wanted.copy().put("name", "=诸葛"),
            wanted.copy().put("name", "诸葛\u202e"),
            wanted.copy().put("name", "诸".repeat(41)),
            wanted.copy().put("category", "POOR"),
            wanted.copy().put("cardNo", "123"))) {
      Answer answer = house.post(CLERK, "/v1/members", wrong);
      assertEquals(400, answer.status(), wrong::encode);
      String said = answer.json().encode();
      assertFalse(said.contains(good) || said.contains("诸葛"), said);
    }
    assertEquals(
        201, house.post(CLERK, "/v1/members", wanted.put("identity", " " + good + " ")).status());
  }

  @Test
  void twoClerksWithTheSamePersonMakeOneMember() throws Exception {
    for (int round = 0; round < 10; round++) {
      JsonObject wanted = member(somebody());
      long before = number("select count(*) from member");
      List<Answer> both = atOnce(() -> house.post(CLERK, "/v1/members", wanted));
      for (Answer one : both) {
        assertTrue(Set.of(200, 201, 503).contains(one.status()), () -> one.json().encode());
      }
      assertEquals(1, both.stream().filter(one -> one.status() == 201).count());
      assertEquals(before + 1, number("select count(*) from member"));
    }
  }

  private static List<Answer> atOnce(Callable<Answer> work) {
    return Stream.generate(
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      try {
                        return work.call();
                      } catch (Exception e) {
                        throw new AssertionError(e);
                      }
                    }))
        .limit(2)
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }

  // ---- sheets

  @Test
  void theGoodRowsOfASheetAreEnteredAndTheBadOnesNamed() throws Exception {
    String there = somebody();
    assertEquals(201, house.post(CITY, "/v1/members", member(there)).status());
    String foreign = somebody();
    assertEquals(
        201, house.post(OTHER, "/v1/members", member(foreign).put("org", "410821")).status());
    String twice = somebody();
    String csv =
        "\ufeffidentity,name,category,org,cardNo\r\n"
            + String.join(
                "\r\n",
                there + ",诸葛无名,ORDINARY,410802,",
                somebody() + ",\"诸葛无名\",MODEL,410802.0001,",
                "123,诸葛无名,ORDINARY,410802,",
                foreign + ",诸葛无名,ORDINARY,410802,",
                somebody() + ",诸葛无名,ORDINARY,410821,",
                twice + ",诸葛无名,ORDINARY,410802,0088888888",
                "",
                twice + ",诸葛无名,ORDINARY,410802,0088888888",
                twice + ",诸葛有名,ORDINARY,410802,",
                somebody() + ",诸葛无名,ORDINARY,410802,0088888888",
                somebody() + ",\"=cmd|' /C calc'!A0\",ORDINARY,410802,",
                somebody() + ",诸葛无名,ORDINARY");
    long members = number("select count(*) from member");
    Answer dry = take(CLERK, csv, true);
    assertEquals(200, dry.status(), () -> dry.json().encode());
    assertEquals(members, number("select count(*) from member"));
    Answer taken = take(CLERK, csv, false);
    assertEquals(dry.json(), taken.json(), "a dry run says what will be");
    assertEquals(2, taken.json().getInteger("created"));
    assertEquals(2, taken.json().getInteger("unchanged"));
    assertEquals(
        List.of(
            "4 identity", "5 identity", "6 org", "10 identity", "11 cardNo", "12 name", "13 row"),
        taken.json().getJsonArray("bad").stream()
            .map(JsonObject.class::cast)
            .map(bad -> bad.getInteger("row") + " " + bad.getString("column"))
            .toList());
    String said = taken.json().encode();
    assertFalse(said.contains("诸葛") || said.contains("1950") || said.contains("calc"), said);
    assertEquals(members + 2, number("select count(*) from member"));
    JsonObject again = take(CLERK, csv, false).json();
    assertEquals(0, again.getInteger("created"));
    assertEquals(4, again.getInteger("unchanged"));
    assertEquals(taken.json().getJsonArray("bad"), again.getJsonArray("bad"));
    assertEquals(members + 2, number("select count(*) from member"));
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'members.added' and subject = '410802'"
                + " and cardinality(orgs) = 1 and detail = '{\"cards\":{\"0088888888\":\"ORDINARY\"}}'"));
    assertEquals(1, number("select count(*) from card where serial = 88888888"));
  }

  @Test
  void fiveHundredRowsAreOneCallAndMoreAreNot() throws Exception {
    String rows =
        IntStream.range(0, 500)
            .mapToObj(i -> resident(2_000 + i) + ",诸葛无名,NEW_EMPLOYMENT_FORM,410802.0001\n")
            .reduce("", String::concat);
    Answer more = take(CLERK, HEADER + rows + somebody() + ",诸葛无名,MODEL,410802\n", false);
    assertEquals(400, more.status());
    assertEquals("csv", more.json().getString("field"));
    long members = number("select count(*) from member");
    Answer taken = take(CLERK, HEADER + rows, false);
    assertEquals(200, taken.status(), () -> taken.json().encode());
    assertEquals(500, taken.json().getInteger("created"), () -> taken.json().encode());
    assertEquals(new JsonArray(), taken.json().getJsonArray("bad"));
    assertEquals(500, take(CLERK, HEADER + rows, false).json().getInteger("unchanged"));
    assertEquals(members + 500, number("select count(*) from member"));
    assertEquals(
        500,
        number(
            "select count(*) from audit a, jsonb_object_keys(detail -> 'cards')"
                + " where action = 'members.added' and subject = '410802.0001'"
                + " and jsonb_path_exists(detail, '$.cards.*[*] ? (@ == \"NEW_EMPLOYMENT_FORM\")')"));
    Answer large = take(CLERK, HEADER + " ".repeat(70_000), false);
    assertEquals(413, large.status());
  }

  @Test
  void whatIsNoSheetIsRefusedAsAWhole() throws Exception {
    long members = number("select count(*) from member");
    String good = somebody() + ",诸葛无名,ORDINARY,410802\n";
    for (String csv :
        List.of(
            "",
            good,
            "name,identity,category\n" + good,
            HEADER.replace(',', ';') + good,
            HEADER + good + "\"" + good,
            HEADER + good + "\"x\"y,a,b,c\n",
            new String((HEADER + good).getBytes("GBK"), StandardCharsets.UTF_8)
                .replace("identity", "\ufffd"))) {
      Answer answer = take(CLERK, csv, false);
      assertEquals(400, answer.status(), csv);
      assertEquals("csv", answer.json().getString("field"));
    }
    assertEquals(members, number("select count(*) from member"));
  }

  // ---- the life of a card

  @Test
  void aChangeOfACardBindsAtTheVeryNextSale() throws Exception {
    String card = card();
    JsonObject phone = bound(card);
    assertEquals(2, phone.getInteger("epoch"));
    assertEquals("诸***", phone.getString("holder"));
    assertEquals("APPROVED", sold(phone, 0));
    assertEquals(200, step(CLERK, card, "SUSPENDED").status());
    assertEquals("CARD_NOT_ACTIVE", sold(phone, 1));
    assertEquals("ACTIVE", step(CLERK, card, "ACTIVE").json().getString("status"));
    assertEquals(200, step(CLERK, card, "CANCELLED").status());
    assertEquals("CANCELLED", house.get(AUDITOR, "/v1/cards/" + card).json().getString("status"));
    assertEquals(
        3,
        number(
            "select count(*) from audit where action = 'card.status' and outcome = 'DONE'"
                + " and detail ->> 'reason' = '本人申请，证件 ******************' and subject = '"
                + card
                + "'"));
  }

  @Test
  void theCodesOfALostPhoneAreDeadAndThoseOfTheNextAreTaken() throws Exception {
    String card = card();
    JsonObject phone = bound(card);
    JsonObject lost = step(CLERK, card, "LOST").json();
    assertEquals("LOST", lost.getString("status"));
    assertEquals(3, lost.getInteger("epoch"));
    assertEquals(0, number("select count(device_key) from card where serial = " + card));
    assertEquals("CODE_UNKNOWN", sold(phone, 0), "of an epoch that is over");
    JsonObject newer = bound(card);
    assertEquals(4, newer.getInteger("epoch"));
    assertEquals("CODE_UNKNOWN", sold(phone, 0));
    assertEquals("APPROVED", sold(newer, 0));
    assertEquals(200, step(CLERK, card, "CANCELLED").status());
    assertEquals("CARD_NOT_ACTIVE", sold(newer, 1), "cancelled");
  }

  @Test
  void aStepThatIsNotThereIsRefusedAndToldWhatIs() throws Exception {
    String card = card();
    for (String[] one :
        new String[][] {
          {"ISSUED", "ACTIVE", "[LOST, CANCELLED]"},
          {"ISSUED", "SUSPENDED", "[LOST, CANCELLED]"},
          {"LOST", "ACTIVE", "[CANCELLED]"},
          {"LOST", "SUSPENDED", "[CANCELLED]"},
          {"LOST", "LOST", "[CANCELLED]"},
          {"ACTIVE", "ACTIVE", "[SUSPENDED, LOST, CANCELLED]"},
          {"SUSPENDED", "SUSPENDED", "[ACTIVE, LOST, CANCELLED]"},
          {"SUSPENDED", "ISSUED", "[ACTIVE, LOST, CANCELLED]"},
          {"CANCELLED", "ACTIVE", "[]"},
          {"CANCELLED", "LOST", "[]"},
          {"CANCELLED", "CANCELLED", "[]"},
        }) {
      TestStores.execute(
          house.url,
          "update card set status = '%s', epoch = epoch + 1 where serial = %s"
              .formatted(one[0], card));
      Answer refused = step(CLERK, card, one[1]);
      assertEquals("STATE_DOES_NOT_ALLOW", refused.code(), one[0] + " → " + one[1]);
      assertEquals(
          "card is " + one[0] + "; it can become " + one[2], refused.json().getString("detail"));
    }
    assertEquals(
        11,
        number(
            "select count(*) from audit where outcome = 'REFUSED' and subject = '" + card + "'"));
  }

  @Test
  void noStatementBringsACancelledCardOrAnOldSecretBack() throws Exception {
    String card = card();
    JsonObject phone = bound(card);
    assertEquals(2, phone.getInteger("epoch"));
    for (String set :
        List.of(
            "status = 'LOST'",
            "epoch = 1",
            "device_key = decode(repeat('00', 91), 'hex')",
            "device_key = '\\x00', epoch = 9",
            "holder_mask = '诸葛无名'")) {
      assertThrows(
          IllegalStateException.class,
          () ->
              TestStores.execute(house.url, "update card set " + set + " where serial = " + card));
    }
    assertEquals(200, step(CLERK, card, "CANCELLED").status());
    assertThrows(
        IllegalStateException.class,
        () ->
            TestStores.execute(
                house.url, "update card set status = 'ACTIVE', epoch = 9 where serial = " + card));
  }

  @Test
  void anotherUnionsClerkFindsNothing() throws Exception {
    String card = card();
    assertEquals(404, house.get(OTHER, "/v1/cards/" + card).status());
    assertEquals(404, step(OTHER, card, "CANCELLED").status());
    assertEquals(404, enrol(OTHER, card).status());
    String below = DeskHouse.login("410802.0001", Role.CLERK);
    assertEquals(404, step(below, card, "CANCELLED").status(), "nor one of a union below");
    assertEquals(404, house.get(CLERK, "/v1/cards/0000000000").status());
    assertEquals(404, house.get(CLERK, "/v1/cards/123").status());
    assertEquals(200, house.get(CITY, "/v1/cards/" + card).status());
    assertEquals("ISSUED", house.get(CLERK, "/v1/cards/" + card).json().getString("status"));
  }

  // ---- phones

  @Test
  void aPhoneIsBoundOnceAndItsCodesAreTaken() throws Exception {
    String card = card();
    String older = code(card);
    Answer issued = enrol(CLERK, card);
    String code = issued.json().getString("code");
    assertEquals(
        house.now().plusMillis(TestLine.desk().activationMs()).getEpochSecond(),
        OffsetDateTime.parse(issued.json().getString("expiresAt")).toEpochSecond());
    assertEquals(0, number("select count(*) from card_enrolment where code_hash = '" + code + "'"));
    Answer replaced = bind(older);
    assertEquals("ACTIVATION_REFUSED", replaced.code(), "a newer one replaces it");
    Answer never = bind("000000000000");
    assertEquals(replaced.json().getString("detail"), never.json().getString("detail"));

    byte[] key = phoneKey();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
            + "\n-----END PUBLIC KEY-----\n";
    String typed = code.substring(0, 4) + "-" + code.substring(4).toLowerCase(Locale.ROOT);
    Answer bound = bind(typed.replace('1', 'l').replace('0', 'O'), pem);
    assertEquals(201, bound.status(), () -> bound.json().encode());
    JsonObject phone = bound.json();
    assertEquals(card, phone.getString("cardNo"));
    List<String> days =
        phone.getJsonArray("aliases").stream()
            .map(one -> ((JsonObject) one).getString("day"))
            .toList();
    LocalDate today = LocalDate.ofInstant(house.now(), ZoneId.of("Asia/Shanghai"));
    assertEquals(IntStream.range(0, 8).mapToObj(i -> today.plusDays(i).toString()).toList(), days);
    assertEquals("APPROVED", sold(phone, 0));
    assertEquals(
        1,
        number(
            "select count(*) from card where serial = %s and device_key = decode('%s', 'base64')"
                .formatted(card, Base64.getEncoder().encodeToString(key))));

    Answer replayed = bind(code, pem);
    assertEquals("ACTIVATION_REFUSED", replayed.code());
    assertEquals(never.json().getString("detail"), replayed.json().getString("detail"));
    assertEquals(2, house.get(CLERK, "/v1/cards/" + card).json().getInteger("epoch"));
  }

  @Test
  void aCodeEndsWithItsTimeAndWithItsCard() throws Exception {
    String card = card();
    String code = code(card);
    TestStores.execute(
        house.url,
        """
        update card_enrolment
        set issued_at = issued_at - (expires_at - issued_at), expires_at = issued_at
        where card = """
            + " "
            + card);
    assertEquals("ACTIVATION_REFUSED", bind(code).code(), "at its end sharp");

    JsonObject phone = bound(card);
    String waiting = code(card);
    assertEquals(200, step(CLERK, card, "SUSPENDED").status());
    Answer refused = bind(waiting);
    assertEquals("STATE_DOES_NOT_ALLOW", refused.code());
    assertTrue(refused.json().getString("detail").contains("SUSPENDED"), refused::toString);
    assertEquals("STATE_DOES_NOT_ALLOW", enrol(CLERK, card).code());
    assertEquals(200, step(CLERK, card, "ACTIVE").status());
    assertEquals("APPROVED", sold(phone, 0));
    assertEquals(201, bind(waiting).status(), "the refusal has not spent it");
    assertEquals("CODE_UNKNOWN", sold(phone, 0), "two phones never pay with one card");

    String stolen = code(card);
    assertEquals(200, step(CLERK, card, "LOST").status());
    assertEquals("ACTIVATION_REFUSED", bind(stolen).code(), "who has the one may have the other");
    assertEquals(200, step(CLERK, card, "CANCELLED").status());
    assertEquals("STATE_DOES_NOT_ALLOW", enrol(CLERK, card).code());
  }

  @Test
  void ofTwoPhonesAtOnceOneWins() throws Exception {
    for (int round = 0; round < 10; round++) {
      String card = card();
      String code = code(card);
      List<Answer> both = atOnce(() -> bind(code));
      assertEquals(
          List.of(201, 409), both.stream().map(Answer::status).sorted().toList(), both::toString);
      Answer won = both.stream().filter(one -> one.status() == 201).findFirst().orElseThrow();
      assertEquals("APPROVED", sold(won.json(), 0));
      assertEquals(2, house.get(CLERK, "/v1/cards/" + card).json().getInteger("epoch"));
    }
  }

  @Test
  void whatIsNoKeyOfAPhoneIsRefusedBeforeTheCodeIsLookedAt() throws Exception {
    String card = card();
    String code = code(card);
    byte[] key = phoneKey();
    byte[] besideTheCurve = key.clone();
    besideTheCurve[90] ^= 1;
    byte[] longer = Arrays.copyOf(key, key.length + 1);
    KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1_024);
    List<String> wrong = new ArrayList<>(List.of("x", "AAAA", "-----BEGIN PUBLIC KEY-----"));
    for (byte[] one :
        List.of(
            besideTheCurve,
            longer,
            p384.generateKeyPair().getPublic().getEncoded(),
            rsa.generateKeyPair().getPublic().getEncoded())) {
      wrong.add(Base64.getEncoder().encodeToString(one));
    }
    Set<String> told = new TreeSet<>();
    for (String one : wrong) {
      Answer answer = bind(code, one);
      assertEquals(400, answer.status(), one);
      told.add(Objects.requireNonNull(answer.json().getString("field")));
    }
    assertEquals(Set.of("publicKey"), told);
    assertEquals(201, bind(code).status());
  }
}
