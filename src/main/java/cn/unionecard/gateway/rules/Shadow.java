package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A campaign that does not run, given alone to sales that were: its budget and each member's limits
 * are used up as they would have been, and nothing is written. A member keeps what he really got
 * where that was as much.
 */
public final class Shadow {
  private final Campaign campaign;
  private final CampaignsHere everywhere;
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();

  /**
   * A sale as it was.
   *
   * @param id the transaction
   * @param givenFen what was given, fen
   * @param merchantPath from the root to the organisation that authorised the merchant
   * @param scene how it was sold
   * @param memberPath from the root to the member's organisation
   */
  public record Sale(
      long id,
      long orderFen,
      long givenFen,
      Merchant merchant,
      List<Integer> merchantPath,
      Scene scene,
      Card card,
      List<Integer> memberPath) {
    public Sale {
      merchantPath = List.copyOf(merchantPath);
      memberPath = List.copyOf(memberPath);
    }
  }

  /**
   * @param campaign whatever its state; as unions below tightened it
   * @param caps what it may spend
   */
  public Shadow(Campaign campaign, Allowance.Caps caps) {
    this.campaign = campaign;
    everywhere = new CampaignsHere(List.of(campaign));
    Allowance.Key key = Allowance.Key.budget(campaign.id());
    allowances.put(key, new Allowance(key, true, caps, 0, 0, 0, 0, 0));
  }

  /** What the campaign would have given instead, fen; 0 if it would not have been chosen. */
  public long give(Sale sale) {
    Campaign here = campaign.at(sale.merchant(), sale.merchantPath(), sale.scene());
    if (here == null) {
      return 0;
    }
    Facts facts =
        Alone.stamped(
            new Alone(sale.merchant(), sale.memberPath())
                .facts(new TransactionId(sale.id()).epochMs()));
    known(facts, Allowance.Key.budget(campaign.id()));
    known(facts, Allowance.Key.memberUse(sale.card().member(), campaign.id()));
    Choice choice =
        Choice.among(
            here == campaign ? everywhere : new CampaignsHere(List.of(here)),
            Alone.request(sale.orderFen(), List.of()),
            sale.card(),
            sale.merchant().id(),
            facts);
    if (choice.fen() <= sale.givenFen()) {
      return 0;
    }
    choice.uses(sale.card().member()).forEach(facts::use);
    facts.changedAllowances().forEach(row -> allowances.put(row.key, row));
    return choice.fen();
  }

  private void known(Facts facts, Allowance.Key key) {
    Allowance row = allowances.get(key);
    if (row != null) {
      facts.add(row);
    }
  }
}
