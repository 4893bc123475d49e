package cn.unionecard.gateway.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is counted of deliveries. Attempts are counted by the node whose courier is at work; how
 * subscriptions stand is read from the tables by every node, so all say the same.
 */
final class DeliveryMeters {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryMeters.class);
  private static final long EVERY_MS = 30_000;

  /**
   * A webhook is as far as the first event that it has not taken, but for those that it was found
   * not to want.
   */
  private static final String STAND =
      """
      select s.kind, count(*) filter (where s.status = 'ACTIVE') as active,
        count(*) filter (where s.reason in ('GONE', 'EXHAUSTED')) as broken,
        coalesce(max(c.seq - coalesce(first.seq - 1, s.position))
          filter (where s.status = 'ACTIVE'), 0) as behind,
        coalesce(sum(dead.letters), 0)::bigint as dead
      from feed_cursor c cross join subscription s
      left join lateral (select min(d.seq) as seq from delivery d
        where d.subscription = s.id and d.status <> 'DEAD') first on true
      left join lateral (select count(*) as letters from delivery d
        where d.subscription = s.id and d.status = 'DEAD') dead on true
      where c.one
      group by s.kind
      """;

  /** A kind of subscription. */
  enum Kind {
    WEBHOOK,
    KAFKA;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What came of an attempt. */
  enum Result {
    DELIVERED,
    FAILED,
    GONE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the subscriptions of one kind stand. */
  private record Stand(long active, long broken, long behind, long dead) {}

  private static final Stand NONE = new Stand(0, 0, 0, 0);

  private final Map<Kind, Map<Result, Counter>> attempts = new EnumMap<>(Kind.class);
  private final Map<Kind, Timer> times = new EnumMap<>(Kind.class);
  private volatile Map<Kind, Stand> stands = Map.of();

  DeliveryMeters(MeterRegistry registry) {
    for (Kind kind : Kind.values()) {
      Map<Result, Counter> counters = new EnumMap<>(Result.class);
      for (Result result : Result.values()) {
        counters.put(
            result,
            Counter.builder("ecard.deliveries")
                .description("attempts to bring events: a message to a webhook, a page to a topic")
                .tag("kind", kind.word())
                .tag("outcome", result.word())
                .register(registry));
      }
      attempts.put(kind, counters);
      times.put(
          kind,
          Timer.builder("ecard.delivery.attempt")
              .description("how long an attempt took, whatever came of it")
              .tag("kind", kind.word())
              .serviceLevelObjectives(
                  Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10))
              .register(registry));
      stands(registry, kind);
    }
  }

  private void stands(MeterRegistry registry, Kind kind) {
    String word = kind.word();
    Gauge.builder("ecard.subscriptions", () -> stand(kind).active())
        .description("subscriptions, by how they stand")
        .tags("kind", word, "state", "active")
        .register(registry);
    Gauge.builder("ecard.subscriptions", () -> stand(kind).broken())
        .description("subscriptions, by how they stand")
        .tags("kind", word, "state", "broken")
        .register(registry);
    Gauge.builder("ecard.delivery.behind.events", () -> stand(kind).behind())
        .description("how far the last of the active subscriptions is behind the feed")
        .tag("kind", word)
        .register(registry);
    Gauge.builder("ecard.delivery.dead", () -> stand(kind).dead())
        .description("events that were given up after the whole schedule, and lie there")
        .tag("kind", word)
        .register(registry);
  }

  private Stand stand(Kind kind) {
    return stands.getOrDefault(kind, NONE);
  }

  void attempt(Kind kind, Result result, long tookNs) {
    Counter counter = attempts.getOrDefault(kind, Map.of()).get(result);
    Timer timer = times.get(kind);
    if (counter != null && timer != null) {
      counter.increment();
      timer.record(tookNs, TimeUnit.NANOSECONDS);
    }
  }

  /** Reads how subscriptions stand, now and again until Vert.x ends. */
  void start(Vertx vertx, Pool pool) {
    long unused = vertx.setPeriodic(0, EVERY_MS, due -> again(pool));
  }

  private void again(Pool pool) {
    Future<Void> unused = look(pool);
  }

  /** Never fails: what cannot be read stands as it was. */
  Future<Void> look(Pool pool) {
    return pool.query(STAND)
        .execute()
        .map(
            rows -> {
              Map<Kind, Stand> read = new EnumMap<>(Kind.class);
              for (Row row : rows) {
                read.put(
                    Kind.valueOf(row.getString("kind")),
                    new Stand(
                        row.getLong("active"),
                        row.getLong("broken"),
                        row.getLong("behind"),
                        row.getLong("dead")));
              }
              stands = read;
              return (Void) null;
            })
        .otherwise(
            failure -> {
              LOG.debug("how subscriptions stand cannot be read", failure);
              return null;
            });
  }
}
