package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.MemberCodes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The lines from the tills to the gateway: sends a request and repeats it under the same key until
 * it has a final answer, as a till must. Belongs to the simulation's event loop.
 */
final class Wire {
  private static final int CONNECTIONS_MAX = 512;
  private static final int WAITING_MAX = 100_000;
  private static final int CONNECT_TIMEOUT_MS = 3_000;

  /** A till's own time-out (5 s), after which it takes the outcome for unknown. */
  private static final long REPLY_TIMEOUT_MS = 5_000;

  private static final long TOKEN_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);
  private static final int PAUSE_FIRST_MS = 50;
  private static final int PAUSE_MAX_MS = 1_000;
  private static final int UNAUTHENTICATED = 401;
  private static final int IN_FLIGHT = 409;
  private static final int TOO_MANY = 429;
  private static final int INTERNAL = 500;

  private final Vertx vertx;
  private final URI gateway;
  private final Clock clock;
  private final Tally tally;
  private final long patienceNanos;
  private final HttpClientAgent client;

  Wire(Vertx vertx, URI gateway, Clock clock, Tally tally, Duration patience) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.clock = clock;
    this.tally = tally;
    this.patienceNanos = patience.toNanos();
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setConnectTimeout(CONNECT_TIMEOUT_MS)
            .setKeepAlive(true)
            .setTcpNoDelay(true);
    if (OpenSSLEngineOptions.isAvailable()) {
      options.setSslEngineOptions(new OpenSSLEngineOptions());
    }
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX))
            .build();
  }

  /** Sends and repeats; the future never fails, at worst it gives {@link Answer#NONE}. */
  Future<Answer> ask(Till till, Question question) {
    return attempt(till, question, 1, System.nanoTime() + patienceNanos);
  }

  /** Sends and breaks the connection before an answer can come. */
  Future<Void> cut(Till till, Question question) {
    return request(till, question)
        .compose(
            request -> {
              request.response().onFailure(expected -> {});
              return request.end(body(question)).eventually(() -> request.reset());
            })
        .otherwiseEmpty();
  }

  /** Gets something public. */
  Future<Buffer> get(Till till, String path) {
    return ask(till, new Question(path, null, null))
        .map(
            answer -> {
              if (answer.status() != Answer.OK) {
                throw new IllegalStateException(
                    "GET " + path + " of " + gateway + ": " + answer.summary());
              }
              return answer.body();
            });
  }

  Future<Void> pause(long millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  Future<Void> close() {
    return client.close();
  }

  private Future<Answer> attempt(Till till, Question question, int n, long untilNanos) {
    return request(till, question)
        // where the response comes in: whoever asks later may be too late for its body
        .compose(
            request ->
                request
                    .send(body(question))
                    .compose(response -> answer(response, n > 1 || isLate(untilNanos))))
        .transform(
            result -> {
              if (result.succeeded() && isFinal(result.result())) {
                return Future.succeededFuture(result.result());
              }
              int pauseMs = Math.min(PAUSE_FIRST_MS << Math.min(n - 1, 8), PAUSE_MAX_MS);
              if (result.succeeded()) {
                pauseMs = Math.max(pauseMs, told(till, result.result()));
              } else {
                tally.trouble(result.cause() instanceof NoToken ? "NO_TOKEN" : "NO_REPLY");
              }
              if (System.nanoTime() - untilNanos > 0) {
                return Future.succeededFuture(Answer.NONE);
              }
              return vertx
                  .timer(pauseMs, TimeUnit.MILLISECONDS)
                  .compose(done -> attempt(till, question, n + 1, untilNanos));
            });
  }

  private boolean isLate(long untilNanos) {
    long waitedNanos = System.nanoTime() - (untilNanos - patienceNanos);
    return waitedNanos >= TimeUnit.SECONDS.toNanos(MemberCodes.LIFE_SECONDS_MIN);
  }

  private Future<HttpClientRequest> request(Till till, Question question) {
    return till.hasCertificate()
        ? client.request(options(till, question))
        : token(till)
            .compose(
                token ->
                    client.request(
                        options(till, question).putHeader("Authorization", "Bearer " + token)));
  }

  private RequestOptions options(Till till, Question question) {
    RequestOptions options =
        new RequestOptions()
            .setSsl(true)
            .setSslOptions(till.tls)
            .setHost(gateway.getHost())
            .setPort(gateway.getPort())
            .setURI(question.path())
            .setIdleTimeout(REPLY_TIMEOUT_MS)
            .setMethod(question.body() == null ? HttpMethod.GET : HttpMethod.POST);
    if (question.key() != null) {
      options.putHeader("Idempotency-Key", question.key());
    }
    if (question.body() != null) {
      options.putHeader("Content-Type", "application/json");
    }
    return options;
  }

  private static Buffer body(Question question) {
    return question.body() == null ? Buffer.buffer() : question.body();
  }

  private static Future<Answer> answer(HttpClientResponse response, boolean repeated) {
    boolean replayed = "true".equals(response.getHeader("Idempotent-Replayed"));
    return response.body().map(body -> new Answer(response.statusCode(), body, replayed, repeated));
  }

  /** Whether repeating the request could change nothing. */
  private static boolean isFinal(Answer answer) {
    return answer.status() < 500
        && answer.status() != UNAUTHENTICATED
        && answer.status() != IN_FLIGHT
        && answer.status() != TOO_MANY;
  }

  /** Notes why it is no final answer; returns how long the gateway asks to wait, ms. */
  private int told(Till till, Answer answer) {
    tally.trouble(answer.status() + " " + answer.problem());
    if (answer.status() == UNAUTHENTICATED) {
      till.token(null);
    } else if (answer.status() == INTERNAL) {
      tally.anomaly(Anomaly.INTERNAL_ERROR, answer.summary());
    }
    return answer.status() == TOO_MANY ? PAUSE_MAX_MS : 0;
  }

  /** The till's token, a new one if it has none that holds. */
  Future<String> token(Till till) {
    Future<String> token = till.token();
    if (token == null || token.failed()) {
      token = newToken(till);
      till.token(token);
    }
    return token;
  }

  private Future<String> newToken(Till till) {
    return newToken(till, System.nanoTime() + TOKEN_NANOS_MAX);
  }

  /**
   * All tills stand behind one address here, which may ask for so many at once: they take turns.
   */
  private Future<String> newToken(Till till, long untilNanos) {
    Buffer body =
        new JsonObject()
            .put("assertion", till.assertion(clock.instant().getEpochSecond()))
            .toBuffer();
    Question question = new Question("/v1/terminal-tokens", null, body);
    return client
        .request(options(till, question))
        .compose(
            request ->
                request
                    .send(body)
                    // where the response comes in: whoever asks later may be too late for its body
                    .compose(
                        response ->
                            response
                                .body()
                                .compose(answer -> given(till, response, answer, untilNanos))));
  }

  private Future<String> given(
      Till till, HttpClientResponse response, Buffer answer, long untilNanos) {
    if (response.statusCode() == Answer.OK) {
      return Future.succeededFuture(answer.toJsonObject().getString("accessToken"));
    }
    String seconds = response.getHeader("Retry-After");
    if (response.statusCode() != TOO_MANY || seconds == null || System.nanoTime() > untilNanos) {
      return Future.failedFuture(new NoToken("no token for " + till.id + ": " + answer));
    }
    return vertx
        .timer(Integer.parseInt(seconds), TimeUnit.SECONDS)
        .compose(over -> newToken(till, untilNanos));
  }

  /** The gateway gave no token for the device key. */
  private static final class NoToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoToken(String message) {
      super(message, null, false, false);
    }
  }
}
