package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call, mostly of somebody without an account: its open transaction, and when. */
public final class Errand {
  private final Hand.Store store;
  private final OffsetDateTime at;

  private Errand(Hand.Store store, OffsetDateTime at) {
    this.store = store;
    this.at = at;
  }

  /** Within the transaction of a call of staff. */
  public static Errand of(Visit visit) {
    return new Errand(visit::ask, visit.at());
  }

  /**
   * Runs the work in one transaction, which is committed if it succeeds. The work's first statement
   * goes out together with the one that begins it.
   */
  public static <T> Future<T> run(Pool pool, Clock clock, Function<Errand, Future<T>> work) {
    return StoreFailure.told(
        pool.withConnection(
            connection -> {
              Future<Transaction> begun = connection.begin();
              Future<T> done = work.apply(of(connection, clock.instant()));
              return begun.compose(
                  transaction ->
                      done.recover(
                              failure ->
                                  transaction
                                      .rollback()
                                      .transform(
                                          undone ->
                                              Future.failedFuture(
                                                  StoreFailure.nothingDone(failure))))
                          .compose(result -> transaction.commit().map(result)));
            }));
  }

  private static Errand of(SqlConnection connection, Instant at) {
    return new Errand(
        (sql, arguments) ->
            connection.preparedQuery(sql).execute(Tuple.wrap(Arrays.asList(arguments))),
        at.atOffset(ZoneOffset.UTC));
  }

  public OffsetDateTime at() {
    return at;
  }

  /** For what is done in the gateway's name. */
  public Hand hand() {
    return new Hand(Hand.By.GATEWAY, null, at, store);
  }

  Future<RowSet<Row>> ask(String sql, @Nullable Object... arguments) {
    return store.ask(sql, arguments);
  }

  /** The first row a statement gives, or null. */
  public Future<@Nullable Row> first(String sql, @Nullable Object... arguments) {
    return ask(sql, arguments)
        .map(
            rows -> {
              Iterator<Row> all = rows.iterator();
              return all.hasNext() ? all.next() : null;
            });
  }
}
