package cn.unionecard.gateway.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final int ROWS = 450;

  private final List<Integer> taken = new ArrayList<>();
  private final Map<Integer, Throwable> failures = new HashMap<>();
  private final Sweep<Integer> sweep = new Sweep<>("numbers", SweepTest::due, this::take);

  private static Future<List<Integer>> due(@Nullable Integer last, int most) {
    int from = last == null ? 0 : last + 1;
    return Future.succeededFuture(
        IntStream.range(from, Math.min(ROWS, from + most)).boxed().toList());
  }

  private Future<Boolean> take(int row) {
    Throwable failure = failures.get(row);
    if (failure != null) {
      return Future.failedFuture(failure);
    }
    taken.add(row);
    return Future.succeededFuture(row % 2 == 0);
  }

  private int run() {
    Future<Integer> round = sweep.run();
    assertTrue(round.succeeded());
    return round.result();
  }

  /** Of hundreds, no stack traces. */
  private static IllegalStateException odd() {
    IllegalStateException odd = new IllegalStateException("odd");
    odd.setStackTrace(new StackTraceElement[0]);
    return odd;
  }

  private static PgException refusal(String state) {
    return new PgException("x", "ERROR", state, "");
  }

  @Test
  void moreRowsThatCannotBeDoneThanAPageHoldsAreSteppedOver() {
    for (int row = 0; row < 300; row++) {
      failures.put(row, row % 3 == 0 ? odd() : refusal("23514"));
    }
    assertEquals(75, run());
    assertEquals(IntStream.range(300, ROWS).boxed().toList(), taken);
  }

  @Test
  void whoeverWasQuickerIsNoFault() {
    failures.put(0, refusal("40001"));
    assertEquals(ROWS / 2 - 1, run());
  }

  @Test
  void aStoreThatFailsEndsTheRoundAndTheNextBeginsAnew() {
    failures.put(100, refusal("25006"));
    assertEquals(50, run());
    assertEquals(100, taken.size());
    failures.clear();
    assertEquals(ROWS / 2, run());
  }

  @Test
  void twoRoundsAreNeverUnderWayAtOnce() {
    Promise<Boolean> slow = Promise.promise();
    Sweep<Integer> one = new Sweep<>("numbers", SweepTest::due, row -> slow.future());
    Future<Integer> first = one.run();
    assertFalse(first.isComplete());
    assertEquals(0, one.run().result());
    slow.complete(true);
    assertEquals(ROWS, first.result());
  }
}
