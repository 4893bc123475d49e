package cn.unionecard.gateway.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reports over HTTPS, held against the feed that the same house streamed to the same union. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportIT {
  private static final String PATH = "/v1/reports/unions";

  /** Of the last event that a union hears; its number is its id. */
  private static final String LAST_HEARD =
      """
      select max(o.id) from outbox o
      left join merchant m on m.id = o.merchant
      join org a on a.id = coalesce(m.authorising_org, -o.merchant)
      join org s on s.id = coalesce(m.signing_org, -o.merchant)
      join org r on r.code = '%s'
      where r.id = any (a.path) or r.id = any (s.path)
      """;

  private Town town;
  private LocalDate begin;

  @BeforeAll
  void open() throws Exception {
    town = new Town("reports");
    town.house.startFeed();
    begin = today();
    new Weeks(town).pass();
  }

  @AfterAll
  void close() throws Exception {
    town.close();
    TestLine.assertAuditClean(town.house.url);
  }

  private LocalDate today() {
    return town.house.now().atZone(Clocks.CHINA).toLocalDate();
  }

  private static String auditor(String org) {
    return DeskHouse.login(org, Role.AUDITOR);
  }

  private JsonObject report(String org, String query) throws Exception {
    Answer answer = town.house.get(auditor(org), PATH + query);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  /** From day to day, counted from the first. */
  private String days(int from, int to) {
    return "?from=" + begin.plusDays(from) + "&to=" + begin.plusDays(to);
  }

  // ---- against the feed

  @Test
  void everyFigureIsARecountOfTheFeed() throws Exception {
    int[][] periods = {{-1, 1}, {0, 3}, {3, 9}, {10, 40}, {-10, 100}, {-30, -5}};
    Set<String> seen = new TreeSet<>();
    int compared = 0;
    for (String org : DeskHouse.ORGS) {
      // what a merchant did before this union took it over was told to the unions it was with
      List<JsonObject> events = heard(org.equals("410821") ? "410800" : org);
      for (int[] period : periods) {
        for (String side : List.of("AUTHORISING", "SIGNING")) {
          JsonObject report = report(org, days(period[0], period[1]) + "&side=" + side);
          compared += compare(report, events, seen);
        }
      }
    }
    System.out.println(compared + " figures compared with the feed, not zero at least once:");
    System.out.println(seen);
    Set<String> never = new TreeSet<>();
    Figures.ALL.forEach(figure -> never.add(family(figure.name())));
    seen.forEach(name -> never.remove(family(name)));
    assertEquals(Set.of(), never, "what never happened was not compared");
  }

  /** The figures that one column of one statement gives for each kind, state, category, funder. */
  private static String family(String name) {
    return name.replaceAll("(by[A-Z][a-z]+|discountFen|decisions)\\.[A-Z_]+", "$1.*");
  }

  private List<JsonObject> heard(String org) throws Exception {
    String sql = String.format(Locale.ROOT, LAST_HEARD, org);
    long last = TestStores.number(town.house.url, sql);
    return town.house.listen(auditor(org), "\"id\":\"" + last + "\"");
  }

  private static int compare(JsonObject report, List<JsonObject> events, Set<String> seen) {
    Map<String, Map<String, Long>> lines = new TreeMap<>();
    lines.put(Recount.TOTAL, flat(report.getJsonObject("total")));
    for (Object each : report.getJsonArray("unions")) {
      JsonObject line = ((JsonObject) each).copy();
      String code = (String) line.remove("org");
      line.remove("name");
      line.remove("kind");
      lines.put(code, flat(line));
    }
    Map<String, Map<String, Long>> recount =
        Recount.of(
            events,
            new Recount.Wish(
                lines.keySet(),
                report.getString("side").equals("SIGNING"),
                midnight(report, "from", 0),
                midnight(report, "to", 1),
                OffsetDateTime.parse(report.getString("asOf")).toInstant()));
    Map<String, Map<String, Long>> reported = new TreeMap<>();
    int compared = 0;
    for (Map.Entry<String, Map<String, Long>> line : lines.entrySet()) {
      compared += Figures.ALL.size();
      line.getValue().values().removeIf(value -> value == 0);
      seen.addAll(line.getValue().keySet());
      if (!line.getValue().isEmpty()) {
        reported.put(line.getKey(), line.getValue());
      }
    }
    recount.values().forEach(line -> line.values().removeIf(value -> value == 0));
    recount.values().removeIf(Map::isEmpty);
    assertEquals(recount, reported, () -> report.encode());
    return compared;
  }

  private static Instant midnight(JsonObject report, String name, int plusDays) {
    LocalDate day = LocalDate.parse(report.getString(name)).plusDays(plusDays);
    return day.atStartOfDay(Clocks.CHINA).toInstant();
  }

  /** The figures by their paths; stars in hundredths. */
  private static Map<String, Long> flat(JsonObject document) {
    Map<String, Long> flat = new TreeMap<>();
    document.forEach(
        member -> {
          if (member.getValue() instanceof JsonObject inner) {
            flat(inner).forEach((name, value) -> flat.put(member.getKey() + "." + name, value));
          } else if (member.getValue() instanceof Double stars) {
            flat.put(member.getKey(), Math.round(stars * 100));
          } else {
            flat.put(member.getKey(), ((Number) member.getValue()).longValue());
          }
        });
    return flat;
  }

  @Test
  void daysAddUpToTheirPeriod() throws Exception {
    int told = 0;
    for (String org : DeskHouse.ORGS) {
      for (String side : List.of("AUTHORISING", "SIGNING")) {
        String query = days(-5, 60) + "&side=" + side;
        JsonObject by = byDay(org, query);
        assertEquals(66, by.getJsonArray("days").size());
        Map<String, Long> sums = new TreeMap<>();
        for (Object each : by.getJsonArray("days")) {
          JsonObject day = ((JsonObject) each).copy();
          String date = (String) day.remove("day");
          flat(day).forEach((name, value) -> sums.merge(name, value, Long::sum));
          JsonObject alone = report(org, "?from=" + date + "&to=" + date + "&side=" + side);
          assertEquals(sales(flat(alone.getJsonObject("total"))), sales(flat(day)), date);
        }
        Map<String, Long> whole = flat(report(org, query).getJsonObject("total"));
        sums.put("reviews.count", sums.remove("reviews"));
        sums.put("reviews.bad", sums.remove("badReviews"));
        sums.put("complaints.opened", sums.remove("complaints"));
        sums.forEach((name, sum) -> assertEquals(whole.getOrDefault(name, 0L), sum, name));
        told += sums.values().stream().filter(sum -> sum > 0).count();
      }
    }
    assertTrue(told > 20, "something was added up: " + told);
  }

  private static Map<String, Long> sales(Map<String, Long> flat) {
    Map<String, Long> sales = new TreeMap<>(flat);
    sales
        .keySet()
        .removeIf(name -> !name.matches("(transactions|undone|restored)[.](?!byScene).*"));
    return sales;
  }

  private JsonObject byDay(String org, String query) throws Exception {
    Answer answer = town.house.get(auditor(org), "/v1/reports/days" + query);
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  @Test
  void daysAreAtMostAQuarterOfTheCallersOwn() throws Exception {
    String path = "/v1/reports/days";
    assertEquals(92, byDay("410800", days(0, 91)).getJsonArray("days").size());
    assertEquals(400, town.house.get(auditor("410800"), path + days(0, 92)).status());
    assertEquals(400, town.house.get(auditor("410800"), path + "?after=x").status());
    assertEquals(404, town.house.get(auditor("410802"), path + "?org=410800").status());
    assertEquals(403, town.house.get(DeskHouse.login("410800", Role.SYSTEM), path).status());
  }

  @Test
  void aTipIsInNoFigureWhoeverReads() throws Exception {
    Map<String, JsonObject> before = new TreeMap<>();
    for (String org : DeskHouse.ORGS) {
      before.put(org, report(org, days(0, 60)));
    }
    JsonObject tip = new JsonObject().put("kind", "CORRUPTION").put("text", "举报");
    town.made(town.house.post(null, "/v1/complaints", tip.put("org", "410802")));
    for (String org : DeskHouse.ORGS) {
      assertEquals(before.get(org), report(org, days(0, 60)));
    }
  }

  /** The last statement waits while somebody commits what the first ones did not see. */
  @Test
  void allFiguresAreOfOneMoment() throws Exception {
    String query = "?from=2027-06-01&to=2027-06-30";
    String warned =
        "select count(*) from pg_stat_activity where application_name = 'ecard-report'"
            + " and wait_event_type = 'Lock'";
    CompletableFuture<JsonObject> report;
    try (Connection other = PostgresUrl.parse(town.house.url).jdbcConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table supervision_decision in access exclusive mode");
      report =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return report("410800", query);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      while (TestStores.number(town.house.url, warned) == 0) {
        assertFalse(report.isDone(), "it did not wait");
      }
      statement.execute(
          """
          insert into supervision_decision overriding system value
          select (jsonb_populate_record(d, '{"id": 99999, "at": "2027-06-15T00:00:00Z",
            "ended_at": "2027-06-16T00:00:00Z", "ended_why": "LAPSED",
            "appeal_until": "2027-07-16T00:00:00Z"}')).*
          from supervision_decision d where stage = 'WARN' limit 1
          """);
      other.commit();
    }
    assertEquals(0, warnings(report.get(60, TimeUnit.SECONDS)), "as when it began");
    assertEquals(1, warnings(report("410800", query)));
  }

  private static int warnings(JsonObject report) {
    return report
        .getJsonObject("total")
        .getJsonObject("supervision")
        .getJsonObject("decisions")
        .getInteger("WARN");
  }

  // ---- as a table

  @Test
  void theTableSaysWhatTheDocumentSays() throws Exception {
    JsonObject document = report("410800", days(0, 60));
    Answer byName = town.house.get(auditor("410800"), PATH + days(0, 60) + "&format=csv");
    Answer byHeader = town.house.get(auditor("410800"), PATH + days(0, 60), "text/csv, */*;q=0.1");
    assertEquals(text(byName), text(byHeader));
    assertEquals("text/csv; charset=utf-8; header=present", byName.header("content-type"));
    assertEquals(
        "attachment; filename=\"report-410800-" + begin + "-" + begin.plusDays(60) + ".csv\"",
        byName.header("content-disposition"));
    List<String> rows = text(byName).lines().toList();
    assertEquals(2 + document.getJsonArray("unions").size(), rows.size());
    assertTrue(rows.get(0).startsWith("\uFEFF工会编码 union,工会名称 name,商户 merchants,"), rows.get(0));
    String[] head = rows.get(0).split(",", -1);
    String[] total = rows.get(rows.size() - 1).split(",", -1);
    assertEquals(head.length, total.length);
    assertEquals("合计 total", total[0]);
    Map<String, String> cells = new TreeMap<>();
    for (int i = 0; i < head.length; i++) {
      cells.put(head[i], total[i]);
    }
    Map<String, Long> flat = flat(document.getJsonObject("total"));
    long gross = flat.getOrDefault("transactions.grossFen", 0L);
    assertEquals(
        gross / 100 + "." + String.format(Locale.ROOT, "%02d", gross % 100),
        cells.get("交易 transactions：总额 gross（元 yuan）"));
    assertEquals(
        String.valueOf(flat.getOrDefault("reviews.badPermille", 0L) / 10.0),
        cells.get("差评率 bad share（%）"));
    assertTrue(text(byName).endsWith("\r\n"));
    Answer json = town.house.get(auditor("410800"), PATH + days(0, 60), "application/json");
    assertEquals(document, json.json());
  }

  private static String text(Answer answer) {
    assertEquals(200, answer.status());
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aNameIsNoFormulaInASpreadsheet() throws Exception {
    TestStores.execute(
        town.house.url,
        "update org set name = '=HYPERLINK(\"http://x\",\"点\")' where code = '410821'");
    Answer csv = town.house.get(auditor("410821"), PATH + "?format=csv");
    TestStores.execute(town.house.url, "update org set name = '县总工会' where code = '410821'");
    assertTrue(
        text(csv).contains("410821,\"'=HYPERLINK(\"\"http://x\"\",\"\"点\"\")\","), text(csv));
  }

  // ---- what is asked for

  @Test
  void whatIsNoRequestIsRefusedByName() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "?from=2026-11-02&to=2026-11-01", "to",
            "?from=2025-01-01&to=2026-11-01", "from",
            "?from=2026-13-01", "from",
            "?to=yesterday", "to",
            "?side=BOTH", "side",
            "?format=xml", "format",
            "?org=%27", "org",
            "?limit=5", "limit",
            "?to=2026-11-01&to=2026-11-02", "to");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      Answer answer = town.house.get(auditor("410800"), PATH + each.getKey());
      assertEquals(400, answer.status(), each.getKey());
      assertEquals(each.getValue(), answer.json().getString("field"), each.getKey());
    }
    assertEquals(404, town.house.get(auditor("410802"), PATH + "?org=410800").status());
    assertEquals(404, town.house.get(auditor("410802"), PATH + "?org=nowhere").status());
    String system = DeskHouse.login("410800", Role.SYSTEM);
    assertEquals(403, town.house.get(system, PATH).status());
  }

  @Test
  void ofManyUnionsTheyComeInPagesAndTheTotalIsOfAll() throws Exception {
    TestStores.execute(
        town.house.url,
        """
        insert into org select 5000 + n, '410821.' || lpad(n::text, 4, '0'), 410821, 'PRIMARY',
          '工会' || n, '410821', array[410000, 410800, 410821, 5000 + n]
        from generate_series(1, 620) n
        """);
    JsonObject first = report("410821", days(0, 60));
    assertEquals(500, first.getJsonArray("unions").size());
    assertEquals("410821.0499", first.getString("next"));
    JsonObject second = report("410821", days(0, 60) + "&after=" + first.getString("next"));
    assertEquals(121, second.getJsonArray("unions").size());
    assertEquals(first.getJsonObject("total"), second.getJsonObject("total"));
    assertFalse(second.containsKey("next"));
    Answer csv = town.house.get(auditor("410821"), PATH + days(0, 60) + "&format=csv");
    assertEquals(
        "</v1/reports/unions?format=csv&org=410821&side=AUTHORISING&from="
            + begin
            + "&to="
            + begin.plusDays(60)
            + "&after=410821.0499>; rel=\"next\"",
        csv.header("link"));
    TestStores.execute(town.house.url, "delete from org where id between 5001 and 5620");
  }
}
