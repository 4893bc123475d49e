package cn.unionecard.gateway.node;

import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.member.PhoneProofs;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
  public Claim claim(String assertion) {
    Assertions.Claim claim = assertions.claim(assertion);
    return new Claim() {
      @Override
      public String subject() {
        return claim.subject();
      }

      @Override
      public Future<Void> signedBy(byte @Nullable [] spki) {
        return claim.signedBy(spki);
      }

      @Override
      public Future<Void> useUp() {
        return claim.useUp();
      }
    };
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
