package cn.unionecard.gateway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What waits for whom, by role, union and level; and the lists behind it say the same. Each test
 * has tasks of its own.
 */
class TasksIT {
  private static final String CITY = "410800";
  private static final String DISTRICT = "410802";
  private static final String PRIMARY = "410802.0001";
  private static final String SIBLING = "410821";
  private static DeskHouse house;

  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("tasks");
    house.furnish(DISTRICT, 91);
    house.furnish(PRIMARY, 92);
    house.furnish(SIBLING, 93);
    sql("delete from labour_violation"); // nobody is vetoed here
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void everybodyHasTheTasksOfHisRolesAndNoOthers() throws Exception {
    assertEquals(
        List.of(
            "COMPLAINT_TO_ANSWER",
            "MERCHANT_TO_INVESTIGATE",
            "PAPER_ENDING",
            "ROUND_TO_FILL",
            "CAMPAIGN_TO_SUBMIT",
            "CASE_TO_SETTLE",
            "DATA_REQUEST_TO_ANSWER",
            "PARTNER_TO_EXAMINE",
            "PARTNER_ENDING"),
        names(Role.CLERK));
    assertEquals(
        List.of(
            "MEMBER_TO_FORGET",
            "MERCHANT_TO_APPROVE",
            "APPEAL_TO_ANSWER",
            "CAMPAIGN_TO_APPROVE",
            "TIGHTENING_TO_APPROVE",
            "NOTICE_TO_APPROVE",
            "ROUND_TO_APPROVE",
            "ROUND_TO_DRAW",
            "BATCH_TO_APPROVE",
            "PARTNER_TO_AGREE",
            "PARTNER_TO_CONFIRM"),
        names(Role.APPROVER));
    assertEquals(
        List.of("DECISION_TO_TAKE", "COMPLAINT_TO_CLOSE", "TICKET_TO_ANSWER"),
        names(Role.SUPERVISOR));
    assertEquals(List.of("STAFF_REQUEST_TO_CONFIRM"), names(Role.SYSTEM));
    assertEquals(List.of(), names(Role.AUDITOR));
    assertEquals(403, house.get(DeskHouse.login(DISTRICT, Role.PARTNER), "/v1/tasks").status());
  }

  @Test
  void complaintsWaitForTheirOwnersAndThoseAbove() throws Exception {
    String no = "update complaint set deadline = now() %s where no = 'C0000000009%d'";
    sql(no.formatted("+ interval '2 days'", 1));
    sql(no.formatted("- interval '2 days'", 2));
    String task = "COMPLAINT_TO_ANSWER";
    assertEquals("3, own 0, overdue 1, due", waits(CITY, Role.CLERK, task));
    assertEquals("2, own 1, overdue 1, due", waits(DISTRICT, Role.CLERK, task));
    assertEquals("1, own 1, overdue 1, due", waits(PRIMARY, Role.CLERK, task));
    assertEquals("1, own 1, overdue 0", waits(SIBLING, Role.CLERK, task));
    assertEquals(List.of(92, 91, 93), numbers(due(CITY, "")));
    assertEquals(List.of(92), numbers(due(CITY, "&owner=" + PRIMARY)));
    assertEquals(List.of(), numbers(due(SIBLING, "&owner=" + PRIMARY)));
    assertEquals(List.of(92), numbers(due(CITY, "&overdue=true")));
    String behind = micros(91) + ".C00000000091";
    assertEquals(List.of(93), numbers(due(CITY, "&after=" + behind)));
    assertEquals(List.of(), numbers(due(CITY, "&after=.C00000000093")));
    sql("update complaint set state = 'SATISFIED' where no = 'C00000000092'");
    assertEquals(
        "1, own 0, overdue 1, due", waits(DISTRICT, Role.SUPERVISOR, "COMPLAINT_TO_CLOSE"));
    assertEquals("1, own 1, overdue 0, due", waits(DISTRICT, Role.CLERK, task));
  }

