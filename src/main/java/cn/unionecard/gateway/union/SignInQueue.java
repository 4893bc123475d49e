package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose sign-in is worked on next: addresses take turns, so that whoever sends many waits for
 * himself. Bounded: when it is full, the address that has most waiting loses its newest to one that
 * has less.
 *
 * <p>Shared by all event loops of a node.
 */
final class SignInQueue {
  private final int atOnce;
  private final int waitingMax;
  private final Map<String, ArrayDeque<Turn<?>>> waiting = new LinkedHashMap<>();
  private int size;
  private int working;

  /**
   * @param atOnce sign-ins worked on at once
   * @param waitingMax sign-ins waiting for that
   */
  SignInQueue(int atOnce, int waitingMax) {
    this.atOnce = atOnce;
    this.waitingMax = waitingMax;
  }

  private record Turn<T>(Supplier<Future<T>> work, Promise<T> done) {}

  /**
   * Does the work when it is that address's turn.
   *
   * @return the work's; fails with {@link Fault.Busy} if it had to give way
   */
  <T> Future<T> take(String origin, Supplier<Future<T>> work) {
    Turn<T> turn = new Turn<>(work, Promise.promise());
    Turn<?> displaced = enter(origin, turn);
    if (displaced != null) {
      displaced.done().fail(new Fault.Busy("too many sign in at once"));
    }
    next();
    return turn.done().future();
  }

  private synchronized @Nullable Turn<?> enter(String origin, Turn<?> turn) {
    Turn<?> displaced = null;
    if (size >= waitingMax) {
      String most = mostWaiting();
      ArrayDeque<Turn<?>> queue = waiting.get(most);
      ArrayDeque<Turn<?>> own = waiting.get(origin);
      if (queue == null || queue.size() <= (own == null ? 1 : own.size() + 1)) {
        return turn;
      }
      displaced = queue.removeLast();
      size--;
    }
    waiting.computeIfAbsent(origin, first -> new ArrayDeque<>()).add(turn);
    size++;
    return displaced;
  }

  private String mostWaiting() {
    String most = "";
    int count = 0;
    for (Map.Entry<String, ArrayDeque<Turn<?>>> one : waiting.entrySet()) {
      if (one.getValue().size() > count) {
        most = one.getKey();
        count = one.getValue().size();
      }
    }
    return most;
  }

  private void next() {
    Turn<?> turn = begin();
    if (turn != null) {
      work(turn);
    }
  }

  private <T> void work(Turn<T> turn) {
    Future<T> worked;
    try {
      worked = turn.work().get();
    } catch (RuntimeException e) {
      worked = Future.failedFuture(e);
    }
    worked.onComplete(
        result -> {
          end();
          turn.done().handle(result);
          next();
        });
  }

  /** The oldest of the address whose turn it is, which then is the last in turn. */
  private synchronized @Nullable Turn<?> begin() {
    Iterator<Map.Entry<String, ArrayDeque<Turn<?>>>> all = waiting.entrySet().iterator();
    if (working >= atOnce || !all.hasNext()) {
      return null;
    }
    Map.Entry<String, ArrayDeque<Turn<?>>> first = all.next();
    String origin = first.getKey();
    ArrayDeque<Turn<?>> queue = first.getValue();
    all.remove();
    Turn<?> turn = queue.remove();
    if (!queue.isEmpty()) {
      waiting.put(origin, queue);
    }
    size--;
    working++;
    return turn;
  }

  private synchronized void end() {
    working--;
  }
}
