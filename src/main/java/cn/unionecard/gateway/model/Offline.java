package cn.unionecard.gateway.model;

/**
 * What a terminal says of a sale it made without network.
 *
 * @param atMs when, by the terminal's own clock, ms since 1970
 * @param counter the terminal's count of its offline sales: grows by one with each, for ever
 */
public record Offline(long atMs, long counter) {
  /** The largest counter: twelve digits. */
  public static final long COUNTER_MAX = 999_999_999_999L;

  public Offline {
    if (atMs < 0 || counter < 1 || counter > COUNTER_MAX) {
      throw new IllegalArgumentException("offline sale " + counter + " at " + atMs + " ms");
    }
  }
}
