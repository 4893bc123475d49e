package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.terminal.OneTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assertions (ES256) by which a device, be it a terminal's or a member's phone, shows that it holds
 * its key. Each is good once: its {@code jti} is used up over all nodes. May be shared.
 */
public final class Assertions {
  /** Holds an assertion against a key; fails if it was not signed with it. */
  interface Verification {
    Future<?> with(byte[] spki, String compact);
  }

  private final Verification verify;
  private final OneTime used;
  private final Clock clock;

  /**
   * @param used remembers assertions over all nodes
   */
  public Assertions(Vertx vertx, OneTime used, Clock clock) {
    this(verification(vertx), used, clock);
  }

  /**
   * @param verify counted by a test
   */
  Assertions(Verification verify, OneTime used, Clock clock) {
    this.verify = verify;
    this.used = used;
    this.clock = clock;
  }

  /** A device has one key, so its verifier is made for that assertion. */
  static Verification verification(Vertx vertx) {
    return (spki, compact) ->
        TokenKeys.verifier(vertx, List.of(TokenKeys.device(spki)))
            .authenticate(new TokenCredentials(compact));
  }

  /** What an assertion of good form and time says; its signature has not been looked at. */
  public final class Claim {
    private final String compact;
    private final String subject;
    private final String name;
    private final long untilMs;

    private Claim(String compact, Jwt jwt) {
      this.compact = compact;
      this.subject = subjectOf(jwt);
      this.name = "assertion/" + subject + "/" + tokenId(jwt);
      this.untilMs = (jwt.seconds("exp") + TokenRules.SKEW_SECONDS + 1) * 1000;
    }

    /** Who says that it holds a key. */
    public String subject() {
      return subject;
    }

    /**
     * Whether that key signed it.
     *
     * @param spki SubjectPublicKeyInfo (DER) of a P-256 key; null: of nobody, which takes the same
     *     work
     * @return fails with {@link Fault.Unauthenticated} if it did not, in the same words for each
     */
    public Future<Void> signedBy(byte @Nullable [] spki) {
      return verify
          .with(spki == null ? TokenKeys.nobodys() : spki, compact)
          .recover(whatever -> Future.failedFuture(TokenForm.wronglySigned()))
          .compose(
              signed ->
                  spki == null
                      ? Future.failedFuture(TokenForm.wronglySigned())
                      : Future.succeededFuture());
    }

    /**
     * Uses it up.
     *
     * @return fails with {@link Fault.Unauthenticated} if it was used before
     */
    public Future<Void> useUp() {
      return used.firstUse(name, untilMs)
          .map(
              first -> {
                if (!first) {
                  throw new Fault.Unauthenticated("token has been used");
                }
                return null;
              });
    }
  }

  /**
   * Takes an assertion apart.
   *
   * @throws Fault.Unauthenticated if its form or its times do not hold
   */
  public Claim claim(String compact) {
    Jwt jwt = TokenForm.ASSERTION.read(compact);
    TokenRules.ASSERTION.check(jwt, clock.millis() / 1000);
    return new Claim(compact, jwt);
  }

  private static String subjectOf(Jwt jwt) {
    String subject = jwt.text("sub");
    if (!subject.equals(jwt.text("iss"))) {
      throw new Fault.Unauthenticated("token's iss is not its sub");
    }
    return subject;
  }

  private static String tokenId(Jwt jwt) {
    String id = jwt.text("jti");
    if (!RequestId.isValid(id)) {
      throw new Fault.Unauthenticated("token's jti is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    return id;
  }
}
