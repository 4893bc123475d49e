package cn.unionecard.gateway.edge.http.access;

import java.time.Duration;

/**
 * A member of staff's sitting before the pages. It goes on while it is used, but not for ever
 * (OWASP: an idle and an absolute end).
 *
 * @param id by chance; of no use to whoever learns it
 * @param sinceSeconds when it began, s since 1970
 */
public record StaffSession(String id, long sinceSeconds) {
  /** It ends when it was not used for so long. */
  public static final Duration IDLE = Duration.ofMinutes(15);

  /** And after so long in any case. */
  public static final Duration LONGEST = Duration.ofHours(8);

  /** A token of it is replaced when it is older, so that not every answer has to bring one. */
  static final Duration RENEWED_AFTER = Duration.ofMinutes(1);

  /** When it ends at the latest, s since 1970. */
  public long latestEnd() {
    return sinceSeconds + LONGEST.toSeconds();
  }

  /** When it ends if it is not used after now, s since 1970. */
  long end(long nowSeconds) {
    return Math.min(nowSeconds + IDLE.toSeconds(), latestEnd());
  }
}
