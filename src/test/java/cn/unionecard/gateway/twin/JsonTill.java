package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Smart tills, each with a token of its own, through one HTTPS client. */
final class JsonTill implements Till {
  private final TwinHouse house;
  private final HttpClient client;
  private final Ids ids;
  private String told = "";

  JsonTill(TwinHouse house, Ids ids) {
    this.house = house;
    this.client = house.https();
    this.ids = ids;
  }

  // ---- transactions

  @Override
  public Seen send(Ask ask) throws IOException, InterruptedException {
    JsonObject json = new JsonObject();
    if (!ask.code().isEmpty()) {
      json.put("code", ask.code());
    }
    if (ask.fen() > 0 || ask.type().sells() || ask.type() == TransactionType.REFUND) {
      json.put("orderFen", ask.fen());
    }
    if (ask.benefit() != null) {
      json.put("benefit", ask.benefit());
    }
    if (ask.mark() != null && ask.type() == TransactionType.REFUND) {
      json.put("mark", ask.mark());
    } else if (ask.mark() != null) {
      JsonObject line = new JsonObject().put("mark", ask.mark()).put("fen", ask.markedFen());
      json.put("lines", new JsonArray().add(line));
    }
    return switch (ask.type()) {
      case VERIFY -> quoted(post(ask.terminal(), "/v1/verifications", null, json));
      case SALE, HOLD ->
          recorded(keyed(ask, "/v1/transactions", json.put("type", ask.type().name())));
      case COMPLETION, RELEASE, VOID -> follow(ask, ask.type().name(), json);
      case REFUND -> follow(ask, "refunds", json);
      case REVERSAL -> reverse(ask, json);
      case ADVICE -> advice(ask, json);
      case EXPIRY -> throw new IllegalArgumentException("nobody asks for an expiry");
    };
  }

  private Seen follow(Ask ask, String what, JsonObject json)
      throws IOException, InterruptedException {
    Ask original = ask.original();
    assertTrue(original != null);
    String path = "/v1/transactions/" + ids.of(original) + "/" + what.toLowerCase(Locale.ROOT);
    return recorded(keyed(ask, path, json));
  }

  /** By id where the till has one and the number is even, else by key. */
  private Seen reverse(Ask ask, JsonObject json) throws IOException, InterruptedException {
    Ask original = ask.original();
    boolean byId = original != null && !original.isReversal() && ids.knows(original);
    if (byId && ask.trace() % 2 == 0) {
      String path = "/v1/transactions/" + ids.of(original) + "/reversal";
      return recorded(post(ask.terminal(), path, null, json));
    }
    return recorded(
        post(ask.terminal(), "/v1/reversals", null, json.put("requestId", ask.requestId())));
  }

  private Seen advice(Ask ask, JsonObject json) throws IOException, InterruptedException {
    json.put("requestId", ask.requestId());
    json.put("at", Clocks.RFC_3339.format(Instant.ofEpochSecond(ask.soldAt())));
    json.put("counter", ask.counter());
    JsonObject list = new JsonObject().put("advices", new JsonArray().add(json));
    HttpResponse<byte[]> response = post(ask.terminal(), "/v1/advices", null, list);
    assertEquals(200, response.statusCode(), () -> text(response));
    JsonObject one = json(response).getJsonArray("advices").getJsonObject(0);
    JsonObject receipt = one.getJsonObject("receipt");
    return receipt == null
        ? new Seen(one.getString("responseCode"), null, 0, 0)
        : seen(receipt.getJsonObject("body"));
  }

  private HttpResponse<byte[]> keyed(Ask ask, String path, JsonObject json)
      throws IOException, InterruptedException {
    return post(ask.terminal(), path, ask.requestId(), json.put("batch", ask.batch()));
  }

  private static Seen quoted(HttpResponse<byte[]> response) {
    JsonObject json = json(response);
    String code = json.getString("responseCode");
    return code.equals(Seen.APPROVED)
        ? new Seen(code, null, json.getLong("discountFen"), json.getLong("memberPaysFen"))
        : new Seen(code, null, 0, 0);
  }

  private static Seen recorded(HttpResponse<byte[]> response) {
    JsonObject json = json(response);
    return response.statusCode() == 201
        ? seen(json.getJsonObject("body"))
        : new Seen(json.getString("responseCode", "HTTP " + response.statusCode()), null, 0, 0);
  }

  private static Seen seen(JsonObject body) {
    String code = body.getString("responseCode");
    boolean approved = code.equals(Seen.APPROVED);
    return new Seen(
        code,
        body.getString("id"),
        approved ? body.getLong("discountFen") : 0,
        approved ? body.getLong("memberPaysFen") : 0);
  }

  // ---- the end of the shift

  @Override
  public boolean close(Closing closing) throws IOException, InterruptedException {
    JsonObject json =
        new JsonObject()
            .put("debitFen", closing.fen(BatchSide.DEBIT))
            .put("debitCount", closing.count(BatchSide.DEBIT))
            .put("creditFen", closing.fen(BatchSide.CREDIT))
            .put("creditCount", closing.count(BatchSide.CREDIT));
    if (closed(closing, json)) {
      return true;
    }
    JsonArray details = new JsonArray();
    for (Closing.Line line : closing.lines()) {
      details.add(
          new JsonObject()
              .put("side", line.side().name())
              .put(
                  "requestId",
                  String.format(Locale.ROOT, "b%06d-%06d", closing.batch(), line.trace()))
              .put("orderFen", line.fen()));
    }
    return closed(closing, json.put("details", details));
  }

  private boolean closed(Closing closing, JsonObject json)
      throws IOException, InterruptedException {
    String path = "/v1/batches/" + closing.batch() + "/close";
    HttpResponse<byte[]> response = post(closing.terminal(), path, null, json);
    assertEquals(200, response.statusCode(), () -> text(response));
    return json(response).getString("outcome").equals("BALANCED");
  }

  // ---- the line

  private HttpResponse<byte[]> post(
      String terminal, String path, @Nullable String key, JsonObject json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + house.port() + path))
            .header("Authorization", "Bearer " + house.token(terminal))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.toBuffer().getBytes()));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    told = text(response);
    return response;
  }

  /** The last answer's document, byte by byte. */
  String told() {
    return told;
  }

  private static JsonObject json(HttpResponse<byte[]> response) {
    return new JsonObject(Buffer.buffer(response.body()));
  }

  private static String text(HttpResponse<byte[]> response) {
    return Buffer.buffer(response.body()).toString();
  }

  @Override
  public void close() {
    // java.net.http ends its connections when nobody holds the client any more
  }
}
