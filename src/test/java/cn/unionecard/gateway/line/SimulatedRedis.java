package cn.unionecard.gateway.line;

import cn.unionecard.gateway.VirtualTime;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A Redis that remembers, forgets, is late, loses replies and closes as chance wants; its replies
 * may come long after nobody waits for them.
 */
final class SimulatedRedis {
  private final VirtualTime time;
  private final Random chance;
  private final Map<String, String> values = new HashMap<>();
  private int faultsPerMille;

  SimulatedRedis(VirtualTime time, Random chance) {
    this.time = time;
    this.chance = chance;
  }

  void faults(int perMille) {
    faultsPerMille = perMille;
  }

  Redis client() {
    return new Client();
  }

  private boolean fails() {
    return chance.nextInt(1_000) < faultsPerMille;
  }

  private final class Client implements Redis {
    private @Nullable Link link;

    @Override
    public Future<RedisConnection> connect() {
      Promise<RedisConnection> promise = Promise.promise();
      boolean silent = fails();
      boolean refused = fails();
      long us = 200 + (fails() ? chance.nextInt(3_000_000) : 0);
      time.after(
          us,
          () -> {
            if (refused) {
              promise.fail(new IOException("refused"));
            } else if (!silent) {
              link = new Link();
              promise.complete(link);
            }
          });
      return promise.future();
    }

    @Override
    public Future<Void> close() {
      if (link != null) {
        link.closed = true;
      }
      return Future.succeededFuture();
    }

    @Override
    public Future<@Nullable Response> send(Request command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<@Nullable Response>> batch(List<Request> commands) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Link implements RedisConnection {
    private boolean closed;
    private @Nullable Handler<Void> ended;

    @Override
    public Future<@Nullable Response> send(Request command) {
      Promise<@Nullable Response> promise = Promise.promise();
      if (closed) {
        return Future.failedFuture(new IOException("closed"));
      }
      if (fails()) { // the reply is lost, or the connection
        if (fails() || chance.nextBoolean()) {
          time.after(100, this::end);
        }
        return promise.future();
      }
      if (fails()) {
        values.clear();
      }
      Response answer = work((RequestImpl) command);
      long us = 100 + chance.nextInt(400) + (fails() ? chance.nextInt(8_000_000) : 0);
      time.after(us, () -> promise.complete(answer));
      return promise.future();
    }

    private void end() {
      closed = true;
      if (ended != null) {
        ended.handle(null);
      }
    }

    private @Nullable Response work(RequestImpl request) {
      List<String> args =
          request.getArgs().stream().map(arg -> new String(arg, StandardCharsets.UTF_8)).toList();
      Command command = request.command();
      if (command == Command.MGET) {
        MultiType all = MultiType.create(args.size(), false);
        for (String key : args) {
          String value = values.get(key);
          all.add(value == null ? null : BulkType.create(Buffer.buffer(value), false));
        }
        return all;
      }
      if (command == Command.SET) {
        values.put(args.get(0), args.get(1));
      } else if (command == Command.INCR) {
        values.merge(args.get(0), "1", (a, b) -> String.valueOf(Integer.parseInt(a) + 1));
      }
      return BulkType.create(Buffer.buffer("OK"), false);
    }

    @Override
    public RedisConnection exceptionHandler(@Nullable Handler<Throwable> handler) {
      return this;
    }

    @Override
    public RedisConnection handler(@Nullable Handler<Response> handler) {
      return this;
    }

    @Override
    public RedisConnection pause() {
      return this;
    }

    @Override
    public RedisConnection resume() {
      return this;
    }

    @Override
    public RedisConnection fetch(long amount) {
      return this;
    }

    @Override
    public RedisConnection endHandler(@Nullable Handler<Void> handler) {
      ended = handler;
      return this;
    }

    @Override
    public Future<List<@Nullable Response>> batch(List<Request> commands) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> close() {
      closed = true;
      return Future.succeededFuture();
    }

    @Override
    public boolean pendingQueueFull() {
      return false;
    }
  }
}
