package cn.unionecard.workbench.certify;

import org.jspecify.annotations.Nullable;

/**
 * The reply to a first sale is held back until that sale is settled; it comes in the place of the
 * reply to a second one. Whoever takes it for that goes on as if the second were answered.
 */
final class LateReply extends Drill {
  private boolean settled;
  private @Nullable Seen second;

  LateReply(CaseResults results) {
    super(Case.LATE_REPLY, results);
  }

  @Override
  boolean wants(Seen request) {
    return request.is(Kind.SALE) && !request.again();
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    if (struck == null && isApprovedSale(request, reply)) {
      struck = request;
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
    Seen first = struck;
    Seen open = second;
    if (first == null || !request.isMoney()) {
      return;
    }
    if (open != null) {
      if (!isOtherReversal(request, open)) {
        decide(request.settles(open), Fate.THE_HELD, open, request);
      }
    } else if (request.settles(first)) {
      settled = true;
    } else if (!settled && !isOtherReversal(request, first)) {
      decide(false, Fate.HELD, first, request);
    }
  }
}
