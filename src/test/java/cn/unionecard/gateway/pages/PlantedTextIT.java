package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Whatever a person can write into the gateway is shown as he wrote it, and does nothing: every
 * screen of the desks is opened with markup in every text of every answer. What can be written is
 * read from the contract, what can be opened from the menus.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class PlantedTextIT {
  private static final Pattern SCREEN = Pattern.compile("\\{at: '([^']+)'");
  private static final Pattern SHOWN = Pattern.compile("‹(\\w+)›");

  /** What stands in the places of an address; any other name is that of one thing. */
  private static final Map<String, List<String>> PLACES =
      Map.of(
          ":what",
          List.of(
              "stores",
              "terminals",
              "documents",
              "selections",
              "declarations",
              "labour-facts",
              "violations",
              "code",
              "status",
              "binding",
              "roles",
              "password",
              "refuse",
              "confirm"),
          ":step",
          List.of("APPROVE", "ACCEPT", "ANSWER", "PASS_UP", "RUN", "DRAW", "VOID"),
          ":way",
          List.of("SHEET", "QUERY", "CLAIM"),
          ":status",
          List.of("SUSPENDED", "LOST"));

  /** What is taken and shown on no screen of a desk, and why. */
  private static final Map<String, String> NOT_SHOWN =
      Map.ofEntries(
          Map.entry("assertion", "proves a device"),
          Map.entry("csr", "a device's key"),
          Map.entry("publicKey", "a device's key"),
          Map.entry("password", "a secret"),
          Map.entry("file", "a bank's, of which the books and cases tell"),
          Map.entry("newPassword", "a secret"),
          Map.entry("kid", "of a receipt: ReceiptPageIT"),
          Map.entry("csv", "rows of a file, told by number"),
          Map.entry("since", "a place in the feed, for programs"),
          Map.entry("party", "of a receipt: ReceiptPageIT"),
          Map.entry("verdict", "of a receipt: ReceiptPageIT"),
          Map.entry("creditCode", "tidied, and of one form from then on"),
          Map.entry("login", "typed by whoever signs in; those that there are have a form"),
          Map.entry("statement", "kept, not shown"),
          Map.entry("unionCode", "kept, not shown"),
          Map.entry("criteria", "kept, not shown"));

  private final Set<String> shown = new TreeSet<>();
  private ContractHouse house;

  @BeforeAll
  void open() throws IOException {
    house = new ContractHouse();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @Test
  void whatPeopleWriteIsTextAndNothingElse() throws Exception {
    for (Map.Entry<String, String> desk :
        Map.of("/union", "union/menu.js", "/shop", "shop/main.js").entrySet()) {
      try (Browser browser = new Browser("zh-CN")) {
        browser.open(house.address(desk.getKey()));
        for (String place : places(desk.getValue())) {
          new AtDesk(browser).go(place);
          look(browser, desk.getKey() + "#" + place);
        }
      }
    }
    Map<String, Set<String>> missing = new TreeMap<>(house.writable());
    missing.keySet().removeAll(shown);
    missing.keySet().removeAll(NOT_SHOWN.keySet());
    assertEquals(Map.of(), missing, "can be written, and no screen shows it");
    shown.retainAll(NOT_SHOWN.keySet());
    assertEquals(Set.of(), shown, "is shown after all");
  }

  private void look(Browser browser, String place) {
    String text =
        String.valueOf(
            browser
                .driver()
                .executeScript(
                    """
                    for (const each of document.querySelectorAll('details')) each.open = true;
                    return window.bad !== undefined || document.querySelector('main img, main script') !== null
                      ? 'taken' : document.body.textContent + [...document.querySelectorAll('input, textarea')].map(each => each.value);
                    """));
    assertFalse(text.equals("taken"), place + ": what was planted grows");
    assertEquals(List.of(), browser.complaints(), place);
    SHOWN.matcher(text).results().forEach(found -> shown.add(found.group(1)));
  }

  /** Every screen of a menu, with something in the places of its address. */
  private static List<String> places(String menu) {
    List<String> places = new ArrayList<>();
    String written =
        new String(Objects.requireNonNull(Bundle.sources().get(menu)), StandardCharsets.UTF_8);
    SCREEN
        .matcher(written)
        .results()
        .forEach(
            found -> {
              String at = found.group(1);
              List<String> kinds =
                  PLACES.entrySet().stream()
                      .filter(each -> at.endsWith("/" + each.getKey()))
                      .map(Map.Entry::getValue)
                      .findFirst()
                      .orElse(List.of("1"));
              kinds.forEach(
                  kind ->
                      places.add(at.replaceFirst("/:\\w+$", "/" + kind).replaceAll(":\\w+", "1")));
            });
    assertFalse(places.isEmpty(), menu);
    return places;
  }
}
