package cn.unionecard.gateway.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import cn.unionecard.gateway.rules.Grants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The lane's own code on many bad days. Each day is made from a number: {@code -Dlane.seed=N} lives
 * through that one again, {@code -Dlane.seeds=N} through more of them.
 */
class LaneSimulationTest {
  private static final Logger CHECKOUT =
      (Logger) LoggerFactory.getLogger(LaneSimulationTest.class.getPackageName());
  private static final int SEEDS = Integer.getInteger("lane.seeds", 2_000);
  private static final @Nullable Long ONE = Long.getLong("lane.seed");
  private static final int BROKEN_MAX = 20;
  private static @Nullable Level before;

  @BeforeAll
  static void quiet() {
    before = CHECKOUT.getLevel();
    CHECKOUT.setLevel(ONE == null ? Level.OFF : Level.INFO);
  }

  @AfterAll
  static void loud() {
    CHECKOUT.setLevel(before);
  }

  @Test
  void noAnswerContradictsTheLedgerAndNoLaneStaysClosed() {
    long from = ONE == null ? 1 : ONE;
    long to = ONE == null ? SEEDS : ONE;
    List<String> broken = Collections.synchronizedList(new ArrayList<>());
    Map<Grants.Kind, LongAdder> used = new EnumMap<>(Grants.Kind.class);
    for (Grants.Kind kind : Grants.Kind.values()) {
      used.put(kind, new LongAdder());
    }
    long startNs = System.nanoTime();
    long transactions =
        LongStream.rangeClosed(from, to)
            .parallel()
            .filter(seed -> broken.size() < BROKEN_MAX)
            .map(seed -> live(seed, broken, used))
            .sum();
    long ms = (System.nanoTime() - startNs) / 1_000_000;
    System.out.println(
        (to - from + 1)
            + " days of lanes, "
            + transactions
            + " transactions, "
            + used
            + " used, "
            + ms
            + " ms");
    assertEquals(List.of(), broken, () -> String.join("\n", broken));
    assertTrue(transactions >= to - from + 1, "transactions: " + transactions);
    used.forEach(
        (kind, n) -> assertTrue(ONE != null || n.sum() >= (to - from + 1) / 3, "used: " + used));
  }

  /** Lives through one day; how many transactions it had. */
  private static long live(long seed, List<String> broken, Map<Grants.Kind, LongAdder> used) {
    LaneWorld world = new LaneWorld(seed);
    List<String> wrong;
    try {
      wrong = world.live();
    } catch (RuntimeException e) {
      throw new AssertionError("day " + seed, e);
    }
    if (!wrong.isEmpty()) {
      broken.add("mvn test -Dtest=LaneSimulationTest -Dlane.seed=" + seed + ": " + wrong);
    }
    if (ONE != null) {
      world.attempts().forEach(System.out::println);
    }
    used.forEach((kind, n) -> n.add(world.used(kind)));
    return world.transactions();
  }

  @Test
  void whatOthersEditCostsALaneNothing() {
    assertEquals(List.of(), new LaneWorld(1).liveInAProvince());
  }
}
