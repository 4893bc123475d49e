package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.receipt.ShellScripts;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merchants are paid: over HTTPS, on a real database, by the people whose work it is. */
class SettlementIT {
  private static final String OWN = "841080210000013";
  private static final String OTHER = "841080250000033";
  private static final String KEEPER = DeskHouse.login("410800", Role.MERCHANT);
  private static final String STRANGER = "keeper.wang";
  private static final String CLERK = DeskHouse.login("410800", Role.CLERK);
  private static final String APPROVER = DeskHouse.login("410800", Role.APPROVER);
  private static final String SUPERVISOR = DeskHouse.login("410800", Role.SUPERVISOR);
  private static final String AUDITOR = DeskHouse.login("410800", Role.AUDITOR);
  private static final String ELSEWHERE = DeskHouse.login("410821", Role.APPROVER);
  private static final JsonObject REASON = new JsonObject().put("reason", "核对一致");

  private DeskHouse house;
  private ContractClient till;
  private LocalDate day;
  private long card = 3_000;

  @BeforeEach
  void open() throws Exception {
    house = new DeskHouse("settle");
    TestTown.tenPercent(house.url);
    till = house.till("T0000001");
    day = house.now().atZone(Clocks.CHINA).toLocalDate();
  }

  @AfterEach
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  @CanIgnoreReturnValue
  private JsonObject sell(long fen) throws Exception {
    JsonObject sale = house.sell(till, card++, fen);
    assertEquals("APPROVED", sale.getString("outcome"), sale::encode);
    return sale;
  }

  private void closeTheDay() {
    house.pass(Duration.ofDays(1));
    int closed = Loops.await(house.settlement().dayClose().run(step -> {}));
    assertEquals(1, closed);
    house.give(STRANGER, OTHER); // with tokens of the day
    house.addStaff("both.hands", "410800", Role.CLERK, Role.APPROVER);
  }

  private JsonObject read(String login, String path) throws Exception {
    Answer answer = house.get(login, path);
    assertEquals(200, answer.status(), () -> path + answer.json().encode());
    return answer.json();
  }

  @CanIgnoreReturnValue
  private JsonObject done(String login, String path, JsonObject body) throws Exception {
    Answer answer = house.post(login, path, body);
    assertTrue(answer.status() < 300, () -> path + answer.status() + answer.json().encode());
    return answer.json();
  }

