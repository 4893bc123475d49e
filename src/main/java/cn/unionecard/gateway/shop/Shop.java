package cn.unionecard.gateway.shop;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The merchants' figures of one node: what its event loops share. Thousands of merchants may look
 * at once, so they have connections of their own, and neither a sale nor a desk waits for them.
 */
public final class Shop {
  /** Time for one answer; then it was in vain, and the caller hears 503 or 504. */
  static final int DEADLINE_MS = 10_000;

  private static final int CONNECTIONS_MAX = 2;
  private static final int WAITING_MAX = 64;
  private static final int STATEMENT_MS_MAX = 5_000;

  private final Pool pool;
  private final Clock clock;

  public Shop(Vertx vertx, PostgresUrl postgres, Limits limits, Clock clock) {
    this.clock = clock;
    pool =
        PostgresUrl.pool(
            vertx,
            session(postgres, limits),
            new PoolOptions()
                .setName("ecard-shop")
                .setMaxSize(CONNECTIONS_MAX)
                .setMaxWaitQueueSize(WAITING_MAX)
                .setConnectionTimeout(DEADLINE_MS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS),
            limits);
  }

  /** Every transaction sees one snapshot, and can write nothing. */
  private static PgConnectOptions session(PostgresUrl postgres, Limits limits) {
    return postgres
        .connectOptions("ecard-shop", limits)
        .addProperty("statement_timeout", Integer.toString(STATEMENT_MS_MAX))
        .addProperty("lock_timeout", Integer.toString(STATEMENT_MS_MAX))
        .addProperty("idle_in_transaction_session_timeout", Integer.toString(DEADLINE_MS))
        .addProperty("default_transaction_isolation", "repeatable read")
        .addProperty("default_transaction_read_only", "on");
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new ShopDesk(new Office(pool, clock), clock);
  }
}
