package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/**
 * Connections for those who only look, and for long: each transaction sees one snapshot, and can
 * write nothing.
 *
 * @param name of the pool and of its sessions
 * @param connectionsMax how many
 * @param waitingMax how many may wait for one
 * @param statementMsMax what one statement, and a wait for a lock, may take
 * @param deadlineMs what a whole answer may take
 */
public record Snapshots(
    String name, int connectionsMax, int waitingMax, int statementMsMax, int deadlineMs) {
  /** Opens nothing yet. */
  public Pool pool(Vertx vertx, PostgresUrl postgres, Limits limits) {
    return PostgresUrl.pool(
        vertx,
        session(postgres, limits),
        new PoolOptions()
            .setName(name)
            .setMaxSize(connectionsMax)
            .setMaxWaitQueueSize(waitingMax)
            .setConnectionTimeout(deadlineMs)
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS),
        limits);
  }

  private PgConnectOptions session(PostgresUrl postgres, Limits limits) {
    return postgres
        .connectOptions(name, limits)
        .addProperty("statement_timeout", Integer.toString(statementMsMax))
        .addProperty("lock_timeout", Integer.toString(statementMsMax))
        .addProperty("idle_in_transaction_session_timeout", Integer.toString(deadlineMs))
        .addProperty("default_transaction_isolation", "repeatable read")
        .addProperty("default_transaction_read_only", "on");
  }
}
