package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.rendezVous;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * A recall: {@code customers} buy within {@code seconds}, and then all of them stand at the tills at
 * once with what they bought: half of it is given back, then the rest, and nothing after that.
 */
public class Recall extends City {
  private static final int CUSTOMERS = Integer.getInteger("customers", 500);

  public Recall() {
    super(CUSTOMERS / (double) Math.max(1, Settings.STAY.toSeconds()));
    setUp(
            scenario("customers")
                .exec(feed(phones.feeder()).feed(live()))
                .exec(Checkout.sale())
                .exec(rendezVous(CUSTOMERS))
                .exec(
                    exec(session -> session.set("half", session.getInt("fen") / 2)),
                    exec(
                        session ->
                            session.set("rest", session.getInt("fen") - session.getInt("half"))))
                .exec(
                    refund("first half", "half", "a").check(jsonPath("$.body.original").isEL("#{id}")),
                    refund("the rest", "rest", "b").check(jsonPath("$.body.original").isEL("#{id}")),
                    refund("too much", "half", "c")
                        .check(jsonPath("$.body.refusal").in("ORIGINAL_ALREADY_UNDONE", "REFUND_EXCEEDS_PAID")))
                .injectOpen(rampUsers(CUSTOMERS).during(Settings.STAY)))
        .protocols(protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  private static HttpRequestActionBuilder refund(String name, String fen, String suffix) {
    return http("refund, " + name)
        .post("/v1/transactions/#{id}/refunds")
        .header("Idempotency-Key", "#{key}-" + suffix)
        .body(StringBody("{\"orderFen\":#{" + fen + "}}"))
        .check(status().is(201));
  }
}
