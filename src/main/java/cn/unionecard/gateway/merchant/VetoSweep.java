package cn.unionecard.gateway.merchant;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether a merchant falls under a ground of the veto, or no longer does,
 * that nothing has noticed. One transaction for each; may run on every node at once.
 */
public final class VetoSweep {
  private static final Logger LOG = LoggerFactory.getLogger(VetoSweep.class);
  private static final int ROUND_ROWS = 100;

  private static final String DUE =
      """
      select m.id from merchant m
      left join merchant_veto v on v.merchant = m.id and v.lifted_at is null
      where m.status <> 'TERMINATED'
        and (merchant_veto_grounds(m.id) <> coalesce(v.grounds, '{}')
          or (v.id is not null and m.status in ('APPROVED', 'LIVE', 'RECTIFYING')))
      order by m.id limit $1
      """;

  private static final String APPLY = "select merchant_veto_apply($1, null, $2)";

  private final Pool pool;
  private final Clock clock;
  private boolean running;

  VetoSweep(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** One round; nothing if the one before still runs. Fails never: the next round tries again. */
  public Future<Integer> run() {
    if (running) {
      return Future.succeededFuture(0);
    }
    running = true;
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(ROUND_ROWS))
        .compose(this::applyAll)
        .otherwise(
            failure -> {
              LOG.warn("the veto could not be looked at: {}", String.valueOf(failure.getMessage()));
              return 0;
            })
        .onComplete(done -> running = false);
  }

  private Future<Integer> applyAll(RowSet<Row> due) {
    Future<Integer> chain = Future.succeededFuture(due.size());
    for (Row row : due) {
      chain =
          chain.compose(
              count ->
                  pool.preparedQuery(APPLY)
                      .execute(
                          Tuple.of(row.getInteger("id"), clock.instant().atOffset(ZoneOffset.UTC)))
                      .map(applied -> count));
    }
    return chain;
  }
}
