package cn.unionecard.gateway.model;

/**
 * A line of an order that a benefit may work on alone, as the till marks it.
 *
 * @param mark what the campaigns call such goods
 * @param amount what the line costs, fen
 */
public record OrderLine(String mark, Fen amount) {
  /** Lines of one order. */
  public static final int LINES_MAX = 20;

  public OrderLine {
    if (!Written.BENEFIT.matcher(mark).matches()) {
      throw new IllegalArgumentException("a line's mark is not 1 to 24 of A-Z, 0-9 and -");
    }
    if (amount.value() < 0) {
      throw new IllegalArgumentException("a line of " + amount.value() + " fen is negative");
    }
  }
}
