package cn.unionecard.workbench.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixTest {
  private static final int DRAWS = 100_000;

  @Test
  void theUsualSharesMakeAHundred() {
    assertEquals(100, Arrays.stream(Kind.values()).mapToInt(kind -> kind.usualShare).sum());
  }

  @Test
  void drawsEachKindByItsParts() {
    Mix mix = Mix.parse("sale=3, reversal-first=1");
    SplittableRandom chance = new SplittableRandom(7);
    int[] drawn = new int[Kind.values().length];
    for (int i = 0; i < DRAWS; i++) {
      drawn[mix.draw(chance).ordinal()]++;
    }
    assertEquals(DRAWS, drawn[Kind.SALE.ordinal()] + drawn[Kind.REVERSAL_FIRST.ordinal()]);
    assertEquals(0.75, drawn[Kind.SALE.ordinal()] / (double) DRAWS, 0.01);
  }

  @Test
  void canBeReadBack() {
    assertEquals(Mix.usual().toString(), Mix.parse(Mix.usual().toString()).toString());
  }

  @Test
  void leavesAKindOut() {
    assertTrue(!Mix.usual().without(Kind.VERIFY).toString().contains("verify="));
    Mix onlySale = Mix.only(Kind.SALE);
    assertThrows(IllegalArgumentException.class, () -> onlySale.without(Kind.SALE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sale", "sale=x", "sale=-1", "sold=1", "sale=0", "sale=1,", "sale=9999999"})
  void refusesWhatIsNoMix(String text) {
    assertThrows(IllegalArgumentException.class, () -> Mix.parse(text));
  }
}
