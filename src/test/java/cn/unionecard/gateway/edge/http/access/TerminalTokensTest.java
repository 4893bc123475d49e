package cn.unionecard.gateway.edge.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTokensTest {
  private static final long NOW = 1_795_395_600L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final TerminalId TERMINAL = new TerminalId("T0000001");

  private final AsymmetricCipherKeyPair device = TestTokens.p256();
  private final Ed25519PrivateKeyParameters key = TestTokens.ed25519();
  private final Set<String> used = new HashSet<>();
  private final TerminalTokens tokens =
      new TerminalTokens(
          terminal ->
              Future.succeededFuture(
                  terminal.equals(TERMINAL) ? TestTokens.spki(device.getPublic()) : null),
          (name, untilMs) -> {
            assertTrue(untilMs > NOW * 1000);
            return Future.succeededFuture(used.add(name));
          },
          new TokenIssuer("t-1", key.getEncoded(), CLOCK, new SecureRandom()),
          Duration.ofMinutes(15),
          CLOCK);

  private static Map<String, Object> header() {
    return new HashMap<>(Map.of("alg", "ES256", "typ", "ecard-assertion+jwt"));
  }

  private static Map<String, Object> claims() {
    return new HashMap<>(
        Map.of(
            "iss", "T0000001",
            "sub", "T0000001",
            "aud", "urn:ecard:gateway",
            "iat", NOW,
            "exp", NOW + 300,
            "jti", "j-1"));
  }

  private void refused(String assertion) {
    Future<String> token = Future.succeededFuture(assertion).compose(tokens::token);
    assertInstanceOf(Fault.Unauthenticated.class, token.cause(), assertion);
  }

  @Test
  void givesATokenForAnAssertion() {
    String assertion = TestTokens.compact(header(), claims(), TestTokens.es256(device));
    String token = tokens.token(assertion).result();
    AccessTokens access =
        new AccessTokens(
            List.of(new AccessTokens.Key("t-1", TestTokens.spki(key.generatePublicKey()))), CLOCK);
    assertEquals(new Caller.Terminal(TERMINAL), access.bearer(token).caller());
    assertThrows(Fault.Unauthenticated.class, () -> access.bearer(assertion));
  }

  @Test
  void takesAnAssertionOnceInWhateverFormItsSignatureComes() {
    TestTokens.Signer[] forms = {TestTokens.es256(device), TestTokens.mirroredEs256(device)};
    String first = TestTokens.compact(header(), claims(), forms[0]);
    assertTrue(tokens.token(first).succeeded());
    refused(first);
    refused(TestTokens.compact(header(), claims(), forms[0]));
    refused(TestTokens.compact(header(), claims(), forms[1]));
    Map<String, Object> next = claims();
    next.put("jti", "j-2");
    assertTrue(tokens.token(TestTokens.compact(header(), next, forms[1])).succeeded());
  }

  @Test
  void aForgedAssertionUsesNothingUp() {
    refused(TestTokens.compact(header(), claims(), TestTokens.es256(TestTokens.p256())));
    refused(TestTokens.compact(header(), claims(), TestTokens.derEs256(device)));
    refused(TestTokens.compact(header(), claims(), data -> new byte[64]));
    refused(TestTokens.compact(header(), claims(), data -> new byte[0]));
    assertEquals(Set.of(), used);
  }

  @ParameterizedTest
  @CsvSource({"alg,none", "alg,EdDSA", "alg,HS256", "typ,ecard-access+jwt", "typ,JWT", "crit,x"})
  void believesNoOtherHeader(String name, String value) {
    Map<String, Object> header = header();
    header.put(name, value);
    refused(TestTokens.compact(header, claims(), TestTokens.es256(device)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "sub", "aud", "iat", "exp", "jti"})
  void wantsEveryClaim(String name) {
    Map<String, Object> claims = claims();
    claims.remove(name);
    refused(TestTokens.compact(header(), claims, TestTokens.es256(device)));
  }

  @ParameterizedTest
  @CsvSource({
    "iss,T0000002",
    "sub,T0000002",
    "aud,urn:ecard:other",
    "jti,a b",
    "jti,''",
    "sub,urn:ecard:terminal:T0000001"
  })
  void believesNoOtherClaim(String name, String value) {
    Map<String, Object> claims = claims();
    claims.put(name, value);
    refused(TestTokens.compact(header(), claims, TestTokens.es256(device)));
  }

  @Test
  void knowsNoOtherTerminal() {
    Map<String, Object> claims = claims();
    claims.put("iss", "T0000009");
    claims.put("sub", "T0000009");
    refused(TestTokens.compact(header(), claims, TestTokens.es256(device)));
  }

  @Test
  void takesNoAssertionOfMoreThanFiveMinutes() {
    Map<String, Object> claims = claims();
    claims.put("exp", NOW + 301);
    refused(TestTokens.compact(header(), claims, TestTokens.es256(device)));
  }

  @Test
  void failsClosedWhenItCannotTellWhetherItWasUsed() {
    TerminalTokens blind =
        new TerminalTokens(
            terminal -> Future.succeededFuture(TestTokens.spki(device.getPublic())),
            (name, untilMs) -> Future.failedFuture(new Fault.Busy("no memory")),
            new TokenIssuer("t-1", key.getEncoded(), CLOCK, new SecureRandom()),
            Duration.ofMinutes(15),
            CLOCK);
    String assertion = TestTokens.compact(header(), claims(), TestTokens.es256(device));
    assertInstanceOf(Fault.Busy.class, blind.token(assertion).cause());
  }
}
