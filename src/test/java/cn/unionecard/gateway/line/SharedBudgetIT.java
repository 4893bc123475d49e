package cn.unionecard.gateway.line;

import static cn.unionecard.gateway.Loops.await;
import static cn.unionecard.gateway.TestLine.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.WithoutBenefit;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Two nodes with two lanes each over one database: budgets, members' limits and codes hold whatever
 * races.
 */
class SharedBudgetIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Clock clock = Clock.systemUTC();

  private static final String FIVE_YUAN =
      """
      {"benefit":{"kind":"FIXED","offFen":500},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]%s}""";

  private static Map<String, Integer> count(List<Future<Reply>> replies) throws Exception {
    Map<String, Integer> counts = new TreeMap<>();
    for (Future<Reply> reply : replies) {
      Reply.Recorded recorded = assertInstanceOf(Reply.Recorded.class, reply.result());
      JsonNode body = JSON.readTree(recorded.receipt().body());
      String outcome =
          body.path("refusal").isMissingNode()
              ? "discount " + body.path("discountFen").asLong()
              : body.path("refusal").asText();
      counts.merge(outcome, 1, Integer::sum);
    }
    return counts;
  }

  private List<Future<Reply>> race(
      TestLine one, TestLine two, String prefix, int firstCard, int cards, WithoutBenefit without) {
    List<Checkout> doors = new ArrayList<>(one.doors);
    doors.addAll(two.doors);
    List<Future<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String code =
          TestTown.code(firstCard + i % cards, clock.millis() - 30_000L * (i / cards % 2));
      replies.add(
          doors
              .get(i % doors.size())
              .submit(sale("T000000" + (1 + i % 6), prefix + i, code, 10_000, null, without)));
    }
    await(Future.join(replies));
    return replies;
  }

  @Test
  void aBudgetForExactlyAHundredPaysExactlyAHundred() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", FIVE_YUAN.formatted(""), 50_000L);
    try (TestLine one = new TestLine(url, "n1", 2, clock);
        TestLine two = new TestLine(url, "n2", 2, clock)) {
      assertEquals(
          Map.of("discount 0", 100, "discount 500", 100),
          count(race(one, two, "a-", 1, 200, WithoutBenefit.APPROVE)));
      TestStores.execute(url, "UPDATE allowance SET limit_fen = 100000 WHERE kind = 1");
      assertEquals(
          Map.of("BUDGET_EXHAUSTED", 100, "discount 500", 100),
          count(race(one, two, "b-", 201, 200, WithoutBenefit.REFUSE)));
    }
    TestLine.assertAuditClean(url);
  }

  @Test
  void aMembersDailyLimitHoldsAcrossNodes() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(
        url, 1, "C-1", FIVE_YUAN.formatted(",\"limits\":{\"memberDayCount\":1}"), 1_000_000L);
    try (TestLine one = new TestLine(url, "n1", 2, clock);
        TestLine two = new TestLine(url, "n2", 2, clock)) {
      // a hundred members, two valid codes each
      assertEquals(
          Map.of("discount 0", 100, "discount 500", 100),
          count(race(one, two, "a-", 1, 100, WithoutBenefit.APPROVE)));
    }
    TestLine.assertAuditClean(url);
  }

  @Test
  void theSameRequestAtEveryDoorHasOneEffectAndOneAnswer() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", FIVE_YUAN.formatted(""), 1_000_000L);
    try (TestLine one = new TestLine(url, "n1", 2, clock);
        TestLine two = new TestLine(url, "n2", 2, clock)) {
      List<Checkout> doors = new ArrayList<>(one.doors);
      doors.addAll(two.doors);
      for (int i = 0; i < 50; i++) {
        var request = sale("T0000001", "s-" + i, TestTown.code(i + 1, clock.millis()), 10_000);
        List<Future<Reply>> replies = new ArrayList<>();
        doors.forEach(door -> replies.add(door.submit(request)));
        await(Future.join(replies));
        Map<String, Integer> bodies = new TreeMap<>();
        for (Future<Reply> reply : replies) {
          bodies.merge(
              JSON.readTree(((Reply.Recorded) reply.result()).receipt().body()).toString(),
              1,
              Integer::sum);
        }
        assertEquals(1, bodies.size(), bodies::toString);
      }
    }
    assertEquals(50, TestStores.number(url, "SELECT count(*) FROM transaction"));
    TestLine.assertAuditClean(url);
  }
}
