package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a gateway as one of its staff, with the JDK's own client: trusts one authority, and sends
 * again what a gateway that is busy or away has not answered, if it may be sent twice.
 */
final class StaffCalls {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int ATTEMPTS_MAX = 6;
  private static final int PAUSE_S_MAX = 60;
  private static final HttpResponse.BodyHandler<String> BODY =
      HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8);

  private final HttpClient client;
  private final URI base;
  private final Path tokenFile;
  private String token;

  /**
   * @param ca file with the authority's certificate in PEM
   * @param tokenFile holds an access token
   * @throws CannotStart if one of the files cannot be used
   */
  StaffCalls(URI base, Path ca, Path tokenFile) {
    this.base = base;
    this.tokenFile = tokenFile;
    this.token = read(tokenFile);
    this.client =
        HttpClient.newBuilder()
            .sslContext(Authority.trusting(ca))
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  private static String read(Path tokenFile) {
    try {
      String token = Files.readString(tokenFile, StandardCharsets.US_ASCII).strip();
      if (!token.matches("[A-Za-z0-9._~+/=-]{1,8000}")) {
        throw new CannotStart(tokenFile + " holds no access token");
      }
      return token;
    } catch (IOException e) {
      throw new CannotStart("无法读取令牌 Cannot read the token: " + e.getMessage(), e);
    }
  }

  /** Reads JSON; else as {@link #post}. */
  JsonObject get(String path) {
    return Objects.requireNonNull(send(path, null, true));
  }

  /**
   * Posts JSON that may be sent twice.
   *
   * @return the answer; null if the body is too large (413)
   * @throws CannotStart if the gateway refuses, or does not answer again and again
   */
  @Nullable JsonObject post(String path, JsonObject body) {
    return send(path, body, true);
  }

  /**
   * Posts JSON that does something each time: again only where the gateway says that it did not.
   *
   * @throws CannotStart if the gateway refuses, or nobody knows whether it did
   */
  JsonObject postOnce(String path, JsonObject body) {
    JsonObject answer = send(path, body, false);
    if (answer == null) {
      throw new CannotStart("内容过长 413 it is too long");
    }
    return answer;
  }

  private @Nullable JsonObject send(String path, @Nullable JsonObject body, boolean repeats) {
    String failed = "";
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        HttpResponse<String> answer = client.send(request(path, body), BODY);
        switch (answer.statusCode()) {
          case 200, 201 -> {
            return json(answer.body());
          }
          case 413 -> {
            return null;
          }
          case 429, 503, 504 -> {
            failed = answer.statusCode() + " " + detail(answer.body());
            requireKnown(repeats || answer.statusCode() != 504, failed);
            pause(answer.headers().firstValueAsLong("Retry-After").orElse(1L << attempt));
          }
          case 401 -> {
            String newer = read(tokenFile);
            if (newer.equals(token)) {
              throw new CannotStart("令牌无效或已到期，请更新令牌文件 401 " + detail(answer.body()));
            }
            token = newer;
          }
          default ->
              throw new CannotStart(
                  "网关未受理 refused: " + answer.statusCode() + " " + detail(answer.body()));
        }
      } catch (IOException e) {
        failed = e.toString();
        boolean isUnsent =
            e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
        requireKnown(repeats || isUnsent, failed);
        pause(1L << attempt);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
    throw new CannotStart("网关没有应答 no answer from " + base + ": " + failed);
  }

  private static void requireKnown(boolean isKnown, String failed) {
    if (!isKnown) {
      throw new CannotStart(
          "没有应答，可能已办理，请先查看再决定是否重试 no answer: it may be done, so look before you ask again: "
              + failed);
    }
  }

  private HttpRequest request(String path, @Nullable JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + token);
    return body == null
        ? request.build()
        : request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
            .build();
  }

  private static JsonObject json(String body) {
    try {
      return new JsonObject(body);
    } catch (DecodeException e) {
      throw new CannotStart("应答不是JSON the answer is no JSON");
    }
  }

  private static String detail(String body) {
    try {
      JsonObject problem = new JsonObject(body);
      return problem.getString("code", "")
          + " "
          + problem.getString("title", "")
          + " "
          + problem.getString("detail", "");
    } catch (DecodeException | ClassCastException e) {
      return "";
    }
  }

  private static void pause(long seconds) {
    try {
      TimeUnit.SECONDS.sleep(Math.min(seconds, PAUSE_S_MAX));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static CannotStart interrupted() {
    Thread.currentThread().interrupt();
    return new CannotStart("interrupted");
  }
}
