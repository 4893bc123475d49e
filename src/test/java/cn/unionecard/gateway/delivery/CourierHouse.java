package cn.unionecard.gateway.delivery;

import static cn.unionecard.gateway.Loops.await;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.feed.FeedDatabase;
import cn.unionecard.gateway.feed.FeedLimits;
import cn.unionecard.gateway.feed.HandClock;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.tls.Certificates.Identity;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

/** Feed and couriers of one node over a real database, with receivers and a clock of the test's. */
public final class CourierHouse implements AutoCloseable {
  private static final String KEK = "11".repeat(Kek.BYTES);

  public final Vertx vertx = Loops.vertx();
  public final HandClock clock = new HandClock(Instant.now());
  final FeedDatabase database;
  public final Feed feed;
  final Pool desks;
  private final SecureRandom random = new SecureRandom();
  private final Certificates certificates = new Certificates(Clock.systemUTC(), random);
  private final Identity authority = certificates.ca("Receivers", Duration.ofDays(1));
  private final Config config;
  private Couriers couriers;

  final MeterRegistry meters = new SimpleMeterRegistry();

  public CourierHouse(FeedDatabase database, Config.Stream stream) throws Exception {
    this.database = database;
    config =
        TestConfig.of(
            new Config.Node("n1", 1, 1),
            new Config.Stores(database.url().toString(), ""),
            new Config.Keys(null, KEK, "SM2"),
            stream,
            FeedDatabase.limits());
    feed = new Feed(vertx, database.url(), FeedDatabase.limits(), limits(), meters);
    desks = database.url().pool(vertx, "desk", 2, 100, FeedDatabase.limits());
    await(feed.start());
    startCouriers();
  }

  public static Config.Stream stream(int timeoutMs, String kafka) {
    return stream(timeoutMs, kafka, "");
  }

  static Config.Stream stream(int timeoutMs, String kafka, String kafkaProperties) {
    return new Config.Stream(
        30, 200, 4, 50, timeoutMs, "https", ports(), "127.0.0.0/8", kafka, kafkaProperties);
  }

  /** Receivers listen anywhere. */
  private static String ports() {
    StringBuilder all = new StringBuilder("443");
    for (int port = 1_024; port < 65_536; port++) {
      all.append(',').append(port);
    }
    return all.toString();
  }

  static FeedLimits limits() {
    return new FeedLimits(
        50, 64, 65_536, 1_000, 1_000, 5, 20, 50, 30_000, 100, 50, 50, 60_000, 600_000, 1_000);
  }

  void startCouriers() throws Exception {
    couriers =
        new Couriers(
            vertx,
            feed,
            desks,
            config,
            new CourierTerms(
                Feed.session(database.url(), FeedDatabase.limits(), limits()),
                limits(),
                10,
                new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificate()))),
            new Couriers.Means(clock, random, Kek.of(config.keys()), meters));
    await(couriers.start());
  }

  /** A counter of webhooks. */
  double meter(String name, String tag, String value) {
    return meters.get(name).tag("kind", "webhook").tag(tag, value).counter().count();
  }

  public void stopCouriers() throws Exception {
    await(couriers.stop());
  }

  public Receiver receiver() throws Exception {
    return receiver("localhost");
  }

  Receiver receiver(String name) throws Exception {
    Identity identity = certificates.server(authority, List.of(name), Duration.ofDays(1));
    return new Receiver(
        vertx,
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(identity.certificate()))
            .addKeyValue(Buffer.buffer(identity.privateKey())));
  }

  /** Subscribes an organisation's webhook to everything from the start. */
  public long subscribe(int org, String url) throws SQLException {
    long id =
        Long.parseLong(
            database
                .ask(
                    "insert into subscription (org, kind, target, kinds, status, position, created_at)"
                        + " values ("
                        + org
                        + ", 'WEBHOOK', '"
                        + url
                        + "', '{}', 'ACTIVE', 0, now()) returning id")
                .get(0));
    WebhookKey unused = addKey(id, WebhookKey.Algorithm.HMAC);
    return id;
  }

  public WebhookKey addKey(long subscription, WebhookKey.Algorithm algorithm) throws SQLException {
    WebhookKey key = WebhookKey.make(algorithm, random);
    HexFormat hex = HexFormat.of();
    String shown =
        algorithm == WebhookKey.Algorithm.ED25519
            ? "'\\x" + hex.formatHex(key.publicKey()) + "'"
            : "null";
    byte[] wrapped = key.wrap(subscription, Kek.of(config.keys()), random);
    database.execute(
        "insert into subscription_key (subscription, algorithm, wrapped, public_key, created_at)"
            + " values ("
            + subscription
            + ", '"
            + algorithm.title
            + "', '\\x"
            + hex.formatHex(wrapped)
            + "', "
            + shown
            + ", now())");
    return key;
  }

  public String one(String sql) throws SQLException {
    List<String> answers = database.ask(sql);
    return answers.isEmpty() ? "" : String.valueOf(answers.get(0));
  }

  /** Waits until the database gives that answer. */
  public void awaitAnswer(String expected, String sql) throws Exception {
    awaitThat(() -> one(sql).equals(expected), () -> sql + ": " + one(sql) + ", not " + expected);
  }

  void awaitThat(Callable<Boolean> holds, Callable<String> otherwise) throws Exception {
    Promise<Void> reached = Promise.promise();
    look(holds, reached);
    try {
      await(reached.future());
    } catch (AssertionError late) {
      throw new AssertionError(otherwise.call(), late);
    } finally {
      boolean unused = reached.tryComplete();
    }
  }

  /** One look after the other. */
  private void look(Callable<Boolean> holds, Promise<Void> reached) {
    if (reached.future().isComplete()) {
      return;
    }
    vertx
        .executeBlocking(holds, false)
        .onFailure(reached::tryFail)
        .onSuccess(
            yes -> {
              if (yes) {
                reached.tryComplete();
              } else {
                vertx.setTimer(50, t -> look(holds, reached));
              }
            });
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
