package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.PersonalValues;
import cn.unionecard.gateway.model.ResidentNumber;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** 会员与卡 and 隐私 at {@code /union}, and the member's side of it at {@code /card}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class PrivacyPageIT {
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", AtDesk.PASSWORD);
    house.staff("sun.auditor", "孙审计", "410800", "AUDITOR", AtDesk.PASSWORD);
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** By a script, for a foot of tabs may lie above it. */
  private static void tap(Browser phone, String selector) {
    Object unused = phone.driver().executeScript("arguments[0].click()", phone.awaited(selector));
  }

  private static String identity() {
    String payload = "41080219880808123";
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private AtDesk at(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  @Test
  void aMemberIsEnteredLookedAtAsksAndIsForgotten() throws Exception {
    try (AtDesk clerk = at("wang.clerk", "cards/new")) {
      clerk.type("name", PersonalValues.NAME);
      clerk.type("identity", identity());
      clerk.choose("category", "ORDINARY");
      clerk.choose("org", "410802");
      clerk.type("phone", PersonalValues.PHONE);
      clerk.sent();
      String card = clerk.browser.awaited(".facts a[href*='cards/']").getText().strip();
      assertEquals(10, card.length(), card);
      clerk.go("cards/" + card);
      clerk.browser.awaited("#holder");
      clerk.browser.look("union-card-of-member");
      clerk.browser.awaited("#holder").click();
      clerk.type("reason", "会员来电，核对补卡地址");
      clerk.sent();
      assertTrue(clerk.browser.text().contains(PersonalValues.NAME), clerk.browser.text());
      assertTrue(clerk.browser.text().contains("410802********"), clerk.browser.text());
      clerk.browser.look("union-holder");
      clerk.go("cards/" + card + "/holder/transfer");
      clerk.choose("org", "410821");
      clerk.type("reason", "工作调动");
      clerk.sent();

      try (Browser phone = new Browser("zh-CN")) {
        long serial = Long.parseLong(card);
        phone.open(house.address("/card#bind=" + house.enrolmentCode(serial)));
        phone.awaited(".codes .symbol");
        tap(phone, "#tab-own");
        tap(phone, "#privacy");
        tap(phone, "#give-ANALYSIS");
        phone.awaited("#withdraw-ANALYSIS");
        phone.look("card-privacy");
        assertEquals(1, house.number("select count(*) from consent where given"));
        tap(phone, "#withdraw-ANALYSIS");
        phone.awaited("#give-ANALYSIS");
        assertEquals(1, house.number("select count(*) from consent where not given"));
        tap(phone, "#copy-csv");
        phone.awaitText("[role=status]", "副本已生成");
        tap(phone, "input[name='kind'][value='DELETION']");
        phone.type("#f-words", "不再使用了");
        tap(phone, "form button.primary");
        phone.awaitText("main", "办理中");
        phone.awaitText("main", " 24:00 前办结");
        phone.look("card-privacy-asked");
      }
      removal(clerk);
      clerk.go("cards/" + card + "/holder/read");
      clerk.type("reason", "再看一次");
      clerk.browser.awaited("form button.primary").click();
      clerk.browser.awaited("#send").click();
      clerk.browser.awaited(".wrongs");
      assertTrue(clerk.browser.text().contains("已删除"), clerk.browser.text());
    }
    try (AtDesk auditor = at("sun.auditor", "privacy/reads")) {
      auditor.browser.awaitText(".screen", "核对补卡地址");
      auditor.browser.look("union-privacy-reads");
      auditor.go("privacy/analysis");
      auditor.browser.awaitText(".screen", "离会会员");
      auditor.browser.look("union-privacy-analysis");
    }
  }

  @Test
  void howLongIsAskedForByOneAndRefusedOrConfirmedByAnother() throws Exception {
    try (AtDesk clerk = at("wang.clerk", "privacy/retention/CARD_CODE");
        AtDesk approver = at("li.approver", "privacy/analysis")) {
      asks(clerk);
      clerk.go("privacy/retention/CARD_CODE");
      assertFalse(clerk.browser.has("#send"), "another decides");
      approver.go("privacy");
      approver.go("privacy/analysis");
      approver.browser.look("union-retention-waits");
      approver.click("a[href*='privacy/retention/CARD_CODE']");
      approver.browser.awaitText(".screen", "市总〔2026〕12号");
      approver.browser.look("union-retention");
      approver.click("#refuse");
      approver.type("reason", "与档案管理规定不符");
      approver.browser.look("union-retention-refusing");
      approver.sent();
      approver.browser.awaitText(".screen", "已退回");
      assertEquals(
          1,
          house.number(
              "select count(*) from audit where action = 'retention.refused'"
                  + " and detail->>'because' = '与档案管理规定不符'"));
      assertEquals(30, house.number("select days from retention where what = 'CARD_CODE'"));
      asks(clerk);
      approver.go("privacy");
      approver.go("privacy/retention/CARD_CODE");
      approver.click("#send");
      approver.browser.awaitText(".screen", "已调整");
      assertEquals(60, house.number("select days from retention where what = 'CARD_CODE'"));
      approver.go("privacy/analysis");
      approver.browser.awaitText(".screen", "60");
      assertFalse(approver.browser.text().contains("三十日"), "a law names no days of ours");
      approver.go("privacy/retention/NOTHING_KEPT");
      approver.browser.awaitText("h1", "保存期限");
    }
  }

  private static void asks(AtDesk clerk) {
    clerk.go("privacy");
    clerk.go("privacy/retention/CARD_CODE");
    clerk.type("days", "60");
    clerk.type("reason", "市总〔2026〕12号");
    clerk.sent();
  }

  private void removal(AtDesk clerk) throws Exception {
    clerk.go("privacy");
    clerk.browser.awaitText("td[data-label='办结期限']", " 24:00");
    clerk.browser.look("union-privacy");
    clerk.browser.awaited("table.rows a[href*='privacy/requests/']").click();
    clerk.browser.awaitText(".screen", "不再使用了");
    assertFalse(clerk.browser.has("#do"), "an approver does it");
    clerk.browser.look("union-privacy-request");
    try (AtDesk approver = at("li.approver", "privacy")) {
      approver.browser.awaited("table.rows a[href*='privacy/requests/']").click();
      approver.browser.awaited("#do").click();
      approver.browser.awaited("#send").click();
      approver.browser.awaited(".verdict.good");
      approver.browser.look("union-privacy-done");
    }
    clerk.go("privacy/new");
    clerk.type("cardNo", "0000000004");
    clerk.choose("kind", "ACCESS");
    clerk.sent();
    clerk.browser.look("union-privacy-taken");
  }
}
