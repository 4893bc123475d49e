package cn.unionecard.gateway.report;

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
 * The room of reports of one node: what its event loops share. A report may take long, so it has
 * connections of its own, few of them, and nobody else waits for it.
 */
public final class Reports {
  /** Time for one report; then it was in vain, and the caller hears 503 or 504. */
  static final int DEADLINE_MS = 30_000;

  private static final int CONNECTIONS_MAX = 2;
  private static final int WAITING_MAX = 16;
  private static final int STATEMENT_MS_MAX = 25_000;

  private final Pool pool;
  private final Clock clock;

  public Reports(Vertx vertx, PostgresUrl postgres, Limits limits, Clock clock) {
    this.clock = clock;
    pool =
        PostgresUrl.pool(
            vertx,
            session(postgres, limits),
            new PoolOptions()
                .setName("ecard-report")
                .setMaxSize(CONNECTIONS_MAX)
                .setMaxWaitQueueSize(WAITING_MAX)
                .setConnectionTimeout(DEADLINE_MS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS),
            limits);
  }

  /** Every transaction sees one snapshot, and can write nothing. */
  private static PgConnectOptions session(PostgresUrl postgres, Limits limits) {
    return postgres
        .connectOptions("ecard-report", limits)
        .addProperty("statement_timeout", Integer.toString(STATEMENT_MS_MAX))
        .addProperty("lock_timeout", Integer.toString(STATEMENT_MS_MAX))
        .addProperty("idle_in_transaction_session_timeout", Integer.toString(DEADLINE_MS))
        .addProperty("default_transaction_isolation", "repeatable read")
        .addProperty("default_transaction_read_only", "on");
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new ReportDesk(new Office(pool, clock), clock);
  }
}
