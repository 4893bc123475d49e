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
  private static final String PASSWORD = "Correct-horse-1";
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", PASSWORD);
    house.staff("sun.auditor", "孙审计", "410800", "AUDITOR", PASSWORD);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Browser at(String login, String place) {
    Browser desk = new Browser("zh-CN");
    desk.open(house.address("/union#" + place));
    desk.type("#f-login", login);
    desk.type("#f-password", PASSWORD);
    desk.awaited(".sign-in button.primary").click();
    desk.awaited(".menu");
    desk.awaited(".screen[aria-busy=false] h1");
    return desk;
  }

  private static void go(Browser page, String place) {
    Object unused = page.driver().executeScript("location.hash = arguments[0]", place);
  }

  private static void pick(Browser page, String name, String value) {
    page.awaited(
            "#f-%s option[value='%s'], input[name='%s'][value='%s']"
                .formatted(name, value, name, value))
        .click();
  }

  private static void send(Browser desk) {
    desk.awaited("form button.primary").click();
    desk.awaited("#send").click();
    desk.awaited(".verdict.good");
  }

  /** By a script, for a foot of tabs may lie above it. */
  private static void tap(Browser phone, String selector) {
    Object unused = phone.driver().executeScript("arguments[0].click()", phone.awaited(selector));
  }

  private static String identity() {
    String payload = "41080219880808123";
    return payload + ResidentNumber.checkCharacter(payload);
  }

  @Test
  void aMemberIsEnteredLookedAtAsksAndIsForgotten() throws Exception {
    try (Browser clerk = at("wang.clerk", "cards/new")) {
      clerk.type("#f-name", PersonalValues.NAME);
      clerk.type("#f-identity", identity());
      pick(clerk, "category", "ORDINARY");
      pick(clerk, "org", "410802");
      clerk.type("#f-phone", PersonalValues.PHONE);
      send(clerk);
      String card = clerk.awaited(".facts a[href*='cards/']").getText().strip();
      assertEquals(10, card.length(), card);
      go(clerk, "cards/" + card);
      clerk.awaited("#holder");
      clerk.look("union-card-of-member");
      clerk.awaited("#holder").click();
      clerk.type("#f-reason", "会员来电，核对补卡地址");
      send(clerk);
      assertTrue(clerk.text().contains(PersonalValues.NAME), clerk.text());
      assertTrue(clerk.text().contains("410802********"), clerk.text());
      clerk.look("union-holder");
      go(clerk, "cards/" + card + "/holder/transfer");
      pick(clerk, "org", "410821");
      clerk.type("#f-reason", "工作调动");
      send(clerk);

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
        phone.look("card-privacy-asked");
      }
      removal(clerk);
      go(clerk, "cards/" + card + "/holder/read");
      clerk.type("#f-reason", "再看一次");
      clerk.awaited("form button.primary").click();
      clerk.awaited("#send").click();
      clerk.awaited(".wrongs");
      assertTrue(clerk.text().contains("已删除"), clerk.text());
    }
    try (Browser auditor = at("sun.auditor", "privacy/reads")) {
      auditor.awaitText(".screen", "核对补卡地址");
      auditor.look("union-privacy-reads");
      go(auditor, "privacy/analysis");
      auditor.awaitText(".screen", "离会会员");
      auditor.look("union-privacy-analysis");
    }
  }

  private void removal(Browser clerk) throws Exception {
    go(clerk, "privacy");
    clerk.awaitText(".screen", "删除");
    clerk.look("union-privacy");
    clerk.awaited("table.rows a[href*='privacy/requests/']").click();
    clerk.awaitText(".screen", "不再使用了");
    assertFalse(clerk.has("#do"), "an approver does it");
    clerk.look("union-privacy-request");
    try (Browser approver = at("li.approver", "privacy")) {
      approver.awaited("table.rows a[href*='privacy/requests/']").click();
      approver.awaited("#do").click();
      approver.awaited("#send").click();
      approver.awaited(".verdict.good");
      approver.look("union-privacy-done");
    }
    go(clerk, "privacy/new");
    clerk.type("#f-cardNo", "0000000004");
    pick(clerk, "kind", "ACCESS");
    send(clerk);
    clerk.look("union-privacy-taken");
  }
}
