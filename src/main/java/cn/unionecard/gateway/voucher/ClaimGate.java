package cn.unionecard.gateway.voucher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The places of a round's claims in Redis, the same for all nodes: whoever came first has the
 * first, however often he asks. It keeps those for whom nothing can be left from the database, and
 * decides nothing; without Redis all are let through. Belongs to the loop of claims.
 */
final class ClaimGate {
  private static final long RETRY_MS = 500;
  private static final long CONNECT_MS_MAX = 1_000;
  private static final long KEPT_MS = 86_400_000;

  /** The card's place, or the next one. */
  private static final String SCRIPT =
      """
      local places = {}
      for i = 2, #ARGV do
        local place = redis.call('HGET', KEYS[1], ARGV[i])
        if not place then
          place = redis.call('HLEN', KEYS[1]) + 1
          redis.call('HSET', KEYS[1], ARGV[i], place)
        end
        places[i - 1] = tonumber(place)
      end
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      return places""";

  private final Vertx vertx;
  private final Supplier<Redis> redis;
  private final int timeoutMs;
  private final Clock clock;
  private @Nullable Redis client;
  private @Nullable RedisConnection connection;
  private boolean connecting;
  private long quietUntilMs;

  /**
   * @param redis a new client at each call
   * @param timeoutMs how long claims wait for it
   */
  ClaimGate(Vertx vertx, Supplier<Redis> redis, int timeoutMs, Clock clock) {
    this.vertx = vertx;
    this.redis = redis;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
  }

  /** The places of these cards, or null where nobody tells; never fails. */
  Future<int @Nullable []> places(int round, List<ClaimLine.Claim> claims) {
    RedisConnection open = ready();
    if (open == null) {
      return Future.succeededFuture(null);
    }
    Request ask =
        Request.cmd(Command.EVAL).arg(SCRIPT).arg(1).arg("ecard:round:" + round).arg(KEPT_MS);
    claims.forEach(claim -> ask.arg(claim.member().card().serial()));
    return open.send(ask)
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(failure -> rest(open))
        .map(answer -> read(answer, claims.size()))
        .otherwise((int[]) null);
  }

  /** Anybody may have written there: what is no place counts as nothing. */
  private static int @Nullable [] read(@Nullable Response answer, int size) {
    if (answer == null || answer.size() != size) {
      return null;
    }
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      try {
        places[i] = answer.get(i).toInteger();
      } catch (RuntimeException none) {
        return null;
      }
    }
    return places;
  }

  private @Nullable RedisConnection ready() {
    if (connection == null && !connecting && clock.millis() >= quietUntilMs) {
      connect();
    }
    return connection;
  }

  /** A client of its own for each connection, as the lanes have them. */
  private void connect() {
    connecting = true;
    Redis fresh = redis.get();
    fresh
        .connect()
        .timeout(CONNECT_MS_MAX, TimeUnit.MILLISECONDS)
        .onComplete(
            open -> {
              connecting = false;
              client = fresh;
              connection = open;
              open.exceptionHandler(failure -> rest(open));
              open.endHandler(ended -> rest(open));
            },
            failure -> {
              connecting = false;
              quietUntilMs = clock.millis() + RETRY_MS;
              fresh.close().onComplete(closed -> {});
            });
  }

  private void rest(RedisConnection failed) {
    if (connection == failed) {
      connection = null;
      quietUntilMs = clock.millis() + RETRY_MS;
      close().onComplete(closed -> {});
    }
  }

  void open() {
    vertx.getOrCreateContext();
    RedisConnection unused = ready();
  }

  Future<Void> close() {
    Redis open = client;
    client = null;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
