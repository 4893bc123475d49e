package cn.unionecard.workbench.certify;

import org.jspecify.annotations.Nullable;

/**
 * The reply to a first sale is held back until that sale is settled; it comes in the place of the
 * reply to a second one. Whoever takes it for that goes on as if the second were answered.
 */
final class LateReply extends Drill {
  private @Nullable Seen first;
  private boolean settled;
  private @Nullable Seen second;

  LateReply(CaseResults results) {
    super(Case.LATE_REPLY, results);
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    if (first == null && isApprovedSale(request, reply)) {
      first = request;
      return Fate.HELD;
    }
    if (settled && second == null && isApprovedSale(request, reply)) {
      second = request;
      return Fate.THE_HELD;
    }
    return Fate.AS_IT_IS;
  }

  @Override
  void next(Seen request) {
    Seen before = first;
    Seen open = second;
    if (before == null || !request.isMoney()) {
      return;
    }
    if (open != null) {
      if (!isOtherReversal(request, open)) {
        decide(settles(request, open), Fate.THE_HELD, open, request);
      }
    } else if (settles(request, before)) {
      settled = true;
    } else if (!settled && !isOtherReversal(request, before)) {
      decide(false, Fate.HELD, before, request);
    }
  }
}
