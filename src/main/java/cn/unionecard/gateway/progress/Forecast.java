package cn.unionecard.gateway.progress;

import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What comes if it goes on as in the last {@value #DAYS} full days: so many cards a day, the mean
 * of those days, no season and no weekday. Told with its rule, for it is no more than that.
 *
 * @param now cards activated
 * @param gained in the {@value #DAYS} days before today
 */
record Forecast(LocalDate today, long now, long gained) {
  static final int DAYS = 28;
  static final String RULE = "MEAN_OF_LAST_28_DAYS";

  /** Farther than anybody plans. */
  private static final long DAYS_MAX = 3_660;

  /** At the end of a day to come. */
  long at(LocalDate day) {
    return now + Math.max(0, gained) * ChronoUnit.DAYS.between(today, day) / DAYS;
  }

  /** The day on which so many are reached; empty: never at this pace, or in more than ten years. */
  Optional<LocalDate> reaches(long task) {
    if (now >= task) {
      return Optional.of(today);
    }
    if (gained <= 0) {
      return Optional.empty();
    }
    long days = ((task - now) * DAYS + gained - 1) / gained;
    return days > DAYS_MAX ? Optional.empty() : Optional.of(today.plusDays(days));
  }

  JsonObject json(long task) {
    JsonObject said = new JsonObject().put("rule", RULE).put("days", DAYS).put("gained", gained);
    reaches(task).ifPresent(day -> said.put("reachesOn", day.toString()));
    return said;
  }
}
