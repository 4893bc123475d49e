package cn.unionecard.gateway.model;

import java.time.Duration;

/**
 * How long a member of staff who has signed in before the pages stays so. It goes on while it is
 * used, but not for ever (OWASP: an idle and an absolute end).
 */
public final class Sitting {
  /** It ends when it was not used for so long. */
  public static final Duration IDLE = Duration.ofMinutes(15);

  /** And after so long in any case. */
  public static final Duration LONGEST = Duration.ofHours(8);

  private Sitting() {}
}
