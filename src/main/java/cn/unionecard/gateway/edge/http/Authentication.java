package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Proves who is calling: by client certificate, by bearer token, or by both if they agree. A
 * certificate is read once per connection. A token counts only in the header, never in a query.
 *
 * <p>Belongs to one event loop.
 */
public final class Authentication {
  private static final String BEARER = "Bearer ";

  private final Function<X509Certificate, TerminalId> terminalOf;
  private final AccessTokens tokens;
  private final Clock clock;
  private final Map<HttpConnection, Peer> peers = new WeakHashMap<>();

  /** What a connection's certificate says: a terminal until its end, or why none, or nothing. */
  private record Peer(
      @Nullable TerminalId terminal, long untilMs, Fault.@Nullable Unauthenticated why) {}

  private static final Peer NOBODY = new Peer(null, Long.MAX_VALUE, null);

  /**
   * @param terminalOf the terminal that a certificate, trusted by TLS already, is of; throws {@link
   *     Fault.Unauthenticated} if it names none or several
   */
  public Authentication(
      Function<X509Certificate, TerminalId> terminalOf, AccessTokens tokens, Clock clock) {
    this.terminalOf = terminalOf;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * Who is calling.
   *
   * @throws Fault.Unauthenticated if nobody is proved
   */
  Caller caller(HttpServerRequest request) {
    TerminalId byCertificate = terminal(peer(request.connection()));
    String token = token(request);
    if (token == null) {
      if (byCertificate == null) {
        throw new Fault.Unauthenticated("neither a client certificate nor a bearer token");
      }
      return new Caller.Terminal(byCertificate);
    }
    Caller byToken = tokens.caller(token);
    if (byCertificate != null && !byToken.equals(new Caller.Terminal(byCertificate))) {
      throw new Fault.Unauthenticated("certificate and token speak for different callers");
    }
    return byToken;
  }

  private @Nullable TerminalId terminal(Peer peer) {
    if (peer.why != null) {
      throw peer.why;
    }
    if (clock.millis() > peer.untilMs) {
      throw new Fault.Unauthenticated("client certificate has expired");
    }
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
    X509Certificate certificate = certificate(connection);
    if (certificate == null) {
      return NOBODY;
    }
    try {
      long untilMs = certificate.getNotAfter().getTime();
      return new Peer(terminalOf.apply(certificate), untilMs, null);
    } catch (Fault.Unauthenticated why) {
      return new Peer(null, Long.MAX_VALUE, why);
    }
  }

  private static @Nullable X509Certificate certificate(HttpConnection connection) {
    if (!connection.isSsl()) {
      return null;
    }
    try {
      List<Certificate> chain = connection.peerCertificates();
      return !chain.isEmpty() && chain.get(0) instanceof X509Certificate leaf ? leaf : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  private static @Nullable String token(HttpServerRequest request) {
    List<String> all = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (all.isEmpty()) {
      return null;
    }
    String header = all.get(0);
    boolean bearer = all.size() == 1 && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    if (!bearer) {
      throw new Fault.Unauthenticated("Authorization is not one bearer token");
    }
    return header.substring(BEARER.length()).strip();
  }
}
