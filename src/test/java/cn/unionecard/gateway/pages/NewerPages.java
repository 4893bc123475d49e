package cn.unionecard.gateway.pages;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a house's pages and, once told to, hands out the worker of a newer release. */
final class NewerPages implements AutoCloseable {
  private static final Set<String> OF_THE_LINE =
      Set.of("connection", "content-length", "transfer-encoding", "host", "upgrade", ":status");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PagesHouse house;
  private volatile boolean isNewer;

  NewerPages(PagesHouse house) throws IOException {
    this.house = house;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  void renew() {
    isNewer = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(house.address(path)))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      for (String name : List.of("Content-Type", "Authorization", "Idempotency-Key")) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
          request.header(name, value);
        }
      }
      HttpResponse<byte[]> given =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      byte[] body = given.body();
      if (path.equals("/worker.js") && isNewer) {
        String worker = new String(body, StandardCharsets.UTF_8);
        body = worker.replace("'ecard ", "'ecard newer ").getBytes(StandardCharsets.UTF_8);
      }
      given
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_THE_LINE.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(
          given.statusCode(), isHead || body.length == 0 ? -1 : body.length);
      if (!isHead) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
