package cn.unionecard.gateway.node;

import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.watch.Readiness;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The orderly end of a process: the first SIGTERM or SIGINT makes it not ready, lets the requests
 * in flight finish, and ends it with status 0; a second one ends it at once with 130.
 *
 * <p>One per process. Usage: {@code shutdown.onSignals(); … return shutdown.await(gateway::drain);}
 */
public final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final int IMPATIENT = 130;
  private static final int NOT_DRAINED = 1;

  private final Readiness readiness;
  private final long delayMs;
  private final long patienceMs;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicInteger signals = new AtomicInteger();

  /**
   * @param limits {@code drainDelayMs} is the time in which others may see that this node is not
   *     ready any more, {@code drainMs} the time the requests in flight have then
   */
  public Shutdown(Readiness readiness, Limits limits) {
    this.readiness = readiness;
    this.delayMs = limits.drainDelayMs();
    this.patienceMs = limits.drainMs();
  }

  /** From now on SIGTERM and SIGINT ask for the end. */
  public void onSignals() {
    for (String name : List.of("TERM", "INT")) {
      Signal.handle(new Signal(name), signal -> ask());
    }
  }

  /** Asks for the end, as a signal does. */
  public void ask() {
    if (signals.incrementAndGet() > 1) {
      log.warn("asked twice: ending at once");
      Runtime.getRuntime().halt(IMPATIENT);
    }
    log.info("draining");
    readiness.drain();
    asked.countDown();
  }

  /**
   * Blocks until asked, serves on for {@code drainDelayMs} without being ready, then drains.
   *
   * @param drain finishes what is in flight and closes; called once
   * @return the exit status: 0, or 1 when it did not finish within {@code drainMs}
   */
  public int await(Supplier<Future<Void>> drain) throws InterruptedException {
    asked.await();
    serveOn();
    try {
      drain.get().toCompletionStage().toCompletableFuture().get(patienceMs, TimeUnit.MILLISECONDS);
      log.info("drained");
      return 0;
    } catch (TimeoutException late) {
      log.error("requests in flight did not finish within limits.drainMs = {}", patienceMs);
    } catch (ExecutionException failed) {
      log.error("draining failed", failed.getCause());
    }
    return NOT_DRAINED;
  }

  /** Nothing but a second signal, which ends the process, is worth less time than that. */
  private void serveOn() throws InterruptedException {
    if (delayMs > 0) {
      log.info("not ready; nobody new is let in in {} ms", delayMs);
      boolean never = new CountDownLatch(1).await(delayMs, TimeUnit.MILLISECONDS);
    }
  }
}
