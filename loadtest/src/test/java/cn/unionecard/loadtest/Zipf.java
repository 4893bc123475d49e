package cn.unionecard.loadtest;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Places 0 … n−1, place i drawn with probability proportional to 1/(i+1): a few do most of it. */
final class Zipf {
  private final double[] upTo;

  Zipf(int n) {
    upTo = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += 1.0 / (i + 1);
      upTo[i] = sum;
    }
  }

  int draw(RandomGenerator chance) {
    int place = Arrays.binarySearch(upTo, chance.nextDouble() * upTo[upTo.length - 1]);
    return Math.min(place < 0 ? -place - 1 : place, upTo.length - 1);
  }
}
