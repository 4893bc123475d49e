package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Tasks, milestones and stages, counted from what cards do. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProgressIT {
  private static final String CITY = "410800";
  private static final String DISTRICT = "410802";
  private static final String PRIMARY = "410802.0001";
  private static final String SIBLING = "410821";

  /** Members of the notice's year: half of a factory's, half of a county's. */
  private static final int NOTICE_CARDS = 145_000;

  private static final int FIRST = 1_000_000;
  private static final Pattern RAN = Pattern.compile("rows=([0-9.]+) loops=(\\d+)");
  private static final Pattern REMOVED = Pattern.compile("Rows Removed by .*: (\\d+)");
  private static DeskHouse house;
  private static String serving;

  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("progress");
    serving = TestStores.serving(house.url);
    house.startFeed();
    // the audit wants a receipt to look at
    JsonObject unused = house.sell(house.till("T0000001"), 200, 1_000);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static void sql(String statement) {
    TestStores.execute(serving, statement);
  }

  private static JsonObject read(String org, Role role, String path) throws Exception {
    Answer answer = house.get(DeskHouse.login(org, role), path);
    assertEquals(200, answer.status(), () -> text(answer));
    return answer.json();
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonObject progress(String org, int year) throws Exception {
    return read(org, Role.CLERK, "/v1/progress?year=" + year);
  }

  /** Cards of a union's subtree by stage. */
  private static List<Long> stages(String org) throws Exception {
    return stages(progress(org, LocalDate.now(java.time.ZoneId.of("Asia/Shanghai")).getYear()));
  }

  private static List<Long> stages(JsonObject said) {
    JsonObject stages = said.getJsonObject("stages");
    return List.of(Stage.values()).stream()
        .map(stage -> stages.getJsonObject(stage.member).getLong("cards"))
        .toList();
  }

  private static void assertRecounts() throws SQLException {
    TestLine.assertAuditClean(house.url);
    for (String fold : List.of("select progress_use(100000)", "select progress_fold(3)")) {
      long unused = TestStores.number(serving, fold);
      TestLine.assertAuditClean(house.url);
    }
    long unused = TestStores.number(serving, "select progress_fold(100000)");
    assertEquals(0, TestStores.number(serving, "select count(*) from progress_delta"));
    TestLine.assertAuditClean(house.url);
  }

  private static Answer draft(String org, int year, long cards, Map<String, Long> shares)
      throws Exception {
    JsonArray all = new JsonArray();
    shares.forEach((code, n) -> all.add(new JsonObject().put("org", code).put("cards", n)));
    JsonObject body =
        new JsonObject().put("year", year).put("cards", cards).put("documentNo", "测试〔2026〕1号");
    return house.post(
        DeskHouse.login(org, Role.CLERK),
        "/v1/targets/" + org,
        shares.isEmpty() ? body : body.put("shares", all));
  }

  private static Answer issue(String org, int year, int edition) throws Exception {
    return house.post(
        DeskHouse.login(org, Role.APPROVER),
        "/v1/targets/" + org + "/issue",
        new JsonObject().put("year", year).put("edition", edition));
  }

  private static void activate(Statement statement, String day, int from, int to)
      throws SQLException {
    statement.execute("begin; set local ecard.progress_day = '%s'".formatted(day));
    statement.execute(
        "update card set status = 'ACTIVE' where serial between %d and %d"
            .formatted(FIRST + from + 1, FIRST + to));
    statement.execute("commit");
  }

  /** 29,000, 72,500, 130,500 and 145,000: of generated activations, to the card. */
  @Test
  @Order(1)
  void theMilestonesOfTheNoticeAreReproduced() throws Exception {
    try (Connection connection = PostgresUrl.parse(serving).jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("begin; set local ecard.progress_day = '2023-07-01'");
      statement.execute(
          """
          insert into member select %1$d + g, case when g %% 2 = 0 then 9 else 410821 end,
            case when g %% 5 = 0 then 'NEW_EMPLOYMENT_FORM' else 'ORDINARY' end, '\\x00', '\\x00',
            int8send(%1$d + g) from generate_series(1, %2$d) g;
          insert into card select %1$d + g, %1$d + g, 'ISSUED', 1, '张*'
            from generate_series(1, %2$d) g"""
              .formatted(FIRST, NOTICE_CARDS));
      statement.execute("commit");
      activate(statement, "2023-07-10", 0, 12_345);
      activate(statement, "2023-07-31", 12_345, 29_000);
      activate(statement, "2023-08-01", 29_000, 29_001);
      activate(statement, "2023-08-31", 29_001, 72_499);
      activate(statement, "2023-09-01", 72_499, 72_500);
      activate(statement, "2023-09-30", 72_500, 130_500);
      activate(statement, "2023-10-31", 130_500, 145_000);
    }
    assertEquals(
        201, draft(CITY, 2023, NOTICE_CARDS, Map.of(DISTRICT, 72_500L, SIBLING, 72_500L)).status());
    assertEquals(200, issue(CITY, 2023, 1).status());
    String expected =
        """
        2023-07-31 200 29000 29000 REACHED
        2023-08-31 500 72500 72499 MISSED
        2023-09-30 900 130500 130500 REACHED
        2023-10-31 1000 145000 145000 REACHED""";
    assertEquals(expected, milestones(progress(CITY, 2023)));
    long unused = TestStores.number(serving, "select progress_fold(100000)");
    JsonObject said = progress(CITY, 2023);
    assertEquals(expected, milestones(said), "folded, it is the same");
    assertEquals("焦工文〔2023〕60号", said.getJsonObject("milestones").getString("documentNo"));
    assertEquals(20, said.getJsonObject("milestones").getInteger("rounds"));
    assertEquals(365, said.getJsonArray("days").size());
    assertEquals(
        new JsonObject()
            .put("day", "2023-08-01")
            .put("registered", 145_000)
            .put("verified", 29_001)
            .put("bound", 29_001)
            .put("activated", 29_001)
            .put("used", 0),
        said.getJsonArray("days").getJsonObject(212));
    assertFalse(said.containsKey("forecast"), "the year is over");
    assertEquals(
        29_000L, said.getJsonObject("stages").getJsonObject("activated").getLong("newEmployment"));
    String half =
        """
        2023-07-31 200 14500 14500 REACHED
        2023-08-31 500 36250 36249 MISSED
        2023-09-30 900 65250 65250 REACHED
        2023-10-31 1000 72500 72500 REACHED""";
    assertEquals(half, milestones(progress(DISTRICT, 2023)), "the factory's count here");
  }

  private static String milestones(JsonObject said) {
    StringBuilder lines = new StringBuilder();
    for (Object one : said.getJsonObject("milestones").getJsonArray("entries")) {
      JsonObject entry = (JsonObject) one;
      lines.append(
          String.join(
                  " ",
                  entry.getString("day"),
                  entry.getInteger("permille").toString(),
                  entry.getLong("cards").toString(),
                  entry.getLong("activated").toString(),
                  entry.getString("state"))
              + "\n");
    }
    return lines.toString().strip();
  }

  @Test
  @Order(2)
  void unionsStandSideBySide() throws Exception {
    JsonObject all = read(CITY, Role.AUDITOR, "/v1/progress/unions?year=2023");
    Map<String, JsonObject> unions = byCode(all);
    assertEquals(List.of(CITY, DISTRICT, PRIMARY, SIBLING), List.copyOf(unions.keySet()));
    assertEquals(1_000L, of(unions, CITY).getLong("permille"));
    assertEquals(0L, of(unions, CITY).getLong("behind"));
    assertEquals(72_500L, of(unions, SIBLING).getLong("task"));
    assertFalse(of(unions, PRIMARY).containsKey("task"));
    assertEquals(List.of(72_500L, 72_500L, 72_500L, 72_500L, 0L), stages(of(unions, PRIMARY)));
    assertEquals("2023-10-31", all.getJsonObject("milestone").getString("day"));
    JsonObject direct = read(CITY, Role.CLERK, "/v1/progress/unions?year=2023&direct=true");
    assertEquals(List.of(DISTRICT, SIBLING), List.copyOf(byCode(direct).keySet()));
    JsonObject behind = read(CITY, Role.CLERK, "/v1/progress/unions?year=2023&after=" + PRIMARY);
    assertEquals(List.of(SIBLING), List.copyOf(byCode(behind).keySet()));
    Answer csv =
        house.get(DeskHouse.login(CITY, Role.CLERK), "/v1/progress/unions?year=2023&format=csv");
    assertTrue(
        text(csv).contains("410821,县总工会,72500,72500,72500,72500,72500,0,14500,100.0,0\r\n"),
        text(csv));
    assertEquals(
        404,
        house.get(DeskHouse.login(SIBLING, Role.CLERK), "/v1/progress?org=" + DISTRICT).status());
  }

  private static JsonObject of(Map<String, JsonObject> unions, String code) {
    return Objects.requireNonNull(unions.get(code), code);
  }

  private static Map<String, JsonObject> byCode(JsonObject said) {
    Map<String, JsonObject> unions = new TreeMap<>();
    said.getJsonArray("unions")
        .forEach(one -> unions.put(((JsonObject) one).getString("org"), (JsonObject) one));
    return unions;
  }

  @Test
  @Order(3)
  void everyMoveOfACardIsCounted() throws Exception {
    List<Long> before = stages(SIBLING);
    sql(
        """
        insert into member values (500001, 410821, 'ORDINARY', '\\x00', '\\x00', int8send(500001));
        insert into card values (500001, 500001, 'ISSUED', 1, '张*')""");
    assertEquals(plus(before, 1, 0, 0, 0, 0), stages(SIBLING));
    sql(
        """
        insert into card_enrolment select 500001, sha256('x'), now(), now() + interval '1 day', null,
          min(id) from staff""");
    assertEquals(plus(before, 1, 1, 0, 0, 0), stages(SIBLING));
    sql("update card set status = 'ACTIVE' where serial = 500001");
    assertEquals(plus(before, 1, 1, 1, 1, 0), stages(SIBLING));
    sql("update card set status = 'SUSPENDED' where serial = 500001");
    sql("update card set status = 'LOST', epoch = 2 where serial = 500001");
    assertEquals(plus(before, 1, 1, 1, 1, 0), stages(SIBLING), "what was reached stays");
    List<Long> factory = stages(PRIMARY);
    sql("update member set org = 9, category = 'NEW_EMPLOYMENT_FORM' where id = 500001");
    assertEquals(before, stages(SIBLING));
    assertEquals(plus(factory, 1, 1, 1, 1, 0), stages(PRIMARY));
    sql("update card set status = 'CANCELLED' where serial = 500001");
    assertEquals(factory, stages(PRIMARY), "counts no more");
    assertRecounts();
    sql("delete from card_enrolment where card = 500001; delete from card where serial = 500001");
    assertRecounts();
  }

  private static List<Long> plus(List<Long> before, long... more) {
    return java.util.stream.IntStream.range(0, more.length)
        .mapToObj(i -> before.get(i) + more[i])
        .toList();
  }

  /** What two do at once to cards of one union: neither waits for the other. */
  @Test
  @Order(4)
  void whoMovesACardWaitsForNobody() throws Exception {
    List<Long> before = stages(PRIMARY);
    sql(
        """
        insert into member select g, 9, 'ORDINARY', '\\x00', '\\x00', int8send(g)
          from generate_series(510001::bigint, 510002) g;
        insert into card select g, g, 'ISSUED', 1, '张*' from generate_series(510001, 510002) g""");
    try (Connection one = PostgresUrl.parse(serving).jdbcConnection();
        Connection two = PostgresUrl.parse(serving).jdbcConnection();
        Connection three = PostgresUrl.parse(serving).jdbcConnection()) {
      one.setAutoCommit(false);
      execute(one, "update card set status = 'ACTIVE' where serial = 510001");
      execute(two, "set lock_timeout = '2s'");
      execute(two, "update card set status = 'ACTIVE' where serial = 510002");
      three.setAutoCommit(false);
      execute(three, "set local lock_timeout = '2s'");
      execute(three, "select progress_fold(100000)");
      assertEquals(0, TestStores.number(serving, "select progress_fold(100000)"), "one at a time");
      assertEquals(plus(before, 2, 1, 1, 1, 0), stages(PRIMARY), "of before the fold");
      three.commit();
      one.commit();
    }
    assertEquals(plus(before, 2, 2, 2, 2, 0), stages(PRIMARY));
    assertRecounts();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A till sells while somebody holds all that is counted. */
  @Test
  @Order(5)
  void firstUsesAreFoundInTheFeedAndNoSaleWaits() throws Exception {
    await(1);
    assertTrue(TestStores.number(serving, "select progress_use(2000)") >= 0);
    List<Long> before = stages(CITY);
    try (Connection holder = PostgresUrl.parse(house.url).jdbcConnection()) {
      holder.setAutoCommit(false);
      execute(
          holder,
          """
          lock table progress_mark, progress_delta, progress_day, progress_standing, progress_cursor
            in access exclusive mode""");
      JsonObject unused = house.sell(house.till("T0000001"), 100, 1_000);
      unused = house.sell(house.till("T0000001"), 101, 1_000);
      holder.rollback();
    }
    await(3);
    assertEquals(2, TestStores.number(serving, "select progress_use(2000)"));
    assertEquals(0, TestStores.number(serving, "select progress_use(2000)"), "once");
    assertEquals(plus(before, 0, 0, 0, 0, 2), stages(CITY), "two cards");
    assertRecounts();
    sql("update progress_cursor set seq = 0");
    long again = TestStores.number(serving, "select progress_use(1)");
    assertEquals(1, again);
    assertEquals(plus(before, 0, 0, 0, 0, 2), stages(CITY), "whoever looks again finds no more");
    assertRecounts();
  }

  private static void await(long events) {
    while (TestStores.number(serving, "select seq from feed_cursor") < events) {
      Thread.onSpinWait();
    }
  }

  @Test
  @Order(6)
  void tasksAddUpOrAreNotIssued() throws Exception {
    assertEquals(201, draft(CITY, 2025, 100, Map.of(DISTRICT, 60L, SIBLING, 39L)).status());
    Answer missing = issue(CITY, 2025, 1);
    assertEquals(409, missing.status());
    assertEquals("TARGETS_DO_NOT_ADD_UP", missing.json().getString("code"));
    assertTrue(text(missing).contains("handed down are 99: 1 are missing"), text(missing));
    assertEquals(400, draft(CITY, 2025, 100, Map.of(PRIMARY, 100L)).status(), "two levels down");
    assertEquals(201, draft(CITY, 2025, 100, Map.of(DISTRICT, 60L, SIBLING, 40L)).status());
    assertEquals(409, issue(CITY, 2025, 1).status(), "the draft of before");
    assertEquals(200, issue(CITY, 2025, 2).status());
    assertEquals(409, issue(CITY, 2025, 2).status(), "once");
    assertEquals(201, draft(DISTRICT, 2025, 61, Map.of(PRIMARY, 61L)).status());
    assertTrue(
        text(issue(DISTRICT, 2025, 1)).contains("has set 60 cards for 410802, the draft hands"));
    assertEquals(201, draft(DISTRICT, 2025, 60, Map.of(PRIMARY, 60L)).status());
    assertEquals(200, issue(DISTRICT, 2025, 2).status());
    JsonObject task = progress(PRIMARY, 2025).getJsonObject("task");
    assertEquals(60L, task.getLong("cards"));
    assertTrue(task.getBoolean("fromAbove"));
    // the city hands down otherwise: what the district has issued is out of step
    assertEquals(201, draft(CITY, 2025, 100, Map.of(DISTRICT, 50L, SIBLING, 50L)).status());
    assertEquals(200, issue(CITY, 2025, 3).status());
    JsonObject district = read(DISTRICT, Role.CLERK, "/v1/targets/410802?year=2025");
    assertFalse(district.getJsonObject("issued").getBoolean("inStep"));
    assertEquals(50L, district.getJsonObject("task").getLong("cards"));
    assertEquals(
        404,
        house.get(DeskHouse.login(SIBLING, Role.CLERK), "/v1/targets/410802?year=2025").status());
    TestLine.assertAuditClean(house.url);
  }

  @Test
  @Order(7)
  void whoDraftsATaskDoesNotIssueIt() throws Exception {
    house.addStaff("both.hands", DISTRICT, Role.CLERK, Role.APPROVER);
    JsonObject body =
        new JsonObject().put("year", 2024).put("cards", 5).put("documentNo", "测试〔2024〕1号");
    assertEquals(201, house.post("both.hands", "/v1/targets/410802", body).status());
    Answer refused =
        house.post(
            "both.hands",
            "/v1/targets/410802/issue",
            new JsonObject().put("year", 2024).put("edition", 1));
    assertEquals("SAME_PERSON", refused.json().getString("code"));
  }

  @Test
  @Order(8)
  void aUnionSetsMilestonesOfItsOwnAndNoneLooserThanThoseAbove() throws Exception {
    assertFalse(progress(CITY, 2022).containsKey("milestones"));
    assertEquals(201, set(CITY, 2022, "2022-06-30", 500).status());
    assertEquals("410800", progress(PRIMARY, 2022).getJsonObject("milestones").getString("org"));
    Answer looser = set(DISTRICT, 2022, "2022-07-01", 500);
    assertEquals("POLICY_WOULD_LOOSEN", looser.json().getString("code"));
    assertTrue(text(looser).contains("50 % by 2022-06-30"), text(looser));
    assertEquals(201, set(DISTRICT, 2022, "2022-05-31", 600).status());
    assertEquals("410802", progress(PRIMARY, 2022).getJsonObject("milestones").getString("org"));
    assertEquals("410800", progress(SIBLING, 2022).getJsonObject("milestones").getString("org"));
    assertEquals(400, set(CITY, 2022, "2023-06-30", 500).status());
  }

  private static Answer set(String org, int year, String day, int permille) throws Exception {
    return house.post(
        DeskHouse.login(org, Role.APPROVER),
        "/v1/milestones/" + org,
        new JsonObject()
            .put("year", year)
            .put("documentNo", "测试〔2022〕1号")
            .put(
                "milestones",
                new JsonArray().add(new JsonObject().put("day", day).put("permille", permille))));
  }

  @Test
  @Order(10)
  void whatSomebodyHasChangedBehindTheGatewaysBackIsMended() throws Exception {
    List<Long> before = stages(CITY);
    TestStores.execute(
        house.url,
        """
        update progress_standing set n = n + 5 where org = 410821 and stage = 4;
        update progress_mark set org = 410802, stage = 1 where card = 1;
        delete from progress_mark where card = 2;
        delete from progress_day where org = 410802 and stage = 4 and day < '2024-01-01';
        insert into progress_delta (org, stage, day, n, fresh) values (410821, 2, '2026-01-01', 7, 1)""");
    try (Connection connection = PostgresUrl.parse(serving).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet counted = statement.executeQuery("select cards, sums from progress_recount()")) {
      assertTrue(counted.next());
      assertEquals(2, counted.getLong("cards"));
      assertTrue(counted.getLong("sums") > 0);
    }
    assertRecounts();
    assertEquals(before, stages(CITY));
    assertEquals(0, TestStores.number(serving, "select cards + sums from progress_recount()"));
  }

  /** What a page reads does not grow with members: neither cards nor members nor their marks. */
  @Test
  @Order(9)
  void aPageReadsCountsAndNoMembers() throws Exception {
    long unused = TestStores.number(serving, "select progress_fold(100000)");
    try (Connection connection = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("analyze progress_day, progress_standing, progress_delta, org");
      String page =
          UnionsPage.SUMS
              .replace("$1", "(select array_agg(id) from org where 410800 = any (path))")
              .replace("$2", "'2026-12-31'");
      String board =
          Board.DAYS
              .replace("$1", "410800")
              .replace("$2", "'2022-12-31'")
              .replace("$3", "'2023-12-31'");
      for (String sql : List.of(page, board)) {
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows =
            statement.executeQuery("explain (analyze, buffers, timing off, costs off) " + sql)) {
          while (rows.next()) {
            plan.append(rows.getString(1)).append('\n');
          }
        }
        for (String table : List.of("card", "member", "progress_mark")) {
          assertFalse(plan.toString().matches("(?s).* on " + table + "\\b.*"), plan::toString);
        }
      }
      long rows =
          TestStores.number(
              house.url,
              "select (select count(*) from progress_day) + (select count(*) from progress_standing)");
      assertTrue(rows < 500, rows + " rows for 165,000 cards");
    }
  }

  /**
   * Whatever the planner expects of a page: what it reads grows with the unions, not with their
   * square.
   */
  @Test
  @Order(11)
  void aPageOfSixHundredUnionsReadsEachOfThemOnce() throws Exception {
    try (Connection connection = PostgresUrl.parse(house.url).jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("begin");
      statement.execute(
          """
          insert into org select 900000 + g, '41089' || to_char(g, 'FM0000'), o.id, 'PRIMARY', '工会' || g, o.area_code,
            o.path || (900000 + g) from generate_series(1, 600) g, org o where o.code = '410800'""");
      statement.execute(
          """
          insert into progress_standing select 900000 + g, whole, stage, 1, 0
          from generate_series(1, 600) g, unnest('{1,2,3,4,5}'::integer[]) stage, unnest('{t,f}'::boolean[]) whole""");
      statement.execute(
          """
          insert into progress_delta (org, stage, day, n, fresh)
          select 900000 + g % 600 + 1, 1, '2026-01-01', 1, 0 from generate_series(1, 6000) g""");
      statement.execute(
          """
          insert into target_plan (org, year, edition, state, cards, document_no, prepared_by, prepared_at, issued_by, issued_at)
          select 900000 + g, 2026, 1, 'ISSUED', 10, 'x', (select min(id) from staff), now(), (select max(id) from staff), now()
          from generate_series(1, 600) g""");
      statement.execute("set local plan_cache_mode = force_generic_plan");
      String ids = "(select array_agg(id) from org where id > 900000)";
      for (String sql : List.of(UnionsPage.SUMS, UnionsPage.TASKS)) {
        statement.execute("prepare asked as " + sql);
        String by = sql.equals(UnionsPage.SUMS) ? "'2026-12-31'" : "2026";
        try (ResultSet array = statement.executeQuery("select " + ids)) {
          assertTrue(array.next());
          ids = "'" + array.getString(1) + "'";
        }
        long read = 0;
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows =
            statement.executeQuery(
                "explain (analyze, timing off, costs off) execute asked (%s, %s)"
                    .formatted(ids, by))) {
          while (rows.next()) {
            plan.append(rows.getString(1)).append('\n');
            Matcher ran = RAN.matcher(rows.getString(1));
            if (ran.find()) {
              read += (long) (Double.parseDouble(ran.group(1)) * Long.parseLong(ran.group(2)));
            }
            Matcher removed = REMOVED.matcher(rows.getString(1));
            if (removed.find()) {
              read += Long.parseLong(removed.group(1));
            }
          }
        }
        long most = read;
        assertTrue(read > 600 && read < 60_000, () -> most + " rows:\n" + plan);
        statement.execute("deallocate asked");
        ids = "(select array_agg(id) from org where id > 900000)";
      }
      statement.execute("rollback");
    }
  }
}
