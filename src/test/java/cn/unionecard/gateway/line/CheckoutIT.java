package cn.unionecard.gateway.line;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The line over real PostgreSQL and Redis: every kind of answer, repeats, reversals, one budget.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckoutIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Clock clock = Clock.systemUTC();
  private String url;
  private TestLine line;
  private long card = 1;

  @BeforeAll
  void start() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.tenPercent(url);
    line = new TestLine(url, "it", 1, clock);
  }

  @AfterAll
  void stop() throws Exception {
    line.close();
    TestLine.assertAuditClean(url);
  }

  private String freshCode() {
    return TestTown.code(card++, clock.millis());
  }

  private static JsonNode body(Reply reply) {
    try {
      return JSON.readTree(assertInstanceOf(Reply.Recorded.class, reply).receipt().body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSaleGetsTheBestBenefitAndIsSplitBetweenItsFunders() {
    JsonNode body = body(line.submit(sale("T0000001", "a-1", freshCode(), 12_345)));
    assertEquals("APPROVED", body.path("outcome").asText());
    assertEquals(1_235, body.path("discountFen").asLong());
    assertEquals(11_110, body.path("memberPaysFen").asLong());
    String shares =
        "SELECT fen FROM allocation a JOIN transaction t ON t.id = a.transaction"
            + " WHERE t.request_id = 'a-1' AND (funder, party) = ";
    assertEquals(865, TestStores.number(url, shares + "('UNION', 410800)"));
    assertEquals(370, TestStores.number(url, shares + "('MERCHANT', 1)"));
  }

  @Test
  void anExactRepeatIsTheSameBytesAndAnotherContentAConflict() {
    String code = freshCode();
    Receipt first = ((Reply.Recorded) line.submit(sale("T0000001", "b-1", code, 500))).receipt();
    Reply.Recorded again = (Reply.Recorded) line.submit(sale("T0000001", "b-1", code, 500));
    assertTrue(again.replayed());
    assertArrayEquals(first.body(), again.receipt().body());
    assertArrayEquals(first.header(), again.receipt().header());
    assertArrayEquals(first.signature(), again.receipt().signature());
    assertEquals(
        new Reply.Declined(Refusal.CONFLICTS_WITH_EARLIER),
        line.submit(sale("T0000001", "b-1", code, 501)));
  }

  @Test
  void aCodePaysOnce() {
    String code = freshCode();
    assertEquals(
        "APPROVED", body(line.submit(sale("T0000001", "c-1", code, 500))).path("outcome").asText());
    JsonNode second = body(line.submit(sale("T0000002", "c-2", code, 500)));
    assertEquals("CODE_ALREADY_USED", second.path("refusal").asText());
    assertEquals("14", second.path("responseCode").asText());
  }

  @Test
  void everyRefusalOfTerminalMerchantCodeAndCardHasItsName() {
    assertEquals("MERCHANT_SUSPENDED", refusal(sale("T0000007", "d-1", freshCode(), 1)));
    assertEquals("MERCHANT_NOT_APPROVED", refusal(sale("T0000009", "d-2", freshCode(), 1)));
    assertEquals("TERMINAL_SUSPENDED", refusal(sale("T0000010", "d-3", freshCode(), 1)));
    assertEquals(
        "CODE_OF_ANOTHER_WALLET", refusal(sale("T0000001", "d-4", "131234567890123456", 1)));
    assertEquals("CODE_MALFORMED", refusal(sale("T0000001", "d-5", "hello", 1)));
    assertEquals(
        "CARD_LOST", refusal(sale("T0000001", "d-6", TestTown.code(9001, clock.millis()), 1)));
    assertEquals(
        "CARD_NOT_ACTIVE",
        refusal(sale("T0000001", "d-7", TestTown.code(9002, clock.millis()), 1)));
    assertEquals(
        "CODE_EXPIRED",
        refusal(sale("T0000001", "d-8", TestTown.code(card++, clock.millis() - 120_000), 1)));
    assertEquals(
        "CODE_UNKNOWN",
        refusal(sale("T0000001", "d-9", TestTown.code(999_999, clock.millis()), 1)));
    assertEquals(
        new Reply.Declined(Refusal.TERMINAL_UNKNOWN),
        line.submit(sale("X0000001", "d-10", freshCode(), 1)));
  }

  private String refusal(Request request) {
    return body(line.submit(request)).path("refusal").asText();
  }

  @Test
  void aReversalTakesBackAndALateOriginalIsRefused() {
    long before = used();
    assertEquals(
        "APPROVED",
        body(line.submit(sale("T0000001", "e-1", freshCode(), 10_000))).path("outcome").asText());
    assertEquals(before + 1_000, used());
    Request reversal = Request.reversal(new TerminalId("T0000001"), new RequestId("e-1"), Fen.ZERO);
    JsonNode undone = body(line.submit(reversal));
    assertEquals(-1_000, undone.path("discountFen").asLong());
    assertEquals(before, used());
    assertTrue(((Reply.Recorded) line.submit(reversal)).replayed());
    assertEquals(before, used());

    Request early = Request.reversal(new TerminalId("T0000001"), new RequestId("e-2"), Fen.ZERO);
    assertEquals("APPROVED", body(line.submit(early)).path("outcome").asText());
    Request late = sale("T0000001", "e-2", freshCode(), 10_000);
    assertEquals("ORIGINAL_ALREADY_UNDONE", refusal(late));
    assertTrue(((Reply.Recorded) line.submit(late)).replayed());
    assertTrue(((Reply.Recorded) line.submit(early)).replayed());
    assertEquals(before, used());
  }

  private long used() {
    return TestStores.number(url, "SELECT used_fen FROM allowance WHERE kind = 1 AND owner = 1");
  }

  @Test
  void aVerifyChangesNothingAndKeepsTheCodeForItsTerminal() {
    String code = freshCode();
    long rows = TestStores.number(url, "SELECT count(*) FROM transaction");
    Request verify =
        new Request(
            TransactionType.VERIFY,
            new TerminalId("T0000001"),
            new RequestId("f-1"),
            code,
            Fen.of(5_000),
            null,
            WithoutBenefit.APPROVE);
    Reply.Quoted quoted = (Reply.Quoted) line.submit(verify);
    assertEquals(500, quoted.quote().discount().value());
    assertEquals("张*", quoted.quote().holder());
    assertTrue(quoted.quote().claimedUntilMs() > clock.millis());
    assertEquals(rows, TestStores.number(url, "SELECT count(*) FROM transaction"));
    assertEquals("CODE_ALREADY_USED", refusal(sale("T0000002", "f-2", code, 5_000)));
    assertEquals(
        "APPROVED",
        body(line.submit(sale("T0000001", "f-3", code, 5_000))).path("outcome").asText());
  }

  @Test
  void aThousandAtOnceShareBlocksAndAllAreAnswered() {
    List<Future<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      replies.add(
          line.doors.get(0).submit(sale("T000000" + (1 + i % 6), "g-" + i, freshCode(), 1_000)));
    }
    await(Future.all(replies));
    for (Future<Reply> reply : replies) {
      assertEquals("APPROVED", body(reply.result()).path("outcome").asText());
      assertFalse(((Reply.Recorded) reply.result()).replayed());
    }
    long blocks =
        TestStores.number(
            url, "SELECT count(DISTINCT seq) FROM transaction WHERE request_id LIKE 'g-%'");
    assertTrue(blocks < 100, blocks + " blocks for 1000 sales");
  }
}
