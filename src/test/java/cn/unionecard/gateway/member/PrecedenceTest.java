package cn.unionecard.gateway.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
  private long blocks = 7;
  private long nanos = 5_000_000_000L;
  private final List<Long> pauses = new ArrayList<>();
  private final Promise<Void> over = Promise.promise();
  private final Precedence precedence =
      new Precedence(
          () -> blocks,
          () -> nanos,
          ms -> {
            pauses.add(ms);
            return over.future();
          });

  private Future<String> sheet(long ms, int sold) {
    return precedence.ofSales(
        () -> {
          nanos += ms * 1_000_000;
          blocks += sold;
          return Future.succeededFuture("entered");
        });
  }

  @Test
  void whereNothingIsSoldNobodyWaits() {
    assertEquals("entered", sheet(40, 0).result());
    assertEquals("entered", sheet(0, 3).result(), "it took no time");
    assertEquals(List.of(), pauses);
  }

  @Test
  void besideSalesItRestsThreeTimesAsLongAsItTook() {
    Future<String> answer = sheet(20, 1);
    assertFalse(answer.isComplete());
    assertEquals(List.of(60L), pauses);
    over.complete();
    assertEquals("entered", answer.result());
  }

  @Test
  void noRestIsLongerThanAnAnswerMayTake() {
    Future<String> answer = sheet(1_500, 90);
    assertEquals(List.of(200L), pauses);
    over.complete();
    assertTrue(answer.succeeded());
  }

  @Test
  void whatFailsIsToldAtOnce() {
    Future<String> failed =
        precedence.ofSales(
            () -> {
              nanos += 20_000_000;
              blocks++;
              return Future.failedFuture("no CSV");
            });
    assertTrue(failed.failed());
    assertEquals(List.of(), pauses);
  }
}
