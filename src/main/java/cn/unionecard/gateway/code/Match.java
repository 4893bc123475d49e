package cn.unionecard.gateway.code;

/**
 * Whether a one-time password is the card's.
 *
 * @param step the 30-second step it belongs to, ≥ 0; negative when it is not accepted
 */
public record Match(long step) {
  /** The card's password, but of an earlier step, up to 20 ago. */
  public static final Match EXPIRED = new Match(-1);

  /** Not the card's password. */
  public static final Match WRONG = new Match(-2);

  public boolean isAccepted() {
    return step >= 0;
  }

  @Override
  public String toString() {
    return isAccepted() ? "step " + step : equals(EXPIRED) ? "EXPIRED" : "WRONG";
  }
}
