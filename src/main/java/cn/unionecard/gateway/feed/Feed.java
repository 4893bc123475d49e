package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The feed of one node: a runner that competes for the numbering, an ear at the end of the feed, a
 * small pool to read it, and routes for each event loop.
 */
public final class Feed {
  private static final int READERS_MAX = 2;
  private static final int READER_WAIT_S = 5;

  /**
   * Every statement is made to walk indexes. A plan made while the tables were empty must not
   * survive as a walk through whole tables, and none is worth compiling. The keep-alives let the
   * server notice a vanished runner, and free its lock, within half a minute.
   */
  static final Map<String, String> SESSION =
      Map.of(
          "plan_cache_mode", "force_generic_plan",
          "enable_seqscan", "off",
          "enable_bitmapscan", "off",
          "enable_hashjoin", "off",
          "enable_mergejoin", "off",
          "jit", "off",
          "tcp_keepalives_idle", "10",
          "tcp_keepalives_interval", "5",
          "tcp_keepalives_count", "3");

  private final Vertx vertx;
  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private final FeedRunner runner;
  private final FeedHead head;
  private final Pool pool;
  private final AtomicBoolean ending = new AtomicBoolean();

  /**
   * @param postgres where the tables are; sessions of one's own are needed, so no pooler that hands
   *     them out by transaction
   */
  public Feed(Vertx vertx, PostgresUrl postgres, Limits limits, MeterRegistry registry) {
    this(vertx, postgres, limits, FeedLimits.of(limits), registry);
  }

  public Feed(
      Vertx vertx, PostgresUrl postgres, Limits common, FeedLimits limits, MeterRegistry registry) {
    this.vertx = vertx;
    this.limits = limits;
    metrics = new FeedMetrics(registry, postgres.database());
    PgConnectOptions options = session(postgres, common, limits);
    runner = new FeedRunner(options, limits, metrics);
    head = new FeedHead(options, limits);
    pool = PostgresUrl.pool(vertx, options, poolOptions(limits), common);
  }

  public static PgConnectOptions session(PostgresUrl postgres, Limits common, FeedLimits limits) {
    PgConnectOptions options = postgres.connectOptions("ecard-feed", common);
    SESSION.forEach(options::addProperty);
    return options.addProperty("statement_timeout", Integer.toString(limits.roundTimeoutMs()));
  }

  private static PoolOptions poolOptions(FeedLimits limits) {
    return new PoolOptions()
        .setName("ecard-feed")
        .setMaxSize(READERS_MAX)
        .setMaxWaitQueueSize(limits.subscribersMax())
        .setConnectionTimeout(READER_WAIT_S)
        .setConnectionTimeoutUnit(TimeUnit.SECONDS);
  }

  /** Starts; PostgreSQL need not be there yet. */
  public Future<Void> start() {
    return vertx.deployVerticle(head).compose(id -> vertx.deployVerticle(runner)).mapEmpty();
  }

  /** The routes for one event loop: call it once in each. */
  public FeedRoutes routes() {
    return new FeedRoutes(vertx, reader(), limits, metrics, ending::get);
  }

  /** A reader of one's own, for one event loop. */
  public FeedReader reader() {
    return new FeedReader(pool, limits);
  }

  /** A hint that events were just committed, from any thread; spares them the runner's pause. */
  public void wake() {
    runner.wake();
  }

  /** Closes all streams, and those that are just being opened, with a word to resume elsewhere. */
  public void endStreams() {
    ending.set(true);
    vertx
        .eventBus()
        .publish(FeedRoutes.CLOSING, FeedRoutes.STOPS, new DeliveryOptions().setLocalOnly(true));
  }

  /** Closes all streams, and leaves the numbering to others. */
  public Future<Void> stop() {
    endStreams();
    return Future.join(vertx.undeploy(runner.deploymentID()), vertx.undeploy(head.deploymentID()))
        .compose(done -> pool.close());
  }
}
