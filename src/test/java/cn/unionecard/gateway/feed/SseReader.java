package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.Loops;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A reader of server-sent events as the WHATWG standard tells it, over a real connection. */
final class SseReader implements AutoCloseable {
  private static final long PATIENCE_S = 30;

  /** An event; without type and data when it only moved the id. */
  record Message(String id, @Nullable String type, @Nullable String data) {}

  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final Promise<List<String>> ended = Promise.promise();
  private final List<String> comments = new ArrayList<>();
  private final HttpClientResponse response;
  private String id = "";
  private @Nullable String type;
  private @Nullable String data;
  private boolean touched;

  private SseReader(HttpClientResponse response) {
    this.response = response;
    RecordParser lines = RecordParser.newDelimited("\n", line -> line(line.toString()));
    response.handler(lines);
    response.exceptionHandler(e -> ended.tryComplete(List.copyOf(comments)));
    response.endHandler(v -> ended.tryComplete(List.copyOf(comments)));
  }

  /** Opens a stream, or fails the test when the answer is not 200. */
  static SseReader open(HttpClient client, String org, String query, @Nullable String lastId) {
    return Loops.await(
        client
            .request(HttpMethod.GET, "/v1/feed" + query)
            .compose(
                request -> {
                  request.putHeader("Org", org);
                  if (lastId != null) {
                    request.putHeader("Last-Event-ID", lastId);
                  }
                  return request.send();
                })
            .map(
                response -> {
                  assertEquals(200, response.statusCode());
                  assertEquals("text/event-stream", response.getHeader("Content-Type"));
                  return new SseReader(response);
                }));
  }

  private void line(String line) {
    if (line.isEmpty()) {
      dispatch();
    } else if (line.startsWith(":")) {
      comments.add(line.substring(1).strip());
    } else {
      int colon = line.indexOf(": ");
      field(line.substring(0, colon), line.substring(colon + 2));
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "id" -> {
        id = value;
        touched = true;
      }
      case "event" -> type = value;
      case "data" -> data = value;
      default -> assertEquals("retry", name);
    }
  }

  private void dispatch() {
    if (touched) {
      messages.add(new Message(id, type, data));
    }
    touched = false;
    type = null;
    data = null;
  }

  /** Stops reading from the connection: the sender's buffers fill. */
  void pause() {
    response.pause();
  }

  void resume() {
    response.resume();
  }

  /** The next {@code count} events with data. */
  List<Message> take(int count) throws InterruptedException {
    List<Message> taken = new ArrayList<>(count);
    while (taken.size() < count) {
      Message message = next();
      if (message.data() != null) {
        taken.add(message);
      }
    }
    return taken;
  }

  /** The events with data until the stream has told that it is at {@code position}. */
  List<Message> takeUntil(long position) throws InterruptedException {
    List<Message> taken = new ArrayList<>();
    Message message;
    do {
      message = next();
      if (message.data() != null) {
        taken.add(message);
      }
    } while (Long.parseLong(message.id()) < position);
    return taken;
  }

  private Message next() throws InterruptedException {
    Message message = messages.poll(PATIENCE_S, TimeUnit.SECONDS);
    assertNotNull(message, "no event came");
    return message;
  }

  static JsonObject json(Message message) {
    return new JsonObject(message.data());
  }

  static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  /** The comments the stream carried, once it has ended. */
  List<String> comments() {
    return Loops.await(ended.future());
  }

  @Override
  public void close() {
    Loops.await(response.request().connection().close());
  }
}
