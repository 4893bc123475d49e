package cn.unionecard.gateway.pages;

import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Somebody who is signed in at a desk's page, and does there what people do. */
final class AtDesk implements AutoCloseable {
  /** Of everybody in these stories. */
  static final String PASSWORD = "Correct-horse-1";

  final Browser browser;

  /** At a page that is open. */
  AtDesk(Browser browser) {
    this.browser = browser;
  }

  /**
   * Signs in.
   *
   * @param page /union or /shop
   * @param place behind the #
   */
  static AtDesk of(PagesHouse house, String page, String login, String place) {
    Browser browser = new Browser("zh-CN");
    browser.open(house.address(page + "#" + place));
    signIn(browser, login);
    browser.awaited(".menu");
    AtDesk desk = new AtDesk(browser);
    desk.settled();
    return desk;
  }

  /** Fills in who it is, and sends it; what comes then may be a further question. */
  static void signIn(Browser browser, String login) {
    browser.type("#f-login", login);
    browser.type("#f-password", PASSWORD);
    browser.awaited(".sign-in button.primary").click();
  }

  /** To another screen. */
  void go(String place) {
    Object unused = browser.driver().executeScript("location.hash = arguments[0]", place);
    browser.awaited("h1");
    settled();
  }

  /** The screen of the address has what it asked for. */
  void settled() {
    Object unused =
        browser.called(
            """
            const done = arguments[arguments.length - 1];
            const look = () => document.querySelector('.screen[aria-busy=false] h1') !== null ? done(true) : setTimeout(look, 20);
            setTimeout(look, 20);
            """);
  }

  void click(String selector) {
    WebElement element = browser.awaited(selector);
    Object unused =
        browser.driver().executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** One of a few, or of many. */
  void choose(String name, String value) {
    click(
        "#f-%s option[value='%s'], input[name='%s'][value='%s']"
            .formatted(name, value, name, value));
  }

  void type(String name, String text) {
    browser.type("#f-" + name, text);
  }

  /** A field of a day and a minute, which a keyboard fills in parts. */
  void set(String name, String value) {
    Object unused =
        browser
            .driver()
            .executeScript(
                "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'));",
                browser.awaited("#f-" + name),
                value);
  }

  /** From a form to the page that checks it. */
  void check() {
    click(".screen form button.primary");
  }

  /** And on. */
  void send() {
    click("#send");
    browser.awaited(".verdict.good");
  }

  void sent() {
    check();
    send();
  }

  /** A step that wants a reason. */
  void step(String selector, String reason) {
    click(selector);
    type("reason", reason);
    sent();
  }

  String text(String selector) {
    return browser.driver().findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .reduce("", (all, one) -> all + " | " + one);
  }

  @Override
  public void close() {
    browser.close();
  }
}
