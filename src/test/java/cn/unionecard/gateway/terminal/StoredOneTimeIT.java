package cn.unionecard.gateway.terminal;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name is used once, whatever becomes of Redis, and is forgotten when it is over. */
class StoredOneTimeIT {
  private final Vertx vertx;
  private final Clock clock = Clock.systemUTC();
  private final String url = TestStores.get().newDatabase();
  private final StoredOneTime names;

  StoredOneTimeIT(Vertx vertx) {
    this.vertx = vertx;
    Pool pool = PostgresUrl.parse(url).pool(vertx, "once", 4, 100, TestLine.limits());
    names = new StoredOneTime(pool, clock);
  }

  @Test
  void isUsedOnceThoughRedisWasFlushed() {
    long until = clock.millis() + 60_000;
    assertTrue(await(names.firstUse("assertion/T0000001/a", until)));
    Redis redis = Redis.createClient(vertx, TestStores.get().redisUrl());
    await(redis.send(Request.cmd(Command.FLUSHALL)));
    assertFalse(await(names.firstUse("assertion/T0000001/a", until)));
    assertTrue(await(names.firstUse("assertion/T0000002/a", until)));
    redis.close();
  }

  @Test
  void ofManyAtOnceOneIsTheFirst() {
    long until = clock.millis() + 60_000;
    List<Future<Boolean>> uses = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      uses.add(names.firstUse("assertion/T0000001/many", until));
    }
    List<Boolean> first = await(Future.all(uses).map(all -> all.<Boolean>list()));
    assertEquals(1, first.stream().filter(one -> one).count());
  }

  @Test
  void whatIsOverIsClearedAwayByLaterUses() {
    for (int i = 0; i < 20; i++) {
      assertTrue(await(names.firstUse("over/" + i, clock.millis() - 1_000)));
    }
    for (int i = 0; i < 20; i++) {
      assertTrue(await(names.firstUse("in force/" + i, clock.millis() + 60_000)));
    }
    assertEquals(20, TestStores.number(url, "select count(*) from assertion_used"));
  }
}
