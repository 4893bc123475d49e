package cn.unionecard.workbench.certify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A case for which the bench does something to the terminal; what the terminal sends next decides
 * it. One at a time is armed.
 */
abstract class Drill {
  final Case which;
  final CaseResults results;

  Drill(Case which, CaseResults results) {
    this.which = which;
    this.results = results;
  }

  /** Whatever the terminal sends while this is armed, before {@link #asked}. May decide. */
  abstract void next(Seen request);

  /** What becomes of a request. */
  Fate asked(Seen request) {
    return Fate.AS_IT_IS;
  }

  /** What becomes of a reply. */
  Fate answered(Seen request, Seen reply) {
    return Fate.AS_IT_IS;
  }

  /** All but the batch's, in the order of their cases. */
  static List<Drill> all(CaseResults results) {
    return List.of(
        new SpoiltReply(Case.LOST_REPLY, Fate.LOST, true, results),
        new LostReversal(results),
        new LateReply(results),
        new SpoiltReply(Case.WRONG_MAC, Fate.WRONG_MAC, true, results),
        new SpoiltReply(Case.OTHER_TRACE, Fate.FOREIGN, true, results),
        new SpoiltReply(Case.SPLIT_REPLY, Fate.SPLIT, false, results),
        new SpoiltReply(Case.JOINED_REPLIES, Fate.JOINED, false, results),
        new AnsweredHere(Case.BUSY, Fate.BUSY, results),
        new SpoiltReply(Case.UNKNOWN, Fate.UNKNOWN, true, results),
        new AnsweredHere(Case.IN_FLIGHT, Fate.IN_FLIGHT, results),
        new SpoiltReply(Case.PENDING_FIRST, Fate.OUTAGE, true, results),
        new Redialling(results),
        new LostAdvice(results),
        new SignOnAgain(results),
        new AnsweredHere(Case.SUSPENDED, Fate.SUSPENDED, results));
  }

  // ---- for all of them

  /** A sale that is said for the first time, and approved. */
  static boolean isApprovedSale(Seen request, Seen reply) {
    return request.isSale() && !request.again() && reply.approved();
  }

  /** What a terminal does about a request whose end it does not know. */
  static boolean settles(Seen next, Seen open) {
    return next.reverses(open) || next.repeats(open);
  }

  /** Older debts may be paid first: the reversal of something else says nothing. */
  static boolean isOtherReversal(Seen next, Seen open) {
    return next.mti() == Seen.REVERSAL && !next.key().equals(open.key());
  }

  final void decide(boolean good, Fate fate, Seen struck, Seen next) {
    Words saw = new Words(struck + " 之后收到 " + next, "after " + struck + " came " + next);
    CaseResult.State state = good ? CaseResult.State.PASS : CaseResult.State.FAIL;
    results.decide(which, new CaseResult(state, fate.did, saw));
  }

  /** The reply to an approved sale does not come as it was sent. */
  private static final class SpoiltReply extends Drill {
    private final Fate fate;
    private final boolean lost;
    private @Nullable Seen struck;

    /**
     * @param lost whether it can be no answer: reverse or repeat before anything else; if not, it
     *     came in an odd shape only: neither reverse nor repeat
     */
    SpoiltReply(Case which, Fate fate, boolean lost, CaseResults results) {
      super(which, results);
      this.fate = fate;
      this.lost = lost;
    }

    @Override
    Fate answered(Seen request, Seen reply) {
      if (struck != null || !isApprovedSale(request, reply)) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      return fate;
    }

    @Override
    void next(Seen request) {
      Seen open = struck;
      if (open != null && request.isMoney() && !isOtherReversal(request, open)) {
        decide(settles(request, open) == lost, fate, open, request);
      }
    }
  }

  /** A sale is answered by the bench and never reaches the gateway. */
  private static final class AnsweredHere extends Drill {
    private final Fate fate;
    private @Nullable Seen struck;

    AnsweredHere(Case which, Fate fate, CaseResults results) {
      super(which, results);
      this.fate = fate;
    }

    @Override
    Fate asked(Seen request) {
      if (struck != null || !request.isSale() || request.again() || !request.proved()) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      return fate;
    }

    @Override
    void next(Seen request) {
      Seen open = struck;
      if (open == null || isOtherReversal(request, open)) {
        return;
      }
      switch (which) {
        case BUSY -> {
          if (request.isMoney()) {
            decide(request.mti() != Seen.REVERSAL, fate, open, request);
          }
        }
        case SUSPENDED -> {
          boolean asks = request.mti() == Seen.SIGN_ON || request.isStatus();
          if (request.isPurchase() || asks) {
            decide(asks, fate, open, request);
          }
        }
        default -> {
          if (request.isMoney()) {
            decide(request.repeats(open), fate, open, request);
          }
        }
      }
    }
  }

  /** The first reply to an advice is lost. */
  private static final class LostAdvice extends Drill {
    private @Nullable Seen struck;

    LostAdvice(CaseResults results) {
      super(Case.ADVICE_REPEATED, results);
    }

    @Override
    Fate answered(Seen request, Seen reply) {
      if (struck != null || !request.isAdvice() || request.again()) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      return Fate.LOST;
    }

    @Override
    void next(Seen request) {
      Seen open = struck;
      if (open != null && request.isMoney() && !isOtherReversal(request, open)) {
        decide(request.repeats(open), Fate.LOST, open, request);
      }
    }
  }

  /** A reply asks to sign on again. */
  private static final class SignOnAgain extends Drill {
    private @Nullable Seen struck;

    SignOnAgain(CaseResults results) {
      super(Case.SIGN_ON_AGAIN, results);
    }

    @Override
    Fate answered(Seen request, Seen reply) {
      if (struck != null || !isApprovedSale(request, reply)) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      return Fate.SIGN_ON_AGAIN;
    }

    @Override
    void next(Seen request) {
      Seen open = struck;
      if (open != null && (request.isMoney() || request.mti() == Seen.SIGN_ON)) {
        decide(request.mti() == Seen.SIGN_ON, Fate.SIGN_ON_AGAIN, open, request);
      }
    }
  }

  /** Takes the line down if nothing did so far; {@link Outage} decides. */
  private static final class Redialling extends Drill {
    private boolean struck;

    Redialling(CaseResults results) {
      super(Case.RECONNECT, results);
    }

    @Override
    Fate answered(Seen request, Seen reply) {
      if (struck || !isApprovedSale(request, reply)) {
        return Fate.AS_IT_IS;
      }
      struck = true;
      return Fate.OUTAGE;
    }

    @Override
    void next(Seen request) {}
  }
}
