package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.tls.TerminalCertificate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Proves who is calling: by client certificate, by bearer token, or by both if they agree; on the
 * pages' listener by cookie, where no token is shown. A certificate is read once per connection. A
 * token counts only in the header, never in a query.
 *
 * <p>Belongs to one event loop.
 */
public final class Authentication {
  private static final String BEARER = "Bearer ";
  private static final String SOCKET_BEARER = "ecard.bearer.";

  private final Function<List<Certificate>, Optional<TerminalId>> terminalOf;
  private final Predicate<String> isRetired;
  private final AccessTokens tokens;
  private final Predicate<Caller.Staff> isCurrent;
  private final @Nullable SessionCookie cookie;
  private final Function<Caller.Member, Future<Void>> standing;
  private final Clock clock;
  private final Map<HttpConnection, Peer> peers = new WeakHashMap<>();

  /**
   * What a connection's certificate says: a terminal with its key, while the certificate is good.
   */
  private record Peer(@Nullable Certified terminal, String keyHash, long fromMs, long untilMs) {}

  private record Certified(Caller caller, User user) {}

  private static final Peer NOBODY = new Peer(null, "", Long.MIN_VALUE, Long.MAX_VALUE);
  private static final Peer NO_TERMINAL = new Peer(null, "", Long.MIN_VALUE, Long.MAX_VALUE);

  /** Who was proved, and by what. */
  public final class Proof {
    private final Peer peer;
    private final AccessTokens.@Nullable Bearer bearer;
    private final Caller caller;
    private final User user;

    private Proof(Peer peer, AccessTokens.@Nullable Bearer bearer, Caller caller, User user) {
      this.peer = peer;
      this.bearer = bearer;
      this.caller = caller;
      this.user = user;
    }

    public Caller caller() {
      return caller;
    }

    public User user() {
      return user;
    }

    /** The session before the pages; null if he was proved by something else. */
    public @Nullable StaffSession session() {
      return bearer == null ? null : bearer.session();
    }

    /** When what proved him ends, s since 1970, unless a session is used; of a token alone. */
    public long expiresAt() {
      return bearer == null ? Long.MAX_VALUE : bearer.expiresAt();
    }

    /** What his browser is to be given, so that a session in use goes on; null: nothing. */
    public @Nullable String renewed() {
      return bearer == null || cookie == null ? null : cookie.renewed(bearer);
    }

    /** Whether what proved him still does: for what stays open. */
    public boolean stands() {
      try {
        Certified certified = certified(peer);
        if (bearer == null) {
          return true;
        }
        if (tokens.lasts(bearer)) {
          requireAgreed(certified, bearer);
          return true;
        }
        return false;
      } catch (Fault.Unauthenticated ended) {
        return false;
      } catch (Fault.Busy unknown) {
        return true;
      }
    }
  }

  /**
   * @param terminalOf the terminal that a chain, trusted by TLS already and leaf first, is of;
   *     empty if it names none or several
   * @param isRetired whether a key (SHA-256 of its SubjectPublicKeyInfo, hex) is one that its
   *     terminal has given up; asked with each request
   * @param isCurrent whether the account a token speaks for is still as it was when the token was
   *     given out; asked with each request
   * @param standing succeeds while the phone a token speaks for has its card still, else fails with
   *     {@link Fault.Unauthenticated}; asked with each request
   * @param cookie looked at where no token is shown; null: nowhere
   */
  public Authentication(
      Function<List<Certificate>, Optional<TerminalId>> terminalOf,
      Predicate<String> isRetired,
      AccessTokens tokens,
      Predicate<Caller.Staff> isCurrent,
      Function<Caller.Member, Future<Void>> standing,
      @Nullable SessionCookie cookie,
      Clock clock) {
    this.terminalOf = terminalOf;
    this.isRetired = isRetired;
    this.tokens = tokens;
    this.isCurrent = isCurrent;
    this.cookie = cookie;
    this.standing = standing;
    this.clock = clock;
  }

  /**
   * Who is calling.
   *
   * @return fails with {@link Fault.Unauthenticated} if nobody is proved
   * @throws Fault.Unauthenticated if so much is told by certificate and header alone
   */
  public Future<Proof> prove(HttpServerRequest request) {
    return proveToken(request).compose(this::standing);
  }

  /**
   * The same, but whether a phone has its card still is not asked: whoever answers it looks
   * himself.
   *
   * @return fails with {@link Fault.Unauthenticated} if nobody is proved
   * @throws Fault.Unauthenticated if so much is told by certificate and header alone
   */
  public Future<Proof> proveToken(HttpServerRequest request) {
    Peer peer = peer(request.connection());
    Certified certified = certified(peer);
    String token = token(request);
    if (token != null) {
      return tokens.bearer(token).map(bearer -> proof(peer, certified, inHeader(bearer)));
    }
    String kept = cookie == null ? null : cookie.token(request);
    if (kept != null) {
      return tokens.bearer(kept).map(bearer -> proof(peer, certified, inCookie(bearer)));
    }
    if (certified == null) {
      throw new Fault.Unauthenticated("neither a client certificate nor a bearer token");
    }
    return Future.succeededFuture(new Proof(peer, null, certified.caller, certified.user));
  }

