package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.union.Passwords;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** {@code /union}: who works in a union. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ConsolePageIT {
  private static final String PASSWORD = "Correct-horse-1";

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    String hash = new Passwords(new SecureRandom()).hash(PASSWORD);
    staff("wang.clerk", "王办事", "410800", "CLERK", hash);
    staff("li.approver", "李审批", "410800", "APPROVER", hash);
  }

  private void staff(String login, String name, String org, String roles, String hash) {
    house.sql(
        "insert into staff (login, name, org, roles, status, password)"
            + " select '%s', '%s', id, '{%s}', 'ACTIVE', '%s' from org where code = '%s'"
                .formatted(login, name, roles, hash, org));
  }

  @AfterAll
  void close() {
    house.close();
  }

  private void signIn(Browser desk, String login, String password) {
    desk.type("#f-login", login);
    desk.type("#f-password", password);
    desk.awaited(".sign-in button.primary").click();
  }

  @Test
  void whoSignsInComesToWhatWaitsForHim() throws Exception {
    try (Browser desk = new Browser("zh-CN")) {
      desk.open(house.address("/union"));
      desk.awaited(".sign-in");
      desk.look("union-sign-in");
      desk.awaited(".sign-in button.primary").click();
      desk.awaited(".wrongs");
      assertEquals("错误：工会工作台 · 工会E卡", desk.driver().getTitle());
      desk.look("union-sign-in-wrong");
      signIn(desk, "wang.clerk", "not-his-password");
      desk.awaited(".wrongs a[href='#f-login']");
      assertTrue(desk.text().contains("账号或密码不对"), desk.text());
      signIn(desk, "wang.clerk", PASSWORD);
      desk.awaited(".menu a[aria-current=page]");
      desk.awaited(".screen[aria-busy=false] .above");
      desk.look("union-tasks");
      assertEquals("待办 · 工会工作台 · 工会E卡", desk.driver().getTitle());
    }
  }
}
