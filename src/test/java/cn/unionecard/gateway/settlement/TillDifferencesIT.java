package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.StoredBatches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tills that have counted wrong, each in its way: the close of the day finds and names each. */
class TillDifferencesIT {
  private static final BatchNo FIRST = new BatchNo(1);

  private final String url = TestStores.get().newDatabase();
  private final Month.Hands clock = new Month.Hands(Instant.parse("2026-11-24T10:00:00+08:00"));

  private static BatchTotals totals(long debit, int debits, long credit, int credits) {
    return new BatchTotals(Fen.of(debit), debits, Fen.of(credit), credits);
  }

  private StoredBatches batches(TestLine line, Pool pool) {
    return new StoredBatches(
        line.vertx, new BatchRecords(pool), TestLine.limits(), clock, new SimpleMeterRegistry());
  }

  private static BatchDetail listed(BatchSide side, String requestId, long fen) {
    return new BatchDetail(side, new RequestId(requestId), Fen.of(fen));
  }

  @Test
  void eachWayOfCountingWrongIsFoundAndNamedOnce() throws Exception {
    TestTown.load(url);
    TestTown.tenPercent(url);
    try (TestLine line = new TestLine(url, "tills", 1, clock)) {
      Pool pool = PostgresUrl.parse(url).pool(line.vertx, "test", 4, 100, TestLine.limits());
      StoredBatches batches = batches(line, pool);
      for (int till = 1; till <= 6; till++) {
        sell(line, till, 1, 1_000);
        sell(line, till, 2, 2_000);
      }
      sell(line, 8, 1, 1_000);
      // has forgotten its second sale
      close(batches, 1, totals(1_000, 1, 0, 0), listed(BatchSide.DEBIT, "s-1", 1_000));
      // has one that nobody knows, of another batch perhaps
      close(
          batches,
          2,
          totals(3_077, 3, 0, 0),
          listed(BatchSide.DEBIT, "s-1", 1_000),
          listed(BatchSide.DEBIT, "s-2", 2_000),
          listed(BatchSide.DEBIT, "s-9", 77));
      // has another amount
      close(
          batches,
          3,
          totals(3_001, 2, 0, 0),
          listed(BatchSide.DEBIT, "s-1", 1_001),
          listed(BatchSide.DEBIT, "s-2", 2_000));
      // has given back what it sold
      close(
          batches,
          4,
          totals(1_000, 1, 2_000, 1),
          listed(BatchSide.DEBIT, "s-1", 1_000),
          listed(BatchSide.CREDIT, "s-2", 2_000));
      // have more, less, and as much in another way, and never say of what
      close(batches, 5, totals(3_500, 2, 0, 0));
      close(batches, 6, totals(2_500, 2, 0, 0));
      close(batches, 8, totals(1_100, 1, 100, 1));
      Pool closing =
          Settlement.closing(
              line.vertx, PostgresUrl.parse(TestStores.serving(url)), TestLine.limits());
      for (int day = 24; day <= 25; day++) {
        clock.set(Instant.parse("2026-11-" + (day + 1) + "T08:00:00+08:00"));
        List<DayClose.Step> steps = new ArrayList<>();
        assertEquals(1, Loops.await(MonthIT.close(closing, clock).run(steps::add)));
        assertEquals(NAMED, MonthIT.rows(url, CASES), "on day " + day);
      }
      assertEquals(
          NAMED.size(),
          TestStores.number(
              url, "select count(*) from outbox where kind = 'settlement.difference'"));
      Loops.await(closing.close());
      Loops.await(pool.close());
    }
    MonthIT.assertClean(url);
  }

