package cn.unionecard.gateway.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a delivery is tried again: the schedule that Standard Webhooks 1.0 recommends, each pause up
 * to a tenth shorter or longer, so that what failed together does not come back together.
 */
final class RetrySchedule {
  /** Before the second attempt, before the third, and so on. */
  static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  private static final double JITTER = 0.1;

  private final RandomGenerator chance;

  RetrySchedule(RandomGenerator chance) {
    this.chance = chance;
  }

  /**
   * The time of the next attempt.
   *
   * @param attempts made before the one that failed now
   * @return empty when there is none
   */
  Optional<Instant> next(int attempts, Instant failedAt) {
    if (attempts >= PAUSES.size()) {
      return Optional.empty();
    }
    double pauseMs =
        PAUSES.get(attempts).toMillis() * (1 - JITTER + 2 * JITTER * chance.nextDouble());
    return Optional.of(failedAt.plusMillis(Math.round(pauseMs)));
  }
}
