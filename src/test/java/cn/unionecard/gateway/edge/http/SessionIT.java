package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.Future;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Staff who sign in at the pages: by cookie, there alone, and only for what our own pages ask. */
class SessionIT {
  private static final String ORG = "410802";
  private static final String SITE = "Sec-Fetch-Site";
  private static final String MINE = "/v1/sessions/mine";
  private static final String TOKEN_IN = "__Host-ecard=";
  private static DeskHouse house;
  private static ContractClient pages;

  @BeforeAll
  static void open() throws Exception {
    house = new DeskHouse("sessions");
    pages = house.pages();
    house.startFeed();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void whoSignsInIsToldWhoHeIsAndGivenTheCookie() throws Exception {
    String login = account();
    Answer opened = signIn(login, DeskHouse.PASSWORD);
    assertEquals(201, opened.status());
    assertEquals(MINE, opened.header("location"));
    JsonObject said = opened.json();
    assertEquals(login, said.getString("login"));
    assertEquals(ORG, said.getString("org"));
    assertEquals("区总工会", said.getString("orgName"));
    assertEquals(new JsonArray().add("CLERK"), said.getJsonArray("roles"));
    assertEquals(15, said.getInteger("idleMinutes"));
    assertFalse(said.encode().contains("eyJ"), "the token is for the cookie alone");
    String given = opened.header("set-cookie");
    assertTrue(
        given.endsWith("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=900"), () -> given);
    assertEquals(said, mine(DeskHouse.cookie(opened)).json());
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'staff.signed-in' and actor = '"
                + login
                + "'"));
  }

  @Test
  void aTokenHasNoSession() throws Exception {
    String login = account();
    Answer mine = house.get(login, MINE);
    assertEquals(200, mine.status());
    assertFalse(mine.json().containsKey("idleMinutes"));
    assertEquals(login, mine.json().getString("login"));
  }

  @Test
  void wrongPasswordsCountAndLockAsTheyDoForTokens() throws Exception {
    String login = account();
    for (int i = 0; i < 5; i++) {
      assertEquals(401, signIn(login, "wrong password " + i).status());
    }
    assertEquals(401, signIn(login, DeskHouse.PASSWORD).status());
    house.awaitNumber(
        "select count(*) from audit where action in ('staff.sign-in-failed', 'staff.locked')"
            + " and subject = '"
            + login
            + "'",
        5);
  }

  @Test
  void aOneTimePasswordHasToBeChangedFirst() throws Exception {
    String login = account();
    TestStores.execute(
        house.url,
        "update staff set one_time_until = now() + interval '1 day' where login = '%s'"
            .formatted(login));
    Answer refused = signIn(login, DeskHouse.PASSWORD);
    assertEquals("PASSWORD_MUST_CHANGE", refused.code());
    assertEquals("", refused.header("set-cookie"));
  }

  @Test
  void nobodyIsSignedInWithoutIt() throws Exception {
    assertEquals(401, pages.send(own(pages.request(MINE))).status());
  }

  @Test
  void anotherListenerDoesNotLookAtIt() throws Exception {
    String cookie = signedIn(account());
    ContractClient tills = house.client();
    assertEquals(401, tills.send(own(tills.request(MINE)).header("Cookie", cookie)).status());
    assertEquals(404, tills.send(own(tills.post("/v1/sessions", "{}"))).status());
    assertEquals(404, tills.send(own(tills.post("/v1/sessions/end", "{}"))).status());
  }

  @Test
  void whoShowsATokenIsNotAskedForTheCookie() throws Exception {
    String login = account();
    Answer answer =
        pages.send(
            house
                .as(pages.request(MINE), login)
                .header("Cookie", signedIn(account()))
                .header(SITE, "cross-site"));
    assertEquals(login, answer.json().getString("login"));
    Answer wrong =
        pages.send(
            own(pages.request(MINE))
                .header("Authorization", "Bearer eyJ.x.x")
                .header("Cookie", signedIn(account())));
    assertEquals(401, wrong.status());
  }

  @Test
  void eachKindOfTokenIsGoodWhereItBelongs() throws Exception {
    String cookie = signedIn(account());
    String token = cookie.substring(TOKEN_IN.length());
    for (ContractClient where : List.of(pages, house.client())) {
      assertEquals(
          401,
          where.send(own(where.request(MINE)).header("Authorization", "Bearer " + token)).status());
    }
    String plain = house.newToken(account(), ORG, Set.of(Role.CLERK), 1, Duration.ofMinutes(5));
    assertEquals(401, mine(TOKEN_IN + plain).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ecard=%s",
        "__host-ecard=%s",
        "__Secure-ecard=%s",
        "a=b;  __Host-ecard=%s",
        "a=b;\t__Host-ecard=%s",
        "__Host-ecard =%s",
        "__Host-ecard=\"%s\"",
        "$Version=1; $__Host-ecard=%s",
        "a=\"; __Host-ecardx=%s; \"",
        "__Host-ecard=%s; __Host-ecard=%1$s",
        "__Host-ecard=; __Host-ecard=%s",
        "__Host-ecard"
      })
  void whatABrowserDoesNotProtectIsNotTheCookie(String header) throws Exception {
    String token = signedIn(account()).substring(TOKEN_IN.length());
    assertEquals(401, mine(header.formatted(token)).status());
  }

  @Test
  void itIsFoundAmongOthers() throws Exception {
    assertEquals(200, mine("a=b; " + signedIn(account()) + "; c=d").status());
  }

  /** Whoever sends it: what a browser says of the page, and what becomes of it. */
  @ParameterizedTest
  @CsvSource({
    "GET, same-origin, , 200",
    "GET, none, , 200",
    "GET, , , 200",
    "GET, , OWN, 200",
    "GET, same-site, , 403",
    "GET, cross-site, , 403",
    "GET, same-origin-, , 403",
    "GET, , https://evil.example, 403",
    "GET, , null, 403",
    "HEAD, cross-site, , 403",
    "POST, same-origin, , 400",
    "POST, , OWN, 400",
    "POST, same-origin, https://evil.example, 400",
    "POST, none, , 403",
    "POST, same-site, , 403",
    "POST, cross-site, OWN, 403",
    "POST, , , 403",
    "POST, , null, 403",
    "POST, , https://evil.example, 403",
    "POST, , OWN.evil.example, 403",
    "POST, , FTP, 403"
  })
  void onlyOurOwnPagesCallWithIt(String method, String site, String origin, int status)
      throws Exception {
    String cookie = signedIn(account());
    HttpRequest.Builder request =
        method.equals("POST")
            ? pages.post("/v1/tickets", "{}")
            : pages.request(MINE).method(method, HttpRequest.BodyPublishers.noBody());
    Answer answer = pages.send(from(request, site, origin).header("Cookie", cookie));
    assertEquals(status, answer.status());
    if (status == 403 && !method.equals("HEAD")) {
      assertEquals("FOREIGN_PAGE", answer.code());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions, cross-site, ",
    "/v1/sessions, same-site, ",
    "/v1/sessions, none, ",
    "/v1/sessions, , ",
    "/v1/sessions, , https://evil.example",
    "/v1/sessions/end, cross-site, ",
    "/v1/sessions/end, , https://evil.example"
  })
  void nobodyIsSignedInOrOutByAnothersPage(String path, String site, String origin)
      throws Exception {
    JsonObject right = new JsonObject().put("login", account()).put("password", DeskHouse.PASSWORD);
    Answer refused = pages.send(from(pages.post(path, right.encode()), site, origin));
    assertEquals("FOREIGN_PAGE", refused.code());
    assertEquals("", refused.header("set-cookie"));
  }

  @Test
  void whatIsNoJsonSignsNobodyIn() throws Exception {
    String form = "login=" + account() + "&password=x";
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      HttpRequest.Builder request =
          pages
              .request("/v1/sessions")
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofString(form));
      assertEquals(415, pages.send(own(request)).status());
    }
  }

  @Test
  void itGoesOnWhileItIsUsedAndNotForEver() throws Exception {
    Answer opened = signIn(account(), DeskHouse.PASSWORD);
    String first = DeskHouse.cookie(opened);
    String ends = opened.json().getString("endsAt");
    assertEquals("", mine(first).header("set-cookie"), "it is not a minute old");
    house.pass(Duration.ofMinutes(14));
    Answer used = mine(first);
    String second = DeskHouse.cookie(used);
    assertNotEquals(first, second);
    assertEquals(ends, used.json().getString("endsAt"));
    house.pass(Duration.ofMinutes(14));
    assertEquals(401, mine(first).status(), "a copy of what was replaced");
    String cookie = DeskHouse.cookie(mine(second));
    for (int minutes = 28 + 14; minutes < 8 * 60; minutes += 14) {
      house.pass(Duration.ofMinutes(14));
      Answer answer = mine(cookie);
      assertEquals(200, answer.status(), minutes + " minutes");
      cookie = answer.header("set-cookie").isEmpty() ? cookie : DeskHouse.cookie(answer);
    }
    house.pass(Duration.ofMinutes(14));
    assertEquals(401, mine(cookie).status(), "after eight hours");
  }

  @Test
  void itEndsUnused() throws Exception {
    String cookie = signedIn(account());
    house.pass(Duration.ofMinutes(15));
    assertEquals(401, mine(cookie).status());
  }

  @Test
  void itEndsWithTheAccount() throws Exception {
    String login = account();
    String cookie = signedIn(login);
    Answer suspended =
        house.post(
            DeskHouse.login("410800", Role.SYSTEM),
            "/v1/staff/" + login + "/status",
            new JsonObject().put("status", "SUSPENDED").put("reason", "离职"));
    assertEquals(200, suspended.status());
    house.awaitEnded(login, 1);
    assertEquals(401, mine(cookie).status());
  }

  @Test
  void itEndsWithThePassword() throws Exception {
    String login = account();
    String cookie = signedIn(login);
    Answer changed =
        pages.send(
            own(
                pages.post(
                    "/v1/own-password",
                    new JsonObject()
                        .put("login", login)
                        .put("password", DeskHouse.PASSWORD)
                        .put("newPassword", "another horse battery")
                        .encode())));
    assertEquals(200, changed.status());
    house.awaitEnded(login, 1);
    assertEquals(401, mine(cookie).status());
  }

  @Test
  void whoSignsOutLosesTheCookieAndNoTillItsKeys() throws Exception {
    Answer ended = end(signedIn(account()));
    assertEquals(204, ended.status());
    assertEquals(
        "__Host-ecard=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
        ended.header("set-cookie"));
    assertEquals("\"cache\"", ended.header("clear-site-data"));
    assertEquals(204, end("__Host-ecard=stale").status());
    assertEquals(204, end("a=b").status());
  }

  /** Also what an answer that was on its way has renewed meanwhile. */
  @Test
  void whatIsLeftOfACookieProvesNobodyAnyMore() throws Exception {
    String login = account();
    String cookie = signedIn(login);
    String other = signedIn(login);
    house.pass(Duration.ofMinutes(2));
    String renewed = DeskHouse.cookie(mine(cookie));
    List<String> heard =
        pages.lines(
            own(pages.request("/v1/feed")).header("Cookie", renewed),
            line -> {
              if (line.startsWith("retry")) {
                ended(cookie);
              }
              return line.contains("signed out"); // its last word
            });
    assertFalse(heard.isEmpty());
    awaitEnded(cookie);
    assertEquals(401, mine(renewed).status());
    assertEquals(200, mine(other).status(), "another session of the same person");
    assertEquals(204, end(cookie).status(), "once more");
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'staff.signed-out' and actor = '%s'"
                .formatted(login)));
  }

  private static void ended(String cookie) {
    try {
      assertEquals(204, end(cookie).status());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitEnded(String cookie) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (mine(cookie).status() == 200) {
      assertTrue(System.nanoTime() < until, "the session goes on");
    }
  }

  private static Answer asked(String cookie, String path) throws Exception {
    return pages.send(own(pages.request(path)).header("Cookie", cookie));
  }

  private static Answer told(String cookie, String path) throws Exception {
    return pages.send(own(pages.post(path, "{}")).header("Cookie", cookie));
  }

  private static List<JsonObject> sessions(Answer answer) {
    assertEquals(200, answer.status(), () -> answer.json().encode());
    return answer.json().getJsonArray("sessions").stream().map(JsonObject.class::cast).toList();
  }

  @Test
  void whoeverIsSignedInSeesWhereAndSignsOutThere() throws Exception {
    String login = account();
    JsonObject body = new JsonObject().put("login", login).put("password", DeskHouse.PASSWORD);
    Answer phone =
        pages.send(
            own(pages.post("/v1/sessions", body.encode()))
                .header(
                    "User-Agent", "Mozilla/5.0 (Linux; Android 14) <b>x</b> Chrome/120 Mobile"));
    String there = DeskHouse.cookie(phone);
    house.pass(Duration.ofMinutes(1));
    String here = signedIn(login);
    List<JsonObject> all = sessions(asked(here, "/v1/own-sessions"));
    assertEquals(2, all.size());
    assertEquals(mine(here).json().getString("session"), all.get(0).getString("session"));
    JsonObject other = all.get(1);
    assertEquals("CHROME", other.getString("browser"));
    assertEquals("ANDROID", other.getString("system"));
    assertEquals("127.0.0.1", other.getString("origin"));
    String stranger = signedIn(account());
    String end = "/v1/own-sessions/" + other.getString("session") + "/end";
    assertEquals(404, told(stranger, end).status(), "another's");
    assertEquals(1, sessions(told(here, end)).size());
    awaitEnded(there);
    assertEquals(404, told(here, end).status(), "once");
    assertEquals(200, mine(here).status());
  }

  @Test
  void aSessionInUseIsToldAndOneThatIsNotGoesOut() throws Exception {
    String login = account();
    String idle = signedIn(login);
    String used = signedIn(login);
    for (int i = 0; i < 10; i++) {
      house.pass(Duration.ofMinutes(2));
      used = DeskHouse.cookie(mine(used));
    }
    house.awaitNumber(
        "select count(*) from staff_session x join staff s on s.id = x.staff where s.login = '%s'"
                .formatted(login)
            + " and x.used_at > x.began_at + interval '19 minutes'",
        1);
    assertEquals(401, mine(idle).status());
    assertEquals(1, sessions(asked(used, "/v1/own-sessions")).size());
  }

  @Test
  void whoSignsOutEverywhereIsNowhereAnyMore() throws Exception {
    String login = account();
    String here = signedIn(login);
    String there = signedIn(login);
    String token = house.token(login);
    assertEquals(200, house.withToken(token, "/v1/own-sessions").status());
    assertEquals(List.of(), sessions(told(here, "/v1/own-sessions/end")));
    awaitEnded(there);
    awaitEnded(here);
    assertEquals(401, house.withToken(token, MINE).status(), "tokens, too");
    String again = signedIn(login);
    assertEquals(1, sessions(asked(again, "/v1/own-sessions")).size());
    assertEquals(
        1,
        number(
            "select count(*) from audit where action = 'staff.signed-out-everywhere' and actor ="
                + " '%s'".formatted(login)));
  }

  @Test
  void theFeedIsReadByIt() throws Exception {
    String login = account();
    String cookie = signedIn(login);
    List<String> lines =
        pages.lines(
            own(pages.request("/v1/feed")).header("Cookie", cookie),
            line -> line.startsWith("retry"));
    assertFalse(lines.isEmpty());
    assertEquals(
        403,
        pages
            .send(
                pages.request("/v1/feed").header(SITE, "same-site").header("Cookie", cookie),
                "readFeed")
            .status());
  }

  @ParameterizedTest
  @CsvSource({
    "same-origin, , 101",
    ", OWN, 101",
    "cross-site, OWN, 403",
    "none, , 403",
    ", https://evil.example, 403",
    ", , 403"
  })
  void aWebSocketIsOpenedByOurOwnPagesAlone(String site, String origin, int status)
      throws Exception {
    URI address = pages.request("/v1/feed").build().uri();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(address.getHost())
            .setPort(address.getPort())
            .setURI("/v1/feed")
            .addHeader("Cookie", signedIn(account()));
    if (site != null) {
      options.addHeader(SITE, site);
    }
    if (origin != null) {
      options.addHeader("Origin", origin.replace("OWN", ownOrigin()));
    }
    options.setAllowOriginHeader(origin != null);
    assertEquals(status, opened(options));
  }

  /** The sub-protocol's token is for who cannot send headers, and that is only a WebSocket. */
  @Test
  void aTokenAmongSubProtocolsCountsForSocketsAlone() throws Exception {
    String token = house.token(account());
    Answer answer =
        pages.send(
            pages
                .request(MINE)
                .header("Sec-WebSocket-Protocol", "ecard.v1, ecard.bearer." + token));
    assertEquals(401, answer.status());
  }

  // ----

  private static int accounts;

  private static String account() {
    String login = "clerk.of." + ++accounts;
    house.addStaff(login, ORG, Role.CLERK);
    return login;
  }

  private static Answer signIn(String login, String password) throws Exception {
    JsonObject body = new JsonObject().put("login", login).put("password", password);
    return pages.send(own(pages.post("/v1/sessions", body.encode())));
  }

  private static String signedIn(String login) throws Exception {
    return DeskHouse.cookie(signIn(login, DeskHouse.PASSWORD));
  }

  private static Answer mine(String cookie) throws Exception {
    return pages.send(own(pages.request(MINE)).header("Cookie", cookie));
  }

  private static Answer end(String cookie) throws Exception {
    HttpRequest.Builder request =
        pages.request("/v1/sessions/end").POST(HttpRequest.BodyPublishers.noBody());
    return pages.send(own(request).header("Cookie", cookie));
  }

  private static HttpRequest.Builder own(HttpRequest.Builder request) {
    return request.header(SITE, "same-origin");
  }

  private static HttpRequest.Builder from(HttpRequest.Builder request, String site, String origin) {
    if (site != null) {
      request.header(SITE, site);
    }
    if (origin != null) {
      request.header(
          "Origin",
          origin.replace("OWN", ownOrigin()).replace("FTP", ownOrigin().replace("http", "ftp")));
    }
    return request;
  }

  private static String ownOrigin() {
    URI address = pages.request("/").build().uri();
    return "http://" + address.getAuthority();
  }

  private static long number(String query) {
    return TestStores.number(house.url, query);
  }

  private static int opened(WebSocketConnectOptions options) {
    WebSocketClient client = house.vertx().createWebSocketClient();
    return Loops.await(
        client
            .connect(options)
            .compose(socket -> socket.close().map(101))
            .recover(
                failure ->
                    failure instanceof UpgradeRejectedException rejected
                        ? Future.succeededFuture(rejected.getStatus())
                        : Future.failedFuture(failure)));
  }
}
