package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over all rows that are due, page by page in the order of their keys, and takes each alone.
 * One that cannot be done is stepped over and told, so it stands before no other; a store that
 * fails ends the round, and the next one begins anew. Several nodes may sweep at once. Belongs to
 * one event loop.
 *
 * @param <K> what names a row, in the order in which rows are taken
 */
public final class Sweep<K> {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final int PAGE_ROWS = 100;

  /** Finds rows that are due. */
  public interface Due<K> {
    /**
     * The next ones.
     *
     * @param last the key behind which to look; null: from the beginning
     * @param most how many
     */
    Future<List<K>> behind(@Nullable K last, int most);
  }

  /**
   * What is due by a day in China.
   *
   * @param due finds ids: behind $1, at most $2, as of the day $3, in their order
   */
  public static Due<Long> byDay(Pool pool, String due, Clock clock) {
    return (last, most) ->
        pool.preparedQuery(due)
            .execute(
                Tuple.of(
                    last == null ? 0L : last,
                    most,
                    LocalDate.ofInstant(clock.instant(), Clocks.CHINA)))
            .map(
                rows -> {
                  List<Long> found = new ArrayList<>(rows.size());
                  rows.forEach(row -> found.add(row.getLong("id")));
                  return found;
                });
  }

  /** Takes one row in a transaction of its own. */
  public interface Step<K> {
    /** False: somebody else is at it, or it is due no longer. */
    Future<Boolean> take(K key);
  }

  private final String what;
  private final Due<K> due;
  private final Step<K> step;
  private boolean running;

  /**
   * @param what is swept, for the log
   */
  public Sweep(String what, Due<K> due, Step<K> step) {
    this.what = what;
    this.due = due;
    this.step = step;
  }

  /** One round: how many were done. Nothing while the round before still runs. Fails never. */
  public Future<Integer> run() {
    if (running) {
      return Future.succeededFuture(0);
    }
    running = true;
    Round round = new Round();
    return round
        .page(null)
        .otherwise(
            failure -> {
              LOG.warn("{}: what is left waits for the next sweep: {}", what, failure.toString());
              return null;
            })
        .map(over -> round.done)
        .onComplete(over -> running = false);
  }

  private final class Round {
    private int done;

    Future<Void> page(@Nullable K last) {
      return due.behind(last, PAGE_ROWS)
          .compose(
              keys ->
                  takeAll(keys)
                      .compose(
                          taken ->
                              keys.size() < PAGE_ROWS
                                  ? Future.succeededFuture()
                                  : page(keys.get(keys.size() - 1))));
    }

    private Future<Void> takeAll(List<K> keys) {
      Future<Void> chain = Future.succeededFuture();
      for (K key : keys) {
        chain = chain.compose(before -> take(key));
      }
      return chain;
    }

    private Future<Void> take(K key) {
      return step.take(key)
          .compose(
              moved -> {
                done += moved ? 1 : 0;
                return Future.<Void>succeededFuture();
              })
          .recover(failure -> stepOver(key, failure));
    }

    private Future<Void> stepOver(K key, Throwable failure) {
      return switch (StoreFailure.of(failure)) {
        // somebody else was quicker; a cache of this session is renewed by the next statement
        case CONFLICT, OUTDATED -> Future.succeededFuture();
        case OVERLOADED, UNREACHABLE, UNWRITABLE, LOST -> Future.failedFuture(failure);
        case BUG -> {
          LOG.error("{}: {} cannot be done and is stepped over", what, key, failure);
          yield Future.succeededFuture();
        }
      };
    }
  }
}
