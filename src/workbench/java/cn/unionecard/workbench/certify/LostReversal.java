package cn.unionecard.workbench.certify;

import org.jspecify.annotations.Nullable;

/**
 * Two replies to a reversal are lost; a terminal that has nothing to reverse is given reason to.
 */
final class LostReversal extends Drill {
  private static final int LOSSES = 2;

  private @Nullable Seen provoked;
  private @Nullable Seen struck;
  private int losses;

  LostReversal(CaseResults results) {
    super(Case.LOST_REVERSAL, results);
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    Seen reversal = struck;
    if (request.mti() == Seen.REVERSAL) {
      boolean same = reversal == null || request.repeats(reversal);
      if (!same || losses == LOSSES) {
        return Fate.AS_IT_IS;
      }
      struck = request;
      losses++;
      return Fate.LOST;
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
    Seen sale = provoked;
    if (!request.isMoney()) {
      return;
    }
    if (reversal != null && !isOtherReversal(request, reversal)) {
      again(request, reversal);
    } else if (reversal == null
        && sale != null
        && !settles(request, sale)
        && !isOtherReversal(request, sale)) {
      decide(false, Fate.LOST, sale, request);
    }
  }

  private void again(Seen request, Seen reversal) {
    boolean same = request.repeats(reversal);
    if (!same || losses == LOSSES) {
      decide(same, Fate.LOST, reversal, request);
    }
  }
}
