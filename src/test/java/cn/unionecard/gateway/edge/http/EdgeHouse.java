package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.TestEdge;
import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.edge.http.access.AccessTokens;
import cn.unionecard.gateway.edge.http.access.Assertions;
import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.edge.http.access.SessionCookie;
import cn.unionecard.gateway.edge.http.access.TerminalTokens;
import cn.unionecard.gateway.edge.http.access.TestTokens;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.member.PhoneProofs;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.node.PartnerWiring;
import cn.unionecard.gateway.node.PhoneWiring;
import cn.unionecard.gateway.pages.Bundle;
import cn.unionecard.gateway.partner.PartnerProofs;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.watch.AccessLog;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.terminal.TerminalPlace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.jspecify.annotations.Nullable;

/** A real HTTPS edge on BoringSSL before a scripted line, with certificates of its own. */
final class EdgeHouse implements AutoCloseable {
  static final TerminalId TERMINAL = new TerminalId("T0000001");
  static final TerminalId OTHER = new TerminalId("T0000002");

  /** Of an assertion with such a jti the stores never say whether it was used. */
  static final String SILENT = "silent";

  /** Of the machine's time, for TLS looks at that. */
  final MovingClock clock = new MovingClock(System.currentTimeMillis() / 1000);

  final TestCertificates certificates = new TestCertificates(clock.instant(), "ca");
  final ScriptedLine line = new ScriptedLine();
  final AsymmetricCipherKeyPair device = TestTokens.p256();
  final TokenIssuer issuer;
  final Assertions assertions;
  final Vertx vertx;
  final URI base;
  private final TestEdge serving;
  private final Limits limits;
  private final Admission admission;
  private final Map<String, Consumer<Router>> streams;
  private final Function<@Nullable SessionCookie, HttpEdge> edges;
  private @Nullable TestEdge pages;
  private int pagesPort;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final AccessLog access;

  EdgeHouse(Limits limits) throws Exception {
    this(limits, Loops.vertx(), null, null);
  }

  /**
   * @param checkout a real line, or null for the scripted one
   * @param archive what it recorded, or null
   */
  EdgeHouse(Limits limits, Vertx vertx, @Nullable Checkout checkout, @Nullable Archive archive)
      throws Exception {
    this(limits, vertx, checkout, archive, house -> List.of());
  }

  /**
   * @param desks opens the desks of a house that has keys, clock and certificates already
   */
  EdgeHouse(
      Limits limits,
      Vertx vertx,
      @Nullable Checkout checkout,
      @Nullable Archive archive,
      Function<EdgeHouse, List<Desk>> desks)
      throws Exception {
    this(
        limits,
        vertx,
        checkout,
        archive,
        desks,
        Map.of("/v1/feed", EdgeHouse::noFeed),
        key -> false,
        staff -> true,
        member -> Future.succeededFuture());
  }

  private static Future<@Nullable TerminalPlace> place(TerminalId terminal) {
    return Future.succeededFuture(
        new TerminalPlace(terminal.value(), "ACTIVE", "841080210000013", "饭店", "LIVE"));
  }

  private static void noFeed(Router router) {
    router.get("/v1/feed").handler(ctx -> ctx.fail(new Fault.Forbidden("the feed is for staff")));
  }

  /**
   * @param streams what stays open, by path: mounts its route
   * @param isRetired whether a device's key (SHA-256, hex) proves nobody any more
   * @param isCurrent whether an account is still as it was when its token was given out
   * @param standing succeeds while a phone has its card still
   */
  EdgeHouse(
      Limits limits,
      Vertx vertx,
      @Nullable Checkout checkout,
      @Nullable Archive archive,
      Function<EdgeHouse, List<Desk>> desks,
      Map<String, Consumer<Router>> streams,
      Predicate<String> isRetired,
      Predicate<Caller.Staff> isCurrent,
      Function<Caller.Member, Future<Void>> standing)
      throws Exception {
    this(
        limits,
        TestAdmission.of(limits),
        vertx,
        checkout,
        archive,
        desks,
        streams,
        isRetired,
        isCurrent,
        standing);
  }

  /** A house that lets in whom that admission lets in. */
  EdgeHouse(Limits limits, Admission admission, Vertx vertx) throws Exception {
    this(
        limits,
        admission,
        vertx,
        null,
        null,
        house -> List.of(),
        Map.of("/v1/feed", EdgeHouse::noFeed),
        key -> false,
        staff -> true,
        member -> Future.succeededFuture());
  }

  /** How phones prove their key here. */
  PhoneProofs phones() {
    return new PhoneWiring(assertions, issuer, Duration.ofMinutes(15));
  }

  /** How programs of partners prove theirs. */
  PartnerProofs programs() {
    return new PartnerWiring(assertions, issuer, Duration.ofMinutes(15));
  }

