package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.CardNo;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/**
 * Campaigns and what they give out, from the clerk who writes them down to the till that takes a
 * voucher: each person at the page he has.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class VoucherPageIT {
  private static final long CARD = 5_000;

  /** Rounds of a campaign that gives vouchers, whichever story needs one. */
  private static final String ROUND =
      """
      insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by, approved_by,
          each, most, good_days, opens_at, closes_at, seed_hash)
        overriding system value select %d, 700, '%s', '工发〔2026〕6号', '%s', 'OPEN', a.id, b.id, 1, 10, 30, %s
        from staff a, staff b where a.login = 'wang.clerk' and b.login = 'li.approver'""";

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", AtDesk.PASSWORD);
    house.staff("sun.both", "孙双岗", "410800", "CLERK,APPROVER", AtDesk.PASSWORD);
    house.sql(
        """
        insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule,
            public_name, grants)
          select 700, 'GIVEN', '消费券', id, 'x', 'RUNNING', '2020-01-01', '2099-01-01',
            jsonb_build_object('benefit', '{"kind":"THRESHOLD","thresholdFen":10000,"offFen":5000}'::jsonb,
              'funders', jsonb_build_array(jsonb_build_object('funder', 'UNION', 'org', id, 'shareBp', 10000))),
            '餐饮券', '{"kind":"VOUCHER"}'
          from org where code = '410800';
        insert into allowance (holder, kind, owner, limit_fen) values (0, 1, 700, 10000000)""");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private AtDesk at(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  private static void draft(AtDesk desk, String code, String yuan, String benefit) {
    desk.go("campaigns/new");
    desk.type("code", code);
    desk.type("name", "五月活动 " + code);
    desk.type("documentNo", "工发[2026]5号");
    desk.set("startsAt", "2020-01-01T00:00");
    desk.set("endsAt", "2099-01-01T00:00");
    desk.type("fen", yuan);
    desk.type(
        "rule",
        "{\"benefit\":"
            + benefit
            + ",\"funders\":[{\"funder\":\"UNION\",\"org\":\"410800\",\"shareBp\":10000}]}");
    desk.check();
    desk.browser.awaited(".says");
    desk.send();
  }

  private void approved(String campaign) {
    try (AtDesk desk = at("li.approver", "campaigns/" + campaign)) {
      desk.step("[data-step=APPROVE]", "同意");
      desk.go("campaigns/" + campaign);
      desk.step("[data-step=RUN]", "开始");
    }
  }

  @Test
  void aCampaignRunsToTheEndOfItsBudgetAndIsPaused() throws Exception {
    try (AtDesk desk = at("wang.clerk", "campaigns")) {
      draft(desk, "OFF-15", "30", "{\"kind\":\"FIXED\",\"offFen\":1500}");
      desk.go("campaigns/OFF-15");
      assertFalse(desk.browser.has("[data-step=APPROVE]"), "its author approves nothing");
      desk.step("[data-step=SUBMIT]", "送审");
    }
    approved("OFF-15");
    assertTrue(house.sale(10_000).contains("\"discountFen\":1500"));
    assertTrue(house.sale(10_000).contains("\"discountFen\":1500"));
    assertTrue(house.sale(10_000).contains("\"discountFen\":1000"), "another one's: it is used up");
    house.closeTheDay();
    try (AtDesk desk = at("li.approver", "campaigns/OFF-15")) {
      assertTrue(desk.text(".used").contains("100%"), desk.browser.text());
      desk.browser.look("union-campaign-used");
      desk.step("[data-step=PAUSE]", "经费用完");
      assertTrue(desk.text(".verdict").contains("已暂停"), desk.browser.text());
      desk.go("campaigns/OFF-15");
      desk.click("#days");
      desk.browser.awaited(".curve");
      assertTrue(desk.text("table.rows tbody").contains("¥30.00"), desk.browser.text());
      desk.browser.look("union-campaign-days");
      desk.go("campaigns");
      desk.browser.look("union-campaigns-used");
    }
  }

  /** A district tightens the city's campaign for its own merchants, by two people. */
  @Test
  void aDistrictTightensTheCitysCampaign() throws Exception {
    house.staff("zhou.below", "周区办", "410802", "CLERK", AtDesk.PASSWORD);
    house.staff("wu.below", "吴区审", "410802", "APPROVER", AtDesk.PASSWORD);
    try (AtDesk desk = at("zhou.below", "campaigns")) {
      desk.click("#above");
      desk.browser.awaitText("[data-campaign='EAT-10']", "优惠订单金额的10%");
      desk.click("[data-campaign='EAT-10'] .narrow");
      desk.type("documentNo", "区工发[2026]8号");
      desk.type("orderFenMin", "150");
      desk.type("memberDayCount", "1");
      desk.type("hourFrom", "00:00");
      desk.check();
      assertTrue(desk.browser.text().contains("订单至少 ¥150.00"), desk.browser.text());
      desk.browser.look("union-narrow-check");
      desk.send();
      desk.browser.awaitText(".verdict", "由另一人批准");
    }
    try (AtDesk desk = at("wu.below", "campaigns/above")) {
      desk.browser.awaited("[data-step=APPROVE]");
      desk.browser.look("union-narrowings");
      desk.step("[data-step=APPROVE]", "同意");
      assertTrue(desk.text(".verdict").contains("现在生效"), desk.browser.text());
      assertTrue(house.sale(14_999).contains("\"discountFen\":0"));
      assertTrue(house.sale(15_000).contains("\"discountFen\":1500"));
      desk.go("campaigns/above");
      desk.step("[data-step=END]", "不再需要");
      assertTrue(desk.text(".verdict").contains("已终止"), desk.browser.text());
      assertTrue(house.sale(14_900).contains("\"discountFen\":1490"));
    }
  }

  @Test
  void aVoucherGoesFromItsDraftToTheTill() throws Exception {
    try (AtDesk desk = at("wang.clerk", "campaigns")) {
      draft(
          desk,
          "MAY-V",
          "10000",
          "{\"kind\":\"THRESHOLD\",\"thresholdFen\":10000,\"offFen\":5000}");
      desk.go("campaigns/MAY-V");
      desk.click("#set-grants");
      desk.choose("kind", "VOUCHER");
      desk.choose("pool", "WELFARE");
      desk.type("perMember", "1");
      desk.browser.look("union-grants");
      desk.sent();
      desk.browser.look("union-grants-done");
      desk.go("campaigns/MAY-V");
      desk.step("[data-step=SUBMIT]", "送审");
    }
    approved("MAY-V");
    try (AtDesk desk = at("wang.clerk", "campaigns/MAY-V")) {
      desk.browser.look("union-campaign-giving");
      desk.click("[data-way=CLAIM]");
      desk.type("name", "五月餐饮券");
      desk.type("documentNo", "工发[2026]6号");
      desk.set("opensAt", "2020-01-01T10:00");
      desk.set("closesAt", "2098-01-01T00:00");
      desk.type("most", "2");
      desk.check();
      assertTrue(desk.text(".wrongs").contains("只填一项"), desk.browser.text());
      desk.browser.look("union-round-wrong");
      desk.type("goodDays", "30");
      desk.check();
      desk.browser.awaited("#send");
      desk.browser.look("union-round-check");
      desk.send();
      desk.click(".verdict a");
      desk.settled();
      assertFalse(desk.browser.has("[data-step=APPROVE]"), "a clerk approves nothing");
    }
    long round = house.number("select max(id) from benefit_round where name = '五月餐饮券'");
    try (AtDesk desk = at("li.approver", "tasks")) {
      assertTrue(desk.text("table.rows").contains("待审批的发放批次"), desk.browser.text());
      desk.browser.look("union-tasks-rounds");
      desk.go("rounds?state=DRAFT");
      assertTrue(desk.text("table.rows").contains("五月餐饮券"), desk.browser.text());
      desk.go("rounds/" + round);
      desk.browser.look("union-round-draft");
      desk.step("[data-step=APPROVE]", "预算足够，同意");
      desk.go("rounds");
      desk.browser.look("union-rounds");
    }
    try (Browser phone = new Browser("zh-CN");
        Browser till = new Browser("zh-CN")) {
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
      String code = CardPageIT.shown(phone);
      CardPageIT.tap(phone, "#tab-vouchers");
      CardPageIT.tap(phone, "#claim-" + round);
      phone.awaitText("#said", "领取成功");
      till.open(house.address("/till"));
      Cashier cashier = new Cashier(house, till, CARD);
      cashier.activate("T0000003");
      cashier.ready();
      cashier.type("120");
      cashier.gun(code);
      till.awaited("#sell");
      assertTrue(till.text().contains("70.00"), till.text());
      till.look("till-voucher");
      cashier.confirm();
      till.awaited(".verdict.good");
      CardPageIT.tap(phone, "#tab-code");
      CardPageIT.tap(phone, "#tab-vouchers");
      phone.awaitText(".entries .state.off", "已用");
      phone.look("card-voucher-used");
    }
    try (AtDesk desk = at("wang.clerk", "rounds/" + round)) {
      assertTrue(desk.text(".facts").contains("已使用 1 份，抵扣 ¥50.00"), desk.browser.text());
      desk.browser.look("union-round");
    }
  }

  @Test
  void aSheetIsGivenAndWhatWasWrongIsMadeVoidAndGivenAnew(@TempDir Path folder) throws Exception {
    house.sql(ROUND.formatted(801, "六月消费券", "SHEET", "null, null, null"));
    String own = new CardNo(CARD + 20).digits();
    Path sheet =
        Files.writeString(
            folder.resolve("名单.csv"),
            "cardNo\n" + own + "\n" + new CardNo(CARD + 21).digits() + "\n12\n9999999999\n");
    try (AtDesk desk = at("wang.clerk", "tasks")) {
      assertTrue(desk.text("table.rows").contains("还没有导入名单"), desk.browser.text());
      desk.go("rounds/801");
      desk.click("#sheet");
      desk.browser.awaited("#f-sheet").sendKeys(sheet.toString());
      desk.browser.awaited("#give");
      desk.browser.look("union-sheet");
      desk.click("#give");
      desk.browser.awaitText("#report", "新发放 2");
      assertTrue(desk.text("#report").contains("有问题 2"), desk.browser.text());
      desk.browser.look("union-sheet-done");
      desk.go("cards/" + own);
      desk.click("#vouchers");
      desk.browser.awaited("table.rows tbody a");
      desk.browser.look("union-card-vouchers");
    }
    try (AtDesk desk = at("li.approver", "rounds/801/vouchers")) {
      desk.browser.look("union-round-vouchers");
      desk.click("table.rows tbody a");
      desk.settled();
      desk.step("[data-step=VOID]", "错发");
      desk.click(".verdict a");
      desk.settled();
      desk.browser.awaited("[data-step=REISSUE]");
      desk.browser.look("union-voucher-void");
      desk.step("[data-step=REISSUE]", "手机丢失");
      desk.go("rounds/801/vouchers");
      assertEquals(
          3, desk.browser.driver().findElements(By.cssSelector("table.rows tbody tr")).size());
      desk.go("rounds/801");
      assertTrue(desk.text(".facts").contains("1 份"), desk.browser.text());
      desk.step("[data-step=FINISH]", "名单已全部导入");
      assertTrue(desk.text(".verdict").contains("已完成"), desk.browser.text());
    }
  }

  @Test
  void aLotteryIsDrawnAndDrawnAgainByWhoeverLooks() throws Exception {
    house.sql(
        ROUND.formatted(
            802,
            "年夜饭抽签",
            "LOTTERY",
            "'2026-01-01', '2026-01-02', sha256(decode(repeat('5f', 32), 'hex'))"));
    house.sql(
        """
        insert into lottery_seed (round, seed) values (802, decode(repeat('5f', 32), 'hex'));
        insert into lottery_ticket (round, member, ticket, at)
          select 802, m.id, row_number() over (order by m.id), now() from (
            select member as id from card where serial between 5030 and 5059) m;
        update benefit_round set tickets = 30 where id = 802""");
    try (AtDesk desk = at("li.approver", "rounds/802/lottery")) {
      assertTrue(desk.text(".reason").contains("尚未抽签"), desk.browser.text());
      desk.go("rounds/802");
      desk.click("[data-step=DRAW]");
      desk.type("witness", "福彩3D 2026319期 4-0-7");
      desk.type("reason", "公开抽签");
      desk.check();
      desk.browser.awaited("#send");
      desk.browser.look("union-draw-check");
      desk.send();
      desk.go("rounds/802/lottery");
      desk.browser.awaited("#verdict.good");
      assertTrue(desk.text("#verdict").contains("10 个号码"), desk.browser.text());
      desk.browser.look("union-lottery");
      house.sql("update lottery_ticket set won = not won where round = 802 and ticket in (1, 2)");
      desk.go("rounds/802");
      desk.go("rounds/802/lottery");
      desk.browser.awaited("#verdict.bad");
    }
  }

  @Test
  void capsOfAYearAreReadAndSet() throws Exception {
    try (AtDesk desk = at("sun.both", "rounds/caps")) {
      desk.browser.awaited(".waiting");
      desk.go("rounds/caps/new");
      desk.type("year", "2026");
      desk.choose("pool", "AGRI_AID");
      desk.type("fen", "600");
      desk.type("documentNo", "工发[2026]1号");
      desk.browser.look("union-cap");
      desk.sent();
      desk.go("rounds/caps");
      assertTrue(desk.text("table.rows").contains("¥600.00"), desk.browser.text());
      desk.browser.look("union-caps");
    }
  }
}
