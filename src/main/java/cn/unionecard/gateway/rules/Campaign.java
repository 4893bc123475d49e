package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Scene;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A benefit campaign as its union defined it: a window, a benefit, who pays, for whom, where, how
 * often. Its own name is the union's; tills and slips know the public one. Whether it may still pay
 * is a fact of the block, not of the campaign.
 *
 * @param publicName what a till, a slip and a receipt call it; does not tell who may use it
 * @param running whether it is switched on; a paused or ended one only keeps its name
 * @param startsAtMs first moment, ms since 1970
 * @param endsAtMs first moment after the end, ms since 1970
 * @param lines the mark of the lines of an order on which it works; null: on the whole order
 * @param orderFenMin least order, fen
 * @param stacking with what it can be combined
 * @param times when within its window it works
 * @param grants what it gives out, and members use; null: it is used without being given out
 * @param scenes in which it works; empty: in each
 * @param narrowings what unions below tightened of it; of one at a merchant those that hold there
 */
public record Campaign(
    int id,
    String code,
    String publicName,
    boolean running,
    long startsAtMs,
    long endsAtMs,
    Benefit benefit,
    @Nullable String lines,
    Funding funding,
    Members members,
    Merchants merchants,
    MemberLimits limits,
    long orderFenMin,
    Stacking stacking,
    Times times,
    @Nullable Grants grants,
    Set<Scene> scenes,
    List<Narrowing> narrowings) {
  public Campaign {
    scenes = Set.copyOf(scenes);
    narrowings = List.copyOf(narrowings);
  }

  /** One that gives nothing out, and works in each scene. */
  public Campaign(
      int id,
      String code,
      String publicName,
      boolean running,
      long startsAtMs,
      long endsAtMs,
      Benefit benefit,
      @Nullable String lines,
      Funding funding,
      Members members,
      Merchants merchants,
      MemberLimits limits,
      long orderFenMin,
      Stacking stacking,
      Times times) {
    this(
        id,
        code,
        publicName,
        running,
        startsAtMs,
        endsAtMs,
        benefit,
        lines,
        funding,
        members,
        merchants,
        limits,
        orderFenMin,
        stacking,
        times,
        null,
        Set.of(),
        List.of());
  }

  /** The same, of which members use what they were given. */
  public Campaign giving(@Nullable Grants given) {
    return with(startsAtMs, endsAtMs, orderFenMin, times, given, scenes, narrowings);
  }

  /** The same in some scenes; none: in each. */
  public Campaign in(Set<Scene> some) {
    return with(startsAtMs, endsAtMs, orderFenMin, times, grants, some, narrowings);
  }

  /** Whether it works in a scene. */
  public boolean worksIn(Scene scene) {
    return scenes.isEmpty() || scenes.contains(scene);
  }

  /** The same with another window, ms since 1970. */
  public Campaign from(long starts, long ends) {
    return with(starts, ends, orderFenMin, times, grants, scenes, narrowings);
  }

  /** The same, tightened by unions below. */
  public Campaign narrowedBy(List<Narrowing> below) {
    return with(startsAtMs, endsAtMs, orderFenMin, times, grants, scenes, below);
  }

  /**
   * As it works at a merchant in a scene, by all that was tightened there; null: not at all.
   *
   * @param path from the root to the union that authorised the merchant
   */
  public @Nullable Campaign at(Merchant merchant, List<Integer> path, Scene scene) {
    if (!worksIn(scene) || !merchants.include(merchant, path)) {
      return null;
    }
    if (narrowings.isEmpty()) {
      return this;
    }
    List<Narrowing> here =
        narrowings.stream().filter(narrowing -> path.contains(narrowing.org())).toList();
    long least = orderFenMin;
    Times both = times;
    for (Narrowing narrowing : here) {
      if (!narrowing.leaves(merchant, path, scene)) {
        return null;
      }
      least = Math.max(least, narrowing.orderFenMin());
      both = both.and(narrowing.times());
    }
    return with(startsAtMs, endsAtMs, least, both, grants, scenes, here);
  }

  /**
   * The most of one member, at a merchant. What he used is counted under {@link #limits}, wherever
   * that was, so it may be more.
   */
  MemberLimits limitsHere() {
    MemberLimits least = limits;
    for (int i = 0; i < narrowings.size(); i++) {
      least = least.and(narrowings.get(i).limits());
    }
    return least;
  }

  private Campaign with(
      long starts,
      long ends,
      long least,
      Times when,
      @Nullable Grants given,
      Set<Scene> some,
      List<Narrowing> below) {
    return new Campaign(
        id,
        code,
        publicName,
        running,
        starts,
        ends,
        benefit,
        lines,
        funding,
        members,
        merchants,
        limits,
        least,
        stacking,
        when,
        given,
        some,
        below);
  }

  /** Whether every member may use it: only such a one may be named by a till. */
  boolean isForEverybody() {
    return members.orgs().isEmpty() && members.categories().isEmpty() && grants == null;
  }

  /**
   * Which members may use it; an empty set means no restriction of that kind.
   *
   * @param orgs roots of subtrees of the organisation tree
   * @param categories member categories
   */
  public record Members(Set<Integer> orgs, Set<String> categories) {
    public Members {
      orgs = Set.copyOf(orgs);
      categories = Set.copyOf(categories);
    }

    boolean include(Card card, Catalog catalog) {
      return (categories.isEmpty() || categories.contains(card.category()))
          && (orgs.isEmpty() || anyOf(orgs, catalog.orgPath(card.org())));
    }
  }

  /**
   * At which merchants it works; an empty set means no restriction of that kind.
   *
   * @param categories of 吃住行游购娱
   * @param ids merchants named one by one
   * @param orgs roots of subtrees that authorised the merchant
   */
  public record Merchants(Set<String> categories, Set<Integer> ids, Set<Integer> orgs) {
    public Merchants {
      categories = Set.copyOf(categories);
      ids = Set.copyOf(ids);
      orgs = Set.copyOf(orgs);
    }

    /** Whether it works there, by what the merchant is. */
    public boolean include(Merchant merchant, List<Integer> authorisingPath) {
      return (categories.isEmpty() || categories.contains(merchant.category()))
          && (ids.isEmpty() || ids.contains(merchant.id()))
          && anyOf(orgs, authorisingPath);
    }
  }

  /**
   * How much of it one member may use; {@link #NONE} where there is no limit.
   *
   * @param count uses over the campaign
   * @param fen discount over the campaign, fen
   * @param dayCount uses in one day (Asia/Shanghai)
   * @param dayFen discount in one day, fen
   */
  public record MemberLimits(long count, long fen, long dayCount, long dayFen) {
    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** The tighter of each. */
    public MemberLimits and(MemberLimits other) {
      return new MemberLimits(
          Math.min(count, other.count),
          Math.min(fen, other.fen),
          Math.min(dayCount, other.dayCount),
          Math.min(dayFen, other.dayFen));
    }
  }

  private static boolean anyOf(Set<Integer> roots, List<Integer> path) {
    if (roots.isEmpty()) {
      return true;
    }
    for (Integer org : path) {
      if (roots.contains(org)) {
        return true;
      }
    }
    return false;
  }
}
