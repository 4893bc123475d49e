package cn.unionecard.gateway.edge.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.MovingClock;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every trap that a JSON web token can set. */
class AccessTokensTest {
  private static final long NOW = 1_795_395_600L;
  private static final Clock CLOCK = at(NOW);
  private static final TerminalId TERMINAL = new TerminalId("T0000001");

  private final Ed25519PrivateKeyParameters key = TestTokens.ed25519();
  private final byte[] spki = TestTokens.spki(key.generatePublicKey());
  private final AccessTokens tokens = verifier(CLOCK);
  private final TokenIssuer issuer =
      new TokenIssuer("t-1", key.getEncoded(), CLOCK, new SecureRandom());

  private static Clock at(long seconds) {
    return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
  }

  private AccessTokens verifier(Clock clock) {
    return new AccessTokens(List.of(new AccessTokens.Key("t-1", spki)), clock);
  }

  private static Map<String, Object> header() {
    return new HashMap<>(Map.of("alg", "EdDSA", "kid", "t-1", "typ", "ecard-access+jwt"));
  }

  private static Map<String, Object> claims() {
    return new HashMap<>(
        Map.of(
            "iss", "urn:ecard:gateway",
            "aud", "urn:ecard:gateway",
            "sub", "urn:ecard:terminal:T0000001",
            "iat", NOW,
            "exp", NOW + 900,
            "jti", "a",
            "device", "0a1b"));
  }

  private String signed(Map<String, ?> header, Map<String, ?> claims) {
    return TestTokens.compact(header, claims, TestTokens.eddsa(key));
  }

  private void refused(String token) {
    assertThrows(Fault.Unauthenticated.class, () -> tokens.bearer(token), token);
  }

  @Test
  void believesWhatItIssued() {
    assertEquals(
        new Caller.Terminal(TERMINAL),
        tokens.bearer(issuer.terminal(TERMINAL, "0a1b", Duration.ofHours(1))).caller());
    Set<Caller.Role> roles = Set.of(Caller.Role.AUDITOR, Caller.Role.CLERK);
    assertEquals(
        new Caller.Staff("zhang", "410800", roles, 7),
        tokens.bearer(issuer.staff("zhang", "410800", roles, 7, Duration.ofDays(30))).caller());
    assertEquals(new Caller.Terminal(TERMINAL), tokens.bearer(signed(header(), claims())).caller());
  }

