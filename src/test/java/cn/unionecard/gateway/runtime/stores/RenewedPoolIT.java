package cn.unionecard.gateway.runtime.stores;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Sessions that are out of date are seen by nobody, and do not serve again. */
class RenewedPoolIT {
  private static final int CONNECTIONS = 3;
  private static final String FIND = "select n, note from kept where n >= $1 order by n";
  private static final String ADD = "insert into kept (n, note) values ($1, 'x') returning n, note";
  private static final String PID = "select pg_backend_pid()";

  private final Vertx vertx;
  private final String url = TestStores.get().newDatabase();
  private final Pool pool;

  RenewedPoolIT(Vertx vertx) {
    this.vertx = vertx;
    pool = PostgresUrl.parse(url).pool(vertx, "renewed", CONNECTIONS, 100, TestLine.limits());
    TestStores.execute(url, "create table kept (n integer primary key, note varchar(10))");
  }

  /** All connections at once, each with the same statements prepared. */
  private List<Integer> onAll(String sql, Tuple arguments) {
    List<Future<Integer>> pids = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      pids.add(
          pool.withConnection(
              connection ->
                  connection
                      .preparedQuery(sql)
                      .execute(arguments)
                      .compose(asked -> connection.query("select pg_sleep(0.05)").execute())
                      .compose(slept -> pid(connection))));
    }
    return await(Future.all(pids).map(all -> all.<Integer>list()));
  }

  private static Future<Integer> pid(SqlConnection connection) {
    return connection.query(PID).execute().map(rows -> rows.iterator().next().getInteger(0));
  }

  private static Function<SqlConnection, Future<RowSet<Row>>> add(int n) {
    return connection -> connection.preparedQuery(ADD).execute(Tuple.of(n));
  }

  @Test
  void aColumnOfAnotherTypeIsSeenByNobody() {
    var unused = onAll(FIND, Tuple.of(0));
    TestStores.execute(url, "alter table kept alter column note type text");
    assertEquals(0, await(pool.preparedQuery(FIND).execute(Tuple.of(0))).size());
    assertEquals(1, await(pool.withTransaction(add(1))).size());
    TestStores.execute(url, "alter table kept alter column n type bigint");
    assertEquals(1, await(pool.withTransaction(add(2))).size());
    assertEquals(1, await(pool.withConnection(add(3))).size());
    assertEquals(3, await(pool.preparedQuery(FIND).execute(Tuple.of(1))).size());
  }

  /** The driver knows the English text of one of these errors, and none of this one. */
  @Test
  void aStatementThatTheServerForgotIsSeenByNobody() {
    List<Integer> before = onAll(FIND, Tuple.of(0));
    for (int i = 0; i < CONNECTIONS; i++) {
      await(pool.query("deallocate all").execute());
    }
    assertEquals(0, await(pool.preparedQuery(FIND).execute(Tuple.of(0))).size());
    List<Integer> after = onAll(FIND, Tuple.of(0));
    assertEquals(0, after.stream().filter(before::contains).count(), "no old session serves again");
    assertEquals(CONNECTIONS, pool.size());
  }

  /** What no session can do is done twice and no more. */
  @Test
  void whatIsWrongInItselfIsToldAfterOneFreshTry() {
    List<Integer> tries = new ArrayList<>();
    Future<RowSet<Row>> asked =
        pool.withTransaction(
            connection -> {
              tries.add(1);
              return connection.query("select 1 + true").execute();
            });
    assertEquals(
        StoreFailure.OUTDATED,
        StoreFailure.of(await(asked.map((Throwable) null).otherwise(failure -> failure))));
    assertEquals(2, tries.size());
    await(pool.query("select 1").execute());
  }

  @Test
  void aSessionThatCannotWriteIsReplaced() {
    int before = await(pool.withConnection(RenewedPoolIT::pid));
    Future<RowSet<Row>> asked =
        pool.withTransaction(
            connection ->
                connection
                    .query("set transaction read only")
                    .execute()
                    .compose(set -> add(1).apply(connection)));
    Throwable failure = await(asked.map((Throwable) null).otherwise(failed -> failed));
    assertEquals(StoreFailure.UNWRITABLE, StoreFailure.of(failure));
    assertInstanceOf(Fault.Busy.class, StoreFailure.told(failure));
    assertNotEquals(before, await(until(pid -> pid != before)));
  }

  private Future<Integer> until(java.util.function.IntPredicate holds) {
    return pool.withConnection(RenewedPoolIT::pid)
        .compose(
            pid ->
                holds.test(pid)
                    ? Future.succeededFuture(pid)
                    : vertx.timer(5, TimeUnit.MILLISECONDS).compose(over -> until(holds)));
  }

  /** Cut before COMMIT: nothing happened, and that is what is said. */
  @Test
  void aConnectionThatIsCutWithinATransactionHasDoneNothing() {
    Future<RowSet<Row>> asked =
        pool.withTransaction(
            connection ->
                add(7)
                    .apply(connection)
                    .compose(
                        added ->
                            connection
                                .query("select pg_terminate_backend(pg_backend_pid())")
                                .execute()));
    Throwable failure = await(asked.map((Throwable) null).otherwise(failed -> failed));
    assertInstanceOf(Fault.Busy.class, StoreFailure.told(failure));
    assertEquals(0, await(pool.preparedQuery(FIND).execute(Tuple.of(7))).size());
  }
}
