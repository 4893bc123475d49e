package cn.unionecard.gateway.checkout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
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
  private static final int SEEDS = Integer.getInteger("lane.seeds", 1_000);
  private static final @Nullable Long ONE = Long.getLong("lane.seed");
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
    List<String> broken = new ArrayList<>();
    long transactions = 0;
    long startNs = System.nanoTime();
    for (long seed = from; seed <= to && broken.size() < 20; seed++) {
      LaneWorld world = new LaneWorld(seed);
      List<String> wrong;
      try {
        wrong = world.live();
      } catch (RuntimeException e) {
        throw new AssertionError("day " + seed, e);
      }
      transactions += world.transactions();
      if (!wrong.isEmpty()) {
        broken.add("mvn test -Dtest=LaneSimulationTest -Dlane.seed=" + seed + ": " + wrong);
      }
      if (ONE != null) {
        world.attempts().forEach(System.out::println);
      }
    }
    long ms = (System.nanoTime() - startNs) / 1_000_000;
    System.out.println(
        (to - from + 1) + " days of lanes, " + transactions + " transactions, " + ms + " ms");
    assertEquals(List.of(), broken, () -> String.join("\n", broken));
    assertTrue(transactions >= to - from + 1, "transactions: " + transactions);
  }

  @Test
  void definitionsMayTakeLongerThanASale() {
    assertEquals(List.of(), new LaneWorld(1).liveInAProvince(7_000));
  }
}
