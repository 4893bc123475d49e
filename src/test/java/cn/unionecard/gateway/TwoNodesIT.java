package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import io.vertx.core.Future;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two gateway processes over one PostgreSQL and one Redis share one budget to the last fen. */
class TwoNodesIT {
  private static final int SALES = 200;
  private static final int CANNOT_START = 1;
  private static final long BUDGET_FEN = 50_000;
  private static final String FIVE_YUAN =
      """
      {"benefit":{"kind":"FIXED","offFen":500},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""";

  /** All sales come from a handful of tills, faster than one person can sell. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND", "1000",
          "ECARD_LIMITS_TERMINAL_REQUESTS_BURST", "1000",
          "ECARD_LIMITS_DEADLINE_MS", "20000",
          "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "15000",
          "ECARD_LIMITS_DRAIN_MS", "20000");

  @Test
  void aBudgetForExactlyAHundredPaysExactlyAHundred(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", FIVE_YUAN, BUDGET_FEN);
    try (TestNodes nodes = new TestNodes(url, folder)) {
      Node one = nodes.start("n1", url, SETTINGS);
      Node two = nodes.start("n2", url, SETTINGS);
      nodes.awaitReady(one);
      nodes.awaitReady(two);
      Map<String, Integer> counts = race(nodes, List.of(one, two));
      assertEquals(100, counts.get("discount 500"), counts::toString);
      assertEquals(SALES, counts.values().stream().mapToInt(n -> n).sum(), counts::toString);
      refusesItsName(nodes, url, folder.resolve("n1.log"));
      assertEquals(0, one.process().stop(), "exit code after SIGTERM");
      assertEquals(0, two.process().stop(), "exit code after SIGTERM");
    }
    assertEquals(
        BUDGET_FEN, TestStores.number(url, "SELECT used_fen FROM allowance WHERE kind = 1"));
    assertEquals(2, TestStores.number(url, "SELECT count(DISTINCT chain) FROM transaction"));
    TestLine.assertAuditClean(url);
  }

  /** Whoever starts a second node by the name of one that lives is told so in a line. */
  private static void refusesItsName(TestNodes nodes, String url, Path log) throws Exception {
    int before = Files.readString(log).length();
    assertEquals(CANNOT_START, nodes.start("n1", url, SETTINGS).process().awaitExit());
    String told = Files.readString(log).substring(before);
    assertTrue(told.contains("give each node its own node.name"), told);
    assertFalse(told.contains("\tat "), told);
  }

  /** As many sales at each node; half of them insist on the benefit. */
  private static Map<String, Integer> race(TestNodes nodes, List<Node> both) {
    List<Future<Heard>> sales = new ArrayList<>();
    for (int i = 0; i < SALES; i++) {
      JsonObject sale =
          new JsonObject()
              .put("type", "SALE")
              .put("code", nodes.code(1 + i))
              .put("orderFen", 10_000)
              .put("withoutBenefit", insists(i) ? "REFUSE" : "APPROVE");
      sales.add(nodes.sell(both.get(i % 2), "T000000" + (1 + i % 6), "race-" + i, sale));
    }
    Loops.await(Future.join(sales));
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < SALES; i++) {
      counts.merge(outcome(sales.get(i).result(), insists(i)), 1, Integer::sum);
    }
    return counts;
  }

  private static boolean insists(int i) {
    return i / 2 % 2 == 0;
  }

  /** The discount given; without one, the sale ended as it asked. */
  private static String outcome(Heard heard, boolean insists) {
    assertEquals(201, heard.status(), () -> heard.document().encode());
    assertEquals(HttpVersion.HTTP_2, heard.version());
    JsonObject body = heard.body();
    long discount = body.getLong("discountFen", 0L);
    if (discount == 0) {
      assertEquals(insists ? "REFUSED" : "APPROVED", body.getString("outcome"), body::encode);
      assertEquals(insists ? "BUDGET_EXHAUSTED" : null, body.getString("refusal"), body::encode);
    }
    return "discount " + discount;
  }
}
