package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.runtime.admission.Admission;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Closes connections on which nothing is being served and no request has arrived with all its
 * headers for a fixed time. The idle time-out alone would not: every byte that dribbles in starts
 * it anew.
 *
 * <p>All deadlines are equally long, so they fall due in the order they were set. Belongs to one
 * event loop.
 */
final class HeadDeadline {
  private final Vertx vertx;
  private final Admission admission;
  private final long nanos;
  private final Map<HttpConnection, Long> waiting = new LinkedHashMap<>();
  private final Map<HttpConnection, Integer> serving = new HashMap<>();
  private boolean armed;

  HeadDeadline(Vertx vertx, Admission admission, int ms) {
    this.vertx = vertx;
    this.admission = admission;
    this.nanos = ms * 1_000_000L;
  }

  void opened(HttpConnection connection) {
    waiting.put(connection, System.nanoTime() + nanos);
    arm();
  }

  void closed(HttpConnection connection) {
    waiting.remove(connection);
    serving.remove(connection);
  }

  /** The route before all others: a request is here with all its headers. */
  void serve(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    waiting.remove(connection);
    serving.merge(connection, 1, Integer::sum);
    ctx.addEndHandler(over -> served(connection));
    ctx.next();
  }

  private void served(HttpConnection connection) {
    Integer left = serving.computeIfPresent(connection, (same, n) -> n == 1 ? null : n - 1);
    if (left == null) {
      opened(connection);
    }
  }

  private void arm() {
    if (armed || waiting.isEmpty()) {
      return;
    }
    armed = true;
    long dueNanos = waiting.values().iterator().next();
    long ms = Math.max(1, (dueNanos - System.nanoTime()) / 1_000_000 + 1);
    long unused = vertx.setTimer(ms, timer -> sweep());
  }

  private void sweep() {
    armed = false;
    long now = System.nanoTime();
    Iterator<Map.Entry<HttpConnection, Long>> oldest = waiting.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<HttpConnection, Long> next = oldest.next();
      if (next.getValue() - now > 0) {
        break;
      }
      oldest.remove();
      next.getKey().close().onComplete(closed -> {});
      admission.place(next.getKey()).hangUpSoon();
    }
    arm();
  }
}
