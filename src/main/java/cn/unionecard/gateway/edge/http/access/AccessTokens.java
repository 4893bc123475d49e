package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells who an access token speaks for. Verified tokens are remembered by their hash until they
 * expire, so that a signature is checked once per token and node. Each event loop has a verifier of
 * its own, for vertx-auth-jwt takes a lock per key.
 *
 * <p>Belongs to one event loop.
 */
public final class AccessTokens {
  /** Before a terminal's id in {@code sub}, and in the SAN of its certificate. */
  public static final String TERMINAL = "urn:ecard:terminal:";

  /** Before a card's number in {@code sub}. */
  static final String CARD = "urn:ecard:card:";

  /** The claim of a terminal's token that names the device key it was got with. */
  static final String DEVICE = "device";

  /** The claims of who sits before the pages: which session, and since when (s since 1970). */
  static final String SESSION = "session";

  static final String SINCE = "since";

  /** The claims of a partner's program: what it may do, whether that counts, how often. */
  static final String SCOPES = "scopes";

  static final String TRIAL = "trial";
  static final String PER_MINUTE = "perMinute";

  private final Vertx vertx;
  private final Supplier<List<Key>> source;
  private final Clock clock;
  private List<Key> known;
  private Set<String> kids = Set.of();
  private JWTAuth keys;
  private final VerifiedTokens verified;

  /**
   * A public key that access tokens are signed with.
   *
   * @param kid names it in the header
   * @param spki SubjectPublicKeyInfo (DER) of an Ed25519 key
   */
  public record Key(String kid, byte[] spki) {}

  /**
   * Whom a token speaks for.
   *
   * @param device of a terminal: the key that it was got with, SHA-256 of the SubjectPublicKeyInfo,
   *     hex; else null
   * @param session whose token is that of a session before the pages, good in their cookie alone;
   *     else null
   * @param kid the key that signed the token
   * @param issuedAt when it was given out, s since 1970
   * @param expiresAt when it ends, s since 1970
   */
  record Bearer(
      Caller caller,
      @Nullable String device,
      @Nullable StaffSession session,
      String kid,
      long issuedAt,
      long expiresAt) {
    /** The caller, as Vert.x has him: many times as large as what is remembered of him. */
    User user() {
      return Roles.user(caller);
    }
  }

  /**
   * Tokens signed with any of these keys.
   *
   * @throws IllegalArgumentException if there is no key, for then nobody could be told from anybody
   */
  public AccessTokens(Vertx vertx, List<Key> keys, Clock clock) {
    this(vertx, () -> keys, new VerifiedTokens(), clock);
  }

  /**
   * Tokens signed with any of the keys of the moment.
   *
   * @param source asked with each token; the same list while nothing has changed
   * @param verified what the node knows
   * @throws IllegalArgumentException if there is no key
   */
  public AccessTokens(
      Vertx vertx, Supplier<List<Key>> source, VerifiedTokens verified, Clock clock) {
    this.vertx = vertx;
    this.source = source;
    this.verified = verified;
    this.clock = clock;
    this.known = source.get();
    this.keys = verifier(known);
  }

  private JWTAuth verifier(List<Key> all) {
    Set<String> names = new HashSet<>();
    List<PubSecKeyOptions> pems = new ArrayList<>();
    for (Key key : all) {
      if (!names.add(key.kid())) {
        throw new IllegalArgumentException("two token keys are named " + key.kid());
      }
      pems.add(TokenKeys.verifying(key.kid(), key.spki()));
    }
    JWTAuth verifier = TokenKeys.verifier(vertx, pems);
    kids = names;
    return verifier;
  }

  private void renew() {
    List<Key> now = source.get();
    if (now != known) {
      keys = verifier(now);
      known = now;
    }
  }

  /**
   * Who the token speaks for.
   *
   * @return fails with {@link Fault.Unauthenticated} saying why it does not hold
   */
  Future<Bearer> bearer(String compact) {
    if (compact.length() > TokenForm.LENGTH_MAX) {
      return Future.failedFuture(TokenForm.tooLong());
    }
    ByteBuffer hash = hash(compact);
    Bearer remembered = verified.get(hash);
    if (remembered != null && lasts(remembered)) {
      return Future.succeededFuture(remembered);
    }
    return Future.succeededFuture(compact)
        .compose(this::verify)
        .onSuccess(bearer -> verified.put(hash, bearer));
  }

