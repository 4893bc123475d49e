package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.access.TestTokens;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over HTTPS, every answer held against the contract. */
class EdgeIT {
  private static final String SALE =
      "{\"type\":\"SALE\",\"code\":\"84446669133388330784\",\"orderFen\":12800}";

  private static EdgeHouse house;
  private static ContractClient till;

  @BeforeAll
  static void open() throws Exception {
    house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000));
    till = house.shows("urn:ecard:terminal:T0000001");
  }

  @AfterAll
  static void close() throws Exception {
    house.close();
  }

  private static HttpRequest.Builder sale(ContractClient client, String key, String json) {
    return client.post("/v1/transactions", json).header("Idempotency-Key", key);
  }

  private static String staff(String org) {
    return "Bearer "
        + house.issuer.staff("zhang", org, Set.of(Caller.Role.AUDITOR), 1, Duration.ofHours(1));
  }

  private static String bearer(TerminalId terminal) {
    return "Bearer " + house.issuer.terminal(terminal, "0a1b", Duration.ofHours(1));
  }

  @Test
  void recordsASaleAndRepeatsTheVeryBytes() throws Exception {
    Answer first = till.send(sale(till, "repeat-1", SALE));
    assertEquals(201, first.status());
    assertEquals("", first.header("idempotent-replayed"));
    Answer again = till.send(sale(till, "\"repeat-1\"", SALE));
    assertEquals(201, again.status());
    assertEquals("true", again.header("idempotent-replayed"));
    assertArrayEquals(first.body(), again.body());
    assertEquals(first.header("location"), again.header("location"));
    Answer read = till.get(first.header("location"));
    assertArrayEquals(first.body(), read.body());
    String id = first.json().getJsonObject("body").getString("id");
    assertArrayEquals(first.body(), till.get("/v1/receipts/" + id).body());
    Answer byKey = till.get("/v1/transactions?requestId=repeat-1");
    assertEquals(1, byKey.json().getJsonArray("transactions").size());
    assertEquals(
        0, till.get("/v1/transactions?requestId=other").json().getJsonArray("transactions").size());
  }

  @Test
  void everyAnswerIsSafeToHandle() throws Exception {
    Answer answer =
        till.send(
            sale(till, "headers-1", SALE)
                .header("X-Request-Id", "till-7")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    assertEquals("no-store", answer.header("cache-control"));
    assertEquals("nosniff", answer.header("x-content-type-options"));
    assertEquals("max-age=31536000", answer.header("strict-transport-security"));
    assertEquals("application/json", answer.header("content-type"));
    assertEquals("till-7", answer.header("x-request-id"));
    String trace = answer.header("traceparent");
    assertTrue(trace.startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-"), trace);
    assertTrue(trace.endsWith("-01"), trace);
    assertFalse(trace.contains("00f067aa0ba902b7"), trace);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "x"
      })
  void beginsItsOwnTraceForWhatIsNone(String traceparent) throws Exception {
    Answer answer = till.send(till.request("/v1/keys").header("traceparent", traceparent));
    assertFalse(answer.header("traceparent").contains("4bf92f3577b34da6a3ce929d0e0e4736"));
  }

  @Test
  void echoesNoStrangeRequestId() throws Exception {
    Answer answer = till.send(till.request("/v1/keys").header("X-Request-Id", "<script>"));
    assertEquals("", answer.header("x-request-id"));
  }

  @ParameterizedTest
  @CsvSource({
    "busy, 503, BUSY, 91, SAME_KEY, 1",
    "unknown, 504, UNKNOWN, 96, SAME_KEY, ''",
    "never, 504, UNKNOWN, 96, SAME_KEY, ''",
    "in flight, 409, IN_FLIGHT, 09, SAME_KEY, 1",
    "conflict, 422, CONFLICTS_WITH_EARLIER, 12, NEW_KEY, ''",
    "bug, 500, INTERNAL, 96, SAME_KEY, ''",
    "thrown, 500, INTERNAL, 96, SAME_KEY, ''"
  })
  void saysWhatItMeansThatThereIsNoAnswer(
      String code, int status, String name, String responseCode, String retry, String after)
      throws Exception {
    String json = "{\"type\":\"SALE\",\"code\":\"" + code + "\",\"orderFen\":1}";
    Answer answer = till.send(sale(till, "fault", json));
    JsonObject problem = answer.json();
    assertEquals(status, answer.status());
    assertEquals(name, answer.code());
    assertEquals(responseCode, problem.getString("responseCode"));
    assertEquals(retry, problem.getString("retry"));
    assertEquals(after, answer.header("retry-after"));
    assertEquals("/v1/transactions", problem.getString("instance"));
    assertTrue(answer.header("traceparent").contains(problem.getString("traceId")));
    assertTrue(problem.getString("title").codePointAt(0) > 0x4e00);
    assertFalse(problem.encode().contains("secret of the house"));
  }

  @Test
  void quotesWithoutRecording() throws Exception {
    Answer quote =
        till.send(till.post("/v1/verifications", "{\"code\":\"84\",\"orderFen\":12800}"));
    assertEquals(200, quote.status());
    assertEquals("ELIGIBLE", quote.json().getString("outcome"));
    assertEquals(12300, quote.json().getInteger("memberPaysFen"));
    Answer refused = till.send(till.post("/v1/verifications", "{\"code\":\"expired\"}"));
    assertEquals("54", refused.json().getString("responseCode"));
    Answer keyed =
        till.send(
            till.post("/v1/verifications", "{\"code\":\"84\"}").header("Idempotency-Key", "v 1"));
    assertEquals(400, keyed.status());
  }

  @Test
  void reversesByKeyAndById() throws Exception {
    Answer byKey = till.send(till.post("/v1/reversals", "{\"requestId\":\"never-came\"}"));
    assertEquals(201, byKey.status());
    String location = till.send(sale(till, "undo-1", SALE)).header("location");
    Answer byId = till.send(till.post(location + "/reversal", "{\"orderFen\":12800}"));
    assertEquals(201, byId.status());
    JsonObject body = byId.json().getJsonObject("body");
    assertEquals("REVERSAL", body.getString("type"));
    assertEquals("undo-1", body.getString("requestId"));
    Answer again = till.send(till.post("/v1/reversals", "{\"requestId\":\"undo-1\"}"));
    assertEquals("true", again.header("idempotent-replayed"));
    assertArrayEquals(byId.body(), again.body());
    Answer reversalOfReversal = till.send(till.post(byId.header("location") + "/reversal", "{}"));
    assertEquals("TYPE_NOT_SUPPORTED", reversalOfReversal.code());
    assertEquals(422, reversalOfReversal.status());
  }

  @Test
  void aTerminalSeesItsOwnOnly() throws Exception {
    ContractClient other = house.shows("urn:ecard:terminal:T0000002");
    String location = till.send(sale(till, "mine-1", SALE)).header("location");
    int before = house.line.submitted.get();
    Answer foreign = other.get(location);
    Answer none = other.get("/v1/transactions/0000000000ZZ");
    assertEquals(404, foreign.status());
    assertEquals(withoutPlace(none), withoutPlace(foreign));
    assertEquals(404, other.get(location.replace("transactions", "receipts")).status());
    assertEquals(404, other.send(other.post(location + "/reversal", "{}")).status());
    assertEquals(before, house.line.submitted.get());
    Answer byKey = other.get("/v1/transactions?requestId=mine-1");
    assertEquals(0, byKey.json().getJsonArray("transactions").size());
  }

  private static JsonObject withoutPlace(Answer answer) {
    JsonObject problem = answer.json();
    problem.remove("instance");
    problem.remove("traceId");
    return problem;
  }

  @ParameterizedTest
  @CsvSource({"41,200", "4108,200", "410802,200", "4109,200", "4110,404", "410803,404", "410,404"})
  void staffSeeTheirSubtree(String org, int status) throws Exception {
    String location = till.send(sale(till, "staff-1", SALE)).header("location");
    ContractClient desk = house.plain();
    assertEquals(
        status, desk.send(desk.request(location).header("Authorization", staff(org))).status());
  }

  @Test
  void staffSellNothing() throws Exception {
    ContractClient desk = house.plain();
    int before = house.line.submitted.get();
    for (HttpRequest.Builder request :
        List.of(
            sale(desk, "s-1", SALE),
            desk.post("/v1/verifications", "{\"code\":\"84\"}"),
            desk.post("/v1/reversals", "{\"requestId\":\"a\"}"),
            desk.request("/v1/transactions?requestId=a"))) {
      Answer answer = desk.send(request.header("Authorization", staff("41")));
      assertEquals("FORBIDDEN", answer.code());
    }
    assertEquals(before, house.line.submitted.get());
  }

  @Test
  void givesATokenForTheDeviceKeyThatWorksOnce() throws Exception {
    ContractClient device = house.plain();
    String assertion = assertion("once");
    String body = new JsonObject().put("assertion", assertion).encode();
    Answer given = device.send(device.post("/v1/terminal-tokens", body));
    assertEquals(200, given.status());
    String token = "Bearer " + given.json().getString("accessToken");
    Answer sold = device.send(sale(device, "token-1", SALE).header("Authorization", token));
    assertEquals(201, sold.status());
    assertEquals("T0000001", sold.json().getJsonObject("body").getString("terminal"));
    assertEquals(401, device.send(device.post("/v1/terminal-tokens", body)).status());
    Answer misused =
        device.send(sale(device, "token-2", SALE).header("Authorization", "Bearer " + assertion));
    assertEquals(401, misused.status());
  }

  private static String assertion(String jti) throws Exception {
    long now = house.clock.seconds;
    return TestTokens.compact(
        Map.of("alg", "ES256", "typ", "ecard-assertion+jwt"),
        Map.of(
            "iss",
            "T0000001",
            "sub",
            "T0000001",
            "aud",
            "urn:ecard:gateway",
            "iat",
            now,
            "exp",
            now + 60,
            "jti",
            jti),
        TestTokens.es256(house.device));
  }

  @Test
  void givesNoTokenButAnAnswerWhileTheStoresAreSilent() throws Exception {
    ContractClient device = house.plain();
    String body = new JsonObject().put("assertion", assertion(EdgeHouse.SILENT)).encode();
    Answer answer = device.send(device.post("/v1/terminal-tokens", body));
    assertEquals(503, answer.status());
    assertEquals("BUSY", answer.json().getString("code"));
  }

  @Test
  void certificateAndTokenMustAgree() throws Exception {
    Answer agreed =
        till.send(sale(till, "both-1", SALE).header("Authorization", bearer(EdgeHouse.TERMINAL)));
    assertEquals(201, agreed.status());
    for (String token : List.of(bearer(EdgeHouse.OTHER), staff("41"), "Bearer x", "Basic eDp5")) {
      Answer answer = till.send(sale(till, "both-2", SALE).header("Authorization", token));
      assertEquals(401, answer.status());
      assertTrue(answer.header("www-authenticate").contains("invalid_token"));
    }
    Answer two =
        till.send(
            sale(till, "both-3", SALE)
                .header("Authorization", bearer(EdgeHouse.TERMINAL))
                .header("Authorization", bearer(EdgeHouse.TERMINAL)));
    assertEquals(401, two.status());
  }

  @Test
  void aTokenInTheQueryCountsForNothing() throws Exception {
    ContractClient anybody = house.plain();
    String token = bearer(EdgeHouse.TERMINAL).substring(7);
    Answer answer =
        anybody.send(
            sale(anybody, "q-1", SALE)
                .uri(house.base.resolve("/v1/transactions?access_token=" + token)));
    assertEquals("UNAUTHENTICATED", answer.code());
    assertEquals("Bearer realm=\"ecard\"", answer.header("www-authenticate"));
  }

  @Test
  void anUnknownTerminalLeavesNothing() throws Exception {
    ContractClient stranger = house.shows("urn:ecard:terminal:UNKNOWN0");
    Answer answer = stranger.send(sale(stranger, "u-1", SALE));
    assertEquals(403, answer.status());
    assertEquals("TERMINAL_UNKNOWN", answer.code());
    assertEquals("终端未登记", answer.json().getString("title"));
  }

  /** Field at fault, status, path, content type, body. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "orderFen|400|/v1/transactions|application/json|{\"type\":\"SALE\",\"code\":\"8\",\"orderFen\":-1}",
        "orderFen|400|/v1/transactions|application/json|{\"type\":\"SALE\",\"code\":\"8\",\"orderFen\":1e99}",
        "code|400|/v1/transactions|application/json; charset=UTF-8|{\"type\":\"SALE\",\"code\":\"8\",\"code\":\"8\",\"orderFen\":1}",
        "requestId|400|/v1/reversals|application/json|{\"requestId\":\"a b\"}",
        "orderFen|400|/v1/transactions/0000000000ZZ/reversal|application/json|{\"orderFen\":\"1\"}",
        "id|400|/v1/transactions/short/reversal|application/json|{}",
        "assertion|400|/v1/terminal-tokens|application/json|{\"assertion\":7}",
        "|400|/v1/reversals|application/json|[]",
        "|415|/v1/reversals|text/plain|{\"requestId\":\"a\"}",
        "|415|/v1/reversals|application/json; charset=GBK|{\"requestId\":\"a\"}",
        "|415|/v1/reversals|application/jsonp|{\"requestId\":\"a\"}",
      })
  void namesWhatIsMalformed(String field, int status, String path, String type, String body)
      throws Exception {
    int before = house.line.submitted.get();
    Answer answer =
        till.send(
            till.post(path, body).setHeader("Content-Type", type).header("Idempotency-Key", "m"));
    assertEquals(status, answer.status());
    assertEquals(field, answer.json().getString("field"));
    assertEquals(before, house.line.submitted.get());
  }

  @Test
  void wantsOneKey() throws Exception {
    Answer none = till.send(till.post("/v1/transactions", SALE));
    assertEquals("Idempotency-Key", none.json().getString("field"));
    Answer two = till.send(sale(till, "a", SALE).header("Idempotency-Key", "b"));
    assertEquals("Idempotency-Key", two.json().getString("field"));
    assertEquals(400, two.status());
  }

  @Test
  void wantsOneRequestIdToLookFor() throws Exception {
    for (String query : List.of("", "?requestId=", "?requestId=a&requestId=b", "?requestId=%ff")) {
      assertEquals(400, till.get("/v1/transactions" + query).status(), query);
    }
  }

  @Test
  void takesNoBodyAboveTheLimit() throws Exception {
    int before = house.line.submitted.get();
    Answer declared = till.send(sale(till, "large", " ".repeat(65_537)));
    assertEquals("TOO_LARGE", declared.code());
    byte[] large = " ".repeat(70_000).getBytes(StandardCharsets.US_ASCII);
    Answer chunked =
        till.send(
            till.request("/v1/transactions")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "large")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large))));
    assertEquals(413, chunked.status());
    assertEquals(before, house.line.submitted.get());
    String fits = SALE + " ".repeat(65_536 - SALE.length());
    assertEquals(201, till.send(sale(till, "large-1", fits)).status());
  }

  @Test
  void publicPagesNeedNoCaller() throws Exception {
    ContractClient anybody = house.plain();
    Answer keys = anybody.get("/v1/keys");
    String pem = keys.json().getJsonArray("keys").getJsonObject(0).getString("publicKey");
    assertTrue(pem.startsWith("-----BEGIN PUBLIC KEY-----\n"), pem);
    byte[] receipt = till.send(sale(till, "public-1", SALE)).body();
    Answer finding =
        anybody.send(
            anybody.post("/v1/receipts/verify", new String(receipt, StandardCharsets.UTF_8)));
    assertEquals(200, finding.status());
    assertEquals(false, finding.json().getBoolean("valid"));
    assertEquals(400, anybody.send(anybody.post("/v1/receipts/verify", "{}")).status());
    assertEquals(401, anybody.get("/v1/blocks/n1.0/1").status());
  }

  @Test
  void blocksCanBeRead() throws Exception {
    assertEquals(200, till.get("/v1/blocks/n1.0/1").status());
    assertEquals(404, till.get("/v1/blocks/n1.0/2").status());
    assertEquals("seq", till.get("/v1/blocks/n1.0/0").json().getString("field"));
    assertEquals("node", till.get("/v1/blocks/N1/1").json().getString("field"));
  }

  @Test
  void otherMethodsAndPlaces() throws Exception {
    Map<String, String> allowed =
        new TreeMap<>(
            Map.of(
                "/v1/transactions", "OPTIONS, POST, GET, HEAD",
                "/v1/verifications", "OPTIONS, POST",
                "/v1/receipts/verify", "OPTIONS, POST",
                "/v1/keys", "OPTIONS, GET, HEAD",
                "/v1/feed", "OPTIONS, GET"));
    for (Map.Entry<String, String> place : allowed.entrySet()) {
      Answer deleted = till.send(till.request(place.getKey()).DELETE());
      assertEquals(405, deleted.status());
      assertEquals("METHOD_NOT_ALLOWED", deleted.code());
      assertEquals(place.getValue(), deleted.header("allow"));
      Answer options =
          till.send(
              till.request(place.getKey()).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      assertEquals(204, options.status());
      assertEquals(place.getValue(), options.header("allow"));
    }
    assertEquals("NOT_FOUND", till.get("/v2/transactions").code());
    assertEquals("NOT_FOUND", till.get("/").code());
    assertEquals("FORBIDDEN", till.get("/v1/feed").code());
    Answer head =
        till.send(till.request("/v1/keys").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertEquals(200, head.status());
    assertEquals(0, head.body().length);
  }

  @Test
  void theContractAndItsPageComeFromTheHouse() throws Exception {
    ContractClient anybody = house.plain();
    assertTrue(
        new String(anybody.get("/openapi.yaml").body(), StandardCharsets.UTF_8)
            .startsWith("openapi: 3.1.0"));
    Answer page = anybody.get("/docs");
    String html = new String(page.body(), StandardCharsets.UTF_8);
    assertFalse(html.contains("http"), html);
    assertTrue(page.header("content-security-policy").startsWith("default-src 'none'"));
    for (String file :
        List.of("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png")) {
      Answer asset = anybody.get("/docs/" + file);
      assertEquals(200, asset.status(), file);
      assertTrue(asset.body().length > 100, file);
    }
    for (String path : List.of("/docs/index.html", "/docs/..%2f..%2fapplication.yaml", "/docs/x")) {
      assertEquals(404, anybody.get(path).status(), path);
    }
  }
}
