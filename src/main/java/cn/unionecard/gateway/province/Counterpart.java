package cn.unionecard.gateway.province;

import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
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
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the province's platform one thing, once. An answer counts only if it is 200, whole, JSON and
 * in time; at most {@link #ANSWER_BYTES_MAX} of it are read, and redirects are not followed.
 */
final class Counterpart {
  private static final int ANSWER_BYTES_MAX = 8_388_608;
  private static final int OK = 200;
  private static final StrictJson JSON =
      new StrictJson(
          StreamReadConstraints.builder()
              .maxNestingDepth(6)
              .maxNumberLength(20)
              .maxStringLength(10_000)
              .build());

  private final Vertx vertx;
  private final Config.Province config;
  private final URI base;
  private final HttpClient client;

  Counterpart(Vertx vertx, Config.Province config) {
    this.vertx = vertx;
    this.config = config;
    this.base = URI.create(config.url());
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(config.timeoutMs())
                .setSslHandshakeTimeout(config.timeoutMs())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setDecompressionSupported(false)
                .setVerifyHost(true),
            new PoolOptions().setHttp1MaxSize(2).setMaxWaitQueueSize(2));
  }

  Future<Map<String, Object>> get(String path) {
    return ask(HttpMethod.GET, path, null);
  }

  Future<Map<String, Object>> post(String path, Buffer body) {
    return ask(HttpMethod.POST, path, body);
  }

  void close() {
    client.close();
  }

  private Future<Map<String, Object>> ask(HttpMethod method, String path, @Nullable Buffer body) {
    boolean secure = "https".equals(base.getScheme());
    int port = base.getPort() >= 0 ? base.getPort() : secure ? 443 : 80;
    Attempt attempt = new Attempt();
    attempt.timer = vertx.setTimer(config.timeoutMs(), late -> attempt.end(Trouble.LATE));
    client
        .request(
            new RequestOptions()
                .setMethod(method)
                .setHost(base.getHost())
                .setPort(port)
                .setSsl(secure)
                .setURI(String.valueOf(base.getRawPath()) + path)
                .setFollowRedirects(false))
        .compose(request -> attempt.send(request, body))
        .onFailure(failure -> attempt.end(Trouble.UNREACHABLE));
    return attempt.answer.future().onComplete(over -> vertx.cancelTimer(attempt.timer));
  }

  private final class Attempt {
    private final Promise<Map<String, Object>> answer = Promise.promise();
    private final Buffer heard = Buffer.buffer();
    private long timer;
    private @Nullable HttpClientRequest sent;

    Future<Void> send(HttpClientRequest request, @Nullable Buffer body) {
      sent = request;
      if (answer.future().isComplete()) {
        cut();
        return Future.succeededFuture();
      }
      request.putHeader("accept", "application/json").putHeader("user-agent", "ecard-gateway");
      if (config.token() != null && !config.token().isEmpty()) {
        request.putHeader("authorization", "Bearer " + config.token());
      }
      if (body == null) {
        return request.send().map(this::hear);
      }
      return request.putHeader("content-type", "application/json").send(body).map(this::hear);
    }

    private Void hear(HttpClientResponse response) {
      if (response.statusCode() != OK) {
        end(Trouble.STATUS);
        return null;
      }
      response.exceptionHandler(cut -> end(Trouble.CUT_OFF));
      response.handler(
          piece -> {
            heard.appendBuffer(piece);
            if (heard.length() > ANSWER_BYTES_MAX) {
              end(Trouble.TOO_LONG);
            }
          });
      response.endHandler(over -> whole());
      return null;
    }

    private void whole() {
      try {
        Map<String, Object> document = JSON.object(StrictJson.utf8(heard.getBytes()));
        if (document == null) {
          end(Trouble.NOT_UNDERSTOOD);
        } else {
          answer.tryComplete(document);
        }
      } catch (CharacterCodingException | JsonProcessingException broken) {
        end(Trouble.NOT_UNDERSTOOD);
      }
    }

    void end(Trouble why) {
      if (answer.tryFail(new Trouble.Unanswered(why))) {
        cut();
      }
    }

    private void cut() {
      HttpClientRequest request = sent;
      if (request != null) {
        request.connection().close();
      }
    }
  }
}
