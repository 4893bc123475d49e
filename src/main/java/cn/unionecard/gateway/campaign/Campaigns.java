package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** The room of campaigns of one node. */
public final class Campaigns {
  private final Pool pool;
  private final Clock clock;

  public Campaigns(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new CampaignDesk(new Office(pool, clock));
  }
}
