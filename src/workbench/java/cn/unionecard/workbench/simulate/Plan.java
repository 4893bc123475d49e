package cn.unionecard.workbench.simulate;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to play.
 *
 * @param terminals tills in the hall, at least 1
 * @param checkouts visits after which the run ends; 0 = no such end
 * @param warmUp visits that begin before are played but not measured; part of the duration
 * @param duration time after which no visit starts; zero = no such end
 * @param perSecond visits started per second whatever the gateway does (open model); 0 = each till
 *     serves its next customer when the last one has left (closed model)
 * @param mix kinds of visits
 * @param seed of every choice; the same seed plays the same visits
 * @param patience how long a request is repeated until it has a final answer
 * @param verifyOneIn one receipt in so many is verified; 1 = every one
 * @param journal file for every acknowledged record, or null
 */
public record Plan(
    int terminals,
    long checkouts,
    Duration warmUp,
    Duration duration,
    double perSecond,
    Mix mix,
    long seed,
    Duration patience,
    int verifyOneIn,
    @Nullable Path journal) {
  /** Patience when nothing else is said: longer than any restart of a store. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  public Plan {
    require(terminals >= 1, "terminals must be at least 1");
    require(checkouts >= 0, "checkouts must not be negative");
    require(!duration.isNegative(), "the duration must not be negative");
    require(
        !warmUp.isNegative() && (duration.isZero() || warmUp.compareTo(duration) < 0),
        "the warm-up must not be negative, and shorter than the duration");
    require(perSecond >= 0 && perSecond <= 1_000_000, "the rate must be 0 to 1,000,000 a second");
    require(verifyOneIn >= 1, "one receipt in at least 1 is verified");
  }

  /** So many visits of the usual mix, closed model, every receipt verified, no journal. */
  public static Plan ofCheckouts(int terminals, long checkouts, long seed) {
    return new Plan(
        terminals,
        checkouts,
        Duration.ZERO,
        Duration.ZERO,
        0,
        Mix.usual(),
        seed,
        PATIENCE,
        1,
        null);
  }

  boolean open() {
    return perSecond > 0;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
