package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.delivery.Deliveries.Due;
import cn.unionecard.gateway.delivery.Deliveries.Outcome;
import cn.unionecard.gateway.delivery.Deliveries.Place;
import cn.unionecard.gateway.feed.FeedHead;
import cn.unionecard.gateway.feed.FeedLimits;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to webhooks. Every node has a courier, the one that holds the advisory lock works.
 * Everything it knows stands in the tables; what it has in memory is what is under way this very
 * moment, a few requests for each subscriber, so that one that is slow or down costs nobody else
 * anything. A turn writes down what became of earlier requests, plans further deliveries and sends
 * those that are due.
 */
final class Courier extends HeldConnectionVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** "eccour" in ASCII. */
  private static final long LOCK = 0x6563636F7572L;

  private static final int REMOVED_MAX = 1_000;

  private final FeedLimits limits;
  private final Config.Stream config;
  private final WebhookSender sender;
  private final WebhookKeyring keys;
  private final RetrySchedule schedule;
  private final Clock clock;
  private final long removePauseMs;
  private final DeliveryMeters meters;

  private final Set<Place> underWay = new HashSet<>();
  private final Map<Long, Integer> busy = new HashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private @Nullable PgConnection working;
  private boolean turning;
  private boolean again;
  private long nextRemoval = System.nanoTime();

  Courier(
      CourierTerms terms,
      Config.Stream config,
      WebhookSender sender,
      WebhookKeyring keys,
      RetrySchedule schedule,
      Clock clock,
      DeliveryMeters meters) {
    super(terms.session(), "courier");
    this.limits = terms.limits();
    this.config = config;
    this.sender = sender;
    this.keys = keys;
    this.schedule = schedule;
    this.clock = clock;
    this.meters = meters;
    this.removePauseMs = terms.removePauseMs();
  }

  @Override
  public Future<?> start() {
    vertx.eventBus().<Long>localConsumer(FeedHead.ADDRESS, message -> hurry());
    vertx.setPeriodic(limits.idleMs(), t -> hurry());
    return super.start();
  }

  /** Closing the connection frees the lock; what is under way is delivered again by the next. */
  @Override
  public Future<?> stop() {
    working = null;
    sender.close();
    return super.stop();
  }

  @Override
  protected void opened(PgConnection connection) {
    held().compete(connection, LOCK, limits.roundTimeoutMs(), limits.standbyMs(), this::takeOver);
  }

  private void takeOver(PgConnection connection) {
    LOG.info("courier: delivering to webhooks");
    working = connection;
    turning = false;
    hurry();
  }

  /** Asks for a turn; while one is under way, for one more. */
  private void hurry() {
    PgConnection connection = working;
    if (connection == null || !held().holds(connection)) {
      return;
    }
    if (turning) {
      again = true;
      return;
    }
    turning = true;
    again = false;
    held()
        .await(
            connection, turn(connection), limits.roundTimeoutMs(), due -> turned(connection, due));
  }

  private Future<List<Due>> turn(PgConnection connection) {
    Instant now = clock.instant();
    return record(connection)
        .compose(
            recorded ->
                Deliveries.plan(connection, config.waitingMax(), limits.scanEventsMax(), now))
        .compose(planned -> remove(connection, now))
        .compose(removed -> Deliveries.due(connection, now, config.underWayMax()))
        .compose(due -> keys.load(connection, due, now).map(due));
  }

  private Future<Void> record(PgConnection connection) {
    List<Outcome> batch = List.copyOf(outcomes);
    outcomes.clear();
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    // whatever becomes of the writing: unwritten, they are due once more
    return Deliveries.record(connection, batch)
        .onComplete(done -> batch.forEach(outcome -> leave(outcome.place())))
        .mapEmpty();
  }

  private Future<Void> remove(PgConnection connection, Instant now) {
    if (System.nanoTime() - nextRemoval < 0) {
      return Future.succeededFuture();
    }
    Instant before = now.minus(Duration.ofDays(config.retentionDays()));
    return Deliveries.remove(connection, before, REMOVED_MAX, now)
        .compose(removed -> removed > 0 ? Future.succeededFuture() : idle(connection, before));
  }

  private Future<Void> idle(PgConnection connection, Instant before) {
    nextRemoval = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(removePauseMs);
    return Deliveries.forget(connection, before).mapEmpty();
  }

  private void turned(PgConnection connection, List<Due> due) {
    turning = false;
    for (Due one : due) {
      if (busy.getOrDefault(one.subscription(), 0) < config.underWayMax()
          && underWay.add(one.place())) {
        busy.merge(one.subscription(), 1, Integer::sum);
        send(connection, one);
      }
    }
    if (again) {
      hurry();
    }
  }

  private void send(PgConnection connection, Due due) {
    long began = System.nanoTime();
    sender
        .post(keys.message(due))
        .onSuccess(
            answer -> {
              long tookNs = System.nanoTime() - began;
              meters.attempt(DeliveryMeters.Kind.WEBHOOK, result(answer), tookNs);
              if (!held().holds(connection)) {
                leave(due.place());
                return;
              }
              int tookMs = (int) TimeUnit.NANOSECONDS.toMillis(tookNs);
              outcomes.add(outcome(due, answer, tookMs));
              hurry();
            });
  }

  private static DeliveryMeters.Result result(WebhookSender.Answer answer) {
    if (answer.isDelivered()) {
      return DeliveryMeters.Result.DELIVERED;
    }
    return answer.isGone() ? DeliveryMeters.Result.GONE : DeliveryMeters.Result.FAILED;
  }

  private Outcome outcome(Due due, WebhookSender.Answer answer, int tookMs) {
    Instant now = clock.instant();
    boolean retry = !answer.isDelivered() && !answer.isGone();
    Instant next = retry ? schedule.next(due.attempts(), now).orElse(null) : null;
    return new Outcome(due.place(), answer, now, tookMs, next);
  }

  private void leave(Place place) {
    if (underWay.remove(place)) {
      busy.computeIfPresent(place.subscription(), (same, n) -> n == 1 ? null : n - 1);
    }
  }
}
