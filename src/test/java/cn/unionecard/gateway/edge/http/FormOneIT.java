package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Receipts that an earlier release gave, whose body is of form 1: what lies in the database is what
 * that release wrote there, and what it answered lies beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormOneIT {
  /** Two codes that were presented, then three answers. */
  private final List<String> old = resource("receipts-of-form-1.txt").lines().toList();

  private String url;
  private TestLine line;
  private EdgeHouse house;
  private ContractClient till;

  @BeforeAll
  void open() throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "EAT-10", rule(1_000, ""), 1_000_000_000L);
    TestTown.campaign(
        url,
        2,
        "NEF-20",
        rule(2_000, ",\"members\":{\"categories\":[\"NEW_EMPLOYMENT_FORM\"]}"),
        1_000_000_000L);
    TestStores.execute(url, resource("receipts-of-form-1.sql"));
    line = new TestLine(url, "now", 1, Clock.systemUTC());
    house =
        new EdgeHouse(
            EdgeHouse.limits(15_000, 60_000, 10_000, 10_000),
            line.vertx,
            line.doors.get(0),
            line.line.archive());
    till = house.shows("urn:ecard:terminal:T0000001");
  }

  private static String rule(int basisPoints, String members) {
    return """
    {"benefit":{"kind":"PERCENT","basisPoints":%d,"capFen":5000},
     "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]%s}"""
        .formatted(basisPoints, members);
  }

  private static String resource(String name) {
    try (InputStream in = FormOneIT.class.getResourceAsStream("/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  void close() {
    house.end();
    line.close();
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private List<String> answers() {
    return old.subList(2, old.size());
  }

  @Test
  void areReadAgainByteForByteAndHold() throws Exception {
    ReceiptVerifier verifier = new ReceiptVerifier(List.of(TestLine.signingKey().publicKey()));
    assertEquals(3, answers().size());
    for (String answer : answers()) {
      assertTrue(verifier.verify(answer.getBytes(StandardCharsets.UTF_8)).isValid(), answer);
      JsonObject body = new JsonObject(answer).getJsonObject("body");
      for (String room : List.of("transactions", "receipts")) {
        Answer read = till.get("/v1/" + room + "/" + body.getString("id"));
        assertEquals(answer, text(read));
      }
      String byKey = "/v1/transactions?requestId=" + body.getString("requestId");
      assertEquals("{\"transactions\":[" + answer + "]}", text(till.get(byKey)));
    }
  }

  @Test
  void areRepeatedByteForByte() throws Exception {
    assertRepeated(0, null);
    // named, and nothing said of going without: at that time this meant to approve
    assertRepeated(1, "EAT-10");
  }

  private void assertRepeated(int which, @Nullable String benefit) throws Exception {
    String answer = answers().get(which);
    JsonObject ask =
        new JsonObject().put("type", "SALE").put("code", old.get(which)).put("orderFen", 12_800);
    if (benefit != null) {
      ask.put("benefit", benefit);
    }
    String key = new JsonObject(answer).getJsonObject("body").getString("requestId");
    HttpRequest.Builder again =
        till.post("/v1/transactions", ask.encode()).header("Idempotency-Key", key);
    Answer repeated = till.send(again);
    assertEquals(answer, text(repeated));
    assertEquals("true", repeated.header("idempotent-replayed"));
  }

  @Test
  void tellStaffWhatWasWeighed() {
    assertEquals(
        1_280,
        TestStores.number(
            url,
            "SELECT fen FROM transaction_trace WHERE benefit = 'EAT-10' AND verdict = 'LESS'"));
    assertEquals(6, TestStores.number(url, "SELECT count(*) FROM transaction_trace"));
  }
}
