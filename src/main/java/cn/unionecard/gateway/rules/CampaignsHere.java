package cn.unionecard.gateway.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The campaigns that work at one merchant, and what of them can be combined with what: known before
 * anybody buys. Made once for as long as the definitions stay.
 */
public final class CampaignsHere {
  /** So many that can be combined at one merchant; of more the youngest are given alone. */
  public static final int COMBINABLE_MAX = 64;

  /** The order in which benefits are applied: priority, kind, row. */
  static final Comparator<Campaign> IN_ORDER =
      Comparator.<Campaign>comparingInt(campaign -> campaign.stacking().priority())
          .thenComparingInt(campaign -> campaign.benefit().place())
          .thenComparingInt(Campaign::id);

  private final List<Campaign> campaigns;
  private final int[] places;
  private final Campaign[] combinable;
  private final long[] goesWith;
  private final long[] ranks;

  /**
   * @param campaigns by row
   */
  public CampaignsHere(List<Campaign> campaigns) {
    this.campaigns = List.copyOf(campaigns);
    List<Campaign> some = new ArrayList<>();
    for (Campaign campaign : campaigns) {
      if (!campaign.stacking().isAlone() && some.size() < COMBINABLE_MAX) {
        some.add(campaign);
      }
    }
    List<Campaign> byEnd = new ArrayList<>(some);
    byEnd.sort(Comparator.comparingLong(Campaign::endsAtMs).thenComparingInt(Campaign::id));
    some.sort(IN_ORDER);
    combinable = some.toArray(Campaign[]::new);
    places = campaigns.stream().mapToInt(some::indexOf).toArray();
    goesWith = new long[combinable.length];
    ranks = new long[combinable.length];
    for (int i = 0; i < combinable.length; i++) {
      ranks[i] = Long.MIN_VALUE >>> byEnd.indexOf(combinable[i]);
      for (int j = 0; j < combinable.length; j++) {
        boolean both = i != j && combinable[i].stacking().goesWith(combinable[j].stacking());
        goesWith[i] |= (both ? 1L : 0) << j;
      }
    }
  }

  /** All of them, by row. */
  public List<Campaign> campaigns() {
    return campaigns;
  }

  /** Whether any can be combined. */
  boolean combine() {
    return combinable.length > 1;
  }

  /**
   * The place of one among those that can be combined, in the order in which they are applied;
   * below zero if it is given alone.
   *
   * @param index its place among {@link #campaigns}
   */
  int place(int index) {
    return places[index];
  }

  Campaign combinable(int place) {
    return combinable[place];
  }

  /** A bit for each place with which it can be combined. */
  long goesWith(int place) {
    return goesWith[place];
  }

  /** One bit: the highest for that which ends first, of these the older. */
  long rank(int place) {
    return ranks[place];
  }
}
