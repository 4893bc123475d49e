package cn.unionecard.gateway.model;

/**
 * An amount of money in integer fen (1/100 yuan), between {@value #MIN} and {@value #MAX}.
 *
 * <p>Negative amounts exist only where money flows back (postings); a request never carries one.
 */
public record Fen(long value) implements Comparable<Fen> {
  /** The largest amount the gateway speaks of: 10^15 fen, far below 2^53. */
  public static final long MAX = 1_000_000_000_000_000L;

  /** The smallest: −{@link #MAX}. */
  public static final long MIN = -MAX;

  /** No money. */
  public static final Fen ZERO = new Fen(0);

  public Fen {
    if (value < MIN || value > MAX) {
      throw new IllegalArgumentException("amount of " + value + " fen is outside ±" + MAX);
    }
  }

  public static Fen of(long fen) {
    return fen == 0 ? ZERO : new Fen(fen);
  }

  public Fen plus(Fen other) {
    return of(value + other.value);
  }

  public Fen minus(Fen other) {
    return of(value - other.value);
  }

  /** The amount in yuan with two decimals, as printed on a slip: {@code 12.30}. */
  public String yuan() {
    long abs = Math.abs(value);
    long cents = abs % 100;
    return (value < 0 ? "-" : "") + abs / 100 + (cents < 10 ? ".0" : ".") + cents;
  }

  @Override
  public int compareTo(Fen other) {
    return Long.compare(value, other.value);
  }
}