  /**
   * @param admission of the listeners of that Vert.x
   */
  EdgeHouse(
      Limits limits,
      Admission admission,
      Vertx vertx,
      @Nullable Checkout checkout,
      @Nullable Archive archive,
      Function<EdgeHouse, List<Desk>> desks,
      Map<String, Consumer<Router>> streams,
      Predicate<String> isRetired,
      Predicate<Caller.Staff> isCurrent,
      Function<Caller.Member, Future<Void>> standing)
      throws Exception {
    this.vertx = vertx;
    Ed25519PrivateKeyParameters key = TestTokens.ed25519();
    issuer = new TokenIssuer(vertx, "t-1", key.getEncoded(), clock, new SecureRandom());
    byte[] spki = TestTokens.spki(key.generatePublicKey());
    Set<String> used = ConcurrentHashMap.newKeySet();
    assertions =
        new Assertions(
            vertx,
            (name, untilMs) ->
                name.endsWith(SILENT)
                    ? Promise.<Boolean>promise().future()
                    : Future.succeededFuture(used.add(name)),
            clock);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    access = AccessLog.open(TestConfig.log(Config.Log.Access.ALL, ""), written, clock, registry);
    this.limits = limits;
    this.admission = admission;
    this.streams = streams;
    RequestMeters requests = new RequestMeters(registry, RequestMeters.Edge.HTTPS, access);
    HttpEdge.Rooms rooms =
        new HttpEdge.Rooms(
            checkout == null ? line : checkout,
            archive == null ? line : archive,
            new ScriptedBatches(),
            EdgeHouse::place,
            EdgeHouse::check,
            desks.apply(this));
    edges =
        cookie ->
            new HttpEdge(
                rooms,
                new Authentication(
                    EdgeHouse::terminal,
                    isRetired,
                    new AccessTokens(vertx, List.of(new AccessTokens.Key("t-1", spki)), clock),
                    isCurrent,
                    standing,
                    cookie,
                    clock),
                new TerminalTokens(
                    assertions,
                    terminal ->
                        Future.succeededFuture(
                            terminal.equals(TERMINAL) ? TestTokens.spki(device.getPublic()) : null),
                    issuer,
                    Duration.ofMinutes(15)),
                limits,
                admission,
                new SplittableRandom(1),
                requests);
    HttpEdgeServer server =
        new HttpEdgeServer(
            options(limits),
            edges.apply(null),
            streams,
            null,
            limits,
            admission,
            new SplittableRandom(2));
    serving = new TestEdge(vertx, server);
    base = URI.create("https://localhost:" + server.port());
  }

  /**
   * Opens the pages beside it, and says where a browser goes.
   *
   * @param hasEnded whether somebody has signed out of a session
   * @param used told of a session in use
   */
  URI openPages(Predicate<String> hasEnded, Consumer<String> used) {
    SessionCookie cookie = new SessionCookie(issuer, clock, new SecureRandom(), hasEnded, used);
    HttpEdgeServer server =
        new HttpEdgeServer(
            new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(limits.headerBytesMax())
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false),
            edges.apply(cookie),
            streams,
            new HttpEdge.Pages(Bundle.read(), clock, cookie),
            limits,
            admission,
            new SplittableRandom(3));
    pages = new TestEdge(vertx, server);
    pagesPort = server.port();
    return URI.create("http://127.0.0.1:" + pagesPort);
  }

  private HttpServerOptions options(Limits limits) {
    return new HttpServerOptions()
        .setPort(0)
        .setSsl(true)
        .setUseAlpn(true)
        .setSslEngineOptions(new OpenSSLEngineOptions())
        .setMaxHeaderSize(limits.headerBytesMax())
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setClientAuth(ClientAuth.REQUEST)
        .setKeyCertOptions(certificates.server().asServer())
        .setTrustOptions(certificates.ca.asTrust());
  }

  static Limits limits(int deadlineMs, int idleTimeoutMs, int perSecond, int burst) {
    return new Limits(
        512,
        4096,
        deadlineMs,
        deadlineMs / 2,
        50,
        65_536,
        8_192,
        idleTimeoutMs,
        perSecond,
        burst,
        100_000_000L,
        120_000,
        5,
        300_000,
        30,
        900_000,
        500,
        1_000,
        1 << 20,
        0,
        10_000,
        120_000,
        100,
        86_400_000,
        50_000L,
        500,
        100);
  }

  /** A till that shows a certificate with these SAN URIs. */
  ContractClient shows(String... uris) {
    return shows(certificates.client(Duration.ofDays(1), uris));
  }

  ContractClient shows(TestCertificates.Identity identity) {
    return new ContractClient(vertx, base, certificates.context(Optional.of(identity)));
  }

  /** A client without a certificate. */
  ContractClient plain() {
    return new ContractClient(vertx, base, certificates.context(Optional.empty()));
  }

  private static ReceiptCheck.Finding check(byte[] document) {
    if (document.length < 10) {
      throw new Fault.Malformed("body", "no receipt document");
    }
    return new ReceiptCheck.Finding(false, "SIGNATURE_WRONG");
  }

  private static Optional<TerminalId> terminal(List<Certificate> chain) {
    try {
      Collection<List<?>> names = ((X509Certificate) chain.get(0)).getSubjectAlternativeNames();
      return names == null || names.size() != 1
          ? Optional.empty()
          : names.stream()
              .map(name -> String.valueOf(name.get(1)))
              .filter(uri -> uri.startsWith(AccessTokens.TERMINAL))
              .map(uri -> new TerminalId(uri.substring(AccessTokens.TERMINAL.length())))
              .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }

  /** Ends the edge; what is behind it and its Vert.x end later. */
  void end() {
    TestEdge shown = pages;
    if (shown != null) {
      shown.end(pagesPort);
    }
    serving.end(base.getPort());
    access.close();
  }

  /** The lines about requests, once there are so many. */
  List<JsonObject> lines(int wanted) {
    while (written.toString(StandardCharsets.UTF_8).lines().count() < wanted) {
      Thread.yield();
    }
    return written.toString(StandardCharsets.UTF_8).lines().map(JsonObject::new).toList();
  }

  @Override
  public void close() {
    end();
    Loops.await(vertx.close());
  }
}
