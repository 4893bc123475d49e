package cn.unionecard.gateway.rules;

import java.util.Arrays;
import java.util.List;

/**
 * The best legal combination of a member's benefits on one order, found exactly: the largest
 * discount, of equal ones that of the fewest benefits, then that whose benefit ends first, then
 * that of the older one.
 *
 * <p>A depth-first walk over the candidates in the order in which they are applied, cut off where
 * not even all that may still come could be better. What may still come is bounded by {@link
 * Benefit#leastRest}: applied one after the other, these leave less than anything that is legal.
 * Holds its own arrays, and is used again and again: a search leaves no garbage.
 */
final class Combination {
  private static final int MOST = CampaignsHere.COMBINABLE_MAX;

  /** Times 10,000 it is less than 2^63. */
  private static final long PERCENT_FEN_MAX = 900_000_000_000_000L;

  private CampaignsHere here = new CampaignsHere(List.of());
  private long orderFen;

  /** By place; those of {@link #all} are of this search. */
  private final Candidate[] candidates = new Candidate[MOST];

  private long all;
  private int size;
  private final int[] bySize = new int[MOST];
  private final long[] least = new long[Stacking.BENEFITS_MAX + 1];

  private long bestRest;
  private long bestChosen;
  private int bestCount;
  private long bestRanks;

  /** Whoever is looked for is not all of these, nor a part; none: anybody is. */
  private long butNot;

  /** Steps of the last search. */
  private long steps;

  /** One benefit that the member may use. */
  @SuppressWarnings("NullAway.Init") // filled before it is looked at
  private static final class Candidate {
    Benefit benefit;

    /** What it works on at the most: the order, or its marked lines. */
    long onFen;

    /** What it gives of whatever is left, at most that; below zero if it depends on it. */
    long constantFen;

    /** What the member's limits leave: a discount is cut to it. */
    long memberFen;

    /** What the budget has: it pays whole or not at all. */
    long budgetFen;

    /** What it gives at the most: alone, if its budget has so much. */
    long mostFen;

    /** What has to be left of the order. */
    long floor;

    /** Its place among those that end first, the highest bit first. */
    long rank;

    /** Those that it can be combined with. */
    long goesWith;

    /** How many there may be in all where it is one. */
    int benefitsMax;

    /** Of a percentage that is reckoned in 64 bits; else 0. */
    int basisPoints;

    long discount(long restFen, long floorFen) {
      long fen = constantFen >= 0 ? constantFen : benefit.discountOn(Math.min(onFen, restFen));
      fen = Math.min(Math.min(fen, memberFen), restFen - Math.max(floor, floorFen));
      return fen <= budgetFen ? fen : 0;
    }

    /**
     * What it leaves at the least of an amount between two.
     *
     * @param ofMost what is left of the order now: what comes later is never more
     */
    long leastRest(long restFen, long ofMost) {
      long left;
      if (constantFen >= 0) {
        left = restFen - Math.min(mostFen, restFen);
      } else if (basisPoints > 0) {
        long fen = (Math.min(restFen, onFen) * basisPoints + 5_000) / 10_000;
        left = restFen - Math.min(fen, mostFen);
      } else {
        left = benefit.leastRest(restFen, Math.min(onFen, ofMost), mostFen);
      }
      return Math.max(left, Math.min(restFen, floor));
    }
  }

  Combination() {
    for (int i = 0; i < MOST; i++) {
      candidates[i] = new Candidate();
    }
  }

  // ---- filled

  /** Begins anew. */
  void clear(CampaignsHere campaigns, long fen) {
    here = campaigns;
    orderFen = fen;
    all = 0;
    size = 0;
  }

