package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One order that nobody brings to a till: the definitions that it needs, and facts of its own.
 *
 * @param memberPath from the root to the member's organisation
 */
record Alone(Merchant merchant, List<Integer> memberPath) implements Catalog {
  private static final TerminalId TERMINAL = new TerminalId("SHADOW00");
  private static final MemberCodes NO_CODES =
      new MemberCodes(List.of(new CodeKey("shadow", new byte[32], new byte[32])));
  private static final Bounds BOUNDS = new Bounds(Fen.MAX, 0, 0, 0, 0);

  Alone {
    memberPath = List.copyOf(memberPath);
  }

  /** Nothing is known yet; all that is asked for must be added before the stamp. */
  Facts facts(long nowMs) {
    return new Facts(this, NO_CODES, BOUNDS, nowMs);
  }

  /** Stamps what is known by now. */
  static Facts stamped(Facts facts) {
    facts.stamp(TransactionId.tickOf(facts.nowMs()), 0);
    return facts;
  }

  static Request request(long orderFen, List<OrderLine> lines) {
    return new Request(
            TransactionType.SALE,
            TERMINAL,
            new RequestId("shadow"),
            "",
            Fen.of(orderFen),
            null,
            WithoutBenefit.APPROVE)
        .with(lines);
  }

  @Override
  public @Nullable Integer terminal(String terminalNo) {
    return null;
  }

  @Override
  public int merchantOf(int terminal) {
    return merchant.id();
  }

  @Override
  public Scene sceneOf(int terminal) {
    return Scene.OFFLINE_POS;
  }

  @Override
  public Merchant merchant(int id) {
    return merchant;
  }

  @Override
  public CampaignsHere at(int id, Scene scene) {
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
    return memberPath;
  }
}
