package cn.unionecard.gateway.edge.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTokensTest {
  private static final long NOW = 1_795_395_600L;
  private static final Vertx VERTX = Vertx.vertx();
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final TerminalId TERMINAL = new TerminalId("T0000001");

  private final AsymmetricCipherKeyPair device = TestTokens.p256();
  private final Ed25519PrivateKeyParameters key = TestTokens.ed25519();
  private final Set<String> used = new HashSet<>();
  private final TerminalTokens tokens =
      new TerminalTokens(
          new Assertions(
              VERTX,
              (name, untilMs) -> {
                assertTrue(untilMs > NOW * 1000);
                return Future.succeededFuture(used.add(name));
              },
              CLOCK),
          terminal ->
              Future.succeededFuture(
                  terminal.equals(TERMINAL) ? TestTokens.spki(device.getPublic()) : null),
          new TokenIssuer(VERTX, "t-1", key.getEncoded(), CLOCK, new SecureRandom()),
          Duration.ofMinutes(15));

  @AfterAll
  static void close() {
    assertNull(VERTX.close().toCompletionStage().toCompletableFuture().join());
  }

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
            VERTX,
            List.of(new AccessTokens.Key("t-1", TestTokens.spki(key.generatePublicKey()))),
            CLOCK);
    assertEquals(new Caller.Terminal(TERMINAL), access.bearer(token).result().caller());
    Future<?> taken = Future.succeededFuture(assertion).compose(access::bearer);
    assertInstanceOf(Fault.Unauthenticated.class, taken.cause());
  }

  /** A signature is looked at for whom there is no key, too: time does not tell who is known. */
  @Test
  void aDeviceThatIsNobodysTakesTheSameWork() {
    List<String> verified = new ArrayList<>();
    Assertions.Verification verification = Assertions.verification(VERTX);
    Assertions counted =
        new Assertions(
            (spki, compact) -> {
              verified.add(compact);
              return verification.with(spki, compact);
            },
            (name, untilMs) -> Future.succeededFuture(true),
            CLOCK);
    String assertion = TestTokens.compact(header(), claims(), TestTokens.es256(TestTokens.p256()));
    List<String> said = new ArrayList<>();
    for (byte[] spki : new byte[][] {null, TestTokens.spki(device.getPublic())}) {
      Future<Void> signed = counted.claim(assertion).signedBy(spki);
      said.add(String.valueOf(signed.cause().getMessage()));
    }
    assertEquals(2, verified.size());
    assertEquals(said.get(0), said.get(1));
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

  /** How a signature is spoilt: each in a form that a lenient reader would take for 64 octets. */
  static Stream<Named<UnaryOperator<byte[]>>> formsOfSignatures() {
    return Stream.of(
        Named.of("one octet short", s -> Arrays.copyOf(s, 63)),
        Named.of("one octet long", s -> Arrays.copyOf(s, 65)),
        Named.of("a zero in front", s -> joined(new byte[1], s)),
        Named.of("a zero in front of each half", TerminalTokensTest::widened),
        Named.of("half", s -> Arrays.copyOf(s, 32)),
        Named.of("twice", s -> joined(s, s)),
        Named.of("halves exchanged", TerminalTokensTest::exchanged),
        Named.of("r is zero", s -> joined(new byte[32], Arrays.copyOfRange(s, 32, 64))),
        Named.of("s is zero", s -> joined(Arrays.copyOf(s, 32), new byte[32])),
        Named.of("both are zero", s -> new byte[64]),
        Named.of("both are the order", s -> joined(TestTokens.P256_ORDER, TestTokens.P256_ORDER)),
        Named.of("nothing", s -> new byte[0]));
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  private static byte[] widened(byte[] signature) {
    byte[] r = joined(new byte[1], Arrays.copyOf(signature, 32));
    return joined(r, joined(new byte[1], Arrays.copyOfRange(signature, 32, 64)));
  }

  private static byte[] exchanged(byte[] signature) {
    return joined(Arrays.copyOfRange(signature, 32, 64), Arrays.copyOf(signature, 32));
  }

  @ParameterizedTest
  @MethodSource("formsOfSignatures")
  void takesNoOtherFormOfASignature(UnaryOperator<byte[]> form) {
    TestTokens.Signer signer = TestTokens.es256(device);
    refused(TestTokens.compact(header(), claims(), data -> form.apply(signer.sign(data))));
    assertEquals(Set.of(), used);
  }

  /** A signature whose r begins with a zero, and what a writer makes of it who drops that. */
  @Test
  void takesNoSignatureWithoutItsLeadingZero() {
    TestTokens.Signer signer = TestTokens.es256(device);
    for (int i = 0; ; i++) {
      Map<String, Object> claims = claims();
      claims.put("jti", "z-" + i);
      AtomicBoolean zero = new AtomicBoolean();
      TestTokens.Signer short63 =
          data -> {
            byte[] signature = signer.sign(data);
            zero.set(signature[0] == 0);
            return Arrays.copyOfRange(signature, 1, 64);
          };
      String assertion = TestTokens.compact(header(), claims, short63);
      if (zero.get()) {
        refused(assertion);
        assertEquals(Set.of(), used);
        return;
      }
    }
  }

  /** What a terminal signs is its own: no claim of whatever kind is more than a wrong token. */
  static Stream<Named<UnaryOperator<Map<String, Object>>>> oddClaims() {
    return Stream.of(
        odd("exp", "9999999999"),
        odd("exp", true),
        odd("exp", List.of(NOW + 300)),
        odd("exp", NOW + 300.5),
        odd("exp", NOW - 30),
        odd("exp", Long.MAX_VALUE),
        odd("exp", Long.MIN_VALUE),
        odd("iat", "now"),
        odd("iat", Map.of("s", NOW)),
        odd("iat", -1),
        odd("iat", NOW + 31),
        odd("iat", NOW - 1),
        odd("nbf", "now"),
        odd("nbf", List.of(NOW)),
        odd("nbf", NOW + 31),
        odd("aud", 1),
        odd("aud", List.of("urn:ecard:other")),
        odd("iss", List.of("T0000001")),
        odd("sub", List.of("T0000001")),
        odd("jti", 1),
        odd("jti", "j".repeat(65)));
  }

  private static Named<UnaryOperator<Map<String, Object>>> odd(String name, Object value) {
    return Named.of(
        name + " " + value,
        claims -> {
          claims.put(name, value);
          return claims;
        });
  }

  @ParameterizedTest
  @MethodSource("oddClaims")
  void believesNoOddClaim(UnaryOperator<Map<String, Object>> odd) {
    refused(TestTokens.compact(header(), odd.apply(claims()), TestTokens.es256(device)));
    assertEquals(Set.of(), used);
  }

  @Test
  void takesAnAssertionWithWhatItDoesNotLookAt() {
    Map<String, Object> header = header();
    header.put("kid", "whatever");
    Map<String, Object> claims = claims();
    claims.put("amr", "none");
    claims.put("roles", 1);
    claims.put("nbf", NOW);
    claims.put("leeway", "x");
    assertTrue(
        tokens.token(TestTokens.compact(header, claims, TestTokens.es256(device))).succeeded());
  }

  /** An assertion is the terminal's own: it says its kind in one place only. */
  @Test
  void takesNoKindFromTheClaims() {
    Map<String, Object> header = header();
    header.put("typ", "JWT");
    for (String kind : List.of("ecard-assertion+jwt", "ecard-access+jwt")) {
      Map<String, Object> claims = claims();
      claims.put("kind", kind);
      refused(TestTokens.compact(header, claims, TestTokens.es256(device)));
    }
  }

  @Test
  void takesNoAccessTokenForAnAssertion() {
    TokenIssuer issuer = new TokenIssuer(VERTX, "t-1", key.getEncoded(), CLOCK, new SecureRandom());
    refused(issuer.terminal(TERMINAL, "0a1b", Duration.ofMinutes(5)));
  }

  @Test
  void knowsNoOtherCurve() {
    assertThrows(IllegalArgumentException.class, () -> TokenKeys.device(TestTokens.p384Spki()));
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenKeys.device(TestTokens.spki(key.generatePublicKey())));
  }

  @Test
  void takesNoUnsignedAssertion() {
    String whole = TestTokens.compact(header(), claims(), TestTokens.es256(device));
    refused(whole.substring(0, whole.lastIndexOf('.')));
    refused(whole.substring(0, whole.lastIndexOf('.') + 1));
    Map<String, Object> header = header();
    header.put("alg", "none");
    String unsigned = TestTokens.compact(header, claims(), data -> new byte[0]);
    refused(unsigned);
    refused(unsigned.substring(0, unsigned.lastIndexOf('.')));
  }

  @Test
  void takesNoKeyFromTheAssertion() {
    AsymmetricCipherKeyPair foreign = TestTokens.p256();
    Map<String, Object> header = header();
    header.put("jwk", Map.of("kty", "EC", "crv", "P-256"));
    header.put(
        "x5c", List.of(Base64.getEncoder().encodeToString(TestTokens.spki(foreign.getPublic()))));
    refused(TestTokens.compact(header, claims(), TestTokens.es256(foreign)));
    assertEquals(Set.of(), used);
  }

  /** Some devices write their point in short: it is the same key. */
  @Test
  void knowsAKeyWhosePointIsCompressed() {
    TerminalTokens tokens =
        new TerminalTokens(
            new Assertions(VERTX, (name, untilMs) -> Future.succeededFuture(true), CLOCK),
            terminal -> Future.succeededFuture(TestTokens.compressedSpki(device.getPublic())),
            new TokenIssuer(VERTX, "t-1", key.getEncoded(), CLOCK, new SecureRandom()),
            Duration.ofMinutes(15));
    String assertion = TestTokens.compact(header(), claims(), TestTokens.es256(device));
    assertTrue(tokens.token(assertion).succeeded());
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
            new Assertions(
                VERTX, (name, untilMs) -> Future.failedFuture(new Fault.Busy("no memory")), CLOCK),
            terminal -> Future.succeededFuture(TestTokens.spki(device.getPublic())),
            new TokenIssuer(VERTX, "t-1", key.getEncoded(), CLOCK, new SecureRandom()),
            Duration.ofMinutes(15));
    String assertion = TestTokens.compact(header(), claims(), TestTokens.es256(device));
    assertInstanceOf(Fault.Busy.class, blind.token(assertion).cause());
  }
}
