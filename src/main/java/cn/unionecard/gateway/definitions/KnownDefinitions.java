package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignsHere;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Merchant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The definitions that one lane has come to know, as they are in one version; grows with what is
 * used. Learns what is {@link Wanted}, forgets what {@link Changes} name. Of the running campaigns
 * it holds all or none. What is not there, or cannot be understood, is known, too. Belongs to one
 * event loop.
 */
public final class KnownDefinitions implements Catalog {
  /** Names of nothing that are remembered; more than one block can have. */
  static final int ABSENT_MAX = 4_096;

  private long version = Changes.NEVER;
  private final Map<String, Learned.Place> terminals = new HashMap<>();
  private final Map<Integer, String> numbers = new HashMap<>();
  private final Set<String> absentTerminals = new HashSet<>();
  private final Map<Integer, Optional<Merchant>> merchants = new HashMap<>();
  private final Map<Integer, List<Integer>> orgPaths = new HashMap<>();

  private boolean allRunning;
  private boolean orgsMatter;
  private final Map<Integer, Campaign> running = new TreeMap<>();
  private final Map<Integer, Optional<Campaign>> others = new HashMap<>();
  private final Map<String, Campaign> byCode = new HashMap<>();
  private final Set<String> absentCodes = new HashSet<>();
  private final Set<Integer> toRenew = new HashSet<>();
  private final Map<Integer, Map<Scene, CampaignsHere>> atMerchants = new HashMap<>();

  /** The version that all of it is of. */
  public long version() {
    return version;
  }

  // ---- forget

  /** Nothing is known any more: of another store, other things may be true. */
  public void forgetAll() {
    version = Changes.NEVER;
    forgetTerminals();
    merchants.clear();
    orgPaths.clear();
    forgetCampaigns();
  }

  /** What is left is of the version that was seen. */
  public void forget(Changes changes) {
    if (changes.isAnything()) {
      forgetAll();
    } else {
      changes.changes().forEach(this::forget);
    }
    version = changes.version();
  }

  private void forget(Change change) {
    Integer id = change.id();
    switch (change.kind()) {
      case TERMINAL -> forgetTerminal(id);
      case MERCHANT -> forgetMerchant(id);
      case ORGANISATION -> forgetOrg(id);
      case CAMPAIGN -> forgetCampaign(id);
    }
  }

  private void forgetTerminal(@Nullable Integer id) {
    if (id == null) {
      forgetTerminals();
      return;
    }
    String number = numbers.remove(id);
    if (number != null) {
      terminals.remove(number);
    }
    absentTerminals.clear(); // it may have any number now
  }

  private void forgetTerminals() {
    terminals.clear();
    numbers.clear();
    absentTerminals.clear();
  }

  private void forgetMerchant(@Nullable Integer id) {
    if (id == null) {
      merchants.clear();
      atMerchants.clear();
    } else {
      merchants.remove(id);
      atMerchants.remove(id);
    }
  }

  private void forgetOrg(@Nullable Integer id) {
    if (id == null) {
      orgPaths.clear();
      atMerchants.clear();
    } else if (orgPaths.remove(id) != null) {
      atMerchants.clear();
    }
  }

  private void forgetCampaign(@Nullable Integer id) {
    if (id == null) {
      forgetCampaigns();
      return;
    }
    running.remove(id);
    others.remove(id);
    byCode.values().removeIf(campaign -> campaign.id() == id);
    absentCodes.clear(); // it may have any code now
    atMerchants.clear();
    if (allRunning) {
      toRenew.add(id);
    }
  }

  private void forgetCampaigns() {
    allRunning = false;
    running.clear();
    others.clear();
    byCode.clear();
    absentCodes.clear();
    toRenew.clear();
    atMerchants.clear();
  }

  // ---- learn

  /** Takes the answer to what was wanted: of the newest version, all of it. */
  public void learn(Wanted wanted, Learned learned) {
    forget(learned.changes());
    learnTerminals(wanted, learned);
    Set<Integer> merchantsMeant = new HashSet<>(wanted.merchants);
    learned.terminals().values().forEach(place -> merchantsMeant.add(place.merchant()));
    Set<Integer> orgsMeant = new HashSet<>(wanted.orgs);
    for (int id : merchantsMeant) {
      Merchant merchant = learned.merchants().get(id);
      merchants.put(id, Optional.ofNullable(merchant));
      atMerchants.remove(id);
      if (merchant != null) {
        orgsMeant.add(merchant.authorisingOrg());
      }
    }
    for (int id : orgsMeant) {
      orgPaths.put(id, learned.orgPaths().getOrDefault(id, List.of()));
    }
    learnCampaigns(wanted, learned);
  }

  private void learnTerminals(Wanted wanted, Learned learned) {
    makeRoom(absentTerminals, wanted.terminals.size());
    for (String number : wanted.terminals) {
      Learned.Place place = learned.terminals().get(number);
      if (place == null) {
        absentTerminals.add(number);
      } else {
        terminals.put(number, place);
        numbers.put(place.id(), number);
      }
    }
  }

