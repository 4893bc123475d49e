package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.union.Passwords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** What a union does at {@code /union} day by day, in stories: nobody needs anything else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ConsoleDesksIT {
  private static final String PASSWORD = "Correct-horse-1";
  private static final String MERCHANT = "841080210000013";

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    String hash = new Passwords(new SecureRandom()).hash(PASSWORD);
    staff("wang.clerk", "王办事", "CLERK", hash);
    staff("li.approver", "李审批", "APPROVER", hash);
    staff("zhao.super", "赵监督", "SUPERVISOR", hash);
    staff("sun.auditor", "孙审计", "AUDITOR", hash);
    staff("qian.system", "钱管理", "SYSTEM", hash);
    staff("zhou.system", "周管理", "SYSTEM", hash);
  }

  private void staff(String login, String name, String roles, String hash) {
    house.sql(
        "insert into staff (login, name, org, roles, status, password)"
            + " select '%s', '%s', id, '{%s}', 'ACTIVE', '%s' from org where code = '410800'"
                .formatted(login, name, roles, hash));
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Browser at(String login, String place) {
    Browser desk = new Browser("zh-CN");
    desk.open(house.address("/union#" + place));
    signIn(desk, login, PASSWORD);
    return desk;
  }

  private static void signIn(Browser desk, String login, String password) {
    desk.type("#f-login", login);
    desk.type("#f-password", password);
    desk.awaited(".sign-in button.primary").click();
    desk.awaited(".menu");
  }

  private static void go(Browser desk, String place) {
    Object unused = desk.driver().executeScript("location.hash = arguments[0]", place);
  }

  private static void choose(Browser desk, String name, String value) {
    desk.awaited("input[name='%s'][value='%s']".formatted(name, value)).click();
  }

  /** One of a few, or of many. */
  private static void pick(Browser desk, String name, String value) {
    desk.awaited(
            "#f-%s option[value='%s'], input[name='%s'][value='%s']"
                .formatted(name, value, name, value))
        .click();
  }

  /** From a form to its check page and on. */
  private static void send(Browser desk) {
    desk.awaited("form button.primary").click();
    desk.awaited("#send").click();
    desk.awaited(".verdict.good");
  }

  private void step(Browser desk, String complaint, String step, String text) {
    go(desk, "complaints/" + complaint + "/steps/" + step);
    desk.type("#f-text", text);
    send(desk);
  }

  @Test
  void aComplaintIsMovedToItsEnd() throws Exception {
    try (Browser desk = at("wang.clerk", "complaints")) {
      desk.awaited(".screen .waiting");
      desk.look("union-complaints-none");
      go(desk, "complaints/new?merchantNo=" + MERCHANT);
      choose(desk, "kind", "QUALITY");
      desk.type("#f-text", "面有异味 <img src=x onerror=alert(1)>");
      desk.look("union-complaint-new");
      desk.awaited("form button.primary").click();
      desk.awaited("#send");
      desk.look("union-complaint-new-check");
      desk.awaited("#send").click();
      desk.awaited(".verdict.good");
      desk.look("union-complaint-new-done");
      String no = desk.awaited(".verdict a").getText();
      step(desk, no, "ACCEPT", "已受理");
      step(desk, no, "ASK", "请说明进货渠道");
      go(desk, "complaints/" + no + "/steps/ANSWER");
      choose(desk, "upheld", "yes");
      desk.type("#f-text", "商户已退款并整改");
      send(desk);
      house.sql("update complaint set state = 'SATISFIED' where no = '" + no + "'");
      go(desk, "complaints");
      desk.awaited("table.rows tbody a");
      desk.look("union-complaints");
      try (Browser other = at("zhao.super", "complaints/" + no)) {
        other.awaited("[data-step=CLOSE]");
        other.look("union-complaint");
        other.awaited("[data-step=CLOSE]").click();
        send(other);
        assertEquals(
            1,
            house.number(
                "select count(*) from complaint where state = 'CLOSED' and no = '" + no + "'"));
      }
    }
  }

  @Test
  void limitsAreReadAndSet() throws Exception {
    try (Browser desk = at("li.approver", "complaints/limits")) {
      desk.awaited("table.rows");
      desk.look("union-limits");
      assertTrue(desk.driver().findElements(By.cssSelector("table.rows tbody tr")).size() > 3);
    }
  }

  @Test
  void aMemberIsEnteredAndHisPhoneGetsACode(@TempDir Path folder) throws Exception {
    try (Browser desk = at("wang.clerk", "cards")) {
      desk.awaited("#f-cardNo");
      desk.look("union-cards");
      go(desk, "cards/new");
      desk.type("#f-name", "欧阳修");
      desk.type("#f-identity", "11010519491231002X");
      pick(desk, "org", "410800");
      desk.look("union-member");
      send(desk);
      desk.look("union-member-done");
      desk.awaited(".verdict a.button.primary").click();
      desk.awaited("#send").click();
      String code = desk.awaited("#given").getText();
      assertTrue(code.matches("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"), code);
      desk.look("union-card-code");
      go(desk, "cards");
      desk.type("#f-identity", "11010519491231002X");
      desk.driver().findElements(By.cssSelector("form button.primary")).get(1).click();
      String card = desk.awaited("#found .facts a").getText();
      go(desk, "cards/" + card);
      desk.awaited("#code");
      desk.look("union-card");
      go(desk, "cards/" + card + "/status/LOST");
      desk.type("#f-reason", "<b onclick=alert(1)>本人挂失</b>");
      send(desk);
      assertTrue(desk.text().contains("已挂失"), desk.text());
      Path sheet =
          Files.writeString(
              folder.resolve("会员.csv"),
              "identity,name,category,org\n11010519491231002X,欧阳修,ORDINARY,410800\n12,王五,ORDINARY,410800\n"
                  + "440524188001010014,赵六,ORDINARY,410800\n");
      go(desk, "cards/import");
      desk.awaited("#f-sheet").sendKeys(sheet.toString());
      desk.awaited("#enter");
      desk.look("union-import");
      long before = house.number("select count(*) from card");
      desk.awaited("#enter").click();
      awaitText(desk, "#report", "已登记：会员.csv");
      assertEquals(before + 1, house.number("select count(*) from card"));
      go(desk, "cards");
      go(desk, "cards/import");
      desk.awaited("#f-sheet").sendKeys(workbook(folder).toString());
      desk.awaited("#enter");
      assertTrue(desk.text().contains("有问题 1 行"), desk.text());
      desk.look("union-import-workbook");
      desk.awaited("#enter").click();
      awaitText(desk, "#report", "已登记：会员.xlsx");
      assertEquals(before + 2, house.number("select count(*) from card"));
      go(desk, "cards");
      go(desk, "cards/import");
      Path none = Files.write(folder.resolve("坏.xlsx"), new byte[] {'P', 'K', 3, 4, 5});
      desk.awaited("#f-sheet").sendKeys(none.toString());
      assertTrue(desk.awaited(".wrongs").getText().contains("读不出"), desk.text());
    }
  }

  /** As a spreadsheet writes it: columns in any order, an empty row, and a number for a text. */
  private static Path workbook(Path folder) throws IOException {
    Path file = folder.resolve("会员.xlsx");
    try (OutputStream out = Files.newOutputStream(file);
        Workbook book = new Workbook(out, "test", "1.0")) {
      Worksheet sheet = book.newWorksheet("会员");
      String[] header = {"name", "identity", "org", "category", "phone"};
      for (int i = 0; i < header.length; i++) {
        sheet.value(0, i, header[i]);
      }
      String payload = "41010519850315003";
      sheet.value(1, 0, "诸葛亮");
      sheet.value(1, 1, payload + ResidentNumber.checkCharacter(payload));
      sheet.value(1, 2, "410800");
      sheet.value(1, 3, "ORDINARY");
      sheet.value(1, 4, 13_800_138_000L);
      sheet.value(3, 0, "某人");
      sheet.value(3, 1, 4.1080219900101e17);
      sheet.value(3, 2, "410800");
      sheet.value(3, 3, "ORDINARY");
    }
    return file;
  }

  @Test
  void aCampaignIsWrittenByOneAndApprovedByAnother() throws Exception {
    try (Browser desk = at("wang.clerk", "campaigns")) {
      desk.awaited("table.rows");
      desk.look("union-campaigns");
      go(desk, "campaigns/new");
      desk.type("#f-code", "MAY-2026");
      desk.type("#f-name", "五月满减 <script>alert(1)</script>");
      desk.type("#f-documentNo", "工发[2026]5号");
      set(desk, "startsAt", "2026-12-01T00:00");
      set(desk, "endsAt", "2027-01-01T00:00");
      desk.type("#f-fen", "100000");
      desk.type("#f-rule", "{\"benefit\": ");
      desk.awaited("form button.primary").click();
      assertTrue(desk.awaited(".wrongs").getText().contains("不是完整的 JSON"), desk.text());
      desk.look("union-campaign-wrong");
      desk.type(
          "#f-rule",
          "{\"benefit\":{\"kind\":\"PERCENT\",\"basisPoints\":9000,\"capFen\":90000},"
              + "\"funders\":[{\"funder\":\"UNION\",\"org\":\"410800\",\"shareBp\":10000}]}");
      desk.awaited("form button.primary").click();
      desk.awaited(".says");
      desk.look("union-campaign-check");
      desk.awaited("#send").click();
      desk.awaited(".verdict.good");
      go(desk, "campaigns/MAY-2026");
      desk.awaited(".says");
      assertTrue(!desk.has("[data-step=APPROVE]"), "its author approves nothing");
      move(desk, "SUBMIT");
      desk.look("union-campaign-submitted");
    }
    try (Browser desk = at("li.approver", "campaigns/MAY-2026")) {
      desk.awaited("[data-step=APPROVE]");
      desk.look("union-campaign");
      move(desk, "APPROVE");
      move(desk, "RUN");
      move(desk, "PAUSE");
      go(desk, "campaigns/MAY-2026/budget");
      desk.type("#f-fen", "200000");
      desk.type("#f-reason", "追加");
      send(desk);
      assertTrue(desk.text().contains("¥200,000.00"), desk.text());
    }
  }

  private static void move(Browser desk, String step) {
    go(desk, "campaigns/MAY-2026");
    desk.awaited("[data-step=" + step + "]").click();
    desk.type("#f-reason", "同意");
    send(desk);
  }

  /** A field of a day and a minute, which a keyboard fills in parts. */
  private static void set(Browser desk, String name, String value) {
    Object unused =
        desk.driver()
            .executeScript(
                """
                arguments[0].value = arguments[1];
                arguments[0].dispatchEvent(new Event('input'));
                """,
                desk.awaited("#f-" + name),
                value);
  }

  @Test
  void aSaleIsALineOfTheFeed() throws Exception {
    try (Browser desk = at("sun.auditor", "live")) {
      desk.awaited("#line .good");
      desk.look("union-live-none");
      house.sale(12_800);
      String line = desk.awaited(".feed li[data-kind='transaction.sale']").getText();
      assertTrue(line.contains("消费") && line.contains("¥128.00"), line);
      assertTrue(desk.awaited("#rate").getText().contains("1 笔"), desk.text());
      desk.awaited("#pause").click();
      house.sale(5_000);
      desk.awaited("#pause[aria-pressed=true]");
      awaitText(desk, "#pause", "1 条");
      desk.awaited("#pause").click();
      awaitText(desk, ".feed", "¥50.00");
      desk.look("union-live");
      assertFalse(desk.has("#gaps"), "nothing is missing so far");
      house.sql("update feed_merchant set merchant_seq = merchant_seq + 3 where merchant = 1");
      house.sale(1_000);
      assertTrue(desk.awaited("#gaps").getText().contains("有事件没有收到"), desk.text());
      desk.look("union-live-gap");
      go(desk, "live?type=transaction.refund");
      desk.awaited(".waiting");
    }
  }

  private static void awaitText(Browser desk, String selector, String text) {
    Object unused =
        desk.called(
            """
            const [selector, text, done] = arguments;
            const look = () => document.querySelector(selector)?.textContent.includes(text)
              ? done(true) : setTimeout(look, 20);
            look();
            """,
            selector,
            text);
  }

  @Test
  void anAccountIsAddedAndItsPasswordChangedByItsOwner() throws Exception {
    String once;
    try (Browser desk = at("qian.system", "orgs")) {
      desk.awaited("[role=treeitem][aria-selected=true]").sendKeys(Keys.ARROW_DOWN);
      desk.awaited("[role=treeitem][aria-level='2'][aria-selected=true]");
      desk.look("union-orgs");
      go(desk, "orgs/new?parent=410800");
      desk.type("#f-name", "<img src=x onerror=alert(1)>工会");
      desk.type("#f-code", "410899");
      desk.type("#f-areaCode", "410802");
      send(desk);
      go(desk, "staff");
      desk.awaited("table.rows");
      desk.look("union-staff");
      go(desk, "staff/new");
      desk.type("#f-login", "wu.clerk");
      desk.type("#f-name", "吴<b>新</b>");
      pick(desk, "org", "410800");
      choose(desk, "roles", "CLERK");
      choose(desk, "roles", "SUPERVISOR");
      desk.awaited("form button.primary").click();
      desk.awaited("#send");
      desk.look("union-account-check");
      desk.awaited("#send").click();
      once = desk.awaited("#given").getText();
      desk.look("union-account-asked");
      desk.awaited(".verdict a").click();
      desk.awaited("#refuse");
      assertTrue(desk.text().contains("须由另一位系统管理员确认"), desk.text());
      go(desk, "staff/of/wang.clerk");
      desk.awaited(".facts");
      desk.look("union-account");
    }
    try (Browser desk = at("zhou.system", "staff/requests")) {
      desk.awaited("table.rows tbody a");
      desk.look("union-requests");
      desk.awaited("table.rows tbody a").click();
      desk.awaited("#refuse");
      desk.look("union-request");
      desk.awaited("#send").click();
      desk.awaited(".verdict.good");
    }
    try (Browser desk = new Browser("zh-CN")) {
      desk.open(house.address("/union"));
      desk.type("#f-login", "wu.clerk");
      desk.type("#f-password", once);
      desk.awaited(".sign-in button.primary").click();
      desk.type("#f-newPassword", "A-new-one-of-my-own-1");
      desk.type("#f-again2", "A-new-one-of-my-own-1");
      desk.awaited(".sign-in button.primary").click();
      desk.awaited(".menu");
      go(desk, "password");
      desk.type("#f-old", "A-new-one-of-my-own-1");
      desk.type("#f-new", "Another-one-of-my-own-2");
      desk.type("#f-again", "Another-one-of-my-own-2");
      desk.look("union-password");
      desk.awaited("form button.primary").click();
      desk.awaited(".verdict.good");
      go(desk, "complaints");
      desk.awaited(".filters");
    }
  }

  @Test
  void aTicketIsOpenedTakenTogetherAndAnswered() throws Exception {
    String first;
    String both;
    try (Browser desk = at("wang.clerk", "tickets/new")) {
      first = ticket(desk, "刷卡机常断线");
      go(desk, "tickets");
      desk.awaited(".filters");
      go(desk, "tickets/new");
      choose(desk, "tickets", first);
      both = ticket(desk, "<svg onload=alert(1)>终端网络");
      go(desk, "tickets");
      desk.awaited("table.rows tbody a");
      desk.look("union-tickets");
      go(desk, "tickets/" + first);
      assertTrue(desk.awaited(".reason a").getText().contains(both), desk.text());
    }
    try (Browser desk = at("zhao.super", "tickets/" + both)) {
      desk.awaited("[data-step=ANSWER]");
      desk.look("union-ticket");
      desk.awaited("[data-step=ANSWER]").click();
      desk.type("#f-text", "已联系运营商更换线路");
      send(desk);
      assertEquals(2, house.number("select count(*) from ticket where state = 'ANSWERED'"));
    }
  }

  private static String ticket(Browser desk, String title) {
    choose(desk, "kind", "PROBLEM");
    desk.type("#f-title", title);
    desk.type("#f-text", "多家商户反映");
    send(desk);
    return desk.awaited(".verdict a").getText();
  }

  @Test
  void whatWasDoneIsReadInTheAudit() throws Exception {
    try (Browser desk = at("sun.auditor", "audit")) {
      desk.awaited("table.rows");
      desk.awaited("table.rows details summary").click();
      desk.look("union-audit");
      go(desk, "audit?group=staff&actor=sun.auditor");
      desk.awaited("table.rows");
      assertTrue(desk.text().contains("登录"), desk.text());
      go(desk, "audit?actor=nobody");
      desk.awaited(".waiting a.button");
    }
  }

  @Test
  void aYearIsEntered() throws Exception {
    try (Browser desk = at("li.approver", "calendar")) {
      desk.awaited(".reason");
      desk.look("union-calendar");
      go(desk, "calendar/enter?year=2027");
      desk.type("#f-source", "国办发明电〔2026〕7号");
      desk.type("#f-holidays", "2027-01-01\n2027-02-30");
      desk.awaited("form button.primary").click();
      assertTrue(
          desk.awaited(".wrongs").getText().contains("2027-02-30 不是 2027 年的日子"), desk.text());
      desk.look("union-year-wrong");
      desk.type("#f-holidays", "2027-01-01\n2027-02-05");
      desk.awaited("form button.primary").click();
      desk.awaited("#send").click();
      desk.awaited(".verdict.good, .wrongs");
    }
  }

  /** What somebody typed stands there as he typed it, whatever he typed. */
  @Test
  void whatPeopleTypeIsTextAndNothingElse() throws Exception {
    String planted = "<img src=x onerror=\"window.bad=1\"><script>window.bad=1</script>{{7*7}}'\"";
    String quoted = planted.replace("'", "''");
    house.sql("update merchant set name = '" + quoted.substring(0, 40) + "'");
    house.sql("update campaign set name = '" + quoted.substring(0, 40) + "' where code = 'EAT-10'");
    house.sql("update org set name = '" + quoted.substring(0, 40) + "' where code = '410802'");
    try (Browser desk = at("wang.clerk", "complaints/new?merchantNo=" + MERCHANT)) {
      choose(desk, "kind", "SERVICE");
      desk.type("#f-text", planted);
      send(desk);
      String complaint = desk.awaited(".verdict a").getText();
      step(desk, complaint, "ACCEPT", planted);
      go(desk, "tickets/new");
      desk.awaited("#f-title");
      String ticket = ticket(desk, planted);
      for (String place :
          List.of(
              "complaints",
              "complaints/" + complaint,
              "tickets",
              "tickets/" + ticket,
              "campaigns",
              "campaigns/EAT-10",
              "orgs",
              "cards",
              "live")) {
        go(desk, place);
        desk.awaited(".screen[aria-busy=false] h1");
        assertPlain(desk, place);
      }
      go(desk, "complaints/" + complaint);
      assertTrue(desk.awaited(".said").getText().contains(planted), desk.text());
    }
    try (Browser desk = at("sun.auditor", "audit")) {
      desk.awaited("table.rows");
      assertPlain(desk, "audit");
    }
    house.sql("update merchant set name = '商户' || id");
    house.sql("update org set name = '区总工会' where code = '410802'");
  }

  private static void assertPlain(Browser desk, String place) {
    assertEquals(
        Boolean.TRUE,
        desk.driver()
            .executeScript(
                "return window.bad === undefined && document.querySelector('.screen img, .screen script') === null"),
        place);
    assertEquals(List.of(), desk.complaints(), place);
  }

  /** No name of the contract's stands there for people, and English is whole. */
  @Test
  void everyScreenSpeaksBothLanguages() throws Exception {
    try (Browser desk = at("wang.clerk", "complaints")) {
      for (String place :
          List.of(
              "complaints",
              "complaints/limits",
              "tickets",
              "campaigns",
              "campaigns/EAT-10",
              "cards",
              "orgs",
              "live",
              "calendar")) {
        go(desk, place);
        desk.awaited(".screen[aria-busy=false] h1");
        String text = desk.awaited(".screen").getText();
        assertFalse(
            Pattern.compile("(?<![A-Z0-9-])[A-Z]{4,}_?[A-Z]*(?![A-Z0-9-])").matcher(text).find(),
            place + ": " + text);
      }
    }
    try (Browser desk = new Browser("en-US")) {
      desk.open(house.address("/union#complaints"));
      signIn(desk, "wang.clerk", PASSWORD);
      for (String place :
          List.of(
              "complaints",
              "complaints/limits",
              "complaints/new",
              "tickets",
              "campaigns",
              "campaigns/new",
              "cards",
              "cards/new",
              "cards/import",
              "orgs",
              "live",
              "calendar",
              "password")) {
        go(desk, place);
        desk.awaited(".screen[aria-busy=false] h1");
        desk.assertSound(place + ", English");
      }
      go(desk, "complaints/limits");
      desk.awaited(".screen[aria-busy=false] table");
      desk.look("union-limits-en");
    }
  }
}
