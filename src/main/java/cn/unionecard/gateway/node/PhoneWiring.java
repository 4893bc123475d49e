package cn.unionecard.gateway.node;

import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.member.PhoneProofs;
import cn.unionecard.gateway.model.CardNo;
import java.time.Duration;

/** The room of members asks, the edge proves. */
public final class PhoneWiring implements PhoneProofs {
  private final Assertions assertions;
  private final TokenIssuer issuer;
  private final Duration lifetime;

  /**
   * @param lifetime of a token
   */
  public PhoneWiring(Assertions assertions, TokenIssuer issuer, Duration lifetime) {
    this.assertions = assertions;
    this.issuer = issuer;
    this.lifetime = lifetime;
  }

  @Override
  public KeyProof claim(String assertion) {
    return new Asserted(assertions.claim(assertion));
  }

  @Override
  public String token(CardNo card, long epoch) {
    return issuer.member(card, epoch, lifetime);
  }

  @Override
  public long lifetimeSeconds() {
    return lifetime.toSeconds();
  }
}
