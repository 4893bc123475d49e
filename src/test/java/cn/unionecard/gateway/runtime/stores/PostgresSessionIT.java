package cn.unionecard.gateway.runtime.stores;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.watch.Metrics;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresSessionIT {
  private static final Limits LIMITS =
      ConfigReader.read(
              null, Map.of(), List.of("limits.statementTimeoutMs=200", "limits.deadlineMs=4000"))
          .config()
          .limits();
  private final Metrics metrics = new Metrics();
  private final Vertx vertx =
      Loops.watched(
          metrics.vertx(
              1, TestAdmission.of(TestAdmission.OPEN, LIMITS, metrics.registry()).transport(true)));
  private final EmbeddedPostgres postgres;
  private final Pool pool;

  PostgresSessionIT(@TempDir Path folder) {
    postgres = EmbeddedPostgres.start(folder, 0);
    pool = PostgresUrl.parse(postgres.url()).pool(vertx, "ecard n1", 1, 1, LIMITS);
  }

  @AfterAll
  void stop() {
    await(vertx.close());
    metrics.close();
    postgres.close();
  }

  @Test
  void everyClockOfTheServerIsSet() throws Exception {
    assertTrue(vertx.isNativeTransportEnabled(), "the user timeout needs it");
    assertEquals("200ms", ask("show statement_timeout"));
    assertEquals("200ms", ask("show lock_timeout"));
    assertEquals("4s", ask("show idle_in_transaction_session_timeout"));
    assertEquals("5", ask("show tcp_keepalives_idle"));
    assertEquals("2", ask("show tcp_keepalives_interval"));
    assertEquals("3", ask("show tcp_keepalives_count"));
    assertEquals("ecard n1", ask("show application_name"));
    assertEquals("on", ask("show synchronous_commit"));
  }

  @Test
  void aStatementThatTakesTooLongEnds() {
    PgException cut = assertThrows(PgException.class, () -> ask("select pg_sleep(30)::text"));
    assertEquals("57014", cut.getSqlState());
  }

  @Test
  void whoWaitsTooLongForAConnectionIsToldSo() throws Exception {
    SqlConnection held = await(pool.getConnection());
    assertThrows(StoreFailure.NothingDone.class, () -> await(pool.getConnection()));
    await(held.close());
    assertEquals("1", ask("select '1'"));
  }

  private String ask(String sql) {
    return await(pool.query(sql).execute().map(rows -> rows.iterator().next().getString(0)));
  }
}
