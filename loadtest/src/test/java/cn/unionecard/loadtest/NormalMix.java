package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The normal mix of a city: checkouts, verifications, sales, undone sales, sales in doubt, replayed
 * codes and tills of suspended merchants, in an open model with Zipf-distributed merchants. The
 * only assertion is that no answer is wrong; times are for reading, not for judging.
 *
 * <p>Properties: {@code demo} (the demo's demo.json), {@code base} (address, when not the demo's),
 * {@code rate} (customers per second), {@code ramp} and {@code seconds}, {@code jar} (the gateway's
 * jar, whose {@code codes} command plays the phones).
 */
public class NormalMix extends Simulation {
  private static final double RATE = Double.parseDouble(System.getProperty("rate", "100"));
  private static final long RAMP = Long.getLong("ramp", 10);
  private static final long SECONDS = Long.getLong("seconds", 60);

  private final Demo demo =
      Demo.read(
          Path.of(System.getProperty("demo", "../demo-data/demo.json")),
          System.getProperty("base", ""));
  private final Tills tills = new Tills(demo);
  private final Phones phones =
      new Phones(
          Path.of(System.getProperty("jar", "../target/ecard-workbench.jar")), demo.folder(), RATE);

  private final HttpProtocolBuilder protocol =
      http.baseUrl(demo.base())
          .contentTypeHeader("application/json")
          .acceptHeader("application/json")
          .authorizationHeader("Bearer #{token}")
          .shareConnections();

  private final ChainBuilder customer = feed(phones.feeder()).feed(tills.live());

  private final ScenarioBuilder city =
      scenario("customers")
          .exec(customer)
          .randomSwitch()
          .on(
              percent(70.0).then(exec(verify(), sale())),
              percent(10.0).then(exec(verify())),
              percent(12.0).then(exec(sale())),
              percent(3.0).then(exec(sale(), undo())),
              percent(3.0).then(exec(sale(), query(), reverse(), repeat())),
              percent(1.0).then(exec(sale(), replay())),
              percent(1.0).then(feed(tills.suspended()).exec(refusedSale())));

  {
    setUp(
            city.injectOpen(
                rampUsersPerSec(1).to(RATE).during(Duration.ofSeconds(RAMP)),
                constantUsersPerSec(RATE).during(Duration.ofSeconds(SECONDS))))
        .protocols(protocol)
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void after() {
    phones.close();
    tills.close();
  }

  private static HttpRequestActionBuilder verify() {
    return http("verify")
        .post("/v1/verifications")
        .body(StringBody("{\"code\":\"#{code}\",\"orderFen\":#{fen}}"))
        .check(status().is(200), jsonPath("$.outcome").is("ELIGIBLE"));
  }

  private static HttpRequestActionBuilder sale() {
    return post("sale", "#{key}")
        .check(
            status().is(201),
            jsonPath("$.body.outcome").is("APPROVED"),
            jsonPath("$.body.id").saveAs("id"),
            bodyString().saveAs("receipt"));
  }

  private static HttpRequestActionBuilder undo() {
    return http("reversal by id")
        .post("/v1/transactions/#{id}/reversal")
        .body(StringBody("{}"))
        .check(status().is(201), jsonPath("$.body.original").isEL("#{id}"));
  }

  private static HttpRequestActionBuilder query() {
    return http("query by key")
        .get("/v1/transactions?requestId=#{key}")
        .check(status().is(200), jsonPath("$.transactions[0].body.id").isEL("#{id}"));
  }

  private static HttpRequestActionBuilder reverse() {
    return http("reversal by key")
        .post("/v1/reversals")
        .body(StringBody("{\"requestId\":\"#{key}\"}"))
        .check(status().is(201), jsonPath("$.body.original").isEL("#{id}"));
  }

  private static HttpRequestActionBuilder repeat() {
    return post("exact repeat", "#{key}").check(status().is(201), bodyString().isEL("#{receipt}"));
  }

  private static HttpRequestActionBuilder replay() {
    return post("replayed code", "#{key}-again")
        .check(status().is(201), jsonPath("$.body.refusal").is("CODE_ALREADY_USED"));
  }

  private static HttpRequestActionBuilder refusedSale() {
    return post("suspended merchant", "#{key}")
        .check(status().is(201), jsonPath("$.body.refusal").is("MERCHANT_SUSPENDED"));
  }

  private static HttpRequestActionBuilder post(String name, String key) {
    return http(name)
        .post("/v1/transactions")
        .header("Idempotency-Key", key)
        .body(StringBody("{\"type\":\"SALE\",\"code\":\"#{code}\",\"orderFen\":#{fen}}"));
  }
}
