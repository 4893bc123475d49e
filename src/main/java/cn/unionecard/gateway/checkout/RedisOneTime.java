package cn.unionecard.gateway.checkout;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.time.Clock;

/** Names used once, remembered in Redis; without Redis nothing counts as a first use. */
public final class RedisOneTime implements OneTime {
  private final Redis redis;
  private final Clock clock;

  public RedisOneTime(Redis redis, Clock clock) {
    this.redis = redis;
    this.clock = clock;
  }

  @Override
  public Future<Boolean> firstUse(String name, long untilMs) {
    long keepMs = Math.max(1, untilMs - clock.millis());
    Request set =
        Request.cmd(Command.SET).arg("ecard:once:" + name).arg("1").arg("NX").arg("PX").arg(keepMs);
    return redis.send(set).map(answer -> answer != null);
  }
}
