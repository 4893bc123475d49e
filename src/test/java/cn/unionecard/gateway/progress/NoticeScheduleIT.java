package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Notices that come by themselves: once each period, with the figures of then, for an approver. */
class NoticeScheduleIT {
  private static final String CITY = "410800";
  private static final String CLERK = DeskHouse.login(CITY, Role.CLERK);
  private static final String APPROVER = DeskHouse.login(CITY, Role.APPROVER);
  private static DeskHouse house;

  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("schedule");
    JsonObject unused = house.sell(house.till("T0000001"), 100, 1_000);
  }

  @AfterAll
  static void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  private static JsonObject order(String measure, String relation, long value) {
    return new JsonObject()
        .put("org", CITY)
        .put("every", "MONTH")
        .put("kind", "COMMENDATION")
        .put("title", "进度表扬")
        .put("text", "予以表扬。")
        .put("documentNo", "测试〔2026〕9号")
        .put(
            "criteria",
            new JsonObject()
                .put("direct", true)
                .put("measure", measure)
                .put("relation", relation)
                .put("value", value));
  }

  private static JsonObject ordered(String login, JsonObject order) throws Exception {
    Answer answer = house.post(login, "/v1/notice-schedules", order);
    assertEquals(201, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static JsonObject schedule(long id) throws Exception {
    JsonArray all = house.get(CLERK, "/v1/notice-schedules").json().getJsonArray("schedules");
    return all.stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getLong("schedule") == id)
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonObject> drafts() throws Exception {
    return house.get(APPROVER, "/v1/notices").json().getJsonArray("notices").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static LocalDate today() {
    return LocalDate.ofInstant(house.now(), Clocks.CHINA);
  }

  private static int end(String login, long id) throws Exception {
    return house.post(login, "/v1/notice-schedules/" + id + "/end", new JsonObject()).status();
  }

  @Test
  void eachPeriodIsWrittenOnceAndWaitsForAnother() throws Exception {
    long id = ordered(CLERK, order("ACTIVATED", "HIGHEST", 1)).getLong("schedule");
    LocalDate next = LocalDate.parse(schedule(id).getString("nextOn"));
    assertEquals(today().plusMonths(1).withDayOfMonth(1), next);
    assertEquals(0, house.writeNotices(), "not yet");
    Duration month = Duration.ofDays(next.toEpochDay() - today().toEpochDay());
    house.pass(month);
    try {
      assertEquals(1, house.writeNotices());
      assertEquals(0, house.writeNotices(), "once");
      String no = schedule(id).getString("lastNotice");
      JsonObject notice = house.get(APPROVER, "/v1/notices/" + no).json();
      assertEquals("DRAFT", notice.getString("state"));
      assertEquals(CLERK, notice.getString("preparedBy"));
      LocalDate until = next.minusDays(1);
      JsonObject content = notice.getJsonObject("content");
      assertEquals(until.toString(), content.getString("to"));
      assertEquals(until.withDayOfMonth(1).toString(), content.getString("from"));
      String title = "进度表扬（%d年%d月）".formatted(until.getYear(), until.getMonthValue());
      assertEquals(title, notice.getString("title"));
      JsonObject step =
          new JsonObject().put("step", "APPROVE").put("hash", notice.getString("hash"));
      assertEquals(201, house.post(APPROVER, "/v1/notices/" + no + "/steps", step).status());
      house.pass(Duration.ofDays(100)); // nobody was there: what passed is not made up for
      assertEquals(1, house.writeNotices());
      house.pass(Duration.ofDays(-100));
    } finally {
      house.pass(month.negated());
    }
    assertEquals(2, drafts().size());
    assertEquals(404, end(DeskHouse.login("410821", Role.CLERK), id));
    assertEquals(200, end(CLERK, id));
    assertEquals(409, end(CLERK, id));
  }

  @Test
  void criteriaThatNameNobodyLeaveNoNotice() throws Exception {
    long id = ordered(CLERK, order("ACTIVATED", "AT_LEAST", 1_000_000_000)).getLong("schedule");
    long before = TestStores.number(house.url, "select count(*) from notice");
    house.pass(Duration.ofDays(40));
    try {
      assertTrue(house.writeNotices() >= 1);
    } finally {
      house.pass(Duration.ofDays(-40));
    }
    assertEquals(before, TestStores.number(house.url, "select count(*) from notice"));
    assertNull(schedule(id).getString("lastNotice"));
    assertEquals(
        1,
        TestStores.number(
            house.url, "select count(*) from notice_schedule_run where schedule = " + id));
    assertEquals(200, end(CLERK, id));
  }

  @Test
  void itEndsWithTheAccountThatOrderedIt() throws Exception {
    house.addStaff("leaves.soon", CITY, Role.CLERK);
    long id = ordered("leaves.soon", order("ACTIVATED", "HIGHEST", 1)).getLong("schedule");
    TestStores.execute(
        house.url, "update staff set status = 'SUSPENDED' where login = 'leaves.soon'");
    house.pass(Duration.ofDays(40));
    try {
      assertTrue(house.writeNotices() >= 1);
    } finally {
      house.pass(Duration.ofDays(-40));
    }
    assertNull(schedule(id).getString("lastNotice"));
    assertTrue(schedule(id).containsKey("endedAt"));
  }
}
