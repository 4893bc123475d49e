package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A campaign that does not run, given alone to sales that were: its budget and each member's limits
 * are used up as they would have been, and nothing is written. A member keeps what he really got
 * where that was as much.
 */
public final class Shadow {
  private static final TerminalId TERMINAL = new TerminalId("SHADOW00");
  private static final MemberCodes NO_CODES =
      new MemberCodes(List.of(new CodeKey("shadow", new byte[32], new byte[32])));
  private static final Bounds BOUNDS = new Bounds(Fen.MAX, 0, 0, 0, 0);

  private final Campaign campaign;
  private final CampaignsHere alone;
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();

  /**
   * A sale as it was.
   *
   * @param id the transaction
   * @param givenFen what was given, fen
   * @param merchantPath from the root to the organisation that authorised the merchant
   * @param memberPath from the root to the member's organisation
   */
  public record Sale(
      long id,
      long orderFen,
      long givenFen,
      Merchant merchant,
      List<Integer> merchantPath,
      Card card,
      List<Integer> memberPath) {
    public Sale {
      merchantPath = List.copyOf(merchantPath);
      memberPath = List.copyOf(memberPath);
    }
  }

  /**
   * @param campaign whatever its state
   * @param caps what it may spend
   */
  public Shadow(Campaign campaign, Allowance.Caps caps) {
    this.campaign = campaign;
    alone = new CampaignsHere(List.of(campaign));
    Allowance.Key key = Allowance.Key.budget(campaign.id());
    allowances.put(key, new Allowance(key, true, caps, 0, 0, 0, 0, 0));
  }

  /** What the campaign would have given instead, fen; 0 if it would not have been chosen. */
  public long give(Sale sale) {
    if (!campaign.merchants().include(sale.merchant(), sale.merchantPath())) {
      return 0;
    }
    long now = new TransactionId(sale.id()).epochMs();
    Facts facts = new Facts(new Paths(sale), NO_CODES, BOUNDS, now);
    facts.stamp(TransactionId.tickOf(now), 0);
    known(facts, Allowance.Key.budget(campaign.id()));
    known(facts, Allowance.Key.memberUse(sale.card().member(), campaign.id()));
    Choice choice = Choice.among(alone, request(sale), sale.card(), sale.merchant().id(), facts);
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

  private static Request request(Sale sale) {
    return new Request(
        TransactionType.SALE,
        TERMINAL,
        new RequestId("shadow"),
        "",
        Fen.of(sale.orderFen()),
        null,
        WithoutBenefit.APPROVE);
  }

  /** The definitions of one sale. */
  private record Paths(Sale sale) implements Catalog {
    @Override
    public @Nullable Integer terminal(String terminalNo) {
      return null;
    }

    @Override
    public int merchantOf(int terminal) {
      return sale.merchant().id();
    }

    @Override
    public Merchant merchant(int id) {
      return sale.merchant();
    }

    @Override
    public CampaignsHere at(int merchant) {
      return new CampaignsHere(List.of());
    }

    @Override
    public @Nullable Campaign campaign(String code) {
      return null;
    }

    @Override
    public @Nullable Campaign campaign(int id) {
      return null;
    }

    @Override
    public List<Integer> orgPath(int org) {
      return sale.memberPath();
    }
  }
}
