package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;

/**
 * Staff at their desks beside sales: {@code desks} people look at what waits, search merchants, read
 * reviews, complaints, reports and the audit, check a draft of a campaign, and take a till out of
 * service and back (which each lane has to learn), while the city sells.
 */
public class DesksBesideTills extends City {
  private static final int DESKS = Integer.getInteger("desks", 10);

  /** A till that nobody else uses: the demo keeps it for its user. */
  private static final String SPARE = System.getProperty("spare", "T0000004");

  private static final Duration THOUGHT_MIN = Duration.ofMillis(500);
  private static final Duration THOUGHT_MAX = Duration.ofSeconds(2);

  private final StaffTokens staff = new StaffTokens(demo);

  public DesksBesideTills() {
    super(Settings.RATE);
    HttpProtocolBuilder desk =
        http.baseUrl(demo.base()).acceptHeader("application/json").shareConnections();
    setUp(
            scenario("customers")
                .exec(feed(phones.feeder()).feed(of(DesksBesideTills::sells)))
                .exec(exec(Checkout.verify(), Checkout.sale()))
                .injectOpen(
                    rampUsersPerSec(1).to(Settings.RATE).during(Settings.RAMP),
                    constantUsersPerSec(Settings.RATE).during(Settings.STAY))
                .protocols(protocol()),
            scenario("desks")
                .exec(looksAround())
                .injectClosed(
                    constantConcurrentUsers(DESKS).during(Settings.RAMP.plus(Settings.STAY)))
                .protocols(desk),
            scenario("the supervisor")
                .exec(suspendAndRestore())
                .injectClosed(constantConcurrentUsers(1).during(Settings.RAMP.plus(Settings.STAY)))
                .protocols(desk))
        .assertions(global().failedRequests().count().is(0L));
  }

  private static boolean sells(Demo.Terminal terminal) {
    return terminal.merchantStatus().equals("LIVE") && !terminal.id().equals(SPARE);
  }

  private ChainBuilder looksAround() {
    return exec(session -> session.set("token", staff.token("city.auditor")))
        .exec(
            read("what waits", "/v1/tasks"),
            think(),
            read("merchants", "/v1/merchants"),
            think(),
            read("reviews", "/v1/reviews"),
            think(),
            read("complaints", "/v1/complaints"),
            think(),
            read("report of unions", "/v1/reports/unions"),
            think(),
            read("audit", "/v1/audit"),
            think());
  }

  private ChainBuilder suspendAndRestore() {
    return exec(session -> session.set("token", staff.token("city.supervisor")))
        .exec(turn("suspend a till", "SUSPENDED"), think(), turn("restore it", "ACTIVE"), think());
  }

  private static ChainBuilder think() {
    return pause(THOUGHT_MIN, THOUGHT_MAX);
  }

  private static ChainBuilder read(String name, String path) {
    return exec(
        http(name).get(path).header("Authorization", "Bearer #{token}").check(status().is(200)));
  }

  private static ChainBuilder turn(String name, String to) {
    HttpRequestActionBuilder request =
        http(name)
            .post("/v1/terminals/" + SPARE + "/status")
            .header("Authorization", "Bearer #{token}")
            .header("Content-Type", "application/json")
            .body(StringBody("{\"status\":\"" + to + "\",\"reason\":\"load test\"}"))
            .check(status().is(200), jsonPath("$.status").is(to));
    return exec(request);
  }
}
