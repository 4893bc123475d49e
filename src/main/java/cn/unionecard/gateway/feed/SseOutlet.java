package cn.unionecard.gateway.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A stream of server-sent events, as the WHATWG standard has them. */
final class SseOutlet implements Outlet {
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");
  private static final int FAREWELL_MS = 2_000;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final FeedLimits limits;
  private Unsent unsent;

  SseOutlet(Vertx vertx, HttpServerRequest request, FeedLimits limits) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.limits = limits;
    this.unsent = new Unsent(limits.bufferBytesMax(), () -> {});
  }

  @Override
  public void open(Runnable drained, Runnable gone) {
    response.closeHandler(v -> gone.run());
    response.exceptionHandler(e -> gone.run());
    response.setWriteQueueMaxSize(limits.bufferBytesMax());
    unsent = new Unsent(limits.bufferBytesMax(), drained);
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store, no-transform")
        .putHeader("X-Accel-Buffering", "no");
    response.write("retry: " + limits.retryMs() + "\n");
  }

  @Override
  public boolean isFull() {
    return unsent.isFull();
  }

  @Override
  public void events(FeedPage page) {
    unsent.add(page.text().length(), response.write(page.text()));
  }

  @Override
  public void reset(FeedReset reset) {
    response.write(
        "id: "
            + reset.removed()
            + "\nevent: "
            + FeedReset.TYPE
            + "\ndata: "
            + reset.json()
            + "\n\n");
  }

  /** An id without data. */
  @Override
  public void position(long position) {
    response.write("id: " + position + "\n\n");
  }

  @Override
  public void heartbeat() {
    response.write(HEARTBEAT);
  }

  @Override
  public void close(String why) {
    Future<Void> farewell = response.end(": " + why + "\n\n");
    long patience = vertx.setTimer(FAREWELL_MS, t -> request.connection().close());
    farewell.onComplete(v -> vertx.cancelTimer(patience));
  }
}
