package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds holds whose time is over. Changes nothing: their expiry flies as a request of its own. */
public final class Holds {
  /**
   * A hold whose time is over.
   *
   * @param expiry what ends it
   */
  public record Due(Request expiry, long dueMs, long origin) {}

  private final Pool pool;

  public Holds(Pool pool) {
    this.pool = pool;
  }

  /**
   * The holds that are due.
   *
   * @param nowMs ms since 1970
   * @param most how many at most, the oldest first
   * @param behind where the last look ended, or null
   */
  public Future<List<Due>> due(long nowMs, int most, @Nullable Due behind) {
    long fromMs = behind == null ? Long.MIN_VALUE : behind.dueMs();
    long origin = behind == null ? 0 : behind.origin();
    return pool.preparedQuery(FollowingSql.DUE_HOLDS)
        .execute(Tuple.of(nowMs, (long) most, fromMs, origin))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>();
              for (Row row : rows) {
                TerminalId terminal = new TerminalId(row.getString(0));
                RequestId key = new RequestId(row.getString(1));
                due.add(new Due(Request.expiry(terminal, key), row.getLong(2), row.getLong(3)));
              }
              return due;
            });
  }
}
