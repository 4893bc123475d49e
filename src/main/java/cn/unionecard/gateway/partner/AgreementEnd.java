package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nobody works here without an agreement: whose last day has passed is suspended. */
final class AgreementEnd {
  private static final String DUE =
      """
      select id from partner
      where id > $1 and state in ('TRIAL', 'LIVE') and agreement_until < $3 order by id limit $2
      """;

  private final Pool pool;
  private final Clock clock;

  AgreementEnd(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), Clocks.CHINA);
  }

  Future<List<Long>> due(@Nullable Long last, int most) {
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(last == null ? 0L : last, most, today()))
        .map(
            rows -> {
              List<Long> found = new ArrayList<>();
              for (Row row : rows) {
                found.add(row.getLong("id"));
              }
              return found;
            });
  }

  /** False: somebody was quicker. */
  Future<Boolean> suspend(Long id) {
    return DeskTransaction.attempt(
        pool,
        clock,
        DeskTransaction.By.GATEWAY,
        tx ->
            PartnerRow.lock(tx, id)
                .compose(
                    partner ->
                        partner != null && partner.works() && partner.isOver(today())
                            ? PartnerLife.suspend(tx, partner, "协议已到期 the agreement is over")
                                .map(done -> true)
                            : Future.succeededFuture(false)));
  }
}
