package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tries Redis as the lanes use it: writes with an end, reads several keys at once. A cluster cannot
 * do the latter for keys of several slots, not even one of a single node behind one address.
 */
public final class RedisProbe {
  /** What it says of a Redis in cluster mode. */
  public static final String CLUSTER = "is in cluster mode, which is not supported";

  private static final Set<String> OF_CLUSTERS =
      Set.of("CROSSSLOT", "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN");
  private static final long KEEP_MS = 10_000;
  private static final long PATIENCE_MS = 800;

  private final Vertx vertx;
  private final RedisOptions options;
  private final String node;
  private final Supplier<String> words;

  /**
   * @param words each another one: what was written is what must be read
   */
  public RedisProbe(Vertx vertx, String url, String node, Supplier<String> words) {
    this.vertx = vertx;
    this.options = new RedisOptions().setConnectionString(url).setPoolName("ecard-probe");
    this.node = node;
    this.words = words;
  }

  /**
   * A client of its own each time: one that has fallen silent would be asked for ever. Two
   * connections a second at most cost Redis nothing.
   */
  public Future<Void> works() {
    Redis client = Redis.createClient(vertx, options);
    String word = words.get();
    Request set = Request.cmd(Command.SET).arg(key(1)).arg(word).arg("PX").arg(KEEP_MS);
    Request get = Request.cmd(Command.MGET).arg(key(1)).arg(key(2));
    return client
        .send(set)
        .compose(written -> client.send(get))
        .compose(answer -> check(answer, word))
        .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(word(failure)))
        .onComplete(over -> client.close());
  }

  /** The braces put the two into different slots of a cluster. */
  private String key(int number) {
    return "ecard:ready:" + node + ":{" + number + "}";
  }

  private static Future<Void> check(Response answer, String word) {
    boolean same =
        answer != null && answer.size() == 2 && String.valueOf(answer.get(0)).equals(word);
    return same
        ? Future.succeededFuture()
        : Future.failedFuture(new Unfit("forgets what it is told"));
  }

  private static Throwable word(Throwable failure) {
    if (!(failure instanceof ErrorType error)) {
      return failure;
    }
    boolean cluster = OF_CLUSTERS.stream().anyMatch(error::is);
    return new Unfit(cluster ? CLUSTER : "refuses: " + kind(error));
  }

  /** The code alone, such as NOAUTH or READONLY. */
  private static String kind(ErrorType error) {
    return List.of(String.valueOf(error.getMessage()).split(" ", 2))
        .get(0)
        .replaceAll("[^A-Z]", "");
  }
}
