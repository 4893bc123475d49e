package cn.unionecard.gateway.voice;

import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.desk.Desk;
import cn.unionecard.gateway.runtime.desk.Office;
import cn.unionecard.gateway.runtime.desk.RatingKeys;
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

  /** Where tills bring what their rating keys were pressed for; for any event loop. */
  public RatingKeys ratingKeys() {
    ReviewBook book = new ReviewBook(pool, limits, clock);
    return (terminal, purchase, figures) ->
        book.postAtTill(purchase, terminal, Rating.pressed(figures));
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(pool, clock);
    return List.of(
        new ReviewDesk(office, pool, limits, clock),
        new PartnerDesk(office, new ReviewBook(pool, limits, clock), limits),
        new SupervisionDesk(office, limits));
  }
}
