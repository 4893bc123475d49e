package cn.unionecard.gateway.feed;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;

/**
 * A stream over WebSocket (RFC 6455): each event one text message, the same JSON that server-sent
 * events carry. The reader has nothing to say; if it does, the connection ends.
 */
final class WebSocketOutlet implements Outlet {
  private static final short GOING_AWAY = 1001;
  private static final short UNSUPPORTED = 1003;
  private static final int FAREWELL_MS = 2_000;

  private final ServerWebSocket socket;
  private final FeedLimits limits;
  private Unsent unsent;

  WebSocketOutlet(ServerWebSocket socket, FeedLimits limits) {
    this.socket = socket;
    this.limits = limits;
    this.unsent = new Unsent(limits.bufferBytesMax(), () -> {});
  }

  @Override
  public void open(Runnable drained, Runnable gone) {
    socket.closeHandler(v -> gone.run());
    socket.exceptionHandler(e -> gone.run());
    socket.setWriteQueueMaxSize(limits.bufferBytesMax());
    unsent = new Unsent(limits.bufferBytesMax(), drained);
    socket.handler(said -> end(UNSUPPORTED, "nothing is expected here"));
  }

  @Override
  public boolean isFull() {
    return unsent.isFull();
  }

  @Override
  public void events(FeedPage page) {
    for (CloudEvent event : page.events()) {
      String json = event.json();
      unsent.add(json.length(), socket.writeTextMessage(json));
    }
  }

  @Override
  public void reset(FeedReset reset) {
    socket.writeTextMessage(reset.json());
  }

  /** Nothing: a reader resumes from the last event it has. */
  @Override
  public void position(long position) {
    heartbeat();
  }

  @Override
  public void heartbeat() {
    socket.writePing(Buffer.buffer());
  }

  @Override
  public void close(String why) {
    end(GOING_AWAY, why);
  }

  private void end(short code, String why) {
    if (!socket.isClosed()) {
      socket.shutdown(FAREWELL_MS, TimeUnit.MILLISECONDS, code, why);
    }
  }
}
