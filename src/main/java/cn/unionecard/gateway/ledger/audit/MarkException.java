package cn.unionecard.gateway.ledger.audit;

/** A mark that no audit can go on from, and why. */
public final class MarkException extends Exception {
  private static final long serialVersionUID = 1;

  MarkException(String why) {
    super(why);
  }
}
