package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.TransactionPropagation;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.Connection;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * A pool whose sessions are renewed. What fails because a session is out of date ({@link
 * StoreFailure#OUTDATED}) is done once more in a new one, and nobody sees it; the work may
 * therefore be called twice. All sessions that are older are then closed before they serve again;
 * so are they when PostgreSQL takes no writes where they are ({@link Renewal}).
 */
public final class RenewedPool implements Pool {
  private static final long CLOSE_MS_MAX = 500;

  private final Vertx vertx;
  private final Pool pool;
  private final MessageConsumer<String> renewal;
  private final AtomicInteger generation = new AtomicInteger();
  private final Map<Connection, Integer> births = Collections.synchronizedMap(new WeakHashMap<>());

  public RenewedPool(Vertx vertx, Pool pool) {
    this.vertx = vertx;
    this.pool = pool;
    renewal = Renewal.hear(vertx, generation::incrementAndGet);
  }

  /** What one session does. */
  private interface Work<T extends @Nullable Object> extends Function<SqlConnection, Future<T>> {}

  @Override
  public <T extends @Nullable Object> Future<T> withConnection(
      Function<SqlConnection, Future<T>> work) {
    return run(work::apply, true);
  }

  /** A failure before COMMIT is one that left nothing behind, whatever became of the connection. */
  @Override
  public <T extends @Nullable Object> Future<T> withTransaction(
      Function<SqlConnection, Future<T>> work) {
    return run(connection -> transaction(connection, work), true);
  }

  @Override
  public <T extends @Nullable Object> Future<T> withTransaction(
      TransactionPropagation propagation, Function<SqlConnection, Future<T>> work) {
    throw new UnsupportedOperationException("transactions are not handed on by context");
  }

  private static <T extends @Nullable Object> Future<T> transaction(
      SqlConnection connection, Function<SqlConnection, Future<T>> work) {
    return connection
        .begin()
        .compose(begun -> done(connection, begun, work))
        .recover(failure -> Future.failedFuture(StoreFailure.nothingDone(failure)))
        .compose(done -> done.begun().commit().map(committed -> done.result()));
  }

  private record Done<T extends @Nullable Object>(Transaction begun, T result) {}

  private static <T extends @Nullable Object> Future<Done<T>> done(
      SqlConnection connection, Transaction begun, Function<SqlConnection, Future<T>> work) {
    return Future.succeededFuture(connection)
        .compose(work)
        .map(result -> new Done<>(begun, result))
        .recover(failure -> begun.rollback().transform(undone -> Future.failedFuture(failure)));
  }

  private <T extends @Nullable Object> Future<T> run(Work<T> work, boolean again) {
    return getConnection()
        .compose(
            connection -> {
              int born = born(connection);
              return Future.succeededFuture(connection)
                  .compose(work)
                  .transform(
                      result -> {
                        boolean outdated = result.failed() && isOutdated(result.cause(), born);
                        return release(connection)
                            .transform(
                                released ->
                                    outdated && again
                                        ? run(work, false)
                                        : result.failed()
                                            ? Future.failedFuture(result.cause())
                                            : Future.succeededFuture(result.result()));
                      });
            });
  }

  private boolean isOutdated(Throwable failure, int born) {
    StoreFailure why = StoreFailure.of(failure);
    if (why == StoreFailure.OUTDATED) {
      boolean unused = generation.compareAndSet(born, born + 1); // else others have done so
    } else if (why == StoreFailure.UNWRITABLE) {
      Renewal.ask(vertx);
    }
    return why == StoreFailure.OUTDATED;
  }

  // ---- sessions

  /** A session that is not out of date, as far as is known. To be closed by whoever took it. */
  @Override
  public Future<SqlConnection> getConnection() {
    return pool.getConnection()
        .recover(failure -> Future.failedFuture(new StoreFailure.NothingDone(failure)))
        .compose(
            connection ->
                serves(connection)
                    ? Future.succeededFuture(connection)
                    : cut(connection).transform(closed -> getConnection()));
  }

  /** When it was first taken, which is when it was made. */
  private int born(SqlConnection connection) {
    return births.computeIfAbsent(session(connection), first -> generation.get());
  }

  private static Connection session(SqlConnection connection) {
    return ((SqlConnectionInternal) connection).unwrap().unwrap();
  }

  private Future<?> release(SqlConnection connection) {
    return serves(connection) ? connection.close() : cut(connection);
  }

  private boolean serves(SqlConnection connection) {
    return born(connection) == generation.get() && session(connection).isValid();
  }

  /**
   * Closing gives a connection back to the pool; this ends its session before. The pool is told
   * within the same tick as the handler, so the connection is given back in the next.
   */
  private Future<?> cut(SqlConnection connection) {
    Promise<Void> ended = Promise.promise();
    if (!(session(connection) instanceof SocketConnectionBase open) || !open.isValid()) {
      vertx.runOnContext(next -> ended.tryComplete());
      return ended.future().compose(over -> connection.close()).otherwiseEmpty();
    }
    connection.closeHandler(closed -> vertx.runOnContext(next -> ended.tryComplete()));
    var unused = open.socket().channelHandlerContext().channel().close(); // told by the handler
    return ended
        .future()
        .timeout(CLOSE_MS_MAX, TimeUnit.MILLISECONDS)
        .transform(over -> connection.close())
        .otherwiseEmpty();
  }

  // ---- single statements

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return new Simple<>(connection -> connection.query(sql));
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return new Prepared<>(connection -> connection.preparedQuery(sql));
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return new Prepared<>(connection -> connection.preparedQuery(sql, options));
  }

  @Override
  public int size() {
    return pool.size();
  }

  @Override
  public Future<Void> close() {
    return renewal.unregister().transform(over -> pool.close());
  }

  private final class Simple<T> implements Query<T> {
    private final Function<SqlConnection, Query<T>> made;

    Simple(Function<SqlConnection, Query<T>> made) {
      this.made = made;
    }

    @Override
    public Future<T> execute() {
      return run(connection -> made.apply(connection).execute(), true);
    }

    @Override
    public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
      return new Simple<>(connection -> made.apply(connection).collecting(collector));
    }

    @Override
    public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
      return new Simple<>(connection -> made.apply(connection).mapping(mapper));
    }
  }

  private final class Prepared<T> implements PreparedQuery<T> {
    private final Function<SqlConnection, PreparedQuery<T>> made;

    Prepared(Function<SqlConnection, PreparedQuery<T>> made) {
      this.made = made;
    }

    @Override
    public Future<T> execute() {
      return run(connection -> made.apply(connection).execute(), true);
    }

    @Override
    public Future<T> execute(Tuple tuple) {
      return run(connection -> made.apply(connection).execute(tuple), true);
    }

    @Override
    public Future<T> executeBatch(List<Tuple> batch) {
      return run(connection -> made.apply(connection).executeBatch(batch), true);
    }

    @Override
    public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
      return new Prepared<>(connection -> made.apply(connection).collecting(collector));
    }

    @Override
    public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
      return new Prepared<>(connection -> made.apply(connection).mapping(mapper));
    }
  }
}
