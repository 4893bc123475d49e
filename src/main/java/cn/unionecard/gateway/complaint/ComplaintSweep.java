package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.Hand;
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
            (last, most) -> look(hand -> ComplaintRow.stale(hand, last, most)),
            row -> look(hand -> reckon(hand, row)),
            clock);
    due =
        new Sweep<>(
            "overdue complaints",
            (last, most) -> look(hand -> ComplaintRow.due(hand, last, most)),
            row -> look(hand -> move(hand, row)),
            clock);
  }

  /** One round: how many were moved. Deadlines first, so that none runs out by an old calendar. */
  public Future<Integer> run() {
    return stale.run().compose(reckoned -> due.run());
  }

  private <T> Future<T> look(Function<Hand, Future<T>> work) {
    return pool.withTransaction(
        connection -> work.apply(Hand.of(Hand.By.GATEWAY, connection, clock.instant())));
  }

  private static Future<Boolean> reckon(Hand hand, ComplaintRow.Due due) {
    return ComplaintRow.lockStale(hand, due)
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(false)
                    : ComplaintLife.reckon(hand, row).map(true));
  }

  private static Future<Boolean> move(Hand hand, ComplaintRow.Due due) {
    return ComplaintRow.lockDue(hand, due)
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(false)
                    : ComplaintLife.take(hand, row, ComplaintLife.Wish.plain(step(row), null))
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
