package cn.unionecard.gateway.node;

import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.watch.ManagementServer;
import cn.unionecard.gateway.runtime.watch.Readiness;
import cn.unionecard.gateway.terminal.push.Push;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node on one page: stores, line, desks, edges, feed, management; how they start and how they
 * end. Nothing else in the house knows this class.
 */
public final class Gateway {
  /** Of this release, as the contract says it, too. */
  public static final String VERSION = "0.1.0";

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final Machine machine;
  private final Stores stores;
  private final NodeKeys keys;
  private final KeyWatch watch;
  private final CheckoutLine line;
  private final Feed feed;
  private final Push push;
  private final DeskWiring desks;
  private final EdgeWiring edges;
  private @Nullable ManagementServer management;

  private Gateway(Machine machine, Kek kek, Keyring keyring) {
    Config config = machine.config();
    MeterRegistry registry = machine.metrics().registry();
    this.machine = machine;
    Gauge unused =
        Gauge.builder("ecard_build", () -> 1)
            .description("The release that runs")
            .tag("version", VERSION)
            .register(registry);
    stores = new Stores(machine);
    keys = new NodeKeys(machine, kek, keyring);
    watch =
        new KeyWatch(machine.vertx(), stores.archive, stores.postgres, config.node().name(), keys);
    line = LineWiring.wire(machine, stores, keys);
    feed = new Feed(machine.vertx(), stores.postgres, config.limits(), registry);
    push = new Push(machine.vertx(), stores.postgres, config.limits(), machine.clock(), registry);
    desks = new DeskWiring(machine, stores, keys, feed, line::blocks);
    edges = new EdgeWiring(machine, stores, keys, line, desks, feed, push);
  }

  /**
   * Opens the stores (blocking: schema, keys), then starts everything.
   *
   * @throws CannotStart when the schema, the keys, the certificates or the stores do not fit
   */
  public static Future<Gateway> start(Config config, Clock clock, SecureRandom random) {
    config.stores().requireGiven();
    Kek kek = Kek.of(config.keys());
    // The schema is looked at while TLS and Vert.x load: a start is mostly the loading of classes.
    CompletableFuture<Keyring> keyring =
        CompletableFuture.supplyAsync(() -> Stores.keyring(config, kek));
    Machine machine = Machine.of(config, clock, random);
    Gateway gateway;
    try {
      gateway = new Gateway(machine, kek, keyring.join());
    } catch (CompletionException e) {
      return machine.close().transform(over -> Future.failedFuture(e.getCause()));
    }
    return gateway
        .start()
        .map(gateway)
        .recover(failure -> gateway.drain().transform(over -> Future.failedFuture(failure)));
  }

  /** Whoever is let in finds everything behind him started; management tells of it last. */
  private Future<Void> start() {
    Readiness readiness = machine.readiness();
    stores.tell(readiness);
    LineWiring.tell(line, keys, readiness, machine.metrics().registry());
    desks.tell(readiness);
    return stores
        .requireSupported()
        .compose(supported -> desks.open())
        .compose(known -> watch.start())
        .compose(known -> edges.start())
        .compose(started -> feed.start())
        .compose(started -> desks.startDelivering())
        .compose(started -> push.start())
        .compose(
            started ->
                ManagementServer.start(
                    machine.vertx(),
                    machine.config().management(),
                    machine.metrics(),
                    readiness,
                    edges::ofOperators,
                    machine.admission()))
        .onSuccess(server -> management = server)
        .onSuccess(server -> say())
        .onSuccess(server -> desks.startSweeping())
        .onSuccess(server -> edges.watchCertificates())
        .onSuccess(server -> stores.start())
        .mapEmpty();
  }

  private void say() {
    Config config = machine.config();
    LOG.info(
        "ecard-gateway {} serves: https {}, pages {}, iso8583 {}, iso8583 under TLS {}, management {}",
        VERSION,
        at(config.http().host(), port()),
        at(config.pages().host(), pagesPort()),
        at(config.iso8583().host(), isoPort()),
        at(config.iso8583().host(), isoTlsPort()),
        at(config.management().host(), managementPort()));
  }

  private static String at(String host, int port) {
    return port == Config.Iso8583.OFF ? "off" : host + ":" + port;
  }

  /**
   * Lets nobody in, answers what is in flight, closes everything. The order is that of a request:
   * edges, line, feed, stores. What stays open is told first to go elsewhere: the edges wait for
   * it, and a WebSocket whose edge ends says no word any more.
   */
  public Future<Void> drain() {
    machine.readiness().drain();
    feed.endStreams();
    push.endSockets();
    return edges
        .close()
        .transform(over -> line.drain())
        .transform(over -> push.stop())
        .transform(over -> desks.stop())
        .transform(over -> feed.stop())
        .transform(over -> machine.close());
  }

  /** Signs access tokens; also used to hand out a first staff token. */
  public TokenIssuer tokenIssuer() {
    return keys.tokenIssuer();
  }

  /** The HTTPS port, also when any was asked for. */
  public int port() {
    return edges.port();
  }

  /** The port of the pages; −1 if there is none. */
  public int pagesPort() {
    return edges.pagesPort();
  }

  /** The port of POS terminals on plain TCP; −1 if there is none. */
  public int isoPort() {
    return edges.isoPort();
  }

  /** The port of POS terminals under TLS; −1 if there is none. */
  public int isoTlsPort() {
    return edges.isoTlsPort();
  }

  /** The management port. */
  public int managementPort() {
    return Objects.requireNonNull(management).port();
  }

  /** What ends TLS here, with its version. */
  public String tlsEngine() {
    return machine.tls().engine();
  }

  public Readiness readiness() {
    return machine.readiness();
  }

  /** For what is to run beside the gateway in one process, such as the demo's simulator. */
  public Vertx vertx() {
    return machine.vertx();
  }
}
