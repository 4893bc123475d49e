import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cn.unionecard.gateway.model.TransactionId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Members who review and complain with their receipts, and the province's union that listens: {@code java -cp
 * ecard-workbench.jar VoiceLoad.java DEMO_JSON RECEIPTS_CSV FROM RATE SECONDS [PERIOD]}. Open model: RATE reviews a second and a
 * tenth as many complaints, whatever the gateway does, each measured from the moment it was due, SECONDS in all. With PERIOD
 * they are silent and speak in turn, so many seconds each, silent first and last, and every period is told when it is over:
 * {@code SILENT|SPEAKS from to}, its first two seconds left out. Prints {@code RESULT reviews
 * complaints failed p50 p99 event-p50 event-p99 event-max unheard}, times in milliseconds; those of events from the moment
 * the review was due to its arrival at the subscriber.
 */
class VoiceLoad {
  private static final long MICROS_MAX = 60_000_000;
  private static final long PATIENCE_MS = 20_000;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final SplittableRandom chance = new SplittableRandom(7);
  private final Histogram answers = new Histogram(MICROS_MAX, 3);
  private final Histogram events = new Histogram(MICROS_MAX, 3);
  private final Map<Long, Long> due = new HashMap<>();
  private final Map<Long, Long> early = new HashMap<>();
  private final Promise<Void> allHeard = Promise.promise();
  private final Promise<Void> lastPeriod = Promise.promise();
  private final JsonNode file;
  private final URI base;
  private final HttpClientAgent client;
  private int reviews;
  private int complaints;
  private int failed;
  private int underWay;
  private boolean sent;
  private final long periodNanos;