  @Test
  void startsWithKeysOnly() {
    assertThrows(IllegalArgumentException.class, () -> new AccessTokens(List.of(), CLOCK));
    AccessTokens.Key twice = new AccessTokens.Key("t-1", spki);
    assertThrows(
        IllegalArgumentException.class, () -> new AccessTokens(List.of(twice, twice), CLOCK));
    AccessTokens.Key p256 =
        new AccessTokens.Key("e", TestTokens.spki(TestTokens.p256().getPublic()));
    assertThrows(IllegalArgumentException.class, () -> new AccessTokens(List.of(p256), CLOCK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "None", "NONE", "nOnE", "", "HS256", "ES256", "RS256", "eddsa", "Ed25519"})
  void takesNoOtherAlgorithm(String alg) {
    Map<String, Object> header = header();
    header.put("alg", alg);
    refused(signed(header, claims()));
    refused(TestTokens.compact(header, claims(), data -> new byte[0]));
  }

  @Test
  void takesNoMacMadeWithThePublicKey() {
    Map<String, Object> header = header();
    header.put("alg", "HS256");
    refused(
        TestTokens.compact(
            header,
            claims(),
            data -> {
              try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(spki, "HmacSHA256"));
                return mac.doFinal(data);
              } catch (java.security.GeneralSecurityException e) {
                throw new AssertionError(e);
              }
            }));
  }

  @ParameterizedTest
  @CsvSource({
    "typ,JWT",
    "typ,ecard-assertion+jwt",
    "typ,ECARD-ACCESS+JWT",
    "kid,t-2",
    "kid,../../dev/null",
    "kid,' OR 1=1 --",
    "kid,''",
    "crit,x",
    "alg,1"
  })
  void believesNoOtherHeader(String name, String value) {
    Map<String, Object> header = header();
    header.put(name, value);
    refused(signed(header, claims()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alg", "typ", "kid"})
  void wantsTheWholeHeader(String name) {
    Map<String, Object> header = header();
    header.remove(name);
    refused(signed(header, claims()));
  }

  @Test
  void understandsNoCriticalExtension() {
    for (Object crit : List.of(List.of("b64"), List.of("exp"), List.of(), "b64")) {
      Map<String, Object> header = header();
      header.put("crit", crit);
      header.put("b64", true);
      refused(signed(header, claims()));
    }
  }

  @Test
  void takesNoKeyFromTheToken() {
    Ed25519PrivateKeyParameters foreign = TestTokens.ed25519();
    String x = TestTokens.base64(foreign.generatePublicKey().getEncoded());
    Map<String, Object> header = header();
    header.put("jwk", Map.of("kty", "OKP", "crv", "Ed25519", "x", x, "kid", "t-1"));
    header.put("jku", "https://evil.example/keys");
    header.put("x5u", "https://evil.example/cert");
    header.put("x5c", List.of("MIIB"));
    refused(TestTokens.compact(header, claims(), TestTokens.eddsa(foreign)));
    assertEquals(new Caller.Terminal(TERMINAL), tokens.bearer(signed(header, claims())).caller());
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "sub", "iat", "exp", "jti", "device"})
  void wantsEveryClaim(String name) {
    Map<String, Object> claims = claims();
    claims.remove(name);
    refused(signed(header(), claims));
  }

  /** Claim, kind of value, value. */
  @ParameterizedTest
  @CsvSource({
    "iss,text,urn:ecard:other",
    "iss,text,T0000001",
    "aud,text,urn:ecard:other",
    "aud,text,''",
    "sub,text,T0000001",
    "sub,text,urn:ecard:terminal:t1",
    "sub,text,urn:ecard:terminal:",
    "iat,text,1795395600",
    "exp,text,9999999999",
    "exp,real,1795396000.5",
    "jti,number,7",
    "iat,number,1795395631",
    "exp,number,1795395570",
    "nbf,number,1795395631",
    "nbf,text,x",
    "exp,number,9223372036854775807",
    "exp,number,-9223372036854775808",
    "iat,number,-5",
    "org,text,410800"
  })
  void believesNoOtherClaim(String name, String kind, String value) {
    Map<String, Object> claims = claims();
    claims.put(
        name,
        switch (kind) {
          case "number" -> (Object) Long.valueOf(value);
          case "real" -> Double.valueOf(value);
          default -> value;
        });
    refused(signed(header(), claims));
  }

  @Test
  void endsWithItsTimeAndForgivesThirtySecondsBeforeIt() {
    String token = signed(header(), claims());
    assertEquals(new Caller.Terminal(TERMINAL), verifier(at(NOW + 899)).bearer(token).caller());
    assertThrows(Fault.Unauthenticated.class, () -> verifier(at(NOW + 900)).bearer(token).caller());
    assertEquals(new Caller.Terminal(TERMINAL), verifier(at(NOW - 30)).bearer(token).caller());
    assertThrows(Fault.Unauthenticated.class, () -> verifier(at(NOW - 31)).bearer(token).caller());
  }

  @Test
  void remembersNoTokenBeyondItsEnd() {
    MovingClock clock = new MovingClock(NOW);
    AccessTokens remembering = verifier(clock);
    String token = signed(header(), claims());
    assertEquals(remembering.bearer(token).caller(), remembering.bearer(token).caller());
    clock.seconds = NOW + 900;
    assertThrows(Fault.Unauthenticated.class, () -> remembering.bearer(token).caller());
  }

  @Test
  void acceptsUsAmongAudiences() {
    Map<String, Object> claims = claims();
    claims.put("aud", List.of("urn:ecard:other", "urn:ecard:gateway"));
    assertEquals(new Caller.Terminal(TERMINAL), tokens.bearer(signed(header(), claims)).caller());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"t-1\",\"typ\":\"ecard-access+jwt\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"t-1\",\"typ\":\"ecard-access+jwt\"}{}",
        "[]",
        "null",
        "",
        "\"x\"",
        "{\"alg\":NaN}"
      })
  void readsHeadersStrictly(String header) {
    String claims = "{\"iss\":\"urn:ecard:gateway\"}";
    refused(TestTokens.compact(header, claims, TestTokens.eddsa(key)));
  }

  @Test
  void readsClaimsStrictly() {
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"t-1\",\"typ\":\"ecard-access+jwt\"}";
    String claims =
        "{\"iss\":\"urn:ecard:gateway\",\"aud\":\"urn:ecard:gateway\",\"iat\":1795395600,"
            + "\"exp\":1795396000,\"jti\":\"a\",\"device\":\"0a1b\","
            + "\"sub\":\"urn:ecard:terminal:T0000001\"";
    assertEquals(
        new Caller.Terminal(TERMINAL),
        tokens.bearer(TestTokens.compact(header, claims + "}", TestTokens.eddsa(key))).caller());
    String twice = claims + ",\"sub\":\"urn:ecard:terminal:T0000002\"}";
    refused(TestTokens.compact(header, twice, TestTokens.eddsa(key)));
    refused(TestTokens.compact(header, claims + "} ,", TestTokens.eddsa(key)));
  }

  @Test
  void wantsRolesOfStaff() {
    Map<String, Object> claims = claims();
    claims.put("sub", "zhang");
    refused(signed(header(), claims));
    claims.put("org", "410800");
    refused(signed(header(), claims));
    claims.put("roles", List.of("CLERK", "ROOT"));
    refused(signed(header(), claims));
    claims.put("roles", List.of("CLERK", 1));
    refused(signed(header(), claims));
    claims.put("roles", List.of("CLERK"));
    assertEquals(
        new Caller.Staff("zhang", "410800", Set.of(Caller.Role.CLERK), 0),
        tokens.bearer(signed(header(), claims)).caller());
  }

  @Test
  void issuesNoStaffTokenThatNamesATerminal() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            issuer.staff("urn:ecard:terminal:T0000001", "4108", Set.of(), 1, Duration.ofHours(1)));
  }

  @Test
  void everyCharacterCounts() {
    String token = signed(header(), claims());
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      refused(token.substring(0, i) + other + token.substring(i + 1));
    }
    for (String changed :
        List.of(
            token + "=",
            token + ".",
            " " + token,
            token + "A",
            token.replace(".", ".."),
            "",
            ".",
            "..")) {
      refused(changed);
    }
  }

  @Test
  void readsNoEndlessToken() {
    refused("a".repeat(5000));
    Map<String, Object> claims = claims();
    claims.put("padding", "x".repeat(4000));
    refused(signed(header(), claims));
  }

  @Test
  void tellsWhatIsWrongWithoutShowingTheToken() {
    String token = signed(header(), claims());
    String forged = token.substring(0, token.length() - 8) + "AAAAAAAA";
    Fault.Unauthenticated fault =
        assertThrows(Fault.Unauthenticated.class, () -> tokens.bearer(forged).caller());
    assertTrue(fault.toString().endsWith("signature does not hold"));
    assertEquals(
        -1,
        fault
            .toString()
            .indexOf(
                new String("eyJ".getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)));
  }
}
