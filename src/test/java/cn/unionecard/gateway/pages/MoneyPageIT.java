package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/**
 * A day that closed, at the merchant's page and at the union's: statements, payments, differences.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class MoneyPageIT {
  private static final String MERCHANT = "841080210000013";

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff("wang.clerk", "王办事", "410800", "CLERK", AtDesk.PASSWORD);
    house.staff("li.approver", "李审批", "410800", "APPROVER", AtDesk.PASSWORD);
    house.staff("zhou.auditor", "周审计", "410800", "AUDITOR", AtDesk.PASSWORD);
    house.sql(
        """
        insert into staff (login, name, org, roles, status, password, merchant)
        select 'shop.li', '李店长', signing_org, '{MERCHANT}', 'ACTIVE', '%s', id from merchant where id = 1"""
            .formatted(new Passwords(new SecureRandom()).hash(AtDesk.PASSWORD)));
    for (int i = 0; i < 4; i++) {
      String unused = house.sale(10_000 + i * 1_234);
    }
    house.closeTheDay();
  }

  @AfterAll
  void close() {
    house.close();
  }

  private AtDesk union(String login, String place) {
    return AtDesk.of(house, "/union", login, place);
  }

  @Test
  void aMerchantFindsADifferenceAndTheUnionAnswers() throws Exception {
    String no;
    try (AtDesk shop = AtDesk.of(house, "/shop", "shop.li", "statements")) {
      shop.browser.awaited("table.rows tbody a");
      shop.browser.look("shop-statements");
      shop.click("table.rows tbody a");
      shop.settled();
      shop.browser.look("shop-statement");
      shop.click("a[href*='/claim/']:not([href$=all])");
      shop.type("text", "这一笔少记了 12.34 元");
      shop.browser.look("shop-claim");
      shop.sent();
      shop.click(".verdict a");
      shop.settled();
      shop.browser.awaited(".line");
      shop.browser.look("shop-case");
      String at = String.valueOf(shop.browser.driver().getCurrentUrl());
      no = at.substring(at.lastIndexOf('/') + 1);
    }
    try (AtDesk desk = union("wang.clerk", "tasks")) {
      assertTrue(desk.text("table.rows").contains("对账差错"), desk.browser.text());
      desk.go("settlement/cases");
      desk.browser.look("union-cases");
      desk.go("settlement/cases/" + no);
      desk.browser.look("union-case");
      desk.click("a[href$='/TAKE']");
      desk.type("text", "已受理，核对原始记录");
      desk.sent();
      desk.go("settlement/cases/" + no + "/CLOSE");
      desk.choose("outcome", "EXPLAINED");
      desk.type("text", "<b>账本与收银机一致</b>，差额是会员退货");
      desk.check();
      desk.browser.awaited("#send");
      desk.browser.look("union-case-close");
      desk.send();
    }
    try (AtDesk shop = AtDesk.of(house, "/shop", "shop.li", "cases/" + no)) {
      assertTrue(shop.text(".line").contains("<b>账本与收银机一致</b>"), shop.browser.text());
      assertFalse(shop.browser.has("#f-text"), "it is closed");
      shop.browser.look("shop-case-closed");
      shop.go("cases");
      shop.browser.look("shop-cases");
    }
  }

  @Test
  void whatIsOwedIsPaidByTwoPeople() throws Exception {
    try (AtDesk desk = union("wang.clerk", "settlement/payees/" + MERCHANT)) {
      desk.click("a[href$='/ask']");
      desk.type("holder", "焦作市某餐饮有限公司");
      desk.type("bank", "中国银行焦作分行");
      desk.type("account", "6222000011112222");
      desk.type("reason", "商户来函");
      desk.browser.look("union-payee");
      desk.sent();
    }
    try (AtDesk desk = union("li.approver", "settlement/payees/" + MERCHANT)) {
      desk.click("a[href*='/decide-']");
      desk.choose("decision", "CONFIRM");
      desk.type("reason", "已电话核实");
      desk.sent();
      desk.go("settlement/payees/" + MERCHANT);
      desk.browser.look("union-payees");
    }
    try (AtDesk desk = union("wang.clerk", "settlement/batches/new")) {
      desk.browser.look("union-batch-new");
      desk.sent();
      desk.click(".verdict a");
      desk.settled();
      assertFalse(desk.browser.has("a[href$='/approval']"), "who made it does not approve it");
    }
    long batch = house.number("select max(id) from payment_batch");
    try (AtDesk desk = union("li.approver", "tasks")) {
      assertTrue(desk.text("table.rows").contains("待审批的付款批次"), desk.browser.text());
      desk.go("settlement/batches/" + batch);
      desk.browser.look("union-batch-draft");
      desk.step("a[href$='/approval']", "核对一致");
      desk.go("settlement/batches/" + batch);
      desk.browser.look("union-batch");
      desk.go("settlement/batches");
      desk.browser.look("union-batches");
    }
    assertEquals(1, house.number("select count(*) from payment where state = 'TOLD'"));
  }

  @Test
  void whatADayWasIsReadByAnAuditor() throws Exception {
    house.sql(
        """
        insert into settlement_hint (day, kind, merchant, subject, count, fen, measured, allowed, at)
        select max(day), k, 1, case k when 'THRESHOLD' then 1 else 0 end, 12, 123400, 30, 20, now()
        from settlement_close, unnest(array['THRESHOLD', 'PAIR', 'UNDO']) k group by k""");
    try (AtDesk desk = union("zhou.auditor", "settlement")) {
      desk.browser.look("union-settlement");
      desk.go("settlement/statements");
      desk.browser.look("union-statements");
      desk.click("table.rows tbody a");
      desk.settled();
      desk.browser.look("union-statement");
      for (String place : new String[] {"books", "entries", "hints"}) {
        desk.go("settlement/" + place);
        desk.browser.awaited("table.rows tbody tr");
        desk.browser.look("union-" + place);
      }
      assertTrue(desk.text("table.rows").contains("¥1,234.00"), desk.browser.text());
    }
  }
}