  VoiceLoad(Path demo, int period) throws Exception {
    periodNanos = TimeUnit.SECONDS.toNanos(period);
    file = new ObjectMapper().readTree(demo.toFile());
    base = URI.create(file.required("https").asText());
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTcpNoDelay(true)
            .setTrustOptions(
                new PemTrustOptions()
                    .addCertValue(
                        Buffer.buffer(
                            Files.readString(
                                demo.resolveSibling(file.required("ca").asText())))));
    if (OpenSSLEngineOptions.isAvailable()) {
      options.setSslEngineOptions(new OpenSSLEngineOptions());
    }
    client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(16).setMaxWaitQueueSize(100_000))
            .build();
  }

  public static void main(String[] args) throws Exception {
    VoiceLoad load =
        new VoiceLoad(Path.of(args[0]), args.length > 5 ? Integer.parseInt(args[5]) : 0);
    int rate = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    List<String> receipts =
        Files.readAllLines(Path.of(args[1])).stream()
            .skip(Long.parseLong(args[2]))
            .limit((long) rate * seconds * 11 / 10)
            .toList();
    if (receipts.size() < rate * seconds * 11 / 10) {
      throw new IllegalStateException("only " + receipts.size() + " purchases are left");
    }
    System.out.println(
        load.run(receipts, rate, seconds).toCompletionStage().toCompletableFuture().get());
    load.vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  private Future<String> run(List<String> receipts, int rate, int seconds) {
    Promise<String> done = Promise.promise();
    vertx.runOnContext(
        begin ->
            token("province.auditor")
                .compose(this::listen)
                .compose(listening -> send(receipts, rate, seconds))
                .compose(all -> patience())
                .compose(
                    all -> periodNanos == 0 ? Future.<Void>succeededFuture() : lastPeriod.future())
                .map(all -> result())
                .onComplete(done));
    return done.future();
  }

  // ---- the union

  private Future<String> token(String login) {
    for (JsonNode account : file.required("staff")) {
      if (account.required("login").asText().equals(login)) {
        JsonObject proof =
            new JsonObject().put("login", login).put("password", account.required("password").asText());
        return post("/v1/staff-tokens", proof).map(answer -> answer.getString("accessToken"));
      }
    }
    return Future.failedFuture("no account " + login);
  }

  private Future<Void> listen(String token) {
    Promise<Void> listening = Promise.promise();
    String[] data = {""};
    RecordParser lines = RecordParser.newDelimited("\n");
    lines.handler(
        line -> {
          String text = line.toString();
          if (text.startsWith("id:")) {
            listening.tryComplete();
          } else if (text.startsWith("data:")) {
            heard(new JsonObject(text.substring(5)));
          }
        });
    return client
        .request(
            options(HttpMethod.GET, "/v1/feed?type=cn.unionecard.review.posted.v1")
                .putHeader("Authorization", "Bearer " + token))
        .compose(request -> request.send())
        .compose(
            response -> {
              response.handler(lines);
              return listening.future();
            });
  }

  private void heard(JsonObject event) {
    long review = event.getJsonObject("data").getLong("review");
    long now = System.nanoTime();
    Long since = due.remove(review);
    if (since == null) {
      early.put(review, now);
    } else {
      record(events, now - since);
    }
    isOver();
  }

  private void isOver() {
    if (sent && underWay == 0 && due.isEmpty()) {
      allHeard.tryComplete();
    }
  }

  private Future<Void> patience() {
    sent = true;
    isOver();
    vertx.setTimer(PATIENCE_MS, late -> allHeard.tryComplete());
    return allHeard.future();
  }

  // ---- the members

  private Future<Void> send(List<String> receipts, int rate, int seconds) {
    System.out.println("GO");
    Promise<Void> all = Promise.promise();
    long start = System.nanoTime();
    double perSecond = receipts.size() / (double) seconds;
    if (periodNanos > 0) {
      tellPeriod(start, 0, seconds * 1_000_000_000L / periodNanos * 2);
    }
    sendNext(receipts, start, perSecond, 0, all);
    return all.future();
  }

  /** When it is over. */
  private void tellPeriod(long start, long number, long last) {
    Instant from = Instant.now().plusSeconds(2);
    vertx.setTimer(
        Math.max(1, (start + (number + 1) * periodNanos - System.nanoTime()) / 1_000_000),
        over -> {
          System.out.printf(
              "%s %s %s%n",
              number % 2 == 0 ? "SILENT" : "SPEAKS",
              from.truncatedTo(ChronoUnit.SECONDS),
              Instant.now().truncatedTo(ChronoUnit.SECONDS));
          if (number < last) {
            tellPeriod(start, number + 1, last);
          } else {
            lastPeriod.complete();
          }
        });
  }

  private long dueAt(long start, double perSecond, int number) {
    long spoken = (long) (number / perSecond * 1e9);
    return start + spoken + (periodNanos == 0 ? 0 : (spoken / periodNanos + 1) * periodNanos);
  }

  /** All that are due; then sleeps until the next one is, so that the driver costs the machine little. */
  private void sendNext(List<String> receipts, long start, double perSecond, int next, Promise<Void> all) {
    while (next < receipts.size()) {
      long dueAt = dueAt(start, perSecond, next);
      long early = dueAt - System.nanoTime();
      if (early > 0) {
        int then = next;
        vertx.setTimer(
            early / 1_000_000 + 1, due -> sendNext(receipts, start, perSecond, then, all));
        return;
      }
      speak(receipts.get(next), next % 11 == 10, dueAt);
      next++;
    }
    all.complete();
  }

  private void speak(String receipt, boolean complains, long dueAt) {
    int comma = receipt.indexOf(',');
    String id = new TransactionId(Long.parseLong(receipt.substring(0, comma))).toString();
    String digest = receipt.substring(comma + 1);
    underWay++;
    Future<JsonObject> said = complains ? complain(id, digest) : review(id, digest);
    said.onComplete(
        answer -> {
          underWay--;
          if (answer.failed()) {
            failed++;
            if (failed <= 5) {
              System.err.println(answer.cause().getMessage());
            }
          } else {
            record(answers, System.nanoTime() - dueAt);
            if (complains) {
              complaints++;
            } else {
              reviews++;
              answered(answer.result().getLong("review"), dueAt);
            }
          }
          isOver();
        });
  }

  private void answered(long review, long dueAt) {
    Long came = early.remove(review);
    if (came == null) {
      due.put(review, dueAt);
    } else {
      record(events, came - dueAt);
    }
  }

  private Future<JsonObject> review(String id, String digest) {
    int stars = chance.nextInt(100) < 3 ? 1 : 4 + chance.nextInt(2);
    return post(
        "/v1/reviews",
        new JsonObject()
            .put("transaction", id)
            .put("receiptDigest", digest)
            .put("stars", stars)
            .put("quality", stars)
            .put("service", stars)
            .put("afterSales", stars)
            .put("text", "味道不错，下次再来"));
  }

  private Future<JsonObject> complain(String id, String digest) {
    return post(
        "/v1/complaints",
        new JsonObject()
            .put("kind", chance.nextBoolean() ? "QUALITY" : "SERVICE")
            .put("text", "与宣传不符，请处理")
            .put("transaction", id)
            .put("digest", digest));
  }

  private Future<JsonObject> post(String path, JsonObject body) {
    return client
        .request(options(HttpMethod.POST, path).putHeader("Content-Type", "application/json"))
        .compose(request -> request.send(body.toBuffer()))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        answer -> {
                          if (response.statusCode() >= 300) {
                            throw new IllegalStateException(response.statusCode() + " " + answer);
                          }
                          return answer.toJsonObject();
                        }));
  }

  private RequestOptions options(HttpMethod method, String path) {
    return new RequestOptions()
        .setMethod(method)
        .setHost(base.getHost())
        .setPort(base.getPort())
        .setURI(path);
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.min(MICROS_MAX, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
  }

  private static double ms(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }

  private String result() {
    return String.format(
        Locale.ROOT,
        "RESULT %d %d %d %.1f %.1f %.1f %.1f %.1f %d",
        reviews,
        complaints,
        failed,
        ms(answers, 50),
        ms(answers, 99),
        ms(events, 50),
        ms(events, 99),
        events.getMaxValue() / 1e3,
        due.size());
  }
}
