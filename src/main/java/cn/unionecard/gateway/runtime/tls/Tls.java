package cn.unionecard.gateway.runtime.tls;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS side of a listener: engine, protocols, identity, the CA of the terminals, and the
 * watching of their files.
 *
 * <p>TLS 1.2 (AEAD with forward secrecy only) and 1.3; a client certificate is asked for and
 * checked, but not required: who has none shows a token.
 */
public final class Tls {
  private static final Logger log = LoggerFactory.getLogger(Tls.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final int WEB_SOCKET_BYTES = 65_536;
  private static final String WEB_SOCKET_PROTOCOL = "ecard.v1";
  private static final int BACKLOG = 4096;
  private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1");
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Config.Http http;
  private final SSLEngineOptions engine;
  private final String engineName;
  private final List<Listener> others = new CopyOnWriteArrayList<>();
  private volatile TlsFiles files;
  private volatile Ends ends;

  /** Another listener of the same identity, told when that changes. */
  private interface Listener {
    Future<Boolean> renew(TlsFiles read);
  }

  /** When what the listeners have ends. */
  private record Ends(Instant identity, Instant terminalCa) {
    static Ends of(TlsFiles files) {
      return new Ends(files.identityEnds(), files.terminalCaEnds());
    }
  }

  private Tls(Config.Http http, SSLEngineOptions engine, String engineName, TlsFiles files) {
    this.http = http;
    this.engine = engine;
    this.engineName = engineName;
    this.files = files;
    this.ends = Ends.of(files);
  }

  /**
   * Chooses the engine and reads the files; says in the log which engine is live.
   *
   * @throws CannotStart when a file does not fit, or {@code http.tlsEngine} demands what is missing
   */
  public static Tls open(Config.Http http, SecureRandom random) {
    TlsFiles files = TlsFiles.read(http);
    Tls tls;
    if (wantsOpenSsl(http)) {
      tls = new Tls(http, new TicketedOpenSsl(random), OpenSsl.versionString(), files);
    } else {
      tls = new Tls(http, new JdkSSLEngineOptions(), "JDK " + Runtime.version(), files);
    }
    log.info("TLS engine: {}", tls.engineName);
    return tls;
  }

  private static boolean wantsOpenSsl(Config.Http http) {
    boolean available = OpenSsl.isAvailable();
    if (!available && http.tlsEngine().equals("openssl")) {
      throw new CannotStart(
          "http.tlsEngine = openssl, but it does not load here: " + OpenSsl.unavailabilityCause());
    }
    if (!available && http.tlsEngine().equals("auto")) {
      log.warn("OpenSSL does not load here, TLS is slower", OpenSsl.unavailabilityCause());
    }
    return available && !http.tlsEngine().equals("jdk");
  }

  /** Name and version of the live engine. */
  public String engine() {
    return engineName;
  }

  /** Tells the seconds until the certificates in use end; negative when they have. */
  public void tell(MeterRegistry registry, Clock clock) {
    gauge(registry, "server", () -> until(ends.identity(), clock));
    gauge(registry, "terminal_ca", () -> until(ends.terminalCa(), clock));
  }

  private static double until(Instant end, Clock clock) {
    return Duration.between(clock.instant(), end).toSeconds();
  }

  private static void gauge(MeterRegistry registry, String kind, Supplier<Number> seconds) {
    Gauge.builder("ecard.certificate.ends.seconds", seconds)
        .description("until a certificate that the listeners use ends")
        .tag("kind", kind)
        .register(registry);
  }

  /** Options of the HTTPS listener, its limits included. */
  public HttpServerOptions serverOptions(Limits limits) {
    return limited(identified(files), limits).setHost(http.host()).setPort(http.port());
  }

  /** Options of the pages' listener, its limits included: nobody is asked for a certificate. */
  public HttpServerOptions pagesOptions(Config.Pages pages, Limits limits) {
    HttpServerOptions options =
        pages.transport() == Config.Pages.Transport.TLS
            ? identified(files).setClientAuth(ClientAuth.NONE)
            : new HttpServerOptions();
    return limited(options, limits).setHost(pages.host()).setPort(pages.port());
  }

  private static HttpServerOptions limited(HttpServerOptions options, Limits limits) {
    return options
        .setAcceptBacklog(BACKLOG)
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true)
        .setIdleTimeout(limits.idleTimeoutMs())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setMaxHeaderSize(limits.headerBytesMax())
        .setHttp2ClearTextEnabled(false)
        .setCompressionSupported(false)
        .setDecompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .addWebSocketSubProtocol(WEB_SOCKET_PROTOCOL)
        .setMaxWebSocketFrameSize(WEB_SOCKET_BYTES)
        .setMaxWebSocketMessageSize(WEB_SOCKET_BYTES)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
  }

