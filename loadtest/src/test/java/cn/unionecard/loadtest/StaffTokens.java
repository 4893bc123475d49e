package cn.unionecard.loadtest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens of staff, got with their passwords and again before they end. */
final class StaffTokens {
  /** They hold for a quarter of an hour. */
  private static final long RENEWAL_NS = 10L * 60 * 1_000_000_000;

  private record Token(String value, long gotNs) {}

  private final Demo demo;
  private final Https https;
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();

  StaffTokens(Demo demo) {
    this.demo = demo;
    this.https = new Https(demo);
  }

  String token(String login) {
    return tokens.compute(login, this::kept).value();
  }

  private Token kept(String login, Token known) {
    long now = System.nanoTime();
    if (known != null && now - known.gotNs() < RENEWAL_NS) {
      return known;
    }
    String body =
        "{\"login\":\"%s\",\"password\":\"%s\"}".formatted(login, demo.password(login));
    return new Token(https.token("/v1/staff-tokens", body), now);
  }
}
