package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How many sales a campaign had on each day that is settled: a sale counts once for each campaign
 * as long as that pays any fen of it, by whatever way it is undone, and whenever.
 */
class CampaignDaysIT {
  private static final String TERMINAL = "T0000001";
  private static final long FEN = 10_000;
  private static final String OFF = "OFF-5";

  private final String url = TestStores.get().newDatabase();
  private final Month.Hands clock = new Month.Hands(Instant.parse("2026-09-10T10:00:00+08:00"));
  private final Vertx vertx = Loops.vertx();
  private long card;
  private int key;

  @Test
  void aSaleCountsOnceUntilNothingOfItIsPaid() throws Exception {
    TestTown.load(url);
    together(1, OFF, "\"kind\":\"THRESHOLD\",\"thresholdFen\":1000,\"offFen\":500");
    together(2, "TEN", "\"kind\":\"PERCENT\",\"basisPoints\":1000,\"capFen\":2000");
    try (TestLine line = new TestLine(url, "days", 1, clock)) {
      List.of("a", "b", "c", "d", "e").forEach(sale -> sell(line, sale));
      done(line, ask(TransactionType.HOLD, "h"));
      follow(line, TransactionType.COMPLETION, "done-h", "h", 0);
      assertEquals(List.of(6L, 6L), settled());

      follow(line, TransactionType.REFUND, next(), "a", 3_000);
      follow(line, TransactionType.REFUND, next(), "b", 4_000);
      follow(line, TransactionType.REFUND, "rest-of-b", "b", 6_000);
      reverse(line, "c");
      done(line, following(TransactionType.REFUND, "off-of-d", "d", 500).ofBenefit(OFF));
      follow(line, TransactionType.VOID, "void-of-e", "e", 0);
      reverse(line, "done-h");
      assertEquals(List.of(-5L, -4L), settled(), "b, c, e and h; of d one element");

      List.of("rest-of-b", "void-of-e", "off-of-d").forEach(undo -> reverse(line, undo));
      sell(line, "f");
      follow(line, TransactionType.REFUND, next(), "f", 9_000);
      sell(line, "g");
      follow(line, TransactionType.VOID, next(), "g", 0);
      follow(line, TransactionType.REFUND, next(), "a", 3_000);
      assertEquals(List.of(4L, 3L), settled(), "b, e, f and d's element; nothing of g");

      follow(line, TransactionType.REFUND, next(), "a", 4_000);
      assertEquals(List.of(-1L, -1L), settled());
    }
    assertEquals(
        4, TestStores.number(url, "select sum(sales) from campaign_day where campaign = 1"));
    MonthIT.assertClean(url);
    Loops.await(vertx.close());
  }

  private void together(int id, String code, String benefit) {
    TestTown.campaign(
        url,
        id,
        code,
        """
        {"benefit":{%s},"stack":{"sets":["S"]},
         "funders":[{"funder":"UNION","org":410800,"shareBp":6000},{"funder":"MERCHANT","shareBp":4000}]}"""
            .formatted(benefit),
        1_000_000L);
  }

  private String next() {
    return "u-" + ++key;
  }

  private Request ask(TransactionType type, String id) {
    String code = TestTown.code(++card, clock.millis());
    return new Request(
        type,
        new TerminalId(TERMINAL),
        new RequestId(id),
        code,
        Fen.of(FEN),
        null,
        WithoutBenefit.APPROVE);
  }

  private void sell(TestLine line, String id) {
    done(line, ask(TransactionType.SALE, id));
  }

  private static Request following(TransactionType type, String id, String original, long fen) {
    TerminalId terminal = new TerminalId(TERMINAL);
    OriginalRef of = new OriginalRef.Key(terminal, new RequestId(original));
    return Request.following(type, terminal, new RequestId(id), of, Fen.of(fen));
  }

  private static void follow(
      TestLine line, TransactionType type, String id, String original, long fen) {
    done(line, following(type, id, original, fen));
  }

  private static void reverse(TestLine line, String id) {
    done(line, Request.reversal(new TerminalId(TERMINAL), new RequestId(id), Fen.ZERO));
  }

  private static void done(TestLine line, Request request) {
    Reply.Recorded reply =
        assertInstanceOf(Reply.Recorded.class, Loops.await(line.doors.get(0).submit(request)));
    String body = new String(reply.receipt().body(), StandardCharsets.UTF_8);
    assertTrue(body.contains("\"outcome\":\"APPROVED\""), body);
  }

  /** Closes the day the next morning, when another begins; what it counts of both campaigns. */
  private List<Long> settled() {
    String day = clock.instant().atZone(Clocks.CHINA).toLocalDate().toString();
    MonthIT.closeTheDay(vertx, url, clock);
    return List.of(counted(1, day), counted(2, day));
  }

  private long counted(int campaign, String day) {
    return TestStores.number(
        url,
        "select sales from campaign_day where campaign = %d and day = '%s'"
            .formatted(campaign, day));
  }
}
