package cn.unionecard.gateway.line;

import cn.unionecard.gateway.ledger.Holds;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.runtime.Expiring;
import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends holds that nobody completed: looks for those that are due and lets their expiry fly as a
 * request like any other. Several nodes may sweep at once, or one may die on the way: the hold's
 * own row and key let it end once. A hold that cannot be ended is stepped over; the lane has told.
 * Belongs to the event loop of its lane.
 */
final class HoldSweep {
  private static final Logger LOG = LoggerFactory.getLogger(HoldSweep.class);
  private static final int IMPOSSIBLE_MAX = 10_000;
  private static final long IMPOSSIBLE_MS = 600_000;

  /** Finds holds that are due. */
  interface Look {
    Future<List<Holds.Due>> due(long nowMs, int most, Holds.@Nullable Due behind);
  }

  private final Timers timers;
  private final Look look;
  private final Lane lane;
  private final Limits limits;
  private final Clock clock;

  /** Each would be tried at every sweep, and take its block apart each time. */
  private final Expiring<Boolean> impossible = new Expiring<>(IMPOSSIBLE_MAX);

  private long timer;
  private boolean stopped;

  HoldSweep(Timers timers, Look look, Lane lane, Limits limits, Clock clock) {
    this.timers = timers;
    this.look = look;
    this.lane = lane;
    this.limits = limits;
    this.clock = clock;
  }

  /** Begins; one sweep after another, never two at once. */
  void start() {
    if (!stopped) {
      timer = timers.set(limits.holdSweepMs(), this::sweep);
    }
  }

  void stop() {
    stopped = true;
    timers.cancel(timer);
  }

  private void sweep() {
    if (!lane.isOpen()) {
      start();
      return;
    }
    sweep(null)
        .onComplete(
            swept -> start(),
            failure -> {
              LOG.warn("expired holds wait for the next sweep: {}", failure.toString());
              start();
            });
  }

  /** Page by page, so that holds that cannot be ended never stand before those that can. */
  private Future<Void> sweep(Holds.@Nullable Due behind) {
    int most = limits.blockRequestsMax();
    return timers
        .within(limits.deadlineMs(), look.due(clock.millis(), most, behind))
        .compose(
            due ->
                expire(due)
                    .compose(
                        ended ->
                            due.size() < most || stopped
                                ? Future.succeededFuture()
                                : sweep(due.get(due.size() - 1))));
  }

  /** What fails now is found again by the next sweep. */
  private Future<Void> expire(List<Holds.Due> due) {
    long now = clock.millis();
    List<Future<Reply>> replies = new ArrayList<>();
    for (Holds.Due hold : due) {
      if (impossible.get(key(hold), now) == null) {
        replies.add(lane.submit(hold.expiry()).onSuccess(reply -> ended(hold, reply)));
      }
    }
    return Future.join(replies).<Void>mapEmpty().otherwiseEmpty();
  }

  private void ended(Holds.Due hold, Reply reply) {
    if (reply instanceof Reply.Declined declined && declined.refusal() == Refusal.CANNOT_PROCESS) {
      impossible.put(key(hold), true, clock.millis() + IMPOSSIBLE_MS);
    }
  }

  private static String key(Holds.Due hold) {
    return Long.toString(hold.origin());
  }
}
