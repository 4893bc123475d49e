package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** {@code /till} as a cashier has it: a shift, and everything that goes wrong in one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class TillPageIT {
  private PagesHouse house;
  private LossyLine line;
  private Browser browser;
  private Cashier cashier;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    together(50, "满1000减30", "\"kind\":\"THRESHOLD\",\"thresholdFen\":100000,\"offFen\":3000");
    together(51, "周年庆立减", "\"kind\":\"FIXED\",\"offFen\":5000");
    line = new LossyLine(Loops.vertx(), house.pagesPort());
    browser = new Browser("zh-CN");
    cashier = new Cashier(house, browser, 1_000);
    browser.open(line.address("/till"));
    browser.awaited("#terminal");
    browser.look("till-activation");
    browser.awaited("#terminal").sendKeys("T0000003");
    browser.awaited("#code").sendKeys("WRONG-CODE", Keys.ENTER);
    assertTrue(browser.awaited(".problem").getText().contains("激活"), browser.text());
    cashier.activate("T0000003");
  }

  /** Adds a benefit that large orders get beside others. */
  private void together(int id, String name, String benefit) {
    house.sql(
        """
        insert into campaign (id, code, name, public_name, org, document_no, status, starts_at, ends_at, rule)
        values (%1$d, 'BIG-%1$d', '%2$s', '%2$s', 410800, '焦工发〔2026〕%1$d号', 'RUNNING', '2020-01-01Z', '2099-01-01Z',
          '{"benefit":{%3$s},"stack":{"sets":["S"]},"orderFenMin":100000,"merchants":{"ids":[1]},
            "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}');
        insert into allowance (holder, kind, owner, limit_fen) values (0, 1, %1$d, 1000000)"""
            .formatted(id, name, benefit));
  }

  @AfterAll
  void close() {
    if (browser != null) {
      browser.close();
    }
    house.close();
  }

  private long sold() {
    return recorded("SALE");
  }

  private long recorded(String type) {
    return house.number(
        "select count(*) from transaction t join terminal d on d.id = t.terminal"
            + " where d.terminal_no = 'T0000003'"
            + " and convert_from(body, 'UTF8') like '%\"type\":\""
            + type
            + "\"%'");
  }

  @Test
  void aShiftFromTheFirstSaleToTheClosedBatch() throws Exception {
    long before = sold();
    browser.look("till-waiting");
    cashier.scan("128");
    assertTrue(browser.awaited(".due .pays").getText().contains("¥115.20"), browser.text());
    browser.look("till-quote");
    cashier.confirm();
    browser.awaited(".verdict.good");
    assertEquals(before + 1, sold());
    browser.look("till-result");
    String link = String.valueOf(browser.awaited("figcaption a").getDomAttribute("href"));
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(link);
      phone.awaited(".verdict.good");
    }

    cashier.scan("50.5");
    cashier.confirm();
    browser.awaited(".verdict.good");
    browser.awaited("#next").click();
    browser.awaited("#day:enabled").click();
    browser.awaited(".entries details summary").click();
    browser.look("till-day");
    browser.awaited(".entries details form input").sendKeys("10", Keys.ENTER);
    assertTrue(browser.awaited(".verdict.good").getText().contains("退还会员"), browser.text());
    browser.awaited("#next").click();
    browser.awaited("#batch:enabled").click();
    browser.look("till-batch");
    browser.awaited("#close").click();
    assertTrue(browser.awaited(".verdict.good").getText().contains("批已结"), browser.text());
    browser.look("till-batch-closed");
  }

  /** The cashier sees who gets what before anything is sent; a lost answer is asked for again. */
  @Test
  void oneBenefitComesBackAlone() throws Exception {
    cashier.scan("1200");
    cashier.confirm();
    browser.awaited(".verdict.good");
    browser.awaited("#next").click();
    browser.awaited("#day:enabled").click();
    browser.awaited(".entries details summary").click();
    browser.awaited(".entries .element:enabled").click();
    browser.awaited("input[value='BIG-51']").click();
    assertTrue(browser.awaited("#returns .total").getText().contains("¥0.00"), browser.text());
    browser.type("[name=amount]", "49.99");
    browser.awaited("#send:disabled");
    browser.look("till-element-wrong");
    browser.type("[name=amount]", "300");
    browser.awaitText("#returns .total", "¥250.00");
    browser.awaitText("#returns", "¥900.00");
    browser.look("till-element");
    long before = recorded("REFUND");
    line.lose("POST /v1/transactions/", 1);
    browser.awaited("#send:enabled").click();
    browser.awaitText(".verdict.good", "¥250.00");
    assertEquals(before + 1, recorded("REFUND"));
    browser.look("till-element-back");

    browser.awaited("#next").click();
    browser.awaited("#day:enabled").click();
    browser.awaited("li:nth-child(2) details summary").click();
    browser.awaited("li:nth-child(2) .element:enabled").click();
    browser.awaited("input[value='BIG-50']").click();
    assertFalse(browser.has("input[value='BIG-51']"), browser.text());
    browser.awaitText("#returns .total", "¥0.00");
    browser.awaited("#send:enabled").click();
    assertTrue(browser.awaited(".verdict.good").getText().contains("退还会员"), browser.text());
    browser.awaited("#next").click();
    browser.awaited("#day:enabled").click();
    browser.awaited("li:nth-child(3) details summary").click();
    browser.awaited("li:nth-child(3) .element:enabled").click();
    browser.awaitText(".waiting", "没有可以单独退的优惠");
    browser.look("till-element-none");
    browser.awaited("#back").click();
    browser.awaited("#next").click();
  }

  @Test
  void aUsedCodeIsRefusedWithTheNextStep() throws Exception {
    cashier.scan("20");
    cashier.confirm();
    browser.awaited(".verdict.good");
    String used = cashier.code();
    cashier.ready();
    cashier.type("20");
    cashier.passes(1_600); // or it would be the same scan again
    cashier.gun(used);
    assertTrue(browser.awaited(".verdict.bad").getText().contains("刷新后重扫"), browser.text());
    browser.look("till-refused");
  }

  /** The same key is sent again: one sale, and the cashier only sees that it takes a little. */
  @Test
  void anAnswerThatIsLostIsAskedForAgain() {
    long before = sold();
    cashier.scan("30");
    browser.awaited("#sell");
    line.lose("POST /v1/transactions ", 1);
    cashier.confirm();
    browser.awaited(".verdict.good");
    assertEquals(before + 1, sold());
  }

  @Test
  void whatCannotBeFoundOutIsTakenBack() throws Exception {
    long before = recorded("REVERSAL");
    cashier.scan("40");
    browser.awaited("#sell");
    line.lose("POST /v1/transactions ", 8); // a browser asks again by itself, too
    cashier.confirm();
    assertTrue(browser.awaited(".verdict.wait").getText().contains("已自动冲正"), browser.text());
    line.lose("", 0);
    browser.look("till-reversed");
    assertEquals(before + 1, recorded("REVERSAL"));
  }

  /**
   * A sale whose end is not known, and the page is closed: the next one who opens it is asked
   * whether it was paid.
   */
  @Test
  void aReloadInTheMiddleLosesNothing() throws Exception {
    cashier.scan("60");
    browser.awaited("#sell");
    line.lose("POST /v1/", 1_000);
    long before = sold();
    cashier.confirm();
    browser.awaited("[role=status].waiting");
    while (sold() == before) {
      Thread.onSpinWait(); // its answer is lost: nobody tells
    }
    Object unused =
        browser
            .driver()
            .executeScript(
                "addEventListener('beforeunload', e => e.stopImmediatePropagation(), {capture: true});");
    line.lose("", 0);
    browser.open(line.address("/"));
    browser.open(line.address("/till"));
    browser.awaited("#stands");
    assertTrue(browser.text().contains("网关已记账"), browser.text());
    browser.look("till-found");
    browser.awaited("#stands").click();
    browser.awaited(".lamp.line.on");
    browser.awaited("#day:enabled").click();
    List<String> entries =
        browser.driver().findElements(By.cssSelector(".entry")).stream()
            .map(entry -> entry.getText())
            .toList();
    assertTrue(
        entries.get(0).contains("已批准") && entries.get(0).contains("¥60.00"), entries::toString);
    browser.awaited("#next").click();
  }

  /**
   * It was given up, the disk did not take that, and the page was closed before the line was back.
   */
  @Test
  void whatWasGivenUpOnAFullDiskIsNotTakenForDone() {
    Object unused =
        browser
            .driver()
            .executeScript(
                """
                const put = IDBObjectStore.prototype.put;
                window.fullAfter = Infinity;
                IDBObjectStore.prototype.put = function (...given) {
                  if (window.fullAfter-- <= 0) throw new DOMException('full', 'QuotaExceededError');
                  return put.apply(this, given);
                };
                """);
    long reversals = recorded("REVERSAL");
    cashier.scan("45");
    browser.awaited("#sell");
    unused = browser.driver().executeScript("window.fullAfter = 1"); // its key alone
    line.lose("POST /v1/", 1_000);
    long before = sold();
    cashier.confirm();
    while (sold() == before) {
      Thread.onSpinWait();
    }
    line.down(true);
    assertTrue(browser.awaited(".verdict.wait").getText().contains("请按原价收款"), browser.text());
    unused =
        browser
            .driver()
            .executeScript(
                "addEventListener('beforeunload', e => e.stopImmediatePropagation(), {capture: true});");
    browser.open("about:blank");
    line.lose("", 0);
    line.down(false);
    browser.open(line.address("/till"));
    browser.awaited("#takeBack").click();
    assertTrue(browser.awaited(".verdict.wait").getText().contains("已自动冲正"), browser.text());
    assertEquals(reversals + 1, recorded("REVERSAL"));
    browser.awaited("#next").click();
  }

  @Test
  void withoutALineNothingIsScanned() throws Exception {
    cashier.ready();
    cashier.scan("70");
    browser.awaited("#sell");
    line.down(true);
    cashier.confirm();
    browser.awaited(".bar");
    assertTrue(browser.text().contains("请按原价收款"), browser.text());
    browser.look("till-offline");
    line.down(false);
    browser.awaited(".lamp.line.on");
    browser.awaited("#next").click();
    browser.awaited("#amount:enabled");
  }

  /** While the page stands open, and back again. */
  @Test
  void aSuspensionIsHeardAtOnce() throws Exception {
    cashier.ready();
    house.sql("update merchant set status = 'SUSPENDED' where id = 1");
    assertTrue(browser.awaited(".bar.stop").getText().contains("中止合作"), browser.text());
    browser.awaited("#amount:disabled");
    browser.look("till-suspended");
    house.sql("update merchant set status = 'LIVE' where id = 1");
    browser.awaited("#amount:enabled");
  }

  /** As the demo and a union's clerk hand it out: nothing is typed, and nothing of it stays. */
  @Test
  void aLinkActivatesATill() throws Exception {
    try (Browser other = new Browser("zh-CN")) {
      String link = "/till#activate=T0000004." + house.activationCode("T0000004");
      other.open(house.address(link));
      other.awaited("#amount");
      other.awaitText(".place", "T0000004");
      assertFalse(String.valueOf(other.driver().getCurrentUrl()).contains("activate"));
      other.driver().navigate().refresh();
      other.awaited("#amount");
    }
  }
}
