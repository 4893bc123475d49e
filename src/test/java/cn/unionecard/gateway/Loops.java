package cn.unionecard.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The event loops of tests. What is thrown on one fails the test that runs ({@link
 * HouseExtension}), unless that test takes it as what it expected.
 */
public final class Loops {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Queue<Throwable> THROWN = new ConcurrentLinkedQueue<>();

  /** Tests that wait for their own end; one that failed need not be waited for. */
  private static final Queue<VertxTestContext> WAITING = new ConcurrentLinkedQueue<>();

  private Loops() {}

  /** A Vert.x for whoever closes it; a test class is given one ({@link HouseExtension}). */
  public static Vertx vertx() {
    return watched(Vertx.vertx());
  }

  /** That Vert.x, which was built in another way. */
  public static Vertx watched(Vertx vertx) {
    return vertx.exceptionHandler(Loops::threw);
  }

  private static void threw(Throwable failure) {
    THROWN.add(failure);
    WAITING.forEach(test -> test.failNow(failure));
  }

  static void awaits(VertxTestContext test) {
    WAITING.add(test);
  }

  static void nobodyWaits() {
    WAITING.clear();
  }

  /** A test that has not ended by then has failed, and says which checkpoints nobody came by. */
  static void awaitEnds(Duration patience) throws InterruptedException {
    for (VertxTestContext test : WAITING) {
      if (!test.awaitCompletion(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        test.failNow("not ended after " + patience + ": " + test.unsatisfiedCheckpointCallSites());
      }
    }
    WAITING.clear();
  }

  /** Takes what was thrown since the last time: after this it fails no test. */
  public static List<Throwable> takeThrown() {
    List<Throwable> taken = new ArrayList<>();
    for (Throwable one = THROWN.poll(); one != null; one = THROWN.poll()) {
      taken.add(one);
    }
    return taken;
  }

  /** An event loop of its own, for what belongs to one. */
  public static Context loop(Vertx vertx) {
    return (Context) ((VertxInternal) vertx).createEventLoopContext();
  }

  /** What it begins on that event loop; what it throws is its failure. From any thread. */
  public static <T> Future<T> on(Context loop, Supplier<Future<T>> begun) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(
        here -> Future.succeededFuture().compose(now -> begun.get()).onComplete(promise));
    return promise.future();
  }

  /** What becomes of it; its failure is thrown as it is. Not on an event loop. */
  @CanIgnoreReturnValue
  public static <T> T await(Future<T> future) {
    return await(future, PATIENCE);
  }

  /** The same for what may take longer. */
  @CanIgnoreReturnValue
  public static <T> T await(Future<T> future, Duration patience) {
    try {
      return future.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(future + " after " + patience, late);
    }
  }
}
