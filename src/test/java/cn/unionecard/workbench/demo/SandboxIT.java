package cn.unionecard.workbench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Fences;
import cn.unionecard.gateway.member.TestPhone;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.Testbed;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Timeout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A demo as a sandbox: one that serves, and everything that the documents tell its user to do
 * beside it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, timeUnit = TimeUnit.MINUTES)
class SandboxIT {
  private static final Path REFUSALS = Path.of("src/docs/demo.md");

  /** What an example is meant to be told, by document; all else that is no success is a fault. */
  private static final Map<String, List<String>> PROBLEMS =
      Map.of("README.md", List.of("HTTP 422"));

  /** Run by a test of its own, on stores of its own. */
  private static final Path FIRST_DAY = Path.of("src/docs/first-day.md");

  private static final Pattern ROW =
      Pattern.compile("\\| `([A-Z_]+)` \\| (\\w\\w) \\| (.*?) \\| (.*?) ?\\|");

  private static Sandbox sandbox;
  private static Vertx vertx;
  private static PosDesk desk;

  @BeforeAll
  static void start(@TempDir Path root) throws Exception {
    vertx = Vertx.vertx();
    sandbox = Sandbox.start(root, "--pos", "--story", "--checkouts=60");
    desk = new PosDesk(vertx, sandbox.demoJson());
    sandbox.answer("/pos", SandboxIT::pos);
  }

