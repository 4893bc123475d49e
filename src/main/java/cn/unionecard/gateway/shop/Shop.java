package cn.unionecard.gateway.shop;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.Snapshots;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.function.Supplier;

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
  private final Supplier<Customers> customers;
  private final Clock clock;

  /**
   * @param customers makes what names them; none is used by two event loops
   */
  public Shop(
      Vertx vertx,
      PostgresUrl postgres,
      Limits limits,
      Supplier<Customers> customers,
      Clock clock) {
    this.customers = customers;
    this.clock = clock;
    pool =
        new Snapshots("ecard-shop", CONNECTIONS_MAX, WAITING_MAX, STATEMENT_MS_MAX, DEADLINE_MS)
            .pool(vertx, postgres, limits);
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new ShopDesk(new Office(pool, clock), new Trade(customers.get()), clock);
  }
}
