package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Notices stay as they were written; who is responsible, and whose names are overdue. */
class NoticeIT {
  private static final String PROVINCE = "410000";
  private static final String CITY = "410800";
  private static final String DISTRICT = "410802";
  private static final String PRIMARY = "410802.0001";
  private static final String SIBLING = "410821";
  private static DeskHouse house;
  private static String serving;

  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("notices");
    serving = TestStores.serving(house.url);
    house.startFeed();
    // the audit wants a receipt to look at
    JsonObject unused = house.sell(house.till("T0000001"), 100, 1_000);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Answer get(String org, Role role, String path) throws Exception {
    return house.get(DeskHouse.login(org, role), path);
  }

  private static Answer post(String org, Role role, String path, JsonObject body) throws Exception {
    return house.post(DeskHouse.login(org, role), path, body);
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @CanIgnoreReturnValue
  private static JsonObject ok(int status, Answer answer) {
    assertEquals(status, answer.status(), () -> text(answer));
    return answer.json();
  }

  private static JsonObject wish(String measure, String relation, long value) {
    return new JsonObject()
        .put("org", CITY)
        .put("year", 2026)
        .put("kind", "COMMENDATION")
        .put("title", "七月进度表扬")
        .put("text", "予以表扬。")
        .put("documentNo", "测试〔2026〕9号")
        .put("from", "2026-07-01")
        .put("to", "2026-07-31")
        .put(
            "criteria",
            new JsonObject()
                .put("direct", true)
                .put("measure", measure)
                .put("relation", relation)
                .put("value", value));
  }

  private static Answer step(String org, Role role, JsonObject notice, String step)
      throws Exception {
    return post(
        org,
        role,
        "/v1/notices/" + notice.getString("notice") + "/steps",
        new JsonObject().put("step", step).put("hash", notice.getString("hash")));
  }

  /** Written, approved by another, published; then the data changes, and it does not. */
  @Test
  void aNoticeStaysAsItWasWritten() throws Exception {
    JsonObject drafted =
        ok(201, post(CITY, Role.CLERK, "/v1/notices", wish("ACTIVATED", "HIGHEST", 1)));
    String no = drafted.getString("notice");
    JsonObject content = drafted.getJsonObject("content");
    // 410802 has 9,999 active cards (one of even number is only issued), 410821 has 9,999 too
    assertEquals(2, content.getJsonArray("figures").size());
    assertEquals(drafted.getString("hash"), Sha256.hex(drafted.getString("body")));
    assertTrue(drafted.getBoolean("intact"));

    assertEquals(404, get(DISTRICT, Role.CLERK, "/v1/notices/" + no).status(), "not published");
    assertEquals(409, step(CITY, Role.APPROVER, drafted, "PUBLISH").status(), "not approved");
    assertEquals(403, step(CITY, Role.CLERK, drafted, "APPROVE").status());
    assertEquals(404, step(DISTRICT, Role.APPROVER, drafted, "APPROVE").status(), "another's");
    JsonObject other = drafted.copy().put("hash", "0".repeat(64));
    assertEquals(409, step(CITY, Role.APPROVER, other, "APPROVE").status(), "has read another");
    assertEquals(
        "APPROVED", ok(201, step(CITY, Role.APPROVER, drafted, "APPROVE")).getString("state"));
    assertEquals(
        "PUBLISHED", ok(201, step(CITY, Role.APPROVER, drafted, "PUBLISH")).getString("state"));
    assertEquals(409, step(CITY, Role.CLERK, drafted, "DROP").status(), "for ever");

    // each union that it names hears of it and reads it; so does whoever stands above; nobody else
    JsonObject last = content.getJsonArray("named").getJsonObject(0);
    String named = last.getString("org");
    List<JsonObject> events = house.listen(DeskHouse.login(named, Role.CLERK), "notice.published");
    JsonObject event = events.get(events.size() - 1).getJsonObject("data");
    assertEquals(no, event.getString("notice"));
    assertEquals(drafted.getString("hash"), event.getString("hash"));
    assertEquals(named, event.getString("owner"));
    JsonObject read = ok(200, get(named, Role.AUDITOR, "/v1/notices/" + no));
    assertEquals(drafted.getString("body"), read.getString("body"));
    assertEquals(404, get(PRIMARY, Role.CLERK, "/v1/notices/" + no).status(), "it is not named");
    assertEquals(200, get(PROVINCE, Role.CLERK, "/v1/notices/" + no).status());

    // what changes later changes nothing of it
    TestStores.execute(
        serving, "update card set status = 'CANCELLED' where serial between 1 and 500");
    JsonObject later = ok(200, get(CITY, Role.CLERK, "/v1/notices/" + no));
    assertEquals(drafted.getString("body"), later.getString("body"));
    assertTrue(later.getBoolean("intact"));
    JsonObject now = ok(200, get(CITY, Role.CLERK, "/v1/progress/unions?direct=true"));
    assertFalse(
        now.getJsonArray("unions")
            .getJsonObject(0)
            .getJsonObject("stages")
            .getJsonObject("activated")
            .getLong("cards")
            .equals(content.getJsonArray("figures").getJsonObject(0).getLong("activated")));

    // no statement changes it, not even the owner's
    for (String statement :
        List.of(
            "update notice set title = 'x'",
            "update notice set body = '{}', hash = sha256('{}')",
            "update notice set state = 'DRAFT', published_at = null",
            "update notice set approved_by = prepared_by",
            "delete from notice",
            "truncate notice cascade")) {
      assertThrows(
          IllegalStateException.class, () -> TestStores.execute(house.url, statement), statement);
    }

    // a correction is a new one, which refers to it
    JsonObject corrected =
        ok(
            201,
            post(
                CITY,
                Role.CLERK,
                "/v1/notices",
                wish("ACTIVATED", "HIGHEST", 1).put("corrects", no).put("title", "更正")));
    JsonObject reference = corrected.getJsonObject("content").getJsonObject("corrects");
    assertEquals(no, reference.getString("notice"));
    assertEquals(drafted.getString("hash"), reference.getString("hash"));
    assertEquals(
        409,
        post(
                CITY,
                Role.CLERK,
                "/v1/notices",
                wish("ACTIVATED", "HIGHEST", 1).put("corrects", corrected.getString("notice")))
            .status(),
        "a draft is dropped, not corrected");
    ok(201, step(CITY, Role.APPROVER, corrected, "APPROVE"));
    ok(201, step(CITY, Role.APPROVER, corrected, "PUBLISH"));
    JsonObject first = ok(200, get(CITY, Role.CLERK, "/v1/notices/" + no));
    assertEquals(
        new JsonArray().add(corrected.getString("notice")), first.getJsonArray("correctedBy"));
    assertEquals(drafted.getString("body"), first.getString("body"));

    // the audit has the hash of each step
    assertEquals(
        3,
        TestStores.number(
            house.url,
            "select count(*) from audit where subject = '%s' and outcome = 'DONE' and detail->>'hash' = '%s'"
                .formatted(no, drafted.getString("hash"))));
    Answer csv = house.get(DeskHouse.login(CITY, Role.CLERK), "/v1/notices/" + no + "?format=csv");
    assertTrue(text(csv).contains("\r\n" + named + ","), text(csv));
    assertTrue(text(csv).contains(no), text(csv));
    TestLine.assertAuditClean(house.url);
  }

  @Test
  void whoWritesANoticeDoesNotApproveIt() throws Exception {
    house.addStaff("both.notice", CITY, Role.CLERK, Role.APPROVER);
    JsonObject drafted =
        ok(201, house.post("both.notice", "/v1/notices", wish("ACTIVATED", "LOWEST", 1)));
    Answer refused =
        house.post(
            "both.notice",
            "/v1/notices/" + drafted.getString("notice") + "/steps",
            new JsonObject().put("step", "APPROVE").put("hash", drafted.getString("hash")));
    assertEquals("SAME_PERSON", refused.json().getString("code"));
    assertEquals("DROPPED", ok(201, step(CITY, Role.CLERK, drafted, "DROP")).getString("state"));
  }

  @Test
  void criteriaThatNameNobodyMakeNoNotice() throws Exception {
    Answer nobody = post(CITY, Role.CLERK, "/v1/notices", wish("ACTIVATED", "AT_LEAST", 99_999));
    assertEquals("EVIDENCE_MISSING", nobody.json().getString("code"));
    assertEquals(
        404,
        post(DISTRICT, Role.CLERK, "/v1/notices", wish("ACTIVATED", "HIGHEST", 1)).status(),
        "of the union above");
    assertEquals(
        400,
        post(CITY, Role.CLERK, "/v1/notices", wish("ACTIVATED", "HIGHEST", 1).putNull("to"))
            .status());
  }

  private static JsonObject naming(String post, String name, String phone) {
    JsonObject naming = new JsonObject().put("post", post).put("name", name).put("phone", phone);
    return post.equals("DEPARTMENT") || post.equals("RECEIVING_DESK")
        ? naming.put("department", "宣教网络部")
        : naming;
  }

  @Test
  void whoIsResponsibleIsKeptWithThoseBefore() throws Exception {
    String path = "/v1/responsible/" + PRIMARY;
    JsonObject none = ok(200, get(PRIMARY, Role.CLERK, path));
    assertEquals(
        List.of("LEADER", "DEPARTMENT", "OFFICER"), none.getJsonArray("missing").getList());
    ok(201, post(PRIMARY, Role.CLERK, path, naming("OFFICER", "甲某某", "13800000001")));
    assertEquals(
        400,
        post(PRIMARY, Role.CLERK, path, naming("OFFICER", "乙某", "13800000002")).status(),
        "nothing is handed over");
    JsonObject said =
        ok(
            201,
            post(
                PRIMARY,
                Role.CLERK,
                path,
                naming("OFFICER", "乙某", "13800000002").put("handedOver", "会员名册、印章")));
    JsonObject officer = said.getJsonArray("posts").getJsonObject(0);
    assertEquals("乙*", officer.getString("name"));
    assertEquals("138****0002", officer.getString("phone"));
    JsonObject before = said.getJsonArray("history").getJsonObject(0);
    assertEquals("甲**", before.getString("name"));
    assertEquals("会员名册、印章", before.getString("handedOver"));
    assertFalse(said.encode().contains("13800000002"));
    assertEquals(
        0,
        TestStores.number(
            house.url,
            """
            select count(*) from responsible where position('13800000002'::bytea in contact) > 0"""));
    JsonObject whole =
        ok(
            200,
            post(
                DISTRICT,
                Role.SUPERVISOR,
                path + "/contact",
                new JsonObject().put("post", "OFFICER").put("reason", "催报名单")));
    assertEquals("乙某", whole.getString("name"));
    assertEquals("13800000002", whole.getString("phone"));
    assertEquals(
        1,
        TestStores.number(
            house.url,
            "select count(*) from audit where action = 'responsible.read' and detail->>'reason' = '催报名单'"));
    assertEquals(404, get(SIBLING, Role.CLERK, path).status());
    assertEquals(
        404,
        post(
                SIBLING,
                Role.CLERK,
                path + "/contact",
                new JsonObject().put("post", "OFFICER").put("reason", "x"))
            .status());
    assertEquals(
        400,
        post(PRIMARY, Role.CLERK, path, naming("LEADER", "丙", "1").put("department", "x"))
            .status());
  }

  @Test
  void theReceivingDeskIsTheNearestUpwards() throws Exception {
    assertEquals(404, get(SIBLING, Role.CLERK, "/v1/receiving-desk").status());
    ok(
        201,
        post(
            CITY,
            Role.CLERK,
            "/v1/responsible/" + CITY,
            naming("RECEIVING_DESK", "丁某", "0391-0000001")));
    JsonObject desk = ok(200, get(SIBLING, Role.CLERK, "/v1/receiving-desk"));
    assertEquals("宣教网络部", desk.getString("department"));
    assertEquals("0391-0000001", desk.getString("phone"));
    assertEquals(CITY, desk.getString("org"));
    assertEquals(404, get(PROVINCE, Role.CLERK, "/v1/receiving-desk").status());
  }

  @Test
  void whoHasNotReportedWhenTheDayIsOverIsOverdue() throws Exception {
    JsonObject list =
        ok(
            201,
            post(
                CITY,
                Role.APPROVER,
                "/v1/name-lists",
                new JsonObject()
                    .put("org", CITY)
                    .put("title", "分管领导和负责人员名单")
                    .put("documentNo", "焦工文〔2023〕60号")
                    .put("dueOn", "2023-07-28")));
    long id = list.getLong("nameList");
    assertEquals(List.of("410802 OVERDUE", "410821 OVERDUE"), states(list));
    String report = "/v1/name-lists/" + id + "/report";
    JsonObject own = new JsonObject().put("org", DISTRICT);
    Answer missing = post(DISTRICT, Role.CLERK, report, own);
    assertEquals("EVIDENCE_MISSING", missing.json().getString("code"));
    assertTrue(text(missing).contains("[LEADER, DEPARTMENT, OFFICER]"), text(missing));
    for (Post post : Post.REQUIRED) {
      ok(
          201,
          post(
              DISTRICT,
              Role.CLERK,
              "/v1/responsible/" + DISTRICT,
              naming(post.name(), "戊某", "13800000003")));
    }
    assertEquals(List.of("410802 LATE"), states(ok(201, post(DISTRICT, Role.CLERK, report, own))));
    assertEquals(409, post(DISTRICT, Role.CLERK, report, own).status(), "once");
    assertEquals(404, post(SIBLING, Role.CLERK, report, own).status(), "for another");
    assertEquals(
        404,
        post(DISTRICT, Role.CLERK, report, new JsonObject().put("org", PRIMARY)).status(),
        "of whom nothing is wanted");
    assertEquals(
        List.of("410802 LATE", "410821 OVERDUE"),
        states(ok(200, get(CITY, Role.AUDITOR, "/v1/name-lists/" + id))));
    assertEquals(404, get(PRIMARY, Role.CLERK, "/v1/name-lists/" + id).status());
    JsonObject all = ok(200, get(CITY, Role.AUDITOR, "/v1/name-lists"));
    JsonObject first = all.getJsonArray("nameLists").getJsonObject(0);
    assertEquals(2, first.getLong("unions"));
    assertEquals(1, first.getLong("reported"));
    assertEquals(2, first.getLong("late"));
    JsonObject names =
        ok(200, get(CITY, Role.CLERK, "/v1/progress/work?year=2023")).getJsonObject("names");
    assertEquals(new JsonObject().put("wanted", 2).put("reported", 1).put("overdue", 1), names);
  }

  private static List<String> states(JsonObject list) {
    List<String> states = new ArrayList<>();
    for (Object one : list.getJsonArray("lines")) {
      JsonObject line = (JsonObject) one;
      states.add(line.getString("org") + " " + line.getString("state"));
    }
    return states;
  }

  @Test
  void whatElseTheNoticeAsksForIsCounted() throws Exception {
    TestStores.execute(
        house.url,
        """
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule)
          select n, 'ROUND-' || n, 'x', case when n = 1 then 410802 else 410800 end, 'x', s, t::timestamptz,
            '2099-01-01', '{"benefit":{"kind":"FIXED","offFen":1},"funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}'
          from (values (1, 'RUNNING', '2023-05-01'), (2, 'PAUSED', '2023-05-01'),
            (3, 'ENDED', '2023-05-01'), (4, 'ENDED', '2023-05-01'), (5, 'DRAFT', '2023-05-01'),
            (6, 'APPROVED', '2023-05-01'), (7, 'RUNNING', '2022-12-31 23:59:59+08')) v (n, s, t);
        insert into allowance (holder, kind, owner, limit_fen, used_count) values (0, 1, 3, 1, 0), (0, 1, 4, 1, 0);
        update allowance set used_count = 1 where owner = 4 and kind = 1""");
    try {
      JsonObject work = ok(200, get(CITY, Role.CLERK, "/v1/progress/work?year=2023"));
      JsonObject rounds = work.getJsonObject("rounds");
      assertEquals(3, rounds.getLong("held"), "running, paused, ended after it was used");
      assertEquals(20, rounds.getLong("wanted"));
      assertEquals(2, rounds.getJsonArray("unions").size());
      TestStores.execute(
          house.url,
          """
          insert into benefit_round (campaign, name, document_no, way, state, prepared_by, approved_by,
              each, most, good_days, opens_at, closes_at, granted)
            select 1, '批次', 'x', 'CLAIM', s, min(f.id), max(f.id), 1, 9, 30, o::timestamptz,
              '2024-02-01', g
            from (values ('DONE', '2023-05-01', 9), ('STOPPED', '2023-06-01', 1),
                ('STOPPED', '2023-06-01', 0), ('DRAFT', '2023-06-01', 0),
                ('OPEN', '2024-01-01', 0)) v (s, o, g), staff f
            group by s, o, g""");
      assertEquals(
          4,
          ok(200, get(CITY, Role.CLERK, "/v1/progress/work?year=2023"))
              .getJsonObject("rounds")
              .getLong("held"),
          "a campaign counts by the rounds that opened");
      TestStores.execute(house.url, "delete from benefit_round where campaign = 1");
      JsonArray counties = work.getJsonArray("counties");
      assertEquals(2, counties.size());
      JsonObject district = counties.getJsonObject(0);
      assertEquals("410802", district.getString("areaCode"));
      assertEquals(
          new JsonObject().put("trading", 1).put("total", 1),
          district.getJsonObject("byCategory").getJsonObject("EAT"));
      assertEquals(
          new JsonObject().put("trading", 0).put("total", 0),
          counties.getJsonObject(1).getJsonObject("byCategory").getJsonObject("STAY"));
    } finally {
      TestStores.execute(
          house.url,
          "delete from campaign where code like 'ROUND-%'; delete from allowance where holder = 0 and kind = 1 and owner < 10");
    }
  }
}
