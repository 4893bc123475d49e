package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;

/** Whether the line is down, and how often the terminal dialled meanwhile. */
final class Outage {
  private final CaseResults results;
  private final int dialsMax;
  private boolean down;
  private boolean was;
  private int dials;

  /**
   * @param dialsMax dials within one outage that are no storm
   */
  Outage(CaseResults results, int dialsMax) {
    this.results = results;
    this.dialsMax = dialsMax;
  }

  void begin() {
    down = true;
    was = true;
    dials = 0;
  }

  /**
   * Ends it.
   *
   * @return whether there was one
   */
  boolean end() {
    boolean ended = down;
    down = false;
    return ended;
  }

  /**
   * The terminal dials.
   *
   * @return whether it is served
   */
  boolean serves() {
    if (down) {
      dials++;
      if (dials > dialsMax) {
        decide(State.FAIL);
      }
      return false;
    }
    if (was) {
      was = false;
      decide(State.PASS);
    }
    return true;
  }

  private void decide(State state) {
    results.decide(
        Case.RECONNECT,
        new CaseResult(
            state,
            Fate.OUTAGE.did,
            new Words(
                "断网期间拨号 " + dials + " 次，至多 " + dialsMax + " 次",
                dials + " dials while the line was down, at most " + dialsMax)));
  }
}
