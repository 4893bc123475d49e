package cn.unionecard.gateway.voice;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves complaints whose time is over: up one level; where nobody stands above they are marked;
 * what was answered and not objected to is closed. One transaction for each, and none waits for one
 * that somebody else is at, so every node may sweep, and one may die on the way.
 */
public final class ComplaintSweep {
  private static final Logger LOG = LoggerFactory.getLogger(ComplaintSweep.class);
  private static final int ROUND_ROWS = 500;

  private final Pool pool;
  private final Clock clock;

  ComplaintSweep(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** One round: how many were moved. */
  public Future<Integer> run() {
    return reckon(0)
        .compose(reckoned -> run(0))
        .onFailure(failure -> LOG.warn("overdue complaints wait for the next sweep", failure));
  }

  /** First, so that no deadline runs out by a calendar that was not known. */
  private Future<Integer> reckon(int done) {
    return pool.withTransaction(
            connection -> reckon(Hand.of(Hand.By.GATEWAY, connection, clock.instant())))
        .compose(
            more ->
                more && done + 1 < ROUND_ROWS
                    ? reckon(done + 1)
                    : Future.succeededFuture(done + 1));
  }

  private static Future<Boolean> reckon(Hand hand) {
    return ComplaintRow.stale(hand)
        .compose(
            stale ->
                stale == null
                    ? Future.succeededFuture(false)
                    : ComplaintLife.reckon(hand, stale).map(true));
  }

  private Future<Integer> run(int done) {
    return pool.withTransaction(
            connection -> move(Hand.of(Hand.By.GATEWAY, connection, clock.instant())))
        .compose(
            moved ->
                moved && done + 1 < ROUND_ROWS
                    ? run(done + 1)
                    : Future.succeededFuture(moved ? done + 1 : done));
  }

  private static Future<Boolean> move(Hand hand) {
    return ComplaintRow.due(hand)
        .compose(
            due -> {
              if (due == null) {
                return Future.succeededFuture(false);
              }
              return ComplaintLife.take(hand, due, ComplaintLife.Wish.plain(step(due), null))
                  .map(true);
            });
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