  private void learnCampaigns(Wanted wanted, Learned learned) {
    makeRoom(absentCodes, wanted.campaignCodes.size());
    for (int id : wanted.campaigns) {
      others.put(id, Optional.empty());
      toRenew.remove(id);
    }
    for (Campaign campaign : learned.campaigns()) {
      byCode.put(campaign.code(), campaign);
      if (campaign.running()) {
        others.remove(campaign.id());
        running.put(campaign.id(), campaign);
      } else {
        others.put(campaign.id(), Optional.of(campaign));
      }
    }
    for (String code : wanted.campaignCodes) {
      if (!byCode.containsKey(code)) {
        absentCodes.add(code);
      }
    }
    if (wanted.allRunning || !wanted.campaigns.isEmpty()) {
      atMerchants.clear();
      orgsMatter =
          running.values().stream().anyMatch(campaign -> !campaign.members().orgs().isEmpty());
    }
    allRunning |= wanted.allRunning;
  }

  private static void makeRoom(Set<String> absent, int more) {
    if (absent.size() + more > ABSENT_MAX) {
      absent.clear();
    }
  }

  // ---- what is known

  boolean holdsTerminal(String terminalNo) {
    return terminals.containsKey(terminalNo) || absentTerminals.contains(terminalNo);
  }

  Learned.@Nullable Place place(String terminalNo) {
    return terminals.get(terminalNo);
  }

  boolean holdsMerchant(int id) {
    return merchants.containsKey(id);
  }

  /** Null if it is not there or cannot be understood. */
  @Nullable Merchant merchantOrNull(int id) {
    return merchants.getOrDefault(id, Optional.empty()).orElse(null);
  }

  boolean holdsOrg(int id) {
    return orgPaths.containsKey(id);
  }

  boolean holdsRunning() {
    return allRunning;
  }

  /** Those that have changed since the running ones were read. */
  Set<Integer> campaignsToRenew() {
    return toRenew;
  }

  boolean holdsCampaign(int id) {
    return running.containsKey(id) || others.containsKey(id);
  }

  boolean holdsCampaign(String code) {
    return byCode.containsKey(code) || absentCodes.contains(code);
  }

  /** Whether any running campaign is for members of some organisations only. */
  public boolean orgsMatter() {
    return orgsMatter;
  }

  // ---- the catalog

  @Override
  public @Nullable Integer terminal(String terminalNo) {
    Learned.Place place = terminals.get(terminalNo);
    if (place == null) {
      require(absentTerminals.contains(terminalNo), "terminal", terminalNo);
      return null;
    }
    require(holdsMerchant(place.merchant()), "merchant", place.merchant());
    return merchantOrNull(place.merchant()) == null ? null : Integer.valueOf(place.id());
  }

  @Override
  public int merchantOf(int terminal) {
    return placeOf(terminal).merchant();
  }

  @Override
  public Scene sceneOf(int terminal) {
    return placeOf(terminal).scene();
  }

  private Learned.Place placeOf(int terminal) {
    String number = numbers.get(terminal);
    Learned.Place place = number == null ? null : terminals.get(number);
    if (place == null) {
      throw unknown("terminal", terminal);
    }
    return place;
  }

  @Override
  public Merchant merchant(int id) {
    Merchant merchant = merchantOrNull(id);
    if (merchant == null) {
      throw unknown("merchant", id);
    }
    return merchant;
  }

  @Override
  public CampaignsHere at(int merchant, Scene scene) {
    Map<Scene, CampaignsHere> scenes = atMerchants.get(merchant);
    CampaignsHere here = scenes == null ? null : scenes.get(scene);
    if (here == null) {
      here = campaignsAt(merchant(merchant), scene);
      atMerchants.computeIfAbsent(merchant, id -> new EnumMap<>(Scene.class)).put(scene, here);
    }
    return here;
  }

  private CampaignsHere campaignsAt(Merchant merchant, Scene scene) {
    require(allRunning && toRenew.isEmpty(), "campaign at", merchant.no());
    List<Integer> path = orgPath(merchant.authorisingOrg());
    List<Campaign> here = new ArrayList<>();
    for (Campaign campaign : running.values()) {
      Campaign at = campaign.at(merchant, path, scene);
      if (at != null) {
        here.add(at);
      }
    }
    return new CampaignsHere(here);
  }

  @Override
  public @Nullable Campaign campaign(String code) {
    require(holdsCampaign(code), "campaign", code);
    return byCode.get(code);
  }

  @Override
  public @Nullable Campaign campaign(int id) {
    require(holdsCampaign(id), "campaign", id);
    Campaign campaign = running.get(id);
    return campaign == null ? others.getOrDefault(id, Optional.empty()).orElse(null) : campaign;
  }

  @Override
  public List<Integer> orgPath(int org) {
    List<Integer> path = orgPaths.get(org);
    if (path == null) {
      throw unknown("organisation", org);
    }
    return path;
  }

  private void require(boolean known, String what, Object which) {
    if (!known) {
      throw unknown(what, which);
    }
  }

  private IllegalStateException unknown(String what, Object which) {
    return new IllegalStateException("no " + what + " " + which + " in definitions " + version);
  }
}
