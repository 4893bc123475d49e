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
import org.openqa.selenium.Keys;

/**
 * {@code /card} on a member's phone: bound, shown at a till, without a network, replaced by
 * another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class CardPageIT {
  private static final long CARD = 5_000;

  private PagesHouse house;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** Twenty digits as the phone shows them, once somebody taps. */
  private static String shown(Browser phone) {
    phone.awaited(".codes .symbol");
    if (!phone.has("#digits[aria-expanded=true]")) {
      phone.awaited("#digits").click();
    }
    return phone.awaited("#digits[aria-expanded=true]").getText().replace(" ", "");
  }

  private static void assertApproved(String answer) {
    assertTrue(answer.contains("\"outcome\":\"APPROVED\""), answer);
  }

  private static void line(Browser phone, boolean isDown) {
    Object unused = phone.driver().executeCdpCommand("Network.enable", Map.of());
    unused =
        phone
            .driver()
            .executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of(
                    "offline",
                    isDown,
                    "latency",
                    0,
                    "downloadThroughput",
                    -1,
                    "uploadThroughput",
                    -1));
  }

  @Test
  void aPhoneIsBoundPaysAndIsReplaced() throws Exception {
    try (Browser phone = new Browser("zh-CN")) {
      phone.open(house.address("/card"));
      phone.awaited("#code");
      phone.look("card-binding");
      phone.awaited("#code").sendKeys("00000000", Keys.ENTER);
      assertTrue(phone.awaited(".problem").getText().contains("无效"), phone.text());
      phone.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
      String code = shown(phone);
      assertFalse(String.valueOf(phone.driver().getCurrentUrl()).contains("bind"));
      assertTrue(phone.text().contains("还可离线使用 8 天"), phone.text());
      phone.look("card-code");
      assertEquals(20, code.length());

      phone.awaitController();
      line(phone, true);
      phone.driver().navigate().refresh();
      assertEquals(20, shown(phone).length());
      line(phone, false);

      try (Browser other = new Browser("en")) {
        other.open(house.address("/card#bind=" + house.enrolmentCode(CARD)));
        String newer = shown(other);
        other.look("card-code-en");
        phone.driver().navigate().refresh();
        String old = shown(phone);
        String refused = house.sale(10_000, old);
        assertTrue(refused.contains("CODE_UNKNOWN"), refused);
        assertApproved(house.sale(10_000, newer));
        other.awaited("#ask").click();
        other.look("card-forgetting");
        other.awaited("#forget").click();
        other.awaited("#code");
        other.driver().navigate().refresh();
        other.awaited("#code");
      }
    }
  }
}
