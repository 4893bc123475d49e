package cn.unionecard.gateway.province;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A platform of the province as it should not be: it is slow, answers 500 and 503, cuts its answers
 * off, sends them twice and in another order, loses what it has acknowledged, and acknowledges what
 * it was never told. What it does when is drawn from a seed; it never lies about what it has.
 */
final class UnfriendlyProvince implements AutoCloseable {
  /** A card as it has it. */
  record Held(long revision, String org, String state) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Random random;
  private final List<Object> log = new ArrayList<>();
  private final Map<String, Held> cards = new HashMap<>();
  private final Map<String, Integer> troubles = new TreeMap<>();
  private final Set<String> unwanted = new HashSet<>();
  private boolean kind;

  UnfriendlyProvince(long seed) throws IOException {
    this.random = new Random(seed);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/api/changes", exchange -> serve(exchange, this::changes));
    server.createContext("/api/cards", exchange -> serve(exchange, this::taken));
    server.createContext("/api/cards/totals", exchange -> serve(exchange, this::totals));
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/api";
  }

  /** From now on it does as it should. */
  synchronized void mend() {
    kind = true;
  }

  /** Its word, which comes behind all it has said. */
  synchronized void says(Object change) {
    log.add(change);
  }

  /** It takes nothing of that card. */
  synchronized void refuses(String cardNo) {
    unwanted.add(cardNo);
  }

  synchronized void takesAll() {
    unwanted.clear();
  }

  synchronized Map<String, Held> cards() {
    return Map.copyOf(cards);
  }

  /** How often it did what. */
  synchronized Map<String, Integer> troubles() {
    return new TreeMap<>(troubles);
  }

  private interface Answer {
    JsonObject to(HttpExchange exchange, JsonObject body);
  }

  /** Each trouble comes the first time that it can, and then by chance. */
  private boolean happens(String what, int ofHundred) {
    if (kind || troubles.containsKey(what) && random.nextInt(100) >= ofHundred) {
      return false;
    }
    troubles.merge(what, 1, Integer::sum);
    return true;
  }

  private void serve(HttpExchange exchange, Answer answer) throws IOException {
    byte[] read = exchange.getRequestBody().readAllBytes();
    byte[] said;
    int status = 200;
    int wholly;
    boolean late = false;
    synchronized (this) {
      if (!"Bearer of-the-province"
          .equals(exchange.getRequestHeaders().getFirst("authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        exchange.close();
        return;
      }
      if (happens("error before", 12)) {
        status = random.nextBoolean() ? 503 : 500;
        said = new byte[0];
      } else {
        JsonObject body = read.length == 0 ? new JsonObject() : new JsonObject(text(read));
        said = answer.to(exchange, body).encode().getBytes(StandardCharsets.UTF_8);
        if (happens("error behind", 12)) {
          status = 502; // it has done it, and says that it has not
          said = new byte[0];
        } else if (happens("late", 4)) {
          late = true;
        } else if (happens("gibberish", 5)) {
          said = "<html>维护中</html>".getBytes(StandardCharsets.UTF_8);
        }
      }
      wholly =
          said.length > 1 && happens("cut off", 12) ? random.nextInt(said.length) : said.length;
    }
    if (late) {
      return; // whoever waits for it gives up
    }
    exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
    if (said.length > 0) {
      exchange.getResponseBody().write(said, 0, wholly);
    }
    exchange.close();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    for (String part : exchange.getRequestURI().getRawQuery().split("&")) {
      String[] pair = part.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  /** A page, of which some come twice and in another order; now and then one of before, too. */
  private JsonObject changes(HttpExchange exchange, JsonObject body) {
    Map<String, String> query = query(exchange);
    String after = query.getOrDefault("after", "");
    int from = after.isEmpty() ? 0 : Integer.parseInt(after);
    int to = Math.min(log.size(), from + Integer.parseInt(query.getOrDefault("limit", "1")));
    List<Object> page = new ArrayList<>(log.subList(from, to));
    if (!page.isEmpty() && happens("twice", 30)) {
      page.add(page.get(random.nextInt(page.size())));
    }
    if (from > 0 && happens("of before", 30)) {
      page.add(0, log.get(random.nextInt(from)));
    }
    if (happens("another order", 30)) {
      Collections.shuffle(page, random);
    }
    return new JsonObject()
        .put("changes", new JsonArray(page))
        .put("next", Integer.toString(to))
        .put("more", to < log.size());
  }

  /** Takes cards; forgets some that it has taken, leaves some out, and makes one up. */
  private JsonObject taken(HttpExchange exchange, JsonObject body) {
    JsonArray results = new JsonArray();
    for (Object each : body.getJsonArray("cards")) {
      JsonObject card = (JsonObject) each;
      String no = card.getString("cardNo");
      long revision = card.getLong("revision");
      JsonObject result = new JsonObject().put("cardNo", no).put("revision", revision);
      if (unwanted.contains(no)) {
        results.add(result.put("outcome", "REFUSED").put("reason", "该卡在省平台已冻结"));
        continue;
      }
      Held held = cards.get(no);
      boolean isNew = held == null || held.revision() < revision;
      if (!happens("forgotten", 3) && isNew) {
        cards.put(no, new Held(revision, card.getString("org"), card.getString("state")));
      }
      if (!happens("left out", 5)) {
        results.add(result.put("outcome", isNew ? "TAKEN" : "KNOWN"));
      }
    }
    if (happens("made up", 10)) {
      results.add(
          new JsonObject().put("cardNo", "0000000001").put("revision", 99).put("outcome", "TAKEN"));
    }
    return new JsonObject().put("results", results);
  }

  private JsonObject totals(HttpExchange exchange, JsonObject body) {
    Map<List<String>, Integer> totals = new HashMap<>();
    cards
        .values()
        .forEach(card -> totals.merge(List.of(card.org(), card.state()), 1, Integer::sum));
    JsonArray said = new JsonArray();
    totals.forEach(
        (what, n) ->
            said.add(
                new JsonObject()
                    .put("org", what.get(0))
                    .put("state", what.get(1))
                    .put("cards", n)));
    return new JsonObject().put("totals", said);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
