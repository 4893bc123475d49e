package cn.unionecard.workbench.certify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something is done to the replies to a reversal, one after another; a terminal that has nothing to
 * reverse is given reason to. After all but a reply that ends it, the same must come again.
 */
final class ReversalDrill extends Drill {
  private final List<Fate> fates;
  private @Nullable Seen provoked;
  private int done;

  ReversalDrill(Case which, List<Fate> fates, CaseResults results) {
    super(which, results);
    this.fates = fates;
  }

  @Override
  boolean wants(Seen request) {
    boolean provokes = provoked == null && request.is(Kind.SALE) && !request.again();
    return provokes || request.is(Kind.REVERSAL);
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    Seen reversal = struck;
    if (request.is(Kind.REVERSAL)) {
      boolean same = reversal == null || request.repeats(reversal);
      if (!same || done == fates.size()) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      return fates.get(done++);
    }
    if (reversal == null && provoked == null && isApprovedSale(request, reply)) {
      provoked = request;
      return Fate.LOST;
    }
    return Fate.AS_IT_IS;
  }

  @Override
  void next(Seen request) {
    Seen reversal = struck;
    if (reversal == null || !request.isMoney() || isOtherReversal(request, reversal)) {
      return;
    }
    Fate last = fates.get(done - 1);
    boolean good = last == Fate.ENDED ? !request.settles(reversal) : request.repeats(reversal);
    if (!good || done == fates.size()) {
      decide(good, last, reversal, request);
    }
  }
}
