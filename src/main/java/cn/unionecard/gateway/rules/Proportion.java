package cn.unionecard.gateway.rules;

import java.math.BigInteger;

/** Shares of whole fen: nothing is lost, nothing made. */
final class Proportion {
  private Proportion() {}

  /** {@code part × of / whole}, HALF_UP; all not negative, {@code whole} positive. */
  static long halfUp(long part, long of, long whole) {
    BigInteger twice = BigInteger.valueOf(part).multiply(BigInteger.valueOf(of)).shiftLeft(1);
    BigInteger divisor = BigInteger.valueOf(whole).shiftLeft(1);
    return twice.add(BigInteger.valueOf(whole)).divide(divisor).longValueExact();
  }

  /**
   * Splits by weight and largest remainder, ties by position. No share passes its weight as long as
   * the whole does not pass their sum.
   *
   * @param fen not negative, at most the sum of the weights
   * @param weights not negative
   */
  static long[] split(long fen, long[] weights) {
    long sum = 0;
    for (long weight : weights) {
      sum += weight;
    }
    if (fen < 0 || fen > sum) {
      throw new IllegalArgumentException(fen + " fen to be split over " + sum);
    }
    return byLargestRemainder(fen, weights, sum);
  }

  /**
   * Splits by weight and largest remainder, ties by position.
   *
   * @param fen not negative
   * @param weights not negative
   * @param sum of the weights; positive, unless there is nothing to be split
   */
  static long[] byLargestRemainder(long fen, long[] weights, long sum) {
    long[] shares = new long[weights.length];
    if (fen == 0) {
      return shares;
    }
    BigInteger[] remainders = new BigInteger[weights.length];
    long left = fen;
    for (int i = 0; i < weights.length; i++) {
      BigInteger[] share =
          BigInteger.valueOf(fen)
              .multiply(BigInteger.valueOf(weights[i]))
              .divideAndRemainder(BigInteger.valueOf(sum));
      shares[i] = share[0].longValueExact();
      remainders[i] = share[1];
      left -= shares[i];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int i = 1; i < remainders.length; i++) {
        if (remainders[i].compareTo(remainders[largest]) > 0) {
          largest = i;
        }
      }
      shares[largest]++;
      remainders[largest] = BigInteger.ONE.negate();
    }
    return shares;
  }
}
