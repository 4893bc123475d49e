package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.Verdict.State;

/** Whether the line is down, and how often the terminal dialled meanwhile. */
final class Outage {
  private final Verdicts verdicts;
  private final int dialsMax;
  private boolean down;
  private boolean was;
  private int dials;

  /**
   * @param dialsMax dials within one outage that are no storm
   */
  Outage(Verdicts verdicts, int dialsMax) {
    this.verdicts = verdicts;
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
    verdicts.decide(
        Case.RECONNECT,
        new Verdict(
            state,
            Fate.OUTAGE.did,
            new Words(
                "断网期间拨号 " + dials + " 次，至多 " + dialsMax + " 次",
                dials + " dials while the line was down, at most " + dialsMax)));
  }
}
