package cn.unionecard.gateway.node;

import cn.unionecard.gateway.archive.Records;
import cn.unionecard.gateway.edge.http.HttpEdge;
import cn.unionecard.gateway.edge.http.HttpEdgeServer;
import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.edge.http.access.SessionCookie;
import cn.unionecard.gateway.edge.http.access.TerminalTokens;
import cn.unionecard.gateway.edge.iso8583.IsoMetrics;
import cn.unionecard.gateway.edge.iso8583.IsoServer;
import cn.unionecard.gateway.edge.iso8583.PosHost;
import cn.unionecard.gateway.edge.iso8583.TerminalLife;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.pages.Bundle;
import cn.unionecard.gateway.pages.PageFile;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.http.FileAnswer;
import cn.unionecard.gateway.runtime.tls.TerminalCertificate;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.SessionRecords;
import cn.unionecard.gateway.terminal.StoredBatches;
import cn.unionecard.gateway.terminal.StoredTerminalPlaces;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.gateway.terminal.TerminalSessions;
import cn.unionecard.gateway.terminal.push.Push;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The edges, one of each protocol on every event loop, in front of that loop's lane or a
 * neighbour's.
 */
final class EdgeWiring {
  private static final Duration CERTIFICATES_WATCHED = Duration.ofSeconds(5);

  private final Machine machine;
  private final Config config;
  private final Pool pool;
  private final NodeKeys keys;
  private final CheckoutLine line;
  private final DeskWiring desks;
  private final Feed feed;
  private final Push push;
  private final TerminalSecrets secrets;
  private final TerminalClocks clocks;
  private final RequestMeters https;
  private final RequestMeters browsers;
  private final Bundle bundle;
  private final IsoMetrics iso;
  private final List<HttpEdgeServer> servers = new ArrayList<>();
  private final List<HttpEdgeServer> pages = new ArrayList<>();
  private final List<IsoServer> tills = new ArrayList<>();
  private final List<EventLoop> loops = new ArrayList<>();

  EdgeWiring(
      Machine machine,
      Stores stores,
      NodeKeys keys,
      CheckoutLine line,
      DeskWiring desks,
      Feed feed,
      Push push) {
    this.machine = machine;
    this.config = machine.config();
    this.pool = stores.archive;
    this.keys = keys;
    this.line = line;
    this.desks = desks;
    this.feed = feed;
    this.push = push;
    secrets = new TerminalSecrets(keys.kek(), machine.random());
    MeterRegistry registry = machine.metrics().registry();
    clocks = new TerminalClocks(registry, machine.clock());
    https = new RequestMeters(registry, RequestMeters.Edge.HTTPS, machine.lines());
    browsers = new RequestMeters(registry, RequestMeters.Edge.PAGES, machine.lines());
    bundle = Bundle.read();
    iso = new IsoMetrics(registry, machine.lines());
    machine.tls().tell(registry, machine.clock());
  }

