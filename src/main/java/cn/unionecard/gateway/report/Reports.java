package cn.unionecard.gateway.report;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.Snapshots;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

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
        new Snapshots("ecard-report", CONNECTIONS_MAX, WAITING_MAX, STATEMENT_MS_MAX, DEADLINE_MS)
            .pool(vertx, postgres, limits);
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new ReportDesk(new Office(pool, clock), clock);
  }
}
