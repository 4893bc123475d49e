package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The room of campaigns of one node. */
public final class Campaigns {
  private final Pool pool;
  private final Clock clock;
  private final AtomicBoolean shadowing = new AtomicBoolean();

  public Campaigns(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(pool, clock);
    return List.of(new CampaignDesk(office), new DecisionDesk(office, pool, clock, shadowing));
  }
}
