package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * The normal mix of a city: checkouts, verifications, sales, undone sales, sales in doubt, replayed
 * codes and tills of suspended merchants, in an open model with Zipf-distributed merchants. The
 * only assertion is that no answer is wrong; times are for reading, not for judging.
 */
public class NormalMix extends City {
  private final ScenarioBuilder city =
      scenario("customers")
          .exec(feed(phones.feeder()).feed(live()))
          .randomSwitch()
          .on(
              percent(70.0).then(exec(Checkout.verify(), Checkout.sale())),
              percent(10.0).then(exec(Checkout.verify())),
              percent(12.0).then(exec(Checkout.sale())),
              percent(3.0).then(exec(Checkout.sale(), Checkout.undo())),
              percent(3.0)
                  .then(
                      exec(
                          Checkout.sale(),
                          Checkout.query(),
                          Checkout.reverse(),
                          Checkout.exactRepeat())),
              percent(1.0).then(exec(Checkout.sale(), replay())),
              percent(1.0)
                  .then(
                      feed(of(terminal -> terminal.merchantStatus().equals("SUSPENDED")))
                          .exec(refusedSale())));

  public NormalMix() {
    super(Settings.RATE);
    setUp(
            city.injectOpen(
                rampUsersPerSec(1).to(Settings.RATE).during(Settings.RAMP),
                constantUsersPerSec(Settings.RATE).during(Settings.STAY)))
        .protocols(protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  private static HttpRequestActionBuilder replay() {
    return Checkout.sale("replayed code", "#{key}-again")
        .check(status().is(201), jsonPath("$.body.refusal").is("CODE_ALREADY_USED"));
  }

  private static HttpRequestActionBuilder refusedSale() {
    return Checkout.sale("suspended merchant", "#{key}")
        .check(status().is(201), jsonPath("$.body.refusal").is("MERCHANT_SUSPENDED"));
  }
}
