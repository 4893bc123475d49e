package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What completes and undoes, from HTTPS to the rows and back, every answer held against the
 * contract and the whole ledger audited at the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowOnIT {
  private static final String SOME = "\"members\":{\"orgs\":[410802,410821]},";

  private final MovingClock clock = new MovingClock(Clock.systemUTC().millis() / 1000);
  private String url;
  private TestLine line;
  private EdgeHouse house;
  private ContractClient till;
  private long card = 1;
  private int key;

  @BeforeAll
  void open() throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.tenPercent(url);
    together(2, "OFF-30", "\"kind\":\"THRESHOLD\",\"thresholdFen\":100000,\"offFen\":3000", "");
    together(3, "GATE-5", "\"kind\":\"FIXED\",\"offFen\":500,\"lines\":\"GATE\"", SOME);
    together(4, "GUEST-7", "\"kind\":\"FIXED\",\"offFen\":700", SOME);
    line = new TestLine(url, "undo", 2, clock);
    house =
        new EdgeHouse(
            EdgeHouse.limits(15_000, 60_000, 10_000, 10_000),
            line.vertx,
            line.doors.get(0),
            line.line.archive());
    till = house.shows("urn:ecard:terminal:T0000001");
  }

  /** Adds a benefit that large orders get beside others. */
  private void together(int id, String code, String benefit, String members) {
    TestTown.campaign(
        url,
        id,
        code,
        """
        {"benefit":{%s},%s"stack":{"sets":["S"]},"orderFenMin":100000,
         "funders":[{"funder":"UNION","org":410800,"shareBp":6000},{"funder":"MERCHANT","shareBp":4000}]}"""
            .formatted(benefit, members),
        1_000_000L);
  }

  @AfterAll
  void close() throws Exception {
    house.end();
    line.close();
    TestLine.assertAuditClean(url);
  }

  private String nextKey() {
    return "u-" + ++key;
  }

  private String code() {
    return TestTown.code(card++, clock.millis());
  }

  private long used() {
    return TestStores.number(url, "SELECT used_fen FROM allowance WHERE kind = 1 AND owner = 1");
  }

  private Answer make(String type, long fen) throws Exception {
    String json = "{\"type\":\"%s\",\"code\":\"%s\",\"orderFen\":%d}".formatted(type, code(), fen);
    Answer answer = till.send(keyed(till, "/v1/transactions", json, nextKey()));
    assertEquals(201, answer.status());
    assertEquals("APPROVED", body(answer).getString("outcome"));
    return answer;
  }

  private static HttpRequest.Builder keyed(
      ContractClient client, String path, String json, String key) {
    return client.post(path, json).header("Idempotency-Key", key);
  }

  private JsonObject follow(Answer original, String what, String json) throws Exception {
    Answer answer =
        till.send(keyed(till, original.header("location") + "/" + what, json, nextKey()));
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return body(answer);
  }

  private static JsonObject body(Answer answer) {
    return answer.json().getJsonObject("body");
  }

  @Test
  void aHoldIsCompletedAndRefundedInParts() throws Exception {
    long before = used();
    Answer hold = make("HOLD", 10_050);
    assertNotNull(body(hold).getString("until"));
    assertEquals(before + 1_005, used());
    String complete = hold.header("location") + "/completion";
    Answer completed = till.send(keyed(till, complete, "{\"orderFen\":10050}", "complete-1"));
    assertEquals(9_045, body(completed).getLong("memberPaysFen"));
    assertEquals(body(hold).getString("id"), body(completed).getString("original"));
    Answer again = till.send(keyed(till, complete, "{\"orderFen\":10050}", "complete-1"));
    assertEquals("true", again.header("idempotent-replayed"));
    assertArrayEquals(completed.body(), again.body());
    assertEquals(
        "CONFLICTS_WITH_EARLIER", till.send(keyed(till, complete, "{}", "complete-1")).code());
    assertEquals("ORIGINAL_ALREADY_UNDONE", follow(hold, "release", "{}").getString("refusal"));
    JsonObject first = follow(completed, "refunds", "{\"orderFen\":3333}");
    assertEquals(-3_000, first.getLong("memberPaysFen")); // 2999.7
    assertEquals(-333, first.getLong("discountFen"));
    assertEquals(
        "REFUND_EXCEEDS_PAID",
        follow(completed, "refunds", "{\"orderFen\":6718}").getString("refusal"));
    JsonObject rest = follow(completed, "refunds", "{\"orderFen\":6717}");
    assertEquals(-6_045, rest.getLong("memberPaysFen"));
    assertEquals(before, used());
    assertEquals(
        "ORIGINAL_ALREADY_UNDONE",
        follow(completed, "refunds", "{\"orderFen\":1}").getString("refusal"));
  }

  @Test
  void aVoidIsReversedAndTheSaleStandsAgain() throws Exception {
    long before = used();
    Answer sale = make("SALE", 5_000);
    Answer undone = till.send(keyed(till, sale.header("location") + "/void", "{}", nextKey()));
    assertEquals(-4_500, body(undone).getLong("memberPaysFen"));
    assertEquals(before, used());
    Answer restored = till.send(till.post(undone.header("location") + "/reversal", "{}"));
    assertEquals(4_500, body(restored).getLong("memberPaysFen"));
    assertEquals(before + 500, used());
    JsonObject refund = follow(sale, "refunds", "{\"orderFen\":5000}");
    assertEquals("APPROVED", refund.getString("outcome"));
    assertEquals(before, used());
  }

  @Test
  void aReleasedHoldGivesAllBack() throws Exception {
    long before = used();
    Answer hold = make("HOLD", 5_000);
    assertEquals("APPROVED", follow(hold, "release", "{}").getString("outcome"));
    assertEquals(before, used());
    assertEquals("ORIGINAL_ALREADY_UNDONE", follow(hold, "completion", "{}").getString("refusal"));
  }

  /** Alone in its block, so that nothing else is fetched. */
  @Test
  void theReversalOfWhatWasRefusedHasNothingToUndo() throws Exception {
    String json = "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":100000001}".formatted(code());
    Answer refused = till.send(keyed(till, "/v1/transactions", json, nextKey()));
    assertEquals("AMOUNT_OVER_LIMIT", body(refused).getString("refusal"));
    Answer reversal = till.send(till.post(refused.header("location") + "/reversal", "{}"));
    assertEquals(201, reversal.status(), () -> reversal.json().encode());
    assertEquals("APPROVED", body(reversal).getString("outcome"));
    assertEquals(0, body(reversal).getLong("memberPaysFen"));
  }

  @Test
  void aHoldThatNobodyCompletesExpires() throws Exception {
    long before = used();
    Answer hold = make("HOLD", 5_000);
    String id = body(hold).getString("id");
    clock.seconds += 119;
    long origin = TransactionId.parse(id).value();
    assertEquals(0, ended(origin));
    clock.seconds += 1;
    assertEquals("ORIGINAL_ALREADY_UNDONE", follow(hold, "completion", "{}").getString("refusal"));
    long deadlineNs = System.nanoTime() + 60_000_000_000L;
    while (ended(origin) == 0) {
      assertTrue(System.nanoTime() < deadlineNs, "the sweep never came");
    }
    assertEquals(before, used());
    assertEquals(
        1,
        TestStores.number(
            url, "SELECT count(*) FROM transaction WHERE type = 10 AND original = " + origin));
  }

  private long ended(long hold) {
    return TestStores.number(
        url, "SELECT count(*) FROM hold WHERE state = 'EXPIRED' AND origin = " + hold);
  }

  @Test
  void aVoidKeepsToItsBatch() throws Exception {
    long definitions = TestStores.number(url, "SELECT version FROM definitions");
    ContractClient other = house.shows("urn:ecard:terminal:T0000002");
    String json =
        "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":1000,\"batch\":1}".formatted(code());
    Answer sale = other.send(keyed(other, "/v1/transactions", json, nextKey()));
    assertEquals("APPROVED", body(sale).getString("outcome"));
    assertEquals("VOID_OUTSIDE_BATCH", follow(sale, "void", "{}").getString("refusal"));
    TestStores.execute(url, "SELECT batch_begin_close(2, 1, now(), 0, 0, 0, 0)");
    String undo = sale.header("location") + "/void";
    Answer claimed = other.send(keyed(other, undo, "{\"batch\":1}", nextKey()));
    assertEquals("BATCH_NUMBER_DIFFERS", body(claimed).getString("refusal"));
    Answer late = other.send(keyed(other, undo, "{\"batch\":2}", nextKey()));
    assertEquals("VOID_OUTSIDE_BATCH", body(late).getString("refusal"));
    // a refund comes later, at another terminal of the merchant
    assertEquals("APPROVED", follow(sale, "refunds", "{\"orderFen\":1000}").getString("outcome"));
    assertEquals(definitions, TestStores.number(url, "SELECT version FROM definitions"));
    ContractClient stranger = house.shows("urn:ecard:terminal:T0000008");
    Answer foreign =
        stranger.send(
            keyed(stranger, sale.header("location") + "/refunds", "{\"orderFen\":1}", nextKey()));
    assertEquals("ORIGINAL_NOT_FOUND", body(foreign).getString("refusal"));
  }

  private String advice(String id, String code, long ageSeconds, long counter) {
    String at = Clocks.RFC_3339.format(Instant.ofEpochSecond(clock.seconds - ageSeconds));
    return "{\"requestId\":\"%s\",\"code\":\"%s\",\"orderFen\":1000,\"at\":\"%s\",\"counter\":%d}"
        .formatted(id, code, at, counter);
  }

  private Answer report(ContractClient client, String... advices) throws Exception {
    String json = "{\"advices\":[" + String.join(",", advices) + "]}";
    return client.send(client.post("/v1/advices", json));
  }

  private static List<String> outcomes(Answer answer) {
    List<String> outcomes = new ArrayList<>();
    for (Object each : answer.json().getJsonArray("advices")) {
      JsonObject advice = (JsonObject) each;
      JsonObject receipt = advice.getJsonObject("receipt");
      String refusal =
          receipt == null
              ? advice.getString("refusal")
              : receipt.getJsonObject("body").getString("refusal");
      outcomes.add(advice.getString("outcome") + (refusal == null ? "" : " " + refusal));
    }
    return outcomes;
  }

  @Test
  void offlineSalesAreAnsweredOneByOne() throws Exception {
    ContractClient offline = house.shows("urn:ecard:terminal:T0000003");
    String old = TestTown.code(card++, clock.millis() - 7_200_000);
    String first = advice("off-1", old, 7_200, 1);
    String second = advice("off-2", old, 7_200, 2); // the same code
    String tooOld = advice("off-3", TestTown.code(card++, clock.millis() - 90_000_000), 90_000, 5);
    assertEquals(
        List.of("ACCEPTED", "REFUSED CODE_ALREADY_USED", "REFUSED CODE_EXPIRED"),
        outcomes(report(offline, first, second, tooOld)));
    assertEquals(
        List.of("DUPLICATE", "REFUSED CODE_ALREADY_USED", "REFUSED CONFLICTS_WITH_EARLIER"),
        outcomes(report(offline, first, second, advice("off-3", old, 7_200, 3))));
    assertEquals(
        1, TestStores.number(url, "SELECT count(*) FROM outbox WHERE kind = 'terminal.counter'"));
    ContractClient suspended = house.shows("urn:ecard:terminal:T0000007");
    assertEquals(
        List.of("REFUSED MERCHANT_SUSPENDED"),
        outcomes(report(suspended, advice("s-1", code(), 0, 1))));
    Answer wrong = report(offline, first, first);
    assertEquals(400, wrong.status());
    assertEquals("MALFORMED", wrong.code());
    Answer faulty = report(offline, first, "{\"requestId\":\"x\"}");
    assertEquals("advices[1].counter", faulty.json().getString("field"));
  }

  @Test
  void anOldCodeOfAnOnlineSaleDoesNotPayOfflineAgain() throws Exception {
    String code = code();
    String json = "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":1000}".formatted(code);
    long soldAt = clock.seconds;
    Answer sale = till.send(keyed(till, "/v1/transactions", json, nextKey()));
    assertEquals("APPROVED", body(sale).getString("outcome"));
    clock.seconds += 3_600;
    ContractClient offline = house.shows("urn:ecard:terminal:T0000004");
    assertEquals(
        List.of("REFUSED CODE_ALREADY_USED"),
        outcomes(report(offline, advice("again", code, clock.seconds - soldAt, 1))));
  }

  @Test
  void twoLanesUndoOneSaleOnce() throws Exception {
    for (TransactionType type :
        List.of(TransactionType.VOID, TransactionType.REFUND, TransactionType.RELEASE)) {
      for (int i = 0; i < 15; i++) {
        raceFor(type);
      }
    }
  }

  private void raceFor(TransactionType type) throws Exception {
    boolean release = type == TransactionType.RELEASE;
    Answer original = make(release ? "HOLD" : "SALE", 1_000);
    TransactionId id = TransactionId.parse(body(original).getString("id"));
    long before = used();
    List<Future<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Request undo =
          Request.following(
              type,
              new TerminalId("T0000001"),
              new RequestId(nextKey()),
              new OriginalRef.Id(id),
              type == TransactionType.REFUND ? Fen.of(600) : Fen.ZERO);
      replies.add(line.doors.get(i % 2).submit(undo));
    }
    if (release) {
      Request completion =
          Request.following(
              TransactionType.COMPLETION,
              new TerminalId("T0000001"),
              new RequestId(nextKey()),
              new OriginalRef.Id(id),
              Fen.ZERO);
      replies.add(line.doors.get(1).submit(completion));
    }
    Loops.await(Future.join(replies));
    List<JsonObject> approved = new ArrayList<>();
    for (Future<Reply> reply : replies) {
      byte[] receipt = ((Reply.Recorded) reply.result()).receipt().body();
      JsonObject body = new JsonObject(Buffer.buffer(receipt));
      if (body.getString("outcome").equals("APPROVED")) {
        approved.add(body);
      }
    }
    assertEquals(1, approved.size(), approved::toString);
    assertEquals(before + discount(approved.get(0)), used());
  }

  /** What an answer changes of the budget. */
  private static long discount(JsonObject body) {
    return body.getString("type").equals("COMPLETION") ? 0 : body.getLong("discountFen");
  }

  // ---- elements

  private static JsonObject left(ContractClient at, Answer sale) throws Exception {
    Answer answer = at.get(sale.header("location") + "/elements");
    assertEquals(200, answer.status());
    return answer.json();
  }

  private static String told(JsonObject left) {
    return left.getLong("leftFen")
        + " "
        + left.getLong("memberLeftFen")
        + " "
        + left.getJsonArray("elements").stream()
            .map(each -> (JsonObject) each)
            .map(each -> each.getString("benefit", each.getString("mark")) + each.getLong("fen"))
            .toList();
  }

  /** A till is told what a refund takes, to the fen, and of what not everybody may use nothing. */
  @Test
  void whatCanComeBackAloneIsTold() throws Exception {
    String json =
        "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":120000,\"lines\":[{\"mark\":\"GATE\",\"fen\":10000}]}"
            .formatted(code());
    Answer sale = till.send(keyed(till, "/v1/transactions", json, nextKey()));
    assertEquals(115_800, body(sale).getLong("memberPaysFen"));
    assertEquals("120000 115800 [OFF-303000, GATE500]", told(left(till, sale)));
    assertEquals(
        told(left(till, sale)), told(left(house.shows("urn:ecard:terminal:T0000002"), sale)));

    JsonObject gate = follow(sale, "refunds", "{\"orderFen\":10000,\"mark\":\"GATE\"}");
    assertEquals(-9_500, gate.getLong("memberPaysFen"));
    assertEquals("110000 106300 [OFF-303000]", told(left(till, sale)));
    assertEquals(
        "BENEFIT_NOT_FOR_THIS_MERCHANT",
        follow(sale, "refunds", "{\"orderFen\":700,\"benefit\":\"GUEST-7\"}").getString("refusal"));
    assertEquals(
        "AMOUNT_NOT_ALLOWED",
        follow(sale, "refunds", "{\"orderFen\":2999,\"benefit\":\"OFF-30\"}").getString("refusal"));
    JsonObject off = follow(sale, "refunds", "{\"orderFen\":3000,\"benefit\":\"OFF-30\"}");
    assertEquals(0, off.getLong("memberPaysFen"));
    assertEquals("107000 106300 []", told(left(till, sale)));
    JsonObject unused = follow(sale, "refunds", "{\"orderFen\":107000}");
    assertEquals("0 0 []", told(left(till, sale)));
  }

  /** Neither of another merchant's purchase, nor of what gives nothing back. */
  @Test
  void ofWhatIsNoPurchaseHereNothingIsTold() throws Exception {
    Answer sale = make("SALE", 5_000);
    Answer hold = make("HOLD", 5_000);
    Answer completed =
        till.send(keyed(till, hold.header("location") + "/completion", "{}", nextKey()));
    assertEquals("5000 4500 [EAT-10500]", told(left(till, completed)));
    JsonObject refund = follow(sale, "refunds", "{\"orderFen\":1000}");
    ContractClient elsewhere = house.shows("urn:ecard:terminal:T0000008");
    for (String id : List.of(body(hold).getString("id"), refund.getString("id"), "0000000000AB")) {
      String path = "/v1/transactions/" + id + "/elements";
      assertEquals(404, till.get(path).status(), id);
    }
    assertEquals(404, elsewhere.get(sale.header("location") + "/elements").status());
  }
}
