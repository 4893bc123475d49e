package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Fault;
import java.util.List;

/**
 * What must hold of a token's claims, one instance for each kind of token; the clock is ours, not
 * the library's.
 *
 * @param lifetimeMaxSeconds largest {@code exp} − {@code iat}
 * @param graceSeconds how long after {@code exp} it still passes: none for our own tokens, whose
 *     times are our own clock's
 */
public record TokenRules(long lifetimeMaxSeconds, long graceSeconds) {
  /** Who issues access tokens, and whom every token is for. */
  static final String GATEWAY = "urn:ecard:gateway";

  /** Difference of clocks that is forgiven, s. */
  static final long SKEW_SECONDS = 30;

  private static final int JTI_LENGTH_MAX = 64;

  /** Access tokens of terminals and staff, issued by us. */
  public static final TokenRules ACCESS = new TokenRules(366L * 24 * 3600, 0);

  /** Assertions by which a terminal shows that it holds its device key. */
  static final TokenRules ASSERTION = new TokenRules(300, SKEW_SECONDS);

  /**
   * Checks audience, times and id.
   *
   * @throws Fault.Unauthenticated naming the first that does not hold
   */
  public void check(Jwt jwt, long nowSeconds) {
    checkAudience(jwt);
    checkTimes(jwt, nowSeconds);
    if (jwt.text("jti").length() > JTI_LENGTH_MAX) {
      throw new Fault.Unauthenticated("token's jti is longer than " + JTI_LENGTH_MAX);
    }
  }

  private static void checkAudience(Jwt jwt) {
    Object audience = jwt.claims().get("aud");
    boolean ours =
        GATEWAY.equals(audience) || (audience instanceof List<?> list && list.contains(GATEWAY));
    if (!ours) {
      throw new Fault.Unauthenticated("token's aud is not " + GATEWAY);
    }
  }

  private void checkTimes(Jwt jwt, long now) {
    long issued = jwt.seconds("iat");
    long expires = jwt.seconds("exp");
    if (now >= expires + graceSeconds) {
      throw new Fault.Unauthenticated("token has expired");
    }
    if (issued > now + SKEW_SECONDS) {
      throw new Fault.Unauthenticated("token's iat lies in the future");
    }
    if (jwt.claims().containsKey("nbf") && jwt.seconds("nbf") > now + SKEW_SECONDS) {
      throw new Fault.Unauthenticated("token is not valid yet");
    }
    if (issued < 0 || expires <= issued || expires - issued > lifetimeMaxSeconds) {
      throw new Fault.Unauthenticated("token's lifetime is not allowed");
    }
  }
}
