package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Markup in the names and words of people, where tills and members' phones show them: a member's
 * name, a merchant's, a benefit's, what a member writes. It stands there to be read, and is nothing
 * else.
 */
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class PlantedNamesIT {
  private static final long CARD = 5_000;
  private static final String PLANTED = "<img src=x onerror=\"window.bad=1\">";

  /** All that anybody is told of a member's name: its first sign. */
  private static final String HOLDER = "<**";

  @Test
  void isReadAndNothingElse(@TempDir Path folder) throws Exception {
    try (PagesHouse house = new PagesHouse(folder)) {
      house.sql("update card set holder_mask = '" + HOLDER + "' where serial = " + CARD);
      house.sql("update merchant set name = '" + PLANTED + "' where id = 1");
      house.sql("update campaign set public_name = '" + PLANTED + "'");
      try (Browser till = new Browser("zh-CN")) {
        atTheTill(house, till);
      }
      try (Browser phone = new Browser("zh-CN")) {
        onThePhone(house, phone);
      }
    }
  }

  /** Merchant, holder and benefit. */
  private static void atTheTill(PagesHouse house, Browser till) throws Exception {
    till.open(house.address("/till"));
    Cashier cashier = new Cashier(house, till, CARD - 1);
    cashier.activate("T0000003");
    cashier.scan("128");
    till.awaited("#sell");
    assertRead(till, 2);
    assertTrue(till.text().contains(HOLDER), till.text());
    cashier.confirm();
    till.awaited(".verdict.good");
    assertRead(till, 2);
    String receipt = String.valueOf(till.awaited("figcaption a").getDomAttribute("href"));
    till.awaited("#next").click();
    till.awaited("#day:enabled").click();
    till.awaited(".entries details");
    assertRead(till, 1);
    till.open(receipt);
    till.awaited(".verdict.good");
    assertRead(till, 2);
  }

  /** Those, and what the member writes himself. */
  private static void onThePhone(PagesHouse house, Browser phone) throws Exception {
    phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
    phone.awaited(".codes .symbol");
    assertTrue(phone.text().contains(HOLDER), phone.text());
    CardPageIT.tap(phone, "#tab-purchases");
    CardPageIT.tap(phone, ".entries a");
    phone.awaited("#verdict.good");
    assertRead(phone, 1);
    CardPageIT.tap(phone, "#review");
    for (String mark : List.of("stars", "quality", "service", "afterSales")) {
      CardPageIT.choose(phone, mark, "4");
    }
    phone.awaited("#f-text").sendKeys(PLANTED);
    CardPageIT.tap(phone, ".rating button.primary");
    phone.awaited("#done");
    CardPageIT.tap(phone, "#done ~ .doings a");
    phone.awaited(".content .stars");
    assertRead(phone, 2);
    CardPageIT.tap(phone, "#complain");
    CardPageIT.choose(phone, "kind", "SERVICE");
    phone.awaited("#f-text").sendKeys(PLANTED);
    CardPageIT.tap(phone, ".content button.primary");
    phone.awaited("#send");
    assertRead(phone, 1);
    CardPageIT.tap(phone, "#send");
    CardPageIT.tap(phone, "#follow");
    phone.awaited("#say");
    assertRead(phone, 1);
    CardPageIT.tap(phone, "#tab-own");
    phone.awaited("#lost");
    assertTrue(phone.text().contains(HOLDER), phone.text());
    assertEquals(List.of(), phone.complaints());
  }

  /**
   * It is there, so many times at least, as text.
   *
   * @param times names and words that the screen shows
   */
  private static void assertRead(Browser page, int times) {
    String text = page.text();
    int found = text.split("onerror=", -1).length - 1;
    assertTrue(found >= times, found + " times in: " + text);
    Object taken =
        page.driver()
            .executeScript(
                "return window.bad === 1 || document.querySelector('img[src=x]') !== null");
    assertEquals(false, taken);
    assertFalse(page.has("img[src=x]"));
    assertEquals(List.of(), page.complaints());
  }
}
