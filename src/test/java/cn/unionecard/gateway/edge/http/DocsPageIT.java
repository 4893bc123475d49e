package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.pages.Browser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.By;

/** {@code /docs} as somebody sees it who opens it in a browser. */
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class DocsPageIT {
  @Test
  void aBrowserShowsEveryAddressOfTheContract() throws Exception {
    try (EdgeHouse house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000));
        Browser browser = new Browser("zh-CN")) {
      browser.open(house.base + "/docs");
      String last = written().get(written().size() - 1);
      browser.awaited("[data-path='" + last + "']");
      String page = String.valueOf(browser.driver().getPageSource());
      assertFalse(page.contains("Unable to render"), page);
      assertFalse(page.contains("errors-wrapper"), page);
      List<String> shown =
          browser.driver().findElements(By.cssSelector("[data-path]")).stream()
              .map(element -> String.valueOf(element.getDomAttribute("data-path")))
              .sorted()
              .toList();
      assertEquals(written(), shown);
      assertTrue(page.contains("工会E卡商户网关"), page);
    }
  }

  /** Addresses by operation, and the events that are sent to others. */
  private static List<String> written() throws IOException {
    List<String> written = new ArrayList<>();
    Contract.operations().forEach(operation -> written.add(operation.path()));
    Contract.strictly(Contract.written())
        .path("webhooks")
        .fieldNames()
        .forEachRemaining(written::add);
    return written.stream().sorted().toList();
  }
}