  private HttpServerOptions identified(TlsFiles with) {
    HttpServerOptions options = new HttpServerOptions();
    secure(options, with);
    options.setUseAlpn(true);
    return options;
  }

  /** Options of a listener of another protocol, of the same identity; without address or limits. */
  public NetServerOptions netServerOptions() {
    NetServerOptions options = new NetServerOptions();
    secure(options, files);
    return options;
  }

  private void secure(NetServerOptions options, TlsFiles with) {
    options
        .setSsl(true)
        .setSslEngineOptions(engine)
        .setClientAuth(ClientAuth.REQUEST)
        .setSslHandshakeTimeout(HANDSHAKE.toSeconds())
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
        .setKeyCertOptions(with.identity())
        .setTrustOptions(with.trust());
    SUITES.forEach(options::addEnabledCipherSuite);
  }

  /** What is given to the server that is watched goes to this one too. */
  public void alsoFor(NetServer server) {
    others.add(
        read -> {
          NetServerOptions options = new NetServerOptions();
          secure(options, read);
          return server.updateSSLOptions(options.getSslOptions(), true);
        });
  }

  /** The same for the pages' listener, if it speaks TLS. */
  public void alsoForPages(HttpServer server) {
    others.add(read -> server.updateSSLOptions(ssl(read).setClientAuth(ClientAuth.NONE), true));
  }

  /**
   * Looks at the files regularly and gives the server what changed. New connections get the new
   * identity, open ones stay. Files that do not fit together (yet) are left for the next look.
   *
   * @param server any of the listeners of one port; they share what they are given
   * @return the timer; cancel it to stop watching
   */
  public long watch(Vertx vertx, HttpServer server, Duration interval) {
    return vertx.setPeriodic(
        interval.toMillis(),
        tick ->
            reload(vertx, server)
                .onFailure(e -> log.error("certificates not reloaded: {}", e.getMessage())));
  }

  /** Reads the files once more; true when the server was given something new. */
  public Future<Boolean> reload(Vertx vertx, HttpServer server) {
    return vertx
        .executeBlocking(() -> TlsFiles.read(http))
        .compose(read -> read.equals(files) ? Future.succeededFuture(false) : update(server, read));
  }

  /** Forced: Vert.x compares the options, and would keep a context whose tickets must end. */
  private Future<Boolean> update(HttpServer server, TlsFiles read) {
    return server
        .updateSSLOptions(ssl(read), true)
        .compose(updated -> updateOthers(read))
        .map(
            updated -> {
              files = read;
              ends = Ends.of(read);
              log.info("certificates reloaded; new connections get them");
              return true;
            });
  }

  /** For a listener of HTTP that is open already. */
  private ServerSSLOptions ssl(TlsFiles read) {
    ServerSSLOptions options = identified(read).getSslOptions().copy();
    options.setApplicationLayerProtocols(APPLICATION_PROTOCOLS);
    return options;
  }

  private Future<Void> updateOthers(TlsFiles read) {
    return Future.all(others.stream().map(listener -> listener.renew(read)).toList()).mapEmpty();
  }
}
