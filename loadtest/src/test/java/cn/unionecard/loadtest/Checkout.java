package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;

/** What a till asks, and what it must hear: {@code code}, {@code key} and {@code fen} are the customer's. */
final class Checkout {
  private static final Duration PATIENCE_MIN = Duration.ofMillis(300);
  private static final Duration PATIENCE_MAX = Duration.ofMillis(1_500);

  private static final int ANSWERED = 201;

  private Checkout() {}

  static HttpRequestActionBuilder verify() {
    return http("verify")
        .post("/v1/verifications")
        .body(StringBody("{\"code\":\"#{code}\",\"orderFen\":#{fen}}"))
        .check(status().is(200), jsonPath("$.outcome").is("ELIGIBLE"));
  }

  static HttpRequestActionBuilder sale() {
    return sale("sale", "#{key}")
        .check(
            status().is(201),
            jsonPath("$.body.outcome").is("APPROVED"),
            jsonPath("$.body.id").saveAs("id"),
            bodyString().saveAs("receipt"));
  }

  static HttpRequestActionBuilder sale(String name, String key) {
    return http(name)
        .post("/v1/transactions")
        .header("Idempotency-Key", key)
        .body(StringBody("{\"type\":\"SALE\",\"code\":\"#{code}\",\"orderFen\":#{fen}}"));
  }

  static HttpRequestActionBuilder exactRepeat() {
    return sale("exact repeat", "#{key}")
        .check(status().is(201), bodyString().isEL("#{receipt}"));
  }

  static HttpRequestActionBuilder undo() {
    return http("reversal by id")
        .post("/v1/transactions/#{id}/reversal")
        .body(StringBody("{}"))
        .check(status().is(201), jsonPath("$.body.original").isEL("#{id}"));
  }

  static HttpRequestActionBuilder query() {
    return http("query by key")
        .get("/v1/transactions?requestId=#{key}")
        .check(status().is(200), jsonPath("$.transactions[0].body.id").isEL("#{id}"));
  }

  static HttpRequestActionBuilder reverse() {
    return http("reversal by key")
        .post("/v1/reversals")
        .body(StringBody("{\"requestId\":\"#{key}\"}"))
        .check(status().is(201), jsonPath("$.body.original").isEL("#{id}"));
  }

  /**
   * A sale as a till makes it that has time: BUSY, "slower" and no answer are the same key once
   * more, until it is approved or refused; then that key once more, which must bring the same bytes.
   */
  static ChainBuilder patientSale() {
    return exec(
        untilAnswered(sale("sale, with patience", "#{key}").check(bodyString().saveAs("receipt"))),
        untilAnswered(
            sale("the same key again", "#{key}")
                .checkIf((response, session) -> response.status().code() == ANSWERED)
                .then(bodyString().isEL("#{receipt}"))));
  }

  private static ChainBuilder untilAnswered(HttpRequestActionBuilder request) {
    return exec(session -> session.set("answer", 0))
        .exec(
            asLongAs(Checkout::isOpen)
                .on(
                    exec(
                            request.check(
                                status().in(ANSWERED, 429, 503, 504), status().saveAs("answer")))
                        .doIf(Checkout::isOpen)
                        .then(pause(PATIENCE_MIN, PATIENCE_MAX))));
  }

  private static boolean isOpen(Session session) {
    return session.getInt("answer") != ANSWERED && !session.isFailed();
  }
}
