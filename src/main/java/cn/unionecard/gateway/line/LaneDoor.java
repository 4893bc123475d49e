package cn.unionecard.gateway.line;

import cn.unionecard.gateway.model.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * The door of a lane for callers of any event loop: a caller on the lane's own loop walks straight
 * in, another is carried over and its reply carried back.
 */
final class LaneDoor implements Checkout {
  private final Vertx vertx;
  private final Lane lane;
  private final Context home;

  /**
   * @param home the context the lane belongs to
   */
  LaneDoor(Vertx vertx, Lane lane, Context home) {
    this.vertx = vertx;
    this.lane = lane;
    this.home = home;
  }

  @Override
  public Future<Reply> submit(Request request) {
    Context caller = vertx.getOrCreateContext();
    if (caller == home) {
      return lane.submit(request);
    }
    Promise<Reply> carried = Promise.promise();
    home.runOnContext(
        there ->
            lane.submit(request)
                .onComplete(
                    reply -> caller.runOnContext(back -> carried.complete(reply)),
                    failure -> caller.runOnContext(back -> carried.fail(failure))));
    return carried.future();
  }
}
