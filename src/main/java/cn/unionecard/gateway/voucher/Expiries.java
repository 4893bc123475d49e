package cn.unionecard.gateway.voucher;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the unions of what went unused until its time was over. */
final class Expiries {
  private static final Logger LOG = LoggerFactory.getLogger(Expiries.class);
  private static final String TELL = "select vouchers_expire($1) as rounds";

  private final Pool pool;
  private final Clock clock;

  Expiries(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** Looks once; of how many rounds something was told. */
  Future<Integer> run() {
    return pool.preparedQuery(TELL)
        .execute(Tuple.of(clock.instant().atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.iterator().next().getInteger("rounds"))
        .onFailure(
            failure ->
                LOG.warn("what is over is told of by the next look: {}", failure.toString()));
  }
}