  @Test
  void whatIsNoPlaceInTheListIsRefused() throws Exception {
    for (String after : List.of("x", "1", "-1.C00000000091", "99999999999999999.C00000000091")) {
      assertEquals(400, complaints(CITY, "?order=DEADLINE&after=" + after).status(), after);
    }
    assertEquals(400, complaints(CITY, "?order=deadline").status());
    assertEquals(400, complaints(CITY, "?after=1.C00000000091").status(), "by number");
  }

  /** Pages of a hundred, whose ends have the same deadline or none. */
  @Test
  void everyComplaintStandsOnOnePage() throws Exception {
    sql(
        """
        insert into complaint (no, lane, kind, severity, state, merchant, owner, text, token_hash,
          opened_at, deadline)
        select 'P0000000' || to_char(n, 'FM0000'), 'OPEN', 'MONEY', 'GENERAL', 'OPENED', 93, id,
          'x', sha256('x'), now(), case when n % 3 > 0 then now() + n / 3 * interval '1 hour' end
        from generate_series(1, 250) n, org where code = '410000'""");
    List<String> seen = new ArrayList<>();
    String after = "";
    while (after != null) {
      JsonObject page = json(complaints("410000", "?order=DEADLINE&owner=410000" + after));
      page.getJsonArray("complaints")
          .forEach(each -> seen.add(((JsonObject) each).getString("complaint")));
      String next = page.getString("next");
      after = next == null ? null : "&after=" + next;
    }
    assertEquals(250, seen.size());
    assertEquals(250, seen.stream().distinct().count());
    assertEquals(
        List.of("P00000000001", "P00000000002", "P00000000004"), seen.subList(0, 3), "first due");
    assertEquals("P00000000249", seen.get(249), "no clock runs");
    sql("delete from complaint where no like 'P%'");
  }

