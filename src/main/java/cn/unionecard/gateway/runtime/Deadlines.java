package cn.unionecard.gateway.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Fails what takes longer than a fixed time. All deadlines of one instance are equally long, so
 * they fall due in the order they were set: a queue and one timer do for any number of requests.
 *
 * <p>Belongs to one event loop.
 */
public final class Deadlines {
  private final Vertx vertx;
  private final long nanos;
  private final ArrayDeque<Watched<?>> queue = new ArrayDeque<>();
  private boolean armed;

  public Deadlines(Vertx vertx, int ms) {
    this.vertx = vertx;
    this.nanos = ms * 1_000_000L;
  }

  /** The same future, or a failure with {@code late} once the time is over. */
  public <T> Future<T> watch(Future<T> future, Supplier<? extends RuntimeException> late) {
    if (future.isComplete()) {
      return future;
    }
    Watched<T> watched = new Watched<>(Promise.promise(), System.nanoTime() + nanos, late);
    queue.add(watched);
    arm();
    future.onComplete(
        value -> {
          watched.promise.tryComplete(value);
          forgetCompleted();
        },
        failure -> {
          watched.promise.tryFail(failure);
          forgetCompleted();
        });
    return watched.promise.future();
  }

  private void forgetCompleted() {
    for (Watched<?> head = queue.peek();
        head != null && head.promise.future().isComplete();
        head = queue.peek()) {
      queue.remove();
    }
  }

  private void arm() {
    Watched<?> head = queue.peek();
    if (armed || head == null) {
      return;
    }
    armed = true;
    long ms = Math.max(1, (head.dueNanos - System.nanoTime()) / 1_000_000 + 1);
    long unused = vertx.setTimer(ms, timer -> sweep());
  }

  private void sweep() {
    armed = false;
    long now = System.nanoTime();
    for (Watched<?> head = queue.peek(); head != null; head = queue.peek()) {
      if (head.dueNanos - now > 0 && !head.promise.future().isComplete()) {
        break;
      }
      queue.remove();
      if (!head.promise.future().isComplete()) {
        head.promise.fail(head.late.get());
      }
    }
    arm();
  }

  private record Watched<T>(
      Promise<T> promise, long dueNanos, Supplier<? extends RuntimeException> late) {}
}
