package cn.unionecard.gateway.voice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PolicyTest {
  static final Policy HOUSE = new Policy(90, 20, 1_960, 100, 150, 250, true, true, 15);

  @Test
  void theBoundIsWilsons() {
    // Newcombe 1998, table I: 81 of 263 → 0.2553; 15 of 148 → 0.0624; 1 of 29 → 0.0061
    assertEquals(0.2553, HOUSE.boundPpm(263, 81) / 1e6, 0.0001);
    assertEquals(0.0624, HOUSE.boundPpm(148, 15) / 1e6, 0.0001);
    assertEquals(0.0061, HOUSE.boundPpm(29, 1) / 1e6, 0.0001);
    assertEquals(0, HOUSE.boundPpm(20, 0));
    assertEquals(0, HOUSE.boundPpm(0, 0));
    assertEquals(1_000_000, new Policy(90, 3, 0, 1, 1, 1, true, true, 1).boundPpm(9, 9));
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
        () -> new Policy(90, 20, 1_960, 200, 150, 250, true, true, 15));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Policy(90, 2, 1_960, 100, 150, 250, true, true, 15));
  }
}
