package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.Loops;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A reader of the feed over WebSocket. */
final class WsReader implements AutoCloseable {
  private static final long PATIENCE_S = 30;

  final Promise<Short> ended = Promise.promise();
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  private WsReader(WebSocket socket) {
    this.socket = socket;
    socket.textMessageHandler(messages::add);
    socket.closeHandler(v -> ended.complete(socket.closeStatusCode()));
  }

  static WsReader open(Vertx vertx, int port, String org, String query) {
    WebSocketClient client =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(1 << 20));
    return Loops.await(
        client
            .connect(
                new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI("/v1/feed" + query)
                    .putHeader("Org", org))
            .map(WsReader::new));
  }

  void pause() {
    socket.pause();
  }

  void resume() {
    socket.resume();
  }

  void say(String text) {
    socket.writeTextMessage(text);
  }

  List<JsonObject> take(int count) throws InterruptedException {
    return takeTexts(count).stream().map(JsonObject::new).toList();
  }

  List<String> takeTexts(int count) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    while (taken.size() < count) {
      String message = messages.poll(PATIENCE_S, TimeUnit.SECONDS);
      assertNotNull(message, "no message came");
      taken.add(message);
    }
    return taken;
  }

  @Override
  public void close() {
    Loops.await(socket.close());
  }
}