  /**
   * A close looks at what is new alone: a list that comes when the day is closed already is
   * compared by the next close, and what was compared with its list is never looked at again.
   */
  @Test
  void aListThatComesLateIsComparedByTheNextCloseAndOnce() throws Exception {
    TestTown.load(url);
    TestTown.tenPercent(url);
    try (TestLine line = new TestLine(url, "tills", 1, clock)) {
      Pool pool = PostgresUrl.parse(url).pool(line.vertx, "test", 4, 100, TestLine.limits());
      StoredBatches batches = batches(line, pool);
      sell(line, 1, 1, 1_000);
      sell(line, 2, 1, 2_000);
      close(batches, 1, totals(1_001, 1, 0, 0), listed(BatchSide.DEBIT, "s-1", 1_001));
      close(batches, 2, totals(1_999, 1, 0, 0));
      Pool closing =
          Settlement.closing(
              line.vertx, PostgresUrl.parse(TestStores.serving(url)), TestLine.limits());
      closeTheDay(closing, 24);
      assertEquals(
          List.of(
              List.of("1", "AMOUNT", "1", "1000", "1001", "DEBIT", "s-1"),
              List.of("2", "SHORT", "1", "2000", "1999", "total", "")),
          MonthIT.rows(url, CASES));
      assertEquals(0, TestStores.number(url, TO_COMPARE));

      TerminalId late = new TerminalId("T0000002");
      BatchDetail line1 = listed(BatchSide.DEBIT, "s-1", 1_999);
      assertFalse(closed(Loops.await(batches.upload(late, FIRST, List.of(line1)))));
      assertFalse(closed(Loops.await(batches.end(late, FIRST))));
      assertEquals(1, TestStores.number(url, TO_COMPARE));
      TestStores.execute(
          url, "update batch_detail set fen = 1002, request_id = 's-7' where fen = 1001");
      closeTheDay(closing, 25);
      assertEquals(
          List.of(
              List.of("1", "AMOUNT", "1", "1000", "1001", "DEBIT", "s-1"),
              List.of("2", "AMOUNT", "1", "2000", "1999", "DEBIT", "s-1"),
              List.of("2", "SHORT", "1", "2000", "1999", "total", "")),
          MonthIT.rows(url, CASES));
      assertEquals(0, TestStores.number(url, TO_COMPARE));
      Loops.await(closing.close());
      Loops.await(pool.close());
    }
  }

  private void closeTheDay(Pool closing, int day) {
    clock.set(Instant.parse("2026-11-" + (day + 1) + "T08:00:00+08:00"));
    assertEquals(1, Loops.await(MonthIT.close(closing, clock).run(step -> {})));
  }

  private static final String TO_COMPARE =
      """
      select count(*) from batch_close
      where state = 'UNBALANCED' and (compared is null or not compared and ended_at is not null)""";

  private static final String CASES =
      """
      select split_part(key, '/', 2)::int, kind, merchant, here_fen, there_fen,
        split_part(key, '/', 5), split_part(key, '/', 6)
      from settlement_case where sides = 'TILL' and due_at > opened_at
      order by 1, 6""";

  private static final List<List<String>> NAMED =
      List.of(
          List.of("1", "ONE_SIDED", "1", "2000", "null", "DEBIT", "s-2"),
          List.of("2", "ONE_SIDED", "1", "null", "77", "DEBIT", "s-9"),
          List.of("3", "AMOUNT", "1", "1000", "1001", "DEBIT", "s-1"),
          List.of("4", "STATE", "1", "null", "2000", "CREDIT", "s-2"),
          List.of("4", "STATE", "1", "2000", "null", "DEBIT", "s-2"),
          List.of("5", "LONG", "1", "3000", "3500", "total", ""),
          List.of("6", "SHORT", "1", "3000", "2500", "total", ""),
          List.of("8", "AMOUNT", "3", "1000", "1000", "total", ""));

  private void sell(TestLine line, int till, int number, long fen) {
    Reply reply =
        Loops.await(
            line.doors
                .get(0)
                .submit(
                    TestLine.sale(
                        "T000000" + till,
                        "s-" + number,
                        TestTown.code(10 * till + number, clock.millis()),
                        fen)));
    assertInstanceOf(Reply.Recorded.class, reply);
  }

  private static void close(
      StoredBatches batches, int till, BatchTotals totals, BatchDetail... lines) {
    TerminalId terminal = new TerminalId("T000000" + till);
    assertFalse(closed(Loops.await(batches.close(terminal, FIRST, totals))), "till " + till);
    if (lines.length > 0) {
      assertFalse(closed(Loops.await(batches.upload(terminal, FIRST, List.of(lines)))));
      assertFalse(closed(Loops.await(batches.end(terminal, FIRST))));
    }
    assertTrue(totals.debitCount() > 0);
  }

  private static boolean closed(BatchReply reply) {
    return assertInstanceOf(BatchReply.Closed.class, reply).balanced();
  }
}