  @Test
  void merchantsWaitForWhoSignsThenForWhoAuthorisesAndDidNotPrepare() throws Exception {
    sql("update merchant set status = 'APPLIED' where id = 91");
    assertEquals("1, own 0, overdue 0", waits(CITY, Role.CLERK, "MERCHANT_TO_INVESTIGATE"));
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.CLERK, "MERCHANT_TO_INVESTIGATE"));
    sql("update merchant set status = 'DUE_DILIGENCE' where id = 91");
    assertEquals("1, own 1, overdue 0", waits(DISTRICT, Role.APPROVER, "MERCHANT_TO_APPROVE"));
    sql(
        """
        insert into merchant_step (merchant, step, from_state, to_state, staff, at, reason)
        select 91, 'INVESTIGATE', 'APPLIED', 'DUE_DILIGENCE', id, now(), 'x' from staff
        where login = '%s'"""
            .formatted(DeskHouse.login(DISTRICT, Role.APPROVER)));
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "MERCHANT_TO_APPROVE"));
    assertEquals("1, own 0, overdue 0", waits(CITY, Role.APPROVER, "MERCHANT_TO_APPROVE"));
    sql("update merchant set status = 'LIVE' where id = 91");
  }

  @Test
  void papersThatAnotherHasReplacedDoNotWait() throws Exception {
    paper("CONTRACT", "A", "current_date + 10");
    assertEquals("1, own 1, overdue 0, due", waits(SIBLING, Role.CLERK, "PAPER_ENDING"));
    assertEquals(1, ending().size());
    paper("CONTRACT", "B", "current_date + 400");
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.CLERK, "PAPER_ENDING"));
    assertEquals(0, ending().size());
    paper("PERMIT", "fire", "current_date - 3");
    paper("PERMIT", "food", "current_date + 400");
    assertEquals("1, own 1, overdue 1, due", waits(SIBLING, Role.CLERK, "PAPER_ENDING"));
    paper("PERMIT", "fire", "null");
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.CLERK, "PAPER_ENDING"));
  }

  @Test
  void decisionsWaitUntilTheirStepIsTakenAndAppealsForTheLevelAbove() throws Exception {
    String task = "DECISION_TO_TAKE";
    sql("update supervision_decision set effect = 'PROPOSED', stage = 'SUSPEND' where id = 92");
    assertEquals("1, own 1, overdue 0", waits(PRIMARY, Role.SUPERVISOR, task));
    assertEquals(List.of(92), decisions("PROPOSED"));
    sql("update merchant set status = 'SUSPENDED' where id = 92");
    assertEquals("0, own 0, overdue 0", waits(PRIMARY, Role.SUPERVISOR, task));
    assertEquals(List.of(), decisions("PROPOSED"));
    sql("update merchant set status = 'LIVE' where id = 92");
    sql(
        """
        update supervision_decision set appealed_at = now(), appeal_reason = 'x', appealed_by =
          (select id from staff where login = '%s') where id = 92"""
            .formatted(DeskHouse.login(PRIMARY, Role.CLERK)));
    assertEquals("0, own 0, overdue 0", waits(PRIMARY, Role.APPROVER, "APPEAL_TO_ANSWER"));
    assertEquals("1, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "APPEAL_TO_ANSWER"));
    assertEquals(List.of(92), decisions("APPEALED"));
    assertEquals(List.of(92, 91), decisions("STANDING"));
    assertEquals(List.of(), decisions("ENDED"));
    assertEquals(400, house.get(DeskHouse.login(CITY, Role.AUDITOR), listed("?")).status());
  }

  /** No row would read as if there were nothing of that kind. */
  @Test
  void aStateThatThereIsNotIsNoFilter() throws Exception {
    for (String list :
        List.of(
            "/v1/merchants?status=", "/v1/complaints?state=", "/v1/supervision/decisions?state=")) {
      for (String state : List.of("NOWHERE", "live", "")) {
        assertEquals(
            400,
            house.get(DeskHouse.login(CITY, Role.AUDITOR), list + state).status(),
            list + state);
      }
    }
  }

  @Test
  void campaignsTicketsAndRequestsWaitForSomebodyElse() throws Exception {
    sql("update campaign set status = 'SUBMITTED' where id in (91, 92)");
    assertEquals("2, own 1, overdue 0", waits(DISTRICT, Role.APPROVER, "CAMPAIGN_TO_APPROVE"));
    sql(
        "update campaign set prepared_by = (select id from staff where login = '%s') where id = 91"
            .formatted(DeskHouse.login(DISTRICT, Role.APPROVER)));
    assertEquals("1, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "CAMPAIGN_TO_APPROVE"));
    sql(
        "update campaign set submitted_by = (select id from staff where login = '%s') where id = 92"
            .formatted(DeskHouse.login(DISTRICT, Role.APPROVER)));
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "CAMPAIGN_TO_APPROVE"));
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.CLERK, "CAMPAIGN_TO_SUBMIT"));
    sql(
        "update campaign set status = 'DRAFT', submitted_by = null,"
            + " prepared_by = (select id from staff where login = '%s') where id = 91"
                .formatted(DeskHouse.login(DISTRICT, Role.CLERK)));
    assertEquals("1, own 1, overdue 0", waits(DISTRICT, Role.CLERK, "CAMPAIGN_TO_SUBMIT"));
    assertEquals("0, own 0, overdue 0", waits(CITY, Role.CLERK, "CAMPAIGN_TO_SUBMIT"));
    sql(
        """
        insert into campaign_narrowing (campaign, org, state, document_no, terms, written, prepared_by, prepared_at)
        select 91, o.id, 'DRAFT', 'x', '{"orderFenMin":1}', '{"orderFenMin":1}', s.id, now()
        from org o, staff s where o.code = '%s' and s.login = '%s'"""
            .formatted(PRIMARY, DeskHouse.login(PRIMARY, Role.CLERK)));
    assertEquals("1, own 1, overdue 0", waits(PRIMARY, Role.APPROVER, "TIGHTENING_TO_APPROVE"));
    assertEquals("1, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "TIGHTENING_TO_APPROVE"));
    assertEquals("3, own 0, overdue 0", waits(CITY, Role.SUPERVISOR, "TICKET_TO_ANSWER"));
    assertEquals("1, own 1, overdue 0", waits(PRIMARY, Role.SUPERVISOR, "TICKET_TO_ANSWER"));
    String task = "STAFF_REQUEST_TO_CONFIRM";
    assertEquals("2, own 1, overdue 0, due", waits(DISTRICT, Role.SYSTEM, task));
    sql(
        "update staff_request set requested_by = (select id from staff where login = '%s')"
                .formatted(DeskHouse.login(DISTRICT, Role.SYSTEM))
            + " where id = 91");
    assertEquals("1, own 0, overdue 0, due", waits(DISTRICT, Role.SYSTEM, task));
  }

  @Test
  void roundsWaitForAnotherPersonThenForASheetOrADraw() throws Exception {
    String approver = "(select id from staff where login = '%s')";
    sql(
        "update benefit_round set state = case way when 'LOTTERY' then 'OPEN' else 'DRAFT' end,"
            + " granted = 0 where campaign in (91, 92, 93)");
    sql("update campaign set status = 'PAUSED' where id = 93");
    assertEquals("1, own 1, overdue 0", waits(SIBLING, Role.APPROVER, "ROUND_TO_APPROVE"));
    sql("update campaign set status = 'DRAFT' where id = 93");
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.APPROVER, "ROUND_TO_APPROVE"));
    sql("update campaign set status = 'PAUSED' where id = 93");
    sql(
        "update benefit_round set prepared_by = %s where id = 93"
            .formatted(approver.formatted(DeskHouse.login(SIBLING, Role.APPROVER))));
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.APPROVER, "ROUND_TO_APPROVE"));
    assertEquals("1, own 1, overdue 0", waits(SIBLING, Role.APPROVER, "ROUND_TO_DRAW"));
    sql("update benefit_round set closes_at = now() + interval '1 day' where id = 193");
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.APPROVER, "ROUND_TO_DRAW"));
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.CLERK, "ROUND_TO_FILL"));
    sql(
        "update benefit_round set state = 'OPEN', approved_by = %s where id = 93"
            .formatted(approver.formatted(DeskHouse.login(CITY, Role.APPROVER))));
    assertEquals("1, own 1, overdue 0", waits(SIBLING, Role.CLERK, "ROUND_TO_FILL"));
    assertEquals(
        List.of(93),
        json(
                house.get(
                    DeskHouse.login(SIBLING, Role.AUDITOR),
                    "/v1/vouchers/rounds?campaign=GRID-93&state=OPEN&before=193"))
            .getJsonArray("rounds")
            .stream()
            .map(each -> ((JsonObject) each).getInteger("round"))
            .toList());
    sql("update benefit_round set granted = 1 where id = 93");
    assertEquals("0, own 0, overdue 0", waits(SIBLING, Role.CLERK, "ROUND_TO_FILL"));
  }

  @Test
  void paymentsWaitForAnotherOfTheSameUnionAndDifferencesForWhoTakesThem() throws Exception {
    sql(
        """
        insert into settlement_close (day, state, fenced_at, booked_at, closed_at, due, transactions, late)
          values ('2026-01-01', 'CLOSED', now(), now(), now(), '2026-01-05', 0, 0)
          on conflict do nothing;
        insert into payment_batch (funder, through, state, made_by, made_at)
        select o.id, '2026-01-01', 'DRAFT', s.id, now() from org o, staff s
        where o.code = '%s' and s.login = '%s'"""
            .formatted(SIBLING, DeskHouse.login(SIBLING, Role.CLERK)));
    String task = "BATCH_TO_APPROVE";
    assertEquals("1, own 1, overdue 0", waits(SIBLING, Role.APPROVER, task));
    assertEquals("0, own 0, overdue 0", waits(CITY, Role.APPROVER, task), "another union's");
    sql("update settlement_case set state = 'CLOSED', closed_at = now(), outcome = 'EXPLAINED'");
    sql(
        """
        insert into settlement_case (key, kind, sides, merchant, org, state, opened_at, due_at)
        select 'tasks-' || n, 'CLAIM', 'MERCHANT', 93, o.id, 'OPEN', now() - interval '9 days',
          now() + (2 * n - 3) * interval '1 day' from generate_series(1, 3) n, org o
        where o.code = '%s'"""
            .formatted(SIBLING));
    assertEquals("3, own 3, overdue 1, due", waits(SIBLING, Role.CLERK, "CASE_TO_SETTLE"));
    sql(
        """
        update settlement_case set state = 'TAKEN', owner = (select id from staff where login = '%s')
        where key = 'tasks-1'"""
            .formatted(DeskHouse.login(SIBLING, Role.CLERK)));
    assertEquals("3, own 3, overdue 1, due", waits(SIBLING, Role.CLERK, "CASE_TO_SETTLE"));
    assertEquals("2, own 0, overdue 0, due", waits(CITY, Role.CLERK, "CASE_TO_SETTLE"));
    sql("delete from settlement_case where key like 'tasks-%'");
  }

  @Test
  void whatMembersAskForWaitsForWhoMayAnswerIt() throws Exception {
    String answer = "DATA_REQUEST_TO_ANSWER";
    String forget = "MEMBER_TO_FORGET";
    sql("update data_request set kind = 'ACCESS', due_at = now() + interval '2 days'");
    assertEquals("2, own 1, overdue 0, due", waits(DISTRICT, Role.CLERK, answer));
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, forget));
    sql("update data_request set due_at = now() - interval '1 day' where id = 92");
    assertEquals("3, own 0, overdue 1, due", waits(CITY, Role.CLERK, answer));
    sql("update data_request set kind = 'DELETION' where id = 91");
    assertEquals("1, own 0, overdue 1, due", waits(DISTRICT, Role.CLERK, answer));
    assertEquals("1, own 1, overdue 0, due", waits(DISTRICT, Role.APPROVER, forget));
    sql(
        "update data_request set staff = (select id from staff where login = '%s') where id = 91"
            .formatted(DeskHouse.login(DISTRICT, Role.APPROVER)));
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, forget), "by two");
    assertEquals("1, own 0, overdue 0, due", waits(CITY, Role.APPROVER, forget));
  }

  @Test
  void partnersWaitForWhoHasNotPreparedThem() throws Exception {
    String who = "(select id from staff where login = '%s')";
    String clerk = who.formatted(DeskHouse.login(DISTRICT, Role.CLERK));
    String approver = who.formatted(DeskHouse.login(DISTRICT, Role.APPROVER));
    assertEquals("2, own 1, overdue 0", waits(DISTRICT, Role.CLERK, "PARTNER_TO_EXAMINE"));
    sql("update partner set applied_by = " + clerk + " where no = 'P00000000091'");
    assertEquals("1, own 0, overdue 0", waits(DISTRICT, Role.CLERK, "PARTNER_TO_EXAMINE"));
    sql(
        "update partner set state = 'EXAMINED', examined_by = "
            + who.formatted(DeskHouse.login(CITY, Role.CLERK))
            + " where no = 'P00000000091'");
    assertEquals("1, own 1, overdue 0", waits(DISTRICT, Role.APPROVER, "PARTNER_TO_AGREE"));
    sql("update partner set examined_by = " + approver + " where no = 'P00000000091'");
    assertEquals("0, own 0, overdue 0", waits(DISTRICT, Role.APPROVER, "PARTNER_TO_AGREE"));
    sql(
        """
        update partner set state = 'AGREED', agreed_by = (select id from staff where login = '%s'),
          agreement_no = 'x', agreement_until = current_date + 10 where no = 'P00000000091';
        insert into partner_step (partner, step, what, to_state, staff, at, reason)
          select id, 'PROPOSE', 'TRIAL', 'AGREED', applied_by, now(), 'x' from partner
          where no = 'P00000000091';
        update partner p set proposal = s.id from partner_step s where s.partner = p.id"""
            .formatted(DeskHouse.login(CITY, Role.APPROVER)));
    assertEquals("1, own 1, overdue 0", waits(DISTRICT, Role.APPROVER, "PARTNER_TO_CONFIRM"));
    assertEquals("1, own 1, overdue 0, due", waits(DISTRICT, Role.CLERK, "PARTNER_ENDING"));
    sql("update partner set agreement_until = current_date - 2 where no = 'P00000000091'");
    assertEquals("1, own 1, overdue 1, due", waits(DISTRICT, Role.CLERK, "PARTNER_ENDING"));
  }

  // ----

  private static String waits(String org, Role role, String task) throws Exception {
    for (Object each : tasks(DeskHouse.login(org, role))) {
      JsonObject one = (JsonObject) each;
      if (one.getString("task").equals(task)) {
        return one.getLong("count")
            + ", own "
            + one.getLong("own")
            + ", overdue "
            + one.getLong("overdue")
            + (one.containsKey("nextDue") ? ", due" : "");
      }
    }
    throw new AssertionError(role + " has no " + task);
  }

  private static List<String> names(Role role) throws Exception {
    List<String> names = new ArrayList<>();
    tasks(DeskHouse.login(DISTRICT, role))
        .forEach(each -> names.add(((JsonObject) each).getString("task")));
    return names;
  }

  private static JsonArray tasks(String login) throws Exception {
    return json(house.get(login, "/v1/tasks")).getJsonArray("tasks");
  }

  private static JsonObject json(Answer answer) {
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json();
  }

  private static Answer complaints(String org, String query) throws Exception {
    return house.get(DeskHouse.login(org, Role.CLERK), "/v1/complaints" + query);
  }

  private static JsonArray due(String org, String more) throws Exception {
    return json(complaints(org, "?order=DEADLINE" + more)).getJsonArray("complaints");
  }

  private static long micros(int number) {
    return TestStores.number(
        house.url,
        "select (extract(epoch from deadline) * 1000000)::bigint from complaint where no ="
            + " 'C000000000%d'".formatted(number));
  }

  private static List<Integer> numbers(JsonArray rows) {
    return rows.stream()
        .map(each -> ((JsonObject) each).getString("complaint"))
        .filter(no -> no.startsWith("C"))
        .map(no -> Integer.parseInt(no.substring(10)))
        .toList();
  }

  private static String listed(String state) {
    return "/v1/supervision/decisions?state=" + state;
  }

  private static List<Integer> decisions(String state) throws Exception {
    return json(house.get(DeskHouse.login(DISTRICT, Role.AUDITOR), listed(state)))
        .getJsonArray("decisions")
        .stream()
        .map(each -> ((JsonObject) each).getInteger("decision"))
        .toList();
  }

  private static JsonArray ending() throws Exception {
    String before =
        house.now().plus(Duration.ofDays(30)).toString().substring(0, "2026-11-30".length());
    return json(house.get(
            DeskHouse.login(SIBLING, Role.CLERK), "/v1/merchants?expiringBefore=" + before))
        .getJsonArray("merchants");
  }

  private static void paper(String kind, String number, String until) {
    sql(
        """
        insert into merchant_document (merchant, kind, number, reference, digest, valid_from,
          valid_until, staff, at)
        select 93, '%s', '%s', 'x', sha256('x'), '2020-01-01', %s, id, now() from staff limit 1"""
            .formatted(kind, number, until));
  }

  private static void sql(String statement) {
    TestStores.execute(house.url, statement);
  }
}
