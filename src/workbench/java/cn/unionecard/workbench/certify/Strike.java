package cn.unionecard.workbench.certify;

/** Something is done to one message of a kind, or to its reply; then something must follow. */
final class Strike extends Drill {
  private final Fate fate;
  private final Must must;
  private boolean signedOn;

  Strike(Case which, Fate fate, Must must, CaseResults results) {
    super(which, results);
    this.fate = fate;
    this.must = must;
  }

  @Override
  Fate asked(Seen request) {
    if (isActive() && must == Must.SIGN_ON_ANEW && request.is(Kind.SIGN_ON)) {
      return Fate.NEXT_BATCH;
    }
    boolean strikes = fate.isAnswer() && wants(request) && request.proved();
    return strikes ? strike(request) : Fate.AS_IT_IS;
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    boolean counts = reply.approved() || which.kind == Kind.ADVICE;
    boolean strikes = !fate.isAnswer() && wants(request) && counts;
    return strikes ? strike(request) : Fate.AS_IT_IS;
  }

  @Override
  boolean wants(Seen request) {
    return struck == null && request.is(which.kind) && !request.again();
  }

  private Fate strike(Seen request) {
    struck = request;
    return fate;
  }

  @Override
  void next(Seen request) {
    Seen open = struck;
    if (open != null && !isOtherReversal(request, open)) {
      decide(must.judge(open, request, signedOn), fate, open, request);
      signedOn |= request.is(Kind.SIGN_ON);
    }
  }
}
