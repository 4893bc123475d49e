package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.rules.Merchant;
import java.util.LinkedHashSet;
import java.util.Set;

/** What somebody needs and the known definitions do not hold: asked for with one statement. */
public final class Wanted {
  private final KnownDefinitions known;
  final boolean allRunning;
  final Set<String> terminals = new LinkedHashSet<>();
  final Set<Integer> merchants = new LinkedHashSet<>();
  final Set<Integer> orgs = new LinkedHashSet<>();
  final Set<Integer> campaigns;
  final Set<String> campaignCodes = new LinkedHashSet<>();

  /** Begins with the running campaigns, which everybody needs. */
  public Wanted(KnownDefinitions known) {
    this.known = known;
    this.allRunning = !known.holdsRunning();
    this.campaigns = new LinkedHashSet<>(known.campaignsToRenew());
  }

  /** A terminal's number, with its merchant and who authorised that. */
  public void terminal(String terminalNo) {
    if (!known.holdsTerminal(terminalNo)) {
      terminals.add(terminalNo);
      return;
    }
    Learned.Place place = known.place(terminalNo);
    if (place != null) {
      merchant(place.merchant());
    }
  }

  /** A merchant's row, with who authorised it. */
  public void merchant(int id) {
    if (!known.holdsMerchant(id)) {
      merchants.add(id);
      return;
    }
    Merchant merchant = known.merchantOrNull(id);
    if (merchant != null) {
      org(merchant.authorisingOrg());
    }
  }

  /** An organisation's row. */
  public void org(int id) {
    if (!known.holdsOrg(id)) {
      orgs.add(id);
    }
  }

  /** A campaign's row. */
  public void campaign(int id) {
    if (!known.holdsCampaign(id)) {
      campaigns.add(id);
    }
  }

  /** A campaign's code, as a till names it. */
  public void campaign(String code) {
    if (!known.holdsCampaign(code)) {
      campaignCodes.add(code);
    }
  }

  /** Whether all that is needed is known. */
  public boolean isEmpty() {
    return !allRunning
        && terminals.isEmpty()
        && merchants.isEmpty()
        && orgs.isEmpty()
        && campaigns.isEmpty()
        && campaignCodes.isEmpty();
  }

  /** The version of what is known: what changed after it is asked for, too. */
  long version() {
    return known.version();
  }
}
