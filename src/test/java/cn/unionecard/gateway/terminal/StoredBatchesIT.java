package cn.unionecard.gateway.terminal;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.PlainFlight;
import cn.unionecard.gateway.ledger.audit.LedgerAudit;
import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What counts in a batch, how it is compared, and what a repeat is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoredBatchesIT {
  private static final int SALE = 2;
  private static final int REVERSAL = 3;
  private static final int HOLD = 4;
  private static final int VOID = 7;
  private static final BatchNo FIRST = new BatchNo(1);
  private static final BatchNo SECOND = new BatchNo(2);

  private final Vertx vertx;
  private final Clock clock = Clock.systemUTC();
  private String url;
  private Pool pool;
  private BatchRecords records;
  private StoredBatches batches;
  private PlainFlight flight;

  StoredBatchesIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeAll
  void start() throws SQLException {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    pool = PostgresUrl.parse(url).pool(vertx, "test", 4, 100, TestLine.limits());
    records = new BatchRecords(pool);
    batches =
        new StoredBatches(vertx, records, TestLine.limits(), clock, new SimpleMeterRegistry());
    flight = new PlainFlight(url);
  }

  @AfterAll
  void stop() throws SQLException {
    flight.close();
    EventSchemas.assertAllFit(url);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Set<String> ofBatches = Set.of("batches-recount", "in-one-batch");
      List<LedgerAudit.Finding> findings =
          LedgerAudit.run(database).stream()
              .filter(finding -> ofBatches.contains(finding.check().name()))
              .toList();
      assertEquals(2, findings.size());
      findings.forEach(finding -> assertEquals(0, finding.broken(), finding.toString()));
    }
  }

  private static TerminalId terminal(int id) {
    return new TerminalId("T000000" + id);
  }

  private static BatchTotals totals(long debit, int debits, long credit, int credits) {
    return new BatchTotals(Fen.of(debit), debits, Fen.of(credit), credits);
  }

  private BatchReply.Closed close(int terminal, BatchNo batch, BatchTotals till) {
    return assertInstanceOf(
        BatchReply.Closed.class, await(batches.close(terminal(terminal), batch, till)));
  }

  private Refusal refusal(TerminalId terminal, BatchNo batch, BatchTotals till) {
    return assertInstanceOf(BatchReply.Refused.class, await(batches.close(terminal, batch, till)))
        .refusal();
  }

  private static BatchDetail debit(String requestId, long fen) {
    return new BatchDetail(BatchSide.DEBIT, new RequestId(requestId), Fen.of(fen));
  }

  @Test
  void countsWhatTheTillCounts() throws SQLException {
    long sale = flight.fly(1, SALE, "a-1", 100);
    long gone = flight.fly(1, SALE, "a-2", 200);
    flight.fly(1, SALE, "a-3", 400, "CODE_EXPIRED", null);
    flight.fly(1, REVERSAL, "a-2", 200, null, gone);
    flight.fly(1, REVERSAL, "a-4", 0, null, null);
    flight.fly(1, HOLD, "a-5", 800);
    flight.fly(1, VOID, "a-6", 100, null, sale);
    long kept = flight.fly(1, SALE, "a-7", 1_600);
    BatchReply.Closed closed = close(1, FIRST, totals(1_700, 2, 100, 1));
    assertTrue(closed.balanced());
    assertEquals(totals(1_700, 2, 100, 1), closed.here());
    assertEquals(SECOND, closed.next());

    flight.fly(1, REVERSAL, "a-7", 1_600, null, kept);
    assertEquals(totals(0, 0, 1_600, 1), close(1, SECOND, totals(0, 0, 1_600, 1)).here());
    assertEquals(closed, close(1, FIRST, totals(1_700, 2, 100, 1)), "the first stays as it was");
  }

  @Test
  void aRepeatIsTheSameAnswerAndOtherTotalsAConflict() throws SQLException {
    flight.fly(2, SALE, "b-1", 500);
    BatchReply.Closed first = close(2, FIRST, totals(400, 1, 0, 0));
    assertFalse(first.balanced());
    assertEquals(List.of(), first.differences(), "nothing was listed yet");
    assertEquals(first, close(2, FIRST, totals(400, 1, 0, 0)));
    assertEquals(Refusal.CONFLICTS_WITH_EARLIER, refusal(terminal(2), FIRST, totals(500, 1, 0, 0)));
    assertEquals(
        Refusal.BATCH_NUMBER_DIFFERS, refusal(terminal(2), new BatchNo(3), totals(0, 0, 0, 0)));
    assertEquals(
        1,
        TestStores.number(
            url, "SELECT count(*) FROM outbox WHERE kind = 'batch.closed' AND subject = 2"));
  }

  @Test
  void refusesWhomItDoesNotKnowOrHasSuspended() {
    BatchTotals nothing = totals(0, 0, 0, 0);
    assertEquals(Refusal.TERMINAL_UNKNOWN, refusal(new TerminalId("X0000001"), FIRST, nothing));
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(new TerminalId("T0000010"), FIRST, nothing));
    assertEquals(
        Refusal.BATCH_NUMBER_DIFFERS,
        refusal(terminal(9), SECOND, nothing),
        "a terminal that never closed is in its first batch");
  }

  @Test
  void everyDifferenceIsNamedAndOurStateDecides() throws SQLException {
    flight.fly(3, SALE, "c-1", 100);
    flight.fly(3, SALE, "c-2", 200);
    flight.fly(3, SALE, "c-3", 300);
    assertFalse(close(3, FIRST, totals(999, 3, 0, 0)).balanced());
    upload(3, List.of(debit("c-1", 100), debit("c-2", 222)));
    upload(3, List.of(debit("c-2", 222), debit("c-4", 400))); // one of them a repeat
    BatchReply.Closed ended = end(3);
    assertFalse(ended.balanced());
    assertEquals(
        List.of(
            new BatchReply.Difference(
                BatchReply.Finding.AMOUNT_DIFFERS,
                BatchSide.DEBIT,
                new RequestId("c-2"),
                Fen.of(200),
                Fen.of(222)),
            new BatchReply.Difference(
                BatchReply.Finding.MISSING_AT_TILL,
                BatchSide.DEBIT,
                new RequestId("c-3"),
                Fen.of(300),
                null),
            new BatchReply.Difference(
                BatchReply.Finding.MISSING_HERE,
                BatchSide.DEBIT,
                new RequestId("c-4"),
                null,
                Fen.of(400))),
        ended.differences());
    upload(3, List.of(debit("c-2", 200), debit("c-3", 300)));
    assertEquals(ended, end(3), "the list was ended");
    assertEquals(ended, close(3, FIRST, totals(999, 3, 0, 0)));
  }

  @Test
  void aListThatAgreesLineByLineBalances() throws SQLException {
    flight.fly(4, SALE, "d-1", 100);
    assertFalse(close(4, FIRST, totals(101, 1, 0, 0)).balanced());
    upload(4, List.of(debit("d-1", 100)));
    assertTrue(end(4).balanced());
  }

  private void upload(int terminal, List<BatchDetail> details) {
    assertInstanceOf(
        BatchReply.Closed.class, await(batches.upload(terminal(terminal), FIRST, details)));
  }

  private BatchReply.Closed end(int terminal) {
    return assertInstanceOf(BatchReply.Closed.class, await(batches.end(terminal(terminal), FIRST)));
  }

  @Test
  void takesUpWhereACrashLeftOff() throws SQLException {
    BatchTotals till = totals(100, 1, 0, 0);
    flight.fly(5, SALE, "e-1", 100);
    await(records.begin(5, FIRST, till, clock.instant()));
    assertTrue(close(5, FIRST, till).balanced());
    flight.fly(5, SALE, "e-2", 100);
    await(records.begin(5, SECOND, till, clock.instant()));
    await(records.fence(5, SECOND));
    assertEquals(till, close(5, SECOND, till).here());
    assertEquals(3, TestStores.number(url, "SELECT batch FROM terminal_batch WHERE terminal = 5"));
  }

  @Test
  void aNumberThatComesRoundAgainIsANewBatch() throws SQLException {
    TestStores.execute(
        url,
        """
        INSERT INTO transaction (id, chain, seq, type, terminal, merchant, order_fen,
          member_pays_fen, discount_fen, request_id, body, batch, effect)
        VALUES (transaction_id_at('2026-02-01Z'), 1, 1, 2, 6, 1, 5000, 5000, 0, 'f-0', '', 1, 0);
        INSERT INTO batch_close VALUES
          (6, 1, '2026-02-02Z', 0, '1', 'BALANCED', 5000, 1, 0, 0, 5000, 1, 0, 0, null);
        INSERT INTO terminal_batch VALUES (6, 999999);""");
    BatchNo last = new BatchNo(BatchNo.MAX);
    assertEquals(FIRST, close(6, last, totals(0, 0, 0, 0)).next());
    flight.fly(6, SALE, "f-1", 70);
    assertEquals(totals(70, 1, 0, 0), close(6, FIRST, totals(70, 1, 0, 0)).here());
  }

  /** A type that is new must be given its side, or none, in the function of that name. */
  @Test
  void everyTypeHasItsSide() {
    Map<String, String> sides =
        Map.of(
            "SALE", "DEBIT",
            "COMPLETION", "DEBIT",
            "ADVICE", "DEBIT",
            "VOID", "CREDIT",
            "REFUND", "CREDIT");
    Set<String> none = Set.of("VERIFY", "REVERSAL", "HOLD", "RELEASE", "EXPIRY");
    for (TransactionType type : TransactionType.values()) {
      assertTrue(sides.containsKey(type.name()) || none.contains(type.name()), type.name());
      assertEquals(
          1,
          TestStores.number(
              url,
              "SELECT count(*) WHERE coalesce(batch_side(%d::smallint), 'none') = '%s'"
                  .formatted(type.number, sides.getOrDefault(type.name(), "none"))),
          type.name());
    }
  }
}
