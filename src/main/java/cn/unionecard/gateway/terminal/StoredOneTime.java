package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Names used once, in PostgreSQL: what a cache forgot could be used again. */
public final class StoredOneTime implements OneTime {
  private static final String USE = "SELECT assertion_use($1, $2, $3)";

  private final Pool pool;
  private final Clock clock;

  public StoredOneTime(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  @Override
  public Future<Boolean> firstUse(String name, long untilMs) {
    Buffer hash = Buffer.buffer(Sha256.of(name));
    return pool.preparedQuery(USE)
        .execute(
            Tuple.of(
                hash,
                Instant.ofEpochMilli(untilMs).atOffset(ZoneOffset.UTC),
                clock.instant().atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
