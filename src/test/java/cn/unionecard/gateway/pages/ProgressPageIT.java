package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** 进度, 责任人 and 通报表扬 at {@code /union}, in one story each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ProgressPageIT {
  private static final String PASSWORD = "Correct-horse-1";
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", PASSWORD);
    house.staff("he.clerk", "何办事", "410802", "CLERK", PASSWORD);
    house.sql(
        """
        update progress_day set day = current_date - 250;
        update progress_delta set day = current_date - 250;
        insert into progress_delta (org, stage, day, n, fresh)
          select o, s, x.day, x.n, 0 from (values (410802, 300), (410821, 200)) v (o, k),
            generate_series(1, 4) s, generate_series(10, 240, 10) d,
            lateral (values (current_date - 250, -k), (current_date - d, k)) x (day, n)""");
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

  private static void go(Browser desk, String place) {
    Object unused = desk.driver().executeScript("location.hash = arguments[0]", place);
  }

  private static void pick(Browser desk, String name, String value) {
    desk.awaited(
            "#f-%s option[value='%s'], input[name='%s'][value='%s']"
                .formatted(name, value, name, value))
        .click();
  }

  private static void send(Browser desk) {
    desk.awaited("form button.primary").click();
    desk.awaited("#send").click();
    desk.awaited(".verdict.good");
  }

  @Test
  void aTaskIsHandedDownAndMeasured() throws Exception {
    try (Browser clerk = at("wang.clerk", "progress");
        Browser approver = at("li.approver", "progress/410800/tasks")) {
      clerk.awaitText(".screen", "注册");
      clerk.look("union-progress-before");
      go(clerk, "progress/410800/tasks/draft");
      clerk.type("#f-cards", "30000");
      clerk.type("#f-documentNo", "焦工文〔2026〕1号");
      clerk.type("#f-shares", "410802 15000 区总工会\n410821 14000");
      clerk.awaited("form button.primary").click();
      clerk.awaited("#send");
      assertTrue(clerk.text().contains("还差 1,000 张"), clerk.text());
      clerk.look("union-targets-draft-check");
      clerk.awaited("#send").click();
      clerk.awaited(".verdict.good");
      go(approver, "progress/410800/tasks/issue");
      approver.awaited("#send").click();
      approver.awaited(".wrongs");
      assertTrue(approver.text().contains("任务量之和应等于本级任务量"), approver.text());
      go(clerk, "progress/410800/tasks/draft");
      clerk.type("#f-cards", "30000");
      clerk.type("#f-documentNo", "焦工文〔2026〕1号");
      clerk.type("#f-shares", "410802 15000\n410821 15000");
      send(clerk);
      go(approver, "progress/410800/tasks");
      approver.awaitText(".screen", "与任务量相符");
      approver.look("union-targets");
      go(approver, "progress/410800/tasks/issue");
      approver.awaitText(".intro", "第 2 版");
      approver.awaited("#send").click();
      approver.awaited(".verdict.good");
      go(approver, "progress/410800/milestones");
      approver.type("#f-documentNo", "焦工文〔2026〕1号");
      approver.type("#f-milestones", "2026-06-30 20%\n2026-09-30 99.9%\n2026-12-31 100%");
      approver.type("#f-rounds", "20");
      send(approver);
      go(approver, "progress");
      approver.awaitText(".screen", "未完成");
      Object unused =
          approver.driver().executeScript("document.querySelector('#days').open = true");
      approver.look("union-progress");
      assertTrue(approver.text().contains("目标 20 场"), approver.text());
    }
  }

  @Test
  void somebodyIsResponsibleAndNamesAreReported() throws Exception {
    try (Browser clerk = at("he.clerk", "responsible");
        Browser approver = at("li.approver", "responsible/lists/new")) {
      pick(approver, "org", "410800");
      approver.type("#f-title", "分管领导和负责人员名单");
      approver.type("#f-documentNo", "焦工文〔2023〕60号");
      Object unused =
          approver
              .driver()
              .executeScript(
                  """
                  const due = document.querySelector('#f-dueOn');
                  due.value = '2026-07-28';
                  due.dispatchEvent(new Event('input'));
                  """);
      send(approver);
      clerk.awaitText(".screen", "未明确责任");
      for (Map.Entry<String, String> post :
          Map.of("LEADER", "赵某", "DEPARTMENT", "钱某", "OFFICER", "孙某").entrySet()) {
        go(clerk, "tasks");
        go(clerk, "responsible/410802/name");
        pick(clerk, "post", post.getKey());
        if (post.getKey().equals("DEPARTMENT")) {
          clerk.type("#f-department", "宣教网络部");
        }
        clerk.type("#f-name", post.getValue());
        clerk.type("#f-phone", "13800000001");
        send(clerk);
      }
      clerk.look("union-naming-done");
      go(clerk, "responsible");
      clerk.awaitText(".screen", "138****0001");
      assertFalse(clerk.text().contains("13800000001"), clerk.text());
      clerk.look("union-responsible");
      clerk.awaited("table.rows a[href*='responsible/lists/']").click();
      clerk.awaited("table.rows td a[href*='/410802']").click();
      clerk.awaited("#send").click();
      clerk.awaited(".verdict.good");
      go(approver, "responsible");
      approver.awaited("table.rows a[href*='responsible/lists/']").click();
      approver.awaitText(".screen", "逾期报送");
      assertTrue(approver.text().contains("逾期未报"), approver.text());
      approver.look("union-namelist");
      go(approver, "responsible/410802/contact?post=LEADER");
      approver.type("#f-reason", "催报名单");
      send(approver);
      assertTrue(approver.text().contains("13800000001"), approver.text());
    }
  }

  @Test
  void aNoticeIsWrittenApprovedPublishedAndPrinted() throws Exception {
    try (Browser clerk = at("wang.clerk", "notices/new");
        Browser approver = at("li.approver", "notices")) {
      pick(clerk, "kind", "COMMENDATION");
      clerk.type("#f-title", "激活进度表扬");
      clerk.type("#f-text", "对下列单位予以表扬。");
      clerk.type("#f-documentNo", "焦工文〔2026〕9号");
      pick(clerk, "measure", "ACTIVATED");
      pick(clerk, "relation", "HIGHEST");
      clerk.type("#f-value", "1");
      clerk.look("union-notice-form");
      send(clerk);
      clerk.awaited(".verdict a").click();
      clerk.awaitText(".screen", "待审批");
      assertFalse(clerk.has("[data-step=APPROVE]"), "who wrote it");
      go(approver, "tasks");
      go(approver, "notices");
      approver.awaited("table.rows a").click();
      approver.awaited("[data-step=APPROVE]").click();
      approver.awaited("#send").click();
      approver.awaited(".verdict.good");
      go(approver, "notices");
      approver.awaited("table.rows a").click();
      approver.awaited("[data-step=PUBLISH]").click();
      approver.awaited("#send").click();
      approver.awaited(".verdict.good");
      go(approver, "notices");
      approver.awaitText(".screen", "已发布");
      approver.look("union-notices");
      approver.awaited("table.rows a").click();
      approver.awaitText(".screen", "与留痕一致");
      approver.look("union-notice");
      Map<String, Object> print = Map.of("media", "print");
      Object unused = approver.driver().executeCdpCommand("Emulation.setEmulatedMedia", print);
      approver.shot("union-notice-print");
    }
    try (Browser other = at("he.clerk", "notices")) {
      other.awaited("table.rows a").click();
      other.awaitText(".screen", "激活进度表扬");
      assertFalse(other.has("[data-step]"));
    }
    assertEquals(2, house.number("select count(*) from outbox where kind = 'notice.published'"));
  }
}
