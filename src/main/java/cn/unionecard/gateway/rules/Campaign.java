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
    Set<Scene> scenes) {
  public Campaign {
    scenes = Set.copyOf(scenes);
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
        Set.of());
  }

  /** The same, of which members use what they were given. */
  public Campaign giving(@Nullable Grants given) {
    return with(startsAtMs, endsAtMs, given, scenes);
  }

  /** The same in some scenes; none: in each. */
  public Campaign in(Set<Scene> some) {
    return with(startsAtMs, endsAtMs, grants, some);
  }

  /** Whether it works in a scene. */
  public boolean worksIn(Scene scene) {
    return scenes.isEmpty() || scenes.contains(scene);
  }

  /** The same with another window, ms since 1970. */
  public Campaign from(long starts, long ends) {
    return with(starts, ends, grants, scenes);
  }

  private Campaign with(long starts, long ends, @Nullable Grants given, Set<Scene> some) {
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
        orderFenMin,
        stacking,
        times,
        given,
        some);
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
