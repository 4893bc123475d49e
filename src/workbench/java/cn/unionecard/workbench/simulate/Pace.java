package cn.unionecard.workbench.simulate;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When visits start. Open model: at the plan's rate, whatever the gateway does, each measured from
 * the moment it was due, so that a slow gateway cannot hide the customers who wait (coordinated
 * omission). Closed model: each till serves its next customer when the last one has left, but no
 * more than twenty a second: nobody scans faster, and the gateway slows a till that does.
 *
 * @param <T> a till
 */
final class Pace<T> {
  private static final double NANOS = 1e9;

  /** Visits under way at once; a gateway that lets more pile up has lost the load. */
  private static final int UNDER_WAY_MAX = 50_000;

  /** Closed model: from one customer to the next, milliseconds. */
  private static final int TURN_MS = 50;

  private final Vertx vertx;
  private final Plan plan;
  private final Tally tally;
  private final Progress progress;
  private final List<T> tills;
  private final RandomGenerator chance;
  private final Visit<T> visit;
  private final Promise<Report> done = Promise.promise();
  private long startNanos;
  private long started;
  private long underWay;
  private long shownVisits;
  private long shownNanos;
  private boolean stopping;
  private long arrivals = -1;
  private long watch = -1;

  /** Plays one visit at a till; the future never fails. */
  @FunctionalInterface
  interface Visit<T> {
    Future<Void> play(T till, long dueNanos);
  }

  Pace(
      Vertx vertx,
      Plan plan,
      Tally tally,
      Progress progress,
      List<T> tills,
      RandomGenerator chance,
      Visit<T> visit) {
    this.vertx = vertx;
    this.plan = plan;
    this.tally = tally;
    this.progress = progress;
    this.tills = tills;
    this.chance = chance;
    this.visit = visit;
  }

  Future<Report> run() {
    startNanos = System.nanoTime();
    shownNanos = startNanos;
    tally.measureFrom(startNanos + plan.warmUp().toNanos());
    watch = vertx.setPeriodic(1000, id -> show());
    if (plan.open()) {
      arrivals = vertx.setPeriodic(1, id -> arrive());
    } else {
      tills.forEach(this::serve);
    }
    endIfIdle();
    return done.future();
  }

  void stop() {
    stopping = true;
    endIfIdle();
  }

  /** Open model: starts every visit that has become due. */
  private void arrive() {
    long due = 1 + (long) (seconds() * plan.perSecond()); // the first is due at once
    while (started < due && mayStart()) {
      long dueNanos = startNanos + (long) (started * NANOS / plan.perSecond());
      T till = tills.get(chance.nextInt(tills.size()));
      if (underWay >= UNDER_WAY_MAX) {
        started++;
        tally.anomaly(Anomaly.LOAD_NOT_REACHED, UNDER_WAY_MAX + " visits are under way");
      } else {
        start(till, dueNanos).onComplete(end -> endIfIdle());
      }
    }
    endIfIdle();
  }

  /** Closed model: one customer after the other. */
  private void serve(T till) {
    if (!mayStart()) {
      endIfIdle();
      return;
    }
    long began = System.nanoTime();
    start(till, began)
        .compose(left -> vertx.timer(turnLeftMs(began), TimeUnit.MILLISECONDS))
        .onComplete(end -> serve(till));
  }

  private static long turnLeftMs(long beganNanos) {
    return Math.max(1, TURN_MS - (System.nanoTime() - beganNanos) / 1_000_000);
  }

  private Future<Void> start(T till, long dueNanos) {
    started++;
    underWay++;
    return visit
        .play(till, dueNanos)
        .onComplete(
            end -> {
              underWay--;
              tally.visitFinished();
              if (end.failed()) {
                stopping = true;
                done.tryFail(end.cause());
              }
            });
  }

  private boolean mayStart() {
    return !stopping
        && (plan.checkouts() == 0 || started < plan.checkouts())
        && (plan.duration().isZero() || seconds() < plan.duration().toNanos() / NANOS);
  }

  private void endIfIdle() {
    if (underWay == 0 && !mayStart() && watch != -1) {
      vertx.cancelTimer(arrivals);
      vertx.cancelTimer(watch);
      show();
      watch = -1;
      done.tryComplete(tally.report(seconds() - plan.warmUp().toNanos() / NANOS));
    }
  }

  private void show() {
    long now = System.nanoTime();
    double past = Math.max((now - shownNanos) / NANOS, 0.001);
    double[] recent = tally.recentMillis(50, 99);
    progress.show(
        new Progress.State(
            tally.visitsFinished(),
            plan.checkouts(),
            seconds(),
            plan.duration().toNanos() / NANOS,
            (tally.visitsFinished() - shownVisits) / past,
            recent[0],
            recent[1],
            tally.anomalies()));
    shownVisits = tally.visitsFinished();
    shownNanos = now;
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / NANOS;
  }
}
