package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Sha256;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * Tells who an access token speaks for. Verified tokens are remembered by their hash until they
 * expire, so that a terminal's signature is checked once per token and event loop.
 *
 * <p>Belongs to one event loop.
 */
public final class AccessTokens {
  /** Before a terminal's id in {@code sub}, and in the SAN of its certificate. */
  public static final String TERMINAL = "urn:ecard:terminal:";

  /** The claim of a terminal's token that names the device key it was got with. */
  static final String DEVICE = "device";

  private static final int REMEMBERED_MAX = 4096;

  private final Map<String, Ed25519PublicKeyParameters> keys = new HashMap<>();
  private final Clock clock;
  private final Map<ByteBuffer, Verified> verified = new Remembered();

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
   */
  record Bearer(Caller caller, @Nullable String device) {}

  private record Verified(Bearer bearer, long expiresAt) {}

  /**
   * Tokens signed with any of these keys.
   *
   * @throws IllegalArgumentException if there is no key, for then nobody could be told from anybody
   */
  public AccessTokens(List<Key> keys, Clock clock) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key to verify tokens with");
    }
    for (Key key : keys) {
      if (this.keys.put(key.kid(), Signatures.ed25519Key(key.spki())) != null) {
        throw new IllegalArgumentException("two token keys are named " + key.kid());
      }
    }
    this.clock = clock;
  }

  /**
   * Who the token speaks for.
   *
   * @throws Fault.Unauthenticated saying why it does not hold
   */
  Bearer bearer(String compact) {
    if (compact.length() > Jwt.LENGTH_MAX) {
      throw new Fault.Unauthenticated("token is longer than " + Jwt.LENGTH_MAX + " characters");
    }
    long now = clock.millis() / 1000;
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(compact));
    Verified known = verified.get(hash);
    if (known != null && now < known.expiresAt) {
      return known.bearer;
    }
    Jwt jwt = Jwt.parse(compact);
    TokenRules.ACCESS.check(jwt, now);
    checkSignature(jwt);
    Caller caller = callerOf(jwt);
    String device = caller instanceof Caller.Terminal ? jwt.text(DEVICE) : null;
    Bearer bearer = new Bearer(caller, device);
    verified.put(hash, new Verified(bearer, jwt.seconds("exp")));
    return bearer;
  }

  /** Whether that token was verified here a while ago, so that it costs hardly anything again. */
  boolean remembers(String compact) {
    if (compact.length() > Jwt.LENGTH_MAX) {
      return false;
    }
    Verified known = verified.get(ByteBuffer.wrap(Sha256.of(compact)));
    return known != null && clock.millis() / 1000 < known.expiresAt;
  }

  private void checkSignature(Jwt jwt) {
    String kid = jwt.headerText("kid");
    Ed25519PublicKeyParameters key = kid == null ? null : keys.get(kid);
    if (key == null) {
      throw new Fault.Unauthenticated("token's kid names no key of ours");
    }
    if (!Signatures.ed25519(key, jwt.signed(), jwt.signature())) {
      throw new Fault.Unauthenticated("token's signature does not hold");
    }
  }

  private static Caller callerOf(Jwt jwt) {
    if (!jwt.text("iss").equals(TokenRules.GATEWAY)) {
      throw new Fault.Unauthenticated("token's iss is not " + TokenRules.GATEWAY);
    }
    String subject = jwt.text("sub");
    if (subject.startsWith(TERMINAL) == jwt.claims().containsKey("org")) {
      throw new Fault.Unauthenticated("token speaks for neither a terminal nor an organisation");
    }
    return jwt.claims().containsKey("org")
        ? new Caller.Staff(subject, jwt.text("org"), roles(jwt.texts("roles")), epoch(jwt))
        : new Caller.Terminal(terminal(subject.substring(TERMINAL.length())));
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

  private static Set<Caller.Role> roles(List<String> names) {
    Set<Caller.Role> roles = EnumSet.noneOf(Caller.Role.class);
    for (String name : names) {
      Caller.Role role = role(name);
      if (role == null) {
        throw new Fault.Unauthenticated("token's roles are not known");
      }
      roles.add(role);
    }
    return roles;
  }

  private static Caller.@Nullable Role role(String name) {
    for (Caller.Role role : Caller.Role.values()) {
      if (role.name().equals(name)) {
        return role;
      }
    }
    return null;
  }

  private static final class Remembered extends LinkedHashMap<ByteBuffer, Verified> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Verified> eldest) {
      return size() > REMEMBERED_MAX;
    }
  }
}