  private int status(String login, String path, JsonObject body) throws Exception {
    return house.post(login, path, body).status();
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(TestLine.signingKey().publicKey().spki())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private String staffName(String login) {
    return TestStores.text(house.url, "select name from staff where login = '" + login + "'");
  }

  private static JsonObject first(JsonObject of, String name) {
    return of.getJsonArray(name).getJsonObject(0);
  }

  /** Gives the merchant an account: one asks, another confirms. */
  @CanIgnoreReturnValue
  private long payee(String account) throws Exception {
    JsonObject wish =
        new JsonObject()
            .put("holder", "焦作市某餐饮有限公司")
            .put("bank", "中国银行焦作分行")
            .put("account", account)
            .put("reason", "来函");
    JsonObject asked = done(CLERK, "/v1/merchants/" + OWN + "/payees", wish);
    JsonObject confirm = new JsonObject().put("decision", "CONFIRM").put("reason", "已核实");
    done(APPROVER, "/v1/payees/" + asked.getLong("payee") + "/decision", confirm);
    return asked.getLong("payee");
  }

  @Test
  void aStatementSaysWhatWasSoldAndItsFileIsSigned(@TempDir Path folder) throws Exception {
    JsonObject sale = sell(12_345);
    JsonObject back = house.refund(till, sell(8_000), 3_000);
    assertEquals("APPROVED", back.getString("outcome"), back::encode);
    closeTheDay();
    JsonObject head = first(read(KEEPER, "/v1/merchants/" + OWN + "/statements"), "statements");
    assertEquals(day.toString(), head.getString("day"));
    assertEquals(20_345, head.getJsonObject("sales").getLong("orderFen"));
    assertEquals(3_000, head.getJsonObject("returns").getLong("orderFen"));
    long union =
        TestStores.number(
            house.url, "select sum(fen) from posting where account = 'UNION' and party = 410800");
    assertEquals(union, head.getLong("dueFen"));
    String path = "/v1/statements/" + head.getLong("id");
    JsonObject statement = read(KEEPER, path);
    assertEquals(3, statement.getJsonArray("lines").size());
    assertEquals(sale.getString("id"), first(statement, "lines").getString("transaction"));
    assertEquals(Capitals.of(union), statement.getString("capital"));
    assertEquals(404, house.get(STRANGER, path).status(), "another merchant's");
    assertEquals(404, house.get(DeskHouse.login("410821", Role.AUDITOR), path).status());
    assertEquals(404, house.get(KEEPER, "/v1/statements/999999").status());

    Answer csv = house.get(KEEPER, path + "?format=csv");
    assertEquals("text/csv; charset=utf-8", csv.header("content-type"));
    String text = text(csv);
    assertTrue(text.startsWith("H,1,MERCHANT," + OWN + "," + day + ",CNY,"), text);
    assertTrue(text.contains("," + sale.getString("id") + ","), text);
    assertTrue(text.contains("T,3,2,203.45,"), text);
    String gbk = new String(house.get(KEEPER, path + "?format=gbk").body(), Charset.forName("GBK"));
    assertEquals(text, gbk);

    Files.write(folder.resolve("s.csv"), csv.body());
    Files.write(folder.resolve("sig.json"), house.get(KEEPER, path + "/signature").body());
    Files.writeString(
        folder.resolve("keys.json"),
        new JsonObject()
            .put(
                "keys",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("kid", "test-1")
                            .put("algorithm", "SM2-SM3")
                            .put("publicKey", pem())))
            .encode());
    String script = Path.of("src/docs/verify-statement.sh").toAbsolutePath().toString();
    ShellScripts.Result good = ShellScripts.run(folder, script, "s.csv", "sig.json", "keys.json");
    assertEquals(0, good.exit(), good.output());
    Files.writeString(folder.resolve("s.csv"), text.replace("203.45", "203.46"));
    ShellScripts.Result forged = ShellScripts.run(folder, script, "s.csv", "sig.json", "keys.json");
    assertEquals(1, forged.exit(), forged.output());

    JsonObject funder = first(read(AUDITOR, "/v1/statements?kind=FUNDER&org=410800"), "statements");
    assertEquals(union, funder.getLong("dueFen"));
    assertEquals(
        OWN,
        first(read(AUDITOR, "/v1/statements/" + funder.getLong("id")), "lines")
            .getString("merchant"));
    JsonObject signed = first(read(AUDITOR, "/v1/statements?kind=UNION&org=410800"), "statements");
    assertEquals(
        17_345,
        signed.getJsonObject("sales").getLong("orderFen")
            - signed.getJsonObject("returns").getLong("orderFen"));
    assertTrue(
        text(house.get(AUDITOR, "/v1/statements/" + signed.getLong("id") + "?format=csv"))
            .contains(OWN));
    assertEquals("CLOSED", first(read(AUDITOR, "/v1/settlement-days"), "days").getString("state"));
  }

