package cn.unionecard.gateway.node;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds whether keys have changed, in the keyring or in the file of the
 * key-encryption key, and tells which ones this node has, so that none is used before every node
 * knows it. What fails changes nothing: the node goes on with what it has.
 */
final class KeyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
  private static final long EVERY_MS = 2_000;

  private static final String TELL =
      """
      with told as (
        insert into node_keys (node, at, kids, keks) values ($1, clock_timestamp(), $2, $3)
        on conflict (node) do update
          set at = excluded.at, kids = excluded.kids, keks = excluded.keks)
      select coalesce(md5(string_agg(concat_ws('|', kid, used_from, retired_at, ends_at,
        md5(wrapped)), ';' order by kid)), '') as mark from keyring
      """;

  private final Vertx vertx;
  private final Pool pool;
  private final PostgresUrl postgres;
  private final String node;
  private final NodeKeys keys;
  private String mark = "";
  private String complaint = "";
  private boolean looking;

  KeyWatch(Vertx vertx, Pool pool, PostgresUrl postgres, String node, NodeKeys keys) {
    this.vertx = vertx;
    this.pool = pool;
    this.postgres = postgres;
    this.node = node;
    this.keys = keys;
  }

  /**
   * Begins, and completes when it has looked once: this node has told of itself, and has every key
   * that was announced before. Ends with Vert.x.
   */
  Future<Void> start() {
    Promise<Void> looked = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            here -> {
              long unused = vertx.setPeriodic(EVERY_MS, due -> look(Promise.promise()));
              look(looked);
            });
    return looked.future();
  }

  private void look(Promise<Void> looked) {
    if (looking) {
      return;
    }
    looking = true;
    vertx
        .executeBlocking(() -> keys.kek().reload())
        .recover(
            failure -> {
              complain(failure);
              return Future.succeededFuture(false);
            })
        .compose(this::tell)
        .onFailure(this::complain)
        .onComplete(
            over -> {
              looking = false;
              looked.complete();
            });
  }

  private Future<Void> tell(boolean others) {
    String[] kids = keys.taken();
    String[] keks = keys.kek().names().toArray(String[]::new);
    return pool.preparedQuery(TELL)
        .execute(Tuple.of(node, kids, keks))
        .compose(
            rows -> {
              String now = rows.iterator().next().getString("mark");
              if (now.equals(mark) && !others) {
                keys.take(keys.keyring()); // some may have ended meanwhile
                return Future.succeededFuture();
              }
              return vertx
                  .executeBlocking(this::load)
                  .map(
                      ring -> {
                        take(ring, now);
                        return null;
                      });
            });
  }

  private Keyring load() throws SQLException {
    try (Connection database = postgres.jdbcConnection()) {
      return Keyring.load(database, keys.kek());
    }
  }

  private void take(Keyring ring, String now) {
    keys.take(ring.orElseOf(keys.keyring()));
    if (!mark.isEmpty()) {
      LOG.info("keys were changed; now there are {}", keys.keyring());
    }
    mark = now;
    complaint = "";
  }

  /** Once for each reason; a store that is away is told of elsewhere. */
  private void complain(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    if (failure instanceof CannotStart && !said.equals(complaint)) {
      complaint = said;
      LOG.error("keys stay as they were: {}", said);
    }
  }
}
