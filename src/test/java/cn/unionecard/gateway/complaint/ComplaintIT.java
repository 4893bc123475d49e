package cn.unionecard.gateway.complaint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.desk.StatutoryHolidays;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Complaints, tips and tickets over HTTPS, on a real database, by a clock that is set. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComplaintIT {
  /** Signed by the primary union 410802.0001, authorised by the district above it. */
  private static final String CANTEEN = "841080210000099";

  private static final String TEXT = "米饭里有石子，电话13800000000";
  private DeskHouse house;
  private JsonObject receipt;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("voice");
    TestStores.execute(
        house.url,
        """
        delete from holiday_calendar;
        insert into merchant values (99, '%s', '食堂', '91410800MA0000007L', 'EAT', '410802', 410802,
          9, 'LIVE')"""
            .formatted(CANTEEN));
    receipt = house.sell(house.till("T0000001"), 100, 12_800);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private static String clerk(String org) {
    return DeskHouse.login(org, Role.CLERK);
  }

  private static String supervisor(String org) {
    return DeskHouse.login(org, Role.SUPERVISOR);
  }

  private static JsonObject json(String... members) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      object.put(members[i], members[i + 1]);
    }
    return object;
  }

  private JsonObject made(Answer answer) {
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  /** A complaint about the canteen for somebody: its number and token. */
  private JsonObject complain(String kind) throws Exception {
    return made(
        house.post(
            clerk("410802.0001"),
            "/v1/merchants/" + CANTEEN + "/complaints",
            json("kind", kind, "text", TEXT)));
  }

  private Answer step(String login, JsonObject complaint, JsonObject wish) throws Exception {
    return house.post(login, "/v1/complaints/" + complaint.getString("complaint") + "/steps", wish);
  }

  private Answer say(JsonObject complaint, String step) throws Exception {
    JsonObject word = key(complaint).put("step", step);
    return house.post(null, "/v1/complaint-words", word);
  }

  private static JsonObject key(JsonObject complaint) {
    return json(
        "complaint", complaint.getString("complaint"), "token", complaint.getString("token"));
  }

  private JsonObject seen(String login, JsonObject complaint) throws Exception {
    Answer answer = house.get(login, "/v1/complaints/" + complaint.getString("complaint"));
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static JsonObject answer(String text) {
    return json("step", "ANSWER", "text", text).put("upheld", true);
  }

  private void toAnswering(JsonObject complaint) throws Exception {
    JsonObject unused = made(step(clerk("410802.0001"), complaint, json("step", "ACCEPT")));
    unused = made(step(clerk("410802.0001"), complaint, json("step", "ASK")));
  }

  /** The end of the n-th weekday after a day. */
  private static Instant end(LocalDate day, int weekdays) {
    LocalDate last = day;
    for (int left = weekdays; left > 0; ) {
      last = last.plusDays(1);
      boolean weekday = last.getDayOfWeek().getValue() < DayOfWeek.SATURDAY.getValue();
      left -= weekday && !StatutoryHolidays.contains(last) ? 1 : 0;
    }
    return last.plusDays(1).atStartOfDay(Clocks.CHINA).toInstant();
  }

  private LocalDate today() {
    return house.now().atZone(Clocks.CHINA).toLocalDate();
  }

  private static Instant deadline(JsonObject of) {
    return OffsetDateTime.parse(of.getString("deadline")).toInstant();
  }

  /** Lets time pass to just after a complaint's deadline. */
  private void passDeadline(JsonObject complaint) throws Exception {
    Instant due = deadline(seen(clerk("410000"), complaint));
    house.pass(Duration.between(house.now(), due).plusSeconds(1));
  }

  @Test
  void aMemberWithAReceiptHearsTheAnswerAndJudgesItOnce() throws Exception {
    JsonObject draft =
        json(
            "kind",
            "QUALITY",
            "text",
            TEXT,
            "transaction",
            receipt.getString("id"),
            "digest",
            Sha256.hex(receipt.encode()));
    JsonObject forged = draft.copy().put("digest", "00".repeat(32));
    assertEquals(404, house.post(null, "/v1/complaints", forged).status());
    assertEquals(
        "transaction",
        house
            .post(null, "/v1/complaints", json("kind", "QUALITY", "text", TEXT))
            .json()
            .getString("field"));
    JsonObject mine = made(house.post(null, "/v1/complaints", draft));
    assertEquals("ALREADY_TAKEN", house.post(null, "/v1/complaints", draft).code());
    assertEquals("410800", seen(clerk("410800"), mine).getString("owner"), "it signed");
    assertEquals("OPENED", seen(clerk("410802"), mine).getString("state"), "it authorised");
    assertEquals(403, step(clerk("410802"), mine, json("step", "ACCEPT")).status(), "not to it");
    JsonObject unused = made(step(clerk("410800"), mine, json("step", "ACCEPT")));
    unused = made(step(clerk("410800"), mine, json("step", "ASK")));
    unused = made(step(clerk("410800"), mine, answer("已责令整改")));
    Answer view = house.post(null, "/v1/complaint-views", key(mine));
    assertTrue(view.json().encode().contains("已责令整改"));
    assertFalse(view.json().encode().contains("\"staff\""), "who acted is not told");
    assertEquals(
        404,
        house.post(null, "/v1/complaint-views", key(mine).put("token", "00".repeat(32))).status());
    unused = made(say(mine, "SATISFY"));
    assertEquals("STATE_DOES_NOT_ALLOW", say(mine, "DISSATISFY").code(), "once");
    unused = made(step(supervisor("410800"), mine, json("step", "CLOSE")));
    assertFalse(unused.containsKey("deadline"), "no clock runs");
    assertEquals(
        "complaint.opened complaint.step complaint.step complaint.step complaint.step complaint.closed",
        events(mine));
  }

  /** The kinds of a complaint's events in order; none holds text or token. */
  private String events(JsonObject complaint) {
    String like = "%" + complaint.getString("complaint") + "%";
    assertEquals(
        0,
        TestStores.number(
            house.url,
            "select count(*) from outbox where body like '%石子%' or body like '%1380000%'"
                + " or body like '%"
                + complaint.getString("token")
                + "%'"));
    return text(
        "select string_agg(kind, ' ' order by id) from outbox where body like '" + like + "'");
  }

  private String text(String sql) {
    try (var connection = PostgresUrl.parse(house.url).jdbcConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return String.valueOf(rows.getString(1));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachKindGoesToWhoAnswersForIt() throws Exception {
    assertEquals("410802.0001", seen(clerk("410802"), complain("QUALITY")).getString("owner"));
    assertEquals("410802.0001", seen(clerk("410802"), complain("MONEY")).getString("owner"));
    assertEquals("410802", seen(clerk("410802"), complain("LABOUR")).getString("owner"));
    assertEquals("410800", seen(clerk("410802"), complain("PRIVACY")).getString("owner"));
    JsonObject complaint = complain("SERVICE");
    for (String stranger : List.of("410821")) {
      String path = "/v1/complaints/" + complaint.getString("complaint");
      assertEquals(404, house.get(clerk(stranger), path).status());
      assertEquals(404, step(clerk(stranger), complaint, json("step", "ACCEPT")).status());
      assertFalse(
          house
              .get(clerk(stranger), "/v1/complaints")
              .json()
              .encode()
              .contains(complaint.getString("complaint")));
    }
  }

  @Test
  void clocksRunInWorkingDaysByTheCalendar() throws Exception {
    LocalDate today = today();
    JsonObject plain = complain("QUALITY");
    assertEquals(end(today, 1), deadline(plain));
    LocalDate next = end(today, 1).minusSeconds(1).atZone(Clocks.CHINA).toLocalDate();
    TestStores.execute(
        house.url,
        "insert into holiday_calendar values ('%s', 'HOLIDAY', '临时放假', '%s')"
            .formatted(next, today));
    assertEquals(end(today, 2), deadline(complain("QUALITY")), "a day off more");
    TestStores.execute(house.url, "delete from holiday_calendar");
    JsonObject accepted =
        made(step(clerk("410802.0001"), plain, json("step", "ACCEPT", "severity", "DIFFICULT")));
    assertEquals(end(today, 10), deadline(accepted));
    assertEquals(10, seen(clerk("410802.0001"), plain).getInteger("workingDaysLeft"));
    String chief = supervisor("410802.0001");
    JsonObject extended = made(step(chief, plain, json("step", "EXTEND")));
    assertEquals(end(today, 20), deadline(extended), "on from the deadline");
    assertEquals("STATE_DOES_NOT_ALLOW", step(chief, plain, json("step", "EXTEND")).code());
    JsonObject unused = made(say(plain, "CHASE"));
    unused = made(step(supervisor("410802"), plain, json("step", "CHASE")));
    assertEquals(403, step(clerk("410802"), plain, json("step", "EXTEND")).status());
    JsonObject moved = made(step(clerk("410802"), plain, json("step", "TRANSFER", "to", "410802")));
    assertEquals(deadline(extended), deadline(moved), "time does not begin anew");
    assertEquals("410802", seen(clerk("410802"), plain).getString("owner"));
    assertEquals(
        404,
        step(clerk("410802"), plain, json("step", "TRANSFER", "to", "410821")).status(),
        "to a sibling");
    unused = made(say(plain, "WITHDRAW"));
    assertFalse(seen(clerk("410802"), plain).containsKey("deadline"));
  }

  @Test
  void whatIsOverdueGoesUpOneLevelAtATime() throws Exception {
    JsonObject complaint = complain("SERVICE");
    for (String owner : List.of("410802", "410800", "410000")) {
      passDeadline(complaint);
      List<CompletableFuture<Integer>> nodes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        nodes.add(CompletableFuture.supplyAsync(house::sweepComplaints));
      }
      for (CompletableFuture<Integer> node : nodes) {
        int moved = node.get();
        assertTrue(moved >= 0);
      }
      JsonObject now = seen(clerk("410000"), complaint);
      assertEquals(owner, now.getString("owner"));
      assertEquals("ESCALATED", now.getString("state"));
    }
    assertEquals(403, step(clerk("410800"), complaint, json("step", "ACCEPT")).status());
    passDeadline(complaint);
    assertTrue(house.sweepComplaints() >= 1);
    assertEquals(0, house.sweepComplaints(), "marked once");
    JsonObject last = seen(clerk("410000"), complaint);
    assertTrue(last.getBoolean("overdue"));
    assertEquals("410000", last.getString("owner"));
    JsonArray steps = last.getJsonArray("steps");
    assertEquals("OVERDUE", steps.getJsonObject(steps.size() - 1).getString("step"));
    assertTrue(
        house
            .get(clerk("410000"), "/v1/complaints?overdue=true")
            .json()
            .encode()
            .contains(complaint.getString("complaint")));
    JsonObject unused = made(step(clerk("410000"), complaint, json("step", "ACCEPT")));
    assertThrows(
        IllegalStateException.class,
        () ->
            TestStores.execute(
                house.url,
                "insert into complaint_step (complaint, step, from_state, to_state, hand,"
                    + " owner_before, owner_after, at) select id, 'ESCALATE', 'ACCEPTED',"
                    + " 'ESCALATED', 'GATEWAY', 9, 410800, now() from complaint limit 1"),
        "two levels");
  }

  @Test
  void aComplaintThatCannotBeMovedStandsBeforeNoOther() throws Exception {
    JsonObject stuck = complain("SERVICE");
    JsonObject behind = complain("SERVICE");
    TestStores.execute(
        house.url,
        "alter table complaint add constraint planted check (no <> '%s' or state <> 'ESCALATED') not valid"
            .formatted(stuck.getString("complaint")));
    try {
      passDeadline(behind);
      assertTrue(house.sweepComplaints() >= 1);
      assertEquals("OPENED", seen(clerk("410000"), stuck).getString("state"));
      assertEquals("ESCALATED", seen(clerk("410000"), behind).getString("state"));
    } finally {
      TestStores.execute(house.url, "alter table complaint drop constraint planted");
    }
    assertEquals(1, house.sweepComplaints(), "as soon as it can be done");
    assertEquals("ESCALATED", seen(clerk("410000"), stuck).getString("state"));
  }

  @Test
  void silenceAfterAnAnswerClosesAndDissatisfactionGoesUp() throws Exception {
    JsonObject silent = complain("QUALITY");
    JsonObject loud = complain("SERVICE");
    toAnswering(silent);
    toAnswering(loud);
    JsonObject unused = made(step(clerk("410802.0001"), silent, answer("已退款")));
    unused = made(step(clerk("410802.0001"), loud, answer("已道歉")));
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        step(supervisor("410802.0001"), loud, json("step", "CLOSE")).code(),
        "the opener has not spoken");
    unused = made(say(loud, "DISSATISFY"));
    passDeadline(loud);
    assertTrue(house.sweepComplaints() >= 1);
    assertEquals("410802", seen(clerk("410802"), loud).getString("owner"));
    passDeadline(silent);
    assertTrue(house.sweepComplaints() >= 1);
    assertEquals("CLOSED", seen(clerk("410802"), silent).getString("state"));
    assertTrue(events(silent).endsWith("complaint.closed"));
  }

  @Test
  void ofTwoAnswersAtOnceOneCounts() throws Exception {
    JsonObject complaint = complain("AFTER_SALES");
    toAnswering(complaint);
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      JsonObject each = answer("答复" + i);
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return step(clerk("410802.0001"), complaint, each).status();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    List<Integer> heard = new ArrayList<>();
    for (CompletableFuture<Integer> each : answers) {
      heard.add(each.get());
    }
    assertEquals(1, heard.stream().filter(status -> status == 201).count(), () -> "" + heard);
    assertEquals(3, heard.stream().filter(status -> status == 409).count(), () -> "" + heard);
  }

  @Test
  void theTableInTheDatabaseIsTheOneInTheProgram() {
    StringBuilder program = new StringBuilder();
    for (ComplaintStep step : ComplaintStep.values()) {
      for (ComplaintState from : ComplaintState.values()) {
        ComplaintState to = step.from(from);
        if (to != null) {
          program.append(step).append(' ').append(from).append(' ').append(to).append('\n');
        }
      }
    }
    String stored =
        text(
            "select string_agg(step || ' ' || from_state || ' ' || to_state, e'\\n')"
                + " from complaint_transition");
    assertEquals(program.toString().lines().sorted().toList(), stored.lines().sorted().toList());
  }

  /** Whom each tip is hidden from: lists, counts, the tip itself, its evidence, feed, audit. */
  @Test
  void nobodyATipIsAboutEverLearnsOfIt() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (String about : List.of("410802.0001", "410802", "410821", "410800", CANTEEN)) {
      boolean shop = about.equals(CANTEEN);
      JsonObject tip =
          shop
              ? complain("CORRUPTION")
              : made(
                  house.post(
                      null,
                      "/v1/complaints",
                      json("kind", "CORRUPTION", "text", TEXT, "org", about)));
      assertTrue(events(tip).startsWith("complaint.opened"));
      for (String viewer : DeskHouse.ORGS) {
        String lowest = shop ? "410802" : about;
        boolean meant = lowest.startsWith(viewer.replaceAll("0+$", "")) && !viewer.equals(lowest);
        boolean[] sees = sees(viewer, tip);
        System.out.printf(
            Locale.ROOT, "tip about %-12s %-12s %s%n", shop ? "canteen" : about, viewer, meant);
        for (int i = 0; i < sees.length; i++) {
          if (sees[i] != meant && !(i == 3 && meant && !shop)) {
            wrong.add(about + " " + viewer + " way " + i + ": " + sees[i]);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    Answer top =
        house.post(
            null, "/v1/complaints", json("kind", "CORRUPTION", "text", TEXT, "org", "410000"));
    assertEquals("NOBODY_ABOVE", top.code());
    assertThrows(
        IllegalStateException.class,
        () ->
            TestStores.execute(
                house.url, "update complaint set owner = concerned[1] where lane = 'WHISTLE'"),
        "not by any means");
  }

  /** In the list, by number, on the feed, in the audit; the counts agree with the list. */
  private boolean[] sees(String viewer, JsonObject tip) throws Exception {
    String no = tip.getString("complaint");
    long numbered = TestStores.number(house.url, "select numbered from feed_number(10000)");
    assertTrue(numbered >= 0);
    String owner =
        text("select o.code from complaint c join org o on o.id = c.owner where no = '" + no + "'");
    assertEquals(countsOf(viewer, owner), counts(viewer, owner), "counted is what is listed");
    return new boolean[] {
      house.get(clerk(viewer), "/v1/complaints").json().encode().contains(no),
      house.get(clerk(viewer), "/v1/complaints/" + no).status() == 200,
      TestStores.number(
              house.url,
              """
              select count(*) from feed_event e join outbox o on o.id = e.outbox
              join org a on a.id = e.authorising_org join org s on s.id = e.signing_org
              join org v on v.code = '%s'
              where (v.id = any (a.path) or v.id = any (s.path)) and o.body like '%%%s%%'"""
                  .formatted(viewer, no))
          > 0,
      house.get(DeskHouse.login(viewer, Role.AUDITOR), "/v1/audit").json().encode().contains(no)
    };
  }

  /** What the counts say of a union. */
  private long counts(String viewer, String owner) throws Exception {
    long all = 0;
    for (Object each :
        house.get(clerk(viewer), "/v1/complaint-counts").json().getJsonArray("counts")) {
      JsonObject count = (JsonObject) each;
      all += count.getString("owner").equals(owner) ? count.getLong("complaints") : 0;
    }
    return all;
  }

  /** What the list, page by page, has of that union. */
  private long countsOf(String viewer, String owner) throws Exception {
    long all = 0;
    String after = "";
    while (true) {
      String query = after.isEmpty() ? "" : "?after=" + after;
      JsonArray page =
          house.get(clerk(viewer), "/v1/complaints" + query).json().getJsonArray("complaints");
      if (page.isEmpty()) {
        return all;
      }
      for (Object each : page) {
        JsonObject complaint = (JsonObject) each;
        all += complaint.getString("owner").equals(owner) ? 1 : 0;
        after = complaint.getString("complaint");
      }
    }
  }

  private JsonObject ticket(String org, JsonArray tickets, JsonArray complaints) throws Exception {
    JsonObject draft = json("kind", "PROBLEM", "title", "扫码慢", "text", "高峰期扫码超时");
    if (!tickets.isEmpty()) {
      draft.put("tickets", tickets);
    }
    if (!complaints.isEmpty()) {
      draft.put("complaints", complaints);
    }
    return made(house.post(clerk(org), "/v1/tickets", draft));
  }

  private Answer ticketStep(String org, JsonObject ticket, JsonObject wish) throws Exception {
    return house.post(
        supervisor(org), "/v1/tickets/" + ticket.getString("ticket") + "/steps", wish);
  }

  @Test
  void ticketsGoUpLevelByLevelAndTheAnswerComesDownToAll() throws Exception {
    JsonObject complaint = complain("SERVICE");
    JsonArray none = new JsonArray();
    JsonObject first =
        ticket("410802.0001", none, new JsonArray().add(complaint.getString("complaint")));
    JsonObject second = ticket("410802.0001", none, none);
    JsonArray both = new JsonArray().add(first.getString("ticket")).add(second.getString("ticket"));
    for (JsonObject each : List.of(first, second)) {
      JsonObject unused = made(ticketStep("410802.0001", each, json("step", "PASS_UP")));
      assertEquals(
          403, ticketStep("410802.0001", each, json("step", "PASS_UP")).status(), "one level");
    }
    assertEquals(
        404,
        house
            .post(
                clerk("410821"),
                "/v1/tickets",
                json("kind", "PROBLEM", "title", "x", "text", "x").put("tickets", both))
            .status());
    JsonObject merged = ticket("410802", both, none);
    JsonObject unused = made(ticketStep("410802", merged, json("step", "PASS_UP")));
    assertEquals(
        404, house.get(clerk("410821"), "/v1/tickets/" + merged.getString("ticket")).status());
    unused = made(ticketStep("410800", merged, json("step", "ANSWER", "text", "已扩容")));
    for (String no : List.of(first.getString("ticket"), second.getString("ticket"))) {
      JsonObject below = house.get(clerk("410802.0001"), "/v1/tickets/" + no).json();
      assertEquals("ANSWERED", below.getString("state"));
      assertTrue(below.encode().contains("已扩容"));
      assertFalse(below.containsKey("mergedInto"), "the district's own ticket");
    }
    assertEquals(
        both.stream().sorted().toList(),
        house
            .get(clerk("410802"), "/v1/tickets/" + merged.getString("ticket"))
            .json()
            .getJsonArray("parts")
            .stream()
            .sorted()
            .toList());
    assertTrue(
        house.post(null, "/v1/complaint-views", key(complaint)).json().encode().contains("已扩容"));
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        ticketStep("410800", merged, json("step", "ANSWER", "text", "再答")).code());
  }
}
