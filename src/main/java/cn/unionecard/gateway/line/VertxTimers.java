package cn.unionecard.gateway.line;

import io.vertx.core.Vertx;

/** The timers of an event loop. */
record VertxTimers(Vertx vertx) implements Timers {

  @Override
  public long set(long ms, Runnable due) {
    return vertx.setTimer(ms, timer -> due.run());
  }

  @Override
  public void cancel(long timer) {
    boolean unused = vertx.cancelTimer(timer);
  }
}