  @Test
  void aMerchantIsPaidByTwoPeopleAndWhatTheBankDidIsBooked() throws Exception {
    sell(10_000);
    closeTheDay();
    JsonObject wish = new JsonObject();
    JsonObject none = done(CLERK, "/v1/payment-batches", wish);
    assertEquals("NO_PAYEE", first(none, "payments").getString("reason"));
    assertEquals(409, status(CLERK, "/v1/payment-batches", wish), "one draft at a time");
    String draft = "/v1/payment-batches/" + none.getLong("batch");
    assertEquals(409, status(APPROVER, draft + "/approval", REASON), "nobody can be paid");
    done(CLERK, draft + "/cancellation", REASON);
    long payee = payee("6222021709012345678");
    JsonObject payees = read(KEEPER, "/v1/merchants/" + OWN + "/payees");
    assertEquals("****5678", first(payees, "payees").getString("account"));
    assertTrue(first(payees, "payees").getBoolean("inForce"), "the first one at once");

    JsonObject made = done("both.hands", "/v1/payment-batches", wish);
    assertEquals(700, made.getLong("fen"));
    String batch = "/v1/payment-batches/" + made.getLong("batch");
    assertEquals(409, status("both.hands", batch + "/approval", REASON), "his own");
    assertEquals(404, status(ELSEWHERE, batch + "/approval", REASON));
    assertEquals(
        403, status(DeskHouse.login("410000", Role.APPROVER), batch + "/approval", REASON));
    assertEquals(409, house.get(APPROVER, batch + "/file").status());
    done(APPROVER, batch + "/approval", REASON);
    JsonObject approved = read(AUDITOR, batch);
    assertEquals(staffName("both.hands"), approved.getString("madeByName"));
    assertEquals(staffName(APPROVER), approved.getString("approvedByName"));
    assertEquals(409, status(APPROVER, batch + "/approval", REASON));
    String file = text(house.get(APPROVER, batch + "/file"));
    assertTrue(file.contains(",6222021709012345678,7.00," + OWN + ","), file);
    assertEquals(file, text(house.get(APPROVER, batch + "/file")), "the same bytes");
    assertFalse(
        TestStores.number(
                house.url, "select count(*) from audit where detail::text like '%6222021709%'")
            > 0);
    JsonObject books = read(AUDITOR, "/v1/obligations?org=410800");
    assertEquals(0, books.getLong("owedFen"));
    assertEquals(700, books.getLong("transitFen"));

    String today = house.now().atZone(Clocks.CHINA).toLocalDate().toString();
    String head = "H,1,RESULT," + made.getLong("batch") + "," + today + ",FINAL\n";
    JsonObject cut = new JsonObject().put("file", head + "D,1,7.00,PAID,5678,B1,\n");
    assertEquals(400, status(CLERK, batch + "/results", cut));
    JsonObject sums = new JsonObject().put("file", head + "D,1,7.00,PAID,5678,B1,\nT,1,7.01\n");
    assertEquals(400, status(CLERK, batch + "/results", sums));
    JsonObject part =
        new JsonObject()
            .put("file", head.replace("FINAL", "PART") + "D,1,5.00,PAID,5678,B1,\nT,1,5.00\n");
    JsonObject still = done(CLERK, batch + "/results", part);
    assertEquals("TOLD", first(still, "payments").getString("state"), "a part is refused");
    JsonObject good = new JsonObject().put("file", head + "D,1,7.00,PAID,5678,B1,\nT,1,7.00\n");
    JsonObject paid = done(CLERK, batch + "/results", good);
    assertEquals("DONE", paid.getString("state"));
    assertEquals(paid, done(CLERK, batch + "/results", good), "the same file again");
    JsonObject again = new JsonObject().put("file", head + "D,1,7.00,PAID,5678,B2,\nT,1,7.00\n");
    JsonObject unused = done(CLERK, batch + "/results", again);
    List<String> kinds = new ArrayList<>();
    read(AUDITOR, "/v1/settlement-cases")
        .getJsonArray("cases")
        .forEach(one -> kinds.add(((JsonObject) one).getString("kind")));
    assertEquals(List.of("TWICE", "AMOUNT"), kinds);
    assertEquals(700, read(AUDITOR, "/v1/obligations").getLong("paidFen"));
    assertEquals(
        0, read(AUDITOR, "/v1/obligations?on=" + day).getLong("paidFen"), "at that day's end");
    assertEquals(
        "PAID",
        first(read(KEEPER, "/v1/merchants/" + OWN + "/payments"), "payments").getString("state"));
    assertEquals(404, house.get(STRANGER, "/v1/merchants/" + OWN + "/payments").status());
    assertTrue(payee > 0);
  }