  /**
   * One that may be used with others.
   *
   * @param place among those that can be combined here
   * @param onFen what it works on at the most, fen
   * @param memberFen what the member's limits leave, fen
   * @param budgetFen what the budget has, fen
   */
  void add(int place, long onFen, long memberFen, long budgetFen) {
    Campaign campaign = here.combinable(place);
    Stacking stacking = campaign.stacking();
    Candidate added = candidates[place];
    added.benefit = campaign.benefit();
    added.onFen = onFen;
    long alone = added.benefit.discountOn(onFen);
    boolean constant = stacking.onOrder() || added.benefit instanceof Benefit.Fixed;
    added.constantFen = constant ? alone : Long.MIN_VALUE;
    added.basisPoints =
        added.benefit instanceof Benefit.Percent percent && orderFen < PERCENT_FEN_MAX
            ? percent.basisPoints()
            : 0;
    added.memberFen = memberFen;
    added.budgetFen = budgetFen;
    added.mostFen = Math.min(alone, Math.min(memberFen, budgetFen));
    added.floor = stacking.floor(orderFen);
    added.rank = here.rank(place);
    added.goesWith = here.goesWith(place);
    added.benefitsMax = stacking.benefitsMax();
    all |= 1L << place;
    int at = size++;
    for (; at > 0 && candidates[bySize[at - 1]].mostFen < added.mostFen; at--) {
      bySize[at] = bySize[at - 1];
    }
    bySize[at] = place;
  }

  // ---- searched

  /**
   * Finds the best of two benefits or more.
   *
   * @param aloneFen what the best single one gives, fen: only what gives more is found
   */
  void search(long aloneFen) {
    start(aloneFen, 0);
  }

  /**
   * Finds the best of two or more that is not, nor a part of, what a search found.
   *
   * @param places what it found, a bit each; or the one that was better alone
   * @param aloneFen what the best single one not among them gives, fen
   */
  void searchBut(long places, long aloneFen) {
    start(aloneFen, places);
  }

  private void start(long aloneFen, long but) {
    butNot = but;
    steps = 0;
    bestRest = orderFen - aloneFen;
    bestChosen = 0;
    bestCount = 1;
    bestRanks = -1L;
    guess();
    walk(all, orderFen, 0, 0, Stacking.BENEFITS_MAX, 0, 0);
  }

  /** A good one to begin with, so that most others need not be looked at: the largest that fit. */
  private void guess() {
    long chosen = 0;
    long rest = orderFen;
    for (int i = 0; i < size; i++) {
      Candidate next = candidates[bySize[i]];
      if ((chosen & ~next.goesWith) == 0) {
        long more = chosen | 1L << bySize[i];
        long left = restOf(more);
        if (left >= 0 && left < rest) {
          chosen = more;
          rest = left;
        }
      }
    }
    if (Long.bitCount(chosen) > 1 && isLookedFor(chosen)) {
      take(rest, Long.bitCount(chosen), chosen, ranksOf(chosen));
    }
  }

  /** What these leave, whose pairs are legal; below zero if they are not together. */
  private long restOf(long these) {
    long rest = orderFen;
    long floor = 0;
    int count = Long.bitCount(these);
    for (long left = these; left != 0; left &= left - 1) {
      Candidate next = candidates[Long.numberOfTrailingZeros(left)];
      long fen = next.discount(rest, floor);
      if (fen <= 0 || count > next.benefitsMax) {
        return -1;
      }
      rest -= fen;
      floor = Math.max(floor, next.floor);
    }
    return count > Stacking.BENEFITS_MAX ? -1 : rest;
  }

  private long ranksOf(long these) {
    long ranks = 0;
    for (long left = these; left != 0; left &= left - 1) {
      ranks |= candidates[Long.numberOfTrailingZeros(left)].rank;
    }
    return ranks;
  }

  /**
   * Tries all that can follow what is chosen.
   *
   * @param open what may still be chosen, by place
   * @param rest what is left of the order
   * @param floor what has to be left of it
   * @param more how many may still be chosen
   */
  private void walk(
      long open, long rest, long floor, int count, int more, long chosen, long ranks) {
    if (count > 1 && isLookedFor(chosen)) {
      take(rest, count, chosen, ranks);
    }
    for (long left = open; left != 0 && more > 0; left &= left - 1) {
      steps++;
      if (!canBeBetter(left, rest, floor, count, more, chosen, ranks)) {
        return;
      }
      int at = Long.numberOfTrailingZeros(left);
      Candidate next = candidates[at];
      int most = next.benefitsMax - count;
      long fen = most > 0 ? next.discount(rest, floor) : 0;
      if (fen > 0) {
        walk(
            left & (left - 1) & next.goesWith,
            rest - fen,
            Math.max(floor, next.floor),
            count + 1,
            Math.min(more, most) - 1,
            chosen | 1L << at,
            ranks | next.rank);
      }
    }
  }

