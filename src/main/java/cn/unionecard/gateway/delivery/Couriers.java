package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.feed.FeedLimits;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Those who bring the feed to subscribers that do not come for it: webhooks and Kafka topics. One
 * of each on every node, one of all nodes at work.
 */
public final class Couriers {
  private static final long REMOVE_PAUSE_MS = 60_000;

  /** What a test's own transaction may take, beside the webhook's answer. */
  private static final int TRIAL_MORE_MS = 5_000;

  private final Vertx vertx;
  private final Pool desks;
  private final DeliveryMeters meters;
  private final Courier courier;
  private final @Nullable KafkaCourier kafka;
  private final Office office;
  private final SubscriptionBook book;
  private final AddressGuard guard;
  private final Kek kek;
  private final SecureRandom random;
  private final WebhookSender sender;
  private final int timeoutMs;

  /**
   * What couriers are given besides what they carry.
   *
   * @param kek under which the keys lie that webhooks are signed with
   */
  public record Means(Clock clock, SecureRandom random, Kek kek, MeterRegistry registry) {}

  /**
   * @param postgres where the tables are; as for the feed, no pooler
   * @param desks serves the API
   */
  public Couriers(
      Vertx vertx, Feed feed, PostgresUrl postgres, Pool desks, Config config, Means means) {
    this(
        vertx,
        feed,
        desks,
        config,
        terms(postgres, config.limits(), FeedLimits.of(config.limits())),
        means);
  }

  Couriers(Vertx vertx, Feed feed, Pool desks, Config config, CourierTerms terms, Means means) {
    Clock clock = means.clock();
    SecureRandom random = means.random();
    Config.Stream stream = config.stream();
    this.vertx = vertx;
    this.random = random;
    kek = means.kek();
    timeoutMs = stream.timeoutMs();
    this.desks = desks;
    meters = new DeliveryMeters(means.registry());
    guard = new AddressGuard(stream.schemes(), stream.ports(), stream.networks());
    sender =
        new WebhookSender(
            vertx, guard, host -> resolve(vertx, host), terms.trust(), timeoutMs, clock);
    courier =
        new Courier(
            terms,
            stream,
            sender,
            new WebhookKeyring(kek),
            new RetrySchedule(random),
            clock,
            meters);
    kafka =
        stream.kafka().isEmpty()
            ? null
            : new KafkaCourier(terms, settings(stream), feed.reader(), clock, meters);
    office = new Office(desks, clock);
    book = new SubscriptionBook(kek, random, stream.subscriptionsMax(), kafka != null);
  }

  private static CourierTerms terms(PostgresUrl postgres, Limits limits, FeedLimits pace) {
    return new CourierTerms(Feed.session(postgres, limits, pace), pace, REMOVE_PAUSE_MS, null);
  }

  /** By the resolver of Vert.x, which does not block and ends in time. */
  private static Future<InetAddress> resolve(Vertx vertx, String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return ((VertxInternal) vertx).nameResolver().resolve(bare);
  }

  private static Map<String, Object> settings(Config.Stream stream) {
    Map<String, Object> settings = new HashMap<>();
    if (!stream.kafkaProperties().isEmpty()) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(Path.of(stream.kafkaProperties()))) {
        file.load(reader);
      } catch (IOException e) {
        throw new CannotStart(
            "stream.kafkaProperties " + stream.kafkaProperties() + " cannot be read: " + e, e);
      }
      file.forEach((name, value) -> settings.put(name.toString(), value));
    }
    settings.put("bootstrap.servers", stream.kafka());
    return settings;
  }

  /** Starts; PostgreSQL, brokers and receivers need not be there yet. */
  public Future<Void> start() {
    KafkaCourier second = kafka;
    meters.start(vertx, desks);
    return vertx
        .deployVerticle(courier)
        .compose(id -> second == null ? Future.succeededFuture(id) : vertx.deployVerticle(second))
        .mapEmpty();
  }

  /** Subscriptions and their deliveries, for one event loop. */
  public Desk desk() {
    return new SubscriptionDesk(
        office,
        book,
        new DeliveryBook(),
        guard,
        new Trial(office, sender, kek, random),
        timeoutMs + TRIAL_MORE_MS);
  }

  /** Leaves the work to others; what is under way is delivered again by them. */
  public Future<Void> stop() {
    KafkaCourier second = kafka;
    return Future.join(
            vertx.undeploy(courier.deploymentID()),
            second == null ? Future.succeededFuture() : vertx.undeploy(second.deploymentID()))
        .mapEmpty();
  }
}
