package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.desk.Desk;
import cn.unionecard.gateway.runtime.desk.Office;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;

/** The room of reviews and supervision of one node. */
public final class Reviews {
  private final Pool pool;
  private final Config.Review limits;
  private final Clock clock;

  public Reviews(Pool pool, Config.Review limits, Clock clock) {
    this.pool = pool;
    this.limits = limits;
    this.clock = clock;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(pool, clock);
    return List.of(
        new ReviewDesk(office, pool, limits, clock), new SupervisionDesk(office, limits));
  }
}
