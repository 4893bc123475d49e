package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/** Where terminals stand, in PostgreSQL. */
public final class StoredTerminalPlaces implements TerminalPlaces {
  private static final String PLACE =
      """
      select t.terminal_no, t.status, m.merchant_no, m.name, m.status as merchant_status
      from terminal t join merchant m on m.id = t.merchant
      where t.terminal_no = $1""";

  private final Pool pool;

  public StoredTerminalPlaces(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<@Nullable TerminalPlace> of(TerminalId terminal) {
    return StoreFailure.toldOfReading(
        pool.preparedQuery(PLACE)
            .execute(Tuple.of(terminal.value()))
            .map(StoredTerminalPlaces::only));
  }

  private static @Nullable TerminalPlace only(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return null;
    }
    Row row = rows.iterator().next();
    return new TerminalPlace(
        row.getString("terminal_no"),
        row.getString("status"),
        row.getString("merchant_no"),
        row.getString("name"),
        row.getString("merchant_status"));
  }
}
