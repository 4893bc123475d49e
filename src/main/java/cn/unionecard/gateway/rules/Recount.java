package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Scene;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stored decision made again from what is stored of it: the order, the trace with what each
 * benefit gives alone, the rules, and who paid. What a member's limits and a budget had left at
 * that moment is not stored; it stands in the trace as the amounts they allowed.
 */
public final class Recount {
  private static final String CHOSEN = Verdict.CHOSEN.name();
  private static final String RUNNER_UP = Verdict.RUNNER_UP.name();

  /**
   * What the trace says of one benefit, or of the runner-up.
   *
   * @param benefit the campaign's code; of a runner-up several with {@code +} between them
   */
  public record Said(String benefit, String verdict, long fen) {}

  /**
   * What was stored.
   *
   * @param campaigns by code, as their rows have them
   * @param merchant the row of the merchant
   * @param scene how it was sold
   * @param allocations who paid what; signed as the transaction's effect
   */
  public record Stored(
      long orderFen,
      long discountFen,
      int merchant,
      Scene scene,
      List<Said> trace,
      Map<String, Campaign> campaigns,
      List<Allocation> allocations) {
    public Stored {
      trace = List.copyOf(trace);
      campaigns = Map.copyOf(campaigns);
      allocations = List.copyOf(allocations);
    }
  }

  private final Stored stored;
  private final List<String> differences = new ArrayList<>();

  private Recount(Stored stored) {
    this.stored = stored;
  }

  /** What of a trace is understood; the rest is left out. */
  public static List<Said> trace(@Nullable String text) {
    List<Said> said = new ArrayList<>();
    for (String word : text == null || text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      String[] parts = word.split(":", -1);
      if (parts.length >= 2) {
        said.add(new Said(parts[0], parts[1], parts.length > 2 ? Long.parseLong(parts[2]) : 0));
      }
    }
    return said;
  }

  /** Each difference between what is stored and what follows from it; none if it is sound. */
  public static List<String> differences(Stored stored) {
    Recount recount = new Recount(stored);
    recount.sums();
    recount.scene();
    recount.best();
    recount.shares();
    return recount.differences;
  }

  private List<Said> chosen() {
    return stored.trace().stream().filter(said -> said.verdict().equals(CHOSEN)).toList();
  }

  private void sums() {
    long fen = chosen().stream().mapToLong(Said::fen).sum();
    if (!stored.trace().isEmpty() && fen != stored.discountFen()) {
      differences.add(
          "the chosen benefits give " + fen + " fen, stored are " + stored.discountFen());
    }
  }

  /** What was given works in the scene in which it was sold. */
  private void scene() {
    for (Said said : chosen()) {
      Campaign campaign = stored.campaigns().get(said.benefit());
      if (campaign != null && !campaign.worksIn(stored.scene())) {
        differences.add(said.benefit() + " does not work in " + stored.scene());
      }
    }
  }

  /** The best combination of what the trace says each could give. */
  private void best() {
    List<Campaign> campaigns = new ArrayList<>();
    Map<Integer, Said> could = new HashMap<>();
    for (Said said : stored.trace()) {
      Campaign campaign = stored.campaigns().get(said.benefit());
      if (said.fen() > 0 && campaign != null) {
        campaigns.add(campaign);
        could.put(campaign.id(), said);
      }
    }
    campaigns.sort((one, other) -> Integer.compare(one.id(), other.id()));
    CampaignsHere here = new CampaignsHere(campaigns);
    Combination search = new Combination();
    search.clear(here, stored.orderFen());
    Campaign single = null;
    long singleFen = 0;
    for (int i = 0; i < campaigns.size(); i++) {
      Campaign campaign = campaigns.get(i);
      Said said = could.get(campaign.id());
      if (said == null || said.verdict().equals(Verdict.NOT_NAMED.name())) {
        continue;
      }
      if (here.place(i) >= 0) {
        search.add(here.place(i), stored.orderFen(), said.fen(), Long.MAX_VALUE);
      }
      boolean better =
          single == null
              || said.fen() > singleFen
              || (said.fen() == singleFen && Combination.endsBefore(campaign, single));
      if (better) {
        single = campaign;
        singleFen = said.fen();
      }
    }
    search.search(singleFen);
    Map<String, Long> again = new TreeMap<>();
    if (search.isFound()) {
      search.parts().forEach(part -> again.put(part.campaign().code(), part.fen()));
    } else if (single != null) {
      again.put(single.code(), singleFen);
    }
    Map<String, Long> was = new TreeMap<>();
    chosen().forEach(said -> was.put(said.benefit(), said.fen()));
    if (!again.equals(was)) {
      differences.add("the best is " + again + ", stored is " + was);
    }
  }

  /** Each campaign's funders by their shares; of what was given out, lot by lot. */
  private void shares() {
    for (Said said : chosen()) {
      Campaign campaign = stored.campaigns().get(said.benefit());
      if (campaign == null) {
        differences.add(said.benefit() + " is not known any more");
        continue;
      }
      Map<Long, List<Allocation>> lots = new LinkedHashMap<>();
      long all = 0;
      for (Allocation paid : stored.allocations()) {
        if (paid.campaign() == campaign.id()) {
          lots.computeIfAbsent(paid.lot(), lot -> new ArrayList<>()).add(paid);
          all += paid.fen();
        }
      }
      if (all != said.fen()) {
        differences.add(said.benefit() + " gives " + said.fen() + ", paid are " + all);
      }
      lots.forEach((lot, paid) -> shares(campaign, lot, paid));
    }
  }

  private void shares(Campaign campaign, long lot, List<Allocation> paid) {
    long fen = paid.stream().mapToLong(Allocation::fen).sum();
    List<String> again =
        campaign.funding().split(fen, stored.merchant()).stream()
            .map(part -> part.funder() + " " + part.party() + " " + part.fen())
            .toList();
    List<String> was =
        paid.stream().map(one -> one.funder() + " " + one.party() + " " + one.fen()).toList();
    if (!again.equals(was)) {
      differences.add(
          campaign.code()
              + (lot == 0 ? "" : " of lot " + lot)
              + " is paid by "
              + again
              + ", stored is "
              + was);
    }
  }

  /** The combination that came next, as the trace has it; null if there was none. */
  public static @Nullable Said runnerUp(List<Said> trace) {
    return trace.stream().filter(said -> said.verdict().equals(RUNNER_UP)).findFirst().orElse(null);
  }
}
