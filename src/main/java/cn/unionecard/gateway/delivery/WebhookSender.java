package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Posts one message to one webhook, once: resolves the name, asks the guard, connects to that very
 * address, signs, and takes only a status for an answer. Never follows a redirect, reads at most
 * {@link #ANSWER_BYTES_MAX} of an answer, and ends in time whatever the other side does.
 */
final class WebhookSender {
  static final int ANSWER_BYTES_MAX = 16_384;
  private static final int SUCCESS = 200;
  private static final int REDIRECT = 300;
  private static final int BAD_REQUEST = 400;
  private static final int GONE = 410;
  private static final int CONNECT_MS = 5_000;
  private static final int HEADER_BYTES_MAX = 8_192;
  private static final int KEEP_ALIVE_S = 30;

  /**
   * What came of it.
   *
   * @param status of the answer; 0 = there was none
   * @param problem what went wrong, in a word; null = nothing
   */
  record Answer(int status, @Nullable String problem) {
    boolean isDelivered() {
      return problem == null;
    }

    boolean isGone() {
      return status == GONE;
    }

    /** What it comes to, as it is shown. */
    String word() {
      return isDelivered() ? "DELIVERED" : isGone() ? "GONE" : "FAILED";
    }
  }

  private final Vertx vertx;
  private final AddressGuard guard;
  private final Function<String, Future<InetAddress>> resolver;
  private final int timeoutMs;
  private final Clock clock;
  private final HttpClient client;

  /**
   * @param resolver gives an address for a name
   * @param trust whose certificates are trusted; null = those of the Java installation
   */
  WebhookSender(
      Vertx vertx,
      AddressGuard guard,
      Function<String, Future<InetAddress>> resolver,
      @Nullable TrustOptions trust,
      int timeoutMs,
      Clock clock) {
    this.vertx = vertx;
    this.guard = guard;
    this.resolver = resolver;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(Math.min(CONNECT_MS, timeoutMs))
            .setSslHandshakeTimeout(timeoutMs)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setDecompressionSupported(false)
            .setKeepAliveTimeout(KEEP_ALIVE_S)
            .setVerifyHost(true);
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    // how many are under way is bounded for each subscriber; here nobody waits for anybody else
    PoolOptions pool = new PoolOptions().setHttp1MaxSize(Short.MAX_VALUE).setMaxWaitQueueSize(0);
    client = vertx.createHttpClient(options, pool);
  }

  /** One attempt; never fails. */
  Future<Answer> post(WebhookMessage message) {
    if (message.keys().isEmpty()) {
      return Future.succeededFuture(new Answer(0, "there is no key to sign with"));
    }
    URI url;
    try {
      url = guard.url(message.url());
    } catch (Fault.Malformed e) {
      return Future.succeededFuture(new Answer(0, String.valueOf(e.getMessage())));
    }
    return post(url, message);
  }

  private Future<Answer> post(URI url, WebhookMessage message) {
    Attempt attempt = new Attempt();
    attempt.timer = vertx.setTimer(timeoutMs, t -> attempt.timeOut());
    resolver
        .apply(url.getHost())
        .compose(address -> connect(url, address, attempt))
        .compose(request -> attempt.send(request, message))
        .onFailure(attempt::fail);
    return attempt.answer.future().onComplete(done -> vertx.cancelTimer(attempt.timer));
  }

  private Future<HttpClientRequest> connect(URI url, InetAddress address, Attempt attempt) {
    if (!guard.permits(address)) {
      attempt.end(new Answer(0, "the address is an internal one, no request was made"));
      return Future.failedFuture("refused");
    }
    int port = AddressGuard.port(url);
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return client.request(
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
            .setHost(url.getHost())
            .setPort(port)
            .setSsl(!"http".equalsIgnoreCase(url.getScheme()))
            .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
            .setFollowRedirects(false));
  }

  void close() {
    client.close();
  }

  /** One attempt under way. */
  private final class Attempt {
    private final Promise<Answer> answer = Promise.promise();
    private long timer;
    private @Nullable HttpClientRequest request;
    private int status;
    private int read;

    Future<Void> send(HttpClientRequest sent, WebhookMessage message) {
      request = sent;
      if (answer.future().isComplete()) {
        cut();
        return Future.succeededFuture();
      }
      long now = clock.instant().getEpochSecond();
      sent.putHeader("content-type", "application/cloudevents+json; charset=utf-8")
          .putHeader("user-agent", "ecard-gateway")
          .putHeader("webhook-id", message.id())
          .putHeader("webhook-timestamp", Long.toString(now))
          .putHeader("webhook-signature", message.signatures(now));
      return sent.send(Buffer.buffer(message.body())).map(this::hear);
    }

    private Void hear(HttpClientResponse response) {
      status = response.statusCode();
      response.handler(this::count);
      response.exceptionHandler(e -> end(judged()));
      response.endHandler(v -> end(judged()));
      return null;
    }

    private void count(Buffer piece) {
      read += piece.length();
      if (read > ANSWER_BYTES_MAX) {
        end(judged());
        cut();
      }
    }

    /** The status alone counts, whatever becomes of the body. */
    private Answer judged() {
      return new Answer(status, problem(status));
    }

    void timeOut() {
      end(status == 0 ? new Answer(0, "no answer in time") : judged());
      cut();
    }

    void fail(Throwable why) {
      end(new Answer(0, why.getClass().getSimpleName()));
      cut();
    }

    void end(Answer what) {
      answer.tryComplete(what);
    }

    private void cut() {
      HttpClientRequest sent = request;
      if (sent != null) {
        sent.connection().close();
      }
    }
  }

  private static @Nullable String problem(int status) {
    if (status >= SUCCESS && status < REDIRECT) {
      return null;
    }
    if (status == GONE) {
      return "the receiver is gone";
    }
    return status >= REDIRECT && status < BAD_REQUEST
        ? "a redirect, which is never followed"
        : "the receiver answered " + status;
  }
}
