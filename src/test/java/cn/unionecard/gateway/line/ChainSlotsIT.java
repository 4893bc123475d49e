package cn.unionecard.gateway.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Nodes that begin for the first time, all at once, on one database. */
class ChainSlotsIT {
  private static final int NODES = 12;

  @Test
  void eachGetsASlotOfItsOwn() {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    ExecutorService starters = Executors.newFixedThreadPool(NODES);
    CyclicBarrier together = new CyclicBarrier(NODES);
    List<CompletableFuture<TestLine>> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String name = "slot" + i;
      nodes.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  int unused = together.await();
                  return new TestLine(url, name, 1, Clock.systemUTC());
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              starters));
    }
    nodes.forEach(node -> node.join().close());
    starters.shutdown();
    assertEquals(NODES, TestStores.number(url, "select count(distinct slot) from chain"));
  }
}
