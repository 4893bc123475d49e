package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reversal says what its original said, and why. */
final class ReversalRule implements Rule {
  private static final String NO_REPLY = "98";
  private static final String WRONG_MAC = "A0";
  private static final String ELSE = "06";
  private static final Set<String> ANY = Set.of(NO_REPLY, WRONG_MAC, ELSE);
  private static final int[] SAME = {3, 4, 25, 49};

  private final CaseResults results;

  /** What was asked, and what became of the last reply to it, by key. */
  private final Map<String, Seen> asked = new HashMap<>();

  private final Map<String, Fate> fates = new HashMap<>();

  ReversalRule(CaseResults results) {
    this.results = results;
  }

  /** Something was done to the reply to a request. */
  void struck(Seen request, Fate fate) {
    fates.put(request.key(), fate);
  }

  @Override
  public void asked(Seen request) {
    if (request.isPurchase()) {
      asked.put(request.key(), request);
    } else if (request.is(Kind.REVERSAL) && !request.again()) {
      reversal(request);
    }
  }

  private void reversal(Seen reversal) {
    Seen original = asked.get(reversal.key());
    if (original == null) {
      results.note(
          new Words(
              reversal + " 的原交易不是在本台做的", "the original of " + reversal + " was not seen here"));
      return;
    }
    String wrong = wrong(reversal, original);
    results.decide(
        Case.REVERSAL,
        CaseResult.watched(
            wrong == null ? State.PASS : State.FAIL,
            wrong == null
                ? new Words(reversal + " 与原交易一致", reversal + " says what its original said")
                : new Words(reversal + " 域有误", wrong)));
  }

  private @Nullable String wrong(Seen reversal, Seen original) {
    for (int field : SAME) {
      String must = original.text(field);
      String said = reversal.text(field);
      if (!said.equals(must)) {
        return "F" + field + " is " + said + ", that of the original " + must;
      }
    }
    if (reversal.f60().type() != original.f60().type()) {
      return "F60.1 is "
          + reversal.f60().type()
          + ", that of the original "
          + original.f60().type();
    }
    Set<String> may = may(fates.getOrDefault(reversal.key(), Fate.AS_IT_IS));
    String why = reversal.text(39);
    return may.contains(why) ? null : "F39 is " + why + ", must be " + String.join(" or ", may);
  }

  /** What field 39 may say after that; whatever it wants when nothing was done. */
  private static Set<String> may(Fate fate) {
    return switch (fate) {
      case LOST, HELD, THE_HELD, FOREIGN, OTHER_TYPE, OUTAGE -> Set.of(NO_REPLY);
      case WRONG_MAC -> Set.of(WRONG_MAC);
      case NO_MAC -> Set.of(NO_REPLY, WRONG_MAC);
      case UNKNOWN -> Set.of(ELSE);
      default -> ANY;
    };
  }
}
