package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.zxing.BarcodeFormat;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Codes before a camera: a member's at the till, a slip's at {@code /r}; and cameras that do not
 * work.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CameraPageIT {
  private static final String LOOKED_WITH = "cn.unionecard.gateway.pages.Browser#isToBeLookedWith";
  private static final String TERMINAL = "T0000004";

  /** A camera that shows something that is no code. */
  private static final String[] BLIND = {"--use-fake-device-for-media-stream"};

  private PagesHouse house;
  private long card = 2_000;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
  }

  @AfterAll
  void close() {
    house.close();
  }

  private void till(Browser browser) throws Exception {
    browser.open(house.address("/till"));
    browser.awaited("#terminal");
    new Cashier(house, browser, card).activate(TERMINAL);
  }

  @ParameterizedTest
  @EnumSource(names = {"QR_CODE", "CODE_128"})
  @EnabledIf(LOOKED_WITH)
  void aMembersCodeBecomesAQuote(BarcodeFormat format, @TempDir Path folder) throws Exception {
    String code = house.code(++card);
    try (Browser browser = new Browser("zh-CN", Film.of(folder, format, code))) {
      till(browser);
      browser.awaited("#amount").sendKeys("128");
      browser.awaited("#camera").click();
      browser.awaited("#sell");
      assertTrue(browser.awaited(".due .pays").getText().contains("¥115.20"), browser.text());
      assertTrue(hasFetched(browser, "camera/picture.js"));
      browser.assertSound("a quote by camera");
    }
  }

  private static boolean hasFetched(Browser browser, String file) {
    Object found =
        browser
            .driver()
            .executeScript(
                "return performance.getEntriesByType('resource').some(e => e.name.endsWith(arguments[0]))",
                file);
    return Boolean.TRUE.equals(found);
  }

  @Test
  @EnabledIf(LOOKED_WITH)
  void aPageFetchesNoReaderBeforeACameraIsOpened() {
    try (Browser browser = new Browser("zh-CN", BLIND)) {
      browser.open(house.address("/till"));
      browser.awaited("#terminal");
      assertFalse(hasFetched(browser, "camera/picture.js"));
      assertFalse(hasFetched(browser, "camera/viewfinder.js"));
    }
  }

  /** One that has the name alone finds nothing for ever: then the page's own reader is taken. */
  @Test
  @EnabledIf(LOOKED_WITH)
  void aBrowsersDetectorIsTriedBeforeItIsTrusted(@TempDir Path folder) throws Exception {
    String code = house.code(++card);
    String detector =
        """
        window.BarcodeDetector = class {
          static async getSupportedFormats() { return ['qr_code', 'code_128', 'ean_13']; }
          async detect() { return %s; }
        };
        """;
    try (Browser browser = new Browser("zh-CN", Film.of(folder, BarcodeFormat.QR_CODE, code))) {
      browser.before(detector.replace("%s", "[]"));
      till(browser);
      browser.awaited("#amount").sendKeys("128");
      browser.awaited("#camera").click();
      browser.awaited("#sell");
      assertTrue(hasFetched(browser, "camera/picture.js"));
    }
    String works =
        "[{rawValue: (window.asked = (window.asked ?? 0) + 1) <= 2 ? '84000000000000000000' : '%s'}]"
            .formatted(house.code(++card));
    try (Browser browser =
        new Browser("zh-CN", Film.of(folder, BarcodeFormat.QR_CODE, "nothing"))) {
      browser.before(detector.replace("%s", works));
      till(browser);
      browser.awaited("#amount").sendKeys("128");
      browser.awaited("#camera").click();
      browser.awaited("#sell");
      assertFalse(hasFetched(browser, "camera/picture.js"));
    }
  }

  /** Words that say what to do: not allowed, then allowed, unplugged, plugged in again, left. */
  @Test
  @EnabledIf(LOOKED_WITH)
  void aCameraThatDoesNotWorkSaysWhatToDo() throws Exception {
    try (Browser browser = new Browser("zh-CN", BLIND)) {
      till(browser);
      browser.permit("camera", "denied");
      browser.awaited("#camera").click();
      browser.awaitText(".problem", "没有允许");
      browser.look("camera-denied");
      browser.permit("camera", "granted");
      browser.awaited("#look").click();
      browser.awaitText("[role=status]", "把码放在画面中间");
      awaitPicture(browser);
      browser.look("camera-looking");
      Object unused =
          browser
              .driver()
              .executeScript(
                  "document.querySelector('#viewfinder').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))");
      browser.awaitText(".problem", "断开");
      browser.awaited("#look").click();
      awaitPicture(browser);
      browser.awaited("#leave").click();
      browser.awaited("#amount:enabled");
      browser.assertSound("after the camera");
    }
    try (Browser browser = new Browser("en")) {
      till(browser);
      browser.permit("camera", "granted");
      browser.awaited("#camera").click();
      browser.awaitText(".problem", "No camera was found");
      browser.look("camera-none-en");
    }
  }

  private static void awaitPicture(Browser browser) {
    Object unused =
        browser.called(
            """
            const done = arguments[arguments.length - 1];
            const look = () => document.querySelector('#viewfinder')?.currentTime > 0 ? done(true) : setTimeout(look, 20);
            look();
            """);
  }

  @Test
  @EnabledIf(LOOKED_WITH)
  void aSlipIsReadByCamera(@TempDir Path folder) throws Exception {
    String receipt = house.sale(12_800);
    String body = receipt.substring("{\"body\":".length(), receipt.indexOf(",\"leaf\":"));
    String id = new ObjectMapper().readTree(body).path("id").asText();
    String link = house.address("/r#" + id + "." + Sha256.hex(body));
    try (Browser browser = new Browser("zh-CN", Film.of(folder, BarcodeFormat.QR_CODE, link))) {
      browser.open(house.address("/r"));
      browser.awaited("#camera").click();
      browser.awaited(".verdict.good");
      assertEquals(house.address("/r"), browser.driver().getCurrentUrl());
      browser.assertSound("a slip by camera");
    }
    try (Browser browser =
        new Browser("en", Film.of(folder, BarcodeFormat.CODE_128, "6901028075763"))) {
      browser.open(house.address("/r"));
      browser.awaited("#camera").click();
      browser.awaitText(".problem", "not the code of a receipt");
      browser.look("receipt-foreign-en");
    }
  }

  /** Elsewhere no page could open a camera, whatever were to get into it. */
  @Test
  void onlyPagesThatScanMayUseACamera() throws Exception {
    assertEquals("camera=(self) serial=(self)", permitted("/till"));
    assertEquals("camera=(self) serial=()", permitted("/r"));
    for (String other : new String[] {"/", "/card", "/union", PageModules.fileOf("code/qr.js")}) {
      assertEquals("camera=() serial=()", permitted(other), other);
    }
  }

  private String permitted(String path) throws Exception {
    String policy = house.get(path).headers().firstValue("Permissions-Policy").orElse("");
    assertTrue(policy.contains("microphone=()") && policy.contains("usb=()"), policy);
    return policy.replaceAll(".*(camera=\\([a-z]*\\)).*(serial=\\([a-z]*\\)).*", "$1 $2");
  }
}
