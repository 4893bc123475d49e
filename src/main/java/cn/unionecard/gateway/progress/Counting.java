package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds first uses in the feed and folds what was noted into the sums, page after page until
 * nothing is left. Several nodes may do so at once: one works, the others find nothing to do.
 * Belongs to one event loop.
 */
public final class Counting {
  private static final Logger LOG = LoggerFactory.getLogger(Counting.class);
  private static final int EVENTS_MAX = 2_000;
  private static final int NOTES_MAX = 20_000;
  private static final String USE = "select progress_use($1) as n";
  private static final String FOLD = "select progress_fold($1) as n";

  private final Pool pool;
  private boolean running;

  Counting(Pool pool) {
    this.pool = pool;
  }

  /** One round. Nothing while the one before still runs. Fails never. */
  public Future<Void> run() {
    if (running) {
      return Future.succeededFuture();
    }
    running = true;
    return pages(USE, EVENTS_MAX)
        .compose(used -> pages(FOLD, NOTES_MAX))
        .recover(
            failure -> {
              if (StoreFailure.of(failure) == StoreFailure.BUG) {
                LOG.error("progress is not counted", failure);
              } else {
                LOG.warn("progress is counted by the next round: {}", failure.toString());
              }
              return Future.succeededFuture();
            })
        .onComplete(over -> running = false);
  }

  private Future<Void> pages(String sql, int most) {
    return pool.preparedQuery(sql)
        .execute(Tuple.of(most))
        .compose(
            rows ->
                rows.iterator().next().getLong("n") < most
                    ? Future.succeededFuture()
                    : pages(sql, most));
  }
}
