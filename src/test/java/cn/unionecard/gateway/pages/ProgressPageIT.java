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
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", AtDesk.PASSWORD);
    house.staff("he.clerk", "何办事", "410802", "CLERK", AtDesk.PASSWORD);
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

  private AtDesk at(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  @Test
  void aTaskIsHandedDownAndMeasured() throws Exception {
    try (AtDesk clerk = at("wang.clerk", "progress");
        AtDesk approver = at("li.approver", "progress/410800/tasks")) {
      clerk.browser.awaitText(".screen", "注册");
      clerk.browser.look("union-progress-before");
      clerk.go("progress/410800/tasks/draft");
      clerk.type("cards", "30000");
      clerk.type("documentNo", "焦工文〔2026〕1号");
      clerk.type("shares", "410802 15000 区总工会\n410821 14000");
      clerk.browser.awaited("form button.primary").click();
      clerk.browser.awaited("#send");
      assertTrue(clerk.browser.text().contains("还差 1,000 张"), clerk.browser.text());
      clerk.browser.look("union-targets-draft-check");
      clerk.browser.awaited("#send").click();
      clerk.browser.awaited(".verdict.good");
      approver.go("progress/410800/tasks/issue");
      approver.browser.awaited("#send").click();
      approver.browser.awaited(".wrongs");
      assertTrue(approver.browser.text().contains("任务量之和应等于本级任务量"), approver.browser.text());
      clerk.go("progress/410800/tasks/draft");
      clerk.type("cards", "30000");
      clerk.type("documentNo", "焦工文〔2026〕1号");
      clerk.type("shares", "410802 15000\n410821 15000");
      clerk.sent();
      approver.go("progress/410800/tasks");
      approver.browser.awaitText(".screen", "与任务量相符");
      approver.browser.look("union-targets");
      approver.go("progress/410800/tasks/issue");
      approver.browser.awaitText(".intro", "第 2 版");
      approver.browser.awaited("#send").click();
      approver.browser.awaited(".verdict.good");
      approver.go("progress/410800/milestones");
      approver.type("documentNo", "焦工文〔2026〕1号");
      approver.type("milestones", "2026-06-30 20%\n2026-09-30 99.9%\n2026-12-31 100%");
      approver.type("rounds", "20");
      approver.sent();
      approver.go("progress");
      approver.browser.awaitText(".screen", "未完成");
      Object unused =
          approver.browser.driver().executeScript("document.querySelector('#days').open = true");
      approver.browser.look("union-progress");
      assertTrue(approver.browser.text().contains("目标 20 场"), approver.browser.text());
    }
  }

  @Test
  void somebodyIsResponsibleAndNamesAreReported() throws Exception {
    try (AtDesk clerk = at("he.clerk", "responsible");
        AtDesk approver = at("li.approver", "responsible/lists/new")) {
      approver.choose("org", "410800");
      approver.type("title", "分管领导和负责人员名单");
      approver.type("documentNo", "焦工文〔2023〕60号");
      Object unused =
          approver
              .browser
              .driver()
              .executeScript(
                  """
                  const due = document.querySelector('#f-dueOn');
                  due.value = '2026-07-28';
                  due.dispatchEvent(new Event('input'));
                  """);
      approver.sent();
      clerk.browser.awaitText(".screen", "未明确责任");
      for (Map.Entry<String, String> post :
          Map.of("LEADER", "赵某", "DEPARTMENT", "钱某", "OFFICER", "孙某").entrySet()) {
        clerk.go("tasks");
        clerk.go("responsible/410802/name");
        clerk.choose("post", post.getKey());
        if (post.getKey().equals("DEPARTMENT")) {
          clerk.type("department", "宣教网络部");
        }
        clerk.type("name", post.getValue());
        clerk.type("phone", "13800000001");
        clerk.sent();
      }
      clerk.browser.look("union-naming-done");
      clerk.go("responsible");
      clerk.browser.awaitText(".screen", "138****0001");
      assertFalse(clerk.browser.text().contains("13800000001"), clerk.browser.text());
      clerk.browser.look("union-responsible");
      clerk.browser.awaited("table.rows a[href*='responsible/lists/']").click();
      clerk.browser.awaited("table.rows td a[href*='/410802']").click();
      clerk.browser.awaited("#send").click();
      clerk.browser.awaited(".verdict.good");
      approver.go("responsible");
      approver.browser.awaited("table.rows a[href*='responsible/lists/']").click();
      approver.browser.awaitText(".screen", "逾期报送");
      assertTrue(approver.browser.text().contains("逾期未报"), approver.browser.text());
      approver.browser.look("union-namelist");
      approver.go("responsible/410802/contact?post=LEADER");
      approver.type("reason", "催报名单");
      approver.sent();
      assertTrue(approver.browser.text().contains("13800000001"), approver.browser.text());
    }
  }

  @Test
  void aNoticeIsWrittenApprovedPublishedAndPrinted() throws Exception {
    try (AtDesk clerk = at("wang.clerk", "notices/new");
        AtDesk approver = at("li.approver", "notices")) {
      clerk.choose("kind", "COMMENDATION");
      clerk.type("title", "激活进度表扬");
      clerk.type("text", "对下列单位予以表扬。");
      clerk.type("documentNo", "焦工文〔2026〕9号");
      clerk.choose("measure", "ACTIVATED");
      clerk.choose("relation", "HIGHEST");
      clerk.type("value", "1");
      clerk.browser.look("union-notice-form");
      clerk.sent();
      clerk.browser.awaited(".verdict a").click();
      clerk.browser.awaitText(".screen", "待审批");
      assertFalse(clerk.browser.has("[data-step=APPROVE]"), "who wrote it");
      approver.go("tasks");
      approver.go("notices");
      approver.browser.awaited("table.rows a").click();
      approver.browser.awaited("[data-step=APPROVE]").click();
      approver.browser.awaited("#send").click();
      approver.browser.awaited(".verdict.good");
      approver.go("notices");
      approver.browser.awaited("table.rows a").click();
      approver.browser.awaited("[data-step=PUBLISH]").click();
      approver.browser.awaited("#send").click();
      approver.browser.awaited(".verdict.good");
      approver.go("notices");
      approver.browser.awaitText(".screen", "已发布");
      approver.browser.look("union-notices");
      approver.browser.awaited("table.rows a").click();
      approver.browser.awaitText(".screen", "与留痕一致");
      approver.browser.look("union-notice");
      Map<String, Object> print = Map.of("media", "print");
      Object unused =
          approver.browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", print);
      approver.browser.shot("union-notice-print");
    }
    try (AtDesk other = at("he.clerk", "notices")) {
      other.browser.awaited("table.rows a").click();
      other.browser.awaitText(".screen", "激活进度表扬");
      assertFalse(other.browser.has("[data-step]"));
    }
    assertEquals(2, house.number("select count(*) from outbox where kind = 'notice.published'"));
  }

  @Test
  void noticesAreOrderedForEveryMonthAndEnded() throws Exception {
    try (AtDesk clerk = at("he.clerk", "notices")) {
      clerk.click("#schedules");
      clerk.browser.awaitText(".screen", "没有安排");
      clerk.click(".doings a.primary");
      clerk.choose("every", "MONTH");
      clerk.choose("kind", "COMMENDATION");
      clerk.type("title", "进度表扬");
      clerk.type("text", "对下列单位予以表扬。");
      clerk.type("documentNo", "焦工文〔2026〕9号");
      clerk.choose("measure", "DONE_PERMILLE");
      clerk.choose("relation", "AT_LEAST");
      clerk.type("value", "90");
      clerk.browser.look("union-notice-order");
      clerk.sent();
      assertEquals(
          900, house.number("select (criteria ->> 'value')::integer from notice_schedule"));
      clerk.go("notices/schedules");
      clerk.browser.awaitText(".screen", "每月");
      clerk.browser.look("union-notice-schedules");
      clerk.click("table.rows a[href*='/end']");
      clerk.browser.awaited("#send").click();
      clerk.browser.awaited(".verdict.good");
      clerk.go("notices/schedules");
      clerk.browser.awaitText(".screen", "已停止");
    }
  }
}
