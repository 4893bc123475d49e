package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.TimeUnit;

/**
 * The word, within one process, that PostgreSQL takes no writes where we are connected: another
 * server may by now stand behind its name, and whoever only reads would never notice. Whoever hears
 * it connects anew.
 */
public final class Renewal {
  private static final String ADDRESS = "stores.renewal";
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  /** While a store stays like that, nobody connects more often. */
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(5);

  private final Runnable renew;
  private long quietUntil = System.nanoTime();

  private Renewal(Runnable renew) {
    this.renew = renew;
  }

  /** Says it. */
  public static void ask(Vertx vertx) {
    vertx.eventBus().publish(ADDRESS, "", HERE);
  }

  /**
   * Listens on the calling context.
   *
   * @return to be unregistered at the end
   */
  public static MessageConsumer<String> hear(Vertx vertx, Runnable renew) {
    Renewal renewal = new Renewal(renew);
    return vertx.eventBus().localConsumer(ADDRESS, asked -> renewal.heard());
  }

  private void heard() {
    long now = System.nanoTime();
    if (now - quietUntil >= 0) {
      quietUntil = now + PAUSE_NS;
      renew.run();
    }
  }
}
