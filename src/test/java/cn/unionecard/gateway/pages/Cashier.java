package cn.unionecard.gateway.pages;

import org.openqa.selenium.Keys;

/** Whoever stands at a till: types, scans what members show, confirms. */
final class Cashier {
  private final PagesHouse house;
  private final Browser browser;
  private long card;

  /**
   * @param card before the first of the members who come, one after another
   */
  Cashier(PagesHouse house, Browser browser, long card) {
    this.house = house;
    this.browser = browser;
    this.card = card;
  }

  /** The first thing of all: makes the page at hand the till of a terminal. */
  void activate(String terminal) throws Exception {
    browser.type("#terminal", terminal);
    browser.type("#code", house.activationCode(terminal));
    browser.awaited("#code").sendKeys(Keys.ENTER);
    browser.awaited(".lamp.line.on");
    browser.awaited("#day:enabled");
  }

  /** Types an amount and scans the next member's phone. */
  void scan(String amount) {
    ready();
    type(amount);
    gun(nextCode());
  }

  /** What the next member's phone shows. */
  String nextCode() {
    return house.code(++card);
  }

  /** What the last member's phone shows now. */
  String code() {
    return house.code(card);
  }

  /** Slowly: nobody types as fast as a gun. */
  void type(String amount) {
    for (String sign : amount.split("")) {
      browser.awaited("#amount").sendKeys(sign);
      passes(60);
    }
  }

  /** In the browser, so many milliseconds go by. */
  void passes(int ms) {
    Object unused =
        browser
            .driver()
            .executeAsyncScript("setTimeout(arguments[arguments.length - 1], " + ms + ")");
  }

  void ready() {
    if (!browser.has("#amount:enabled")) {
      browser.awaited("#next").click();
    }
    browser.awaited("#amount:enabled").clear();
  }

  /** As a gun does: a key down for each digit wherever the focus is, then Enter. */
  void gun(String code) {
    Object unused =
        browser
            .driver()
            .executeScript(
                """
                for (const digit of arguments[0]) {
                  const at = document.activeElement ?? document.body;
                  at.dispatchEvent(new KeyboardEvent('keydown',
                    {key: digit, code: 'Digit' + digit, bubbles: true, cancelable: true}));
                }
                (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown',
                  {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true}));
                """,
                code);
  }

  /** Enter sells only once the quote has been before somebody's eyes for a moment. */
  void confirm() {
    browser.awaited("#sell");
    Object unused =
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                const look = () => {
                  document.querySelector('#sell')?.click();
                  document.querySelector('#sell') ? setTimeout(look, 50) : done();
                };
                look();
                """);
  }
}