  /** Whether that token was verified here a while ago, so that it costs hardly anything again. */
  boolean remembers(String compact) {
    if (compact.length() > TokenForm.LENGTH_MAX) {
      return false;
    }
    Bearer remembered = verified.get(hash(compact));
    return remembered != null && lasts(remembered);
  }

  /** Whether the token that he was proved by has not ended, nor the key that signed it. */
  boolean lasts(Bearer bearer) {
    renew();
    return clock.millis() / 1000 < bearer.expiresAt && kids.contains(bearer.kid);
  }

  private static ByteBuffer hash(String compact) {
    return ByteBuffer.wrap(Sha256.of(compact));
  }

  /** What costs little comes first; nothing of it is believed before the signature. */
  private Future<Bearer> verify(String compact) {
    Jwt jwt = TokenForm.ACCESS.read(compact);
    TokenRules.ACCESS.check(jwt, clock.millis() / 1000);
    renew();
    if (!kids.contains(jwt.kid())) {
      throw TokenForm.wronglyNamed();
    }
    return keys.authenticate(new TokenCredentials(compact))
        .recover(whatever -> Future.failedFuture(TokenForm.wronglySigned()))
        .map(signed -> bearer(jwt));
  }

  private static Bearer bearer(Jwt jwt) {
    Caller caller = callerOf(jwt);
    String device = caller instanceof Caller.Terminal ? jwt.text(DEVICE) : null;
    return new Bearer(
        caller,
        device,
        caller instanceof Caller.Staff ? session(jwt) : null,
        Objects.requireNonNull(jwt.kid()), // it names a key of ours
        jwt.seconds("iat"),
        jwt.seconds("exp"));
  }

  private static @Nullable StaffSession session(Jwt jwt) {
    return jwt.claims().containsKey(SESSION)
        ? new StaffSession(jwt.text(SESSION), jwt.seconds(SINCE))
        : null;
  }

  private static Caller callerOf(Jwt jwt) {
    if (!jwt.text("iss").equals(TokenRules.GATEWAY)) {
      throw new Fault.Unauthenticated("token's iss is not " + TokenRules.GATEWAY);
    }
    String subject = jwt.text("sub");
    boolean isPhone = subject.startsWith(CARD);
    if ((subject.startsWith(TERMINAL) || isPhone) == jwt.claims().containsKey("org")) {
      throw new Fault.Unauthenticated("token speaks for neither a terminal nor an organisation");
    }
    if (isPhone) {
      return new Caller.Member(card(subject.substring(CARD.length())), jwt.seconds("epoch"));
    }
    return jwt.claims().containsKey("org")
        ? new Caller.Staff(
            subject, jwt.text("org"), roles(jwt.texts("roles")), epoch(jwt), terms(jwt))
        : new Caller.Terminal(terminal(subject.substring(TERMINAL.length())));
  }

  private static @Nullable PartnerTerms terms(Jwt jwt) {
    if (!jwt.claims().containsKey(SCOPES)) {
      return null;
    }
    Set<PartnerTerms.Scope> scopes = EnumSet.noneOf(PartnerTerms.Scope.class);
    for (String name : jwt.texts(SCOPES)) {
      scopes.add(named(PartnerTerms.Scope.values(), name, "scopes"));
    }
    boolean trial = !Boolean.FALSE.equals(jwt.claims().get(TRIAL));
    return new PartnerTerms(trial, scopes, (int) jwt.seconds(PER_MINUTE));
  }

  /** Tokens of a release that knew no epochs are older than any. */
  private static long epoch(Jwt jwt) {
    return jwt.claims().containsKey("epoch") ? jwt.seconds("epoch") : 0;
  }

  private static TerminalId terminal(String id) {
    try {
      return new TerminalId(id);
    } catch (IllegalArgumentException e) {
      throw new Fault.Unauthenticated("token's sub names no terminal");
    }
  }

  private static CardNo card(String digits) {
    if (!Written.CARD_NO.matcher(digits).matches()) {
      throw new Fault.Unauthenticated("token's sub names no card");
    }
    return new CardNo(Long.parseLong(digits));
  }

  private static Set<Caller.Role> roles(List<String> names) {
    Set<Caller.Role> roles = EnumSet.noneOf(Caller.Role.class);
    for (String name : names) {
      roles.add(named(Caller.Role.values(), name, "roles"));
    }
    return roles;
  }

  private static <E extends Enum<E>> E named(E[] all, String name, String claim) {
    for (E one : all) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    throw new Fault.Unauthenticated("token's " + claim + " are not known");
  }
}
