package cn.unionecard.gateway.node;

import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.partner.PartnerProofs;
import java.time.Duration;

/** The room of partners asks, the edge proves. */
public final class PartnerWiring implements PartnerProofs {
  private final Assertions assertions;
  private final TokenIssuer issuer;
  private final Duration lifetime;

  /**
   * @param lifetime of a token
   */
  public PartnerWiring(Assertions assertions, TokenIssuer issuer, Duration lifetime) {
    this.assertions = assertions;
    this.issuer = issuer;
    this.lifetime = lifetime;
  }

  @Override
  public KeyProof claim(String assertion) {
    return new Asserted(assertions.claim(assertion));
  }

  @Override
  public String token(Caller.Staff program) {
    return issuer.partner(program, lifetime);
  }

  @Override
  public long lifetimeSeconds() {
    return lifetime.toSeconds();
  }
}
