package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a store does what is needed of it, found by doing it: now and then by itself, and
 * whenever asked, but not more often than once in {@value #FRESH_MS} ms however many ask. Says once
 * when the store is lost and once when it is back. May be asked from any thread.
 */
public final class StoreProbe {
  private static final Logger LOG = LoggerFactory.getLogger(StoreProbe.class);
  static final long FRESH_MS = 1_000;
  private static final long PATIENCE_MS = 900;
  private static final long EVERY_MS = 2_000;

  private final Vertx vertx;
  private final String name;
  private final Supplier<Future<?>> trial;
  private @Nullable Future<Void> last;
  private long askedNs;
  private boolean lost;
  private long timer;

  /**
   * @param name of the store, in the log
   * @param trial uses the store as it is used in earnest
   */
  public StoreProbe(Vertx vertx, String name, Supplier<Future<?>> trial) {
    this.vertx = vertx;
    this.name = name;
    this.trial = trial;
  }

  /** Begins to look by itself. */
  public void start() {
    timer = vertx.setPeriodic(EVERY_MS, due -> lookAgain());
  }

  private void lookAgain() {
    var unused = ask(); // what it finds, it says
  }

  public void stop() {
    boolean unused = vertx.cancelTimer(timer);
  }

  /** Fails with {@link Unfit} if it does not; answers within a second. */
  public synchronized Future<Void> ask() {
    long now = System.nanoTime();
    Future<Void> known = last;
    if (known != null
        && (!known.isComplete() || now - askedNs < TimeUnit.MILLISECONDS.toNanos(FRESH_MS))) {
      return known;
    }
    askedNs = now;
    Future<Void> asked =
        Future.succeededFuture()
            .compose(go -> trial.get())
            .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
            .<Void>mapEmpty()
            .recover(failure -> Future.failedFuture(unfit(failure)));
    last = asked;
    return asked.onSuccess(works -> back()).onFailure(this::gone);
  }

  private Throwable unfit(Throwable failure) {
    if (failure instanceof Unfit) {
      return failure;
    }
    return switch (StoreFailure.of(failure)) {
      case UNWRITABLE -> new Unfit("takes no writes");
      case OVERLOADED, CONFLICT -> new Unfit("overloaded");
      case UNREACHABLE, LOST -> new Unfit("does not answer");
      case OUTDATED, BUG -> {
        LOG.warn("{} cannot be tried", name, failure);
        yield new Unfit("cannot be used");
      }
    };
  }

  /** Whether it did what is needed when it was last asked. */
  public synchronized boolean works() {
    return !lost;
  }

  private synchronized void gone(Throwable why) {
    if (!lost) {
      lost = true;
      LOG.warn("{} {}", name, String.valueOf(why.getMessage()));
    }
  }

  private synchronized void back() {
    if (lost) {
      lost = false;
      LOG.info("{} is back", name);
    }
  }
}
