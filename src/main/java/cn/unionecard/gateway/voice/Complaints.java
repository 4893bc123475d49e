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
  private final Pool pool;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;

  public Complaints(Vertx vertx, Pool pool, Config.Desk limits, Clock clock, SecureRandom random) {
    this.vertx = vertx;
    this.pool = pool;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(pool, clock);
    return List.of(
        new ComplaintDesk(office, random),
        new OpenersDesk(pool, clock, random),
        new TicketDesk(office, random));
  }

  /** Looks for complaints whose time is over. */
  public ComplaintSweep sweep() {
    return new ComplaintSweep(pool, clock);
  }

  /** Sweeps again and again until Vert.x ends. */
  public void start() {
    ComplaintSweep sweep = sweep();
    long unused =
        vertx.setPeriodic(limits.complaintSweepMs(), timer -> sweep.run().onSuccess(due -> {}));
  }
}
