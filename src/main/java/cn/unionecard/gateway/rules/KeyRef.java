package cn.unionecard.gateway.rules;

/**
 * A transaction's key as the ledger stores it: (terminal, request id, class) has one answer for
 * ever.
 *
 * @param terminal the terminal's row
 */
public record KeyRef(int terminal, String requestId, Kind kind) {

  /** Classes of keys; the ordinal is the stored form. */
  public enum Kind {
    /** The request itself, or the tombstone that its early reversal left in its place. */
    REQUEST,
    /** The reversal of a recorded request. */
    REVERSAL,
    /** A request that came after its own reversal. */
    LATE,
    /** The expiry of a hold. */
    EXPIRY;

    private static final Kind[] ALL = values();

    /**
     * The class stored as {@code number}.
     *
     * @throws ArrayIndexOutOfBoundsException if there is none
     */
    public static Kind of(int number) {
      return ALL[number];
    }
  }
}
