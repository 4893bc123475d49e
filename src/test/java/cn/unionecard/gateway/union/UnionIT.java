package cn.unionecard.gateway.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.ledger.audit.LedgerAudit;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Organisations, accounts, sign-in and audit over HTTPS, on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnionIT {
  private static final String SYSTEM = DeskHouse.login("410800", Role.SYSTEM);
  private static final String ABOVE = DeskHouse.login("410000", Role.SYSTEM);
  private static final String OWN = "a phrase that is mine";
  private DeskHouse house;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("union");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Answer signIn(String login, String password) throws Exception {
    JsonObject body = new JsonObject().put("login", login).put("password", password);
    return house.post(null, "/v1/staff-tokens", body);
  }

  private static JsonObject newStaff(String login, String org, String... roles) {
    return new JsonObject()
        .put("login", login)
        .put("name", "新人")
        .put("org", org)
        .put("roles", new JsonArray(List.of(roles)));
  }

  private static List<String> each(Answer answer, String list, String member) {
    List<String> all = new ArrayList<>();
    for (Object one : answer.json().getJsonArray(list)) {
      all.add(((JsonObject) one).getString(member));
    }
    return all;
  }

  private Answer change(String login, String password, String wanted) throws Exception {
    JsonObject body =
        new JsonObject().put("login", login).put("password", password).put("newPassword", wanted);
    return house.post(null, "/v1/own-password", body);
  }

  private Answer confirm(String by, Answer asked) throws Exception {
    long request = asked.json().getLong("request");
    return house.post(by, "/v1/staff-requests/" + request + "/confirmation", new JsonObject());
  }

  private long count(String sql) {
    return TestStores.number(house.url, "select count(*) from " + sql);
  }

  @Test
  void aNewAccountSignsInAndWorksUntilItIsSuspended() throws Exception {
    Answer added = house.post(SYSTEM, "/v1/staff", newStaff("li.si", "410802", "CLERK"));
    assertEquals(201, added.status(), () -> added.json().encode());
    String oneTime = added.json().getString("password");
    assertEquals(401, signIn("li.si", oneTime).status(), "asked for is not made");
    assertEquals(200, confirm(ABOVE, added).status());
    assertEquals("PASSWORD_MUST_CHANGE", signIn("li.si", oneTime).code());
    assertEquals("newPassword", change("li.si", oneTime, oneTime).json().getString("field"));
    Answer signedIn = change("li.si", oneTime, OWN);
    assertEquals(200, signedIn.status());
    assertEquals(200, signIn("li.si", OWN).status());
    String token = signedIn.json().getString("accessToken");
    assertEquals(200, house.withToken(token, "/v1/orgs/410802.0001").status());
    assertEquals(404, house.withToken(token, "/v1/orgs/410821").status(), "a sibling");
    assertEquals(404, house.withToken(token, "/v1/orgs/410800").status(), "above");
    assertEquals(403, house.withToken(token, "/v1/audit").status(), "no auditor");
    JsonObject away = new JsonObject().put("status", "SUSPENDED").put("reason", "调离");
    assertEquals(200, house.post(SYSTEM, "/v1/staff/li.si/status", away).status());
    assertEquals(401, house.withToken(token, "/v1/orgs/410802").status(), "at the very next call");
    assertEquals(401, signIn("li.si", OWN).status());
    away.put("status", "ACTIVE");
    Answer back = house.post(SYSTEM, "/v1/staff/li.si/status", away);
    assertEquals(201, back.status());
    assertEquals(401, signIn("li.si", OWN).status(), "one alone restores nobody");
    assertEquals(200, confirm(ABOVE, back).status());
    assertEquals(200, signIn("li.si", OWN).status());
    Answer reset = house.post(SYSTEM, "/v1/staff/li.si/password", new JsonObject());
    assertEquals(200, signIn("li.si", OWN).status(), "not before it is confirmed");
    assertEquals(200, confirm(ABOVE, reset).status());
    assertEquals(401, signIn("li.si", OWN).status());
    assertEquals(
        "PASSWORD_MUST_CHANGE", signIn("li.si", reset.json().getString("password")).code());
    house.pass(Duration.ofDays(7));
    assertEquals(401, signIn("li.si", reset.json().getString("password")).status(), "too late");
  }

  @Test
  void nobodyAloneBecomesSomebodyElse() throws Exception {
    house.addStaff("wang.wu", "410802", Role.APPROVER);
    house.addStaff("second", "410800", Role.SYSTEM);
    for (String path : List.of("password", "roles", "status")) {
      JsonObject body = new JsonObject().put("reason", "试一试");
      if (path.equals("roles")) {
        body.put("roles", new JsonArray().add("CLERK").add("APPROVER"));
      } else if (path.equals("status")) {
        body.put("status", "ACTIVE");
      }
      Answer asked = house.post(SYSTEM, "/v1/staff/wang.wu/" + path, body);
      assertEquals(201, asked.status(), () -> asked.json().encode());
      assertEquals("SAME_PERSON", confirm(SYSTEM, asked).code());
      Answer again = house.post("second", "/v1/staff/wang.wu/password", new JsonObject());
      assertEquals("ALREADY_TAKEN", again.code(), "one at a time");
      assertEquals(404, confirm(DeskHouse.login("410821", Role.SYSTEM), asked).status());
      assertEquals(200, signIn("wang.wu", DeskHouse.PASSWORD).status(), "nothing happened yet");
      String refusal = "/v1/staff-requests/" + asked.json().getLong("request") + "/refusal";
      JsonObject why = new JsonObject().put("reason", "身份未核实");
      assertEquals(200, house.post("second", refusal, why).status());
      assertEquals("STATE_DOES_NOT_ALLOW", confirm("second", asked).code());
      assertEquals("STATE_DOES_NOT_ALLOW", house.post("second", refusal, why).code());
    }
    Answer roles =
        house.post(
            SYSTEM,
            "/v1/staff/wang.wu/roles",
            new JsonObject().put("reason", "转岗").put("roles", new JsonArray().add("CLERK")));
    assertEquals(200, confirm("second", roles).status());
    assertEquals(1, count("staff where login = 'wang.wu' and roles = '{CLERK}'"));
    assertEquals(
        1,
        count(
            "audit where subject = 'wang.wu' and action = 'staff.confirmed' and outcome = 'DONE'"
                + " and actor = 'second' and detail ->> 'requestedBy' = '"
                + SYSTEM
                + "'"));
    assertEquals(0, count("staff_request where state <> 'OPEN' and password is not null"));
    house.addStaff("third", "410800", Role.SYSTEM);
    Answer own = house.post("third", "/v1/staff/second/password", new JsonObject());
    assertEquals("SAME_PERSON", confirm("second", own).code(), "nor whom it is about");
    TestStores.execute(house.url, "update staff set status = 'SUSPENDED' where login = 'third'");
    assertEquals("STATE_DOES_NOT_ALLOW", confirm(ABOVE, own).code(), "who asked is gone");
  }

  @Test
  void signInsLeaveTraces() throws Exception {
    house.addStaff("traced", "410821", Role.CLERK);
    long before = count("audit");
    assertEquals(200, signIn("traced", DeskHouse.PASSWORD).status());
    assertEquals(1, count("audit where subject = 'traced' and action = 'staff.signed-in'"));
    for (int i = 0; i < 5; i++) {
      assertEquals(401, signIn("traced", "wrong password " + i).status());
    }
    for (int i = 0; i < 9; i++) {
      assertEquals(401, signIn("traced", DeskHouse.PASSWORD).status(), "locked");
      assertEquals(401, signIn("stranger " + i, DeskHouse.PASSWORD).status());
    }
    house.awaitNumber(
        "select count(*) from audit where subject = 'traced' and action = 'staff.sign-in-failed'",
        4);
    house.awaitNumber(
        "select count(*) from audit a join outbox o on o.kind = 'staff.locked'"
            + " and o.subject = a.seq and o.merchant = -410821"
            + " where a.subject = 'traced' and a.action = 'staff.locked'",
        1);
    house.sumSignIns();
    assertEquals(0, count("audit where subject like 'stranger%'"));
    assertTrue(
        TestStores.number(
                house.url,
                "select max((detail ->> 'nobody')::int) from audit"
                    + " where action = 'staff.sign-ins-refused'")
            >= 18);
    assertTrue(count("audit") - before <= 40, "many attempts are few lines");
    assertTrue(house.meters.get("ecard.sign.ins").tag("outcome", "locked").counter().count() >= 1);
    assertTrue(house.meters.get("ecard.sign.ins").tag("outcome", "nobody").counter().count() >= 18);
    assertEquals(0, count("outbox where kind like 'staff.%' and body like '%traced%'"));
  }

  @Test
  void wrongPasswordsLockAnAccountAndSoundAlike() throws Exception {
    house.addStaff("locked", "410802", Role.CLERK);
    String unknown = signIn("nobody", DeskHouse.PASSWORD).json().getString("detail");
    for (int i = 0; i < 5; i++) {
      Answer wrong = signIn("locked", "wrong password " + i);
      assertEquals(401, wrong.status());
      assertEquals(unknown, wrong.json().getString("detail"));
    }
    Answer locked = signIn("locked", DeskHouse.PASSWORD);
    assertEquals(401, locked.status(), "the right one, too late");
    assertEquals(unknown, locked.json().getString("detail"));
    house.pass(Duration.ofMinutes(15));
    assertEquals(200, signIn("locked", DeskHouse.PASSWORD).status());
    for (int i = 0; i < 4; i++) {
      assertEquals(401, signIn("locked", "wrong password").status());
    }
    assertEquals(200, signIn("locked", DeskHouse.PASSWORD).status(), "four are forgiven");
  }

  @Test
  void strangersLockALoginForStrangersAlone() throws Exception {
    house.addStaff("at.home", "410802", Role.CLERK);
    assertEquals(200, signIn("at.home", DeskHouse.PASSWORD).status());
    TestStores.execute(
        house.url, "update staff set tries = 5, locked_until = 'infinity' where login = 'at.home'");
    assertEquals(200, signIn("at.home", DeskHouse.PASSWORD).status(), "where it was before");
    for (int i = 0; i < 5; i++) {
      assertEquals(401, signIn("at.home", "wrong password " + i).status());
    }
    assertEquals(
        401, signIn("at.home", DeskHouse.PASSWORD).status(), "five are counted there, too");
    TestStores.execute(
        house.url,
        "update staff set tries = 0, locked_until = null where login = 'at.home';"
            + " delete from staff_origin");
    assertEquals(200, signIn("at.home", DeskHouse.PASSWORD).status(), "and there alone");
    assertEquals(
        0, TestStores.number(house.url, "select tries from staff where login = 'at.home'"));
  }

  @Test
  void anAccountIsAtHomeInSixteenPlacesAtMost() throws Exception {
    house.addStaff("traveller", "410802", Role.CLERK);
    TestStores.execute(
        house.url,
        """
        insert into staff_origin (staff, origin, good_at)
        select s.id, lpad(n::text, 64, '0'), timestamptz '2026-01-01' + n * interval '1 day'
        from staff s, generate_series(1, 40) n where s.login = 'traveller'""");
    assertEquals(200, signIn("traveller", DeskHouse.PASSWORD).status());
    assertEquals(
        16,
        TestStores.number(
            house.url,
            "select count(*) from staff_origin h join staff s on s.id = h.staff"
                + " where s.login = 'traveller'"));
  }

  @Test
  void manyGuessesAtOnceAreNoMoreThanFive() throws Exception {
    house.addStaff("guessed", "410802", Role.CLERK);
    List<CompletableFuture<Integer>> guesses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String guess = i == 11 ? DeskHouse.PASSWORD : "guess number " + i;
      guesses.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return signIn("guessed", guess).status();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    for (CompletableFuture<Integer> guess : guesses) {
      assertTrue(Set.of(200, 401, 503).contains(guess.get()), () -> "heard " + guess.join());
    }
    long tries = TestStores.number(house.url, "select tries from staff where login = 'guessed'");
    assertTrue(tries <= 5, "tries looked at: " + tries);
  }

  @Test
  void nobodyMakesAccountsAboveOrBesideHim() throws Exception {
    String county = DeskHouse.login("410821", Role.SYSTEM);
    assertEquals(404, house.post(county, "/v1/staff", newStaff("x.1", "410800", "CLERK")).status());
    assertEquals(404, house.post(county, "/v1/staff", newStaff("x.2", "410802", "CLERK")).status());
    assertEquals(201, house.post(county, "/v1/staff", newStaff("x.3", "410821", "CLERK")).status());
    Answer taken = house.post(county, "/v1/staff", newStaff("x.3", "410821", "CLERK"));
    assertEquals("ALREADY_TAKEN", taken.code());
    Answer mixed = house.post(county, "/v1/staff", newStaff("x.4", "410821", "SYSTEM", "CLERK"));
    assertEquals("roles", mixed.json().getString("field"));
    JsonObject status = new JsonObject().put("status", "SUSPENDED").put("reason", "不归我管");
    assertEquals(404, house.post(county, "/v1/staff/" + SYSTEM + "/status", status).status());
    assertFalse(each(house.get(county, "/v1/staff"), "staff", "org").contains("410802"));
  }

  @Test
  void organisationsGrowBelow() throws Exception {
    JsonObject org =
        new JsonObject()
            .put("code", "410802.7001")
            .put("parent", "410802")
            .put("kind", "PRIMARY")
            .put("name", "新厂工会")
            .put("areaCode", "410802");
    assertEquals(201, house.post(SYSTEM, "/v1/orgs", org).status());
    assertEquals("ALREADY_TAKEN", house.post(SYSTEM, "/v1/orgs", org).code());
    String district = DeskHouse.login("410802", Role.CLERK);
    assertTrue(each(house.get(district, "/v1/orgs"), "orgs", "code").contains("410802.7001"));
    assertFalse(each(house.get(district, "/v1/orgs"), "orgs", "code").contains("410821"));
    String sibling = DeskHouse.login("410821", Role.SYSTEM);
    assertEquals(404, house.post(sibling, "/v1/orgs", org.put("code", "410802.7002")).status());
  }

  @Test
  void theAuditIsReadFromAboveAndChangedByNobody() throws Exception {
    assertEquals(
        201, house.post(SYSTEM, "/v1/staff", newStaff("audited", "410821", "CLERK")).status());
    String city = DeskHouse.login("410800", Role.AUDITOR);
    String county = DeskHouse.login("410821", Role.AUDITOR);
    String district = DeskHouse.login("410802", Role.AUDITOR);
    assertTrue(each(house.get(city, "/v1/audit"), "entries", "subject").contains("audited"));
    assertTrue(each(house.get(county, "/v1/audit"), "entries", "subject").contains("audited"));
    assertFalse(each(house.get(district, "/v1/audit"), "entries", "subject").contains("audited"));
    for (String change :
        List.of("update audit set actor = 'x'", "delete from audit", "truncate audit cascade")) {
      IllegalStateException refused =
          assertThrows(
              IllegalStateException.class, () -> TestStores.execute(house.url, change), change);
      assertTrue(String.valueOf(refused.getMessage()).contains("only ever added to"));
    }
    assertEquals(List.of(), brokenChain());
  }

  private List<String> brokenChain() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      return LedgerAudit.run(database).stream()
          .filter(finding -> finding.check().name().equals("staff-audit-chain"))
          .flatMap(finding -> finding.samples().stream())
          .toList();
    }
  }

  @Test
  void theFirstAccountComesFromTheCommandLine() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      FirstStaff first =
          new FirstStaff(database, new Passwords(new SecureRandom()), Clock.systemUTC());
      first.add("root", "管理员", "410000", Set.of(Role.SYSTEM), "a password of its own", true);
      assertThrows(
          CannotStart.class,
          () -> first.add("root", "又一个", "410000", Set.of(Role.SYSTEM), "another password", true));
      assertThrows(
          CannotStart.class,
          () -> first.add("root2", "无组织", "999999", Set.of(Role.SYSTEM), "another password", true));
    }
    assertEquals("PASSWORD_MUST_CHANGE", signIn("root", "a password of its own").code());
    assertEquals(200, change("root", "a password of its own", OWN).status());
  }
}
