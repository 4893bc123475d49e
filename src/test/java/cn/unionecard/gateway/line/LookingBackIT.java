package cn.unionecard.gateway.line;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a flight asks of the past is found, however much past there is; and nothing else stops. */
class LookingBackIT {
  private static final String RULE =
      """
      {"benefit":{"kind":"FIXED","offFen":500},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}],
       "limits":{"memberCount":1}}""";

  private final Clock clock = Clock.systemUTC();
  private String url;
  private TestLine line;
  private int key;

  @BeforeEach
  void start() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 5_000, "FIX-5", RULE, 1_000_000_000L);
    line = new TestLine(url, "back", 1, clock);
  }

  @AfterEach
  void stop() throws Exception {
    line.close();
    TestLine.assertAuditClean(url);
  }

  private static Request request(
      TransactionType type, String terminal, String id, String code, long fen) {
    return new Request(
        type,
        new TerminalId(terminal),
        new RequestId(id),
        code,
        Fen.of(fen),
        null,
        WithoutBenefit.APPROVE);
  }

  private static String body(Reply reply) {
    return new String(
        assertInstanceOf(Reply.Recorded.class, reply).receipt().body(), StandardCharsets.UTF_8);
  }

  private String next() {
    return "k-" + ++key;
  }

  /** The seventeen steps used last, and as many that a clock was ahead for. */
  @Test
  void theNewestOfManyUsedCodesIsKnownToBeUsed() throws Exception {
    long now = clock.millis();
    String code = TestTown.code(77, now);
    String used = body(line.submit(sale("T0000001", next(), code, 10_000)));
    assertTrue(used.contains("APPROVED"), used);
    TestStores.execute(
        url,
        "INSERT INTO code_use SELECT 77, step + d, -1000 - d FROM code_use,"
            + " generate_series(-40, 40) d WHERE card = 77 AND d NOT BETWEEN -1 AND 1");
    List<Future<Reply>> block = new ArrayList<>();
    block.add(line.doors.get(0).submit(sale("T0000001", next(), code, 10_000)));
    block.add(
        line.doors.get(0).submit(request(TransactionType.VERIFY, "T0000002", "-", code, 10_000)));
    for (int member = 1; member <= 20; member++) {
      block.add(
          line.doors.get(0).submit(sale("T0000002", next(), TestTown.code(member, now), 10_000)));
    }
    await(Future.join(block));
    assertTrue(body(block.get(0).result()).contains("CODE_ALREADY_USED"), "the used code");
    Reply.Quoted quoted = assertInstanceOf(Reply.Quoted.class, block.get(1).result());
    assertEquals(Refusal.CODE_ALREADY_USED, quoted.quote().refusal());
    for (Future<Reply> other : block.subList(2, block.size())) {
      assertTrue(body(other.result()).contains("\"outcome\":\"APPROVED\""), "a neighbour");
    }
    TestStores.execute(url, "DELETE FROM code_use WHERE transaction <= -960");
  }

  /** A member who has used more campaigns than a page holds, the newest last. */
  @Test
  void whatAMemberUsedOfThisCampaignIsFoundAmongThousands() {
    TestStores.execute(
        url,
        """
        INSERT INTO allowance (holder, kind, owner) SELECT 8, 2, g FROM generate_series(1, 3000) g""");
    long now = clock.millis();
    String first = body(line.submit(sale("T0000001", next(), TestTown.code(8, now), 10_000)));
    assertTrue(first.contains("\"discountFen\":500"), first);
    String earlier = TestTown.code(8, now - 30_000);
    String second = body(line.submit(sale("T0000001", next(), earlier, 10_000)));
    assertTrue(second.contains("\"discountFen\":0"), second);
    TestStores.execute(url, "DELETE FROM allowance WHERE holder = 8 AND owner < 5000");
  }

  // ---- a slow-down for wrong codes

  private void makeSlow(String terminal) {
    for (int i = 0; i < TestLine.limits().wrongCodesPerTerminalPerMinuteMax(); i++) {
      String wrong = TestTown.code(900_000 + i, clock.millis());
      assertTrue(
          body(line.submit(sale(terminal, next(), wrong, 100))).contains("CODE_UNKNOWN"), "wrong");
    }
  }

  private void assertSlowed(Request request) {
    assertThrows(Fault.TooMany.class, () -> line.submit(request));
  }

  private String undone(TransactionType type, String original, String id, long fen) {
    Request request =
        new Request(
            type,
            new TerminalId("T0000001"),
            new RequestId(id),
            "",
            Fen.of(fen),
            null,
            WithoutBenefit.APPROVE,
            new OriginalRef.Key(new TerminalId("T0000001"), new RequestId(original)),
            0,
            null);
    return body(line.submit(request));
  }

  @Test
  void whoGuessesIsSlowedAndMayUndoCompleteAndRepeat() {
    long now = clock.millis();
    Request first = sale("T0000001", "first", TestTown.code(31, now), 10_000);
    assertTrue(body(line.submit(first)).contains("APPROVED"), "first");
    line.submit(sale("T0000001", "second", TestTown.code(32, now), 10_000));
    line.submit(sale("T0000001", "third", TestTown.code(33, now), 10_000));
    line.submit(request(TransactionType.HOLD, "T0000001", "hold", TestTown.code(34, now), 1_000));
    line.submit(request(TransactionType.HOLD, "T0000001", "held", TestTown.code(35, now), 1_000));
    makeSlow("T0000001");
    String right = TestTown.code(36, clock.millis());
    assertSlowed(sale("T0000001", "new", right, 100));
    assertSlowed(request(TransactionType.HOLD, "T0000001", "new", right, 100));
    assertSlowed(request(TransactionType.VERIFY, "T0000001", "-", right, 100));
    assertTrue(body(line.submit(sale("T0000002", "new", right, 100))).contains("APPROVED"), "2");

    assertTrue(assertInstanceOf(Reply.Recorded.class, line.submit(first)).replayed());
    assertTrue(undone(TransactionType.VOID, "second", next(), 0).contains("APPROVED"), "void");
    assertTrue(
        undone(TransactionType.REFUND, "third", next(), 10_000).contains("APPROVED"), "refund");
    assertTrue(
        undone(TransactionType.COMPLETION, "hold", next(), 1_000).contains("APPROVED"), "complete");
    assertTrue(undone(TransactionType.RELEASE, "held", next(), 0).contains("APPROVED"), "release");
    Request reversal =
        Request.reversal(new TerminalId("T0000001"), new RequestId("first"), Fen.ZERO);
    assertTrue(body(line.submit(reversal)).contains("APPROVED"), "reversal");
    assertEquals(
        0,
        TestStores.number(
            url,
            "SELECT count(*) FROM allowance WHERE kind = 2 AND used_fen > 0 AND holder IN (31, 32)"));
  }

  // ---- two nodes whose clocks differ at midnight

  @Test
  void aNodeWhoseClockIsBehindGoesOnInTheDayThatAnotherHasBegun() {
    long day = 86_400_000L;
    long now = clock.millis() + 28_800_000L;
    Duration toMidnight = Duration.ofMillis(day - now % day);
    Clock ahead = Clock.offset(clock, toMidnight.plusSeconds(20));
    Clock behind = Clock.offset(clock, toMidnight.minusSeconds(40));
    try (TestLine quick = new TestLine(url, "quick", 1, ahead);
        TestLine slow = new TestLine(url, "slow", 1, behind)) {
      String first =
          body(quick.submit(sale("T0000001", "q", TestTown.code(50, ahead.millis()), 10_000)));
      assertTrue(first.contains("\"discountFen\":500"), first);
      long begun = TestStores.number(url, "SELECT day FROM allowance WHERE kind = 1");
      String other =
          body(slow.submit(sale("T0000002", "s", TestTown.code(51, behind.millis()), 10_000)));
      assertTrue(other.contains("\"discountFen\":500"), other);
      assertEquals(begun, TestStores.number(url, "SELECT day FROM allowance WHERE kind = 1"));
      assertEquals(1_000, TestStores.number(url, "SELECT day_fen FROM allowance WHERE kind = 1"));
      assertEquals(
          1, TestStores.number(url, "SELECT count(DISTINCT transaction_day(id)) FROM transaction"));
      Request undo = Request.reversal(new TerminalId("T0000002"), new RequestId("s"), Fen.ZERO);
      assertTrue(body(slow.submit(undo)).contains("APPROVED"), "undone");
      assertEquals(500, TestStores.number(url, "SELECT day_fen FROM allowance WHERE kind = 1"));
    }
  }

  // ---- a budget for a day

  @Test
  void aDaysBudgetEndsTheBenefitForTheDayAndSalesGoOn() {
    TestStores.execute(url, "UPDATE allowance SET day_limit_fen = 1200 WHERE kind = 1");
    long now = clock.millis();
    List<Future<Reply>> block = new ArrayList<>();
    for (int member = 60; member < 80; member++) {
      block.add(
          line.doors.get(0).submit(sale("T0000001", next(), TestTown.code(member, now), 10_000)));
    }
    await(Future.join(block));
    long given = 0;
    for (Future<Reply> one : block) {
      String told = body(one.result());
      assertTrue(told.contains("\"outcome\":\"APPROVED\""), told);
      given += told.contains("\"discountFen\":500") ? 500 : 0;
    }
    assertEquals(1_000, given);
    Request insists =
        sale("T0000001", next(), TestTown.code(81, now), 10_000, "FIX-5", WithoutBenefit.REFUSE);
    assertTrue(body(line.submit(insists)).contains("BUDGET_EXHAUSTED"), "insists");
    TestStores.execute(url, "UPDATE allowance SET day_limit_fen = 1600 WHERE kind = 1");
    assertTrue(
        body(line.submit(sale("T0000001", next(), TestTown.code(82, now), 10_000)))
            .contains("\"discountFen\":500"),
        "more for the day");
    TestStores.execute(
        url, "UPDATE allowance SET day_limit_fen = NULL, day_limit_count = 3 WHERE kind = 1");
    String fourth = body(line.submit(sale("T0000001", next(), TestTown.code(83, now), 10_000)));
    assertTrue(fourth.contains("\"discountFen\":0"), fourth);
  }
}
