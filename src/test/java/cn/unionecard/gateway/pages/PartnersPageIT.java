package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.member.TestPhone;
import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** 伙伴 at {@code /union}: from the application to live, and shut at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class PartnersPageIT {
  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("he.clerk", "何办事", "410802", "CLERK", AtDesk.PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", AtDesk.PASSWORD);
    house.staff("zhao.watch", "赵监督", "410800", "SUPERVISOR", AtDesk.PASSWORD);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private AtDesk at(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  private static void openFirst(AtDesk desk, String place, String await) {
    desk.go("tasks");
    desk.go(place);
    desk.browser.awaited("table.rows a").click();
    desk.browser.awaitText(".screen", await);
  }

  @Test
  void aPlatformComesInStepByStepAndGoesAtOnce() throws Exception {
    TestPhone program = new TestPhone();
    try (AtDesk clerk = at("he.clerk", "partners");
        AtDesk other = at("wang.clerk", "tasks");
        AtDesk approver = at("li.approver", "tasks");
        AtDesk watch = at("zhao.watch", "tasks")) {
      clerk.browser.awaitText(".screen", "没有伙伴");
      clerk.click(".doings a.primary");
      clerk.choose("kind", "UNION_PLATFORM");
      clerk.type("name", "某厂智慧工会平台");
      clerk.type("purpose", "在本单位平台核验会员并兑付普惠。");
      clerk.type("contact", "信息部 0391-1234567");
      clerk.click("input[name='scopes'][value='EVENTS']");
      clerk.click("input[name='scopes'][value='REDEEM']");
      clerk.type("reason", "已自建平台，申请对接。");
      clerk.browser.look("union-partner-form");
      clerk.sent();
      openFirst(clerk, "partners", "由另一名经办人审查");
      assertFalse(clerk.browser.has("[data-step]"), "who applied does not examine");
      other.go("partners");
      other.go("tasks");
      other.browser.awaitText(".screen", "待审查的伙伴申请");
      openFirst(other, "partners", "由另一名经办人审查");
      other.step("[data-step=EXAMINE]", "材料齐全，已通过等保三级测评。");
      approver.go("partners");
      approver.go("tasks");
      approver.browser.awaitText(".screen", "已审查的伙伴申请");
      openFirst(approver, "partners", "签协议");
      approver.click("[data-step=AGREE]");
      approver.type("agreementNo", "焦工协〔2026〕3号");
      approver.set("agreementUntil", "2099-12-31");
      approver.type("reason", "同意对接。");
      approver.sent();
      openFirst(other, "partners", "登记对方公钥");
      other.click("[data-step=TRIAL]");
      other.type("publicKey", program.publicKey());
      other.type("reason", "对方已交公钥。");
      other.browser.look("union-partner-key");
      other.sent();
      approver.go("partners");
      approver.go("tasks");
      approver.browser.awaitText(".screen", "伙伴事项待确认");
      openFirst(approver, "partners", "待确认：试运行");
      approver.click("[data-step=CONFIRM]");
      approver.browser.awaitText(".screen", "公钥指纹");
      approver.type("reason", "指纹已电话核对。");
      approver.sent();
      openFirst(other, "partners", "试运行要做到的");
      assertTrue(other.browser.text().contains("未做到"), other.browser.text());
      other.browser.look("union-partner-trial");
      String no = text();
      String assertion = program.assertion(no, Instant.now().getEpochSecond());
      assertEquals(
          200,
          house
              .post("/v1/partner-tokens", new JsonObject().put("assertion", assertion).encode())
              .statusCode());
      openFirst(other, "partners", "由经办人提出上线");
      other.step("[data-step=LIVE]", "试运行各项已做到。");
      openFirst(approver, "partners", "待确认：上线");
      approver.step("[data-step=CONFIRM]", "同意上线。");
      openFirst(watch, "partners", "已上线");
      watch.browser.look("union-partner");
      watch.step("[data-step=SUSPEND]", "发现异常访问，先停后查。");
      openFirst(watch, "partners", "查清后由经办人提出恢复");
      watch.go("partners");
      watch.browser.awaitText(".screen", "已暂停");
      watch.browser.look("union-partners");
    }
  }

  @Test
  void theLinkToTheProvinceSaysWhatItCouldNotTake() throws Exception {
    try (AtDesk clerk = at("wang.clerk", "province")) {
      clerk.browser.awaitText(".screen", "没有对接省平台");
      house.sql(
          """
          update province_link set org = 410800, in_ok_at = now(), in_whole_at = now(), out_ok_at = now(),
            out_failure = 'LATE', compared_at = now(), differences = 2;
          insert into province_row (kind, subject, bad, field, reason, shown, org, place, at) values
            ('MEMBER', sha256('x'), 3, 'category', '类别应为 ORDINARY 等 · category is none of these',
              '4***************1X', 410802, '', now()),
            ('ORG', 'pv.9', 1, 'parent', '本级工会范围内没有该上级 · no such union under the account''s', 'pv.9',
              null, '', now());
          insert into province_card (card, revision, refused, reason)
            select min(serial), 2, 2, '该卡在省平台已冻结' from card""");
      clerk.go("tasks");
      clerk.go("province");
      clerk.browser.awaitText(".screen", "对方没有按时答复");
      String text = clerk.browser.text();
      assertTrue(text.contains("4***************1X") && text.contains("已冻结"), text);
      assertTrue(text.contains("会员类别") && !text.contains("category"), text);
      clerk.browser.look("union-province");
      clerk.go("province/files");
      clerk.browser.awaitText(".screen", "还没有上报文件");
      house.sql("insert into province_card (card) select max(serial) from card");
      clerk.click("#send");
      clerk.browser.awaitText(".verdict.good", "已生成，共 1 张卡");
      clerk.browser.look("union-province-files");
      clerk.go("province/files/1");
      clerk.browser.awaitText(".screen", "等待回执");
      clerk.browser.look("union-province-file");
      clerk.click("#receipt");
      clerk.type("file", receipt());
      clerk.browser.look("union-province-receipt");
      clerk.sent();
      clerk.browser.awaitText(".screen", "对方已收 1 张");
      clerk.go("province/files");
      clerk.browser.awaitText(".screen", "已答复完");
    } finally {
      house.sql("update province_link set org = null");
    }
  }

  /** As the province would give it for the first file. */
  private String receipt() {
    String card =
        house.text("select lpad(card::text, 10, '0') from province_file_card where file = 1");
    String sm3 = house.text("select encode(sm3, 'hex') from province_file where no = 1");
    String receipt = "H,1,CARDS-RECEIPT,1," + sm3 + "\nD," + card + ",1,TAKEN,\nT,1,";
    return receipt + Sm3.hex(receipt) + "\n";
  }

  private String text() {
    return house.text("select no from partner");
  }
}
