package cn.unionecard.gateway.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.supervision.SupervisionReplay;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reviews and supervision over HTTPS, on a real database, of purchases at a real line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReviewIT {
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410802", Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login("410802", Role.SUPERVISOR);
  private static final String CITY = DeskHouse.login("410800", Role.APPROVER);
  private static final String WORDS = "电话13800138000的店员很好";

  private DeskHouse house;
  private int shops = 200;
  private long card = 1_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("reviews");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      assertEquals(List.of(), SupervisionReplay.run(database).differences());
    }
    TestLine.assertAuditClean(house.url);
  }

  /** A live merchant of the district with one terminal. */
  private record Shop(int id, String no, ContractClient till) {}

  private Shop shop() {
    int id = ++shops;
    String no = "841080219000" + id;
    String terminal = "R0000" + id;
    TestStores.execute(
        house.url,
        """
        insert into merchant select %1$d, '%2$s', '店%1$d', '91410800MA0000007L', 'EAT', '410802',
          id, id, 'LIVE' from org where code = '410802';
        insert into terminal values (%1$d, '%3$s', %1$d, 'SR%1$d', 'ACTIVE')"""
            .formatted(id, no, terminal));
    return new Shop(id, no, house.till(terminal));
  }

  private JsonObject sale(Shop shop) throws Exception {
    JsonObject sale = house.sell(shop.till, card++, 1_000);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    return sale;
  }

  private static JsonObject rating(JsonObject receipt, int stars) throws Exception {
    return figures(stars)
        .put("transaction", receipt.getString("id"))
        .put("receiptDigest", Sha256.hex(receipt.encode()));
  }

  private static JsonObject figures(int stars) {
    return new JsonObject()
        .put("stars", stars)
        .put("quality", stars)
        .put("service", stars)
        .put("afterSales", stars);
  }

  private Answer review(JsonObject receipt, int stars) throws Exception {
    return house.post(null, "/v1/reviews", rating(receipt, stars));
  }

  @CanIgnoreReturnValue
  private long posted(JsonObject receipt, int stars) throws Exception {
    Answer made = review(receipt, stars);
    assertEquals(201, made.status(), () -> made.json().encode());
    return made.json().getLong("review");
  }

  private void giveBack(Shop shop, JsonObject sale, long fen) throws Exception {
    JsonObject back = house.refund(shop.till, sale, fen);
    assertEquals("APPROVED", back.getString("outcome"), back::encode);
  }

  private long events(Shop shop, String kind) {
    return TestStores.number(
        house.url,
        "select count(*) from outbox where kind = '%s' and merchant = %d".formatted(kind, shop.id));
  }

  private JsonArray decisions(Shop shop) throws Exception {
    return house
        .get(SUPERVISOR, "/v1/supervision/decisions?merchant=" + shop.no)
        .json()
        .getJsonArray("decisions");
  }

  @Test
  void aPurchaseIsReviewedOnceAndEditedOnceByWhoHoldsTheReceipt() throws Exception {
    Shop shop = shop();
    JsonObject receipt = sale(shop);
    JsonObject wrong = rating(receipt, 5).put("receiptDigest", "0".repeat(64));
    assertEquals(404, house.post(null, "/v1/reviews", wrong).status());
    JsonObject foreign = rating(sale(shop), 5).put("transaction", receipt.getString("id"));
    assertEquals(404, house.post(null, "/v1/reviews", foreign).status());
    assertEquals("stars", review(receipt, 0).json().getString("field"));
    JsonObject said =
        rating(receipt, 4).put("text", WORDS).put("tags", new JsonArray().add("FRESH"));
    Answer made = house.post(null, "/v1/reviews", said);
    assertEquals(201, made.status(), () -> made.json().encode());
    assertEquals("REVIEW_RIGHT_USED", house.post(null, "/v1/reviews", said).code());
    String path = "/v1/reviews/" + made.json().getLong("review");
    Answer edited = house.post(null, path + "/edition", rating(receipt, 2).put("text", WORDS));
    assertEquals(201, edited.status(), () -> edited.json().encode());
    Answer again = house.post(null, path + "/edition", rating(receipt, 5));
    assertEquals("REVIEW_EDITED_ALREADY", again.code());
    assertEquals(404, house.post(null, path + "/edition", rating(sale(shop), 5)).status());

    JsonObject shown = house.get(CLERK, path).json();
    assertEquals(2, shown.getInteger("stars"));
    assertTrue(shown.getBoolean("edited"));
    assertEquals(WORDS, shown.getString("text"));
    assertFalse(shown.encode().contains(receipt.getString("id")), "the receipt would tell who");
    assertFalse(shown.encode().contains(receipt.getString("card")), shown::encode);
    assertEquals(404, house.get(DeskHouse.login("410821", Role.CLERK), path).status());
    assertEquals(2, TestStores.number(house.url, count("review_edition", shop)));
  }

  private static String count(String table, Shop shop) {
    return "select count(*) from %s e join review r on r.id = %s where r.merchant = %d"
        .formatted(table, table.equals("review") ? "e.id" : "e.review", shop.id);
  }

  @Test
  void aReviewIsAnsweredOnceAndHiddenButNeverGone() throws Exception {
    Shop shop = shop();
    JsonObject receipt = sale(shop);
    Answer made = house.post(null, "/v1/reviews", rating(receipt, 1).put("text", WORDS));
    String path = "/v1/reviews/" + made.json().getLong("review");
    JsonObject reply = new JsonObject().put("text", "已整改，欢迎再来");
    assertEquals(200, house.post(CLERK, path + "/reply", reply).status());
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CLERK, path + "/reply", reply).code());
    JsonObject hiding = new JsonObject().put("reason", "PERSONAL_DATA");
    assertEquals(403, house.post(CLERK, path + "/hiding", hiding).status());
    assertEquals(200, house.post(SUPERVISOR, path + "/hiding", hiding).status());
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(SUPERVISOR, path + "/hiding", hiding).code());
    JsonObject shown = house.get(CLERK, path).json();
    assertEquals(null, shown.getString("text"));
    assertEquals("PERSONAL_DATA", shown.getString("hidden"));
    assertEquals(1, shown.getInteger("stars"), "it counts as before");
    assertEquals(WORDS, house.get(SUPERVISOR, path).json().getString("text"));
    for (String gone :
        List.of("delete from review", "delete from review_edition", "truncate review cascade")) {
      assertThrows(IllegalStateException.class, () -> TestStores.execute(house.url, gone), gone);
    }
    assertEquals(1, events(shop, "review.posted"));
    assertEquals(1, events(shop, "review.replied"));
    assertEquals(1, events(shop, "review.hidden"));
    assertEquals(
        0,
        TestStores.number(
            house.url,
            "select count(*) from outbox where kind like 'review.%' and (body like '%1380013%'"
                + " or body like '%整改%')"),
        "words may be personal and are in no event");
  }

  @Test
  void theRightEndsAfterThirtyDays() throws Exception {
    Shop shop = shop();
    JsonObject receipt = sale(shop);
    JsonObject other = sale(shop);
    long review = posted(other, 5);
    house.pass(Duration.ofDays(31));
    try {
      assertEquals("REVIEW_RIGHT_EXPIRED", review(receipt, 5).code());
      String path = "/v1/reviews/" + review + "/edition";
      assertEquals("REVIEW_RIGHT_EXPIRED", house.post(null, path, rating(other, 1)).code());
    } finally {
      house.pass(Duration.ofDays(-31));
    }
    assertEquals(201, review(receipt, 5).status());
  }

  @Test
  void whatWasUndoneGivesNoRightAndAnEarlierReviewIsMarked() throws Exception {
    Shop shop = shop();
    JsonObject refunded = sale(shop);
    giveBack(shop, refunded, 400);
    JsonObject partly = sale(shop);
    giveBack(shop, partly, 400);
    giveBack(shop, refunded, 600);
    assertEquals("REVIEW_RIGHT_LOST", review(refunded, 1).code());
    long stays = posted(partly, 2);
    giveBack(shop, partly, 600);
    assertTrue(house.get(CLERK, "/v1/reviews/" + stays).json().getBoolean("purchaseUndone"));
    JsonObject reversed = sale(shop);
    Answer undone = act(shop, reversed, "reversal", "{}");
    assertEquals(201, undone.status(), () -> undone.json().encode());
    assertEquals("REVIEW_RIGHT_LOST", review(reversed, 1).code());
    assertEquals("REVIEW_RIGHT_LOST", review(undone.json().getJsonObject("body"), 1).code());
  }

  private Answer act(Shop shop, JsonObject receipt, String what, String body) throws Exception {
    String path = "/v1/transactions/" + receipt.getString("id") + "/" + what;
    return shop.till.send(
        shop.till.post(path, body).header("Idempotency-Key", what + "-" + card++));
  }

  @Test
  void aCompletedHoldIsOnePurchase() throws Exception {
    Shop shop = shop();
    String code = TestTown.code(card++, house.line.clock.millis());
    Answer held =
        shop.till.send(
            shop.till
                .post(
                    "/v1/transactions",
                    "{\"type\":\"HOLD\",\"code\":\"%s\",\"orderFen\":900}".formatted(code))
                .header("Idempotency-Key", "hold-" + card));
    JsonObject hold = held.json().getJsonObject("body");
    assertEquals("REVIEW_RIGHT_LOST", review(hold, 5).code(), "nothing was bought yet");
    Answer completed = act(shop, hold, "completion", "{}");
    JsonObject completion = completed.json().getJsonObject("body");
    posted(completion, 5);
    assertEquals("REVIEW_RIGHT_USED", review(completion, 5).code());
    assertEquals("REVIEW_RIGHT_LOST", review(hold, 5).code());
  }

  @Test
  void theTillOfThePurchaseReviewsAndTheMemberHasTheLastWord() throws Exception {
    Shop shop = shop();
    Shop other = shop();
    JsonObject receipt = sale(shop);
    assertEquals(404, act(other, receipt, "review", figures(5).encode()).status());
    Answer made = act(shop, receipt, "review", figures(5).encode());
    assertEquals(201, made.status(), () -> made.json().encode());
    Answer again = act(shop, receipt, "review", figures(5).encode());
    assertEquals(201, again.status(), "an exact repeat");
    assertEquals(made.json(), again.json());
    assertEquals("REVIEW_RIGHT_USED", act(shop, receipt, "review", figures(4).encode()).code());
    assertEquals(400, act(shop, sale(shop), "review", "{\"stars\":5}").status());
    String path = "/v1/reviews/" + made.json().getLong("review");
    assertEquals("TILL", house.get(CLERK, path).json().getString("source"));
    assertEquals(201, house.post(null, path + "/edition", rating(receipt, 1)).status());
    assertEquals("MEMBER", house.get(CLERK, path).json().getString("source"));
  }

  @Test
  void ofManyBadReviewsAtOnceOneSuspendsAndTheNextSaleIsRefused() throws Exception {
    Shop shop = shop();
    List<JsonObject> receipts = new ArrayList<>();
    for (int i = 0; i < 28; i++) {
      receipts.add(sale(shop));
    }
    for (JsonObject receipt : receipts.subList(0, 16)) {
      posted(receipt, 1);
    }
    assertEquals(0, decisions(shop).size(), "too few to prove anything");
    List<CompletableFuture<Integer>> many = new ArrayList<>();
    for (JsonObject receipt : receipts.subList(16, 28)) {
      many.add(CompletableFuture.supplyAsync(() -> status(receipt)));
    }
    many.forEach(one -> assertEquals(201, one.join()));
    JsonArray decisions = decisions(shop);
    assertEquals(1, decisions.size(), decisions::encodePrettily);
    JsonObject decision = decisions.getJsonObject(0);
    assertEquals("SUSPEND", decision.getString("stage"));
    assertEquals(20, decision.getJsonObject("evidence").getInteger("payers"));
    assertEquals("SUSPENDED", decision.getString("merchantStatus"));
    assertEquals(1, events(shop, "merchant.suspended"));
    System.out.println("time to effect: " + decision.getLong("tookMicros") + " us");

    JsonObject refused = house.sell(shop.till, card++, 500);
    assertEquals("MERCHANT_SUSPENDED", refused.getString("refusal"), refused::encode);
    JsonObject back = house.refund(shop.till, receipts.get(27), 1_000);
    assertEquals("APPROVED", back.getString("outcome"), back::encode);
    appealed(shop, decision.getLong("decision"));
    assertEquals("APPROVED", house.sell(shop.till, card++, 500).getString("outcome"));
    posted(sale(shop), 1);
    assertEquals(1, decisions(shop).size(), "counting begins anew");
    replayed();
  }

  private int status(JsonObject receipt) {
    try {
      return review(receipt, 1).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void appealed(Shop shop, long decision) throws Exception {
    String path = "/v1/supervision/decisions/" + decision + "/appeal";
    JsonObject answer =
        new JsonObject()
            .put("verdict", "OVERTURNED")
            .put("reason", "查明系恶意差评")
            .put("documentNo", "工〔2026〕9号");
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CITY, path + "/answer", answer).code());
    JsonObject appeal = new JsonObject().put("reason", "差评系同行所为");
    String below = DeskHouse.login("410802.0001", Role.CLERK);
    assertEquals(404, house.post(below, path, appeal).status());
    assertEquals(200, house.post(CLERK, path, appeal).status());
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CLERK, path, appeal).code());
    assertEquals("LEVEL_ABOVE_DECIDES", house.post(APPROVER, path + "/answer", answer).code());
    Answer given = house.post(CITY, path + "/answer", answer);
    assertEquals(200, given.status(), () -> given.json().encode());
    assertEquals("LIVE", given.json().getString("merchantStatus"));
    assertEquals("STATE_DOES_NOT_ALLOW", house.post(CITY, path + "/answer", answer).code());
    assertEquals(1, events(shop, "merchant.reinstated"));
  }

  private void replayed() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      SupervisionReplay.Outcome finding = SupervisionReplay.run(database);
      assertTrue(finding.decisions() >= 1);
      assertEquals(List.of(), finding.differences());
      database.setAutoCommit(false);
      try (var statement = database.createStatement()) {
        int changed =
            statement.executeUpdate(
                "update supervision_decision set warn_permille = 1, "
                    + "rectify_permille = 999, suspend_permille = 1000");
        assertTrue(changed >= 1);
        assertFalse(SupervisionReplay.run(database).differences().isEmpty());
      } finally {
        database.rollback();
      }
    }
  }

  @Test
  void anAppealComesInTime() throws Exception {
    Shop shop = shop();
    for (int i = 0; i < 20; i++) {
      posted(sale(shop), 1);
    }
    long decision = decisions(shop).getJsonObject(0).getLong("decision");
    TestStores.execute(
        house.url,
        """
        update supervision_decision set at = at - interval '20 days',
          appeal_until = appeal_until - interval '20 days' where id = %d"""
            .formatted(decision));
    Answer late =
        house.post(
            CLERK,
            "/v1/supervision/decisions/" + decision + "/appeal",
            new JsonObject().put("reason", "迟了"));
    assertEquals("APPEAL_TOO_LATE", late.code());
    TestStores.execute(
        house.url,
        """
        update supervision_decision set at = at + interval '20 days',
          appeal_until = appeal_until + interval '20 days' where id = %d"""
            .formatted(decision));
  }

  @Test
  void oneMemberHasOneVoice() throws Exception {
    Shop shop = shop();
    TestStores.execute(
        house.url,
        "update card set member = %d where serial between %d and %d"
            .formatted(card, card, card + 24));
    for (int i = 0; i < 25; i++) {
      posted(sale(shop), 1);
    }
    assertEquals(0, decisions(shop).size());
    assertEquals(25, TestStores.number(house.url, count("review", shop)));
  }

  @Test
  void warnedThenRectifying() throws Exception {
    Shop shop = shop();
    for (int i = 0; i < 24; i++) {
      posted(sale(shop), 5);
    }
    List<String> stages = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      posted(sale(shop), 2);
      decisions(shop).stream()
          .map(one -> ((JsonObject) one).getString("stage"))
          .filter(stage -> !stages.contains(stage))
          .forEach(stages::add);
    }
    assertEquals(List.of("WARN", "RECTIFY"), stages.subList(0, 2), stages::toString);
    assertEquals(1, events(shop, "merchant.warned"));
    assertEquals(1, events(shop, "merchant.rectifying"));
    replayed();
  }

  @Test
  void aLowerLevelMayOnlyTighten() throws Exception {
    String supervisor = DeskHouse.login("410821", Role.SUPERVISOR);
    String path = "/v1/supervision/policies/410821";
    JsonObject now = house.get(supervisor, path).json();
    assertEquals(20, now.getInteger("samplePayers"));
    now.remove("org");
    now.remove("policies");
    Answer looser = house.post(supervisor, path, now.copy().put("samplePayers", 30));
    assertEquals("POLICY_WOULD_LOOSEN", looser.code());
    JsonObject scale = now.getJsonObject("complaints");
    for (JsonObject loose :
        List.of(
            scale.copy().put("sampleComplainants", 4),
            scale.copy().put("complexWeight", scale.getInteger("complexWeight") - 1),
            scale.copy().put("suspendWeight", scale.getInteger("suspendWeight") + 1))) {
      Answer refused = house.post(supervisor, path, now.copy().put("complaints", loose));
      assertEquals("POLICY_WOULD_LOOSEN", refused.code(), loose::encode);
    }
    Answer byHand = house.post(supervisor, path, now.copy().put("autoSuspend", false));
    assertEquals("POLICY_WOULD_LOOSEN", byHand.code());
    JsonObject tighter = now.copy().put("samplePayers", 12);
    tighter.getJsonObject("complaints").put("sampleComplainants", 2).put("seriousCounts", true);
    Answer set = house.post(supervisor, path, tighter);
    assertEquals(201, set.status(), () -> set.json().encode());
    assertEquals(12, set.json().getInteger("samplePayers"));
    assertEquals(2, set.json().getJsonObject("complaints").getInteger("sampleComplainants"));
    assertTrue(set.json().getJsonObject("complaints").getBoolean("seriousCounts"));
    assertEquals(404, house.get(supervisor, "/v1/supervision/policies/410800").status());
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () ->
                TestStores.execute(
                    house.url,
                    String.format(
                        Locale.ROOT,
                        """
                        insert into supervision_policy (org, version, window_days, sample_payers,
                          z_milli, warn_permille, rectify_permille, suspend_permille, auto_rectify,
                          auto_suspend, appeal_days, staff, at)
                        select o.id, 1, 90, 20, 1960, 100, 150, 300, true, true, 15, s.id, now()
                        from org o, (select id from staff limit 1) s where code = '410821'""")));
    assertTrue(String.valueOf(refused.getMessage()).contains("only tighten"));
  }
}
