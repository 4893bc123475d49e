package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case for which the bench does something to the terminal; what the terminal sends next decides
 * it. Until then nothing else is done.
 */
abstract class Drill {
  final Case which;
  final CaseResults results;

  /** The message something was done to, or to whose reply. */
  @Nullable Seen struck;

  Drill(Case which, CaseResults results) {
    this.which = which;
    this.results = results;
  }

  /** All but {@link UploadDrill}, in the order of their cases. */
  static List<Drill> all(CaseResults results) {
    List<Drill> drills = new ArrayList<>();
    for (Case each : Case.values()) {
      switch (each) {
        case LOST_REVERSAL ->
            drills.add(new ReversalDrill(each, List.of(Fate.LOST, Fate.WRONG_MAC), results));
        case REVERSAL_ENDED -> drills.add(new ReversalDrill(each, List.of(Fate.ENDED), results));
        case LATE_REPLY -> drills.add(new LateReply(results));
        case PENDING_FIRST -> drills.add(new Strike(each, Fate.OUTAGE, Must.SETTLE, results));
        case CHECK_VALUE -> drills.add(new CheckValue(results));
        default -> {
          if (each.fate != null && each.next != null) {
            drills.add(new Strike(each, each.fate, each.next, results));
          }
        }
      }
    }
    return drills;
  }

  /** Whether it has begun, and waits for what the terminal does. */
  final boolean isActive() {
    return struck != null && results.isOpen(which);
  }

  /** Whatever the terminal sends while this is active, before {@link #asked}. May decide. */
  abstract void next(Seen request);

  /** Whether this is the message that something is done to, or to whose reply. */
  abstract boolean wants(Seen request);

  /** What becomes of a request. */
  Fate asked(Seen request) {
    return Fate.AS_IT_IS;
  }

  /** What becomes of a reply. */
  Fate answered(Seen request, Seen reply) {
    return Fate.AS_IT_IS;
  }

  // ---- for all of them

  /** A sale that is said for the first time, and approved. */
  static boolean isApprovedSale(Seen request, Seen reply) {
    return request.is(Kind.SALE) && !request.again() && reply.approved();
  }

  /** Older debts may be paid first: the reversal of something else says nothing. */
  static boolean isOtherReversal(Seen next, Seen open) {
    return next.is(Kind.REVERSAL) && !next.key().equals(open.key());
  }

  final void decide(State state, Fate fate, Seen open, Seen next) {
    if (state != State.NOT_SEEN) {
      Words saw = new Words(open + " 之后收到 " + next, "after " + open + " came " + next);
      results.decide(which, new CaseResult(state, fate.does, saw));
    }
  }

  final void decide(boolean good, Fate fate, Seen open, Seen next) {
    decide(good ? State.PASS : State.FAIL, fate, open, next);
  }
}
