package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import java.time.Duration;

/**
 * A campaign's first minute: for ten seconds the rate of any other day, then within two seconds
 * {@code peak} customers a second (ten times as many by default) for half a minute, then less and
 * less. Who is told BUSY shows the same key again, and every customer ends approved or refused, once:
 * the same key once more brings the same bytes.
 */
public class CampaignMinute extends City {
  private static final double PEAK = Settings.number("peak", 10 * Settings.RATE);
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration RUSH = Duration.ofSeconds(2);
  private static final Duration ON_TOP = Duration.ofSeconds(30);
  private static final Duration CALMING = Duration.ofSeconds(20);

  public CampaignMinute() {
    super(PEAK);
    setUp(
            scenario("customers")
                .exec(feed(phones.feeder()).feed(live()))
                .exec(Checkout.patientSale())
                .injectOpen(
                    constantUsersPerSec(Settings.RATE).during(BEFORE),
                    rampUsersPerSec(Settings.RATE).to(PEAK).during(RUSH),
                    constantUsersPerSec(PEAK).during(ON_TOP),
                    rampUsersPerSec(PEAK).to(Settings.RATE).during(CALMING)))
        .protocols(protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
