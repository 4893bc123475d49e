package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.Loops;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A subscriber's HTTPS server, which does with each message what the test tells it. */
public final class Receiver {
  private static final long PATIENCE_S = 30;

  /** A message as it came. */
  public record Message(String path, Map<String, String> headers, String body) {
    JsonObject json() {
      return new JsonObject(body);
    }

    /** A header that must be there. */
    String header(String name) {
      String value = headers.get(name);
      assertNotNull(value, name);
      return value;
    }

    long sequence() {
      return Long.parseLong(json().getString("sequence"));
    }

    String subject() {
      return json().getString("subject");
    }
  }

  /** Answers a message: ends the response, or does not. */
  interface Manners {
    void answer(Message message, HttpServerResponse response);
  }

  static final Manners TAKES = (message, response) -> response.setStatusCode(204).end();

  static Manners says(int status) {
    return (message, response) -> response.setStatusCode(status).end();
  }

  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger openMost = new AtomicInteger();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private volatile Manners manners = TAKES;

  Receiver(Vertx vertx, PemKeyCertOptions identity) {
    server =
        Loops.await(
            vertx
                .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(identity))
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1"));
  }

  private void receive(HttpServerRequest request) {
    int now = open.incrementAndGet();
    openMost.accumulateAndGet(now, Math::max);
    request.response().endHandler(v -> open.decrementAndGet());
    request.body().onSuccess(body -> answer(request, body.toString()));
  }

  private void answer(HttpServerRequest request, String body) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach((name, value) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), value));
    Message message = new Message(request.path(), headers, body);
    messages.add(message);
    manners.answer(message, request.response());
  }

  void behave(Manners now) {
    manners = now;
  }

  public String url() {
    return "https://localhost:" + server.actualPort() + "/hook";
  }

  Message next() throws InterruptedException {
    Message message = messages.poll(PATIENCE_S, TimeUnit.SECONDS);
    assertNotNull(message, "no message came");
    return message;
  }

  public List<Message> take(int count) throws InterruptedException {
    List<Message> taken = new ArrayList<>();
    while (taken.size() < count) {
      taken.add(next());
    }
    return taken;
  }

  public boolean isQuiet() {
    return messages.isEmpty();
  }
}
