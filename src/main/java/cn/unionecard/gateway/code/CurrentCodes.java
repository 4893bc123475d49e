package cn.unionecard.gateway.code;

import java.util.List;
import java.util.function.Supplier;

/**
 * {@link MemberCodes} with the keys that are in force now; made anew when these were changed. What
 * was gotten before goes on with the keys it was made with. Not thread-safe: one per lane.
 */
public final class CurrentCodes implements Supplier<MemberCodes> {
  private final Supplier<List<CodeKey>> keys;
  private List<CodeKey> known;
  private MemberCodes codes;

  /**
   * @param keys newest first; the same list while nothing has changed
   */
  public CurrentCodes(Supplier<List<CodeKey>> keys) {
    this.keys = keys;
    this.known = keys.get();
    this.codes = new MemberCodes(known);
  }

  @Override
  public MemberCodes get() {
    List<CodeKey> now = keys.get();
    if (now != known) {
      codes = new MemberCodes(now);
      known = now;
    }
    return codes;
  }
}
