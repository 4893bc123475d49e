package cn.unionecard.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.ws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Subscribers of the feed beside sales: {@code readers} over server-sent events and as many over
 * WebSocket, while the city sells. Each must hear each merchant's events in order and without a gap;
 * the simulation fails if one does not, or if nobody heard anything.
 */
public class FeedReaders extends City {
  private static final int READERS = Integer.getInteger("readers", 20);
  private static final Duration WHOLE = Settings.RAMP.plus(Settings.STAY);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** More than come between two looks. */
  private static final int BUFFER = 20_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of each reader the last place of each merchant; a session is one after the other. */
  private final Map<String, Map<String, Long>> places = new ConcurrentHashMap<>();

  private final AtomicLong heard = new AtomicLong();
  private final AtomicLong gaps = new AtomicLong();

  public FeedReaders() {
    super(Settings.RATE);
    HttpProtocolBuilder reading =
        http.baseUrl(demo.base())
            .wsBaseUrl(demo.base().replaceFirst("^http", "ws"))
            .sseUnmatchedInboundMessageBufferSize(BUFFER)
            .wsUnmatchedInboundMessageBufferSize(BUFFER)
            .authorizationHeader("Bearer " + demo.staffToken());
    double arriving = READERS / (double) Math.max(1, Settings.RAMP.toSeconds());
    setUp(
            scenario("customers")
                .exec(feed(phones.feeder()).feed(live()))
                .exec(exec(Checkout.verify(), Checkout.sale()))
                .injectOpen(
                    rampUsersPerSec(1).to(Settings.RATE).during(Settings.RAMP),
                    constantUsersPerSec(Settings.RATE).during(Settings.STAY))
                .protocols(protocol()),
            events()
                .injectOpen(constantUsersPerSec(arriving).during(Settings.RAMP))
                .protocols(reading),
            sockets()
                .injectOpen(constantUsersPerSec(arriving).during(Settings.RAMP))
                .protocols(reading))
        .assertions(global().failedRequests().count().is(0L));
  }

  private ScenarioBuilder events() {
    return scenario("server-sent events")
        .exec(sse("listen").get("/v1/feed"))
        .during(WHOLE)
        .on(
            pause(LOOK),
            sse.processUnmatchedMessages(
                (messages, session) -> {
                  messages.forEach(
                      message -> sseMessage("sse" + session.userId(), message.message()));
                  return session;
                }))
        .exec(sse("leave").close());
  }

  private ScenarioBuilder sockets() {
    return scenario("WebSocket")
        .exec(ws("connect").connect("/v1/feed"))
        .during(WHOLE)
        .on(
            pause(LOOK),
            ws.processUnmatchedMessages(
                (messages, session) -> {
                  messages.forEach(message -> wsMessage(session, message));
                  return session;
                }))
        .exec(ws("leave").close());
  }

  private void wsMessage(Session session, Object message) {
    if (message instanceof io.gatling.http.action.ws.WsInboundMessage.Text text) {
      take("ws" + session.userId(), json(text.message()));
    }
  }

  /** The event of a stream, as Gatling gives it: JSON with the members of the block. */
  private void sseMessage(String reader, String block) {
    take(reader, json(block).path("data"));
  }

  private void take(String reader, JsonNode told) {
    if (!told.has("merchantseq")) {
      return; // says where the feed begins
    }
    heard.incrementAndGet();
    String merchant = told.required("subject").asText();
    long place = told.required("merchantseq").asLong();
    Long before = places.computeIfAbsent(reader, any -> new HashMap<>()).put(merchant, place);
    if (before != null && place != before + 1) {
      gaps.incrementAndGet();
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + text, e);
    }
  }

  @Override
  public void after() {
    super.after();
    System.out.printf(
        "%d readers heard %d events, %d out of place%n", places.size(), heard.get(), gaps.get());
    if (gaps.get() > 0 || places.size() < 2 * READERS) {
      throw new IllegalStateException("the feed is not whole for each of its readers");
    }
  }
}
