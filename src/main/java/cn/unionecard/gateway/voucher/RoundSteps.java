package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.Sweep;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives to those whom the queries of open rounds find, so many in each transaction; where it stands
 * is in the round's row, so another node, or this one after a crash, goes on from there.
 */
final class RoundSteps {
  private static final int MEMBERS_AT_ONCE = 500;

  private static final String DUE =
      """
      select id from benefit_round
      where way = 'QUERY' and state = 'OPEN' and id > $1 order by id limit $2
      """;
  private static final String STEP = "select round_step($1, $2, $3) as done";

  private final Pool pool;
  private final Clock clock;
  private final Sweep<Integer> sweep;

  RoundSteps(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
    this.sweep =
        new Sweep<>(
            "rounds by query",
            (last, most) ->
                pool.preparedQuery(DUE)
                    .execute(Tuple.of(last == null ? 0 : last, most))
                    .map(
                        rows -> {
                          List<Integer> due = new ArrayList<>();
                          for (Row row : rows) {
                            due.add(row.getInteger("id"));
                          }
                          return due;
                        }),
            this::all);
  }

  /** One round of all; how many were taken. */
  Future<Integer> run() {
    return sweep.run();
  }

  private Future<Boolean> all(int round) {
    return pool.preparedQuery(STEP)
        .execute(Tuple.of(round, MEMBERS_AT_ONCE, clock.instant().atOffset(ZoneOffset.UTC)))
        .compose(
            rows ->
                rows.iterator().next().getBoolean("done")
                    ? Future.succeededFuture(true)
                    : all(round));
  }
}
