package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Sitting;
import java.time.Duration;

/**
 * A member of staff's sitting before the pages, which ends as {@link Sitting} says.
 *
 * @param id by chance; of no use to whoever learns it
 * @param sinceSeconds when it began, s since 1970
 */
public record StaffSession(String id, long sinceSeconds) {
  /** A token of it is replaced when it is older, so that not every answer has to bring one. */
  static final Duration RENEWED_AFTER = Duration.ofMinutes(1);

  /** When it ends at the latest, s since 1970. */
  public long latestEnd() {
    return sinceSeconds + Sitting.LONGEST.toSeconds();
  }

  /** When it ends if it is not used after now, s since 1970. */
  long end(long nowSeconds) {
    return Math.min(nowSeconds + Sitting.IDLE.toSeconds(), latestEnd());
  }
}
