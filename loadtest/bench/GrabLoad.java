import cn.unionecard.gateway.edge.http.access.TokenIssuer;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Members' phones that all want the same: {@code java -cp ecard-workbench.jar GrabLoad.java ROUND CLAIMANTS SECONDS
 * PORT…}. Open model: so many claims, evenly over so many seconds, each measured from the moment it was due, in turn at the
 * gateways on those ports. Before, each phone has looked which rounds there are, as its page does while it counts down: its
 * token is known and its connection stands. Prints {@code READY}, begins with a byte on its standard input, and prints at the end {@code RESULT
 * claims answered p50 p99 max} (milliseconds) and how often which outcome was heard.
 */
class GrabLoad {
  private static final int CONNECTIONS = 64;
  private static final long PATIENCE_MS = 20_000;

  public static void main(String[] args) throws Exception {
    int round = Integer.parseInt(args[0]);
    int claimants = Integer.parseInt(args[1]);
    long seconds = Long.parseLong(args[2]);
    int[] ports = new int[args.length - 3];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = Integer.parseInt(args[i + 3]);
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    List<String> tokens = tokens(vertx, claimants);
    HttpClientAgent phones =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setSslEngineOptions(new OpenSSLEngineOptions())
                .setTrustOptions(
                    new PemTrustOptions().addCertPath(System.getenv("ECARD_HTTP_TERMINAL_CA"))),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    look(vertx, phones, tokens, ports);
    System.out.println("READY");
    int go = System.in.read();
    Histogram times = new Histogram(60_000_000L, 3);
    Map<String, Integer> outcomes = new TreeMap<>();
    Promise<Void> all = Promise.promise();
    int[] open = {claimants};
    int[] sent = {0};
    long start = System.nanoTime();
    long gap = seconds * 1_000_000_000L / claimants;
    long unused =
        vertx.setPeriodic(
            1,
            timer -> {
              while (sent[0] < claimants && System.nanoTime() >= start + sent[0] * gap) {
                int i = sent[0]++;
                long due = start + i * gap;
                ask(phones, HttpMethod.POST, "/v1/vouchers/claims", tokens.get(i), ports[i % ports.length], round)
                    .onComplete(
                        outcome -> {
                          times.recordValue(Math.min(59_000_000L, (System.nanoTime() - due) / 1_000));
                          outcomes.merge(
                              outcome.succeeded() ? outcome.result() : "NO_ANSWER", 1, Integer::sum);
                          if (--open[0] == 0) {
                            all.complete();
                          }
                        });
              }
            });
    all.future().toCompletionStage().toCompletableFuture().get();
    System.out.printf(
        "RESULT %d %d %.1f %.1f %.1f%n",
        claimants,
        claimants - outcomes.getOrDefault("NO_ANSWER", 0),
        times.getValueAtPercentile(50) / 1e3,
        times.getValueAtPercentile(99) / 1e3,
        times.getMaxValue() / 1e3);
    System.out.println("OUTCOMES " + outcomes);
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  /** One card of each of so many members. */
  private static List<String> tokens(Vertx vertx, int claimants) throws Exception {
    List<String> tokens = new ArrayList<>(claimants);
    try (Connection database =
            PostgresUrl.parse(System.getenv("ECARD_STORES_POSTGRES")).jdbcConnection();
        Statement ask = database.createStatement()) {
      Kek kek = Kek.of(new Config.Keys(System.getenv("ECARD_KEYS_KEK_FILE"), null, "SM2"));
      Keyring.Key key = Keyring.load(database, kek).current(Keyring.Purpose.TOKEN);
      TokenIssuer issuer =
          new TokenIssuer(vertx, key.kid(), key.secret(), Clock.systemUTC(), new SecureRandom());
      ResultSet cards =
          ask.executeQuery(
              "select min(serial), max(epoch) from card where status = 'ACTIVE' group by member having count(*) = 1 order by 1 limit "
                  + claimants);
      while (cards.next()) {
        tokens.add(issuer.member(new CardNo(cards.getLong(1)), cards.getLong(2), Duration.ofHours(1)));
      }
    }
    if (tokens.size() < claimants) {
      throw new IllegalStateException("only " + tokens.size() + " members have a card in use");
    }
    return tokens;
  }

  /** Slowly, as over the minutes before. */
  private static void look(Vertx vertx, HttpClientAgent phones, List<String> tokens, int[] ports)
      throws Exception {
    for (int from = 0; from < tokens.size(); from += CONNECTIONS) {
      List<io.vertx.core.Future<?>> some = new ArrayList<>();
      for (int i = from; i < Math.min(tokens.size(), from + CONNECTIONS); i++) {
        some.add(
            ask(phones, HttpMethod.GET, "/v1/cards/mine/rounds", tokens.get(i), ports[i % ports.length], 0));
      }
      io.vertx.core.Future.join(some).toCompletionStage().toCompletableFuture().get();
    }
  }

  private static io.vertx.core.Future<String> ask(
      HttpClientAgent phones, HttpMethod method, String path, String token, int port, int round) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost("localhost")
            .setPort(port)
            .setURI(path)
            .setIdleTimeout(PATIENCE_MS)
            .putHeader("Authorization", "Bearer " + token)
            .putHeader("Content-Type", "application/json");
    return phones
        .request(options)
        .compose(
            request ->
                (method == HttpMethod.GET
                        ? request.send()
                        : request.send(new JsonObject().put("round", round).toBuffer()))
                    .compose(
                        response ->
                            response
                                .body()
                                .map(
                                    body ->
                                        response.statusCode() == 200
                                            ? body.toJsonObject().getString("outcome", "LOOKED")
                                            : "HTTP_" + response.statusCode())));
  }
}
