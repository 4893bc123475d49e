package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.union.FirstStaff;
import cn.unionecard.gateway.union.Passwords;
import cn.unionecard.workbench.demo.Https;
import cn.unionecard.workbench.embedded.FreePort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants personal values and secrets wherever a client can put one, at a gateway in a process of
 * its own, and looks for them where they must not be: its log, metrics, events, receipts and
 * errors.
 */
class PrivacyIT {
  /** A resident number whose check digit holds (GB 11643), of nobody: its area does not exist. */
  private static final String IDENTITY = "110000190001011007";

  private static final String TOKEN =
      "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLXBsYW50ZWQtaGVyZQ";
  private static final String LOGIN = "privacy.clerk";
  private static final String ADMIN = "privacy.admin";

  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final List<String> findings = new ArrayList<>();
  private Https open;
  private Https till;
  private TestNodes nodes;
  private Node node;
  private String url;
  private int isoPort;
  private int keys;

  @BeforeEach
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    isoPort = FreePort.orAny(0);
    nodes = new TestNodes(url, folder);
    hire(url);
    node =
        nodes.start(
            "privacy",
            url,
            Map.of(
                "ECARD_ISO8583_PORT", Integer.toString(isoPort),
                "ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND", "1000",
                "ECARD_LIMITS_TERMINAL_REQUESTS_BURST", "1000"));
    nodes.awaitReady(node);
    open = Https.to("https://localhost:" + node.port(), nodes.authority());
    till = nodes.till(node, "T0000001");
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @Test
  void whatIsPlantedIsFoundNowhere() throws Exception {
    atTheTill();
    atTheDesks();
    ofMembers();
    fromMembers();
    inAddressesAndHeaders();
    overIso();
    String metrics = TestNodes.metrics(node);
    assertTrue(metrics.contains("ecard_"), metrics);
    look("metrics", metrics);
    assertEquals(0, node.process().stop());
    look("log", nodes.log("privacy"));
    PersonalValues.assertNoneInEvents(url);
    assertEquals(List.of(), findings);
    assertTrue(statuses.getOrDefault(201, 0) >= 6, statuses::toString);
    assertTrue(statuses.getOrDefault(400, 0) >= 15, statuses::toString);
    assertTrue(statuses.keySet().containsAll(Set.of(401, 404, 409)), statuses::toString);
    assertEquals(0, statuses.getOrDefault(500, 0), statuses::toString);
    System.out.println("answers looked through, by status: " + statuses);
  }

