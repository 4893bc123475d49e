package cn.unionecard.gateway.node;

import cn.unionecard.gateway.archive.ReceiptCheck;
import cn.unionecard.gateway.archive.Records;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.complaint.Complaints;
import cn.unionecard.gateway.delivery.Couriers;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.edge.http.HttpEdge;
import cn.unionecard.gateway.edge.http.HttpEdgeServer;
import cn.unionecard.gateway.edge.http.access.AccessTokens;
import cn.unionecard.gateway.edge.http.access.Authentication;
import cn.unionecard.gateway.edge.http.access.TerminalTokens;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.edge.iso8583.IsoDesk;
import cn.unionecard.gateway.edge.iso8583.IsoServer;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.Line;
import cn.unionecard.gateway.merchant.Merchants;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.report.Reports;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Descriptors;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.keys.Keyring.Purpose;
import cn.unionecard.gateway.runtime.stores.DatabaseRoles;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.Postgres;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.RedisProbe;
import cn.unionecard.gateway.runtime.stores.StoreProbe;
import cn.unionecard.gateway.runtime.stores.Unfit;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.TerminalCertificate;
import cn.unionecard.gateway.runtime.tls.Tls;
import cn.unionecard.gateway.runtime.watch.ManagementServer;
import cn.unionecard.gateway.runtime.watch.Metrics;
import cn.unionecard.gateway.runtime.watch.Readiness;
import cn.unionecard.gateway.terminal.BatchRecords;
import cn.unionecard.gateway.terminal.SessionRecords;
import cn.unionecard.gateway.terminal.StoredBatches;
import cn.unionecard.gateway.terminal.StoredOneTime;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.gateway.terminal.TerminalSessions;
import cn.unionecard.gateway.terminal.push.Push;
import cn.unionecard.gateway.union.AuditSeals;
import cn.unionecard.gateway.union.StaffEpochs;
import cn.unionecard.gateway.union.Union;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of one node on one page: stores, line, edge, feed, management. Nothing else in the
 * house knows this class.
 */
