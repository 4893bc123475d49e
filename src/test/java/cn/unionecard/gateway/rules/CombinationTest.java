package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The search against every subset, tried one by one as the published rules say it. */
class CombinationTest {
  private static final int BASKETS = Integer.getInteger("combination.baskets", 120_000);
  private static final int CANDIDATES = 9;
  private static final Funding UNION =
      new Funding(List.of(new Funding.Share(Funding.Source.UNION, 10, 10_000)));

  private final Combination search = new Combination();

  /** One that may be used, as the search is told of it. */
  private record Candidate(Campaign campaign, long onFen, long memberFen, long budgetFen) {}

  /** What a legal choice gives. */
  private record Found(List<Candidate> parts, List<Long> fens, long fen) {}

  @Test
  void isTheBestOfAllThatIsLegal() {
    int combined = 0;
    int runnersUp = 0;
    for (int basket = 0; basket < BASKETS; basket++) {
      SplittableRandom random = new SplittableRandom(basket);
      long order = amount(random, 20_000);
      List<Candidate> candidates = candidates(random, order);
      Found best = best(candidates, order, null);
      ask(candidates, order);
      search.search(bestAlone(candidates, order, null));
      assertSame(best, basket);
      combined += best == null || best.parts().size() < 2 ? 0 : 1;
      if (best != null && basket % 4 == 0) {
        Found second = best(candidates, order, best);
        search.searchBut(places(candidates, best), bestAlone(candidates, order, best));
        assertSame(second, basket);
        runnersUp += second == null ? 0 : 1;
      }
    }
    assertTrue(combined > BASKETS / 4, "combined " + combined);
    assertTrue(runnersUp > BASKETS / 10, "runners-up " + runnersUp);
  }

  private void ask(List<Candidate> candidates, long order) {
    CampaignsHere here = new CampaignsHere(candidates.stream().map(Candidate::campaign).toList());
    search.clear(here, order);
    for (int i = 0; i < candidates.size(); i++) {
      Candidate one = candidates.get(i);
      if (here.place(i) >= 0) {
        search.add(here.place(i), one.onFen, one.memberFen, one.budgetFen);
      }
    }
  }

  private static long bestAlone(List<Candidate> candidates, long order, @Nullable Found butNot) {
    long fen = 0;
    for (Candidate one : candidates) {
      Found alone = apply(List.of(one), order);
      if (alone != null && (butNot == null || !butNot.parts().contains(one))) {
        fen = Math.max(fen, alone.fen());
      }
    }
    return fen;
  }

  private static long places(List<Candidate> candidates, Found found) {
    CampaignsHere here = new CampaignsHere(candidates.stream().map(Candidate::campaign).toList());
    long places = 0;
    for (int i = 0; i < candidates.size(); i++) {
      boolean part = found.parts().contains(candidates.get(i)) && here.place(i) >= 0;
      places |= part ? 1L << here.place(i) : 0;
    }
    return places;
  }

  /** A single one is found by whoever weighs them: the search gives only what is better. */
  private void assertSame(@Nullable Found expected, int seed) {
    if (expected != null && expected.parts().size() > 1) {
      assertTrue(search.isFound(), "seed " + seed);
      assertEquals(
          indexed(expected.parts(), expected.fens()),
          search.parts().stream().map(part -> part.campaign().id() + ":" + part.fen()).toList(),
          "seed " + seed);
    } else {
      assertFalse(search.isFound(), "seed " + seed);
    }
    assertEquals(expected == null ? 0 : expected.fen(), search.fen(), "seed " + seed);
  }

