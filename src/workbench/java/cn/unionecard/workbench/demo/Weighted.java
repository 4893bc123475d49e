package cn.unionecard.workbench.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Draws from a list with the frequency that each one's weight asks for. */
final class Weighted<T> {
  private final List<T> all;
  private final int[] ends;

  /**
   * @param all at least one
   * @param weight zero or more; together at least one
   */
  Weighted(List<T> all, ToIntFunction<T> weight) {
    this.all = new ArrayList<>(all);
    this.ends = new int[all.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += weight.applyAsInt(all.get(i));
      ends[i] = end;
    }
  }

  T draw(RandomGenerator random) {
    int ticket = random.nextInt(ends[ends.length - 1]) + 1;
    int place = Arrays.binarySearch(ends, ticket);
    if (place < 0) {
      return all.get(-place - 1);
    }
    while (place > 0 && ends[place - 1] == ticket) {
      place--;
    }
    return all.get(place);
  }
}
