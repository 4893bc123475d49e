package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.desk.Desk;
import cn.unionecard.gateway.runtime.desk.Office;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** Complaints and tickets of one node: what its event loops share. */
public final class Complaints {
  private final Vertx vertx;
  private final Pool desks;
  private final Pool voices;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param desks for the work of staff
   * @param voices for what anybody sends
   */
  public Complaints(
      Vertx vertx, Pool desks, Pool voices, Config.Desk limits, Clock clock, SecureRandom random) {
    this.vertx = vertx;
    this.desks = desks;
    this.voices = voices;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(desks, clock);
    return List.of(
        new ComplaintDesk(office, random),
        new OpenersDesk(voices, clock, random),
        new TicketDesk(office, random));
  }

  /** Looks for complaints whose time is over. */
  public ComplaintSweep sweep() {
    return new ComplaintSweep(desks, clock);
  }

  /** Sweeps again and again until Vert.x ends. */
  public void start() {
    ComplaintSweep sweep = sweep();
    long unused =
        vertx.setPeriodic(limits.complaintSweepMs(), timer -> sweep.run().onSuccess(due -> {}));
  }
}
