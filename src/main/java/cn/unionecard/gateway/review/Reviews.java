package cn.unionecard.gateway.review;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.supervision.SupervisionDesk;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The room of reviews and supervision of one node. */
public final class Reviews {
  /**
   * What the sessions are told in which members review and complain: their statements find rows by
   * key, and planning them anew each time costs more than running them.
   */
  public static final Map<String, String> SESSION = Map.of("plan_cache_mode", "force_generic_plan");

  private final Pool desks;
  private final Pool voices;
  private final Config.Review limits;
  private final Clock clock;

  /**
   * @param desks for the work of staff and partners
   * @param voices for what members and tills send
   */
  public Reviews(Pool desks, Pool voices, Config.Review limits, Clock clock) {
    this.desks = desks;
    this.voices = voices;
    this.limits = limits;
    this.clock = clock;
  }

  /** Where tills bring what their rating keys were pressed for; for any event loop. */
  public RatingKeys ratingKeys() {
    ReviewBook book = new ReviewBook(voices, limits, clock);
    return (terminal, purchase, figures) ->
        book.postAtTill(purchase, terminal, Rating.pressed(figures));
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(desks, clock);
    return List.of(
        new ReviewDesk(office, voices, limits, clock),
        new PartnerDesk(office, new ReviewBook(desks, limits, clock), limits),
        new SupervisionDesk(office, limits));
  }
}
