package cn.unionecard.gateway.pages;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestNodes;
import cn.unionecard.gateway.TestNodes.Node;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page for operators on a node's own listener: it serves with something to look at, it cannot
 * reach its database, it is gone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusPageIT {
  private static final String LOOKED_WITH = "cn.unionecard.gateway.pages.Browser#isToBeLookedWith";
  private static final Pattern MODULE = Pattern.compile("src=\"(/p/[^\"]+)\"");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Vertx vertx = Loops.vertx();
  private LossyLine toPostgres;
  private TestNodes nodes;
  private Node node;

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    int there = PostgresUrl.parse(url).port();
    toPostgres = new LossyLine(vertx, there);
    nodes = new TestNodes(url, folder);
    String seen = url.replace(":" + there + "/", ":" + toPostgres.port() + "/");
    node = nodes.start("looked-at", seen, Map.of());
    nodes.awaitReady(node);
  }

  @AfterAll
  void stop() {
    nodes.close();
    await(vertx.close());
  }

  private String address(String path) {
    return "http://127.0.0.1:" + node.managementPort() + path;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address(path))).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void itsFilesAreThereAndThoseOfOtherPagesShellsAreNot() throws Exception {
    HttpResponse<String> shell = get("/");
    assertEquals(200, shell.statusCode());
    assertTrue(
        shell.headers().firstValue("Content-Security-Policy").orElse("").contains("default-src"),
        shell.headers()::toString);
    Matcher module = MODULE.matcher(shell.body());
    assertTrue(module.find(), shell.body());
    assertEquals(200, get(module.group(1)).statusCode());
    for (String elsewhere : new String[] {"/status", "/till", "/p/", "/p/0000000000000000/x.js"}) {
      assertEquals(404, get(elsewhere).statusCode(), elsewhere);
    }
  }

  /** What pages are made of, in all its states. */
  @Test
  @EnabledIf(LOOKED_WITH)
  void theLookIsShown() throws Exception {
    for (String language : new String[] {"zh-CN", "en"}) {
      try (Browser browser = new Browser(language)) {
        browser.open(address("/look"));
        browser.awaited("#saying");
        browser.look("look-" + language);
        browser.size(320, 600); // 1280 points at 400 %
        browser.assertSound("look, at 400 %");
      }
    }
  }

  private void sell(int times) {
    for (int i = 0; i < times; i++) {
      JsonObject sale =
          new JsonObject()
              .put("type", "SALE")
              .put("code", nodes.code(i + 1))
              .put("orderFen", 10_000);
      assertEquals(201, await(nodes.sell(node, "T0000001", "status-" + i, sale)).status());
    }
  }

  @Test
  @EnabledIf(LOOKED_WITH)
  void whoeverIsWokenSeesWhatIsWrongAndWhatToDo() throws Exception {
    for (String language : new String[] {"zh-CN", "en"}) {
      try (Browser browser = new Browser(language)) {
        browser.open(address("/"));
        browser.awaited(".verdict.wait");
        sell(language.equals("en") ? 0 : 20);
        browser.awaited(".signs .course path");
        // the certificates of this test last a day
        assertTrue(
            browser.text().contains(language.equals("en") ? "Server certificate" : "服务器证书"),
            browser.text());
        assertFalse(browser.has(".signs .bad"), browser.text());
        browser.look("status-" + language);
        toPostgres.down(true);
        browser.awaited(".verdict.bad");
        browser.awaited(".signs .bad");
        browser.look("status-not-ready-" + language);
        toPostgres.down(false);
        browser.awaited(".verdict.wait");
      }
    }
    LossyLine toNode = new LossyLine(vertx, node.managementPort());
    try (Browser browser = new Browser("zh-CN")) {
      browser.open(toNode.address("/"));
      browser.awaited(".verdict.wait");
      toNode.down(true);
      browser.awaited(".verdict.bad");
      browser.shot("status-lost");
    }
  }
}
