package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and who gives way. */
class SignInQueueTest {
  private final ArrayDeque<Promise<String>> working = new ArrayDeque<>();
  private final List<String> begun = new ArrayList<>();
  private final SignInQueue queue = new SignInQueue(1, 8);

  private Future<String> signIn(String origin, String login) {
    return queue.take(
        origin,
        () -> {
          begun.add(login);
          Promise<String> promise = Promise.promise();
          working.add(promise);
          return promise.future();
        });
  }

  private void finishAll() {
    while (!working.isEmpty()) {
      working.remove().complete("done");
    }
  }

  @Test
  void junkFromOneAddressWaitsForItself() {
    List<Future<String>> junk = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      junk.add(signIn("junk", "junk " + i));
    }
    List<Future<String>> staff = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      staff.add(signIn("office " + i, "staff " + i));
    }
    finishAll();
    staff.forEach(one -> assertTrue(one.succeeded()));
    assertEquals(
        List.of("staff 0", "staff 1", "staff 2", "staff 3"), begun.subList(2, 6), "in turn");
    assertEquals(5, junk.stream().filter(Future::succeeded).count());
    junk.stream()
        .filter(Future::failed)
        .forEach(one -> assertInstanceOf(Fault.Busy.class, one.cause()));
  }

  @Test
  void oneOfficeHasAllOfItWhileNobodyElseComes() {
    List<Future<String>> staff = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      staff.add(signIn("office", "staff " + i));
    }
    assertFalse(staff.get(8).isComplete());
    finishAll();
    staff.forEach(one -> assertTrue(one.succeeded()));
    assertEquals(9, begun.size());
  }

  @Test
  void workThatFailsGivesItsPlaceBack() {
    Future<String> thrown =
        queue.take(
            "office",
            () -> {
              throw new Fault.NotFound("nobody");
            });
    assertInstanceOf(Fault.NotFound.class, thrown.cause());
    Future<String> next = signIn("office", "next");
    finishAll();
    assertTrue(next.succeeded());
  }
}
