package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.ledger.Holds;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.runtime.Limits;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends holds that nobody completed: looks for those that are due and lets their expiry fly as a
 * request like any other. Several nodes may sweep at once, or one may die on the way: the hold's
 * own row and key let it end once. Belongs to the event loop of its lane.
 */
final class HoldSweep {
  private static final Logger LOG = LoggerFactory.getLogger(HoldSweep.class);

  private final Timers timers;
  private final Holds holds;
  private final Lane lane;
  private final Limits limits;
  private final Clock clock;
  private long timer;
  private boolean stopped;

  HoldSweep(Timers timers, Holds holds, Lane lane, Limits limits, Clock clock) {
    this.timers = timers;
    this.holds = holds;
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
    holds
        .due(clock.millis(), limits.blockRequestsMax())
        .compose(this::expire)
        .onComplete(
            swept -> start(),
            failure -> {
              LOG.warn("expired holds wait for the next sweep: {}", failure.toString());
              start();
            });
  }

  /** What fails now is found again by the next sweep. */
  private Future<Void> expire(List<Request> due) {
    List<Future<Reply>> replies = new ArrayList<>();
    due.forEach(expiry -> replies.add(lane.submit(expiry)));
    return Future.join(replies).<Void>mapEmpty().otherwiseEmpty();
  }
}
