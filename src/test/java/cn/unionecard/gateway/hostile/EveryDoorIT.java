package cn.unionecard.gateway.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.TestTrust;
import cn.unionecard.gateway.hostile.Strangers.Door;
import cn.unionecard.workbench.embedded.FreePort;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node in a process of its own with strangers at all of its doors at once, silent ones that fill
 * the house and then talkative ones, and correct tills that hear nothing of it: each sale is
 * answered as in a quiet house, the books are right afterwards, nothing is logged that would be a
 * fault of ours, and what was taken is given back.
 *
 * <p>{@code -Dhostile.visits=100000} makes it longer, {@code -Dhostile.seed=7} another one. How
 * much longer a sale takes meanwhile is told, not judged: the strangers are of the same machine.
 */
class EveryDoorIT {
  private static final long SEED = Long.getLong("hostile.seed", 20261124);
  private static final int VISITS = Integer.getInteger("hostile.visits", 800);
  private static final int CONNECTIONS_MAX = 400;
  private static final int SILENT_AT_EACH = 150;
  private static final String FAULTY = "T0000006";
  private static final int QUIET_SALES = 40;
  private static final long BUDGET_FEN = 1_000_000_000;
  private static final long HEAP_GROWTH_MAX = 48L << 20;
  private static final int FILES_GROWTH_MAX = 40;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  /** All log lines but this one are ours. */
  private static final String JVM = "Picked up JAVA_TOOL_OPTIONS";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "ECARD_ADMISSION_CONNECTIONS_MAX", Integer.toString(CONNECTIONS_MAX),
          "ECARD_ADMISSION_CONNECTIONS_PER_ADDRESS_MAX", Integer.toString(CONNECTIONS_MAX),
          // faster than one cashier can sell
          "ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND", "10000",
          "ECARD_LIMITS_TERMINAL_REQUESTS_BURST", "10000",
          "ECARD_LIMITS_DEADLINE_MS", "20000",
          "ECARD_LIMITS_STATEMENT_TIMEOUT_MS", "15000",
          "ECARD_LIMITS_DRAIN_MS", "20000",
          // a buffer lost is told of, and so is one too many
          "JAVA_TOOL_OPTIONS",
              "-Dio.netty.leakDetection.level=paranoid -Dio.netty.maxDirectMemory=134217728");

  /** What a node has taken. */
  private record Taken(double heap, double files, double unproved) {}

  private Node node;

  @Test
  void correctTillsHearNothingOfIt(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.campaign(url, 1, "C-1", Tills.CAMPAIGN, BUDGET_FEN);
    long sold;
    try (TestNodes nodes = new TestNodes(url, folder)) {
      sold = strangersAndTills(nodes, url);
      assertEquals(0, node.process().stop(), "exit code after SIGTERM");
      nodes
          .log("doors")
          .lines()
          .filter(line -> !line.startsWith(JVM))
          .forEach(EveryDoorIT::harmless);
    }
    assertEquals(sold, TestStores.number(url, "SELECT count(*) FROM transaction"));
    TestLine.assertAuditClean(url);
  }

  private long strangersAndTills(TestNodes nodes, String url) throws Exception {
    int plain = FreePort.orAny(0);
    int tls = FreePort.orAny(0);
    Map<String, String> settings = new HashMap<>(SETTINGS);
    int pages = FreePort.orAny(0);
    settings.put("ECARD_PAGES_HOST", "127.0.0.1");
    settings.put("ECARD_PAGES_PORT", Integer.toString(pages));
    settings.put("ECARD_ISO8583_PORT", Integer.toString(plain));
    settings.put("ECARD_ISO8583_TLS_PORT", Integer.toString(tls));
    node = nodes.start("doors", url, settings);
    nodes.awaitReady(node);
    Map<Door, Integer> ports =
        Map.of(
            Door.HTTPS,
            node.port(),
            Door.PAGES,
            pages,
            Door.MANAGEMENT,
            node.managementPort(),
            Door.POS,
            plain,
            Door.POS_TLS,
            tls);
    try (Tills tills = new Tills(nodes, node, plain, tls);
        Strangers strangers =
            new Strangers(
                SEED,
                ports,
                TestTrust.in(nodes.authority()),
                nodes.till(node, FAULTY).client().sslContext(),
                Tills.TERMINALS)) {
      long[] unused = Loops.await(tills.sell(QUIET_SALES, () -> true)); // warms up
      long[] quiet = Loops.await(tills.sell(QUIET_SALES, () -> true));
      Taken before = taken();
      silence(tills, strangers, before);
      long[] beside = junk(tills, strangers);
      strangers.leave();
      awaitGone(before);
      unused = Loops.await(tills.sell(QUIET_SALES / 4, () -> true));
      Taken after = taken();
      System.out.printf(
          "%,d visits of seed %d: %s; %,d sales beside them, p99 %.1f ms, quiet %.1f ms: ratio %.2f;"
              + " heap %+,.0f bytes, files %+.0f%n",
          VISITS,
          SEED,
          strangers,
          beside.length,
          p99(beside) / 1e6,
          p99(quiet) / 1e6,
          p99(beside) / p99(quiet),
          after.heap - before.heap,
          after.files - before.files);
      assertEquals(List.of(), strangers.wrong());
      assertTrue(after.heap - before.heap < HEAP_GROWTH_MAX, () -> before + " " + after);
      assertTrue(after.files - before.files < FILES_GROWTH_MAX, () -> before + " " + after);
      return tills.sold();
    }
  }

  /** More than the house has room for; whoever is proved keeps his place. */
  private void silence(Tills tills, Strangers strangers, Taken before) throws Exception {
    strangers.stand(SILENT_AT_EACH);
    long[] unused = Loops.await(tills.sell(QUIET_SALES / 4, () -> true));
    double open = metric("ecard_connections_open{");
    assertTrue(open <= CONNECTIONS_MAX, () -> "open connections: " + open);
    strangers.leave();
    awaitGone(before);
  }

  private long[] junk(Tills tills, Strangers strangers) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Future<long[]> selling = tills.sell(QUIET_SALES / 4, over::get);
    try {
      strangers.visit(VISITS);
    } finally {
      over.set(true);
    }
    return Loops.await(selling);
  }

  private static double p99(long[] sorted) {
    return sorted[(int) (sorted.length * 0.99)];
  }

  // ---- the node

  private Taken taken() throws Exception {
    node.process().collect();
    return new Taken(
        metric("jvm_memory_used_bytes{area=\"heap\""),
        metric("process_files_open_files"),
        unproved());
  }

  /** The sum of a meter's series that begin so. */
  private double metric(String begin) {
    try {
      return TestNodes.metrics(node)
          .lines()
          .filter(line -> line.startsWith(begin))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** No connection of a stranger is left. */
  private void awaitGone(Taken before) {
    long until = System.nanoTime() + PATIENCE_NS;
    for (double left = before.unproved + 1; left > before.unproved; left = unproved()) {
      double stay = left;
      assertTrue(System.nanoTime() < until, () -> "unproved connections: " + stay);
    }
  }

  private double unproved() {
    return metric("ecard_connections_open{who=\"unproved\"");
  }

  /** Members of a test's town have no names that could be read; that is told once, and no harm. */
  private static final String UNREADABLE = "cn.unionecard.gateway.privacy.KeyMove";

  private static void harmless(String line) {
    try {
      JsonObject said = new JsonObject(line);
      if (UNREADABLE.equals(said.getString("logger"))) {
        return;
      }
      assertTrue(!said.getString("level").equals("ERROR") && !said.containsKey("error"), line);
    } catch (DecodeException none) {
      throw new AssertionError("not a line of the log: " + line, none);
    }
  }
}
