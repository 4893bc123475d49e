package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;

/**
 * What a till stands on: a scanning box, a voice, a disk, one tab of several; and what members say
 * at it by its number keys.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class TillDevicesPageIT {
  private static final String TERMINAL = "T0000005";

  private PagesHouse house;
  private LossyLine line;
  private long cards = 3_000;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    line = new LossyLine(Loops.vertx(), house.pagesPort());
  }

  @AfterAll
  void close() {
    house.close();
  }

  private Cashier at(Browser browser) throws Exception {
    browser.open(line.address("/till"));
    browser.awaited("#terminal");
    cards += 100;
    Cashier cashier = new Cashier(house, browser, cards);
    cashier.activate(TERMINAL);
    return cashier;
  }

  private long sold() {
    return house.number("select count(*) from transaction");
  }

  private static Object run(Browser browser, String script, Object... given) {
    return browser.called(script + "; arguments[arguments.length - 1](true);", given);
  }

  // ---- a box at a serial port

  /** As browsers have it (Web Serial), with a box that a test plugs in, and out, and scans with. */
  private static final String PORTS =
      """
      const known = () => JSON.parse(localStorage.getItem('test.ports') ?? '[]');
      const ports = new EventTarget();
      let isPlugged = true;
      let pipe = null;
      const port = {
        readable: null,
        async open({baudRate}) {
          if (window.boxIsTaken || !isPlugged || baudRate !== 9600) throw new DOMException('no', 'NetworkError');
          port.readable = new ReadableStream({start: (controller) => { pipe = controller; }});
        },
        async close() { port.readable = null; },
        async forget() { localStorage.removeItem('test.ports'); },
      };
      ports.getPorts = async () => isPlugged && known().length > 0 ? [port] : [];
      ports.requestPort = async () => {
        if (!isPlugged) throw new DOMException('none chosen', 'NotFoundError');
        localStorage.setItem('test.ports', '[1]');
        return port;
      };
      Object.defineProperty(navigator, 'serial', {value: ports});
      window.boxScans = (text) => pipe.enqueue(new TextEncoder().encode(text));
      window.boxNoise = () => {
        const broken = pipe;
        port.readable = new ReadableStream({start: (controller) => { pipe = controller; }});
        broken.error(new DOMException('framing', 'FramingError'));
      };
      window.boxOut = () => {
        isPlugged = false;
        port.readable = null;
        pipe.error(new DOMException('gone', 'NetworkError'));
      };
      window.boxIn = () => {
        isPlugged = true;
        ports.dispatchEvent(new Event('connect'));
      };
      """;

  @Test
  void aBoxScansWithoutTheKeyboard() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      browser.before(PORTS);
      Cashier cashier = at(browser);
      browser.awaited(".devices summary").click();
      browser.look("till-devices");
      Object unused = run(browser, "window.boxIsTaken = true");
      browser.awaited("#box").click();
      browser.awaitText(".lamp.box.off", "打不开");
      browser.look("till-box-busy");
      unused = run(browser, "window.boxIsTaken = false");
      browser.awaited("#box").click();
      browser.awaited(".lamp.box.on");

      cashier.scan("128"); // a gun works beside it
      browser.awaited("#cancel").click();
      cashier.type("128");
      String code = cashier.nextCode();
      unused =
          run(
              browser,
              "boxScans(arguments[0]); boxScans(arguments[1] + '\\r\\n')",
              code.substring(0, 7),
              code.substring(7));
      assertTrue(browser.awaited(".due .pays").getText().contains("¥115.20"), browser.text());
      browser.awaited("#cancel").click();
      cashier.type("50");
      unused =
          run(browser, "boxScans('123'); boxNoise(); boxScans(arguments[0])", cashier.nextCode());
      browser.awaited("#sell"); // ended by silence; half a line before the noise is none
      browser.awaited("#cancel").click();

      unused = run(browser, "boxOut()");
      browser.awaitText(".lamp.box.off", "断开");
      browser.awaitText(".bar", "插好会自动重连");
      browser.look("till-box-lost");
      unused = run(browser, "boxIn()");
      browser.awaited(".lamp.box.on");
      browser.driver().navigate().refresh();
      browser.awaited(".lamp.box.on"); // without being asked again
      browser.awaited(".devices summary").click();
      browser.awaitText("#box", "断开扫码盒");
      browser.awaited("#box").click();
      browser.awaitNone(".lamp.box");
      browser.driver().navigate().refresh();
      browser.awaited("#day:enabled");
      assertTrue(!browser.has(".lamp.box"), browser.text());
    }
  }

  // ---- a voice

  private static final String VOICES =
      """
      window.spoken = [];
      window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
      const voices = new EventTarget();
      window.voicesThere = [{lang: 'zh-HK', localService: true}, {lang: 'zh-CN', localService: false}];
      voices.getVoices = () => window.voicesThere;
      voices.cancel = () => {};
      voices.speak = (words) => {
        window.spoken.push(words.text + ' ' + words.voice.lang);
        window.voiceIsBroken ? words.onerror({error: 'audio-hardware'}) : words.onstart();
      };
      Object.defineProperty(window, 'speechSynthesis', {value: voices});
      """;

  @Test
  void whatCannotBeHeardIsTold() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      browser.before(VOICES);
      Cashier cashier = at(browser);
      browser.awaitText(
          ".lamp.sound.off", "无语音"); // another language's, and one that sends texts away
      browser.awaited(".devices summary").click();
      browser.awaited("#sound").click();
      browser.awaitText(".devices .hint", "没有普通话语音");
      browser.look("till-no-voice");
      Object unused =
          run(
              browser,
              "voicesThere.push({lang: 'zh-CN', localService: true}); speechSynthesis.dispatchEvent(new Event('voiceschanged'))");
      browser.awaited(".lamp.sound.on");
      browser.awaited("#sound").click();
      assertEquals("[收款成功，请收十元整 zh-CN]", spoken(browser));
      unused = run(browser, "window.voiceIsBroken = true; window.spoken = []");
      cashier.scan("128");
      cashier.confirm();
      browser.awaited(".verdict.good");
      assertEquals("[已优惠12.80元，请收115.20元 zh-CN]", spoken(browser));
      browser.awaitText(".lamp.sound.off", "无语音");
    }
  }

  private static String spoken(Browser browser) {
    return String.valueOf(browser.driver().executeScript("return window.spoken"));
  }

  // ---- a disk

  @Test
  void whatCannotBeWrittenDownIsNotSent() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      Cashier cashier = at(browser);
      Object unused =
          run(
              browser,
              """
              const put = IDBObjectStore.prototype.put;
              window.fullAfter = Infinity; // so many writes
              IDBObjectStore.prototype.put = function (...given) {
                if (window.fullAfter-- <= 0) throw new DOMException('full', 'QuotaExceededError');
                return put.apply(this, given);
              };
              """);
      cashier.scan("20");
      browser.awaited("#sell");
      long before = sold();
      unused = run(browser, "window.fullAfter = 0");
      cashier.confirm();
      assertTrue(browser.awaited(".verdict.bad").getText().contains("没有发送"), browser.text());
      assertTrue(browser.text().contains("请按原价收款"), browser.text());
      browser.look("till-unsent");
      assertEquals(before, sold());

      cashier.ready();
      unused = run(browser, "window.fullAfter = Infinity");
      cashier.scan("20");
      browser.awaited("#sell");
      unused = run(browser, "window.fullAfter = 1"); // its key, and not what became of it
      cashier.confirm();
      browser.awaited(".verdict.good");
      browser.awaitText(".bar", "磁盘已满");
      browser.look("till-full");
      assertEquals(before + 1, sold());
      unused = run(browser, "window.fullAfter = Infinity");
      browser.awaitNone(".bar"); // written down by itself
      browser.driver().navigate().refresh();
      browser.awaited("#day:enabled").click();
      browser.awaitText(".entry", "已批准");
    }
    try (Browser browser = new Browser("en")) {
      browser.before(
          "IDBFactory.prototype.open = () => { throw new DOMException('private', 'InvalidStateError'); }");
      browser.open(house.address("/till"));
      assertTrue(browser.awaited(".verdict.bad").getText().contains("cannot sell"), browser.text());
      browser.look("till-unkept-en");
    }
  }

  /** A code of an activation is good once: it is not spent where its key could not be kept. */
  @Test
  void aCodeIsNotSpentForAKeyThatCannotBeKept() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      browser.open(house.address("/till"));
      browser.awaited("#terminal").sendKeys(TERMINAL);
      String code = house.activationCode(TERMINAL);
      browser.awaited("#code").sendKeys(code);
      Object unused =
          run(
              browser,
              "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }");
      browser.awaited("#code").sendKeys(Keys.ENTER);
      browser.awaitText(".verdict.bad", "不能在这台机器上存储");
      browser.driver().navigate().refresh();
      browser.awaited("#terminal").sendKeys(TERMINAL);
      browser.awaited("#code").sendKeys(code, Keys.ENTER);
      browser.awaited("#day:enabled");
    }
  }

  // ---- tabs

  @Test
  void oneTabOfSeveralIsTheTill() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      Cashier cashier = at(browser);
      String first = browser.driver().getWindowHandle();
      Object unused = browser.driver().switchTo().newWindow(WindowType.TAB);
      String second = browser.driver().getWindowHandle();
      browser.open(line.address("/till"));
      browser.awaited("#takeover");
      browser.look("till-elsewhere");

      unused = browser.driver().switchTo().window(first);
      cashier.scan("30");
      browser.awaited("#sell");
      line.lose("POST /v1/transactions ", 4);
      long before = sold();
      cashier.confirm(); // under way: it is not cut short
      unused = browser.driver().switchTo().window(second);
      browser.awaited("#takeover").click();
      browser.awaited("#amount:enabled");
      browser.awaited(".lamp.line.on");
      assertTrue(sold() > before);
      line.lose("", 0);
      browser.awaited("#day:enabled").click();
      Set<String> open = new TreeSet<>();
      browser.driver().findElements(By.cssSelector(".entry")).forEach(e -> open.add(e.getText()));
      assertTrue(open.stream().noneMatch(e -> e.contains("待")), open::toString);

      unused = browser.driver().switchTo().window(first);
      browser.awaited("#takeover");
      unused = browser.driver().switchTo().window(second);
      browser.driver().close();
      unused = browser.driver().switchTo().window(first);
      browser.awaited("#amount:enabled"); // its turn comes without being asked for
    }
  }

  @Test
  void aTabThatHangsIsPassedOver() throws Exception {
    try (Browser browser = new Browser("en")) {
      browser.open(line.address("/"));
      Object unused =
          run(
              browser,
              "navigator.locks.request('ecard-till', () => new Promise(() => {})).catch(() => {})");
      unused = browser.driver().switchTo().newWindow(WindowType.TAB);
      browser.open(line.address("/till"));
      browser.awaited("#takeover").click();
      browser.awaitText(".verdict.wait", "Waiting for the other tab");
      browser.assertSound("a tab that waits");
      browser.awaited("#terminal");
    }
  }

  // ---- what members say

  private long reviews() {
    return house.number("select count(*) from review");
  }

  @Test
  void aMemberSaysByOneKeyHowItWas() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      Cashier cashier = at(browser);
      long before = reviews();
      cashier.scan("128");
      cashier.confirm();
      browser.awaited(".rating");
      browser.look("till-rating");
      press(browser, "4");
      browser.awaitText(".rating [role=status]", "已评 4 分");
      browser.look("till-rated");
      press(browser, "1");
      cashier.passes(300);
      assertEquals(before + 1, reviews());
      assertEquals(
          4,
          house.number(
              "select max(stars) from review_edition where stars = quality and stars = service and stars = after_sales"));

      cashier.scan("20"); // whose digits rate nothing, and who is not asked is not waited for
      cashier.confirm();
      browser.awaited(".rating");
      cashier.gun(cashier.nextCode());
      browser.awaitText(".scan", "已扫码");
      cashier.passes(300);
      assertEquals(before + 1, reviews());

      browser.awaited("#amount").clear();
      cashier.type("30");
      browser.awaited("#amount").sendKeys(Keys.ENTER);
      cashier.confirm();
      browser.awaited(".rating");
      line.down(true);
      browser.awaited("[data-stars='5']").click();
      browser.awaitText(".rating [role=status]", "没有送到");
      browser.look("till-rating-unsent");
      line.down(false);
      browser.awaited("[data-stars='5']").click();
      browser.awaitText(".rating [role=status]", "已评 5 分");
      assertEquals(before + 2, reviews());
      browser.awaited("#next").click();
      browser.awaited("#day:enabled").click();
      browser.awaited(".entries li:first-child .quiet").click();
      browser.awaitText(".rating [role=status]", "已评 5 分"); // kept with the sale
    }
  }

  private static void press(Browser browser, String digit) {
    Object unused =
        run(
            browser,
            """
            const at = document.activeElement ?? document.body;
            at.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], code: 'Digit' + arguments[0], bubbles: true}))
            """,
            digit);
  }

  /** A sale that was undone has nothing to be rated any more. */
  @Test
  void whatWasUndoneIsNotRated() throws Exception {
    try (Browser browser = new Browser("en")) {
      Cashier cashier = at(browser);
      cashier.scan("40");
      cashier.confirm();
      browser.awaited(".rating");
      browser.look("till-rating-en");
      browser.awaited("#next").click();
      browser.awaited("#day:enabled").click();
      browser.awaited(".entries details summary").click();
      browser.awaited(".entries .void").click();
      browser.awaitText(".verdict.good", "Give back");
      assertTrue(!browser.has(".rating"), browser.text());
      browser.awaited("#next").click();
      browser.awaited("#day:enabled").click();
      browser.awaited(".entries li:nth-child(2) .quiet").click();
      browser.awaited("[data-stars='3']").click();
      browser.awaitText(".rating [role=status]", "can no longer be rated");
      browser.assertSound("a sale that cannot be rated");
    }
  }

  /** The states of the others in the other language, where its sentences are longer. */
  @Test
  void everyStateIsSaidInEnglishToo() throws Exception {
    try (Browser browser = new Browser("en")) {
      browser.before(PORTS);
      Cashier cashier = at(browser);
      browser.awaited(".devices summary").click();
      browser.awaited("#box").click();
      browser.awaited(".lamp.box.on");
      browser.awaitText("#box", "Do without");
      browser.look("till-devices-en");
      Object unused = run(browser, "boxOut()");
      browser.awaited(".bar");
      cashier.type("128");
      cashier.gun("134567890123456789");
      browser.awaitText(".problem", "WeChat");
      browser.look("till-foreign-en");
      cashier.gun(cashier.nextCode());
      browser.awaited("#sell");
      unused =
          run(
              browser,
              "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }");
      cashier.confirm();
      browser.awaitText(".verdict.bad", "Not sent");
      browser.look("till-unsent-en");
    }
  }

  // ---- others' codes

  @Test
  void codesOfOtherWalletsAreToldBeforeAnybodyIsAsked() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      Cashier cashier = at(browser);
      cashier.type("128");
      String before = requests(browser);
      for (String[] each :
          new String[][] {
            {"134567890123456789", "微信"},
            {"284567890123456789", "支付宝"},
            {"6222222222222222222", "云闪付"},
            {"99999999999999999999", "不是工会E卡的会员码"}
          }) {
        cashier.gun(each[0]);
        browser.awaitText(".problem", each[1]);
      }
      browser.look("till-foreign");
      assertEquals(before, requests(browser));
      cashier.gun(cashier.nextCode());
      browser.awaited("#sell");
    }
  }

  private static String requests(Browser browser) {
    return String.valueOf(
        browser
            .driver()
            .executeScript(
                "return performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/')).length"));
  }
}
