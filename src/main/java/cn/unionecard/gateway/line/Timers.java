package cn.unionecard.gateway.line;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeoutException;

/** How the parts of a lane wait: for a time, and no longer than a time. */
interface Timers {

  /**
   * Runs something later, on the lane's event loop.
   *
   * @return the timer, for {@link #cancel}
   */
  long set(long ms, Runnable due);

  void cancel(long timer);

  /**
   * What the future brings, or a {@link TimeoutException} once the time is over. Nobody hears what
   * comes later: whoever builds on this one needs not ask whether he is too late.
   */
  default <T> Future<T> within(long ms, Future<T> future) {
    if (future.isComplete()) {
      return future;
    }
    Promise<T> heard = Promise.promise();
    long timer = set(ms, () -> heard.tryFail(new TimeoutException("nothing within " + ms + " ms")));
    future.onComplete(
        value -> {
          cancel(timer);
          heard.tryComplete(value);
        },
        failure -> {
          cancel(timer);
          heard.tryFail(failure);
        });
    return heard.future();
  }
}
