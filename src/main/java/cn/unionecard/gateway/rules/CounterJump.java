package cn.unionecard.gateway.rules;

/**
 * A terminal's offline counter that did not go on by one: sales may be missing, or a terminal was
 * set back. Told to the union.
 *
 * @param terminal the terminal's number
 * @param merchant the merchant's row
 * @param transaction the ADVICE that showed it
 * @param expected the counter that should have come
 * @param reported the one that came
 */
public record CounterJump(
    String terminal, int merchant, long transaction, long expected, long reported) {
  /** Whether counters were left out, rather than used again. */
  public boolean isGap() {
    return reported > expected;
  }
}
