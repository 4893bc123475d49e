package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Cookie;

/**
 * Somebody is signed in before our pages, and opens a page of others in the same browser. From
 * {@code localhost} it is another site; from another port of {@code 127.0.0.1} it is the same site
 * and another origin, to which the browser does send the cookie. What it tries is tried first from
 * our own page, where it works.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("cn.unionecard.gateway.pages.Browser#isToBeLookedWith")
class ForeignPageIT {
  private static final String LOGIN = "city.clerk";
  private static final String PASSWORD = "correct horse battery";

  private PagesHouse house;
  private HttpServer others;
  private Browser browser;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    house.staff(LOGIN, PASSWORD);
    others = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    others.createContext(
        "/",
        exchange -> {
          byte[] page =
              "<!doctype html><title>others</title><body>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          try (var out = exchange.getResponseBody()) {
            out.write(page);
          }
        });
    others.start();
  }

  @AfterAll
  void close() {
    others.stop(0);
    house.close();
  }

  @BeforeEach
  void signIn() {
    browser = new Browser("zh-CN");
    browser.open(house.address("/r"));
    Object status =
        browser.called(
            """
            const [login, password, done] = arguments;
            fetch('/v1/sessions', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({login, password})}).then(answer => done(answer.status));
            """,
            LOGIN,
            PASSWORD);
    assertEquals(201L, status);
    assertTrue(isSignedIn());
  }

  @AfterEach
  void leave() {
    browser.close();
  }

  private String othersAt(String host) {
    return "http://" + host + ":" + others.getAddress().getPort() + "/";
  }

  /** Asked in a tab of our own. */
  private boolean isSignedIn() {
    browser.open(house.address("/r"));
    return Long.valueOf(200).equals(status("fetch('/v1/sessions/mine')"));
  }

  private Cookie cookie() {
    return Objects.requireNonNull(browser.driver().manage().getCookieNamed("__Host-ecard"));
  }

  private Object status(String fetch) {
    return browser.called(
        "const done = arguments[0]; "
            + fetch
            + ".then(answer => done(answer.status), failure => done(String(failure)));");
  }

  @Test
  void theCookieIsNoScriptsAndItsSiteAlone() {
    Cookie cookie = cookie();
    assertTrue(cookie.isHttpOnly() && cookie.isSecure());
    assertEquals("Strict", cookie.getSameSite());
    assertEquals("", browser.driver().executeScript("return document.cookie"));
  }

  @Test
  void ourOwnPageSignsOutAndReadsTheFeed() {
    assertEquals("open", feed(house.address("/v1/feed")));
    assertEquals("open", socket(house.address("/v1/feed")));
    assertEquals(204L, status("fetch('/v1/sessions/end', {method: 'POST'})"));
    assertFalse(isSignedIn());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void anothersFetchDoesNothing(String host) {
    browser.open(othersAt(host));
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      Object sent =
          browser.called(
              """
              const [address, type, done] = arguments;
              fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include',
                headers: {'Content-Type': type}, body: '{}'}).then(
                  answer => done(answer.type), failure => done(String(failure)));
              """,
              house.address("/v1/sessions/end"),
              type);
      assertEquals("opaque", sent, "it has arrived");
    }
    assertTrue(isSignedIn());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void anothersFormDoesNothing(String host) {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      browser.open(othersAt(host));
      browser
          .driver()
          .executeScript(
              """
              const form = document.body.appendChild(document.createElement('form'));
              form.method = 'post';
              form.enctype = arguments[1];
              form.action = arguments[0];
              form.submit();
              """,
              house.address("/v1/sessions/end"),
              type);
      browser.awaited("pre");
      assertTrue(browser.text().contains("FOREIGN_PAGE"), browser.text());
      assertTrue(isSignedIn());
    }
  }

  /** He would work under another's name, and what he enters would be the other's to read. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void anotherSignsNobodyIn(String host) {
    assertEquals(204L, status("fetch('/v1/sessions/end', {method: 'POST'})"));
    browser.open(othersAt(host));
    Object sent =
        browser.called(
            """
            const [address, body, done] = arguments;
            fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include', body}).then(
              answer => done(answer.type), failure => done(String(failure)));
            """,
            house.address("/v1/sessions"),
            "{\"login\":\"" + LOGIN + "\",\"password\":\"" + PASSWORD + "\"}");
    assertEquals("opaque", sent, "it has arrived");
    assertFalse(isSignedIn());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void anotherHearsNothing(String host) {
    browser.open(othersAt(host));
    assertEquals("closed", feed(house.address("/v1/feed")));
    assertEquals("closed", socket(house.address("/v1/feed")));
    assertEquals("closed", socket(house.address("/v1/terminal")));
    Object read =
        browser.called(
            """
            const [address, done] = arguments;
            fetch(address, {credentials: 'include'}).then(
              answer => answer.text().then(done), failure => done('unreadable'));
            """,
            house.address("/v1/sessions/mine"));
    assertEquals("unreadable", read);
  }

  private Object feed(String address) {
    return browser.called(
        """
        const [address, done] = arguments;
        const feed = new EventSource(address, {withCredentials: true});
        feed.onopen = () => { feed.close(); done('open'); };
        feed.onerror = () => { if (feed.readyState === EventSource.CLOSED) done('closed'); };
        """,
        address);
  }

  private Object socket(String address) {
    return browser.called(
        """
        const [address, done] = arguments;
        const socket = new WebSocket(address.replace(/^http/, 'ws'), ['ecard.v1']);
        socket.onopen = () => { done('open'); socket.close(); };
        socket.onclose = () => done('closed');
        """,
        address);
  }

  /** Nobody clicks in our pages what he sees in another's. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/union", "/till", "/card", "/r"})
  void noPageIsShownInAnothers(String path) {
    browser.open(othersAt("127.0.0.1"));
    browser
        .driver()
        .executeScript(
            """
            const frame = document.body.appendChild(document.createElement('iframe'));
            frame.src = arguments[0];
            """,
            house.address(path));
    browser.driver().switchTo().frame(browser.awaited("iframe"));
    browser.awaited("#main-frame-error");
    browser.driver().switchTo().defaultContent();
    assertTrue(
        browser.complaints().stream().anyMatch(each -> each.contains("frame-ancestors 'none'")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example/",
        "//evil.example/union",
        "/%5cevil.example/",
        "/union/..//evil.example",
        "/union?next=https://evil.example/",
        "/till?return=//evil.example",
        "/r?url=https://evil.example/"
      })
  void noAddressLeadsElsewhere(String path) throws Exception {
    HttpResponse<byte[]> answer = house.get(path);
    assertTrue(answer.statusCode() < 300 || answer.statusCode() >= 400, path);
    assertFalse(answer.headers().firstValue("Location").isPresent(), path);
    assertFalse(answer.headers().firstValue("Refresh").isPresent(), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/union#//evil.example/",
        "/union#https://evil.example/",
        "/union?next=https://evil.example/#/javascript:alert(1)",
        "/till#https://evil.example/",
        "/card#//evil.example/",
        "/r#javascript:alert(1)"
      })
  void noPageGoesElsewhereForItsAddress(String path) {
    browser.open(house.address(path));
    browser.awaited("h1");
    String now = browser.driver().getCurrentUrl();
    assertTrue(now.startsWith(house.address("/")), now);
  }

  /** Tills and cards of the same address keep their keys there. */
  @Test
  void whoSignsOutLeavesTheStorageOfTillsAndCards() {
    Object kept =
        browser.called(
            """
            const done = arguments[0];
            localStorage.setItem('a-till', 'x');
            const opening = indexedDB.open('a-till', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
            opening.onsuccess = () => caches.open('a-card')
              .then(cache => cache.put('/x', new Response('x')))
              .then(() => fetch('/v1/sessions/end', {method: 'POST'}))
              .then(() => Promise.all([indexedDB.databases(), caches.keys()]))
              .then(([databases, names]) => done(JSON.stringify([databases.map(each => each.name),
                names.includes('a-card'), localStorage.getItem('a-till')])));
            """);
    assertEquals("[[\"a-till\"],true,\"x\"]", kept);
    assertEquals(List.of(), List.copyOf(browser.driver().manage().getCookies()));
  }

  /** A neighbour on the same machine can set cookies of other names, and they are nobody's. */
  @Test
  void aCookieOfAPlainNameIsNobodys() {
    Cookie good = cookie();
    browser.driver().manage().deleteAllCookies();
    assertFalse(isSignedIn());
    Map<String, Object> plain =
        Map.of("name", "ecard", "value", good.getValue(), "url", house.address("/"));
    Object unused = browser.driver().executeCdpCommand("Network.setCookie", plain);
    assertFalse(isSignedIn());
  }
}
