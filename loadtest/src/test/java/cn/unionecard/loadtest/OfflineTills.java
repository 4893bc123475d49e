package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Tills that lose their network and come back. Each till of the file sells, is cut off in the middle
 * of a sale, writes down {@code offline} sales with its own clock and counter, and comes back: it
 * reverses the sale that it never heard of, reports its list, and, as if that answer had been lost
 * too, reports it again; each sale must be answered a duplicate then. {@code outages} times.
 */
public class OfflineTills extends City {
  private static final int OFFLINE = Integer.getInteger("offline", 5);
  private static final int OUTAGES = Integer.getInteger("outages", 3);

  /** The gateway's own limit of an offline sale, as it is configured by default. */
  private static final int OFFLINE_FEN_MAX = 50_000;

  private static final Duration OUTAGE = Settings.seconds("outage", 5);

  private final Iterator<Map<String, Object>> phone = phones.feeder();

  public OfflineTills() {
    super(Settings.RATE);
    List<Map<String, Object>> each =
        demo.terminals().stream()
            .filter(terminal -> terminal.merchantStatus().equals("LIVE"))
            .map(terminal -> Map.<String, Object>of("terminal", terminal.id()))
            .toList();
    setUp(
            scenario("tills")
                .exec(feed(each.iterator()))
                .exec(session -> session.set("counter", Instant.now().getEpochSecond()))
                .exec(
                    repeat(OUTAGES)
                        .on(
                            exec(this::online)
                                .exec(Checkout.sale())
                                .exec(this::online)
                                .exec(this::cutOff)
                                .exec(pause(OUTAGE))
                                .exec(session -> session.set("token", token(session)))
                                .exec(
                                    http("reversal of what was not heard of")
                                        .post("/v1/reversals")
                                        .body(StringBody("{\"requestId\":\"#{key}\"}"))
                                        .check(status().is(201)),
                                    report("report", "ACCEPTED"),
                                    report("the same report again", "DUPLICATE"))))
                .injectOpen(rampUsers(each.size()).during(Settings.RAMP)))
        .protocols(protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  private String token(Session session) {
    return tills.token(session.getString("terminal"));
  }

  private Session online(Session session) {
    return session.setAll(phone.next()).set("token", token(session));
  }

  /** What the till writes down while nobody hears it: never a benefit, always a counter. */
  private Session cutOff(Session session) {
    List<String> list = new ArrayList<>();
    long counter = session.getLong("counter");
    for (int i = 0; i < OFFLINE; i++) {
      Map<String, Object> customer = phone.next();
      list.add(
          "{\"requestId\":\"%s\",\"code\":\"%s\",\"orderFen\":%s,\"at\":\"%s\",\"counter\":%d}"
              .formatted(
                  customer.get("key"),
                  customer.get("code"),
                  Math.min(OFFLINE_FEN_MAX, (int) customer.get("fen")),
                  Instant.now().toString().replaceAll("\\.[0-9]+", ""),
                  ++counter));
    }
    return session.set("counter", counter).set("advices", String.join(",", list));
  }

  private static HttpRequestActionBuilder report(String name, String outcome) {
    return http(name)
        .post("/v1/advices")
        .body(StringBody("{\"advices\":[#{advices}]}"))
        .check(
            status().is(200),
            jsonPath("$.advices[*].outcome")
                .findAll()
                .transform(all -> all.stream().filter(outcome::equals).count())
                .is((long) OFFLINE));
  }
}
