package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Scene;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a union below tightened of a campaign, for the merchants that it or one below it authorised.
 * It can only take away: whatever it says, the campaign works where and when both say so.
 *
 * @param org the union that tightened it
 * @param merchants at which of its merchants it works
 * @param limits the most of one member there, counted over all that he used of the campaign
 * @param times when it works there
 * @param scenes in which it works there; empty: in each
 * @param orderFenMin least order there, fen
 */
public record Narrowing(
    int org,
    Campaign.Merchants merchants,
    Campaign.MemberLimits limits,
    Times times,
    Set<Scene> scenes,
    long orderFenMin) {
  public Narrowing {
    scenes = Set.copyOf(scenes);
  }

  /** Whether it leaves the campaign at a merchant in a scene. */
  boolean leaves(Merchant merchant, List<Integer> path, Scene scene) {
    return merchants.include(merchant, path) && (scenes.isEmpty() || scenes.contains(scene));
  }

  /**
   * What of it the campaign forbids already, so that it would loosen if it were taken by its words;
   * null: it tightens, in whatever it says.
   */
  public @Nullable String loosens(Campaign campaign) {
    if (!isPart(merchants.categories(), campaign.merchants().categories())) {
      return "merchants.categories";
    }
    if (!isPart(merchants.ids(), campaign.merchants().ids())) {
      return "merchants.merchantNos";
    }
    if (!isPart(scenes, campaign.scenes())) {
      return "scenes";
    }
    if (orderFenMin != 0 && orderFenMin <= campaign.orderFenMin()) {
      return "orderFenMin";
    }
    String limit = looser(limits, campaign.limits());
    if (limit != null) {
      return "limits." + limit;
    }
    Times written = campaign.times();
    boolean week =
        times.weekdays() == 0
            || times.isWithin(new Times(written.weekdays(), List.of(), List.of()));
    boolean day =
        times.hours().isEmpty() || times.isWithin(new Times(0, written.hours(), List.of()));
    return week && day ? null : week ? "times.hours" : "times.weekdays";
  }

  /** To both an empty set restricts nothing. */
  private static boolean isPart(Set<?> some, Set<?> all) {
    return some.isEmpty() || all.isEmpty() || all.containsAll(some);
  }

  private static @Nullable String looser(Campaign.MemberLimits some, Campaign.MemberLimits most) {
    if (isLooser(some.count(), most.count())) {
      return "memberCount";
    }
    if (isLooser(some.fen(), most.fen())) {
      return "memberFen";
    }
    if (isLooser(some.dayCount(), most.dayCount())) {
      return "memberDayCount";
    }
    return isLooser(some.dayFen(), most.dayFen()) ? "memberDayFen" : null;
  }

  private static boolean isLooser(long some, long most) {
    return some != Campaign.MemberLimits.NONE && some >= most;
  }
}