  private static AccessTokens.Bearer inHeader(AccessTokens.Bearer bearer) {
    if (bearer.session() != null) {
      throw new Fault.Unauthenticated("this token is good in its cookie alone");
    }
    return bearer;
  }

  private static AccessTokens.Bearer inCookie(AccessTokens.Bearer bearer) {
    if (bearer.session() == null) {
      throw new Fault.Unauthenticated("this token is not good in a cookie");
    }
    return bearer;
  }

  private Future<Proof> standing(Proof proof) {
    return proof.caller() instanceof Caller.Member member
        ? standing.apply(member).map(stands -> proof)
        : Future.succeededFuture(proof);
  }

  private Proof proof(Peer peer, @Nullable Certified certified, AccessTokens.Bearer bearer) {
    requireAgreed(certified, bearer);
    return new Proof(peer, bearer, bearer.caller(), bearer.user());
  }

  /** A terminal's token is worth what the key is that it was got with. */
  private void requireAgreed(@Nullable Certified certified, AccessTokens.Bearer bearer) {
    if (bearer.device() != null) {
      requireKept(bearer.device());
    }
    if (bearer.session() != null && cookie != null) {
      cookie.requireOngoing(bearer.session());
    }
    if (certified != null && !bearer.caller().equals(certified.caller)) {
      throw new Fault.Unauthenticated("certificate and token speak for different callers");
    }
    if (bearer.caller() instanceof Caller.Staff staff && !isCurrent.test(staff)) {
      throw Fault.Unauthenticated.accountChanged();
    }
  }

  /** Whether a client certificate says whose connection it is. */
  public boolean isCertified(HttpConnection connection) {
    return peer(connection).terminal() != null;
  }

  /** Whether telling who calls costs hardly anything, for it was told before. */
  public boolean remembers(HttpServerRequest request) {
    String token = token(request);
    String shown = token == null && cookie != null ? cookie.token(request) : token;
    return shown == null || tokens.remembers(shown);
  }

  private void requireKept(String keyHash) {
    if (isRetired.test(keyHash)) {
      throw new Fault.Unauthenticated(
          "the terminal has another key now; activate this device anew");
    }
  }

  private @Nullable Certified certified(Peer peer) {
    if (peer == NO_TERMINAL) {
      throw new Fault.Unauthenticated("client certificate names no terminal");
    }
    if (clock.millis() > peer.untilMs) {
      throw new Fault.Unauthenticated("client certificate has expired");
    }
    if (clock.millis() < peer.fromMs) {
      throw new Fault.Unauthenticated("client certificate is not valid yet");
    }
    requireKept(peer.keyHash);
    return peer.terminal;
  }

  private Peer peer(HttpConnection connection) {
    Peer known = peers.get(connection);
    if (known == null) {
      known = read(connection);
      peers.put(connection, known);
    }
    return known;
  }

  private Peer read(HttpConnection connection) {
    List<Certificate> chain = chain(connection);
    if (chain.isEmpty()) {
      return NOBODY;
    }
    Optional<TerminalId> terminal = terminalOf.apply(chain);
    return terminal.isPresent() && chain.get(0) instanceof X509Certificate leaf
        ? new Peer(
            certified(new Caller.Terminal(terminal.get())),
            TerminalCertificate.keyHash(leaf),
            leaf.getNotBefore().getTime(),
            leaf.getNotAfter().getTime())
        : NO_TERMINAL;
  }

  private static Certified certified(Caller.Terminal terminal) {
    return new Certified(terminal, Roles.user(terminal));
  }

  private static List<Certificate> chain(HttpConnection connection) {
    try {
      return connection.isSsl() ? connection.peerCertificates() : List.of();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private static @Nullable String token(HttpServerRequest request) {
    List<String> all = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (all.isEmpty()) {
      return socketToken(request);
    }
    String header = all.get(0);
    boolean bearer = all.size() == 1 && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    if (!bearer) {
      throw new Fault.Unauthenticated("Authorization is not one bearer token");
    }
    return header.substring(BEARER.length()).strip();
  }

  /** A browser cannot set headers of a WebSocket: there the token is one of its sub-protocols. */
  private static @Nullable String socketToken(HttpServerRequest request) {
    String offered = request.getHeader("Sec-WebSocket-Protocol");
    if (offered == null || !request.canUpgradeToWebSocket()) {
      return null;
    }
    for (String protocol : offered.split(",")) {
      if (protocol.strip().startsWith(SOCKET_BEARER)) {
        return protocol.strip().substring(SOCKET_BEARER.length());
      }
    }
    return null;
  }
}