  private boolean isLookedFor(long these) {
    return butNot == 0 || (these & ~butNot) != 0;
  }

  private void take(long rest, int count, long chosen, long ranks) {
    boolean better =
        rest != bestRest
            ? rest < bestRest
            : count != bestCount ? count < bestCount : Long.compareUnsigned(ranks, bestRanks) > 0;
    if (better) {
      bestRest = rest;
      bestCount = count;
      bestChosen = chosen;
      bestRanks = ranks;
    }
  }

  private boolean canBeBetter(
      long open, long rest, long floor, int count, int more, long chosen, long ranks) {
    if (!isLookedFor(chosen | open)) {
      return false;
    }
    if (Math.max(rest - mostOf(open, more), floor) > bestRest) {
      return false;
    }
    long bound = Math.max(bound(open, rest, more), floor);
    if (bound != bestRest) {
      return bound < bestRest;
    }
    int same = Math.min(bestCount - count, more);
    if (same <= 0 || Math.max(bound(open, rest, same), floor) > bestRest) {
      return false;
    }
    if (same < bestCount - count) {
      return true; // with fewer
    }
    return (same > 1 && Math.max(bound(open, rest, same - 1), floor) <= bestRest)
        || Long.compareUnsigned(ranks | first(open, same), bestRanks) > 0;
  }

  /** What so many of these give at the most. */
  private long mostOf(long open, int more) {
    long fen = 0;
    int n = more;
    for (int i = 0; i < size && n > 0; i++) {
      int at = bySize[i];
      if ((open >> at & 1) == 1) {
        fen += Math.min(candidates[at].mostFen, orderFen);
        n--;
      }
    }
    return fen;
  }

  /** What any legal choice of so many of these leaves at the least. */
  private long bound(long open, long rest, int more) {
    return Long.bitCount(open) <= more ? boundOfAll(open, rest) : boundOfSome(open, rest, more);
  }

  private long boundOfAll(long open, long rest) {
    long bound = rest;
    for (long left = open; left != 0; left &= left - 1) {
      bound = candidates[Long.numberOfTrailingZeros(left)].leastRest(bound, rest);
    }
    return bound;
  }

  /** {@code least[n]}: what any n of those looked at leave at the least. */
  private long boundOfSome(long open, long rest, int more) {
    Arrays.fill(least, 0, more + 1, rest);
    for (long left = open; left != 0; left &= left - 1) {
      Candidate next = candidates[Long.numberOfTrailingZeros(left)];
      for (int n = more; n > 0; n--) {
        least[n] = Math.min(least[n], next.leastRest(least[n - 1], rest));
      }
    }
    return least[more];
  }

  /** So many of these that end first. */
  private long first(long open, int count) {
    long left = ranksOf(open);
    long taken = 0;
    for (int i = 0; i < count && left != 0; i++) {
      long bit = Long.highestOneBit(left);
      taken |= bit;
      left &= ~bit;
    }
    return taken;
  }

  // ---- found

  /** Whether there is one that gives more than the single one. */
  boolean isFound() {
    return bestChosen != 0;
  }

  /** The places of what was found. */
  long places() {
    return bestChosen;
  }

  /** What the best gives, fen; of the single one, if none gives more. */
  long fen() {
    return orderFen - bestRest;
  }

  /** How many steps the last search took. */
  long steps() {
    return steps;
  }

  /** The parts of what was found, in the order in which they are applied. */
  List<Part> parts() {
    long rest = orderFen;
    long floor = 0;
    Part[] parts = new Part[Long.bitCount(bestChosen)];
    int n = 0;
    for (long left = bestChosen; left != 0; left &= left - 1) {
      int place = Long.numberOfTrailingZeros(left);
      Candidate next = candidates[place];
      long fen = next.discount(rest, floor);
      parts[n++] = new Part(here.combinable(place), fen);
      rest -= fen;
      floor = Math.max(floor, next.floor);
    }
    return List.of(parts);
  }

  /** One benefit of a combination and what it gives, fen. */
  record Part(Campaign campaign, long fen) {}

  static boolean endsBefore(Campaign one, Campaign other) {
    return one.endsAtMs() == other.endsAtMs()
        ? one.id() < other.id()
        : one.endsAtMs() < other.endsAtMs();
  }
}
