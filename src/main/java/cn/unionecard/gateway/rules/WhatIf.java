package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.Scene;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What a member would get on an order now: decided as the line decides it, and used up by nobody.
 */
public final class WhatIf {
  /**
   * What is asked.
   *
   * @param merchantPath from the root to the organisation that authorised the merchant
   * @param scene how it would be sold
   * @param memberPath from the root to the member's organisation
   * @param lines lines of the order that are marked
   */
  public record Basket(
      Merchant merchant,
      List<Integer> merchantPath,
      Scene scene,
      Card card,
      List<Integer> memberPath,
      long orderFen,
      List<OrderLine> lines) {
    public Basket {
      merchantPath = List.copyOf(merchantPath);
      memberPath = List.copyOf(memberPath);
      lines = List.copyOf(lines);
    }
  }

  /**
   * What would come of it.
   *
   * @param trace what would become of each benefit
   * @param payers who would pay what
   */
  public record Outcome(long discountFen, List<Recount.Said> trace, List<Allocation> payers) {
    public Outcome {
      trace = List.copyOf(trace);
      payers = List.copyOf(payers);
    }
  }

  private final Basket basket;
  private final List<Campaign> here;

  private WhatIf(Basket basket, List<Campaign> here) {
    this.basket = basket;
    this.here = here;
  }

  /**
   * @param running the campaigns that run, wherever they work
   */
  public static WhatIf at(Basket basket, List<Campaign> running) {
    return new WhatIf(
        basket,
        running.stream()
            .map(one -> one.at(basket.merchant(), basket.merchantPath(), basket.scene()))
            .filter(Objects::nonNull)
            .sorted(Comparator.comparingInt(Campaign::id))
            .toList());
  }

  /**
   * The campaigns that work at the merchant in the scene, of which the member's standing matters.
   */
  public List<Campaign> here() {
    return here;
  }

  /**
   * Decides.
   *
   * @param allowances the budgets of the campaigns here and what the member has used
   * @param entitlements what the member was given of them
   */
  public Outcome decide(List<Allowance> allowances, List<Entitlement> entitlements, long nowMs) {
    Alone alone = new Alone(basket.merchant(), basket.memberPath());
    Facts facts = alone.facts(nowMs);
    allowances.forEach(facts::add);
    entitlements.forEach(facts::add);
    var request = Alone.request(basket.orderFen(), basket.lines());
    int site = basket.merchant().id();
    Choice choice =
        Choice.among(new CampaignsHere(here), request, basket.card(), site, Alone.stamped(facts));
    return new Outcome(
        choice.fen(), Recount.trace(choice.trace(request, alone)), choice.allocations(site));
  }
}
