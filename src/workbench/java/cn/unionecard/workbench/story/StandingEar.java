package cn.unionecard.workbench.story;

import cn.unionecard.workbench.demo.Https;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The till's open WebSocket, on which it hears whether it may sell. */
final class StandingEar implements AutoCloseable {
  private static final long PATIENCE_S = 30;

  private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  StandingEar(Https till) {
    URI address = URI.create(till.at("/v1/terminal").toString().replaceFirst("https", "wss"));
    try {
      socket =
          till.client()
              .newWebSocketBuilder()
              .buildAsync(address, new Listener())
              .get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new WentWrong(address + " cannot be opened: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WentWrong("interrupted");
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add(new JsonObject(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /**
   * The next that is heard.
   *
   * @param refusal what it must be; null: that it may sell
   */
  JsonObject hears(@Nullable String refusal) {
    JsonObject next;
    try {
      next = heard.poll(PATIENCE_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WentWrong("interrupted");
    }
    String said = next == null ? "nothing" : next.getString("refusal", "sells");
    if (next == null || !said.equals(refusal == null ? "sells" : refusal)) {
      throw new WentWrong("the till must hear " + refusal + ", but heard " + said);
    }
    return next;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
