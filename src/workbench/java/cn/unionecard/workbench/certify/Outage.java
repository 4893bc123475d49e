package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether the line is down, and how often the terminal dialled meanwhile. */
final class Outage {
  private final Clock clock;
  private final CaseResults results;
  private final int dialsMax;
  private boolean down;
  private boolean was;
  private int dials;
  private @Nullable Instant reconnected;

  /**
   * @param clock the bench's
   * @param dialsMax dials within one outage that are no storm
   */
  Outage(Clock clock, CaseResults results, int dialsMax) {
    this.clock = clock;
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
      reconnected = clock.instant();
      decide(State.PASS);
    }
    return true;
  }

  /** When the terminal was first served after the last outage; null if there was none. */
  @Nullable Instant reconnected() {
    return reconnected;
  }

  private void decide(State state) {
    results.decide(
        Case.RECONNECT,
        new CaseResult(
            state,
            Fate.OUTAGE.does,
            new Words(
                "断网期间拨号 " + dials + " 次，至多 " + dialsMax + " 次",
                dials + " dials while the line was down, at most " + dialsMax)));
  }
}
