package cn.unionecard.workbench.certify;

/**
 * The check value of the first key of a sign-on is wrong, in the next one that of the second: each
 * time the terminal must sign on again.
 */
final class CheckValue extends Drill {
  private Fate fate = Fate.AS_IT_IS;

  CheckValue(CaseResults results) {
    super(Case.CHECK_VALUE, results);
  }

  @Override
  boolean wants(Seen request) {
    return request.is(Kind.SIGN_ON);
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    if (!wants(request) || !reply.approved()) {
      return Fate.AS_IT_IS;
    }
    struck = request;
    fate = fate == Fate.AS_IT_IS ? Fate.WRONG_PIN_KEY : Fate.WRONG_MAC_KEY;
    return fate;
  }

  @Override
  void next(Seen request) {
    Seen open = struck;
    boolean signsOn = request.is(Kind.SIGN_ON);
    if (open != null && (request.isMoney() || signsOn && fate == Fate.WRONG_MAC_KEY)) {
      decide(signsOn, fate, open, request);
    }
  }
}
