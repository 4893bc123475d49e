package cn.unionecard.gateway;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestNodes.Heard;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.edge.iso8583.TestPos;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.watch.Labels;
import cn.unionecard.workbench.embedded.FreePort;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that has sold something over both protocols: its metrics are those that the page for
 * operators lists, and rules and dashboard ask for nothing else.
 */
class MetersIT {
  private static final Path PAGE = Path.of("src/docs/metrics.md");
  private static final Path RULES = Path.of("conf/prometheus-alerts.yaml");
  private static final Path DASHBOARD = Path.of("conf/grafana-dashboard.json");
  private static final Path SCRAPE = Path.of("conf/prometheus.yaml");

  private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z0-9_]+) ([a-z]+)");
  private static final Pattern SERIES = Pattern.compile("([a-z0-9_]+)(?:\\{([^}]*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Pattern NAME =
      Pattern.compile("\\b((?:ecard|vertx|jvm|process)_[a-z0-9_]+)");
  private static final Pattern SELECTOR = Pattern.compile("\\b([a-z][a-z0-9_]+)\\{([^}]*)}");
  private static final Pattern MATCH =
      Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without) \\(([^)]*)\\)");

  /** What Prometheus adds, or Grafana's own variables. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static TestNodes nodes;
  private static String url;
  private static Node node;
  private static int isoPort;
  private static String problem;
  private static String scraped;
  private static Map<String, String> types;
  private static Map<String, Map<String, Set<String>>> labels;

  @BeforeAll
  static void sell(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    isoPort = FreePort.orAny(0);
    nodes = new TestNodes(url, folder);
    nodes.inject("T0000002", KeyAlgorithm.SM4, new byte[16]);
    node =
        nodes.start(
            "meters",
            url,
            Map.of("ECARD_ISO8583_PORT", Integer.toString(isoPort), "ECARD_LOG_ACCESS", "all"));
    nodes.awaitReady(node);
    JsonObject sale =
        new JsonObject().put("type", "SALE").put("code", nodes.code(1)).put("orderFen", 10_000);
    assertEquals(201, await(nodes.sell(node, "T0000001", "one", sale)).status());
    Heard wrong = await(nodes.sell(node, "T0000001", "two", new JsonObject()));
    assertEquals(400, wrong.status());
    problem = wrong.document().getString("traceId");
    Heard twice = await(nodes.sell(node, "T0000001", "three", sale));
    assertEquals("CODE_ALREADY_USED", twice.body().getString("refusal"));
    Vertx vertx = Loops.vertx();
    try (TestPos pos =
        new TestPos(
            vertx,
            isoPort,
            new NetClientOptions(),
            new TerminalId("T0000002"),
            KeyAlgorithm.SM4,
            MacMode.XOR_ECB,
            new byte[16])) {
      assertEquals("00", pos.signOn(3).code());
      assertEquals("00", pos.ask(pos.sale(nodes.code(2), 5_000)).code());
      IsoMessage altered = pos.sale(nodes.code(3), 5_000);
      assertEquals("A0", pos.askWronglyProved(altered).code());
    } finally {
      await(vertx.close());
    }
    scraped = TestNodes.metrics(node);
    read();
  }

  private static void read() {
    types = new TreeMap<>();
    labels = new TreeMap<>();
    for (String line : scraped.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher series = SERIES.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (series.matches()) {
        Map<String, Set<String>> known =
            labels.computeIfAbsent(series.group(1), name -> new TreeMap<>());
        Matcher label = LABEL.matcher(series.group(2) == null ? "" : series.group(2));
        while (label.find()) {
          known.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(2));
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static double value(String series) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not in\n" + scraped));
  }

  // ---- what is counted

  @Test
  void aSaleIsCountedOnceAtItsEdge() {
    for (String edge : List.of("https", "iso8583")) {
      String sale = "{edge=\"" + edge + "\",outcome=\"approved\",type=\"SALE\"}";
      assertEquals(1, value("ecard_requests_seconds_count" + sale));
    }
    assertEquals(
        1, value("ecard_requests_seconds_count{edge=\"https\",outcome=\"refused\",type=\"SALE\"}"));
    assertEquals(
        1,
        value("ecard_requests_seconds_count{edge=\"https\",outcome=\"malformed\",type=\"SALE\"}"));
    assertEquals(1, value("ecard_iso8583_messages_total{mti=\"0200\",outcome=\"approved\"}"));
    assertEquals(1, value("ecard_iso8583_sign_ons_total{outcome=\"approved\"}"));
    assertEquals(1, value("ecard_iso8583_mac_failures_total"));
    assertEquals(
        1, value("ecard_iso8583_messages_total{mti=\"0200\",outcome=\"unauthenticated\"}"));
    assertEquals(3, value("ecard_transactions_total"));
  }

  @Test
  void whatHasAnEndTellsWhen() {
    double day = 86_400;
    assertTrue(value("ecard_certificate_ends_seconds{kind=\"server\"}") > day / 2);
    assertTrue(value("ecard_certificate_ends_seconds{kind=\"terminal_ca\"}") <= day);
    assertTrue(value("ecard_partition_ends_seconds") > 300 * day, "migrate makes 13 months");
    assertEquals(1, value("ecard_store_up{store=\"postgres\"}"));
    assertEquals(1, value("ecard_store_up{store=\"redis\"}"));
    assertEquals(value("ecard_lanes"), value("ecard_lanes_open"));
  }

  @Test
  void poolsHaveFixedNames() {
    assertTrue(
        labels
            .get("vertx_pool_in_use")
            .get("pool_name")
            .containsAll(
                List.of(
                    "ecard-archive",
                    "ecard-desk",
                    "ecard-feed",
                    "ecard-lane",
                    "ecard-members",
                    "ecard-probe",
                    "ecard-report",
                    "ecard-shop",
                    "ecard-voice")));
  }

  @Test
  void theStartSaysWhereItListensInOneLine() throws Exception {
    List<String> said =
        nodes.log("meters").lines().filter(line -> line.contains(" serves: https ")).toList();
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).contains("0.0.0.0:" + node.port()), said::toString);
    assertTrue(said.get(0).contains("127.0.0.1:" + node.managementPort()), said::toString);
    assertFalse(nodes.log("meters").contains("has been already registered"));
  }

  @Test
  void eachRequestHasALineThatItsTraceFinds() throws Exception {
    List<JsonObject> lines = accessLines();
    while (lines.size() < 6) { // written behind the answers
      Thread.onSpinWait();
      lines = accessLines();
    }
    Map<String, String> told = new TreeMap<>();
    for (JsonObject line : lines) {
      String what =
          Stream.of("edge", "method", "route", "type", "outcome", "status", "code", "terminal")
              .map(name -> line.getValue(name, "-").toString())
              .collect(Collectors.joining(" "));
      told.merge(what, "1", String::concat);
      assertTrue(line.getLong("us") > 0 && line.getLong("bytes") > 0, line::encode);
    }
    assertEquals(
        new TreeMap<>(
            Map.of(
                "https POST /v1/transactions SALE approved 201 - T0000001", "1",
                "https POST /v1/transactions SALE malformed 400 MALFORMED T0000001", "1",
                "https POST /v1/transactions SALE refused 201 - T0000001", "1",
                "iso8583 0800 SIGN_ON - approved - 00 T0000002", "1",
                "iso8583 0200 SALE SALE approved - 00 T0000002", "1",
                "iso8583 0200 SALE SALE unauthenticated - A0 T0000002", "1")),
        told);
    assertEquals(
        List.of("malformed"),
        lines.stream()
            .filter(line -> line.getString("traceId", "").equals(problem))
            .map(line -> line.getString("outcome"))
            .toList());
  }

  private static List<JsonObject> accessLines() throws IOException {
    return nodes
        .log("meters")
        .lines()
        .filter(line -> line.contains("\"logger\":\"access\""))
        .map(JsonObject::new)
        .toList();
  }

  @Test
  void aTakenPortIsOneLine() throws Exception {
    Node second =
        nodes.start(
            "taken",
            url,
            Map.of(
                "ECARD_ISO8583_PORT",
                Integer.toString(isoPort),
                "ECARD_LOG_LEVEL",
                "error",
                "ECARD_LOG_LEVELS",
                "cn.unionecard.gateway.cli=info"));
    assertEquals(1, second.process().awaitExit());
    List<String> said = nodes.log("taken").lines().filter(line -> !line.startsWith("{")).toList();
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0).startsWith("iso8583: cannot listen on 0.0.0.0:" + isoPort), said::toString);
    List<String> logged = nodes.log("taken").lines().filter(l -> l.startsWith("{")).toList();
    assertEquals(1, logged.size(), logged::toString);
    assertTrue(logged.get(0).contains("node taken starts"), logged::toString);
  }

  // ---- the page, the rules, the dashboard

  /** A line of the page's tables: metric, type, unit, labels, what it is for, alerts. */
  private record Row(
      String name, String type, Map<String, Set<String>> labels, Set<String> alerts) {
    static Row of(String line) {
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      Map<String, Set<String>> labels = new TreeMap<>();
      for (String label : words(cells.get(4), ";")) {
        String[] both = label.split(":", 2);
        labels.put(both[0].strip(), new TreeSet<>(words(both[1], ",")));
      }
      return new Row(
          cells.get(1).replace("`", ""),
          cells.get(2),
          labels,
          new TreeSet<>(words(cells.get(6), ",")));
    }
  }

  private static List<String> words(String text, String by) {
    return Arrays.stream(text.split(by)).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  private static Map<String, Row> page() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| `ecard_")) {
        Row row = Row.of(line);
        assertEquals(null, rows.put(row.name(), row), line);
      }
    }
    return rows;
  }

  /** Alert → expression. */
  private static Map<String, String> rules() throws IOException {
    Map<String, String> rules = new TreeMap<>();
    for (JsonNode group : YAML.readTree(RULES.toFile()).path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String name = rule.path("alert").asText();
        assertEquals(null, rules.put(name, rule.path("expr").asText()), name);
        for (String said : List.of("summary", "action", "action_en")) {
          assertFalse(rule.path("annotations").path(said).asText().isBlank(), name + " " + said);
        }
      }
    }
    return rules;
  }

  @Test
  void thePageListsWhatThereIs() throws Exception {
    Map<String, Row> page = page();
    Map<String, String> ours = new TreeMap<>(types);
    ours.keySet().removeIf(name -> !name.startsWith("ecard_"));
    ours.keySet()
        .removeIf(name -> name.endsWith("_max") && types.containsKey(name.replace("_max", "")));
    Map<String, String> listed = new TreeMap<>();
    page.forEach((name, row) -> listed.put(name, row.type()));
    assertEquals(ours, listed);
  }

  @Test
  void thePageTellsTheLabelsWithTheirSets() throws Exception {
    Set<String> outcomes = page().get("ecard_requests_seconds").labels().get("outcome");
    for (Row row : page().values()) {
      Map<String, Set<String>> seen = new TreeMap<>();
      for (String suffix : List.of("", "_count")) {
        labels.getOrDefault(row.name() + suffix, Map.of()).forEach(seen::put);
      }
      assertEquals(row.labels().keySet(), seen.keySet(), row.name());
      seen.forEach(
          (label, values) -> {
            Set<String> told = row.labels().get(label);
            Set<String> all = told.equals(Set.of("as above")) ? outcomes : told;
            assertTrue(
                Set.of("database", "version").contains(label) || all.containsAll(values),
                () -> row.name() + " " + label + ": " + values);
          });
    }
  }

  @Test
  void thePageTellsWhichAlertsUseAMetric() throws Exception {
    Map<String, Set<String>> used = new TreeMap<>();
    rules()
        .forEach(
            (alert, expression) -> {
              Matcher name = NAME.matcher(expression);
              while (name.find()) {
                used.computeIfAbsent(family(name.group(1)), n -> new TreeSet<>()).add(alert);
              }
            });
    for (Row row : page().values()) {
      assertEquals(used.getOrDefault(row.name(), Set.of()), row.alerts(), row.name());
    }
  }

  private static String family(String series) {
    String family = series.replaceFirst("_(count|sum|bucket|max)$", "");
    return types.containsKey(series) ? series : family;
  }

  @Test
  void rulesAndDashboardAskForWhatThereIs() throws Exception {
    Map<String, String> asked = new TreeMap<>(rules());
    assertTrue(asked.size() >= 15, asked::toString);
    for (JsonNode panel : JSON.readTree(DASHBOARD.toFile()).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String name = panel.path("title").asText() + " " + target.path("refId").asText();
        assertEquals(null, asked.put(name, target.path("expr").asText()), name);
      }
    }
    asked.forEach(MetersIT::check);
  }

  private static void check(String where, String expression) {
    Set<String> known = new TreeSet<>(OF_THE_SCRAPE);
    List<String> named = new ArrayList<>();
    Matcher name = NAME.matcher(expression);
    while (name.find()) {
      assertTrue(labels.containsKey(name.group(1)), where + " asks for " + name.group(1));
      named.add(name.group(1));
      known.addAll(labels.get(name.group(1)).keySet());
    }
    assertTrue(!named.isEmpty() || expression.startsWith("up{"), where);
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      selected(where, selector.group(1), selector.group(2));
    }
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      for (String label : words(grouping.group(1), ",")) {
        assertTrue(known.contains(label), where + " groups by " + label);
      }
    }
  }

  private static void selected(String where, String metric, String selector) {
    Matcher match = MATCH.matcher(selector);
    while (match.find()) {
      String label = match.group(1);
      if (OF_THE_SCRAPE.contains(label)) {
        continue;
      }
      assertTrue(labels.get(metric).containsKey(label), where + ": " + metric + " has no " + label);
      for (String value : match.group(2).split("\\|")) {
        assertEquals(Map.of(), Labels.undeclared(Map.of(label, value)), where);
        assertTrue(told(metric, label).contains(value), where + ": " + label + "=" + value);
      }
    }
  }

  /** The values that the page tells, or for what is not ours those that there are. */
  private static Set<String> told(String metric, String label) {
    try {
      Row row = page().get(family(metric));
      return row == null ? labels.get(metric).get(label) : row.labels().get(label);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theScrapeReadsTheRulesAndTheManagementPort() throws Exception {
    JsonNode scrape = YAML.readTree(SCRAPE.toFile());
    assertEquals(RULES.getFileName().toString(), scrape.path("rule_files").path(0).asText());
    JsonNode job = scrape.path("scrape_configs").path(0);
    assertEquals("ecard-gateway", job.path("job_name").asText());
    assertEquals("/metrics", job.path("metrics_path").asText());
  }
}
