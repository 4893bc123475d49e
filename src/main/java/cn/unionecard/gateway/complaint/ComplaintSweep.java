package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Sweep;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moves complaints whose time is over: up one level; where nobody stands above they are marked;
 * what was answered and not objected to is closed. One transaction for each, and none waits for one
 * that somebody else is at, so every node may sweep, and one may die on the way.
 */
public final class ComplaintSweep {
  private final Pool pool;
  private final Clock clock;
  private final Sweep<ComplaintRow.Due> stale;
  private final Sweep<ComplaintRow.Due> due;

  ComplaintSweep(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
    stale =
        new Sweep<>(
            "deadlines of an older calendar",
            (last, most) -> look(tx -> ComplaintRow.stale(tx, last, most)),
            row -> look(tx -> reckon(tx, row)));
    due =
        new Sweep<>(
            "overdue complaints",
            (last, most) -> look(tx -> ComplaintRow.due(tx, last, most)),
            row -> look(tx -> move(tx, row)));
  }

  /**
   * One round: how many were moved. ComplaintClocks first, so that none runs out by an old
   * calendar.
   */
  public Future<Integer> run() {
    return stale.run().compose(reckoned -> due.run());
  }

  private <T> Future<T> look(Function<DeskTransaction, Future<T>> work) {
    return DeskTransaction.attempt(pool, clock, DeskTransaction.By.GATEWAY, work);
  }

  private static Future<Boolean> reckon(DeskTransaction tx, ComplaintRow.Due due) {
    return ComplaintRow.lockStale(tx, due)
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(false)
                    : ComplaintLife.reckon(tx, row).map(true));
  }

  private static Future<Boolean> move(DeskTransaction tx, ComplaintRow.Due due) {
    return ComplaintRow.lockDue(tx, due)
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(false)
                    : ComplaintLife.take(tx, row, ComplaintLife.Wish.plain(step(row), null))
                        .map(true));
  }

  private static ComplaintStep step(ComplaintRow due) {
    return switch (due.state()) {
      case ANSWERED, SATISFIED -> ComplaintStep.CLOSE;
      case OPENED, ACCEPTED, ANSWERING, UNSATISFIED, ESCALATED -> above(due.above());
      case NONE, CLOSED, WITHDRAWN -> throw new IllegalStateException("no clock runs: " + due.no());
    };
  }

  private static ComplaintStep above(@Nullable Integer above) {
    return above == null ? ComplaintStep.OVERDUE : ComplaintStep.ESCALATE;
  }
}
