package cn.unionecard.gateway.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.union.FirstStaff;
import cn.unionecard.gateway.union.Passwords;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a merchant's account sees and does over HTTPS, on a real database, and what it does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShopIT {
  /** The restaurant and the supermarket of the town. */
  private static final String OWN = "841080210000013";

  private static final String OTHER = "841080250000033";
  private static final String KEEPER = "keeper.li";
  private static final String ATTACKER = "keeper.wang";
  private static final String CLERK = DeskHouse.login("410802", Role.CLERK);
  private static final String SYSTEM = DeskHouse.login("410800", Role.SYSTEM);
  private static final String ABOVE = DeskHouse.login("410000", Role.SYSTEM);
  private static final String WHO = "我是三车间的赵工，电话13800138000";

  private DeskHouse house;
  private ContractClient till;
  private long card = 3_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("shop");
    TestTown.tenPercent(house.url);
    house.give(KEEPER, OWN);
    house.give(ATTACKER, OTHER);
    till = house.till("T0000001");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  private JsonObject sell(long fen) throws Exception {
    JsonObject sale = house.sell(till, card++, fen);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    return sale;
  }

  private JsonObject read(String login, String path) throws Exception {
    Answer answer = house.get(login, path);
    assertEquals(200, answer.status(), () -> path + answer.json().encode());
    return answer.json();
  }

  private static String of(String no, String what) {
    return "/v1/merchants/" + no + what;
  }

  private LocalDate today() {
    return house.now().atZone(Clocks.CHINA).toLocalDate();
  }

  private long ledger(String sql) {
    return TestStores.number(house.url, sql);
  }

  @Test
  void aDaysFiguresAreTheLedgers() throws Exception {
    JsonObject before = read(KEEPER, of(OWN, "/days")).getJsonObject("total");
    JsonObject first = sell(12_345);
    JsonObject second = sell(8_000);
    JsonObject back = house.refund(till, second, 3_000);
    assertEquals("APPROVED", back.getString("outcome"), back::encode);
    JsonObject refused = house.sell(house.till("T0000007"), card++, 4_000);
    assertEquals("MERCHANT_SUSPENDED", refused.getString("refusal"), refused::encode);
    JsonObject others = house.sell(house.till("T0000008"), card++, 9_900);
    assertEquals("APPROVED", others.getString("outcome"), others::encode);
    JsonObject day = read(KEEPER, of(OWN, "/days"));
    JsonObject total = day.getJsonObject("total");
    JsonObject sales = total.getJsonObject("sales");
    assertEquals(before.getJsonObject("sales").getLong("count") + 2, sales.getLong("count"));
    assertEquals(
        before.getJsonObject("sales").getLong("grossFen") + 20_345, sales.getLong("grossFen"));
    long discount = first.getLong("discountFen") + second.getLong("discountFen");
    assertTrue(discount > 0, first::encode);
    assertEquals(
        before.getJsonObject("sales").getLong("unionFen")
            + before.getJsonObject("sales").getLong("ownFen")
            + discount,
        sales.getLong("unionFen") + sales.getLong("ownFen"));
    // who pays, from what was allocated, which the figures do not read
    assertEquals(
        ledger(
            "select sum(a.fen) from allocation a join transaction t on t.id = a.transaction"
                + " where t.merchant = 1 and a.funder = 'MERCHANT'"),
        sales.getLong("ownFen") - total.getJsonObject("undone").getLong("ownFen"));
    assertEquals(
        ledger(
            "select sum(fen) from posting p join transaction t on t.id = p.transaction"
                + " where t.merchant = 1 and account in ('MEMBER', 'UNION')"),
        total.getLong("netFen"),
        "what members and unions paid is what the merchant is due");
    assertEquals(sum(day, "hours"), sum(day, "terminals"));
    assertEquals(total.getLong("netFen"), sum(day, "hours"));
    assertEquals(total, cut(day.getJsonArray("days").getJsonObject(0), "day"));
    JsonObject week = read(KEEPER, of(OWN, "/days?from=" + today().minusDays(6)));
    assertEquals(7, week.getJsonArray("days").size(), "also days without a sale");
    assertEquals(total, week.getJsonObject("total"));
    assertFalse(week.containsKey("hours"));
  }

  private static JsonObject cut(JsonObject of, String name) {
    of.remove(name);
    return of;
  }

  private static long sum(JsonObject day, String parts) {
    return day.getJsonArray(parts).stream()
        .mapToLong(part -> ((JsonObject) part).getLong("netFen"))
        .sum();
  }

  @Test
  void daysAreBounded() throws Exception {
    for (String query :
        List.of(
            "from=2026-11-02&to=2026-11-01",
            "from=2026-01-01&to=2026-11-01",
            "to=2026-02-30",
            "day=2026-02-01")) {
      assertEquals(400, house.get(KEEPER, of(OWN, "/days?" + query)).status(), query);
    }
    assertEquals(
        92,
        read(KEEPER, of(OWN, "/days?from=2026-08-01&to=2026-10-31")).getJsonArray("days").size());
  }

  @Test
  void transactionsArePagedAndSayWhatBecameOfThem() throws Exception {
    List<String> sold = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      sold.add(0, sell(1_000 + i).getString("id"));
    }
    JsonObject undone = house.refund(till, new JsonObject().put("id", sold.get(0)), 400);
    JsonObject page = read(KEEPER, of(OWN, "/transactions"));
    JsonArray rows = page.getJsonArray("transactions");
    assertEquals(50, rows.size());
    assertEquals(undone.getString("id"), rows.getJsonObject(0).getString("id"));
    assertTrue(rows.getJsonObject(0).getLong("orderFen") < 0);
    assertEquals(sold.get(0), rows.getJsonObject(0).getString("original"));
    assertEquals(400, rows.getJsonObject(1).getLong("undoneFen"));
    assertEquals(undone.getString("id"), rows.getJsonObject(1).getString("undoneBy"));
    JsonObject next =
        read(KEEPER, of(OWN, "/transactions?after=" + page.getString("next")))
            .getJsonArray("transactions")
            .getJsonObject(0);
    assertEquals(sold.get(49), next.getString("id"));
    assertEquals(next, read(KEEPER, of(OWN, "/transactions/" + sold.get(49))));
    String all = page.encode();
    assertFalse(all.contains("holder") || all.contains("card"), "no member");
    assertEquals(200, house.get(KEEPER, "/v1/receipts/" + sold.get(0)).status());
    assertEquals(200, house.get(KEEPER, "/v1/transactions/" + sold.get(0)).status());
  }

  /** Everything that is of one merchant, asked for by the account of another. */
  @Test
  void anotherMerchantsAccountFindsNothingOfIt() throws Exception {
    JsonObject sale = sell(5_000);
    long review = review(sale, 1);
    JsonObject complaint = complain();
    ask(complaint);
    long decision = decision();
    TestStores.execute(
        house.url, "insert into terminal values (60, 'SHOP0060', 1, 'SN60', 'REGISTERED')");
    String id = sale.getString("id");
    String no = complaint.getString("complaint");
    JsonObject say = new JsonObject().put("step", "SAY").put("text", "不是我店");
    JsonObject text = new JsonObject().put("text", "多谢");
    JsonObject reason = new JsonObject().put("reason", "不服");
    for (String path :
        List.of(
            of(OWN, ""),
            of(OWN, "/days"),
            of(OWN, "/transactions"),
            of(OWN, "/transactions/" + id),
            of(OTHER, "/transactions/" + id),
            "/v1/receipts/" + id,
            "/v1/transactions/" + id,
            "/v1/reviews/" + review,
            of(OWN, "/complaints"),
            of(OWN, "/complaints/" + no),
            of(OTHER, "/complaints/" + no),
            "/v1/supervision/decisions/" + decision)) {
      assertEquals(404, house.get(ATTACKER, path).status(), path);
      if (!path.contains(OTHER)) {
        assertEquals(200, house.get(KEEPER, path).status(), path);
      }
    }
    for (String list :
        List.of(
            "/v1/reviews",
            "/v1/reviews?merchant=" + OWN,
            "/v1/supervision/decisions",
            "/v1/supervision/decisions?merchant=" + OWN)) {
      JsonObject theirs = read(ATTACKER, list);
      JsonArray rows = (JsonArray) theirs.iterator().next().getValue();
      assertTrue(rows.isEmpty(), () -> list + theirs.encode());
      assertNotEquals(theirs, read(KEEPER, list), list);
    }
    assertEquals(404, house.post(ATTACKER, "/v1/reviews/" + review + "/reply", text).status());
    assertEquals(404, house.post(ATTACKER, "/v1/complaints/" + no + "/steps", say).status());
    String appeal = "/v1/supervision/decisions/" + decision + "/appeal";
    assertEquals(404, house.post(ATTACKER, appeal, reason).status());
    String codes = "/v1/terminals/SHOP0060/activation-codes";
    Answer foreign = house.post(ATTACKER, codes, new JsonObject());
    assertEquals(404, foreign.status());
    String none = codes.replace("SHOP0060", "SHOP0099");
    assertEquals(
        house.post(ATTACKER, none, new JsonObject()).json().getString("detail"),
        foreign.json().getString("detail"),
        "another's sounds like none");
    for (String path :
        List.of(
            "/v1/merchants",
            "/v1/orgs",
            "/v1/staff",
            "/v1/audit",
            "/v1/complaint-counts",
            "/v1/complaints",
            "/v1/complaints/" + no,
            "/v1/reports/unions",
            "/v1/campaigns",
            "/v1/tickets",
            "/v1/subscriptions",
            "/v1/feed",
            "/v1/blocks/shop/1",
            "/v1/supervision/policies/410802",
            "/v1/cards/9000000001")) {
      assertEquals(403, house.get(KEEPER, path).status(), path);
    }
    // and what is its own works, is noted, and is told to the unions that answer for it
    assertEquals(200, house.post(KEEPER, "/v1/reviews/" + review + "/reply", text).status());
    assertEquals(409, house.post(KEEPER, "/v1/reviews/" + review + "/reply", text).status());
    assertEquals(201, house.post(KEEPER, "/v1/complaints/" + no + "/steps", say).status());
    assertEquals(200, house.post(KEEPER, appeal, reason).status());
    assertEquals(409, house.post(KEEPER, appeal, reason).status());
    Answer code = house.post(KEEPER, codes, new JsonObject());
    assertEquals(201, code.status());
    JsonObject waiting =
        read(KEEPER, of(OWN, "")).getJsonArray("terminals").stream()
            .map(JsonObject.class::cast)
            .filter(terminal -> terminal.getString("terminal").equals("SHOP0060"))
            .findFirst()
            .orElseThrow();
    assertTrue(waiting.containsKey("codeUntil"), waiting::encode);
    assertFalse(read(KEEPER, of(OWN, "")).encode().contains(code.json().getString("code")));
    Set<String> noted = new TreeSet<>();
    JsonArray entries =
        read(DeskHouse.login("410800", Role.AUDITOR), "/v1/audit").getJsonArray("entries");
    for (Object entry : entries) {
      JsonObject line = (JsonObject) entry;
      if (line.getString("actor").equals(KEEPER)) {
        noted.add(line.getString("action") + " " + line.getString("outcome"));
      }
    }
    assertTrue(
        noted.containsAll(
            Set.of(
                "review.replied DONE",
                "review.replied REFUSED",
                "complaint.step DONE",
                "supervision.appealed DONE",
                "supervision.appealed REFUSED",
                "terminal.activation-code DONE")),
        noted::toString);
  }

  private long review(JsonObject receipt, int stars) throws Exception {
    JsonObject rating =
        new JsonObject()
            .put("transaction", receipt.getString("id"))
            .put("receiptDigest", Sha256.hex(receipt.encode()))
            .put("stars", stars)
            .put("quality", stars)
            .put("service", stars)
            .put("afterSales", stars);
    Answer posted = house.post(null, "/v1/reviews", rating);
    assertEquals(201, posted.status(), () -> posted.json().encode());
    return posted.json().getLong("review");
  }

  /** A warning, as the supervision would make it. */
  private long decision() {
    TestStores.execute(
        house.url,
        """
        insert into supervision_decision (id, merchant, stage, effect, at, took_us, policies,
          window_days, sample_payers, z_milli, warn_permille, rectify_permille, suspend_permille,
          auto_rectify, auto_suspend, review, counted_from, upto, reviews, payers, bad, bound_ppm,
          bad_reviews, appeal_until)
        overriding system value
        select 700, 1, 'WARN', 'DONE', now(), 1, '{1}', 90, 20, 1960, 100, 150, 250, true, true,
          (select max(id) from review), now(), 1, 30, 25, 9, 200000,
          '{1,2,3,4,5,6,7,8,9}', now() + interval '9 days'
        """);
    return 700;
  }

  private JsonObject complain() throws Exception {
    Answer opened =
        house.post(
            CLERK,
            of(OWN, "/complaints"),
            new JsonObject().put("kind", "SERVICE").put("text", WHO));
    assertEquals(201, opened.status(), () -> opened.json().encode());
    return opened.json();
  }

  private Answer step(String login, JsonObject complaint, JsonObject wish) throws Exception {
    return house.post(login, "/v1/complaints/" + complaint.getString("complaint") + "/steps", wish);
  }

  private void ask(JsonObject complaint) throws Exception {
    String owner = owner(complaint);
    Answer taken = step(owner, complaint, new JsonObject().put("step", "ACCEPT"));
    assertEquals(201, taken.status(), () -> taken.json().encode());
    Answer put = step(owner, complaint, new JsonObject().put("step", "ASK").put("text", "请说明排队情况"));
    assertEquals(201, put.status(), () -> put.json().encode());
  }

  private String owner(JsonObject complaint) throws Exception {
    JsonObject seen = read(CLERK, "/v1/complaints/" + complaint.getString("complaint"));
    return DeskHouse.login(seen.getString("owner"), Role.CLERK);
  }

  @Test
  void aComplaintIsHeardOfOnceItIsPutToTheMerchantAndNeverWho() throws Exception {
    JsonObject complaint = complain();
    String no = complaint.getString("complaint");
    String path = of(OWN, "/complaints/" + no);
    JsonObject say = new JsonObject().put("step", "SAY").put("text", "当日客满，已加派人手");
    assertEquals(404, house.get(KEEPER, path).status(), "between opener and union");
    assertEquals(404, step(KEEPER, complaint, say).status());
    ask(complaint);
    JsonObject heard = read(KEEPER, path);
    assertEquals("请说明排队情况", heard.getJsonArray("words").getJsonObject(0).getString("text"));
    assertFalse(heard.encode().contains("赵工"), "nor in which words");
    assertTrue(heard.containsKey("deadline"), "with its clock");
    assertEquals(
        "text",
        step(KEEPER, complaint, new JsonObject().put("step", "SAY")).json().getString("field"));
    assertEquals(201, step(KEEPER, complaint, say).status());
    assertEquals(403, step(CLERK, complaint, say).status(), "nobody says it for the merchant");
    for (String other : List.of("ACCEPT", "ANSWER", "CLOSE", "CHASE", "ESCALATE", "EXTEND")) {
      JsonObject wish = new JsonObject().put("step", other);
      if (other.equals("ANSWER")) {
        wish.put("text", "x").put("upheld", false);
      }
      assertEquals(403, step(KEEPER, complaint, wish).status(), other);
    }
    JsonObject desk = read(CLERK, "/v1/complaints/" + no);
    JsonObject said = desk.getJsonArray("steps").getJsonObject(3);
    assertEquals("MERCHANT", said.getString("hand"));
    assertEquals("当日客满，已加派人手", said.getString("text"));
    assertEquals(KEEPER, said.getString("staff"));
    JsonObject key =
        new JsonObject()
            .put("complaint", complaint.getString("complaint"))
            .put("token", complaint.getString("token"));
    Answer opener = house.post(null, "/v1/complaint-views", key);
    assertTrue(opener.json().encode().contains("\"SAY\""), "that it was said");
    assertFalse(opener.json().encode().contains("客满"), "not what");
    for (int i = 0; i < 4; i++) {
      assertEquals(201, step(KEEPER, complaint, say).status());
    }
    assertEquals("STATE_DOES_NOT_ALLOW", step(KEEPER, complaint, say).code(), "enough");
    JsonObject answer =
        new JsonObject().put("step", "ANSWER").put("text", "已整改").put("upheld", true);
    assertEquals(201, step(owner(complaint), complaint, answer).status());
    assertEquals("STATE_DOES_NOT_ALLOW", step(KEEPER, complaint, say).code());
    JsonObject after = read(KEEPER, path);
    assertTrue(after.getBoolean("upheld"), after::encode);
    assertFalse(after.encode().contains("已整改"), "what the opener is told is for him");
  }

  @Test
  void tipsAreNotHeardOf() throws Exception {
    TestStores.execute(
        house.url,
        """
        insert into complaint (no, lane, kind, severity, state, merchant, owner, concerned, text,
            token_hash, opened_at)
          values ('TTTTTTTTTTT1', 'WHISTLE', 'CORRUPTION', 'GENERAL', 'ANSWERING', 1, 410000,
            '{410802}', '回扣', sha256('x'), now());
        insert into complaint_step (complaint, step, from_state, to_state, hand, staff,
            owner_before, owner_after, at)
          select c.id, 'ASK', 'ACCEPTED', 'ANSWERING', 'STAFF', s.id, c.owner, c.owner, now()
          from complaint c, (select id from staff limit 1) s where c.no = 'TTTTTTTTTTT1'""");
    assertEquals(404, house.get(KEEPER, of(OWN, "/complaints/TTTTTTTTTTT1")).status());
    assertFalse(read(KEEPER, of(OWN, "/complaints")).encode().contains("TTTTTTTTTTT1"));
    JsonObject say = new JsonObject().put("step", "SAY").put("text", "没有");
    assertEquals(404, house.post(KEEPER, "/v1/complaints/TTTTTTTTTTT1/steps", say).status());
  }

  @Test
  void theOwnViewTellsNeitherWhyStaffDidSomethingNorWho() throws Exception {
    TestStores.execute(
        house.url,
        """
        insert into merchant_document (merchant, kind, number, reference, digest, valid_from,
            valid_until, staff, at)
          select 1, 'CONTRACT', 'C-1', 'cabinet-7', sha256('x'), '2026-01-01', '2027-01-01', id,
            now() from staff limit 1""");
    JsonObject own = read(KEEPER, of(OWN, ""));
    assertEquals("饭店", own.getString("name"));
    assertEquals("市总工会", own.getString("signingName"));
    assertEquals("2027-01-01", own.getJsonArray("papers").getJsonObject(0).getString("validUntil"));
    String all = own.encode();
    assertFalse(all.contains("cabinet-7") || all.contains("steps") || all.contains("digest"), all);
    assertTrue(read(CLERK, of(OWN, "")).encode().contains("cabinet-7"), "the desk sees it");
  }

  private static JsonObject account(String login, String org, String merchantNo, String... roles) {
    return new JsonObject()
        .put("login", login)
        .put("name", "店长")
        .put("org", org)
        .put("roles", new JsonArray(List.of(roles)))
        .put("merchantNo", merchantNo);
  }

  private Answer add(JsonObject account) throws Exception {
    return house.post(SYSTEM, "/v1/staff", account);
  }

  @Test
  void anAccountIsOfTheMerchantThatItsUnionHasSigned() throws Exception {
    assertEquals(404, add(account("shop.a", "410802", OWN, "MERCHANT")).status(), "not its signer");
    assertEquals(404, add(account("shop.a", "410800", OTHER, "MERCHANT")).status());
    String nobody = "841080219999999";
    assertEquals(404, add(account("shop.a", "410800", nobody, "MERCHANT")).status());
    assertEquals(400, add(account("shop.a", "410800", OWN, "MERCHANT", "CLERK")).status());
    assertEquals(400, add(account("shop.a", "410800", OWN, "CLERK")).status());
    JsonObject bare = account("shop.a", "410800", OWN, "MERCHANT");
    bare.remove("merchantNo");
    assertEquals("merchantNo", add(bare).json().getString("field"));
    Answer asked = add(account("shop.a", "410800", OWN, "MERCHANT"));
    assertEquals(201, asked.status(), () -> asked.json().encode());
    String request = "/v1/staff-requests/" + asked.json().getLong("request");
    assertEquals(OWN, read(ABOVE, request).getString("merchantNo"));
    assertEquals(200, house.post(ABOVE, request + "/confirmation", new JsonObject()).status());
    JsonObject change =
        new JsonObject()
            .put("login", "shop.a")
            .put("password", asked.json().getString("password"))
            .put("newPassword", "a phrase that is mine");
    Answer signedIn = house.post(null, "/v1/own-password", change);
    assertEquals(200, signedIn.status(), () -> signedIn.json().encode());
    String token = signedIn.json().getString("accessToken");
    assertEquals(200, house.withToken(token, of(OWN, "/days")).status());
    assertEquals(404, house.withToken(token, of(OTHER, "/days")).status());
    JsonObject clerk =
        new JsonObject().put("roles", new JsonArray().add("CLERK")).put("reason", "升职");
    assertEquals(400, house.post(SYSTEM, "/v1/staff/shop.a/roles", clerk).status());
    JsonObject keeper =
        new JsonObject().put("roles", new JsonArray().add("MERCHANT")).put("reason", "转岗");
    assertEquals(400, house.post(SYSTEM, "/v1/staff/" + CLERK + "/roles", keeper).status());
    assertTrue(read(SYSTEM, "/v1/staff?after=shop").encode().contains(OWN));
    Answer mine = house.withToken(token, "/v1/sessions/mine");
    assertEquals(OWN, mine.json().getString("merchantNo"), () -> mine.json().encode());
    assertEquals("饭店", mine.json().getString("merchantName"));
  }

  /** With the merchant its accounts go to another union, and what they had got ends. */
  @Test
  void accountsGoWithTheMerchantToAnotherUnion() throws Exception {
    TestStores.execute(
        house.url,
        """
        insert into merchant values (61, '841080210000617', '搬家店', '91410800MA0000007L', 'EAT',
          '410802', 410802, 410802, 'LIVE')""");
    house.give("keeper.mover", "841080210000617");
    assertEquals(200, house.get("keeper.mover", of("841080210000617", "")).status());
    JsonObject unions =
        new JsonObject()
            .put("authorisingOrg", "410802")
            .put("signingOrg", "410802.0001")
            .put("reason", "归口");
    String path = of("841080210000617", "/unions");
    Answer moved = house.post(DeskHouse.login("410802", Role.APPROVER), path, unions);
    assertEquals(200, moved.status(), () -> moved.json().encode());
    assertEquals(9, ledger("select org from staff where login = 'keeper.mover'"));
    assertEquals(401, house.get("keeper.mover", of("841080210000617", "")).status());
  }

  @Test
  void theCommandLineAddsAnAccountOfAMerchant() throws Exception {
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection()) {
      FirstStaff first =
          new FirstStaff(database, new Passwords(new SecureRandom()), Clock.systemUTC());
      first.addForMerchant("shop.first", "店长", OTHER, "a phrase that is mine", true);
    }
    assertEquals(
        1,
        ledger(
            "select count(*) from staff where login = 'shop.first' and merchant = 3"
                + " and org = 410821 and one_time_until is not null"));
  }

  /** Each answer is read along the merchant's own index, whatever others sell. */
  @Test
  void aDayIsFoundByTheMerchantsOwnIndex() {
    assertNull(
        plan("t.merchant = 1 and t.id >= 1 and t.id < 900000000000000000").stream()
            .filter(line -> line.contains("Seq Scan"))
            .findFirst()
            .orElse(null));
  }

  private List<String> plan(String where) {
    List<String> lines = new ArrayList<>();
    try (Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        var statement = database.createStatement()) {
      statement.execute("set enable_seqscan = off");
      try (var rows =
          statement.executeQuery("explain select t.id from transaction t where " + where)) {
        while (rows.next()) {
          lines.add(rows.getString(1));
        }
      }
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
    assertTrue(lines.toString().contains("_merchant_id_idx"), lines::toString);
    return lines;
  }
}
