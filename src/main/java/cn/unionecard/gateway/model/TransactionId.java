package cn.unionecard.gateway.model;

/**
 * The identity of a processed transaction: 60 bits, printed as twelve characters of Crockford base
 * 32, the same on a receipt, in a URL and in ISO 8583 field 37 (RRN, an12).
 *
 * <p>From the top: 43 bits of time in ticks of 1/8 ms since 2026-01-01T00:00:00Z (until 2060), 8
 * bits of chain slot, 9 bits of leaf number. All transactions of a block share time and slot, so
 * the numbers of a block are consecutive, grow with time, and are unique without asking anybody.
 */
public record TransactionId(long value) implements Comparable<TransactionId> {
  /** Leaves in a block: 2^9. */
  public static final int LEAVES = 512;

  /** Chains writing at the same time: 2^8. */
  public static final int SLOTS = 256;

  /** 2026-01-01T00:00:00Z in milliseconds since 1970. */
  public static final long EPOCH_MS = 1_767_225_600_000L;

  /** Ticks in a millisecond. */
  public static final int TICKS_PER_MS = 8;

  private static final long END = 1L << 60;
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  public TransactionId {
    if (value < 0 || value >= END) {
      throw new IllegalArgumentException("transaction id is not of 60 bits");
    }
  }

  /** The id of leaf {@code leaf} in the block that chain slot {@code slot} made at {@code tick}. */
  public static TransactionId of(long tick, int slot, int leaf) {
    if (tick < 0 || tick >= 1L << 43 || slot < 0 || slot >= SLOTS || leaf < 0 || leaf >= LEAVES) {
      throw new IllegalArgumentException("tick " + tick + ", slot " + slot + ", leaf " + leaf);
    }
    return new TransactionId(tick << 17 | (long) slot << 9 | leaf);
  }

  /** The tick of a time in milliseconds since 1970. */
  public static long tickOf(long epochMs) {
    return (epochMs - EPOCH_MS) * TICKS_PER_MS;
  }

  /** The time of a tick, in milliseconds since 1970. */
  public static long epochMsOf(long tick) {
    return EPOCH_MS + tick / TICKS_PER_MS;
  }

  /**
   * Reads the twelve characters; lower case is accepted.
   *
   * @throws IllegalArgumentException if they are not twelve of the alphabet
   */
  public static TransactionId parse(String text) {
    if (text.length() != 12) {
      throw new IllegalArgumentException("transaction id has not 12 characters");
    }
    long value = 0;
    for (int i = 0; i < 12; i++) {
      int digit = ALPHABET.indexOf(upper(text.charAt(i)));
      if (digit < 0) {
        throw new IllegalArgumentException("transaction id has a character outside base 32");
      }
      value = value << 5 | digit;
    }
    return new TransactionId(value);
  }

  /** ASCII alone: other letters have capitals there, too. */
  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
  }

  /** When the block was made, in ticks since 2026. */
  public long tick() {
    return value >>> 17;
  }

  /** When the block was made, in milliseconds since 1970. */
  public long epochMs() {
    return epochMsOf(tick());
  }

  public int slot() {
    return (int) (value >>> 9) & (SLOTS - 1);
  }

  /** The place in the block, from 0. */
  public int leaf() {
    return (int) value & (LEAVES - 1);
  }

  @Override
  public int compareTo(TransactionId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    char[] text = new char[12];
    long rest = value;
    for (int i = 11; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) rest & 31);
      rest >>>= 5;
    }
    return new String(text);
  }
}
