package cn.unionecard.gateway.definitions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Merchant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownDefinitionsTest {
  private static final String RULE =
      """
      {"benefit":{"kind":"FIXED","offFen":1},"merchants":{"orgs":[%d]},
       "funders":[{"funder":"UNION","org":1,"shareBp":10000}]}""";
  private static final int MANY = 8;

  private final SimulatedDefinitions store = new SimulatedDefinitions();
  private final KnownDefinitions known = new KnownDefinitions();

  private void learn(Wanted wanted) {
    known.learn(wanted, store.learn(wanted));
  }

  @Test
  void whatWasNeverLearntIsNoAnswer() {
    assertThrows(IllegalStateException.class, () -> known.terminal("T0000001"));
    assertThrows(IllegalStateException.class, () -> known.campaign("C-1"));
    assertThrows(IllegalStateException.class, () -> known.orgPath(1));
    assertFalse(new Wanted(known).isEmpty(), "the running campaigns are wanted by everybody");
  }

  @Test
  void numbersOfNobodyTakeNoMoreThanTheirRoom() {
    for (int i = 0; i < 10_000; i++) {
      String number = "X%07d".formatted(i);
      Wanted wanted = new Wanted(known);
      wanted.terminal(number);
      wanted.campaign(number);
      learn(wanted);
      assertNull(known.terminal(number));
      assertNull(known.campaign(number));
    }
    long held =
        IntStream.range(0, 10_000).filter(i -> known.holdsTerminal("X%07d".formatted(i))).count();
    assertTrue(held <= KnownDefinitions.ABSENT_MAX, "held: " + held);
  }

  /** Whatever is edited, learnt and heard of: what it answers is so in its version. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatItAnswersIsSo(long seed) {
    Random chance = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      int edits = chance.nextInt(20) == 0 ? 1_200 : chance.nextInt(3);
      for (int e = 0; e < edits; e++) {
        edit(chance);
      }
      if (chance.nextBoolean()) {
        known.forget(store.changes(known.version()));
      } else {
        int which = chance.nextInt(MANY);
        learn(wanted(which));
        if (!wanted(which).isEmpty()) { // what it heard besides it had not heard of
          compare();
          learn(wanted(which));
        }
        assertTrue(wanted(which).isEmpty(), "learning has an end");
      }
      compare();
    }
  }

  private Wanted wanted(int which) {
    Wanted wanted = new Wanted(known);
    wanted.terminal("T" + which);
    wanted.merchant(which);
    wanted.org(which);
    wanted.campaign(which);
    wanted.campaign("C-" + which);
    return wanted;
  }

  private void edit(Random chance) {
    int id = chance.nextInt(MANY);
    int other = chance.nextInt(MANY);
    switch (chance.nextInt(12)) {
      case 0, 1, 2 -> store.terminal("T" + other, id, chance.nextInt(MANY));
      case 3, 4, 5 -> store.merchant(new Merchant(id, "no" + id, "店" + other, "EAT", other));
      case 6, 7 -> store.org(id, other == id ? List.of(id) : List.of(other, id));
      case 8, 9 ->
          store.campaign(
              CampaignRule.parse(
                  id, "C-" + id, "n", chance.nextBoolean(), 0, 9, RULE.formatted(other)));
      case 10 -> store.touchAll(Change.Kind.values()[chance.nextInt(4)]);
      default -> {
        if (chance.nextInt(20) == 0) {
          store.prune();
        }
      }
    }
  }

  private void compare() {
    Catalog right = store.everything();
    for (int i = 0; i < MANY; i++) {
      int id = i;
      same(() -> right.terminal("T" + id), () -> known.terminal("T" + id));
      same(() -> right.merchant(id), () -> known.merchant(id));
      same(() -> right.orgPath(id), () -> known.orgPath(id));
      same(() -> right.campaign(id), () -> known.campaign(id));
      same(() -> right.campaign("C-" + id), () -> known.campaign("C-" + id));
      for (Scene scene : Scene.values()) {
        same(() -> right.at(id, scene).campaigns(), () -> known.at(id, scene).campaigns());
      }
    }
  }

  /** It may not know; then it says nothing. */
  private static void same(Supplier<@Nullable Object> right, Supplier<@Nullable Object> known) {
    Object answered;
    try {
      answered = known.get();
    } catch (IllegalStateException unknown) {
      return;
    }
    assertEquals(right.get(), answered);
  }
}
