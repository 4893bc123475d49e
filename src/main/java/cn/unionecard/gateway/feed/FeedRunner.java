package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one who gives events their numbers. Every node has a runner, the one that holds the advisory
 * lock works, the others stand by. Lock and work share a connection, so a runner that lost the one
 * cannot go on with the other. The numbering itself is done by {@code feed_number} inside
 * PostgreSQL; no event passes through here.
 */
final class FeedRunner extends HeldConnectionVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(FeedRunner.class);

  /** "ecfeed" in ASCII. */
  private static final long LOCK = 0x656366656564L;

  /** May have to go through all events, once after a restore. */
  private static final String ADOPT = "set local statement_timeout = 0; select feed_adopt()";

  private static final long ADOPT_MS = TimeUnit.HOURS.toMillis(1);

  private static final String NUMBER = "select numbered from feed_number($1)";

  /**
   * Counts no further than 10,000 rows: more behind than that is told by the seconds. Walks the ids
   * from the first that may not be numbered yet. "offset 0": one probe for each row not yet
   * numbered, of which there are few, not a join with all.
   */
  private static final String LAG =
      """
      select coalesce(sum(o.events), 0)::bigint, coalesce(extract(epoch from clock_timestamp() - min(o.at)), 0)::float8
      from feed_cursor c
      cross join lateral (
        select w.at, coalesce(cardinality(w.merchants), 1) as events from outbox w
        where w.id > least(c.place, c.barrier - 1, (
            select min(n.id) - 1 from (
              select id from outbox
              where (body is not null or subject & 511 = 0) and xid >= c.upto
              offset 0) n))
          and (w.xid >= c.horizon) is true
          and not exists (select from feed_row f where f.outbox = w.id offset 0)
        order by w.id
        limit 10000) o
      """;

  private static final String OLDEST =
      """
      select w.xid::text, coalesce(w.pid, 0), w.name, current_database()
      from (select) as one left join oldest_writer() w on true""";

  /** No transaction of ours takes so long (ten seconds): whoever does is named, once. */
  private static final long WAITS_OF_IDLE = 50;

  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private @Nullable String oldest;
  private long oldestSince;
  private boolean told;

  private @Nullable PgConnection waiting;
  private long timer;
  private long pauseMs;
  private long nextLagCheck = System.nanoTime();

  FeedRunner(PgConnectOptions options, FeedLimits limits, FeedMetrics metrics) {
    super(options, "feed runner");
    this.limits = limits;
    this.metrics = metrics;
  }

  /** Lets the work go to another node: closing the connection frees the lock. */
  @Override
  public Future<?> stop() {
    metrics.working(false);
    return super.stop();
  }

  /** A hint that events were committed; may come from any thread, and need not come at all. */
  void wake() {
    Context mine = context;
    if (mine != null) {
      mine.runOnContext(v -> hurry());
    }
  }

  @Override
  protected void opened(PgConnection connection) {
    metrics.working(false);
    held().compete(connection, LOCK, limits.roundTimeoutMs(), limits.standbyMs(), this::takeOver);
  }

  private void takeOver(PgConnection connection) {
    held()
        .await(
            connection,
            connection.query(ADOPT).execute(),
            ADOPT_MS,
            rows -> {
              LOG.info("feed runner: numbering events");
              metrics.working(true);
              round(connection);
            });
  }

  private void round(PgConnection connection) {
    if (!held().holds(connection)) {
      return;
    }
    long began = System.nanoTime();
    held()
        .await(
            connection,
            connection.preparedQuery(NUMBER).execute(Tuple.of(limits.roundEventsMax())),
            limits.roundTimeoutMs(),
            rows -> rounded(connection, only(rows).getInteger(0), began));
  }

  private void rounded(PgConnection connection, int numbered, long began) {
    long now = System.nanoTime();
    metrics.round(numbered, now - began);
    if (now - nextLagCheck >= 0) {
      nextLagCheck = now + TimeUnit.MILLISECONDS.toNanos(limits.lagCheckMs());
      measureLag(connection);
      lookForTheOldest(connection);
    }
    if (numbered >= limits.roundEventsMax()) {
      round(connection);
      return;
    }
    pauseMs =
        numbered > 0
            ? limits.busyMs()
            : Math.min(limits.idleMs(), Math.max(limits.busyMs(), pauseMs * 2));
    pause(connection);
  }

  private void pause(PgConnection connection) {
    waiting = connection;
    timer =
        vertx.setTimer(
            pauseMs,
            t -> {
              waiting = null;
              round(connection);
            });
  }

  private void hurry() {
    PgConnection connection = waiting;
    if (connection != null && pauseMs > limits.busyMs() && vertx.cancelTimer(timer)) {
      pauseMs = limits.busyMs();
      pause(connection);
    }
  }

  private void measureLag(PgConnection connection) {
    held()
        .await(
            connection,
            connection.preparedQuery(LAG).execute(),
            limits.roundTimeoutMs(),
            rows -> metrics.lag(only(rows).getLong(0), only(rows).getDouble(1)));
  }

  private void lookForTheOldest(PgConnection connection) {
    held()
        .await(
            connection,
            connection.preparedQuery(OLDEST).execute(),
            limits.roundTimeoutMs(),
            rows -> waitsFor(only(rows)));
  }

  /** Its age is measured here: what PostgreSQL knows of others' sessions it may not tell us. */
  private void waitsFor(Row row) {
    String xid = row.getString(0);
    long now = System.nanoTime();
    if (!Objects.equals(xid, oldest)) {
      if (told) {
        LOG.info("feed runner: the transaction {} that was waited for has ended", oldest);
      }
      oldest = xid;
      oldestSince = now;
      told = false;
    }
    long ms = xid == null ? 0 : TimeUnit.NANOSECONDS.toMillis(now - oldestSince);
    if (ms < WAITS_OF_IDLE * limits.idleMs()) {
      metrics.waits(0, 0);
      return;
    }
    metrics.waits(ms / 1000.0, row.getInteger(1));
    if (!told) {
      told = true;
      LOG.error(
          "feed and batch closing wait for transaction {} of process {} ({}) in database {}, open"
              + " for at least {} s: end it",
          xid,
          row.getInteger(1),
          row.getString(2),
          row.getString(3),
          ms / 1000);
    }
  }

  private static Row only(RowSet<Row> rows) {
    return rows.iterator().next();
  }
}