public final class Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int ARCHIVE_CONNECTIONS = 4;
  private static final int DESK_CONNECTIONS = 4;
  private static final int VOICE_CONNECTIONS = 4;
  private static final Duration CERTIFICATES_WATCHED = Duration.ofSeconds(5);

  private final Config config;
  private final Clock clock;
  private final SecureRandom random;
  private final Keyring keyring;
  private final PostgresUrl postgres;
  private final Metrics metrics;
  private final Admission admission;
  private final Readiness readiness = new Readiness();
  private final Vertx vertx;
  private final Pool pool;
  private final Postgres postgresTrial;
  private final StoreProbe postgresProbe;
  private final StoreProbe redisProbe;
  private final Records records;
  private final Line line;
  private final Feed feed;
  private final Couriers couriers;
  private final Push push;
  private final Union union;
  private final StaffEpochs epochs;
  private final AuditSeals seals;
  private final Merchants merchants;
  private final Complaints complaints;
  private final Reviews reviews;
  private final Reports reports;
  private final ReceiptVerifier verifier;
  private final Tls tls;
  private final List<HttpEdgeServer> servers = new ArrayList<>();
  private final List<IsoServer> tills = new ArrayList<>();
  private final List<EventLoop> loops = new ArrayList<>();
  private final TerminalSecrets secrets;
  private final TerminalClocks clocks;
  private @Nullable ManagementServer management;

  private Gateway(
      Config config,
      Keyring keyring,
      Tls tls,
      Metrics metrics,
      Admission admission,
      Vertx vertx,
      Clock clock,
      SecureRandom random) {
    this.config = config;
    this.tls = tls;
    this.metrics = metrics;
    this.admission = admission;
    this.vertx = vertx;
    this.clock = clock;
    this.random = random;
    this.keyring = keyring;
    postgres = PostgresUrl.parse(config.stores().postgres());
    pool =
        postgres.pool(
            vertx,
            "ecard-archive",
            ARCHIVE_CONNECTIONS,
            config.limits().queueRequestsMax(),
            config.limits());
    postgresTrial = new Postgres(pool, config.node().name());
    postgresProbe = new StoreProbe(vertx, "PostgreSQL", postgresTrial::writes);
    redisProbe = new StoreProbe(vertx, "Redis", redisTrial(vertx)::works);
    records = new Records(pool);
    line =
        new Line(
            vertx,
            config,
            pool,
            postgres.connectOptions("ecard-lane", config.limits()),
            this::signingKey,
            codeKeys(),
            clock,
            metrics.registry());
    secrets = new TerminalSecrets(Kek.of(config.keys()), random);
    clocks = new TerminalClocks(metrics.registry(), clock);
    verifier = verifier();
    feed = new Feed(vertx, postgres, config.limits(), metrics.registry());
    Pool desks =
        postgres.pool(
            vertx,
            "ecard-desk",
            DESK_CONNECTIONS,
            config.limits().queueRequestsMax(),
            config.limits());
    Pool voices =
        postgres.pool(
            vertx,
            "ecard-voice",
            VOICE_CONNECTIONS,
            config.limits().queueRequestsMax(),
            config.limits(),
            Reviews.SESSION);
    push = new Push(vertx, postgres, config.limits(), clock, metrics.registry());
    couriers = new Couriers(vertx, feed, postgres, desks, config, clock, random);
    epochs = new StaffEpochs(postgres, config.limits(), System::nanoTime);
    union =
        new Union(vertx, desks, this::staffToken, config.desk(), clock, random, metrics.registry());
    SigningKey sealing = signingKey();
    seals =
        new AuditSeals(
            desks,
            new AuditSeals.Signer(sealing.kid(), sealing.algorithm().header, sealing::sign),
            clock,
            metrics.registry());
    complaints = new Complaints(vertx, desks, voices, config.desk(), clock, random);
    merchants =
        new Merchants(
            vertx, desks, Kek.of(config.keys()), authority(config), config.desk(), clock, random);
    reviews = new Reviews(desks, voices, config.review(), clock);
    reports = new Reports(vertx, postgres, config.limits(), clock);
  }

  /**
   * Opens the stores (blocking: schema, keys), then starts everything.
   *
   * @throws CannotStart when the schema, the keys, the certificates or the stores do not fit
   */
  public static Future<Gateway> start(Config config, Clock clock, SecureRandom random) {
    config.stores().requireGiven();
    // The schema is looked at while TLS and Vert.x load: a start is mostly the loading of classes.
    CompletableFuture<Keyring> keyring = CompletableFuture.supplyAsync(() -> openStores(config));
    Tls tls = Tls.open(config.http(), random);
    Metrics metrics = new Metrics();
    Admission admission = admission(config, metrics);
    Vertx vertx = metrics.vertx(config.node().eventLoops(), admission.transport(true));
    Gateway gateway;
    try {
      gateway = new Gateway(config, keyring.join(), tls, metrics, admission, vertx, clock, random);
    } catch (CompletionException e) {
      return vertx
          .close()
          .onComplete(over -> metrics.close())
          .transform(over -> Future.failedFuture(e.getCause()));
    }
    return gateway
        .start()
        .map(gateway)
        .recover(failure -> gateway.drain().transform(over -> Future.failedFuture(failure)));
  }

  private static Admission admission(Config config, Metrics metrics) {
    int webhooks = config.stream().subscriptionsMax() * config.stream().underWayMax();
    Config.Admission fitting = Descriptors.fit(config.admission(), webhooks);
    Budgets budgets = new Budgets(config.limits(), fitting, System::nanoTime);
    return new Admission(fitting, budgets, metrics.registry());
  }

  private static Keyring openStores(Config config) {
    Migrations.requireCurrent(config.stores().postgres());
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    try (Connection database = postgres.jdbcConnection()) {
      return Keyring.load(database, Kek.of(config.keys()));
    } catch (SQLException e) {
      throw new CannotStart("the keyring cannot be read: " + e.getMessage());
    }
  }

  // ---- start

  private Future<Void> start() {
    readiness.require("postgres", postgresProbe::ask);
    readiness.require("line", line::health);
    readiness.watch("schema", postgresTrial::isOfThisRelease);
    readiness.watch("definitions", () -> Readiness.allReadable(line.unreadable()));
    Gauge.builder("ecard.definitions.unreadable", keyring, keys -> keys.unreadable().size())
        .tag("kind", Unreadable.Kind.KEY.word())
        .register(metrics.registry());
    readiness.watch("keys", () -> Readiness.allReadable(keyring.unreadable()));
    readiness.watch("redis", redisProbe::ask);
    readiness.watch("database-role", this::servesOnly);
    readiness.watch("working-days", this::calendarsAreKnown);
    readiness.watch("audit", this::auditIsWhole);
    return requireSupported()
        .compose(supported -> epochs.open(vertx))
        .compose(known -> startLoops())
        .compose(started -> feed.start())
        .compose(started -> couriers.start())
        .compose(started -> push.start())
        .compose(
            started ->
                ManagementServer.start(vertx, config.management(), metrics, readiness, admission))
        .onSuccess(server -> management = server)
        .onSuccess(server -> merchants.start())
        .onSuccess(server -> seals.start(vertx))
        .onSuccess(server -> warnIfOwner())
        .onSuccess(server -> complaints.start())
        .onSuccess(server -> watchCertificates())
        .onSuccess(server -> postgresProbe.start())
        .onSuccess(server -> redisProbe.start())
        .mapEmpty();
  }

  private Future<Void> servesOnly() {
    return pool.query(DatabaseRoles.OWNS)
        .execute()
        .compose(
            rows ->
                rows.iterator().next().getBoolean("owns")
                    ? Future.failedFuture(new DatabaseRoles.ServesAsOwner())
                    : Future.succeededFuture());
  }

  private Future<Void> calendarsAreKnown() {
    return complaints
        .missingCalendars()
        .compose(
            years ->
                years.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Complaints.CalendarMissing()));
  }

  private Future<Void> auditIsWhole() {
    return seals.isWhole()
        ? Future.succeededFuture()
        : Future.failedFuture(new AuditSeals.Rewritten());
  }

  private void warnIfOwner() {
    Future<Void> unused =
        servesOnly()
            .onFailure(
                owner -> LOG.warn("{}; serve as a member of ecard_serves", owner.getMessage()));
  }

  private RedisProbe redisTrial(Vertx on) {
    return new RedisProbe(
        on,
        config.stores().redis(),
        config.node().name(),
        () -> Long.toHexString(random.nextLong()));
  }

  /** A Redis that is away may come; one that can never do what is needed is refused. */
  private Future<Void> requireSupported() {
    return redisProbe
        .ask()
        .recover(
            failure ->
                failure instanceof Unfit unfit && unfit.word().equals(RedisProbe.CLUSTER)
                    ? Future.failedFuture(
                        new CannotStart(
                            "stores.redis "
                                + RedisProbe.CLUSTER
                                + ": use one Redis, or one with replicas"))
                    : Future.succeededFuture());
  }

  private void watchCertificates() {
    NetServer iso = tills.get(0).secured();
    if (iso != null) {
      tls.alsoFor(iso);
    }
    servers
        .get(0)
        .watched(
            server -> {
              long unused = tls.watch(vertx, server, CERTIFICATES_WATCHED); // ends with Vert.x
            });
  }

  /**
   * One after another: first the loops that have a lane, then those that knock at another's door.
   */
  private Future<Void> startLoops() {
    int cores = Runtime.getRuntime().availableProcessors();
    int loops = config.node().eventLoops() == 0 ? cores : config.node().eventLoops();
    int lanes = config.node().lanes() == 0 ? loops : Math.min(loops, config.node().lanes());
    List<Checkout> doors = new ArrayList<>();
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < loops; i++) {
      boolean opensLane = i < lanes;
      int neighbour = i % lanes;
      chain =
          chain
              .compose(
                  before ->
                      vertx.deployVerticle(
                          new EventLoop(doors, opensLane ? doors.size() : neighbour)))
              .mapEmpty();
    }
    return chain;
  }

  /** What runs on one event loop: perhaps a lane, and an edge in front of it or of another's. */
  private final class EventLoop extends VerticleBase {
    private final List<Checkout> doors;
    private final int door;
    private final List<VerticleBase> edges = new ArrayList<>();

    EventLoop(List<Checkout> doors, int door) {
      this.doors = doors;
      this.door = door;
    }

    @Override
    public Future<?> start() {
      Future<Checkout> opened =
          door < doors.size()
              ? Future.succeededFuture(doors.get(door))
              : line.openLane().onSuccess(doors::add);
      return opened.compose(
          checkout -> {
            HttpEdgeServer server = edge(checkout);
            servers.add(server);
            IsoServer till = isoEdge(checkout);
            tills.add(till);
            loops.add(this);
            edges.add(server);
            edges.add(till);
            return serve(server).compose(serves -> serve(till));
          });
    }

    /** Lets nobody in any more; completes when all that was begun is answered. From any thread. */
    Future<Void> close() {
      Promise<Void> closed = Promise.promise();
      context.runOnContext(
          here ->
              Future.join(edges.stream().map(EventLoop::end).toList())
                  .<Void>mapEmpty()
                  .onComplete(closed));
      return closed.future();
    }

    private static Future<?> end(VerticleBase edge) {
      try {
        return edge.stop();
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    }

    private Future<?> serve(VerticleBase edge) {
      try {
        return edge.deploy(context);
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    }
  }

  private HttpEdgeServer edge(Checkout checkout) {
    HttpServerOptions options = tls.serverOptions(config.limits());
    HttpEdge edge =
        new HttpEdge(
            checkout,
            line.archive(),
            new StoredBatches(vertx, new BatchRecords(pool), config.limits(), clock),
            this::check,
            authentication(),
            terminalTokens(),
            desks(),
            config.limits(),
            admission,
            random);
    return new HttpEdgeServer(
        options,
        edge,
        Map.of(
            "/v1/feed", router -> feed.routes().mount(router),
            "/v1/terminal", router -> push.routes().mount(router)),
        config.limits(),
        admission,
        random);
  }

  private IsoServer isoEdge(Checkout checkout) {
    TerminalSessions sessions =
        new TerminalSessions(
            new SessionRecords(pool),
            secrets,
            config.iso8583().signOnCertificate(),
            push::hears,
            random,
            clock);
    push.onChange(sessions::forget);
    IsoDesk desk =
        new IsoDesk(
            vertx,
            checkout,
            sessions,
            new StoredBatches(vertx, new BatchRecords(pool), config.limits(), clock),
            reviews.ratingKeys(),
            clocks,
            push::bar,
            config.iso8583(),
            config.limits().deadlineMs(),
            clock);
    return new IsoServer(
        desk,
        config.iso8583(),
        tls.netServerOptions(),
        config.limits().edgeDrainMs(),
        admission,
        metrics.registry());
  }

  // ---- keys

  private SigningKey signingKey() {
    String wanted = config.keys().receiptAlgorithm();
    Keyring.Key key =
        keyring.keys(Purpose.RECEIPT).stream()
            .filter(one -> !one.retired() && one.algorithm().equals(wanted))
            .findFirst()
            .orElseThrow(
                () -> new CannotStart("the keyring holds no " + wanted + " receipt key: migrate"));
    return SigningKey.of(key.kid(), ReceiptAlgorithm.ofKey(wanted), key.secret(), random);
  }

  private List<CodeKey> codeKeys() {
    return keyring.keys(Purpose.CODE).stream()
        .filter(key -> !key.retired())
        .map(
            key ->
                new CodeKey(
                    key.kid(),
                    Arrays.copyOf(key.secret(), CodeKey.KEY_BYTES),
                    Arrays.copyOfRange(key.secret(), CodeKey.KEY_BYTES, 2 * CodeKey.KEY_BYTES)))
        .toList();
  }

  private ReceiptVerifier verifier() {
    return new ReceiptVerifier(
        keyring.keys(Purpose.RECEIPT).stream()
            .map(
                key ->
                    PublicKey.of(
                        key.kid(),
                        ReceiptAlgorithm.ofKey(key.algorithm()),
                        Objects.requireNonNull(key.publicKey())))
            .toList());
  }

  private ReceiptCheck.Finding check(byte[] document) {
    var verdict = verifier.verify(document);
    return new ReceiptCheck.Finding(verdict.isValid(), verdict.reason().name());
  }

  private Authentication authentication() {
    List<AccessTokens.Key> keys =
        keyring.keys(Purpose.TOKEN).stream()
            .map(key -> new AccessTokens.Key(key.kid(), Objects.requireNonNull(key.publicKey())))
            .toList();
    return new Authentication(
        TerminalCertificate::terminal,
        push::isRetired,
        new AccessTokens(keys, clock),
        epochs::isCurrent,
        clock);
  }

  private TerminalTokens terminalTokens() {
    return new TerminalTokens(
        terminal -> records.deviceKey(terminal.value()),
        new StoredOneTime(pool, clock),
        tokenIssuer(),
        Duration.ofMillis(config.limits().tokenLifetimeMs()),
        clock);
  }

  /** Who signs the terminals' certificates; null: not this node. */
  private static Certificates.@Nullable Identity authority(Config config) {
    String key = config.desk().terminalCaKey();
    return key.isEmpty() ? null : Certificates.authority(config.http().terminalCa(), key);
  }

  private List<Desk> desks() {
    List<Desk> desks = new ArrayList<>(merchants.desks());
    desks.add(union.desk());
    desks.addAll(complaints.desks());
    desks.addAll(reviews.desks());
    desks.add(reports.desk());
    desks.add(couriers.desk());
    return desks;
  }

  private String staffToken(String login, String org, Set<Caller.Role> roles, long epoch) {
    Duration lifetime = Duration.ofMillis(config.desk().staffTokenLifetimeMs());
    return tokenIssuer().staff(login, org, roles, epoch, lifetime);
  }

  /** Signs access tokens; also used to hand out a first staff token. */
  public TokenIssuer tokenIssuer() {
    Keyring.Key key = keyring.current(Purpose.TOKEN);
    return new TokenIssuer(key.kid(), key.secret(), clock, random);
  }

  // ---- seen from outside

  /** The HTTPS port, also when any was asked for. */
  public int port() {
    return servers.get(0).port();
  }

  /** The port of POS terminals on plain TCP; −1 if there is none. */
  public int isoPort() {
    return tills.get(0).port();
  }

  /** The port of POS terminals under TLS; −1 if there is none. */
  public int isoTlsPort() {
    return tills.get(0).tlsPort();
  }

  /** The management port. */
  public int managementPort() {
    return Objects.requireNonNull(management).port();
  }

  /** What ends TLS here, with its version. */
  public String tlsEngine() {
    return tls.engine();
  }

  public Readiness readiness() {
    return readiness;
  }

  /** For what is to run beside the gateway in one process, such as the demo's simulator. */
  public Vertx vertx() {
    return vertx;
  }

  // ---- end

  /**
   * Lets nobody in, answers what is in flight, closes everything. The order is that of a request:
   * edges, line, feed, stores. What stays open is told first to go elsewhere: the edges wait for
   * it, and a WebSocket whose edge ends says no word any more.
   */
  public Future<Void> drain() {
    readiness.drain();
    feed.endStreams();
    push.endSockets();
    return Future.join(loops.stream().map(EventLoop::close).toList())
        .transform(over -> line.drain())
        .transform(over -> push.stop())
        .transform(over -> couriers.stop())
        .transform(over -> feed.stop())
        .transform(over -> vertx.close())
        .onComplete(over -> metrics.close());
  }
}