  @Test
  void whoIsOnHoldIsNotPaidAndAChangedAccountCools() throws Exception {
    long first = payee("6222021709012345678");
    sell(10_000);
    closeTheDay();
    done(SUPERVISOR, "/v1/merchants/" + OWN + "/payment-hold", REASON);
    assertEquals(409, status(SUPERVISOR, "/v1/merchants/" + OWN + "/payment-hold", REASON));
    JsonObject held = done(CLERK, "/v1/payment-batches", new JsonObject());
    assertEquals("HELD", first(held, "payments").getString("reason"));
    assertEquals(700, held.getLong("leftFen"));
    done(CLERK, "/v1/payment-batches/" + held.getLong("batch") + "/cancellation", REASON);
    done(APPROVER, "/v1/merchants/" + OWN + "/payment-release", REASON);
    assertEquals(700, read(AUDITOR, "/v1/obligations").getLong("owedFen"), "it stays owed");

    JsonObject made = done(CLERK, "/v1/payment-batches", new JsonObject());
    long second = payee("6222021709099999999");
    assertTrue(second > first);
    JsonObject approved =
        done(APPROVER, "/v1/payment-batches/" + made.getLong("batch") + "/approval", REASON);
    assertEquals("****5678", first(approved, "payments").getString("account"), "still the old one");
    String path = "/v1/payment-batches/" + made.getLong("batch");
    String today = house.now().atZone(Clocks.CHINA).toLocalDate().toString();
    String head = "H,1,RESULT," + made.getLong("batch") + "," + today;
    JsonObject rejected =
        new JsonObject().put("file", head + ",FINAL\nD,1,7.00,REJECTED,5678,B9,户名不符\nT,1,0.00\n");
    assertEquals(
        "REJECTED", first(done(CLERK, path + "/results", rejected), "payments").getString("state"));
    assertEquals(700, read(AUDITOR, "/v1/obligations").getLong("owedFen"), "owed again");

    house.pass(Duration.ofDays(4));
    JsonObject next = done(CLERK, "/v1/payment-batches", new JsonObject());
    assertEquals("****9999", first(next, "payments").getString("account"), "it has cooled");
    done(APPROVER, "/v1/payment-batches/" + next.getLong("batch") + "/approval", REASON);
    String later = house.now().atZone(Clocks.CHINA).toLocalDate().toString();
    JsonObject silent =
        new JsonObject()
            .put(
                "file", "H,1,RESULT," + next.getLong("batch") + "," + later + ",FINAL\nT,0,0.00\n");
    done(CLERK, "/v1/payment-batches/" + next.getLong("batch") + "/results", silent);
    JsonObject difference = first(read(AUDITOR, "/v1/settlement-cases?state=OPEN"), "cases");
    assertEquals("SHORT", difference.getString("kind"));
    String one = "/v1/settlement-cases/" + difference.getLong("case");
    done(CLERK, one + "/steps", new JsonObject().put("step", "TAKE").put("text", "我来"));
    JsonObject settle =
        new JsonObject()
            .put("step", "CLOSE")
            .put("text", "银行已补回单")
            .put("outcome", "PAID")
            .put("bankNo", "B77");
    assertEquals(403, status(CLERK, one + "/steps", settle), "an approver says so");
    assertEquals("CLOSED", done(APPROVER, one + "/steps", settle).getString("state"));
    assertEquals(700, read(AUDITOR, "/v1/obligations").getLong("paidFen"));
    assertEquals(409, status(APPROVER, one + "/steps", settle));
  }

