package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.List;

/** Members' phones that claim at two gateways: whoever gets no answer asks at the other one. */
final class ClaimingPhones {
  private static final int TRIES_MAX = 50;
  private static final int PATIENCE_MS = 20_000;

  private final HttpClientAgent https;
  private final TokenIssuer issuer;
  private final List<Node> nodes;

  /**
   * @param authority PEM of whom the phones trust
   * @param atOnce how many may ask at once
   */
  ClaimingPhones(Vertx vertx, String authority, TokenIssuer issuer, List<Node> nodes, int atOnce) {
    this.issuer = issuer;
    this.nodes = nodes;
    https =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority))),
            new PoolOptions().setHttp1MaxSize(atOnce));
  }

  /** Claims, and again at the other gateway: what became of it, which is the same. */
  Future<JsonObject> claimTwice(long card, int round) {
    String token = issuer.member(new CardNo(card), 1, Duration.ofMinutes(15));
    int at = (int) (card % 2);
    return claim(token, round, at, TRIES_MAX)
        .compose(
            answer ->
                claim(token, round, 1 - at, TRIES_MAX)
                    .map(
                        again -> {
                          assertEquals(answer, again);
                          return again;
                        }));
  }

  private Future<JsonObject> claim(String token, int round, int at, int tries) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("localhost")
            .setPort(nodes.get(at).port())
            .setURI("/v1/vouchers/claims")
            .setIdleTimeout(PATIENCE_MS)
            .putHeader("Authorization", "Bearer " + token)
            .putHeader("Content-Type", "application/json");
    Buffer wish = new JsonObject().put("round", round).toBuffer();
    return https
        .request(options)
        .compose(request -> request.send(wish).compose(ClaimingPhones::answer))
        .recover(
            failure ->
                tries == 0 ? Future.failedFuture(failure) : claim(token, round, 1 - at, tries - 1));
  }

  private static Future<JsonObject> answer(HttpClientResponse response) {
    int status = response.statusCode();
    return response
        .body()
        .compose(
            body -> {
              assertTrue(status == 200 || status >= 500, body::toString);
              return status == 200
                  ? Future.succeededFuture(body.toJsonObject())
                  : Future.failedFuture("HTTP " + status);
            });
  }
}
