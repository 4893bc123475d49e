package cn.unionecard.gateway.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

public class PolicyTest {
  public static final ComplaintPolicy COMPLAINTS = new ComplaintPolicy(3, 3, 10, 5, 10, 20, false);
  public static final Policy HOUSE =
      new Policy(90, 20, 1_960, 100, 150, 250, true, true, 15, COMPLAINTS);

  @Test
  void theBoundIsWilsons() {
    // Newcombe 1998, table I: 81 of 263 → 0.2553; 15 of 148 → 0.0624; 1 of 29 → 0.0061
    assertEquals(0.2553, HOUSE.boundPpm(263, 81) / 1e6, 0.0001);
    assertEquals(0.0624, HOUSE.boundPpm(148, 15) / 1e6, 0.0001);
    assertEquals(0.0061, HOUSE.boundPpm(29, 1) / 1e6, 0.0001);
    assertEquals(0, HOUSE.boundPpm(20, 0));
    assertEquals(0, HOUSE.boundPpm(0, 0));
    assertEquals(
        1_000_000, new Policy(90, 3, 0, 1, 1, 1, true, true, 1, COMPLAINTS).boundPpm(9, 9));
  }

  @Test
  void stagesComeInOrder() {
    assertEquals(Stage.NONE, HOUSE.judge(19, 19));
    assertEquals(Stage.SUSPEND, HOUSE.judge(20, 20));
    Stage last = Stage.NONE;
    for (int bad = 0; bad <= 100; bad++) {
      Stage stage = HOUSE.judge(100, bad);
      assertTrue(stage.compareTo(last) >= 0, "more bad is never better: " + bad);
      last = stage;
    }
    assertEquals(Stage.WARN, HOUSE.judge(100, 18));
    assertEquals(Stage.RECTIFY, HOUSE.judge(100, 25));
    assertEquals(Stage.SUSPEND, HOUSE.judge(100, 35));
  }

  @Test
  void thresholdsMayNotFall() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Policy(90, 20, 1_960, 200, 150, 250, true, true, 15, COMPLAINTS));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Policy(90, 2, 1_960, 100, 150, 250, true, true, 15, COMPLAINTS));
  }

  @Test
  void complaintsAreWeighedForAHundredHeard() {
    ComplaintPolicy policy = new ComplaintPolicy(3, 3, 10, 5, 10, 20, true);
    assertEquals(Stage.NONE, policy.judge(2, 20, 0), "too few members");
    assertEquals(Stage.NONE, policy.judge(3, 4, 0));
    assertEquals(Stage.WARN, policy.judge(3, 5, 100));
    assertEquals(Stage.RECTIFY, policy.judge(3, 10, 27));
    assertEquals(Stage.SUSPEND, policy.judge(3, 20, 99));
    assertEquals(Stage.WARN, policy.judge(3, 20, 201), "9 for each hundred");
    assertEquals(Stage.NONE, policy.judge(3, 20, 5_400));
    assertEquals(21_474_836, ComplaintPolicy.perHundred(Integer.MAX_VALUE, 10_000), "no overflow");
    assertEquals(1 + 3 + 10, weights(policy));
    assertThrows(
        IllegalArgumentException.class, () -> new ComplaintPolicy(3, 3, 2, 5, 10, 20, true));
    assertThrows(
        IllegalArgumentException.class, () -> new ComplaintPolicy(3, 3, 10, 5, 4, 20, true));
    assertThrows(
        IllegalArgumentException.class, () -> new ComplaintPolicy(0, 3, 10, 5, 10, 20, true));
  }

  private static int weights(ComplaintPolicy policy) {
    int sum = 0;
    for (ComplaintSeverity severity : ComplaintSeverity.values()) {
      sum += policy.weight(severity);
    }
    return sum;
  }
}