  /**
   * One batch, of which the bank says wrong after wrong: each is found, named once and as a case of
   * its own, however often the file is read, and the payment is booked once.
   */
  @Test
  void everyDifferenceOfABankIsNamedAndNothingIsBookedTwice() throws Exception {
    payee("6222021709012345678");
    sell(10_000);
    closeTheDay();
    JsonObject made = done(CLERK, "/v1/payment-batches", new JsonObject());
    String batch = "/v1/payment-batches/" + made.getLong("batch");
    done(APPROVER, batch + "/approval", REASON);
    String today = house.now().atZone(Clocks.CHINA).toLocalDate().toString();
    differs(made, "AMOUNT", 700, 699, "TOLD", today + ",PART", "D,1,6.99,PAID,5678,B1,", 699);
    differs(made, "WRONG_PAYEE", 700, 700, "TOLD", today + ",PART", "D,1,7.00,PAID,0000,B2,", 700);
    differs(made, "ONE_SIDED", 0, 300, "TOLD", today + ",PART", "D,2,3.00,PAID,5678,B3,", 300);
    differs(made, "SHORT", 700, 0, "TOLD", today + ",FINAL", "", 0);
    assertEquals(0, read(AUDITOR, "/v1/obligations").getLong("paidFen"));
    String before = day.toString();
    differs(made, "WRONG_DAY", 700, 700, "PAID", before + ",PART", "D,1,7.00,PAID,5678,B4,", 700);
    differs(made, "STATE", 700, 0, "PAID", today + ",PART", "D,1,7.00,REJECTED,5678,B4,退汇", 0);
    differs(made, "TWICE", 700, 700, "PAID", today + ",PART", "D,1,7.00,PAID,5678,B5,", 700);
    String twice = "D,1,7.00,PAID,5678,B4,\nD,1,7.00,PAID,5678,B6,";
    differs(made, "TWICE", 700, 700, "PAID", today + ",PART", twice, 1_400);
    assertEquals(700, read(AUDITOR, "/v1/obligations").getLong("paidFen"));
    assertEquals(
        1,
        TestStores.number(
            house.url, "select count(*) from book_entry where debit = 'TRANSIT' and fen = 700"));
  }

  private int cases;

  /** Reads a result file, twice, and finds one more case by that name. */
  private void differs(
      JsonObject batch,
      String kind,
      long here,
      long there,
      String state,
      String day,
      String lines,
      long paid)
      throws Exception {
    int count = lines.isEmpty() ? 0 : lines.split("\n", -1).length;
    String file =
        "H,1,RESULT,%d,%s\n%s%sT,%d,%s\n"
            .formatted(
                batch.getLong("batch"),
                day,
                lines,
                lines.isEmpty() ? "" : "\n",
                count,
                Fen.of(paid).yuan());
    JsonObject body = new JsonObject().put("file", file);
    String path = "/v1/payment-batches/" + batch.getLong("batch") + "/results";
    JsonObject read = done(CLERK, path, body);
    assertEquals(state, first(read, "payments").getString("state"), file);
    assertEquals(read, done(CLERK, path, body), "the same file again");
    JsonArray open = read(AUDITOR, "/v1/settlement-cases").getJsonArray("cases");
    assertEquals(++cases, open.size(), open::encode);
    JsonObject latest = open.getJsonObject(0);
    assertEquals(kind, latest.getString("kind"), file);
    assertEquals("BANK", latest.getString("sides"));
    assertEquals(here, latest.getLong("hereFen"), file);
    assertEquals(there, latest.getLong("thereFen"), file);
    assertEquals(OWN, latest.getString("merchant"));
  }

