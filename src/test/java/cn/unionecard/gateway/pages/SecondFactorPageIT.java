package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

/** 二次验证 at {@code /union}: set up, asked for when somebody signs in, taken away by two. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class SecondFactorPageIT {
  private static final String PASSWORD = "Correct-horse-1";
  private static final Duration STEP = Duration.ofSeconds(30);
  private final TimeBasedOneTimePasswordGenerator phone = new TimeBasedOneTimePasswordGenerator();
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", PASSWORD);
    house.staff("zhao.system", "赵管理", "410800", "SYSTEM", PASSWORD);
    house.staff("qian.system", "钱管理", "410800", "SYSTEM", PASSWORD);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private static void signIn(Browser desk, String login) {
    desk.type("#f-login", login);
    desk.type("#f-password", PASSWORD);
    desk.awaited(".sign-in button.primary").click();
  }

  private Browser at(String login, String place) {
    Browser desk = new Browser("zh-CN");
    desk.open(house.address("/union#" + place));
    signIn(desk, login);
    desk.awaited(".screen[aria-busy=false] h1");
    return desk;
  }

  private static void go(Browser page, String place) {
    Object unused = page.driver().executeScript("location.hash = arguments[0]", place);
  }

  private String code(String secret, Instant when) throws Exception {
    return phone.generateOneTimePasswordString(
        new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), when);
  }

  private static void send(Browser desk) {
    desk.awaited("form button.primary").click();
    desk.awaited("#send").click();
    desk.awaited(".verdict.good");
  }

  @Test
  void itIsSetUpAskedForAndTakenAway() throws Exception {
    String recovery;
    try (Browser clerk = at("wang.clerk", "factor")) {
      clerk.look("union-factor");
      clerk.type("#f-password", PASSWORD);
      clerk.awaited("form button.primary").click();
      String secret = clerk.awaited(".factor code.once").getText().replace(" ", "");
      clerk.awaited(".factor .symbol");
      clerk.look("union-factor-offered");
      clerk.type("#f-newCode", "000000");
      clerk.awaited(".factor button.primary").click();
      clerk.awaited(".wrongs");
      clerk.type("#f-newCode", code(secret, Instant.now()));
      clerk.awaited(".factor button.primary").click();
      clerk.awaited(".recovery");
      List<WebElement> codes = clerk.driver().findElements(By.cssSelector(".recovery code"));
      assertEquals(10, codes.size());
      recovery = codes.get(0).getText();
      clerk.look("union-factor-recovery");
      clerk.awaited(".factor button.primary").click();
      signIn(clerk, "wang.clerk");
      clerk.type("#f-code", "000000");
      clerk.look("union-code");
      clerk.awaited(".sign-in button.primary").click();
      clerk.awaitText(".wrongs", "验证码不对");
      clerk.type("#f-code", code(secret, Instant.now().plus(STEP)));
      clerk.awaited(".sign-in button.primary").click();
      clerk.awaited(".screen[aria-busy=false] h1");
    }
    try (Browser elsewhere = new Browser("zh-CN")) {
      elsewhere.open(house.address("/union#tasks"));
      signIn(elsewhere, "wang.clerk");
      elsewhere.type("#f-code", recovery);
      elsewhere.awaited(".sign-in button.primary").click();
      elsewhere.awaited(".screen[aria-busy=false] h1");
    }
    try (Browser one = at("zhao.system", "staff/of/wang.clerk")) {
      assertTrue(one.text().contains("已启用"), one.text());
      one.awaited("a[href$='wang.clerk/factor']").click();
      one.type("#f-reason", "手机遗失");
      send(one);
    }
    try (Browser other = at("qian.system", "staff/requests")) {
      other.awaited("a[href*='staff/requests/']").click();
      other.awaitText(".screen", "取消二次验证");
      other.look("union-factor-request");
    }
  }
}
