package cn.unionecard.gateway.runtime.stores;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import cn.unionecard.workbench.embedded.EmbeddedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What health says of Redis: whether it does what the lanes need. */
class RedisProbeIT {
  private final Vertx vertx;
  private int words;

  RedisProbeIT(Vertx vertx) {
    this.vertx = vertx;
  }

  private RedisProbe probe(String url) {
    return new RedisProbe(vertx, url, "n1", () -> "word" + ++words);
  }

  /** What is wrong. */
  private String word(String url) {
    Throwable failure = await(probe(url).works().map((Throwable) null).otherwise(failed -> failed));
    return failure instanceof Unfit unfit ? unfit.word() : String.valueOf(failure);
  }

  private void tell(String url, Request command) {
    Redis client = Redis.createClient(vertx, url);
    await(client.send(command).onComplete(over -> client.close()));
  }

  @Test
  void aRedisThatWritesAndReads(@TempDir Path folder) {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
      assertNull(await(probe(redis.url()).works()));
      tell(redis.url(), Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("1"));
      assertEquals("refuses: OOM", word(redis.url()));
    }
  }

  @Test
  void aReplicaThatTakesNoWrites(@TempDir Path folder) {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
      tell(redis.url(), Request.cmd(Command.REPLICAOF).arg("127.0.0.1").arg("1"));
      assertEquals("refuses: READONLY", word(redis.url()));
    }
  }

  @Test
  void aClusterBehindOneAddress(@TempDir Path folder) {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0, "cluster-enabled yes")) {
      assertEquals(RedisProbe.CLUSTER, word(redis.url()), "without slots");
      tell(redis.url(), slots(Request.cmd(Command.CLUSTER).arg("ADDSLOTS")));
      String word = RedisProbe.CLUSTER;
      for (int i = 0; i < 3; i++) {
        assertEquals(word, word(redis.url()), "one node that has all slots");
      }
    }
  }

  private static Request slots(Request add) {
    for (int slot = 0; slot < 16_384; slot++) {
      add.arg(slot);
    }
    return add;
  }

  @Test
  void nobodyThere(@TempDir Path folder) {
    String url;
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
      url = redis.url();
    }
    StoreProbe asked = new StoreProbe(vertx, "Redis", probe(url)::works);
    Future<Void> answer = asked.ask();
    Unfit unfit =
        assertInstanceOf(Unfit.class, await(answer.map((Throwable) null).otherwise(e -> e)));
    assertEquals("does not answer", unfit.word());
  }
}
