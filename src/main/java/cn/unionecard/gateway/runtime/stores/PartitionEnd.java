package cn.unionecard.gateway.runtime.stores;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long there are still partitions for transactions to come. {@code migrate} makes those of the
 * next months; later transactions are written all the same, into the partition for all the rest,
 * which then has to be divided by hand. The catalog is read once an hour.
 */
public final class PartitionEnd {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionEnd.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  /** A month's partition is named for it, and ends with it in UTC. */
  private static final String LAST =
      """
      select extract(epoch from (to_date(max(right(c.relname, 6)), 'YYYYMM')
        + interval '1 month'))::bigint
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'transaction'::regclass and c.relname ~ '^transaction_[0-9]{6}$'
      """;

  private final Vertx vertx;
  private final Pool pool;
  private final Clock clock;
  private volatile @Nullable Instant end;

  public PartitionEnd(Vertx vertx, Pool pool, Clock clock, MeterRegistry registry) {
    this.vertx = vertx;
    this.pool = pool;
    this.clock = clock;
    Gauge.builder("ecard.partition.ends.seconds", this, PartitionEnd::seconds)
        .description("until the last partition made for transactions ends; NaN: not known yet")
        .register(registry);
  }

  /** Reads the catalog, now and once an hour until Vert.x ends. */
  public void start() {
    pool.query(LAST)
        .execute()
        .onComplete(
            rows -> {
              Long last = rows.iterator().next().getLong(0);
              end = last == null ? null : Instant.ofEpochSecond(last);
              again(EVERY);
            },
            failure -> {
              LOG.debug("the partitions cannot be read", failure);
              again(AFTER_FAILURE);
            });
  }

  private void again(Duration pause) {
    long unused = vertx.setTimer(pause.toMillis(), due -> start());
  }

  private double seconds() {
    Instant known = end;
    return known == null ? Double.NaN : Duration.between(clock.instant(), known).toSeconds();
  }
}
