package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tries PostgreSQL by writing a row that is this node's own and reading which schema there is. A
 * schema that is newer than the one the node began with is told of and served: it is how a release
 * is rolled out; an older one is a restored copy.
 */
public final class Postgres {
  private static final String PULSE =
      """
      with beat as (
        insert into node_pulse (node, at) values ($1, clock_timestamp())
        on conflict (node) do update set at = excluded.at returning node)
      select (select version from schema_history where success and version is not null
        order by installed_rank desc limit 1)::integer from beat""";

  private final Pool pool;
  private final String node;
  private final AtomicInteger began = new AtomicInteger();
  private volatile int seen;

  public Postgres(Pool pool, String node) {
    this.pool = pool;
    this.node = node;
  }

  /** Fails if it cannot be written, or holds an older schema. */
  public Future<Void> writes() {
    return pool.preparedQuery(PULSE).execute(Tuple.of(node)).compose(this::schema);
  }

  private Future<Void> schema(RowSet<Row> rows) {
    int version = rows.iterator().next().getInteger(0);
    seen = version;
    boolean first = began.compareAndSet(0, version);
    return first || version >= began.get()
        ? Future.succeededFuture()
        : Future.failedFuture(new Unfit("holds an older schema"));
  }

  /** Fails if the schema is another one by now. */
  public Future<Void> isOfThisRelease() {
    return seen == began.get()
        ? Future.succeededFuture()
        : Future.failedFuture(new Unfit("changed since this node started"));
  }
}
