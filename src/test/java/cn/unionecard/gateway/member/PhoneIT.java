package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The phone of a member as a caller of its own, over HTTPS, beside a real line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PhoneIT {
  private static final String CITY = DeskHouse.login("410800", Role.CLERK);
  private static final String AUDITOR = DeskHouse.login("410800", Role.AUDITOR);
  private static final JsonObject NOTHING = new JsonObject();

  private DeskHouse house;
  private ContractClient till;
  private long cards = 3_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("phones");
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

  // ---- phones

  /** A card with the phone that it is bound to. */
  private final class Bound {
    private final CardNo card;
    private final TestPhone phone = new TestPhone();
    private final JsonObject given;
    private String token = "";
    private int bought;

    private Bound(long serial) throws Exception {
      card = new CardNo(serial);
      Answer code = house.post(CITY, "/v1/cards/" + card.digits() + "/enrolments", NOTHING);
      assertEquals(201, code.status(), () -> code.json().encode());
      Answer bound =
          house.post(
              null,
              "/v1/card-bindings",
              new JsonObject()
                  .put("code", code.json().getString("code"))
                  .put("publicKey", phone.publicKey()));
      assertEquals(201, bound.status(), () -> bound.json().encode());
      given = bound.json();
    }

    private String assertion() throws Exception {
      return phone.assertion(card.digits(), seconds());
    }

    private Answer signIn() throws Exception {
      return offer(assertion());
    }

    private Bound signedIn() throws Exception {
      Answer given = signIn();
      assertEquals(200, given.status(), () -> given.json().encode());
      token = given.json().getString("accessToken");
      return this;
    }

    private Answer get(String path) throws Exception {
      return house.withToken(token, path);
    }

    private Answer post(String path, JsonObject body) throws Exception {
      return house.withToken(token, "POST", path, body);
    }

    /** What it shows; by the next half minute the line takes it, too. */
    private String shown(int steps) {
      return new MemberCodes(TestTown.CODE_KEYS)
          .issue(card, given.getLong("epoch"), house.line.clock.millis() / 1_000 + steps * 30L);
    }

    private JsonObject buys(long fen) throws Exception {
      JsonObject sale = house.sell(till, shown(bought++), fen);
      assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
      return sale;
    }

    private JsonArray purchases() throws Exception {
      Answer page = get("/v1/cards/mine/transactions");
      assertEquals(200, page.status(), () -> page.json().encode());
      return page.json().getJsonArray("transactions");
    }
  }

  private long seconds() {
    return house.now().getEpochSecond();
  }

  private Answer offer(String assertion) throws Exception {
    return house.post(null, "/v1/card-tokens", new JsonObject().put("assertion", assertion));
  }

  private Bound phone() throws Exception {
    return new Bound(++cards);
  }

  private static void refused(String code, Answer answer) {
    assertEquals(code, answer.code(), () -> answer.json().encode());
  }

  // ---- the token

  @Test
  void aPhoneIsHeardForItsKeyOnce() throws Exception {
    Bound mine = phone();
    String assertion = mine.assertion();
    Answer given = offer(assertion);
    assertEquals(200, given.status());
    assertEquals(900, given.json().getInteger("expiresIn"));
    refused("UNAUTHENTICATED", offer(assertion));
    mine.token = given.json().getString("accessToken");
    JsonObject card = mine.get("/v1/cards/mine").json();
    assertEquals(mine.card.digits(), card.getString("cardNo"));
    assertEquals("张*", card.getString("holder"));
    assertTrue(card.getJsonObject("org").getString("name").endsWith("总工会"), card::encode);
    assertEquals("ACTIVE", card.getString("status"));
    JsonArray aliases = mine.given.getJsonArray("aliases");
    assertEquals(
        aliases.getJsonObject(7).getString("day"), card.getString("aliasesUntil"), card::encode);
  }

  /** Nobody learns whether there is such a card, or a phone that has it. */
  @Test
  void allThatIsNotProvedIsOneAnswer() throws Exception {
    Bound mine = phone();
    String digits = mine.card.digits();
    long now = seconds();
    String unbound = new CardNo(cards + 5_000).digits();
    Answer foreign = offer(new TestPhone().assertion(digits, now));
    refused("UNAUTHENTICATED", foreign);
    for (String other : List.of("9999999999", unbound)) {
      Answer answer = offer(mine.phone.assertion(other, now));
      assertEquals(
          foreign.json().getString("detail"), answer.json().getString("detail"), "card " + other);
    }
    String good = mine.assertion();
    String forged = good.substring(0, good.length() - 8) + "AAAAAAAA";
    assertEquals(
        foreign.json().getString("detail"), offer(forged).json().getString("detail"), "forged");
    List<UnaryOperator<JsonObject>> wrongs =
        List.of(
            claims -> claims.put("aud", "urn:other"),
            claims -> claims.put("iat", now - 900).put("exp", now - 600),
            claims -> claims.put("iat", now + 90).put("exp", now + 200),
            claims -> claims.put("exp", now + 301),
            claims -> claims.put("iss", "0000000001"),
            claims -> claims.put("sub", "T0000001").put("iss", "T0000001"),
            claims -> claims.put("jti", "with blank"),
            claims -> claims.put("jti", ""));
    for (UnaryOperator<JsonObject> wrong : wrongs) {
      refused("UNAUTHENTICATED", offer(mine.phone.assertion(digits, now, wrong)));
    }
    // clocks of phones are a little wrong
    UnaryOperator<JsonObject> early = claims -> claims.put("iat", now + 25).put("exp", now + 60);
    assertEquals(200, offer(mine.phone.assertion(digits, now, early)).status());
  }

  @Test
  void aTokenEndsAndNobodyElseMayDoWhatItMay() throws Exception {
    Bound mine = phone().signedIn();
    assertEquals(200, mine.get("/v1/cards/mine").status());
    refused("FORBIDDEN", house.get(AUDITOR, "/v1/cards/mine"));
    refused("UNAUTHENTICATED", house.get(null, "/v1/cards/mine"));
    refused("FORBIDDEN", till.send(till.request("/v1/cards/mine")));
    refused("FORBIDDEN", mine.get("/v1/cards/" + mine.card.digits()));
    refused("FORBIDDEN", mine.get("/v1/audit"));
    refused("FORBIDDEN", mine.get("/v1/feed"));
    refused("FORBIDDEN", mine.get("/v1/blocks/phones/1"));
    refused("FORBIDDEN", mine.get("/v1/batches/current"));
    house.pass(Duration.ofMinutes(16));
    refused("UNAUTHENTICATED", mine.get("/v1/cards/mine"));
    assertEquals(200, mine.signedIn().get("/v1/cards/mine").status());
  }

  @Test
  void aSecondPhoneEndsTheFirstAtOnce() throws Exception {
    Bound first = phone().signedIn();
    Bound second = new Bound(first.card.serial()).signedIn();
    Answer ended = first.get("/v1/cards/mine");
    refused("UNAUTHENTICATED", ended);
    assertTrue(ended.json().getString("detail").contains("tells why"), () -> ended.json().encode());
    refused("PHONE_REPLACED", first.signIn());
    assertEquals(200, second.get("/v1/cards/mine").status());
    // what the first proved is used up like any other
    String assertion = first.assertion();
    refused("PHONE_REPLACED", offer(assertion));
    refused("UNAUTHENTICATED", offer(assertion));
  }

  @Test
  void theDeskEndsAPhone() throws Exception {
    for (String status : List.of("LOST", "CANCELLED")) {
      Bound mine = phone().signedIn();
      assertEquals(200, step(mine, status).status());
      refused("UNAUTHENTICATED", mine.get("/v1/cards/mine"));
      refused("UNAUTHENTICATED", mine.post("/v1/cards/mine/aliases", NOTHING));
      refused("LOST".equals(status) ? "CARD_REPORTED_LOST" : "CARD_CANCELLED", mine.signIn());
    }
    Bound mine = phone().signedIn();
    assertEquals(200, step(mine, "SUSPENDED").status());
    assertEquals("SUSPENDED", mine.get("/v1/cards/mine").json().getString("status"));
    assertEquals(200, mine.signIn().status(), "it may look and complain");
  }

  private Answer step(Bound mine, String status) throws Exception {
    return house.post(
        CITY,
        "/v1/cards/" + mine.card.digits() + "/status",
        new JsonObject().put("status", status).put("reason", "本人申请"));
  }

  // ---- names for the next days

  /** The last, for the tills' certificates end meanwhile. */
  @Test
  @Order(Integer.MAX_VALUE)
  void namesAreRenewedAndTheKeyStays() throws Exception {
    Bound mine = phone().signedIn();
    house.pass(Duration.ofDays(5));
    Answer given = mine.signedIn().post("/v1/cards/mine/aliases", NOTHING);
    assertEquals(201, given.status(), () -> given.json().encode());
    assertFalse(given.json().containsKey("cardKey"), "the card's key stays");
    JsonArray before = mine.given.getJsonArray("aliases");
    JsonArray after = given.json().getJsonArray("aliases");
    assertEquals(before.getJsonObject(5), after.getJsonObject(0), "the same day has the same name");
    assertEquals(8, after.size());
    String until = given.json().getString("aliasesUntil");
    assertEquals(after.getJsonObject(7).getString("day"), until);
    assertEquals(until, mine.get("/v1/cards/mine").json().getString("aliasesUntil"));
  }

  /** Names are of the newest keys: a key of older ones would fit none of them. */
  @Test
  void aKeyOfFormerKeysIsGivenAnew() throws Exception {
    Bound mine = phone().signedIn();
    TestStores.execute(
        house.url, "update card_phone set code_kid = 'former' where card = " + mine.card.serial());
    JsonObject given = mine.post("/v1/cards/mine/aliases", NOTHING).json();
    assertEquals(mine.given.getString("cardKey"), given.getString("cardKey"));
    assertFalse(mine.post("/v1/cards/mine/aliases", NOTHING).json().containsKey("cardKey"));
  }

  // ---- what was bought

  @Test
  void aMemberSeesWhatHisCardPaidAndNothingElse() throws Exception {
    Bound mine = phone().signedIn();
    Bound other = phone().signedIn();
    JsonObject lunch = mine.buys(10_000);
    JsonObject theirs = other.buys(7_000);
    JsonObject one = mine.purchases().getJsonObject(0);
    assertEquals(1, mine.purchases().size());
    assertEquals(lunch.getString("id"), one.getString("id"));
    assertEquals("饭店", one.getString("merchantName"));
    assertEquals(1_000, one.getLong("savedFen"));
    assertEquals(9_000, one.getLong("memberPaysFen"));
    assertEquals("STANDS", one.getString("state"));
    Answer receipt = mine.get("/v1/receipts/" + lunch.getString("id"));
    assertEquals(lunch, receipt.json().getJsonObject("body"));
    Answer foreign = mine.get("/v1/receipts/" + theirs.getString("id"));
    Answer unknown = mine.get("/v1/receipts/0C3M7Z9K2V40");
    assertEquals(404, foreign.status());
    assertEquals(unknown.json().getString("detail"), foreign.json().getString("detail"));

    JsonObject refund = house.refund(till, lunch, 4_000);
    assertEquals("APPROVED", refund.getString("outcome"), refund::encode);
    one = mine.purchases().getJsonObject(0);
    assertEquals("PARTLY_RETURNED", one.getString("state"));
    assertEquals(600, one.getLong("savedFen"));
    assertEquals(3_600, one.getLong("returnedFen"));
    assertEquals(200, mine.get("/v1/receipts/" + refund.getString("id")).status());
    assertEquals(404, other.get("/v1/receipts/" + refund.getString("id")).status());
    JsonObject saved = mine.get("/v1/cards/mine/savings").json();
    for (String period : List.of("month", "year", "total")) {
      assertEquals(
          new JsonObject().put("savedFen", 600).put("purchases", 1),
          saved.getJsonObject(period),
          period);
    }
    assertEquals("EAT", saved.getJsonArray("categories").getJsonObject(0).getString("category"));
    JsonObject rest = house.refund(till, lunch, 6_000);
    assertEquals("APPROVED", rest.getString("outcome"), rest::encode);
    one = mine.purchases().getJsonObject(0);
    assertEquals("UNDONE", one.getString("state"));
    assertEquals(0, one.getLong("savedFen"));
    saved = mine.get("/v1/cards/mine/savings").json();
    assertEquals(0, saved.getJsonObject("total").getLong("purchases"), saved::encode);
  }

  @Test
  void aLongListGoesOnBehindTheLastPage() throws Exception {
    Bound mine = phone().signedIn();
    JsonObject bought = mine.buys(2_000);
    String id = bought.getString("id");
    TestStores.execute(
        house.url,
        """
        insert into code_use (card, step, transaction)
        select u.card, u.step - g, u.transaction from code_use u, generate_series(1, 24) g
        where u.card = %d"""
            .formatted(mine.card.serial()));
    JsonObject page = mine.get("/v1/cards/mine/transactions").json();
    assertEquals(20, page.getJsonArray("transactions").size());
    JsonObject rest = mine.get("/v1/cards/mine/transactions?after=" + page.getLong("next")).json();
    assertEquals(5, rest.getJsonArray("transactions").size());
    assertEquals(id, rest.getJsonArray("transactions").getJsonObject(4).getString("id"));
    assertFalse(rest.containsKey("next"));
    refused("MALFORMED", mine.get("/v1/cards/mine/transactions?after=x"));
    refused("MALFORMED", mine.get("/v1/cards/mine/transactions?card=1"));
    TestStores.execute(
        house.url,
        "delete from code_use where card = %d and step < (select max(step) from code_use where card = %d)"
            .formatted(mine.card.serial(), mine.card.serial()));
  }

  // ---- his word

  private static JsonObject rating(JsonObject purchase, int stars) {
    return new JsonObject()
        .put("transaction", purchase.getString("id"))
        .put("stars", stars)
        .put("quality", stars)
        .put("service", stars)
        .put("afterSales", stars)
        .put("text", "好吃");
  }

  @Test
  void aMemberReviewsHisOwnPurchaseWithoutADigest() throws Exception {
    Bound mine = phone().signedIn();
    Bound other = phone().signedIn();
    JsonObject lunch = mine.buys(3_000);
    Answer foreign = other.post("/v1/reviews", rating(lunch, 5));
    Answer unknown = other.post("/v1/reviews", rating(lunch, 5).put("transaction", "0C3M7Z9K2V40"));
    assertEquals(404, foreign.status());
    assertEquals(unknown.json().getString("detail"), foreign.json().getString("detail"));
    refused("MALFORMED", house.post(null, "/v1/reviews", rating(lunch, 5)));
    refused("MALFORMED", house.post(CITY, "/v1/reviews", rating(lunch, 5)));
    Answer posted = mine.post("/v1/reviews", rating(lunch, 5));
    assertEquals(201, posted.status(), () -> posted.json().encode());
    long review = posted.json().getLong("review");
    refused("REVIEW_RIGHT_USED", mine.post("/v1/reviews", rating(lunch, 5)));
    String edition = "/v1/reviews/" + review + "/edition";
    assertEquals(404, other.post(edition, rating(lunch, 1)).status());
    assertEquals(201, mine.post(edition, rating(lunch, 4)).status());
    refused("REVIEW_EDITED_ALREADY", mine.post(edition, rating(lunch, 3)));
    JsonObject shown = mine.purchases().getJsonObject(0).getJsonObject("review");
    assertEquals(review, shown.getLong("review"));
    assertEquals(2, shown.getInteger("edition"));
    assertEquals(4, shown.getInteger("stars"));
    assertEquals("好吃", shown.getString("text"));
    // whoever holds the receipt of another may still, with its digest
    JsonObject dinner = mine.buys(2_000);
    JsonObject proved = rating(dinner, 5).put("receiptDigest", sha256(dinner));
    assertEquals(201, other.post("/v1/reviews", proved).status());
  }

  private static String sha256(JsonObject receipt) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256")
                .digest(receipt.encode().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aMemberComplainsOfHisOwnPurchaseWithoutADigest() throws Exception {
    Bound mine = phone().signedIn();
    Bound other = phone().signedIn();
    JsonObject complaint =
        new JsonObject()
            .put("kind", "SERVICE")
            .put("text", "不让用卡")
            .put("transaction", mine.buys(3_000).getString("id"));
    assertEquals(404, other.post("/v1/complaints", complaint).status());
    refused("MALFORMED", house.post(null, "/v1/complaints", complaint));
    Answer opened = mine.post("/v1/complaints", complaint);
    assertEquals(201, opened.status(), () -> opened.json().encode());
    JsonObject followed =
        new JsonObject()
            .put("complaint", opened.json().getString("complaint"))
            .put("token", opened.json().getString("token"));
    assertEquals(
        "不让用卡", house.post(null, "/v1/complaint-views", followed).json().getString("text"));
  }

  // ---- lost

  @Test
  void aMemberReportsHisCardLost() throws Exception {
    Bound mine = phone().signedIn();
    String code = mine.shown(0);
    Answer lost = mine.post("/v1/cards/mine/loss", NOTHING);
    assertEquals("LOST", lost.json().getString("status"), () -> lost.json().encode());
    assertEquals("REFUSED", house.sell(till, code, 1_000).getString("outcome"));
    refused("UNAUTHENTICATED", mine.post("/v1/cards/mine/loss", NOTHING));
    refused("CARD_REPORTED_LOST", mine.signIn());
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'card.status' and detail ->> 'by' = 'MEMBER'"
                + " and subject = '"
                + mine.card.digits()
                + "'"));
    Bound again = new Bound(mine.card.serial()).signedIn();
    assertEquals("APPROVED", again.buys(1_000).getString("outcome"));
  }
}
