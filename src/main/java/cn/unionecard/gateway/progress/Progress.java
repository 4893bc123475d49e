package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Sweep;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The room of progress of one node: what its event loops share. */
public final class Progress {
  private static final long COUNT_MS = 5_000;
  private static final long SCHEDULES_MS = 600_000;

  private final Vertx vertx;
  private final Pool desks;
  private final Kek kek;
  private final Clock clock;
  private final SecureRandom random;
  private final Sweep<Long> schedules;

  /**
   * @param kek under which names and telephones of those responsible lie
   */
  public Progress(Vertx vertx, Pool desks, Kek kek, Clock clock, SecureRandom random) {
    this.vertx = vertx;
    this.desks = desks;
    this.kek = kek;
    this.clock = clock;
    this.random = random;
    NoticeSchedules ordered = new NoticeSchedules(desks, new Office(desks, clock), clock, random);
    this.schedules = new Sweep<>("notices by schedule", ordered.due(), ordered::write);
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(desks, clock);
    return List.of(
        new ProgressDesk(office, clock),
        new ResponsibleDesk(office, new ResponsibleBook(kek, random)),
        new NoticeDesk(office, random));
  }

  /** Who keeps the counts. */
  public Counting counting() {
    return new Counting(desks);
  }

  /** Counts, and writes the notices that are due, again and again until Vert.x ends. */
  public void start() {
    Counting counting = counting();
    long unused = vertx.setPeriodic(COUNT_MS, timer -> counting.run().onSuccess(done -> {}));
    long too = vertx.setPeriodic(SCHEDULES_MS, timer -> writeNotices().onSuccess(done -> {}));
  }

  /** Writes down the notices that are due by their schedule; how many were looked at. */
  public Future<Integer> writeNotices() {
    return schedules.run();
  }
}
