package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Unreadable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of one version: campaigns, merchants, terminals, organisations. Holds nothing
 * that a sale could change; a block flies only with the version its own transaction reads.
 */
public final class Catalog {
  public final long version;

  /** What of this version could not be understood and so is missing here. */
  public final List<Unreadable> unreadable;

  private final Map<String, Integer> terminals;
  private final Map<Integer, Integer> merchantOfTerminal;
  private final Map<Integer, Merchant> merchants;
  private final Map<Integer, List<Integer>> orgPaths;
  private final Map<Integer, String> orgCodes;
  private final Map<String, Campaign> byCode = new HashMap<>();
  private final Map<Integer, Campaign> byId = new HashMap<>();
  private final Map<Integer, List<Campaign>> byMerchant = new HashMap<>();

  /**
   * @param terminals terminal numbers and their rows
   * @param merchantOfTerminal of each terminal's row its merchant's
   * @param merchants merchants by row
   * @param orgPaths of each organisation the path from the root to itself
   * @param orgCodes of each organisation its code
   * @param campaigns all that ever ran
   * @param unreadable what is left out
   */
  public Catalog(
      long version,
      Map<String, Integer> terminals,
      Map<Integer, Integer> merchantOfTerminal,
      Map<Integer, Merchant> merchants,
      Map<Integer, List<Integer>> orgPaths,
      Map<Integer, String> orgCodes,
      List<Campaign> campaigns,
      List<Unreadable> unreadable) {
    this.version = version;
    this.unreadable = List.copyOf(unreadable);
    this.terminals = Map.copyOf(terminals);
    this.merchantOfTerminal = Map.copyOf(merchantOfTerminal);
    this.merchants = Map.copyOf(merchants);
    this.orgPaths = Map.copyOf(orgPaths);
    this.orgCodes = Map.copyOf(orgCodes);
    for (Campaign campaign : campaigns) {
      byCode.put(campaign.code(), campaign);
      byId.put(campaign.id(), campaign);
    }
    for (Merchant merchant : merchants.values()) {
      List<Integer> path = orgPath(merchant.authorisingOrg());
      List<Campaign> here = new ArrayList<>();
      for (Campaign campaign : campaigns) {
        if (campaign.running() && campaign.merchants().include(merchant, path)) {
          here.add(campaign);
        }
      }
      byMerchant.put(merchant.id(), List.copyOf(here));
    }
  }

  /** The terminal's row, or null if no such terminal is registered. */
  public @Nullable Integer terminal(String terminalNo) {
    return terminals.get(terminalNo);
  }

  /**
   * The merchant's row of a registered terminal.
   *
   * @throws IllegalStateException if the terminal is not registered
   */
  public int merchantOf(int terminal) {
    Integer merchant = merchantOfTerminal.get(terminal);
    if (merchant == null) {
      throw new IllegalStateException("no terminal " + terminal + " in definitions " + version);
    }
    return merchant;
  }

  /**
   * The merchant of that row.
   *
   * @throws IllegalStateException if there is none: a foreign key broken
   */
  public Merchant merchant(int id) {
    Merchant merchant = merchants.get(id);
    if (merchant == null) {
      throw new IllegalStateException("no merchant " + id + " in definitions " + version);
    }
    return merchant;
  }

  /** The campaigns that work at a merchant, whether or not they may pay now. */
  public List<Campaign> at(int merchant) {
    return byMerchant.getOrDefault(merchant, List.of());
  }

  public @Nullable Campaign campaign(String code) {
    return byCode.get(code);
  }

  public @Nullable Campaign campaign(int id) {
    return byId.get(id);
  }

  /** From the root to the organisation itself; empty if unknown. */
  public List<Integer> orgPath(int org) {
    return orgPaths.getOrDefault(org, List.of());
  }

  /** The organisation's code, or its number if unknown. */
  public String orgCode(int org) {
    return orgCodes.getOrDefault(org, Integer.toString(org));
  }
}