  @Test
  void aWrongEntryIsTakenBackByAnotherAndByTwoPeople() throws Exception {
    sell(10_000);
    closeTheDay();
    JsonObject entry =
        first(read(AUDITOR, "/v1/book-entries?org=410800&merchant=" + OWN), "entries");
    assertEquals("SUBSIDY", entry.getString("debit"));
    String path = "/v1/book-entries/" + entry.getLong("entry") + "/correction";
    JsonObject asked = done("both.hands", path, REASON);
    assertEquals(409, status(CLERK, path, REASON), "once");
    assertEquals(403, status(DeskHouse.login("410000", Role.CLERK), path, REASON));
    String decision = "/v1/book-corrections/" + asked.getLong("correction") + "/decision";
    JsonObject confirm = new JsonObject().put("decision", "CONFIRM").put("reason", "已核对");
    assertEquals(409, status("both.hands", decision, confirm), "his own");
    assertEquals("CONFIRMED", done(APPROVER, decision, confirm).getString("state"));
    assertEquals(0, read(AUDITOR, "/v1/obligations").getLong("owedFen"));
    assertEquals(
        0, read(AUDITOR, "/v1/obligations?on=" + day).getLong("subsidyFen"), "not booked then");
    JsonObject counter = first(read(AUDITOR, "/v1/book-entries"), "entries");
    assertEquals(entry.getLong("entry"), counter.getLong("counters"));
    String again = "/v1/book-entries/" + counter.getLong("entry") + "/correction";
    assertEquals(409, status(CLERK, again, REASON), "an entry of a closed day alone");
  }

  /** One of its own by its name, another union's that it helps to pay by the public one. */
  @Test
  void whoPaysReadsWhatACampaignIsCalled() throws Exception {
    sell(10_000);
    closeTheDay();
    TestStores.execute(house.url, "update campaign set name = '困难职工帮扶', public_name = '工会惠民'");
    assertEquals(Set.of("困难职工帮扶"), called());
    TestStores.execute(house.url, "update campaign set org = 410802");
    assertEquals(Set.of("工会惠民"), called());
  }

  private Set<String> called() throws Exception {
    JsonObject statement = first(read(AUDITOR, "/v1/statements?kind=FUNDER"), "statements");
    return Stream.of(
            first(read(AUDITOR, "/v1/obligations"), "obligations"),
            first(read(AUDITOR, "/v1/book-entries"), "entries"),
            first(read(AUDITOR, "/v1/statements/" + statement.getLong("id")), "lines"))
        .map(one -> one.getString("campaignName"))
        .collect(Collectors.toSet());
  }

  @Test
  void aMerchantSaysThatItsStatementIsWrongAndHintsAreTold() throws Exception {
    JsonArray sold = new JsonArray();
    for (int i = 0; i < 16; i++ /* half of them lie in one minute */) {
      sold.add(sell(2_000).getString("id"));
    }
    JsonObject promise =
        new JsonObject()
            .put("basisPoints", 900)
            .put("documentNo", "签约〔2026〕9号")
            .put("validFrom", day.minusDays(1).toString());
    done(CLERK, "/v1/merchants/" + OWN + "/promises", promise);
    closeTheDay();
    JsonObject head = first(read(KEEPER, "/v1/merchants/" + OWN + "/statements"), "statements");
    JsonObject claim =
        new JsonObject()
            .put("statement", head.getLong("id"))
            .put("transaction", sold.getString(3))
            .put("fen", 1_200)
            .put("text", "这笔应为 12 元");
    String path = "/v1/merchants/" + OWN + "/settlement-cases";
    JsonObject opened = done(KEEPER, path, claim);
    assertEquals("CLAIM", opened.getString("kind"));
    assertEquals(409, status(KEEPER, path, claim), "this line has a case");
    assertEquals(404, status(STRANGER, path, claim));
    String one = "/v1/settlement-cases/" + opened.getLong("case");
    JsonObject note = new JsonObject().put("step", "NOTE").put("text", "补充小票");
    assertEquals(2, done(KEEPER, one + "/steps", note).getJsonArray("steps").size());
    JsonObject take = new JsonObject().put("step", "TAKE").put("text", "x");
    assertEquals(403, status(KEEPER, one + "/steps", take));
    assertEquals(404, house.get(STRANGER, one).status());
    assertEquals(1, read(KEEPER, path).getJsonArray("cases").size());

    JsonObject hint = first(read(SUPERVISOR, "/v1/settlement-hints"), "hints");
    assertEquals("VELOCITY", hint.getString("kind"));
    assertEquals(
        1,
        TestStores.number(house.url, "select count(*) from outbox where kind = 'settlement.hint'"));
    assertTrue(Fen.of(hint.getLong("fen")).value() > 0);
  }
}
