package cn.unionecard.gateway.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What staff read has a reason and, behind a comma, the next step. */
class DeskRefusalTest {
  @ParameterizedTest
  @EnumSource
  void reasonAndNextStep(DeskRefusal refusal) {
    int comma = refusal.chinese.indexOf('，');
    assertTrue(comma > 0 && comma < refusal.chinese.length() - 1, refusal.chinese);
  }
}
