package cn.unionecard.gateway.runtime.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What failures of the store mean: by their state, whatever language the server speaks. */
class StoreFailureTest {

  private static PgException said(String state) {
    return new PgException("缓存的计划不能改变结果类型", "错误", state, null);
  }

  @ParameterizedTest
  @CsvSource({
    "23505, CONFLICT",
    "40001, CONFLICT",
    "40P01, CONFLICT",
    "72000, CONFLICT",
    "53000, OVERLOADED",
    "53200, OVERLOADED",
    "53300, OVERLOADED",
    "53400, OVERLOADED",
    "55006, OVERLOADED",
    "55P03, OVERLOADED",
    "57014, OVERLOADED",
    "28P01, UNREACHABLE",
    "3D000, UNREACHABLE",
    "25006, UNWRITABLE",
    "42501, UNWRITABLE",
    "53100, UNWRITABLE",
    "57P03, UNWRITABLE",
    "58030, UNWRITABLE",
    "0A000, OUTDATED",
    "25P02, OUTDATED",
    "26000, OUTDATED",
    "34000, OUTDATED",
    "42804, OUTDATED",
    "42883, OUTDATED",
    "42P05, OUTDATED",
    "XX000, OUTDATED",
    "08006, LOST",
    "08P01, LOST",
    "25P03, LOST",
    "40003, LOST",
    "57P01, LOST",
    "57P02, LOST",
    "57P05, LOST",
    "22003, BUG",
    "23514, BUG",
    "42601, BUG",
    "42P01, BUG",
    "P0001, BUG",
    "XX001, BUG",
  })
  void aStateMeansOneThing(String state, StoreFailure meaning) {
    assertEquals(meaning, StoreFailure.of(said(state)));
  }

  @Test
  void aServerThatNamesNoStateHasFailed() {
    assertEquals(StoreFailure.LOST, StoreFailure.ofState(null));
    assertEquals(StoreFailure.LOST, StoreFailure.ofState("?"));
  }

  @Test
  void whatIsNoAnswerOfTheServer() {
    assertEquals(StoreFailure.LOST, StoreFailure.of(ClosedConnectionException.INSTANCE));
    assertEquals(StoreFailure.LOST, StoreFailure.of(new IOException("x")));
    assertEquals(StoreFailure.LOST, StoreFailure.of(new TimeoutException()));
    assertEquals(StoreFailure.OVERLOADED, StoreFailure.of(new ConnectionPoolTooBusyException("x")));
    assertEquals(StoreFailure.BUG, StoreFailure.of(new IllegalStateException("x")));
  }

  @Test
  void whatWasNothingDoneDidNotHappen() {
    assertEquals(
        StoreFailure.UNREACHABLE,
        StoreFailure.of(new StoreFailure.NothingDone(new ConnectException("x"))));
    assertEquals(
        StoreFailure.OVERLOADED, StoreFailure.of(new StoreFailure.NothingDone(said("53300"))));
    assertEquals(
        StoreFailure.UNWRITABLE, StoreFailure.of(new StoreFailure.NothingDone(said("57P03"))));
  }

  @ParameterizedTest
  @CsvSource({"23505", "40P01", "53100", "53300", "55P03", "57014", "25006", "57P03", "28000"})
  void nothingHappened(String state) {
    assertInstanceOf(Fault.Busy.class, StoreFailure.told(said(state)));
    assertInstanceOf(
        Fault.Busy.class, StoreFailure.toldOfReading(Future.failedFuture(said(state))).cause());
  }

  @Test
  void onlyReadingIsKnownToHaveDoneNothing() {
    Throwable lost = ClosedConnectionException.INSTANCE;
    assertInstanceOf(Fault.Unknown.class, StoreFailure.told(lost));
    assertInstanceOf(
        Fault.Busy.class, StoreFailure.toldOfReading(Future.failedFuture(lost)).cause());
  }

  @Test
  void faultsAndBugsStayWhatTheyAre() {
    Throwable refused = new Fault.Forbidden("x");
    assertSame(refused, StoreFailure.told(refused));
    Throwable unknown = new Fault.Unknown("x");
    assertSame(unknown, StoreFailure.toldOfReading(Future.failedFuture(unknown)).cause());
    Throwable bug = said("23514");
    assertSame(bug, StoreFailure.told(bug));
  }
}
