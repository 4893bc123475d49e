package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.feed.FeedFilter;
import cn.unionecard.gateway.feed.FeedHead;
import cn.unionecard.gateway.feed.FeedLimits;
import cn.unionecard.gateway.feed.FeedPage;
import cn.unionecard.gateway.feed.FeedReader;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the feed to Kafka, one topic for each subscription. Every node has one, the one that holds
 * the advisory lock works. How far a topic has got is written down when the brokers have
 * acknowledged, over the connection that holds the lock.
 */
final class KafkaCourier extends HeldConnectionVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaCourier.class);

  /** "eckafk" in ASCII. */
  private static final long LOCK = 0x65636B61666BL;

  /** That of Kafka's own producer. */
  private static final int ACKNOWLEDGED_MS_MAX = 120_000;

  private static final String TOPICS =
      """
      select s.id, s.org, s.target, s.kinds, s.position, c.seq
      from feed_cursor c cross join subscription s
      where c.one and s.kind = 'KAFKA' and s.status = 'ACTIVE'
      """;

  /** Unless somebody has set it back meanwhile. */
  private static final String MOVE =
      """
      update subscription set position = $2, succeeded_at = $4
      where id = $1 and position = $3
      """;

  /** One topic and how far it has got. */
  private record Topic(long id, String name, FeedFilter filter, long position) {}

  private final FeedLimits limits;
  private final Map<String, Object> settings;
  private final int acknowledgedMsMax;
  private final FeedReader reader;
  private final Clock clock;
  private final DeliveryMeters meters;
  private final Map<Long, KafkaRelay> relays = new HashMap<>();
  private final Set<Long> busy = new HashSet<>();
  private @Nullable PgConnection working;
  private boolean turning;

  /**
   * @param settings of the producers; of them {@code delivery.timeout.ms} is the time that brokers
   *     have to acknowledge a page
   * @throws CannotStart when that is no time
   */
  KafkaCourier(
      CourierTerms terms,
      Map<String, Object> settings,
      FeedReader reader,
      Clock clock,
      DeliveryMeters meters) {
    super(terms.session(), "kafka courier");
    this.limits = terms.limits();
    this.settings = settings;
    this.acknowledgedMsMax = acknowledgedMsMax(settings);
    this.reader = reader;
    this.clock = clock;
    this.meters = meters;
  }

  private static int acknowledgedMsMax(Map<String, Object> settings) {
    String name = "delivery.timeout.ms";
    String given = String.valueOf(settings.getOrDefault(name, ACKNOWLEDGED_MS_MAX)).strip();
    if (!given.matches("[1-9][0-9]{0,8}")) {
      throw new CannotStart(
          "stream.kafkaProperties: " + name + " = " + given + ": must be 1 to 999999999");
    }
    return Integer.parseInt(given);
  }

  @Override
  public Future<?> start() {
    vertx.eventBus().<Long>localConsumer(FeedHead.ADDRESS, message -> turn());
    vertx.setPeriodic(limits.headCheckMs(), t -> turn());
    return super.start();
  }

  @Override
  public Future<?> stop() {
    working = null;
    relays.values().forEach(KafkaRelay::close);
    return super.stop();
  }

  @Override
  protected void opened(PgConnection connection) {
    held().compete(connection, LOCK, limits.roundTimeoutMs(), limits.standbyMs(), this::takeOver);
  }

  private void takeOver(PgConnection connection) {
    LOG.info("kafka courier: at work");
    working = connection;
    turning = false;
    turn();
  }

  private void turn() {
    PgConnection connection = working;
    if (connection == null || turning || !held().holds(connection)) {
      return;
    }
    turning = true;
    held()
        .await(
            connection,
            connection.preparedQuery(TOPICS).execute(),
            limits.roundTimeoutMs(),
            rows -> turned(connection, rows));
  }

  private void turned(PgConnection connection, RowSet<Row> rows) {
    turning = false;
    Set<Long> wanted = new HashSet<>();
    for (Row row : rows) {
      Topic topic = topic(row);
      wanted.add(topic.id());
      if (topic.position() < row.getLong("seq") && busy.add(topic.id())) {
        relay(connection, topic, row.getLong("seq"));
      }
    }
    for (Long id : Set.copyOf(relays.keySet())) {
      if (!wanted.contains(id)) {
        end(id);
      }
    }
  }

  private static Topic topic(Row row) {
    return new Topic(
        row.getLong("id"),
        row.getString("target"),
        new FeedFilter(row.getInteger("org"), null, kinds(row)),
        row.getLong("position"));
  }

  private static Set<String> kinds(Row row) {
    return new HashSet<>(Arrays.asList(row.getArrayOfStrings("kinds")));
  }

  private void relay(PgConnection connection, Topic topic, long head) {
    KafkaRelay relay =
        relays.computeIfAbsent(
            topic.id(),
            id ->
                new KafkaRelay(
                    vertx, Long.toString(id), settings, acknowledgedMsMax, topic.name()));
    reader
        .page(topic.filter(), topic.position(), head)
        .compose(page -> send(relay, topic, page).map(page))
        .compose(page -> move(connection, topic, page))
        .onSuccess(moved -> over(topic))
        .onFailure(e -> failed(topic, e));
  }

  private Future<?> send(KafkaRelay relay, Topic topic, FeedPage page) {
    long began = System.nanoTime();
    return relay
        .send(page, page.reset().concerns(topic.position()))
        .onComplete(
            sent ->
                meters.attempt(
                    DeliveryMeters.Kind.KAFKA,
                    sent.succeeded()
                        ? DeliveryMeters.Result.DELIVERED
                        : DeliveryMeters.Result.FAILED,
                    System.nanoTime() - began));
  }

  private Future<?> move(PgConnection connection, Topic topic, FeedPage page) {
    if (!held().holds(connection)) {
      return Future.failedFuture("no longer at work");
    }
    long upto = Math.max(page.last(), page.reset().removed());
    return connection
        .preparedQuery(MOVE)
        .execute(Tuple.of(topic.id(), upto, topic.position(), Deliveries.utc(clock.instant())));
  }

  private void over(Topic topic) {
    busy.remove(topic.id());
    turn();
  }

  private void failed(Topic topic, Throwable why) {
    LOG.warn("topic of subscription {}: {}, will try again", topic.id(), why.toString());
    end(topic.id());
    vertx.setTimer(limits.headCheckMs(), t -> over(topic));
  }

  private void end(long id) {
    KafkaRelay relay = relays.remove(id);
    if (relay != null) {
      relay.close();
    }
  }
}
