package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.terminal.DeviceKeys;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;

/** Gives a terminal an access token for an assertion signed with its device key. */
public final class TerminalTokens {
  private final Assertions assertions;
  private final DeviceKeys devices;
  private final TokenIssuer issuer;
  private final Duration lifetime;

  /**
   * @param lifetime of the tokens given
   */
  public TerminalTokens(
      Assertions assertions, DeviceKeys devices, TokenIssuer issuer, Duration lifetime) {
    this.assertions = assertions;
    this.devices = devices;
    this.issuer = issuer;
    this.lifetime = lifetime;
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
    Assertions.Claim claim = assertions.claim(assertion);
    TerminalId terminal = terminal(claim.subject());
    return StoreFailure.toldOfReading(
        devices
            .spki(terminal)
            .compose(
                spki ->
                    claim
                        .signedBy(spki)
                        .compose(signed -> claim.useUp())
                        .map(
                            first ->
                                issuer.terminal(
                                    terminal,
                                    Sha256.hex(Objects.requireNonNull(spki)),
                                    lifetime))));
  }

  private static TerminalId terminal(String subject) {
    try {
      return new TerminalId(subject);
    } catch (IllegalArgumentException e) {
      throw new Fault.Unauthenticated("token's sub names no terminal");
    }
  }
}