  private static List<String> indexed(List<Candidate> parts, List<Long> fens) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      told.add(parts.get(i).campaign().id() + ":" + fens.get(i));
    }
    return told;
  }

  // ---- the oracle

  private static @Nullable Found best(
      List<Candidate> candidates, long order, @Nullable Found butNot) {
    List<Candidate> sorted =
        candidates.stream()
            .sorted(
                Comparator.<Candidate>comparingInt(one -> one.campaign.stacking().priority())
                    .thenComparingInt(one -> place(one.campaign.benefit()))
                    .thenComparingInt(one -> one.campaign.id()))
            .toList();
    Found best = null;
    for (int mask = 1; mask < 1 << sorted.size(); mask++) {
      List<Candidate> parts = new ArrayList<>();
      for (int i = 0; i < sorted.size(); i++) {
        if ((mask >> i & 1) == 1) {
          parts.add(sorted.get(i));
        }
      }
      if (butNot != null && butNot.parts().containsAll(parts)) {
        continue;
      }
      Found found = isLegal(parts) ? apply(parts, order) : null;
      if (found != null && (best == null || beats(found, best))) {
        best = found;
      }
    }
    return best;
  }

  /** As it is published. */
  private static int place(Benefit benefit) {
    return List.of("Price", "Free", "Threshold", "Tiered", "Fixed", "Percent")
        .indexOf(benefit.getClass().getSimpleName());
  }

  private static boolean isLegal(List<Candidate> parts) {
    if (parts.size() > Stacking.BENEFITS_MAX) {
      return false;
    }
    for (Candidate one : parts) {
      Stacking stacking = one.campaign.stacking();
      if (parts.size() > stacking.benefitsMax()) {
        return false;
      }
      for (Candidate other : parts) {
        if (one != other
            && (disjoint(stacking.sets(), other.campaign.stacking().sets())
                || !disjoint(stacking.groups(), other.campaign.stacking().groups()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean disjoint(List<String> some, List<String> others) {
    return some.stream().noneMatch(others::contains);
  }

  private static @Nullable Found apply(List<Candidate> parts, long order) {
    long rest = order;
    long floor = 0;
    List<Long> fens = new ArrayList<>();
    for (Candidate one : parts) {
      Stacking stacking = one.campaign.stacking();
      floor = Math.max(floor, stacking.payableFenMin());
      if (stacking.discountFenMax() < Long.MAX_VALUE) {
        floor = Math.max(floor, order - stacking.discountFenMax());
      }
      long on = stacking.onOrder() ? one.onFen : Math.min(one.onFen, rest);
      long fen = Math.min(one.campaign.benefit().discountOn(on), one.memberFen);
      fen = Math.min(fen, rest - floor);
      if (fen <= 0 || fen > one.budgetFen) {
        return null;
      }
      fens.add(fen);
      rest -= fen;
    }
    return new Found(parts, fens, order - rest);
  }

  private static boolean beats(Found one, Found other) {
    if (one.fen != other.fen) {
      return one.fen > other.fen;
    }
    if (one.parts.size() != other.parts.size()) {
      return one.parts.size() < other.parts.size();
    }
    List<Campaign> some = byEnd(one);
    List<Campaign> others = byEnd(other);
    for (int i = 0; i < some.size(); i++) {
      if (some.get(i) != others.get(i)) {
        return Combination.endsBefore(some.get(i), others.get(i));
      }
    }
    return false;
  }

  private static List<Campaign> byEnd(Found found) {
    return found.parts.stream()
        .map(Candidate::campaign)
        .sorted(Comparator.comparingLong(Campaign::endsAtMs).thenComparingInt(Campaign::id))
        .toList();
  }

  // ---- baskets

  private static long amount(SplittableRandom random, long most) {
    return random.nextInt(4) == 0
        ? random.nextLong(most + 1)
        : random.nextLong(most / 500 + 1) * 500;
  }

  private static List<Candidate> candidates(SplittableRandom random, long order) {
    List<Candidate> candidates = new ArrayList<>();
    int count = 1 + random.nextInt(CANDIDATES);
    for (int id = 1; id <= count; id++) {
      boolean lines = random.nextInt(5) == 0;
      candidates.add(
          new Candidate(
              campaign(random, id, lines),
              lines ? random.nextLong(order + 1) : order,
              random.nextInt(4) == 0 ? 1 + amount(random, 2_000) : Long.MAX_VALUE,
              random.nextInt(5) == 0 ? 1 + amount(random, 4_000) : 1_000_000_000));
    }
    return candidates;
  }

  static Campaign campaign(SplittableRandom random, int id, boolean lines) {
    List<String> sets = names(random, random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(2), "S");
    List<String> groups = names(random, random.nextInt(3) == 0 ? 1 : 0, "G");
    Stacking stacking =
        new Stacking(
            random.nextInt(3) == 0 ? random.nextInt(1_000) : 500,
            random.nextInt(3) == 0,
            sets,
            groups,
            random.nextInt(4) == 0 ? 1 + random.nextInt(4) : Stacking.BENEFITS_MAX,
            random.nextInt(6) == 0 ? random.nextLong(2_000) : 0,
            random.nextInt(6) == 0 ? 1 + random.nextLong(6_000) : Long.MAX_VALUE);
    return new Campaign(
        id,
        "C-" + id,
        "优惠",
        true,
        0,
        1_000 + random.nextLong(4),
        benefit(random),
        lines ? "MARK" : null,
        UNION,
        new Campaign.Members(Set.of(), Set.of()),
        new Campaign.Merchants(Set.of(), Set.of(), Set.of()),
        new Campaign.MemberLimits(
            Campaign.MemberLimits.NONE,
            Campaign.MemberLimits.NONE,
            Campaign.MemberLimits.NONE,
            Campaign.MemberLimits.NONE),
        0,
        stacking,
        Times.ALWAYS);
  }

  private static List<String> names(SplittableRandom random, int count, String of) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(of + random.nextInt(3));
    }
    return names;
  }

  private static Benefit benefit(SplittableRandom random) {
    return switch (random.nextInt(7)) {
      case 0, 1 -> new Benefit.Percent(1 + random.nextInt(6_000), 1 + amount(random, 5_000));
      case 2, 3 -> threshold(random, 500 * (1 + random.nextLong(40)));
      case 4 -> {
        Benefit.Threshold low = threshold(random, 500 * (1 + random.nextLong(10)));
        yield new Benefit.Tiered(
            List.of(
                low,
                new Benefit.Threshold(
                    low.thresholdFen() + 500 * (1 + random.nextLong(10)),
                    low.offFen() + 1 + random.nextLong(500))));
      }
      case 5 -> new Benefit.Fixed(1 + amount(random, 3_000));
      default ->
          random.nextInt(4) == 0
              ? new Benefit.Free()
              : new Benefit.Price(1 + amount(random, 20_000));
    };
  }

  private static Benefit.Threshold threshold(SplittableRandom random, long from) {
    return new Benefit.Threshold(from, 1 + random.nextLong(from));
  }

  // ---- what a bound promises

  @Test
  void aBoundIsNeverAboveWhatIsLeftAndGrows() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 40_000; i++) {
      Benefit benefit = benefit(random);
      long on = amount(random, 20_000);
      long most = 1 + amount(random, 5_000);
      long rest = amount(random, 20_000);
      long more = rest + random.nextLong(600);
      long left = more - Math.min(benefit.discountOn(Math.min(more, on)), most);
      long bound = benefit.leastRest(rest, on, most);
      assertTrue(bound <= left, () -> benefit + " on " + on);
      assertTrue(bound <= benefit.leastRest(more, on, most), () -> benefit + " on " + on);
      assertFalse(bound < 0 || bound > rest, () -> benefit + " on " + on);
    }
  }

  @Test
  void ofMoreThanCanBeCombinedTheYoungestAreAlone() {
    List<Campaign> many = new ArrayList<>();
    for (int id = 1; id <= CampaignsHere.COMBINABLE_MAX + 10; id++) {
      many.add(fixed(campaign(new SplittableRandom(id), id, false), id));
    }
    CampaignsHere here = new CampaignsHere(many);
    search.clear(here, 1_000);
    for (int i = 0; i < many.size(); i++) {
      assertEquals(i < CampaignsHere.COMBINABLE_MAX, here.place(i) >= 0);
      if (here.place(i) >= 0) {
        search.add(here.place(i), 1_000, Long.MAX_VALUE, Long.MAX_VALUE);
      }
    }
    search.search(0);
    long expected = 0;
    for (int i = 0; i < Stacking.BENEFITS_MAX; i++) {
      expected += CampaignsHere.COMBINABLE_MAX - i;
    }
    assertEquals(expected, search.fen());
    assertEquals(Stacking.BENEFITS_MAX, search.parts().size());
  }

  private static Campaign fixed(Campaign like, int fen) {
    return new Campaign(
        like.id(),
        like.code(),
        like.publicName(),
        true,
        0,
        like.endsAtMs(),
        new Benefit.Fixed(fen),
        null,
        like.funding(),
        like.members(),
        like.merchants(),
        like.limits(),
        0,
        new Stacking(500, false, List.of("S"), List.of(), 8, 0, Long.MAX_VALUE),
        Times.ALWAYS);
  }
}
