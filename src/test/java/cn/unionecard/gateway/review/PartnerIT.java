package cn.unionecard.gateway.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reviews from platforms, over HTTPS, on a real database, of purchases at a real line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartnerIT {
  private static final String PARTNER = DeskHouse.login("410802", Role.PARTNER);
  private static final String PATH = "/v1/partner-reviews";

  private DeskHouse house;
  private ContractClient till;
  private long card = 5_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("partners");
    till = house.till("T0000001"); // at a merchant that the district authorises
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  private JsonObject sale() throws Exception {
    return house.sell(till, card++, 1_000);
  }

  private static JsonObject review(String reference, JsonObject receipt, int stars)
      throws Exception {
    return new JsonObject()
        .put("reference", reference)
        .put("transaction", receipt.getString("id"))
        .put("receiptDigest", Sha256.hex(receipt.encode()))
        .put("stars", stars)
        .put("quality", stars)
        .put("service", stars)
        .put("afterSales", stars);
  }

  private Answer send(String login, JsonObject... reviews) throws Exception {
    JsonArray all = new JsonArray();
    for (JsonObject review : reviews) {
      all.add(review);
    }
    return house.post(login, PATH, new JsonObject().put("reviews", all));
  }

  private List<JsonObject> results(JsonObject... reviews) throws Exception {
    Answer answer = send(PARTNER, reviews);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json().getJsonArray("results").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> outcomes(List<JsonObject> results) {
    return results.stream().map(one -> one.getString("refusal", one.getString("outcome"))).toList();
  }

  private long count(String sql) {
    return TestStores.number(house.url, sql);
  }

  @Test
  void oneRefusedSpoilsNoOtherAndARepeatIsHarmless() throws Exception {
    JsonObject good = sale();
    JsonObject back = sale();
    assertEquals("APPROVED", house.refund(till, back, 1_000).getString("outcome"));
    JsonObject taken = sale();
    assertEquals(201, house.post(null, "/v1/reviews", plain(taken)).status());
    JsonObject last = sale();
    JsonObject[] sent = {
      review("a-1", good, 5).put("text", "很好").put("tags", new JsonArray().add("FAST")),
      review("a-2", good, 5).put("stars", 9),
      review("a-3", good, 5).put("receiptDigest", "0".repeat(64)),
      review("a-4", back, 1),
      review("a-5", taken, 1),
      review("a-1", good, 4),
      review("a-6", last, 4)
    };
    List<JsonObject> results = results(sent);
    assertEquals(
        List.of(
            "ACCEPTED",
            "MALFORMED",
            "RECEIPT_NOT_PROVED",
            "REVIEW_RIGHT_LOST",
            "REVIEW_RIGHT_USED",
            "ALREADY_TAKEN",
            "ACCEPTED"),
        outcomes(results));
    assertEquals(
        List.of("a-1", "a-2", "a-3", "a-4", "a-5", "a-1", "a-6"),
        results.stream().map(one -> one.getString("reference")).toList());
    assertEquals("stars", results.get(1).getString("field"));
    long before = count("select count(*) from audit");
    List<JsonObject> again = results(sent[0], sent[6]);
    assertEquals(List.of("DUPLICATE", "DUPLICATE"), outcomes(again));
    assertEquals(results.get(0).getLong("review"), again.get(0).getLong("review"));
    assertEquals(before, count("select count(*) from audit"), "nothing was done");
    assertEquals(
        2,
        count(
            "select count(*) from review_edition where source = 'PARTNER' and review in (%d, %d)"
                .formatted(results.get(0).getLong("review"), results.get(6).getLong("review"))));
    assertEquals(
        1,
        count(
            "select count(*) from audit where actor = '%s' and action = 'review.sent'"
                    .formatted(PARTNER)
                + " and subject = 'reference a-6' and outcome = 'DONE'"));
    assertEquals(
        1,
        count(
            "select count(*) from audit where action = 'review.sent' and outcome = 'REFUSED'"
                + " and subject = 'reference a-4'"));
    String path = "/v1/reviews/" + results.get(0).getLong("review");
    JsonObject seen = house.get(DeskHouse.login("410802", Role.CLERK), path).json();
    assertEquals("PARTNER", seen.getString("source"));
    assertEquals(201, house.post(null, path + "/edition", plain(good)).status(), "the member's");
  }

  private static JsonObject plain(JsonObject receipt) throws Exception {
    JsonObject plain = review("x", receipt, 3);
    plain.remove("reference");
    return plain;
  }

  @Test
  void referencesAreTheAccountsOwn() throws Exception {
    JsonObject first = sale();
    JsonObject second = sale();
    assertEquals(List.of("ACCEPTED"), outcomes(results(review("own", first, 5))));
    Answer city = send(DeskHouse.login("410800", Role.PARTNER), review("own", second, 5));
    assertEquals("ACCEPTED", outcome(city));
    Answer sibling = send(DeskHouse.login("410821", Role.PARTNER), review("own", sale(), 5));
    assertEquals(
        "RECEIPT_NOT_PROVED",
        sibling.json().getJsonArray("results").getJsonObject(0).getString("refusal"),
        "another union's merchant");
  }

  private static String outcome(Answer answer) {
    return answer.json().getJsonArray("results").getJsonObject(0).getString("outcome");
  }

  @Test
  void aListThatCannotBeAnsweredOneByOneIsRefusedAsAWhole() throws Exception {
    JsonObject receipt = sale();
    Answer nameless = send(PARTNER, review("b-1", receipt, 5), new JsonObject().put("stars", 5));
    assertEquals(400, nameless.status());
    assertEquals("reviews[1].reference", nameless.json().getString("field"));
    assertEquals(400, send(PARTNER).status());
    JsonObject[] many = new JsonObject[101];
    for (int i = 0; i < many.length; i++) {
      many[i] = new JsonObject().put("reference", "m-" + i);
    }
    assertEquals(400, send(PARTNER, many).status());
    assertEquals(
        List.of("ACCEPTED"), outcomes(results(review("b-1", receipt, 5))), "not looked at");
    List<JsonObject> most = results(java.util.Arrays.copyOf(many, 100));
    assertEquals(100, most.size());
    assertTrue(most.stream().allMatch(one -> one.getString("refusal").equals("MALFORMED")));
  }

  @Test
  void theSameListTwiceAtOnceIsTakenOnce() throws Exception {
    JsonObject[] list = new JsonObject[6];
    for (int i = 0; i < list.length; i++) {
      list[i] = review("twice-" + i, sale(), 5);
    }
    List<CompletableFuture<List<String>>> both = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      both.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return outcomes(results(list));
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    List<String> heard = new ArrayList<>();
    both.forEach(one -> heard.addAll(one.join()));
    assertEquals(6, heard.stream().filter("ACCEPTED"::equals).count());
    assertEquals(18, heard.stream().filter("DUPLICATE"::equals).count());
  }

  @Test
  void theRightEndsForPartnersToo() throws Exception {
    JsonObject receipt = sale();
    house.pass(Duration.ofDays(31));
    try {
      assertEquals(List.of("REVIEW_RIGHT_EXPIRED"), outcomes(results(review("late", receipt, 5))));
    } finally {
      house.pass(Duration.ofDays(-31));
    }
    assertEquals(List.of("ACCEPTED"), outcomes(results(review("late", receipt, 5))));
  }

  /** Nothing but sending; and the account has no other role. */
  @Test
  void aPartnerSeesNothing() throws Exception {
    JsonObject receipt = sale();
    for (String path :
        List.of(
            "/v1/receipts/" + receipt.getString("id"),
            "/v1/transactions/" + receipt.getString("id"),
            "/v1/blocks/partners/1",
            "/v1/feed",
            "/v1/reviews",
            "/v1/orgs")) {
      assertEquals(403, house.get(PARTNER, path).status(), path);
    }
    JsonObject mixed =
        new JsonObject()
            .put("login", "mall")
            .put("name", "商城")
            .put("org", "410802")
            .put("roles", new JsonArray().add("PARTNER").add("CLERK"));
    String system = DeskHouse.login("410802", Role.SYSTEM);
    assertEquals(400, house.post(system, "/v1/staff", mixed).status());
    mixed.getJsonArray("roles").remove(1);
    assertEquals(201, house.post(system, "/v1/staff", mixed).status());
  }
}
