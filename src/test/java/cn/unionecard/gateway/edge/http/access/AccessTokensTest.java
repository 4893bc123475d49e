package cn.unionecard.gateway.edge.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.MovingClock;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every trap that a JSON web token can set. */
class AccessTokensTest {
  private static final long NOW = 1_795_395_600L;
  private static final Vertx VERTX = Vertx.vertx();
  private static final Clock CLOCK = at(NOW);
  private static final TerminalId TERMINAL = new TerminalId("T0000001");

  private final Ed25519PrivateKeyParameters key = TestTokens.ed25519();
  private final byte[] spki = TestTokens.spki(key.generatePublicKey());
  private final AccessTokens tokens = verifier(CLOCK);
  private final TokenIssuer issuer =
      new TokenIssuer(VERTX, "t-1", key.getEncoded(), CLOCK, new SecureRandom());

  @AfterAll
  static void close() {
    assertNull(VERTX.close().toCompletionStage().toCompletableFuture().join());
  }

  private static AccessTokens.Bearer bearer(AccessTokens tokens, String token) {
    Future<AccessTokens.Bearer> bearer = tokens.bearer(token);
    if (bearer.cause() instanceof Fault.Unauthenticated refused) {
      throw refused;
    }
    return bearer.result();
  }

  private static Clock at(long seconds) {
    return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
  }