  /** Ctrl-C, and nothing is left of it. */
  @AfterAll
  static void end() throws Exception {
    try (Sandbox ending = sandbox) {
      desk.close();
      assertEquals(0, ending.end(), ending.log());
      assertTrue(ending.log().contains("goodbye"), ending.log());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  private static void pos(HttpExchange exchange) throws IOException {
    byte[] asked = exchange.getRequestBody().readAllBytes();
    String said;
    try {
      said = desk.does(new JsonObject(new String(asked, StandardCharsets.UTF_8)));
    } catch (RuntimeException e) {
      said = String.valueOf(e);
    }
    Sandbox.reply(exchange, 200, said);
  }

  // ---- the play

  @Test
  @Order(0)
  void everyAnswerIsRightAndTheAuditIsClean() throws Exception {
    wasRight(sandbox.log());
    assertTrue(sandbox.log().contains("审批 APPROVE  ✗ VETOED"), sandbox.log());
    assertTrue(sandbox.log().contains("审批 APPROVE  ✗ SAME_PERSON"), sandbox.log());
    assertTrue(sandbox.log().contains("商户已被中止合作"), sandbox.log());
  }

  /** The last lines are two links: what they bring is taken once. */
  @Test
  @Order(1)
  void aPhoneAndATillAreInvited() throws Exception {
    Matcher links =
        Pattern.compile(
                "phone (\\S+)/card#bind=(\\w+)\\s.*?#activate=(\\w{8})\\.(\\w+)\\s", Pattern.DOTALL)
            .matcher(sandbox.awaitLog("#activate="));
    assertTrue(links.find(), sandbox.log());
    JsonObject binding =
        new JsonObject().put("code", links.group(2)).put("publicKey", new TestPhone().publicKey());
    assertEquals(201, posted(links.group(1) + "/v1/card-bindings", binding));
    assertEquals(409, posted(links.group(1) + "/v1/card-bindings", binding));
    assertEquals(Invitation.TERMINAL, links.group(3));
    assertTrue(links.group(4).length() >= 12, links.group(4));
  }

  private static int posted(String address, JsonObject body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** Customers, a terminal's shift, a merchant's story, the audit. */
  private static void wasRight(String said) {
    assertTrue(said.contains("异常 anomalies: none"), said);
    assertTrue(said.contains("对账平 balanced"), said);
    assertTrue(said.contains("000002网关20.00终端29.00"), said);
    assertTrue(said.contains("000003终端漏报30.00"), said);
    assertTrue(said.contains("000004网关无此笔"), said);
    assertTrue(said.contains("SUSPEND  差评"), said);
    assertTrue(said.contains("无缺号 no gap"), said);
    assertTrue(said.contains("审计通过 audit clean"), said);
  }

  // ---- the desk

  /** Whoever takes a terminal begins with an empty batch, whatever the demo has played. */
  @Test
  @Order(1)
  void theFirstBatchIsEmpty() throws Exception {
    List<String> own = List.of("T0000001", "T0000002", "T0000003", "T0000004", "T0000005");
    for (String terminal : own) {
      assertTrue(desk.firstBatchIsEmpty(terminal), terminal);
    }
    Matcher closed = Pattern.compile("all balanced: (\\d+)").matcher(sandbox.log());
    assertTrue(closed.find() && Integer.parseInt(closed.group(1)) > 5, sandbox.log());
    StringBuilder script = new StringBuilder(". src/docs/demo.sh\n");
    Testbed hall = DemoTestbed.read(sandbox.demoJson(), 1);
    for (Testbed.Terminal till : hall.terminals().subList(0, 20)) {
      script.append("till " + till.id() + " $base/v1/batches/$(till " + till.id());
      script.append(" $base/v1/batches/current | jq .batch)/close -d '{\"debitFen\": 0,");
      script.append(
          " \"debitCount\": 0, \"creditFen\": 0, \"creditCount\": 0}' | jq -r .outcome\n");
    }
    Sandbox.Said said = sandbox.bash("batches", script.toString());
    assertEquals("BALANCED\n".repeat(20), said.out(), said.err());
  }

  // ---- the documents

  private static List<Path> documents() throws IOException {
    try (Stream<Path> pages = Files.list(Path.of("src/docs"))) {
      List<Path> all = new ArrayList<>(List.of(Path.of("README.md"), Path.of("certs/README.md")));
      pages
          .filter(page -> page.toString().endsWith(".md") && !page.equals(FIRST_DAY))
          .sorted()
          .forEach(all::add);
      return all;
    }
  }

  /** What stands in a document can be copied: block by block, in one shell, as its reader would. */
  @Test
  @Order(2)
  void everyExampleRuns() throws Exception {
    List<String> faults = new ArrayList<>();
    int run = 0;
    for (Path document : documents()) {
      StringBuilder script =
          new StringBuilder("trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n");
      for (Fences.Fence fence : Fences.of(document)) {
        if (fence.info().equals("sh")) {
          script.append("echo '" + document + ":" + fence.line() + "' >&2\n").append(fence.text());
          run++;
        }
      }
      String name = document.toString().replace('/', '.');
      Sandbox.Said said = sandbox.bash(name, script.toString());
      List<String> problems =
          said.err().lines().filter(line -> line.matches("HTTP (?!2..).*")).toList();
      if (said.exit() != 0
          || !problems.equals(PROBLEMS.getOrDefault(document.toString(), List.of()))) {
        faults.add(document + " ended with " + said.exit() + "\n" + said.err() + "\n" + said.out());
      }
    }
    assertTrue(faults.isEmpty(), () -> String.join("\n\n", faults));
    assertTrue(run > 12, "blocks: " + run);
  }

  // ---- the refusals

  private record Row(Refusal refusal, String code, String shell, String pos) {
    boolean isPlayed() {
      return shell.startsWith("`");
    }

    /** Each recipe between marks, so that what it printed last can be told from the others. */
    String script() {
      String recipe = shell.substring(1, shell.length() - 1);
      return "key=\necho '== " + refusal + "'\n" + recipe + "\n";
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(REFUSALS)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(Refusal.named(row.group(1)), row.group(2), row.group(3), row.group(4)));
      }
    }
    return rows;
  }

  /** The last answer of each recipe. */
  private static Map<String, String> last(Sandbox.Said said) {
    Map<String, String> last = new LinkedHashMap<>();
    String of = "";
    for (String line : said.out().lines().toList()) {
      if (line.startsWith("== ")) {
        of = line.substring(3);
      }
      last.put(of, line);
    }
    return last;
  }

  @Test
  @Order(3)
  void eachRefusalHasARecipeOrAReason() throws Exception {
    List<Row> rows = rows();
    assertEquals(Arrays.asList(Refusal.values()), rows.stream().map(Row::refusal).toList());
    rows.forEach(row -> assertEquals(row.refusal.responseCode, row.code, row.toString()));
    for (Row row : rows) {
      assertTrue(row.isPlayed() || row.shell.startsWith("not to be had: "), row.toString());
    }
    StringBuilder script = new StringBuilder("set +e\n. src/docs/demo.sh\n");
    rows.stream().filter(Row::isPlayed).forEach(row -> script.append(row.script()));
    Map<String, String> heard = last(sandbox.bash("refusals", script.toString()));
    Map<String, String> written = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.isPlayed()) {
        written.put(row.refusal.name(), row.refusal + " " + row.code);
      }
    }
    assertEquals(written, heard);
  }

  /** The same words, spoken by POS terminals. */
  @Test
  @Order(4)
  void aPosTerminalHearsTheSame() throws Exception {
    StringBuilder script = new StringBuilder("set +e\n. src/docs/demo.sh\nscanned=3000\n");
    script.append(
        """
        pos() {
          local said
          said=$(jq -nc --arg op "$1" --arg terminal "$2" --arg what "${3:-}" --arg fen "${4:-0}" \\
            --arg more "${5:-}" --arg key "$key" '$ARGS.named' | curl -sS -w '' BRIDGE/pos -d @-)
          [[ $said != *' '* ]] || id=${said#* }
          echo "${said%% *}"
        }
        sell() { pos sell "$@"; }
        hold() { pos hold "$@"; }
        void() { pos void "$@"; }
        refund() { pos refund "$@"; }
        advise() { pos advise "$@"; }
        close_batch() { pos close "$1" > /dev/null; }
        """
            .replace("BRIDGE", sandbox.address()));
    Map<String, String> written = new LinkedHashMap<>();
    Map<String, String> alone = new LinkedHashMap<>();
    for (Row row : rows()) {
      if (row.isPlayed()) {
        assertTrue(row.pos.startsWith("same") || row.pos.startsWith("sign on"), row.toString());
        script.append(row.script());
        written.put(row.refusal.name(), row.code);
      } else if (!row.pos.isEmpty()) {
        alone.put(row.refusal.name(), row.code);
      }
    }
    Sandbox.Said said = sandbox.bash("pos", script.toString());
    assertEquals(written, last(said), said.err());
    assertEquals(
        Map.of(
            "TERMINAL_UNKNOWN", desk.stranger(),
            "TERMINAL_NOT_SIGNED_ON", desk.signedOff("T0000003"),
            "MAC_WRONG", desk.wrongMac("T0000004")),
        alone);
  }

  // ---- from start to start

  /** After a loss of power in the middle of its play: the same keys, ports and certificates. */
  @Test
  @Order(5)
  void itIsTheSameTomorrow() throws Exception {
    JsonNode before = new ObjectMapper().readTree(sandbox.demoJson().toFile());
    desk.close();
    sandbox.kill();
    sandbox.begin(" visits, ", "--checkouts=100000");
    sandbox.kill();
    sandbox.serve(
        "--pos", "--story", "--checkouts=10", "--host=localhost", "--also=sandbox.example");
    wasRight(sandbox.log());
    JsonNode after = new ObjectMapper().readTree(sandbox.demoJson().toFile());
    for (String kept : List.of("management", "kekFile", "ca", "staff", "terminals")) {
      assertEquals(before.get(kept), after.get(kept), kept);
    }
    assertEquals(
        before.get("https").asText().replace("127.0.0.1", "localhost"),
        after.get("https").asText());
    assertEquals(before.at("/iso8583/port"), after.at("/iso8583/port"));
    desk = new PosDesk(vertx, sandbox.demoJson());
    assertTrue(desk.firstBatchIsEmpty("T0000005"));
    Sandbox.Said said =
        sandbox.bash(
            "tomorrow",
            """
            . src/docs/demo.sh
            scan
            sell T0000001 $code 12800
            staff city.clerk $base/v1/cards/$card | jq -r .status
            openssl x509 -in $demo/certs/server.pem -noout -ext subjectAltName | grep -c DNS:sandbox.example
            """);
    assertEquals("APPROVED 00\nACTIVE\n1\n", said.out(), said.err());
  }
}