  /**
   * One after another: first the loops that have a lane, then those that knock at another's door.
   */
  Future<Void> start() {
    int cores = Runtime.getRuntime().availableProcessors();
    int wanted = config.node().eventLoops() == 0 ? cores : config.node().eventLoops();
    int lanes = config.node().lanes() == 0 ? wanted : Math.min(wanted, config.node().lanes());
    List<Checkout> doors = new ArrayList<>();
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < wanted; i++) {
      boolean opensLane = i < lanes;
      int neighbour = i % lanes;
      chain =
          chain
              .compose(
                  before ->
                      machine
                          .vertx()
                          .deployVerticle(eventLoop(doors, opensLane ? doors.size() : neighbour)))
              .mapEmpty();
    }
    return chain;
  }

  /** Renews what the listeners show when its files change. */
  void watchCertificates() {
    NetServer iso = tills.get(0).secured();
    if (iso != null) {
      machine.tls().alsoFor(iso);
    }
    servers
        .get(0)
        .watched(
            server -> {
              long unused = // ends with Vert.x
                  machine.tls().watch(machine.vertx(), server, CERTIFICATES_WATCHED);
            });
    if (config.pages().transport() == Config.Pages.Transport.TLS && !pages.isEmpty()) {
      pages.get(0).watched(machine.tls()::alsoForPages);
    }
  }

  /** Lets nobody in any more; completes when all that was begun is answered. */
  Future<?> close() {
    return Future.join(loops.stream().map(EventLoop::close).toList());
  }

  /** The HTTPS port, also when any was asked for. */
  int port() {
    return servers.get(0).port();
  }

  /** The port of the pages; −1 if there is none. */
  int pagesPort() {
    return pages.isEmpty() ? Config.Pages.OFF : pages.get(0).port();
  }

  /** The port of POS terminals on plain TCP; −1 if there is none. */
  int isoPort() {
    return tills.get(0).port();
  }

  /** The port of POS terminals under TLS; −1 if there is none. */
  int isoTlsPort() {
    return tills.get(0).tlsPort();
  }

  /** Perhaps a lane, and edges in front of it or of another's. */
  private EventLoop eventLoop(List<Checkout> doors, int door) {
    EventLoop loop =
        new EventLoop(
            () ->
                (door < doors.size()
                        ? Future.succeededFuture(doors.get(door))
                        : line.openLane().onSuccess(doors::add))
                    .map(this::edges));
    loops.add(loop);
    return loop;
  }

  private List<VerticleBase> edges(Checkout checkout) {
    HttpEdgeServer server = https(checkout);
    servers.add(server);
    IsoServer till = iso(checkout);
    tills.add(till);
    if (bundle == null) {
      return List.of(server, till);
    }
    HttpEdgeServer looked = pages(checkout, bundle);
    pages.add(looked);
    return List.of(server, till, looked);
  }

  /** A file of the page for operators; null if it is none. */
  @Nullable FileAnswer ofOperators(HttpServerRequest request) {
    PageFile file = bundle.ofOperators(request.path());
    return file == null ? null : file.answer(request.headers(), machine.clock().instant());
  }

  private HttpEdgeServer https(Checkout checkout) {
    return server(
        machine.tls().serverOptions(config.limits()),
        edge(checkout, https, /* cookie */ null),
        /* pages */ null);
  }

  /** Everything that the HTTPS edge has, for who shows no certificate, and the pages. */
  private HttpEdgeServer pages(Checkout checkout, Bundle shown) {
    SessionCookie cookie =
        new SessionCookie(
            keys.tokenIssuer(), machine.clock(), machine.random(), desks::hasEnded, desks::used);
    return server(
        machine.tls().pagesOptions(config.pages(), config.limits()),
        edge(checkout, browsers, cookie),
        new HttpEdge.Pages(shown, machine.clock(), cookie));
  }

  private HttpEdge edge(Checkout checkout, RequestMeters meters, @Nullable SessionCookie cookie) {
    return new HttpEdge(
        new HttpEdge.Rooms(
            checkout,
            line.archive(),
            batches(),
            new StoredTerminalPlaces(pool),
            keys.receiptCheck(),
            desks.desks()),
        new Authentication(
            TerminalCertificate::terminal,
            push::isRetired,
            keys.accessTokens(),
            desks::isCurrent,
            desks::standing,
            cookie,
            machine.clock()),
        terminalTokens(),
        config.limits(),
        machine.admission(),
        machine.random(),
        meters);
  }

  private HttpEdgeServer server(
      HttpServerOptions options, HttpEdge edge, HttpEdge.@Nullable Pages shown) {
    return new HttpEdgeServer(
        options,
        edge,
        Map.of(
            "/v1/feed", router -> feed.routes().mount(router),
            "/v1/terminal", router -> push.routes().mount(router)),
        shown,
        config.limits(),
        machine.admission(),
        machine.random());
  }

  private TerminalTokens terminalTokens() {
    Records records = new Records(pool);
    return new TerminalTokens(
        NodeKeys.assertions(machine.vertx(), pool, machine.clock()),
        terminal -> records.deviceKey(terminal.value()),
        keys.tokenIssuer(),
        Duration.ofMillis(config.limits().tokenLifetimeMs()));
  }

  private IsoServer iso(Checkout checkout) {
    TerminalSessions sessions =
        new TerminalSessions(
            new SessionRecords(pool),
            secrets,
            config.iso8583().signOnCertificate(),
            push::hears,
            machine.random(),
            machine.clock());
    push.onChange(sessions::forget);
    PosHost host =
        new PosHost(
            machine.vertx(),
            checkout,
            new TerminalLife(sessions, batches(), clocks, push::bar),
            desks.ratingKeys(),
            config.iso8583(),
            config.limits().deadlineMs(),
            machine.clock());
    return new IsoServer(
        host,
        config.iso8583(),
        machine.tls().netServerOptions(),
        config.limits().edgeDrainMs(),
        machine.admission(),
        iso);
  }

  private StoredBatches batches() {
    return new StoredBatches(
        machine.vertx(),
        new BatchRecords(pool),
        config.limits(),
        machine.clock(),
        machine.metrics().registry());
  }
}
