package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which the pages' listener, and no other, knows who sits before its pages. It holds
 * a staff token that is good nowhere else.
 *
 * <p>A browser sends a cookie whoever makes it ask. So what comes with one must come from our own
 * pages: by {@code Sec-Fetch-Site}, which no page can set, or where an old browser sends none by
 * {@code Origin}. The prefix of the name keeps a neighbouring host, or plain HTTP, from setting it
 * (RFC 6265bis section 4.1.3.2).
 *
 * <p>May be shared.
 */
public final class SessionCookie {
  private static final String NAME = "__Host-ecard";
  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
  private static final String FETCH_SITE = "Sec-Fetch-Site";
  private static final String OWN = "same-origin";

  /** Whoever typed the address, or opened it from a bookmark. */
  private static final String NOBODYS = "none";

  private static final int ID_BYTES = 16;

  /** What takes the cookie from a browser. */
  public static final String TAKEN = NAME + "=" + ATTRIBUTES + "; Max-Age=0";

  private final TokenIssuer issuer;
  private final Clock clock;
  private final RandomGenerator random;
  private final Predicate<String> hasEnded;
  private final Consumer<String> used;

  /**
   * @param random makes ids of sessions; a {@link java.security.SecureRandom}
   * @param hasEnded whether somebody has signed out of a session; asked with each request
   * @param used told of a session in use, once a minute
   */
  public SessionCookie(
      TokenIssuer issuer,
      Clock clock,
      RandomGenerator random,
      Predicate<String> hasEnded,
      Consumer<String> used) {
    this.issuer = issuer;
    this.clock = clock;
    this.random = random;
    this.hasEnded = hasEnded;
    this.used = used;
  }

  /** A session that begins now. */
  public StaffSession begin() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return new StaffSession(
        Base64.getUrlEncoder().withoutPadding().encodeToString(id), clock.millis() / 1000);
  }

  /** What gives a browser the cookie of a session. */
  public String given(Caller.Staff staff, StaffSession session) {
    long now = clock.millis() / 1000;
    return NAME
        + "="
        + issuer.session(staff, session)
        + ATTRIBUTES
        + "; Max-Age="
        + (session.end(now) - now);
  }

  /**
   * Passes while the session that a token is of goes on.
   *
   * @throws Fault.Unauthenticated if somebody has signed out of it
   */
  void requireOngoing(StaffSession session) {
    if (hasEnded.test(session.id())) {
      throw new Fault.Unauthenticated("the session has ended; sign in again");
    }
  }

  /** The same, if the one it was proved by has been used for a while; else null. */
  @Nullable String renewed(AccessTokens.Bearer bearer) {
    long now = clock.millis() / 1000;
    StaffSession session = bearer.session();
    if (session == null
        || !(bearer.caller() instanceof Caller.Staff staff)
        || now - bearer.issuedAt() < StaffSession.RENEWED_AFTER.toSeconds()
        || session.end(now) <= bearer.expiresAt()) {
      return null;
    }
    used.accept(session.id());
    return given(staff, session);
  }

  /**
   * The token in the cookie; null if there is none.
   *
   * @throws Fault.Foreign if another's page asks
   * @throws Fault.Unauthenticated if there are several: one of them is not ours
   */
  @Nullable String token(HttpServerRequest request) {
    String token = null;
    for (String header : request.headers().getAll(HttpHeaders.COOKIE)) {
      for (String cookie : header.split(";", -1)) {
        String value = value(cookie);
        if (value != null && token != null) {
          throw new Fault.Unauthenticated("the cookie " + NAME + " comes twice");
        }
        token = value == null ? token : value;
      }
    }
    if (token != null) {
      requireOwnPage(request);
    }
    return token;
  }

  /** Letter by letter: what a lenient reader takes for our name a browser has not protected. */
  private static @Nullable String value(String cookie) {
    int name = cookie.startsWith(" ") ? 1 : 0;
    return cookie.startsWith(NAME + "=", name) ? cookie.substring(name + NAME.length() + 1) : null;
  }

  /**
   * Passes for what our own pages ask, and for who reads at an address that he entered himself.
   *
   * @throws Fault.Foreign for anything else
   */
  public static void requireOwnPage(HttpServerRequest request) {
    boolean reads = reads(request);
    List<String> sites = request.headers().getAll(FETCH_SITE);
    List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
    boolean own;
    if (!sites.isEmpty()) {
      own = sites.equals(List.of(OWN)) || (reads && sites.equals(List.of(NOBODYS)));
    } else if (!origins.isEmpty()) {
      own = origins.size() == 1 && isOwn(request, origins.get(0));
    } else {
      own = reads;
    }
    if (!own) {
      throw new Fault.Foreign("this was not sent by a page of this gateway");
    }
  }

  /** A WebSocket begins with a GET, and then does more than read. */
  private static boolean reads(HttpServerRequest request) {
    HttpMethod method = request.method();
    boolean safe =
        method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
    return safe && !request.canUpgradeToWebSocket();
  }

  /** Where a proxy ends TLS before us, the browser's scheme is not ours. */
  private static boolean isOwn(HttpServerRequest request, String origin) {
    if (request.authority() == null) {
      return false;
    }
    String host = request.authority().toString();
    return origin.equalsIgnoreCase("https://" + host)
        || (!request.isSSL() && origin.equalsIgnoreCase("http://" + host));
  }
}
