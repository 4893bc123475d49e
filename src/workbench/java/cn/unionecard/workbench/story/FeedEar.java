package cn.unionecard.workbench.story;

import cn.unionecard.workbench.demo.Https;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A union that listens to its feed (server-sent events) from now on, in a thread of its own.
 *
 * <p>An id without data tells that the stream has been looked through so far and nothing was for
 * this listener: by that it is known that something was <em>not</em> told.
 */
final class FeedEar implements AutoCloseable {
  private static final long PATIENCE_S = 60;

  /** What came: a place in the feed, and the event there, or none. */
  private record Heard(long id, @Nullable JsonObject event) {}

  private final String org;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final List<JsonObject> events = new ArrayList<>();
  private final Stream<String> lines;
  private long position = -1;

  /**
   * @param org whose ear it is, for messages
   */
  FeedEar(Https https, String org, String token) {
    this.org = org;
    HttpResponse<Stream<String>> response;
    try {
      response =
          https
              .client()
              .send(https.request("/v1/feed", token).build(), HttpResponse.BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WentWrong("interrupted");
    }
    if (response.statusCode() != 200) {
      throw new WentWrong("the feed of " + org + " answers " + response.statusCode());
    }
    lines = response.body();
    Thread reader = new Thread(this::read, "feed of " + org);
    reader.setDaemon(true);
    reader.start();
    next(); // from here on
  }

  String org() {
    return org;
  }

  private void read() {
    long[] id = {-1};
    String[] data = {""};
    try {
      lines.forEach(
          line -> {
            if (line.startsWith("id:")) {
              id[0] = Long.parseLong(line.substring(3).trim());
            } else if (line.startsWith("data:")) {
              data[0] = line.substring(5).trim();
            } else if (line.isEmpty() && id[0] >= 0) {
              heard.add(new Heard(id[0], data[0].isEmpty() ? null : new JsonObject(data[0])));
              id[0] = -1;
              data[0] = "";
            }
          });
    } catch (UncheckedIOException closed) {
      heard.add(new Heard(-1, null));
    }
  }

  private void next() {
    try {
      Heard next = heard.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (next == null || next.id() < 0) {
        throw new WentWrong("the feed of " + org + " has ended, or is silent");
      }
      position = next.id();
      if (next.event() != null) {
        events.add(next.event());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WentWrong("interrupted");
    }
  }

  /** Waits until an event of that merchant and type is heard; returns its place in the feed. */
  long awaits(String merchantNo, String type) {
    for (int seen = 0; ; ) {
      for (; seen < events.size(); seen++) {
        JsonObject event = events.get(seen);
        if (merchantNo.equals(event.getString("subject")) && type.equals(type(event))) {
          return Long.parseLong(event.getString("sequence"));
        }
      }
      next();
    }
  }

  /** Waits until the feed has been looked through to that place. */
  void reaches(long place) {
    while (position < place) {
      next();
    }
  }

  /** What was heard of a merchant, in the order it came. */
  List<JsonObject> of(String merchantNo) {
    return events.stream().filter(e -> merchantNo.equals(e.getString("subject"))).toList();
  }

  /** How many events were heard of anybody. */
  int size() {
    return events.size();
  }

  /** The short name of a type: without prefix and version. */
  static String type(JsonObject event) {
    String type = Objects.requireNonNull(event.getString("type"));
    return type.substring("cn.unionecard.".length(), type.length() - ".v1".length());
  }

  @Override
  public void close() {
    lines.close();
  }
}
