package cn.unionecard.gateway.desk;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Whose hand takes a step, when, and in which open transaction.
 *
 * @param staff id of the account; null unless it is {@link By#STAFF}
 */
public record Hand(By by, @Nullable Integer staff, OffsetDateTime at, Store store) {
  /** Who it can be. */
  public enum By {
    OPENER,
    STAFF,
    GATEWAY
  }

  /** An open transaction. */
  interface Store {
    Future<RowSet<Row>> ask(String sql, @Nullable Object... arguments);
  }

  public static Hand of(Visit visit) {
    return new Hand(By.STAFF, visit.actor().id(), visit.at(), visit::ask);
  }

  public static Hand of(By by, SqlConnection connection, Instant at) {
    return new Hand(
        by,
        null,
        at.atOffset(ZoneOffset.UTC),
        (sql, arguments) ->
            connection.preparedQuery(sql).execute(Tuple.wrap(Arrays.asList(arguments))));
  }

  public Future<RowSet<Row>> ask(String sql, @Nullable Object... arguments) {
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
