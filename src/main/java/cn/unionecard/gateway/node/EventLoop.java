package cn.unionecard.gateway.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What runs on one event loop: its edges, which end before it does, for the line behind them ends
 * in between.
 */
public final class EventLoop extends VerticleBase {
  private final Supplier<Future<List<VerticleBase>>> edges;
  private final List<VerticleBase> serving = new ArrayList<>();

  /**
   * @param edges makes them, on this event loop; they serve in that order
   */
  public EventLoop(Supplier<Future<List<VerticleBase>>> edges) {
    this.edges = edges;
  }

  @Override
  public Future<?> start() {
    return edges
        .get()
        .compose(
            made -> {
              serving.addAll(made);
              Future<?> served = Future.succeededFuture();
              for (VerticleBase edge : made) {
                served = served.compose(before -> serve(edge));
              }
              return served;
            });
  }

  /** Lets nobody in any more; completes when all that was begun is answered. From any thread. */
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        here ->
            Future.join(serving.stream().map(EventLoop::end).toList())
                .<Void>mapEmpty()
                .onComplete(closed));
    return closed.future();
  }

  private Future<?> serve(VerticleBase edge) {
    try {
      return edge.deploy(context);
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<?> end(VerticleBase edge) {
    try {
      return edge.stop();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
