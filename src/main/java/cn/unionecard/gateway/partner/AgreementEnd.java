package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Sweep;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.LocalDate;

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

  Sweep.Due<Long> due() {
    return Sweep.byDay(pool, DUE, clock);
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
