package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.pages.Browser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** {@code /docs} as somebody sees it who opens it in a browser. */
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class DocsPageIT {
  @Test
  void aBrowserShowsEveryAddressOfTheContract() throws Exception {
    try (EdgeHouse house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000));
        Browser browser = new Browser("zh-CN")) {
      browser.open(house.base + "/docs");
      browser.awaited("[data-path='/v1/transactions']");
      String page = String.valueOf(browser.driver().getPageSource());
      assertFalse(page.contains("Unable to render"), page);
      assertFalse(page.contains("errors-wrapper"), page);
      assertEquals(new TreeSet<>(written()), readToItsEnd(browser));
      assertTrue(page.contains("工会E卡商户网关"), page);
    }
  }

  /** The addresses that come into view: a long page draws only what is near. */
  private static Set<String> readToItsEnd(Browser browser) {
    Object found =
        browser.called(
            """
            const done = arguments[arguments.length - 1];
            const found = new Set();
            const look = (still) => {
              document.querySelectorAll('[data-path]').forEach((each) => found.add(each.dataset.path));
              const before = scrollY;
              scrollBy(0, innerHeight / 2);
              const again = scrollY === before ? still + 1 : 0;
              if (again === 20) {
                done([...found]);
              } else {
                requestAnimationFrame(() => setTimeout(() => look(again), 20));
              }
            };
            look(0);
            """);
    Set<String> paths = new TreeSet<>();
    for (Object path : (List<?>) found) {
      paths.add(String.valueOf(path));
    }
    return paths;
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
