package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.terminal.DeviceKeys;
import cn.unionecard.gateway.terminal.OneTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a terminal an access token for an assertion signed with its device key (ES256). Every
 * assertion is good for one token: its {@code jti} is used up over all nodes.
 */
public final class TerminalTokens {
  private final Vertx vertx;
  private final DeviceKeys devices;
  private final OneTime used;
  private final TokenIssuer issuer;
  private final Duration lifetime;
  private final Clock clock;

  /**
   * @param used remembers assertions over all nodes
   * @param lifetime of the tokens given
   */
  public TerminalTokens(
      Vertx vertx,
      DeviceKeys devices,
      OneTime used,
      TokenIssuer issuer,
      Duration lifetime,
      Clock clock) {
    this.vertx = vertx;
    this.devices = devices;
    this.used = used;
    this.issuer = issuer;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  public long lifetimeSeconds() {
    return lifetime.toSeconds();
  }

  /**
   * The access token for that assertion.
   *
   * @return fails with {@link Fault.Unauthenticated} if the assertion does not hold; the same words
   *     whether the terminal is unknown, has no key, or another key signed
   */
  public Future<String> token(String assertion) {
    Jwt jwt = TokenForm.ASSERTION.read(assertion);
    TokenRules.ASSERTION.check(jwt, clock.millis() / 1000);
    TerminalId terminal = terminal(jwt);
    String name = "assertion/" + terminal + "/" + tokenId(jwt);
    long untilMs = (jwt.seconds("exp") + TokenRules.SKEW_SECONDS + 1) * 1000;
    return StoreFailure.toldOfReading(
        devices
            .spki(terminal)
            .compose(
                spki ->
                    signer(assertion, spki)
                        .compose(
                            device ->
                                used.firstUse(name, untilMs)
                                    .map(first -> token(terminal, device, first)))));
  }

  private String token(TerminalId terminal, String device, boolean first) {
    if (!first) {
      throw new Fault.Unauthenticated("token has been used");
    }
    return issuer.terminal(terminal, device, lifetime);
  }

  private static TerminalId terminal(Jwt jwt) {
    String subject = jwt.text("sub");
    if (!subject.equals(jwt.text("iss"))) {
      throw new Fault.Unauthenticated("token's iss is not its sub");
    }
    try {
      return new TerminalId(subject);
    } catch (IllegalArgumentException e) {
      throw new Fault.Unauthenticated("token's sub names no terminal");
    }
  }

  private static String tokenId(Jwt jwt) {
    String id = jwt.text("jti");
    if (!RequestId.isValid(id)) {
      throw new Fault.Unauthenticated("token's jti is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    return id;
  }

  /** Names the key that signed. A terminal has one, so its verifier is made for that assertion. */
  private Future<String> signer(String assertion, byte @Nullable [] spki) {
    if (spki == null) {
      return Future.failedFuture(TokenForm.wronglySigned());
    }
    return TokenKeys.verifier(vertx, List.of(TokenKeys.device(spki)))
        .authenticate(new TokenCredentials(assertion))
        .recover(whatever -> Future.failedFuture(TokenForm.wronglySigned()))
        .map(signed -> Sha256.hex(spki));
  }
}
