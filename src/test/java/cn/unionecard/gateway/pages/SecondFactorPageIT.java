package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * What keeps an account safe, at {@code /union}: 二次验证, set up, asked for when somebody signs in,
 * taken away by two; 登录会话, seen and ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class SecondFactorPageIT {
  private static final Duration STEP = Duration.ofSeconds(30);
  private final TimeBasedOneTimePasswordGenerator phone = new TimeBasedOneTimePasswordGenerator();
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("sun.auditor", "孙监督", "410800", "AUDITOR", AtDesk.PASSWORD);
    house.staff("zhao.system", "赵管理", "410800", "SYSTEM", AtDesk.PASSWORD);
    house.staff("qian.system", "钱管理", "410800", "SYSTEM", AtDesk.PASSWORD);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private String code(String secret, Instant when) throws Exception {
    return phone.generateOneTimePasswordString(
        new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), when);
  }

  private AtDesk at(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  @Test
  void itIsSetUpAskedForAndTakenAway() throws Exception {
    String recovery;
    try (AtDesk clerk = at("wang.clerk", "factor")) {
      clerk.browser.look("union-factor");
      clerk.type("password", AtDesk.PASSWORD);
      clerk.browser.awaited("form button.primary").click();
      String secret = clerk.browser.awaited(".factor code.once").getText().replace(" ", "");
      clerk.browser.awaited(".factor .symbol");
      clerk.browser.look("union-factor-offered");
      clerk.type("newCode", "000000");
      clerk.browser.awaited(".factor button.primary").click();
      clerk.browser.awaited(".wrongs");
      clerk.type("newCode", code(secret, Instant.now()));
      clerk.browser.awaited(".factor button.primary").click();
      clerk.browser.awaited(".recovery");
      List<WebElement> codes =
          clerk.browser.driver().findElements(By.cssSelector(".recovery code"));
      assertEquals(10, codes.size());
      recovery = codes.get(0).getText();
      clerk.browser.look("union-factor-recovery");
      clerk.browser.awaited(".factor button.primary").click();
      AtDesk.signIn(clerk.browser, "wang.clerk");
      clerk.type("code", "000000");
      clerk.browser.look("union-code");
      clerk.browser.awaited(".sign-in button.primary").click();
      clerk.browser.awaitText(".wrongs", "验证码不对");
      clerk.type("code", code(secret, Instant.now().plus(STEP)));
      clerk.browser.awaited(".sign-in button.primary").click();
      clerk.browser.awaited(".screen[aria-busy=false] h1");
    }
    try (Browser elsewhere = new Browser("zh-CN")) {
      elsewhere.open(house.address("/union#tasks"));
      AtDesk.signIn(elsewhere, "wang.clerk");
      elsewhere.type("#f-code", recovery);
      elsewhere.awaited(".sign-in button.primary").click();
      elsewhere.awaited(".screen[aria-busy=false] h1");
    }
    try (AtDesk one = at("zhao.system", "staff/of/wang.clerk")) {
      assertTrue(one.browser.text().contains("已启用"), one.browser.text());
      one.browser.awaited("a[href$='wang.clerk/factor']").click();
      one.type("reason", "手机遗失");
      one.sent();
    }
    try (AtDesk other = at("qian.system", "staff/requests")) {
      other.browser.awaited("a[href*='staff/requests/']").click();
      other.browser.awaitText(".screen", "取消二次验证");
      other.browser.look("union-factor-request");
    }
  }

  @Test
  void sessionsElsewhereAreSeenAndEnded() throws Exception {
    try (AtDesk elsewhere = at("sun.auditor", "audit");
        AtDesk here = at("sun.auditor", "sessions")) {
      here.browser.awaitText("table.rows", "当前会话");
      here.browser.look("union-sessions");
      here.browser.size(360, 740);
      assertEquals(List.of(16L), linesBegin(here.browser), "of the head on a phone");
      here.browser.size(1280, 900);
      here.click("table.rows button");
      here.browser.awaitNone("table.rows td button");
      Object unused = elsewhere.browser.driver().executeScript("location.hash = 'sessions'");
      elsewhere.browser.awaited("#f-login");
      here.click("#end-all");
      here.browser.awaited("#f-login");
    }
  }

  /** How far from the side the lines of the page's head begin with their words. */
  private static List<?> linesBegin(Browser browser) {
    return (List<?>)
        Objects.requireNonNull(
            browser
                .driver()
                .executeScript(
                    """
                    const lines = new Map();
                    for (const each of document.querySelectorAll('.brand, .person > *, .choices > *')) {
                      const {left, top, width} = each.getBoundingClientRect();
                      const {paddingLeft, borderLeftWidth} = getComputedStyle(each);
                      const begins = Math.round(left + parseFloat(paddingLeft) + parseFloat(borderLeftWidth));
                      const line = Math.round((top + 22) / 44);
                      if (width > 0) {
                        lines.set(line, Math.min(lines.get(line) ?? begins, begins));
                      }
                    }
                    return [...new Set(lines.values())];
                    """));
  }
}