  private static void hire(String url) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      Clock clock = Clock.systemUTC();
      FirstStaff staff = new FirstStaff(database, new Passwords(new SecureRandom()), clock);
      Set<Role> roles = Set.of(Role.CLERK, Role.SUPERVISOR, Role.AUDITOR);
      staff.add(LOGIN, "某人", "410802", roles, PersonalValues.PASSWORD, false);
      staff.add(ADMIN, "某人", "410802", Set.of(Role.SYSTEM), PersonalValues.PASSWORD, false);
    }
  }

  // ---- what is done

  private void atTheTill() {
    JsonObject sold = sale(nodes.code(1), "k-" + ++keys);
    JsonObject unused = post(till, "/v1/verifications", null, order(nodes.code(2)));
    for (String code : List.of(IDENTITY, PersonalValues.PHONE, PersonalValues.ACCOUNT, TOKEN)) {
      unused = sale(code, "k-" + ++keys);
    }
    unused = sale(nodes.code(3), nodes.code(3)); // as the key
    unused = sale(nodes.code(3), TOKEN);
    unused = post(till, "/v1/transactions", null, order(nodes.code(4)).put(IDENTITY, 1));
    unused = post(till, "/v1/transactions", null, order(nodes.code(4)).put("orderFen", IDENTITY));
    unused = post(till, "/v1/transactions", null, order(nodes.code(4)).put("type", TOKEN));
    unused = post(till, "/v1/reversals", null, new JsonObject().put("requestId", nodes.code(5)));
    JsonObject advice =
        new JsonObject().put("code", nodes.code(6)).put("orderFen", 100).put("at", IDENTITY);
    unused = post(till, "/v1/advices", null, new JsonObject().put("advices", list(advice)));
    fromTheReceipt(sold);
  }

  private void fromTheReceipt(JsonObject sold) {
    JsonObject review =
        proof(sold)
            .put("stars", 1)
            .put("quality", 1)
            .put("service", 1)
            .put("afterSales", 1)
            .put("text", PersonalValues.WORDS + IDENTITY);
    JsonObject unused = post(open, "/v1/reviews", null, review);
    unused = post(open, "/v1/reviews", null, review);
    unused = post(open, "/v1/reviews", null, review.copy().put("receiptDigest", TOKEN));
    unused = post(open, "/v1/reviews", null, review.copy().put("tags", list(IDENTITY)));
    JsonObject complaint =
        new JsonObject()
            .put("kind", "SERVICE")
            .put("text", PersonalValues.WORDS + IDENTITY)
            .put("transaction", sold.getString("id"))
            .put("digest", digest(sold));
    JsonObject opened = post(open, "/v1/complaints", null, complaint);
    unused = post(open, "/v1/complaints", null, complaint);
    unused = post(open, "/v1/complaints", null, complaint.copy().put("kind", IDENTITY));
    JsonObject view = new JsonObject().put("complaint", opened.getString("no")).put("token", TOKEN);
    unused = post(open, "/v1/complaint-views", null, view);
  }

  private void atTheDesks() {
    String clerk = token(LOGIN);
    String admin = token(ADMIN);
    JsonObject wrong =
        new JsonObject().put("login", LOGIN).put("password", PersonalValues.PASSWORD + "!");
    JsonObject unused = post(open, "/v1/staff-tokens", null, wrong);
    unused = post(open, "/v1/staff-tokens", null, wrong.put("login", PersonalValues.PHONE));
    JsonObject account =
        new JsonObject()
            .put("login", "phone." + PersonalValues.PHONE)
            .put("name", "某人")
            .put("org", "410802")
            .put("roles", list("CLERK"));
    unused = post(open, "/v1/staff", clerk, account);
    unused = post(open, "/v1/staff", admin, account.copy().put("roles", list(TOKEN)));
    String merchant = "/v1/merchants/841080210000013";
    JsonObject store =
        new JsonObject()
            .put("name", PersonalValues.PHONE)
            .put("areaCode", "410802")
            .put("address", IDENTITY);
    int id = post(open, merchant + "/stores", clerk, store).getInteger("id", 0);
    JsonObject terminal =
        new JsonObject()
            .put("serialNo", "SN-PRIVACY")
            .put("store", id)
            .put("settlementAccount", PersonalValues.ACCOUNT)
            .put("address", IDENTITY);
    JsonObject bound = post(open, merchant + "/terminals", clerk, terminal);
    unused = post(open, merchant + "/terminals", clerk, terminal);
    unused = post(open, merchant + "/terminals", clerk, terminal.put("serialNo", TOKEN));
    JsonObject facts =
        new JsonObject()
            .put("asOf", "2026-11-01")
            .put("employees", 3)
            .put("members", 0)
            .put("reference", IDENTITY)
            .put("digest", "0".repeat(64));
    unused = post(open, merchant + "/labour-facts", clerk, facts);
    unused = post(open, merchant + "/labour-facts", clerk, facts.put("unionCode", IDENTITY));
    unused =
        post(open, merchant + "/labour-facts", clerk, facts.put("reference", "a\u0000" + IDENTITY));
    JsonObject activation =
        new JsonObject()
            .put("terminal", bound.getString("terminal", "T0000001"))
            .put("code", PersonalValues.PASSWORD)
            .put("csr", TOKEN);
    unused = post(open, "/v1/terminal-activations", null, activation);
    JsonObject hook = new JsonObject().put("url", "https://127.0.0.1:1/" + TOKEN);
    unused = post(open, "/v1/subscriptions", admin, hook);
  }

  /** Names and numbers that are meant to come in, and must not come out again. */
  private void ofMembers() {
    String clerk = token(LOGIN);
    JsonObject member =
        new JsonObject()
            .put("identity", IDENTITY)
            .put("name", PersonalValues.NAME)
            .put("category", "HARDSHIP")
            .put("org", "410802");
    JsonObject card = post(open, "/v1/members", clerk, member);
    List<JsonObject> said = new ArrayList<>(List.of(card));
    said.add(post(open, "/v1/members", clerk, member));
    said.add(post(open, "/v1/members", clerk, member.copy().put("category", "MODEL")));
    said.add(post(open, "/v1/members", clerk, member.copy().put("org", IDENTITY)));
    said.add(post(open, "/v1/members", clerk, member.copy().put("cardNo", IDENTITY)));
    said.add(post(open, "/v1/members", clerk, member.copy().put(IDENTITY, 1)));
    String row = IDENTITY + "," + PersonalValues.NAME;
    for (String rows :
        List.of(
            row + ",MODEL,410802\n" + row + "\n" + IDENTITY + "," + row, "\"" + row, "=" + row)) {
      JsonObject sheet =
          new JsonObject().put("csv", "identity,name,category,org\n" + rows).put("dryRun", false);
      said.add(post(open, "/v1/member-imports", clerk, sheet));
    }
    String at = "/v1/cards/" + card.getString("cardNo");
    JsonObject step = new JsonObject().put("status", "LOST").put("reason", "本人 " + IDENTITY);
    said.add(post(open, at + "/status", clerk, step));
    said.add(post(open, at + "/status", clerk, step));
    said.add(post(open, "/v1/cards/" + IDENTITY + "/status", clerk, step));
    JsonObject unused = post(open, at + "/enrolments", clerk, new JsonObject());
    JsonObject binding = new JsonObject().put("code", IDENTITY).put("publicKey", TOKEN);
    said.add(post(open, "/v1/card-bindings", null, binding));
    for (JsonObject one : said) {
      look("members", one.encode());
      assertFalse(one.encode().contains(PersonalValues.NAME), one::encode);
    }
    assertEquals(
        0,
        TestStores.number(
            url,
            "select count(*) from audit where action ~ '^(member|card)'"
                + " and concat(subject, detail) ~ '"
                + IDENTITY
                + "|"
                + PersonalValues.NAME
                + "'"));
  }

  private void fromMembers() {
    JsonObject tip =
        new JsonObject().put("kind", "CORRUPTION").put("text", IDENTITY).put("org", IDENTITY);
    JsonObject unused = post(open, "/v1/complaints", null, tip);
    unused = post(open, "/v1/complaints", null, tip.put("text", "x\u0000" + IDENTITY));
    unused = post(open, "/v1/terminal-tokens", null, new JsonObject().put("assertion", TOKEN));
    unused = post(till, "/v1/receipts/verify", null, new JsonObject().put("body", IDENTITY));
  }

  private void inAddressesAndHeaders() throws Exception {
    for (String value : List.of(nodes.code(7), IDENTITY, PersonalValues.PHONE, TOKEN)) {
      for (String path :
          List.of(
              "/v1/transactions/",
              "/v1/receipts/",
              "/nowhere/",
              "/v1/feed?token=",
              "/v1/complaints/",
              "/v1/terminal?code=",
              "/docs/")) {
        get(till.request(path + value, null));
        get(open.request(path + value, TOKEN));
      }
      get(open.request("/v1/keys", null).header("traceparent", value));
      get(open.request("/v1/keys", null).header("X-Forwarded-For", value).header("Cookie", value));
      get(till.request("/v1/transactions?requestId=" + value, null));
    }
    String broken = "{\"code\":\"" + nodes.code(8) + "\",\"orderFen\":}" + IDENTITY;
    send(
        till.request("/v1/transactions", null)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "broken")
            .POST(HttpRequest.BodyPublishers.ofString(broken)));
    send(
        till.request("/v1/transactions", null)
            .header("Content-Type", "text/plain; name=" + PersonalValues.PHONE)
            .POST(HttpRequest.BodyPublishers.ofString(IDENTITY.repeat(8_000))));
    String metricsPath = "http://127.0.0.1:" + node.managementPort() + "/" + IDENTITY;
    look(
        "management",
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(metricsPath)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  /** A sale by nobody with a bank card's fields, one that is broken, and noise. */
  private void overIso() throws Exception {
    IsoMessage sale = new IsoMessage();
    sale.begin(0x0200);
    sale.set(2, PersonalValues.ACCOUNT);
    sale.set(3, 0);
    sale.set(4, 100);
    sale.set(11, 1);
    sale.set(25, 0);
    sale.set(35, PersonalValues.ACCOUNT + "=49121011");
    sale.set(41, "T0000001");
    sale.set(42, "841080210000013");
    sale.set(49, "156");
    sale.set(52, new byte[8]);
    new Field59Tags(Map.of(Field59Tags.CODE, nodes.code(9))).write(sale);
    new Field60Batch(22, 1, 0).write(sale);
    new Field63Slip("01 ", PersonalValues.PHONE).write(sale);
    ByteBuf frame = Unpooled.buffer();
    new FrameHead(3, 7, 0x603100310000L).writeFrame(frame, sale, null);
    byte[] whole = new byte[frame.readableBytes()];
    frame.readBytes(whole);
    iso(isoPort, whole);
    for (int at = 20; at < whole.length; at += 7) {
      byte[] broken = whole.clone();
      broken[at] ^= 0x7f;
      iso(isoPort, broken);
    }
    iso(isoPort, (IDENTITY + nodes.code(9)).getBytes(StandardCharsets.US_ASCII));
  }

  private static void iso(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      int unused = socket.getInputStream().readAllBytes().length;
    }
  }

  // ---- parts

  private static JsonObject order(String code) {
    return new JsonObject().put("type", "SALE").put("code", code).put("orderFen", 1_000);
  }

  private JsonObject sale(String code, String key) {
    Https.Answer answer = till.post("/v1/transactions", null, key, order(code));
    note(answer.status(), "sale", answer.toString());
    return answer.json().getJsonObject("body", new JsonObject());
  }

  private static JsonObject proof(JsonObject receipt) {
    return new JsonObject()
        .put("transaction", receipt.getString("id"))
        .put("receiptDigest", digest(receipt));
  }

  private static String digest(JsonObject receipt) {
    return Sha256.hex(receipt.encode());
  }

  private static JsonArray list(Object one) {
    return new JsonArray().add(one);
  }

  private String token(String login) {
    JsonObject proof =
        new JsonObject().put("login", login).put("password", PersonalValues.PASSWORD);
    Https.Answer given = open.post("/v1/staff-tokens", null, null, proof);
    assertEquals(200, given.status(), given::toString);
    return given.json().getString("accessToken");
  }

  private JsonObject post(Https client, String path, @Nullable String token, JsonObject body) {
    Https.Answer answer = client.post(path, token, "k-" + ++keys, body);
    note(answer.status(), path, answer.toString());
    return answer.json();
  }

  private void get(HttpRequest.Builder request) throws Exception {
    send(request);
  }

  private void send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        till.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    note(
        response.statusCode(),
        request.build().uri().getPath().substring(0, 4),
        response.body() + response.headers().map());
  }

  /** All but what somebody is told of his own words. */
  private void note(int status, String where, String answer) {
    statuses.merge(status, 1, Integer::sum);
    if (status >= 400 || where.equals("sale")) {
      look(where + " " + status, answer);
    }
  }

  private void look(String where, String text) {
    PersonalValues.in(text).forEach(found -> findings.add(where + ": " + found));
  }
}
