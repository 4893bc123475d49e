package cn.unionecard.gateway.rules;

import java.util.List;

/**
 * With what a benefit can be combined on one order, and where it stands among those it is combined
 * with. Two can be combined that have a set in common and no group; a combination is legal if all
 * its pairs are, and no limit of any of them is passed.
 *
 * @param priority whoever has the smaller number is applied first; then by {@link Benefit#place}
 *     and the campaign's row
 * @param onOrder whether it works on the whole order; else on what is left of it
 * @param sets names of what can be combined; none: with nothing
 * @param groups names of what excludes each other
 * @param benefitsMax the most benefits of an order that it is one of
 * @param payableFenMin what the member pays at the least, fen
 * @param discountFenMax the most that an order gets together with it, fen
 */
public record Stacking(
    int priority,
    boolean onOrder,
    List<String> sets,
    List<String> groups,
    int benefitsMax,
    long payableFenMin,
    long discountFenMax) {
  /** Benefits of one order. */
  public static final int BENEFITS_MAX = 8;

  /** The least urgent priority. */
  static final int PRIORITY_MAX = 999;

  static final int PRIORITY = 500;

  public Stacking {
    sets = sets.stream().map(String::intern).toList();
    groups = groups.stream().map(String::intern).toList();
  }

  /** Whether both may be given on one order. */
  boolean goesWith(Stacking other) {
    return shareOne(sets, other.sets) && !shareOne(groups, other.groups);
  }

  boolean excludes(Stacking other) {
    return shareOne(groups, other.groups);
  }

  /** What has to be left of an order of that amount, fen; at least nothing. */
  long floor(long orderFen) {
    return Math.max(payableFenMin, orderFen - discountFenMax);
  }

  boolean isAlone() {
    return sets.isEmpty();
  }

  private static boolean shareOne(List<String> some, List<String> others) {
    for (int i = 0; i < some.size(); i++) {
      if (others.contains(some.get(i))) {
        return true;
      }
    }
    return false;
  }
}