  private AccessTokens verifier(Clock clock) {
    return new AccessTokens(VERTX, List.of(new AccessTokens.Key("t-1", spki)), clock);
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

  /** A token made by the release before this table was written, for each kind of caller. */
  private static final String OLD_TERMINAL =
      "eyJhbGciOiJFZERTQSIsImtpZCI6InQtMSIsInR5cCI6ImVjYXJkLWFjY2Vzcytqd3QifQ."
          + "eyJpc3MiOiJ1cm46ZWNhcmQ6Z2F0ZXdheSIsImF1ZCI6InVybjplY2FyZDpnYXRld2F5IiwiaWF0IjoxNzk1Mzk1"
          + "NjAwLCJleHAiOjE3OTc5ODc2MDAsImp0aSI6IndWd0NpZXd0Q3BGbjdJNWxvWTNydmciLCJzdWIiOiJ1cm46ZWNh"
          + "cmQ6dGVybWluYWw6VDAwMDAwMDEiLCJkZXZpY2UiOiIwYTFiIn0."
          + "Qo_M3uxX7U1vPnsBNkFGUae_BALEY3XaLuv03Wtb0xtX-OxrpiJMzez3Lc3CWH1sA8MzAP-_kMKG1QRlDxZ2Aw";

  private static final String OLD_STAFF =
      "eyJhbGciOiJFZERTQSIsImtpZCI6InQtMSIsInR5cCI6ImVjYXJkLWFjY2Vzcytqd3QifQ."
          + "eyJpc3MiOiJ1cm46ZWNhcmQ6Z2F0ZXdheSIsImF1ZCI6InVybjplY2FyZDpnYXRld2F5IiwiaWF0IjoxNzk1Mzk1"
          + "NjAwLCJleHAiOjE3OTc5ODc2MDAsImp0aSI6IlhsVXktLTZpa19nTHlVTHVrSWJCY1EiLCJzdWIiOiJ6aGFuZyIs"
          + "Im9yZyI6IjQxMDgwMCIsImVwb2NoIjo3LCJyb2xlcyI6WyJDTEVSSyIsIkFVRElUT1IiXX0."
          + "NDQsl-6ODlTIY8RnFf63uvWBRc1xwW4Yy4KLudeQmDpCqohF6UgnxF3F_lRYiQ8QI1glhiLTTZemC3m2ggY0BA";

  private void refused(String token) {
    assertThrows(Fault.Unauthenticated.class, () -> bearer(tokens, token), token);
  }

  @Test
  void believesWhatItIssued() {
    assertEquals(
        new Caller.Terminal(TERMINAL),
        bearer(tokens, issuer.terminal(TERMINAL, "0a1b", Duration.ofHours(1))).caller());
    Set<Caller.Role> roles = Set.of(Caller.Role.AUDITOR, Caller.Role.CLERK);
    assertEquals(
        new Caller.Staff("zhang", "410800", roles, 7),
        bearer(tokens, issuer.staff("zhang", "410800", roles, 7, Duration.ofDays(30))).caller());
    assertEquals(
        new Caller.Terminal(TERMINAL), bearer(tokens, signed(header(), claims())).caller());
  }

  @Test
  void believesWhatAnEarlierReleaseIssued() {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) (i + 1);
    }
    byte[] earlier = TestTokens.spki(new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey());
    AccessTokens then =
        new AccessTokens(VERTX, List.of(new AccessTokens.Key("t-1", earlier)), CLOCK);
    assertEquals(new Caller.Terminal(TERMINAL), bearer(then, OLD_TERMINAL).caller());
    assertEquals("0a1b", bearer(then, OLD_TERMINAL).device());
    Set<Caller.Role> roles = Set.of(Caller.Role.AUDITOR, Caller.Role.CLERK);
    assertEquals(new Caller.Staff("zhang", "410800", roles, 7), bearer(then, OLD_STAFF).caller());
  }

  /** Each differs in one thing alone from a token that passes. */
  static Stream<Named<UnaryOperator<Parts>>> whatMustNotPass() {
    return Stream.of(
        changed("no end", parts -> parts.without("exp")),
        changed("no beginning", parts -> parts.without("iat")),
        changed("ended one second ago", parts -> parts.lasting(NOW - 900, NOW - 1)),
        changed("ended this second", parts -> parts.lasting(NOW - 900, NOW)),
        changed("366 days and a second", parts -> parts.lasting(NOW, NOW + DAYS_366 + 1)),
        changed("ends before it begins", parts -> parts.lasting(NOW + 20, NOW + 10)),
        changed("ends in thousandths", parts -> parts.with("exp", (NOW + 900) * 1000)),
        changed("an end that is a list", parts -> parts.with("exp", List.of(NOW + 900))),
        changed("an end that is true", parts -> parts.with("exp", true)),
        changed("a beginning that is an object", parts -> parts.with("iat", Map.of("s", NOW))),
        changed("not before a list", parts -> parts.with("nbf", List.of(NOW))),
        changed("nobody among its audience", parts -> parts.with("aud", List.of())),
        changed("audience in a list of lists", parts -> parts.with("aud", List.of(List.of(US)))),
        changed("audience is a prefix", parts -> parts.with("aud", US + "s")),
        changed("issuer in a list", parts -> parts.with("iss", List.of(US))),
        changed("subject is a number", parts -> parts.with("sub", 1)),
        changed("subject in a list", parts -> parts.with("sub", List.of(ME))),
        changed("epoch is a text", parts -> parts.staff().with("epoch", "7")),
        changed("epoch is a fraction", parts -> parts.staff().with("epoch", 7.5)),
        changed("roles are a text", parts -> parts.staff().with("roles", "CLERK")),
        changed("roles in a list of lists", p -> p.staff().with("roles", List.of(List.of()))),
        changed("organisation is a number", parts -> parts.staff().with("org", 410800)),
        changed("an id without end", parts -> parts.with("jti", "j".repeat(65))),
        changed("no name of a key", parts -> parts.headless("kid")),
        changed("a key's name in a list", parts -> parts.head("kid", List.of("t-1"))),
        changed("a key's name with a blank", parts -> parts.head("kid", "t-1 ")),
        changed("a key nobody has", parts -> parts.head("kid", "t-2")),
        changed("another kind", parts -> parts.head("typ", "ecard-assertion+jwt")),
        changed("the kind of all", parts -> parts.head("typ", "JWT")),
        changed("another kind's media type", p -> p.head("typ", "application/ecard-access+jwt")),
        changed("algorithm in a list", parts -> parts.head("alg", List.of("EdDSA"))),
        changed("unencoded", parts -> parts.head("b64", false).head("crit", List.of("b64"))),
        changed("critical null", parts -> parts.headOf("{" + HEAD + ",\"crit\":null}")),
        changed("doubled algorithm", parts -> parts.headOf("{\"alg\":\"none\"," + HEAD + "}")),
        changed("doubled kid", parts -> parts.headOf("{" + HEAD + ",\"kid\":\"t-1\"}")),
        changed("doubled in disguise", p -> p.headOf("{" + HEAD + ",\"k\\u0069d\":\"t-2\"}")),
        changed("head with a comment", parts -> parts.headOf("{/**/" + HEAD + "}")),
        changed("head and something", parts -> parts.headOf("{" + HEAD + "}x")),
        changed("head in a list", parts -> parts.headOf("[{" + HEAD + "}]")),
        changed("head with a byte order mark", parts -> parts.headOf("\uFEFF{" + HEAD + "}")),
        changed("head without end", parts -> parts.headOf("{" + HEAD)),
        changed(
            "too deep",
            p -> p.headOf("{" + HEAD + ",\"x\":" + "[".repeat(9) + "]".repeat(9) + "}")),
        changed("a signature one octet short", p -> p.signedBy(s -> Arrays.copyOf(s, 63))),
        changed("a signature one octet long", p -> p.signedBy(s -> Arrays.copyOf(s, 65))),
        changed("no signature", p -> p.signedBy(s -> new byte[0])),
        changed("a signature of zeros", p -> p.signedBy(s -> new byte[64])),
        changed("a signature plus the order", p -> p.signedBy(TestTokens::plusOrder)),
        changed("two segments", p -> p.written(t -> t.substring(0, t.lastIndexOf('.')))),
        changed(
            "a signature left out", p -> p.written(t -> t.substring(0, t.lastIndexOf('.') + 1))),
        changed("four segments", p -> p.written(t -> t + t.substring(t.lastIndexOf('.')))),
        changed("an encrypted one's five", p -> p.written(t -> t + "..")),
        changed("padding", p -> p.written(t -> t + "==")),
        changed("a line break", p -> p.written(t -> t + "\n")),
        changed("a blank in the middle", p -> p.written(t -> t.replace(".", ". "))),
        changed("stray bits", p -> p.written(AccessTokensTest::withStrayBits)),
        changed("the other alphabet", p -> p.written(AccessTokensTest::inTheOtherAlphabet)),
        changed("full stops of another script", p -> p.written(t -> t.replace('.', '。'))));
  }

  private static final Duration A_DAY = Duration.ofDays(1);
  private static final String US = "urn:ecard:gateway";
  private static final String ME = "urn:ecard:terminal:T0000001";
  private static final long DAYS_366 = 366L * 24 * 3600;
  private static final String HEAD =
      "\"alg\":\"EdDSA\",\"kid\":\"t-1\",\"typ\":\"ecard-access+jwt\"";

  private static Named<UnaryOperator<Parts>> changed(String name, UnaryOperator<Parts> how) {
    return Named.of(name, how);
  }

  /** What a token is made of. */
  private record Parts(
      String headOf,
      Map<String, Object> claims,
      UnaryOperator<byte[]> signedBy,
      UnaryOperator<String> written) {

    static Parts good() {
      return new Parts(
          TestTokens.json(header()),
          AccessTokensTest.claims(),
          UnaryOperator.identity(),
          UnaryOperator.identity());
    }

    Parts headOf(String json) {
      return new Parts(json, claims, signedBy, written);
    }

    Parts head(String name, Object value) {
      return headOf(new JsonObject(headOf).put(name, value).encode());
    }

    Parts headless(String name) {
      JsonObject head = new JsonObject(headOf);
      head.remove(name);
      return headOf(head.encode());
    }

    Parts with(String name, Object value) {
      Map<String, Object> changed = new HashMap<>(claims);
      changed.put(name, value);
      return new Parts(headOf, changed, signedBy, written);
    }

    Parts without(String name) {
      Map<String, Object> changed = new HashMap<>(claims);
      changed.remove(name);
      return new Parts(headOf, changed, signedBy, written);
    }

    Parts lasting(long from, long until) {
      return with("iat", from).with("exp", until);
    }

    Parts staff() {
      return with("sub", "zhang").with("org", "410800").with("roles", List.of("CLERK"));
    }

    Parts signedBy(UnaryOperator<byte[]> how) {
      return new Parts(headOf, claims, how, written);
    }

    Parts written(UnaryOperator<String> how) {
      return new Parts(headOf, claims, signedBy, how);
    }

    String token(TestTokens.Signer signer) {
      return written.apply(
          TestTokens.compact(
              headOf, TestTokens.json(claims), data -> signedBy.apply(signer.sign(data))));
    }
  }

  /** The same octets, spelt with bits that decode to nothing. */
  private static String withStrayBits(String token) {
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = digits.indexOf(token.charAt(token.length() - 1));
    return token.substring(0, token.length() - 1) + digits.charAt(last | 1);
  }

  /** As base64 has it, not base64url: with a digit that differs, whatever the signature is. */
  private static String inTheOtherAlphabet(String token) {
    String other = token.replace('-', '+').replace('_', '/');
    return other.equals(token) ? token.replace('A', '+') : other;
  }

  @ParameterizedTest
  @MethodSource("whatMustNotPass")
  void passesNothingElse(UnaryOperator<Parts> change) {
    TestTokens.Signer signer = TestTokens.eddsa(key);
    assertEquals(
        new Caller.Terminal(TERMINAL), bearer(tokens, Parts.good().token(signer)).caller());
    refused(change.apply(Parts.good()).token(signer));
  }

  @Test
  void passesWhatTheTableTakesForGood() {
    TestTokens.Signer signer = TestTokens.eddsa(key);
    String year = Parts.good().lasting(NOW, NOW + DAYS_366).token(signer);
    assertEquals(new Caller.Terminal(TERMINAL), bearer(tokens, year).caller());
    assertEquals(
        new Caller.Staff("zhang", "410800", Set.of(Caller.Role.CLERK), 0),
        bearer(tokens, Parts.good().staff().token(signer)).caller());
    String headed = Parts.good().headOf("{" + HEAD + "}").token(signer);
    assertEquals(new Caller.Terminal(TERMINAL), bearer(tokens, headed).caller());
  }

  @Test
  void issuesTokensOfItsOwnKindAndTimes() {
    String token = issuer.staff("zhang", "410800", Set.of(Caller.Role.CLERK), 7, A_DAY);
    String[] parts = token.split("\\.");
    assertEquals(
        new JsonObject().put("typ", "JWT").put("alg", "EdDSA").put("kid", "t-1"),
        decoded(parts[0]));
    JsonObject claims = decoded(parts[1]);
    assertEquals("ecard-access+jwt", claims.getString("kind"));
    assertEquals(NOW, claims.getLong("iat"));
    assertEquals(NOW + 86_400, claims.getLong("exp"));
    assertEquals(US, claims.getString("aud"));
    assertEquals(22, claims.getString("jti").length());
  }

  private static JsonObject decoded(String part) {
    return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(part)));
  }

  /** The kinds exclude each other, whichever of the two places says them. */
  @ParameterizedTest
  @CsvSource({
    "JWT,ecard-access+jwt,true",
    "JWT,ecard-assertion+jwt,false",
    "JWT,JWT,false",
    "JWT,'',false",
    "jwt,ecard-access+jwt,false",
    "at+jwt,ecard-access+jwt,false",
    "ecard-assertion+jwt,ecard-access+jwt,false",
    "ecard-access+jwt,ecard-access+jwt,true"
  })
  void tellsKindsApart(String typ, String kind, boolean passes) {
    TestTokens.Signer signer = TestTokens.eddsa(key);
    String token = Parts.good().head("typ", typ).with("kind", kind).token(signer);
    if (passes) {
      assertEquals(new Caller.Terminal(TERMINAL), bearer(tokens, token).caller());
    } else {
      refused(token);
    }
  }

  /** Whatever prints a user prints no token. */
  @Test
  void aUserHasItsRolesAndNothingOfItsToken() {
    String token = issuer.staff("zhang", "410800", Set.of(Caller.Role.CLERK), 7, A_DAY);
    User user = bearer(tokens, token).user();
    assertEquals(new JsonObject().put("sub", "zhang"), user.principal());
    assertEquals(new JsonObject(), user.attributes());
    for (Caller.Role role : Caller.Role.values()) {
      assertEquals(role == Caller.Role.CLERK, Roles.oneOf(Set.of(role)).match(user), role.name());
    }
    assertTrue(Roles.oneOf(Set.of(Caller.Role.AUDITOR, Caller.Role.CLERK)).match(user));
    assertFalse(Roles.oneOf(Set.of()).match(user));
    User terminal = bearer(tokens, issuer.terminal(TERMINAL, "0a1b", A_DAY)).user();
    assertEquals(new JsonObject().put("sub", ME), terminal.principal());
    assertFalse(Roles.oneOf(EnumSet.allOf(Caller.Role.class)).match(terminal));
  }

  /** The library asks for that name; whoever asks for another finds what he found before. */
  @Test
  void onlyTheLibrarysNameIsBouncyCastles() throws Exception {
    assertEquals(
        new Caller.Terminal(TERMINAL), bearer(tokens, signed(header(), claims())).caller());
    for (String name : List.of("EdDSA", "Ed25519", "SHA256withECDSA")) {
      boolean ours = name.equals("EdDSA");
      String provider = Signature.getInstance(name).getProvider().getName();
      assertEquals(ours, provider.equals("ECardEdDSA"), name + " is of " + provider);
    }
    assertEquals("SunEC", KeyFactory.getInstance("Ed25519").getProvider().getName());
  }

  @Test
  void startsWithKeysOnly() {
    assertThrows(IllegalArgumentException.class, () -> new AccessTokens(VERTX, List.of(), CLOCK));
    AccessTokens.Key twice = new AccessTokens.Key("t-1", spki);
    assertThrows(
        IllegalArgumentException.class,
        () -> new AccessTokens(VERTX, List.of(twice, twice), CLOCK));
    AccessTokens.Key p256 =
        new AccessTokens.Key("e", TestTokens.spki(TestTokens.p256().getPublic()));
    AccessTokens.Key ed448 = new AccessTokens.Key("f", TestTokens.ed448Spki());
    for (AccessTokens.Key other : List.of(p256, ed448)) {
      assertThrows(
          IllegalArgumentException.class, () -> new AccessTokens(VERTX, List.of(other), CLOCK));
    }
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
    assertEquals(new Caller.Terminal(TERMINAL), bearer(tokens, signed(header, claims())).caller());
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
    assertEquals(new Caller.Terminal(TERMINAL), bearer(verifier(at(NOW + 899)), token).caller());
    assertThrows(
        Fault.Unauthenticated.class, () -> bearer(verifier(at(NOW + 900)), token).caller());
    assertEquals(new Caller.Terminal(TERMINAL), bearer(verifier(at(NOW - 30)), token).caller());
    assertThrows(Fault.Unauthenticated.class, () -> bearer(verifier(at(NOW - 31)), token).caller());
  }

  @Test
  void remembersNoTokenBeyondItsEnd() {
    MovingClock clock = new MovingClock(NOW);
    AccessTokens remembering = verifier(clock);
    String token = signed(header(), claims());
    assertEquals(bearer(remembering, token).caller(), bearer(remembering, token).caller());
    clock.seconds = NOW + 900;
    assertThrows(Fault.Unauthenticated.class, () -> bearer(remembering, token).caller());
  }

  @Test
  void acceptsUsAmongAudiences() {
    Map<String, Object> claims = claims();
    claims.put("aud", List.of("urn:ecard:other", "urn:ecard:gateway"));
    assertEquals(new Caller.Terminal(TERMINAL), bearer(tokens, signed(header(), claims)).caller());
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
        bearer(tokens, TestTokens.compact(header, claims + "}", TestTokens.eddsa(key))).caller());
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
        bearer(tokens, signed(header(), claims)).caller());
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
        assertThrows(Fault.Unauthenticated.class, () -> bearer(tokens, forged).caller());
    assertTrue(fault.toString().endsWith("signature does not hold"));
    assertEquals(
        -1,
        fault
            .toString()
            .indexOf(
                new String("eyJ".getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)));
  }
}
