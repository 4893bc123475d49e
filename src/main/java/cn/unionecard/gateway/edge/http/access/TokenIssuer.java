package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.PartnerTerms;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Signs access tokens (EdDSA) for terminals, staff and phones. With one key, for of several the
 * library takes any; with times of our own clock. May be shared.
 */
public final class TokenIssuer {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int JTI_BYTES = 16;
  private static final JWTOptions OWN_TIMES =
      new JWTOptions().setAlgorithm(TokenForm.ACCESS.alg()).setNoTimestamp(true);

  private final Vertx vertx;
  private final Supplier<Key> keys;
  private final Clock clock;
  private final RandomGenerator random;
  private volatile Signer signer;

  /**
   * What signs.
   *
   * @param kid names the key in every token's header
   * @param seed the Ed25519 private key as RFC 8032 has it, 32 bytes
   */
  public record Key(String kid, byte[] seed) {
    @Override
    public String toString() {
      return "Key[" + kid + "]";
    }
  }

  private record Signer(Key key, JWTAuth auth) {}

  /**
   * @param kid names the key in every token's header
   * @param seed the Ed25519 private key as RFC 8032 has it, 32 bytes
   * @param random makes token ids; a {@link java.security.SecureRandom}
   * @throws IllegalArgumentException if the seed has another length
   */
  public TokenIssuer(Vertx vertx, String kid, byte[] seed, Clock clock, RandomGenerator random) {
    this(vertx, always(new Key(kid, seed)), clock, random);
  }

  /**
   * @param keys the key to sign with, asked for each token; the same object while nothing changes
   * @param random makes token ids; a {@link java.security.SecureRandom}
   */
  public TokenIssuer(Vertx vertx, Supplier<Key> keys, Clock clock, RandomGenerator random) {
    this.vertx = vertx;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
    this.signer = signer(keys.get());
  }

  private static Supplier<Key> always(Key key) {
    return () -> key;
  }

  private Signer signer(Key key) {
    PubSecKeyOptions signing = TokenKeys.signing(key.kid(), key.seed());
    return new Signer(key, JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(signing)));
  }

  /**
   * A terminal's token.
   *
   * @param device the key that it was got with: SHA-256 of the SubjectPublicKeyInfo, hex
   */
  public String terminal(TerminalId terminal, String device, Duration lifetime) {
    return signed(
        claims(AccessTokens.TERMINAL + terminal.value(), lifetime)
            .put(AccessTokens.DEVICE, device));
  }

  /**
   * A token of a member of staff or a partner system.
   *
   * @param subject who; not a terminal's name
   * @param org code of the organisation whose subtree it may see
   * @param epoch of the account; the token ends with it
   * @throws IllegalArgumentException if the subject looks like a terminal's or a card's
   */
  public String staff(
      String subject, String org, Set<Caller.Role> roles, long epoch, Duration lifetime) {
    return signed(staffClaims(new Caller.Staff(subject, org, roles, epoch), lifetime));
  }

  /**
   * The token of a partner's program, which says under what terms it works.
   *
   * @throws NullPointerException if it has none
   */
  public String partner(Caller.Staff program, Duration lifetime) {
    PartnerTerms terms = Objects.requireNonNull(program.terms());
    JsonArray scopes = new JsonArray();
    terms.scopes().stream().sorted().forEach(scope -> scopes.add(scope.name()));
    return signed(
        staffClaims(program, lifetime)
            .put(AccessTokens.SCOPES, scopes)
            .put(AccessTokens.TRIAL, terms.trial())
            .put(AccessTokens.PER_MINUTE, terms.requestsPerMinute()));
  }

  /** The token that a session before the pages has from now on. */
  String session(Caller.Staff staff, StaffSession session) {
    Duration lifetime =
        Duration.ofSeconds(session.end(clock.millis() / 1000) - clock.millis() / 1000);
    return signed(
        staffClaims(staff, lifetime)
            .put(AccessTokens.SESSION, session.id())
            .put(AccessTokens.SINCE, session.sinceSeconds()));
  }

  private JsonObject staffClaims(Caller.Staff staff, Duration lifetime) {
    String subject = staff.subject();
    if (subject.isEmpty()
        || subject.startsWith(AccessTokens.TERMINAL)
        || subject.startsWith(AccessTokens.CARD)) {
      throw new IllegalArgumentException("subject " + subject + " names no member of staff");
    }
    JsonArray names = new JsonArray();
    staff.roles().forEach(role -> names.add(role.name()));
    return claims(subject, lifetime)
        .put("org", staff.org())
        .put("epoch", staff.epoch())
        .put("roles", names);
  }

  /**
   * The token of a member's phone.
   *
   * @param epoch of the card; the token ends with it
   */
  public String member(CardNo card, long epoch, Duration lifetime) {
    return signed(claims(AccessTokens.CARD + card.digits(), lifetime).put("epoch", epoch));
  }

  private JsonObject claims(String subject, Duration lifetime) {
    long now = clock.millis() / 1000;
    return new JsonObject()
        .put("iss", TokenRules.GATEWAY)
        .put("aud", TokenRules.GATEWAY)
        .put("iat", now)
        .put("exp", now + lifetime.toSeconds())
        .put("jti", tokenId())
        .put(TokenForm.KIND, TokenForm.ACCESS.kind())
        .put("sub", subject);
  }

  private String signed(JsonObject claims) {
    Key key = keys.get();
    Signer ready = signer;
    if (ready.key != key) {
      ready = signer(key);
      signer = ready;
    }
    return ready.auth.generateToken(claims, OWN_TIMES);
  }

  private String tokenId() {
    byte[] id = new byte[JTI_BYTES];
    random.nextBytes(id);
    return BASE64URL.encodeToString(id);
  }
}
