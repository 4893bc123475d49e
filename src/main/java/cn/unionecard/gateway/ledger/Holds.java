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

/** Finds holds whose time is over. Changes nothing: their expiry flies as a request of its own. */
public final class Holds {
  private final Pool pool;

  public Holds(Pool pool) {
    this.pool = pool;
  }

  /**
   * The expiries that are due.
   *
   * @param nowMs ms since 1970
   * @param most how many at most, the oldest first
   */
  public Future<List<Request>> due(long nowMs, int most) {
    return pool.preparedQuery(FollowingSql.DUE_HOLDS)
        .execute(Tuple.of(nowMs, (long) most))
        .map(
            rows -> {
              List<Request> expiries = new ArrayList<>();
              for (Row row : rows) {
                TerminalId terminal = new TerminalId(row.getString(0));
                expiries.add(Request.expiry(terminal, new RequestId(row.getString(1))));
              }
              return expiries;
            });
  }
}
