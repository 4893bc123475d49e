package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignsHere;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Merchant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of definitions in memory: edits that name what they changed, and one snapshot each.
 */
public final class SimulatedDefinitions {
  private static final int KEPT_MAX = 2_000;

  private record Logged(long version, Change change) {}

  private final Map<String, Learned.Place> terminals = new HashMap<>();
  private final Map<Integer, Merchant> merchants = new HashMap<>();
  private final Map<Integer, List<Integer>> orgPaths = new HashMap<>();
  private final Map<Integer, Campaign> campaigns = new TreeMap<>();
  private final Deque<Logged> log = new ArrayDeque<>();
  private long version = 1;
  private long pruned = 1;
  private @Nullable Catalog everything;

  // ---- edits

  private void changed(Change.Kind kind, @Nullable Integer id) {
    log.add(new Logged(++version, new Change(kind, id)));
    everything = null;
    if (log.size() > KEPT_MAX) {
      pruned = log.removeFirst().version;
    }
  }

  /** At a counter; whoever had the number gives it up first. */
  public void terminal(String number, int id, int merchant) {
    terminal(number, id, merchant, Scene.OFFLINE_POS);
  }

  /** The same in a scene. */
  public void terminal(String number, int id, int merchant, Scene scene) {
    Learned.Place before = terminals.get(number);
    if (before != null && before.id() != id) {
      terminals.remove(number);
      changed(Change.Kind.TERMINAL, before.id());
    }
    terminals.values().removeIf(place -> place.id() == id);
    terminals.put(number, new Learned.Place(id, merchant, scene));
    changed(Change.Kind.TERMINAL, id);
  }

  public void merchant(Merchant merchant) {
    merchants.put(merchant.id(), merchant);
    changed(Change.Kind.MERCHANT, merchant.id());
  }

  public void org(int id, List<Integer> path) {
    orgPaths.put(id, path);
    changed(Change.Kind.ORGANISATION, id);
  }

  public void campaign(Campaign campaign) {
    campaigns.put(campaign.id(), campaign);
    changed(Change.Kind.CAMPAIGN, campaign.id());
  }

  /** A statement that changed very many. */
  public void touchAll(Change.Kind kind) {
    changed(kind, null);
  }

  /** Forgets what changed up to now. */
  public void prune() {
    pruned = version;
    log.clear();
  }

  // ---- what is asked

  public Changes changes(long known) {
    List<Change> changes =
        log.stream()
            .filter(logged -> logged.version > known)
            .map(Logged::change)
            .limit(Changes.MOST)
            .toList();
    return new Changes(known, version, pruned, changes);
  }

  public Learned learn(Wanted wanted) {
    Map<String, Learned.Place> places = new HashMap<>(terminals);
    places.keySet().retainAll(wanted.terminals);
    Set<Integer> merchantsMeant = new HashSet<>(wanted.merchants);
    places.values().forEach(place -> merchantsMeant.add(place.merchant()));
    Map<Integer, Merchant> found = new HashMap<>(merchants);
    found.keySet().retainAll(merchantsMeant);
    Set<Integer> orgsMeant = new HashSet<>(wanted.orgs);
    found.values().forEach(merchant -> orgsMeant.add(merchant.authorisingOrg()));
    Map<Integer, List<Integer>> paths = new HashMap<>(orgPaths);
    paths.keySet().retainAll(orgsMeant);
    List<Campaign> meant =
        campaigns.values().stream()
            .filter(
                campaign ->
                    (wanted.allRunning && campaign.running())
                        || wanted.campaigns.contains(campaign.id())
                        || wanted.campaignCodes.contains(campaign.code()))
            .toList();
    return new Learned(changes(wanted.version()), places, found, paths, meant);
  }

  /** As whoever has learnt all that is and all that is not. */
  public Catalog everything() {
    Catalog now = everything;
    if (now == null) {
      now = read();
      everything = now;
    }
    return now;
  }

  private Catalog read() {
    KnownDefinitions known = new KnownDefinitions();
    Wanted wanted = new Wanted(known);
    terminals.keySet().forEach(wanted::terminal);
    merchants.keySet().forEach(wanted::merchant);
    orgPaths.keySet().forEach(wanted::org);
    campaigns.keySet().forEach(wanted::campaign);
    known.learn(wanted, learn(wanted));
    Set<String> numbers = Set.copyOf(terminals.keySet());
    return new Catalog() {
      @Override
      public @Nullable Integer terminal(String terminalNo) {
        return numbers.contains(terminalNo) ? known.terminal(terminalNo) : null;
      }

      @Override
      public int merchantOf(int terminal) {
        return known.merchantOf(terminal);
      }

      @Override
      public Scene sceneOf(int terminal) {
        return known.sceneOf(terminal);
      }

      @Override
      public Merchant merchant(int id) {
        return known.merchant(id);
      }

      @Override
      public CampaignsHere at(int merchant, Scene scene) {
        return known.at(merchant, scene);
      }

      @Override
      public @Nullable Campaign campaign(String code) {
        return known.holdsCampaign(code) ? known.campaign(code) : null;
      }

      @Override
      public @Nullable Campaign campaign(int id) {
        return known.holdsCampaign(id) ? known.campaign(id) : null;
      }

      @Override
      public List<Integer> orgPath(int org) {
        return known.holdsOrg(org) ? known.orgPath(org) : List.of();
      }
    };
  }
}
