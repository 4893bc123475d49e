package cn.unionecard.gateway.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.PersonalValues;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.member.Handset;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A member's life, from the list of his union to the day on which he is forgotten: what he paid
 * stays as it was, and nothing of him is left, in no file of the database and in no log.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberLifeIT {
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410821", Role.APPROVER);
  private static final String OTHER = DeskHouse.login("410821", Role.CLERK);
  private static final String CITY = DeskHouse.login("410800", Role.CLERK);
  private static final String AUDITOR = DeskHouse.login("410800", Role.AUDITOR);

  /** Nobody's, and in no other test. */
  private static final String NAME = "闾丘甪端";

  private static final String WORDS = "我叫闾丘甪端，请把我的资料都删掉";
  private static final String PHONE = "19912345670";
  private static final String IDENTITY = identity();

  private DeskHouse house;
  private ContractClient till;

  private static String identity() {
    String payload = "41080219771103417";
    return payload + ResidentNumber.checkCharacter(payload);
  }

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("life");
    TestTown.tenPercent(house.url);
    till = house.till("T0000001");
    long somebody = 1;
    while (house.sell(till, somebody, 1_000).getLong("discountFen") == 0) {
      somebody++; // until the line has heard of the campaign
    }
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  @CanIgnoreReturnValue
  private static JsonObject done(int status, Answer answer) {
    assertEquals(status, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private CardNo imported() throws Exception {
    JsonObject sheet =
        new JsonObject()
            .put("dryRun", false)
            .put(
                "csv",
                "name,identity,phone,org,category\n"
                    + String.join(",", NAME, IDENTITY, PHONE, "410802", "HARDSHIP")
                    + "\n");
    JsonObject taken = done(200, house.post(CLERK, "/v1/member-imports", sheet));
    assertEquals(1, taken.getInteger("created"), taken::encode);
    JsonObject again = done(200, house.post(CLERK, "/v1/member-imports", sheet));
    assertEquals(1, again.getInteger("unchanged"), again::encode);
    JsonArray cards =
        done(
                200,
                house.post(CLERK, "/v1/card-searches", new JsonObject().put("identity", IDENTITY)))
            .getJsonArray("cards");
    JsonObject card = cards.getJsonObject(0);
    assertEquals("闾***", card.getString("holder"));
    return new CardNo(Long.parseLong(card.getString("cardNo")));
  }

  private JsonObject sold(String code) throws Exception {
    return house.sell(till, code, 1_000);
  }

  private byte[] receipt(JsonObject sale) throws Exception {
    Answer receipt = house.get(AUDITOR, "/v1/receipts/" + sale.getString("id"));
    assertEquals(200, receipt.status());
    return receipt.body();
  }

  private static void verifies(byte[] receipt) {
    SigningKey key = TestLine.signingKey();
    var verdict = new ReceiptVerifier(List.of(key.publicKey())).verify(receipt);
    assertTrue(verdict.isValid(), verdict::toString);
  }

  @Test
  void fromTheListToTheDayOnWhichHeIsForgotten() throws Exception {
    CardNo card = imported();
    Handset first = new Handset(house, CLERK, card);
    JsonObject sale = sold(first.shown(-1));
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    assertEquals(100, sale.getLong("discountFen"));
    JsonObject saved = done(200, first.get("/v1/cards/mine/savings"));
    assertEquals(100, saved.getJsonObject("total").getLong("savedFen"), saved::encode);
    reviews(first, sale);
    byte[] receipt = receipt(sale);
    verifies(receipt);

    // the phone is lost; its codes die with the report, the new one's live
    String shownBefore = first.shown(0);
    done(200, house.post(CLERK, "/v1/cards/" + card.digits() + "/status", lost()));
    assertEquals("CODE_UNKNOWN", sold(shownBefore).getString("refusal"));
    Handset second = new Handset(house, CLERK, card);
    assertEquals("CODE_UNKNOWN", sold(first.shown(0)).getString("refusal"), "the old phone");
    assertEquals(401, first.get("/v1/cards/mine").status());
    JsonObject later = sold(second.shown(0));
    assertEquals("APPROVED", later.getString("outcome"), later::encode);

    // to another union, with his phone and his card
    JsonObject moving = new JsonObject().put("org", "410821").put("reason", "工作调动");
    done(200, house.post(CITY, "/v1/cards/" + card.digits() + "/transfers", moving));
    assertEquals(404, house.get(CLERK, "/v1/cards/" + card.digits()).status());
    assertEquals(
        "410821", done(200, second.get("/v1/cards/mine")).getJsonObject("org").getString("code"));

    copy(second, sale);
    forget(second, card, sale, receipt);
  }

  private static JsonObject lost() {
    return new JsonObject().put("status", "LOST").put("reason", "本人电话挂失");
  }

  private static void reviews(Handset phone, JsonObject sale) throws Exception {
    JsonObject review =
        new JsonObject()
            .put("transaction", sale.getString("id"))
            .put("stars", 5)
            .put("quality", 5)
            .put("service", 5)
            .put("afterSales", 5)
            .put("text", NAME + "觉得很好");
    done(201, phone.post("/v1/reviews", review));
  }

  private void copy(Handset phone, JsonObject sale) throws Exception {
    String path = "/v1/cards/" + phone.card().digits() + "/reads";
    JsonObject seen = done(200, house.post(OTHER, path, new JsonObject().put("reason", "核对转会材料")));
    assertEquals(NAME, seen.getString("name"));
    assertEquals(PHONE, seen.getString("phone"));
    assertTrue(seen.getString("identity").startsWith("410802********"), seen::encode);

    JsonObject copy = done(200, phone.get("/v1/cards/mine/data"));
    JsonObject person = copy.getJsonObject("person");
    assertEquals(NAME, person.getString("name"));
    assertEquals(IDENTITY, person.getString("identity"));
    assertEquals(PHONE, person.getString("phone"));
    assertEquals("HARDSHIP", person.getString("category"));
    String all = copy.encode();
    assertTrue(all.contains(sale.getString("id")), all);
    assertTrue(all.contains("核对转会材料"), all);
    assertEquals("410802", copy.getJsonArray("unions").getJsonObject(0).getString("from"));
    Answer sheet = phone.get("/v1/cards/mine/data?format=csv");
    String csv = new String(sheet.body(), StandardCharsets.UTF_8);
    assertTrue(csv.contains("person,1,name," + NAME + "\r\n"), csv);
    assertTrue(sheet.header("content-type").startsWith("text/csv"), sheet::toString);
  }

  private void forget(Handset phone, CardNo card, JsonObject sale, byte[] receipt)
      throws Exception {
    JsonObject wish = new JsonObject().put("kind", "DELETION").put("words", WORDS);
    JsonObject asked = done(201, phone.post("/v1/cards/mine/requests", wish));
    assertEquals("ASKED", asked.getString("state"));
    assertEquals(asked, done(200, phone.post("/v1/cards/mine/requests", wish)), "once");
    String request = "/v1/data-requests/" + asked.getLong("request");
    assertEquals(WORDS, done(200, house.get(APPROVER, request)).getString("words"));
    assertEquals(404, house.get(CLERK, request).status(), "another union");
    String totals = totals();
    List<byte[]> before = secrets(card);

    JsonObject step = new JsonObject().put("step", "DO");
    assertEquals(403, house.post(OTHER, request + "/steps", step).status(), "a clerk does not");
    JsonObject ended = done(200, house.post(APPROVER, request + "/steps", step));
    assertEquals("DONE", ended.getString("state"));
    assertEquals("某*", ended.getString("holder"));

    assertEquals(401, phone.get("/v1/cards/mine").status());
    assertEquals("REFUSED", sold(phone.shown(1)).getString("outcome"));
    JsonObject reason = new JsonObject().put("reason", "试查");
    assertEquals(
        "PERSONAL_DATA_FORGOTTEN",
        house.post(OTHER, "/v1/cards/" + card.digits() + "/reads", reason).code());
    JsonObject search = new JsonObject().put("identity", IDENTITY);
    assertTrue(
        done(200, house.post(CITY, "/v1/card-searches", search)).getJsonArray("cards").isEmpty());
    assertEquals(totals, totals(), "totals");
    assertArrayEquals(receipt, receipt(sale), "the same bytes");
    verifies(receipt(sale));
    nothingIsLeft(before);
  }

  /** What a book-keeper adds up. */
  private String totals() throws SQLException {
    return text(
        """
        select concat_ws('/', count(*), sum(order_fen), sum(discount_fen),
          (select sum(fen) from posting), (select sum(stars) from review_edition),
          (select sum(used_fen) from allowance))
        from transaction where refusal is null
        """);
  }

  private String text(String sql) throws SQLException {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next());
      return row.getString(1);
    }
  }

  /** Key, index and cipher texts as they lie in the rows now. */
  private List<byte[]> secrets(CardNo card) throws SQLException {
    String sql =
        """
        select k.wrapped, k.identity_index, m.name_cipher, m.identity_cipher, m.phone_cipher,
          (select words from data_request r where r.member = m.id)
        from card c join member m on m.id = c.member join member_key k on k.member = m.id
        where c.serial = %d
        """
            .formatted(card.serial());
    List<byte[]> secrets = new ArrayList<>();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next());
      for (int i = 1; i <= 6; i++) {
        secrets.add(row.getBytes(i));
        assertNotNull(secrets.get(i - 1));
      }
    }
    return secrets;
  }

  /** In no file of the database, after it was written anew, and in no log of any test. */
  private void nothingIsLeft(List<byte[]> secrets) throws Exception {
    TestStores.execute(house.url, "vacuum full");
    TestStores.execute(house.url, "checkpoint");
    Path data = Path.of(text("show data_directory"));
    Path tables =
        data.resolve("base")
            .resolve(text("select oid from pg_database where datname = current_database()"));
    List<byte[]> plain =
        Stream.of(NAME, IDENTITY, PHONE)
            .map(value -> value.getBytes(StandardCharsets.UTF_8))
            .toList();
    assertEquals(List.of(), found(tables, secrets), "key, index or cipher text");
    assertEquals(List.of(), found(tables, plain), "plain in a table");
    // the write-ahead log is past: it may hold what was encrypted, never what was not
    assertEquals(
        List.of(), found(data.resolve("pg_wal"), without(plain, NAME)), "plain in the log");
    if (Files.isDirectory(PersonalValues.LOGS)) {
      assertEquals(List.of(), found(PersonalValues.LOGS, plain), "plain in a log");
    }
    byte[] there = "410821".getBytes(StandardCharsets.UTF_8);
    assertFalse(found(tables, List.of(there)).isEmpty(), "something was looked through");
  }

  /** His own words of a review were plain until he was forgotten. */
  private static List<byte[]> without(List<byte[]> plain, String value) {
    byte[] one = value.getBytes(StandardCharsets.UTF_8);
    return plain.stream().filter(each -> !Arrays.equals(each, one)).toList();
  }

  private static List<String> found(Path folder, List<byte[]> wanted) throws Exception {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < wanted.size(); i++) {
          if (content.contains(new String(wanted.get(i), StandardCharsets.ISO_8859_1))) {
            found.add(i + " in " + file);
          }
        }
      }
    }
    return found;
  }
}
