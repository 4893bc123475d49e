package cn.unionecard.gateway.complaint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.desk.StatutoryHolidays;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A year that nobody has entered yet, seen from its eve; on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CalendarIT {
  private static final String CANTEEN = "841080210000099";
  private static final String CLERK = DeskHouse.login("410802.0001", Role.CLERK);
  private static final String TOP = DeskHouse.login("410000", Role.APPROVER);
  private static final String DAYS = "/v1/working-days";

  private DeskHouse house;
  private int year;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("calendar");
    TestStores.execute(
        house.url,
        """
        insert into merchant values (99, '%s', '食堂', '91410800MA0000007L', 'EAT', '410802', 410802,
          9, 'LIVE')"""
            .formatted(CANTEEN));
    ZonedDateTime now = house.now().atZone(Clocks.CHINA);
    ZonedDateTime eve = now.withMonth(12).withDayOfMonth(31).withHour(15).withMinute(0);
    eve = eve.isBefore(now) ? eve.plusYears(1) : eve;
    house.pass(Duration.between(now, eve));
    year = eve.getYear() + 1;
  }

  @AfterAll
  void close() {
    house.close();
  }

  private JsonObject complain() throws Exception {
    Answer opened =
        house.post(
            CLERK,
            "/v1/merchants/" + CANTEEN + "/complaints",
            new JsonObject().put("kind", "SERVICE").put("text", "态度差"));
    assertEquals(201, opened.status(), () -> opened.json().encode());
    return opened.json();
  }

  private JsonObject seen(JsonObject complaint) throws Exception {
    return house.get(CLERK, "/v1/complaints/" + complaint.getString("complaint")).json();
  }

  private static Instant deadline(JsonObject complaint) {
    return OffsetDateTime.parse(complaint.getString("deadline")).toInstant();
  }

  private JsonArray byLaw() {
    LocalDate first = LocalDate.of(year, 1, 1);
    JsonArray days = new JsonArray();
    first
        .datesUntil(first.plusYears(1))
        .filter(StatutoryHolidays::contains)
        .forEach(day -> days.add(day.toString()));
    return days;
  }

  @Test
  void deadlinesOnTheEveOfAMissingYearKeepTheLawAndAreMadeAnewWhenItComes() throws Exception {
    assertTrue(house.get(CLERK, DAYS).json().getJsonArray("missing").contains(year));
    JsonObject complaint = complain();
    Instant before = deadline(seen(complaint));
    assertEquals(
        new WorkingDays(Map.of()).after(house.now(), 1, WorkingDays.Unit.WORKING_DAYS), before);
    LocalDate due = before.atZone(Clocks.CHINA).toLocalDate().minusDays(1);
    assertFalse(StatutoryHolidays.contains(due), "not on New Year's Day");

    JsonObject calendar =
        new JsonObject()
            .put("year", year)
            .put("source", "通知")
            .put("holidays", byLaw().add(due.toString()));
    assertEquals("TOP_UNION_DECIDES", house.post(approver("410802"), DAYS, calendar).code());
    assertEquals(201, house.post(TOP, DAYS, calendar).status());
    int moved = house.sweepComplaints();
    JsonObject after = seen(complaint);
    assertEquals(
        new WorkingDays(Map.of(due, WorkingDays.Kind.HOLIDAY))
            .after(house.now(), 1, WorkingDays.Unit.WORKING_DAYS),
        deadline(after));
    JsonArray steps = after.getJsonArray("steps");
    assertEquals("RECKON", steps.getJsonObject(steps.size() - 1).getString("step"));
    moved += house.sweepComplaints();
    assertEquals(0, moved);
    assertEquals(steps.size(), seen(complaint).getJsonArray("steps").size(), "once");
    assertFalse(house.get(CLERK, DAYS).json().getJsonArray("missing").contains(year));
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'calendar.entered' and actor = '"
                + TOP
                + "'"));
  }

  private static String approver(String org) {
    return DeskHouse.login(org, Role.APPROVER);
  }

  @Test
  void aCalendarThatCannotBeIsRefused() throws Exception {
    JsonObject good =
        new JsonObject().put("year", year).put("source", "通知").put("holidays", byLaw());
    JsonArray fewer = byLaw();
    Object unused = fewer.remove(3);
    assertEquals("holidays", field(good.copy().put("holidays", fewer)));
    assertEquals("holidays", field(good.copy().put("holidays", byLaw().add(year - 1 + "-06-01"))));
    assertEquals("holidays", field(good.copy().put("holidays", byLaw().add("01.06."))));
    assertEquals(
        "workdays", field(good.copy().put("workdays", new JsonArray().add(year + "-01-01"))));
    assertEquals("year", field(good.copy().put("year", 1999)));
  }

  private String field(JsonObject calendar) throws Exception {
    Answer answer = house.post(TOP, DAYS, calendar);
    assertEquals(400, answer.status(), () -> answer.json().encode());
    return answer.json().getString("field");
  }

  @Test
  void limitsAreEnteredFromADayOn() throws Exception {
    JsonObject limit =
        new JsonObject()
            .put("kind", "MONEY")
            .put("severity", "*")
            .put("clock", "ACCEPT")
            .put("amount", 4)
            .put("unit", "WORKING_HOURS")
            .put("source", "省总工会办法");
    String path = "/v1/complaint-limits";
    assertEquals("TOP_UNION_DECIDES", house.post(approver("410800"), path, limit).code());
    assertEquals(201, house.post(TOP, path, limit).status());
    assertEquals(201, house.post(TOP, path, limit.put("amount", 6)).status(), "corrected");
    JsonArray limits = house.get(CLERK, path).json().getJsonArray("limits");
    List<JsonObject> money =
        limits.stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getString("kind").equals("MONEY"))
            .toList();
    assertEquals(1, money.size());
    assertEquals(6, money.get(0).getInteger("amount"));
    Answer past = house.post(TOP, path, limit.copy().put("validFrom", "2020-01-01"));
    assertEquals("validFrom", past.json().getString("field"));
  }
}
