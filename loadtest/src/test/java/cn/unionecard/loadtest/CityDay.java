package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A day from six to midnight within {@code minutes}: each kind of merchant (吃住行游购娱) has hours of
 * its own, meals three of them. {@code rate} is that of the busiest hour.
 */
public class CityDay extends City {
  private static final Duration HOUR =
      Duration.ofMillis(Math.round(Settings.number("minutes", 3) * 60_000 / 18));

  /** Customers at six, seven … of all kinds together some hundred in the busiest hour. */
  private static final Map<String, int[]> CURVES =
      Map.of(
          "EAT", new int[] {4, 22, 16, 5, 6, 34, 48, 20, 6, 4, 8, 30, 52, 34, 16, 10, 6, 2},
          "STAY", new int[] {1, 3, 5, 4, 2, 3, 4, 5, 6, 6, 6, 6, 6, 5, 5, 4, 2, 1},
          "TRANSPORT", new int[] {4, 14, 12, 6, 4, 5, 6, 5, 4, 5, 8, 14, 12, 6, 4, 3, 2, 1},
          "TOUR", new int[] {0, 1, 6, 10, 12, 9, 6, 9, 11, 8, 5, 3, 2, 1, 1, 0, 0, 0},
          "SHOP", new int[] {1, 2, 4, 8, 11, 12, 9, 10, 12, 13, 14, 15, 17, 20, 18, 10, 4, 1},
          "ENTERTAIN", new int[] {0, 0, 1, 2, 3, 3, 4, 6, 7, 7, 7, 8, 12, 18, 22, 20, 12, 5});

  public CityDay() {
    super(Settings.RATE);
    List<PopulationBuilder> all = new ArrayList<>();
    CURVES.forEach((category, curve) -> all.add(kind(category, curve)));
    setUp(all).protocols(protocol()).assertions(global().failedRequests().count().is(0L));
  }

  private PopulationBuilder kind(String category, int[] curve) {
    double unit = Settings.RATE / busiest();
    OpenInjectionStep[] hours = new OpenInjectionStep[curve.length - 1];
    for (int hour = 1; hour < curve.length; hour++) {
      hours[hour - 1] =
          rampUsersPerSec(unit * curve[hour - 1]).to(unit * curve[hour]).during(HOUR);
    }
    return scenario(category)
        .exec(feed(phones.feeder()))
        .exec(
            feed(
                of(
                    terminal ->
                        terminal.merchantStatus().equals("LIVE")
                            && terminal.category().equals(category))))
        .exec(exec(Checkout.verify(), Checkout.sale()))
        .injectOpen(hours);
  }

  private static int busiest() {
    int most = 0;
    for (int hour = 0; hour < 18; hour++) {
      int sum = 0;
      for (int[] curve : CURVES.values()) {
        sum += curve[hour];
      }
      most = Math.max(most, sum);
    }
    return most;
  }
}
