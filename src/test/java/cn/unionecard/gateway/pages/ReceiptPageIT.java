package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.receipt.KeysJson;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.SampleReceipts;
import cn.unionecard.gateway.runtime.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * {@code /r} before somebody's eyes: a receipt that was just given out, changed ones, others' keys.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReceiptPageIT {
  private static final String LOOKED_WITH = "cn.unionecard.gateway.pages.Browser#isToBeLookedWith";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 60_2023;

  private PagesHouse house;
  private String receipt;
  private String link;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    house = new PagesHouse(folder);
    receipt = house.sale(12_800);
    JsonNode body = JSON.readTree(receipt).path("body");
    link = "/r#" + body.path("id").asText() + "." + digest(receipt);
  }

  @AfterAll
  void close() {
    house.close();
  }

  /** The body stands in the document as it was hashed: canonical, and first. */
  private static String digest(String receipt) {
    int end = receipt.indexOf(",\"leaf\":");
    return Sha256.hex(receipt.substring("{\"body\":".length(), end));
  }

  private String view(String transaction, String digest) throws Exception {
    HttpResponse<String> answer =
        house.post(
            "/v1/receipt-views",
            "{\"transaction\":\"%s\",\"receiptDigest\":\"%s\"}".formatted(transaction, digest));
    return answer.statusCode() == 200
        ? answer.body()
        : answer.statusCode() + " " + JSON.readTree(answer.body()).path("code").asText();
  }

  @Test
  void whoHoldsAReceiptReadsItAndNobodyElse() throws Exception {
    String id = JSON.readTree(receipt).path("body").path("id").asText();
    assertEquals(receipt, view(id, digest(receipt)));
    assertEquals("404 NOT_FOUND", view(id, "0".repeat(64)));
    assertEquals("404 NOT_FOUND", view("0".repeat(12), digest(receipt)));
    assertEquals("400 MALFORMED", view(id, "0".repeat(63)));
    assertEquals("400 MALFORMED", view(id, digest(receipt).toUpperCase(java.util.Locale.ROOT)));
    assertEquals("400 MALFORMED", view("I".repeat(12), digest(receipt)));
  }

  @Test
  void filesAreKeptByBrowsersAndComeCompressed() throws Exception {
    Bundle bundle = Bundle.read();
    HttpResponse<byte[]> shell = house.get("/r");
    assertEquals(200, shell.statusCode());
    assertEquals("no-cache", shell.headers().firstValue("Cache-Control").orElse(""));
    String tag = shell.headers().firstValue("ETag").orElse("");
    assertEquals(304, house.get("/r", "If-None-Match", tag).statusCode());
    HttpResponse<byte[]> module = house.get(PageModules.fileOf("code/sm.js"));
    assertEquals(
        "max-age=31536000, immutable", module.headers().firstValue("Cache-Control").orElse(""));
    HttpResponse<byte[]> zipped =
        house.get(PageModules.fileOf("code/sm.js"), "Accept-Encoding", "gzip, deflate, br");
    assertEquals("gzip", zipped.headers().firstValue("Content-Encoding").orElse(""));
    assertArrayEquals(
        module.body(), new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes());
    assertTrue(zipped.body().length < module.body().length / 2);
    String policy = shell.headers().firstValue("Content-Security-Policy").orElse("");
    assertFalse(policy.contains("unsafe"), policy);
    assertTrue(policy.contains("require-trusted-types-for 'script'"), policy);
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    for (String nowhere :
        List.of(
            "/p/",
            "/p/0000000000000000/code/sm.js",
            bundle.prefix() + "../../openapi.yaml",
            "/r/")) {
      assertEquals(404, house.get(nowhere).statusCode(), nowhere);
    }
    assertEquals(405, house.post("/r", "{}").statusCode());
  }

  @Test
  @EnabledIf(LOOKED_WITH)
  void aLinkShowsAGenuineReceiptStepByStep() throws Exception {
    for (String language : List.of("zh-CN", "en")) {
      try (Browser browser = new Browser(language)) {
        browser.open(house.address(link));
        browser.awaited(".verdict.good");
        assertEquals(6, browser.driver().findElements(By.cssSelector(".steps .passed")).size());
        String text = browser.text();
        assertTrue(text.contains("饭店"), text);
        assertTrue(text.contains("¥115.20") && text.contains("¥12.80"), text);
        browser.look("receipt-valid-" + language);
      }
    }
  }

  @Test
  @EnabledIf(LOOKED_WITH)
  void whatWasChangedOrIsSignedByOthersIsNotBelieved(@TempDir Path folder) throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      browser.open(house.address("/r"));
      browser.awaited("#text");
      browser.look("receipt-asked");
      paste(browser, receipt.replace("\"orderFen\":12800", "\"orderFen\":2800"));
      assertEquals("ROOT_DIFFERS", failed(browser));
      browser.look("receipt-altered");
      again(browser);
      paste(browser, receipt.substring(0, receipt.length() - 5));
      assertEquals("MALFORMED", failed(browser));
      again(browser);
      Path others = folder.resolve("other.json");
      Files.write(others, SampleReceipts.document(SampleReceipts.SM2, 5, 3));
      browser.awaited("#file").sendKeys(others.toString());
      assertEquals("KEY_UNKNOWN", failed(browser));
      Path keys = folder.resolve("keys.json");
      Files.write(keys, keys());
      browser.awaited("#keys").sendKeys(keys.toString());
      browser.awaited(".verdict.good");
      again(browser);
      browser.open(house.address("/r#nothing"));
      browser.awaited(".problem");
      browser.assertSound("a broken link");
      browser.open(house.address("/r#000000000000." + "0".repeat(64)));
      assertTrue(browser.awaited(".problem").getText().contains("没有这张回执"));
    }
  }

  /** Somebody's name and goods are text, whatever they look like. */
  @Test
  @EnabledIf(LOOKED_WITH)
  void textOfAReceiptIsNeverMarkup() throws Exception {
    try (Browser browser = new Browser("zh-CN")) {
      browser.open(house.address("/r"));
      String nasty =
          "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>";
      paste(
          browser,
          receipt.replace(
              "\"merchantName\":\"饭店\"", "\"merchantName\":" + JSON.writeValueAsString(nasty)));
      assertEquals("ROOT_DIFFERS", failed(browser));
      assertTrue(browser.text().contains("onerror="), browser.text());
      assertEquals(List.of(), browser.complaints());
      assertFalse("taken".equals(browser.driver().getTitle()));
    }
  }

  private static void paste(Browser browser, String text) {
    browser.awaited("#text"); // the page stands before its script has run
    Object unused =
        browser
            .driver()
            .executeScript("document.querySelector('#text').value = arguments[0];", text);
    browser.awaited("#check").sendKeys(Keys.ENTER);
  }

  private static void again(Browser browser) {
    browser.awaited("#again").click();
    browser.awaited("#text");
  }

  private static String failed(Browser browser) {
    browser.awaited(".verdict.bad");
    return String.valueOf(browser.awaited(".steps .failed").getDomAttribute("data-step"));
  }

  /** The page and the gateway's own verifier, on thousands of receipts, whole and damaged. */
  @Test
  @EnabledIf(LOOKED_WITH)
  void theBrowserFindsWhatTheVerifierFinds() throws Exception {
    byte[] keys = keys();
    ReceiptVerifier verifier = new ReceiptVerifier(KeysJson.read(keys));
    List<byte[]> documents = documents(new Random(SEED));
    try (Browser browser = new Browser("zh-CN")) {
      browser.open(house.address("/r"));
      browser.awaited("#text");
      List<String> found = new ArrayList<>();
      for (int from = 0; from < documents.size(); from += 500) {
        List<byte[]> some = documents.subList(from, Math.min(documents.size(), from + 500));
        found.addAll(verdicts(browser, some, keys));
      }
      int valid = 0;
      for (int i = 0; i < documents.size(); i++) {
        String expected = verifier.verify(documents.get(i)).reason().name();
        valid += expected.equals("VALID") ? 1 : 0;
        assertEquals(
            expected,
            found.get(i),
            "document "
                + i
                + ", seed "
                + SEED
                + ": "
                + new String(documents.get(i), StandardCharsets.UTF_8));
      }
      assertTrue(valid > 100 && valid < documents.size() / 2, "valid ones: " + valid);
    }
  }

  private static List<String> verdicts(Browser browser, List<byte[]> documents, byte[] keys) {
    List<String> encoded =
        documents.stream().map(each -> Base64.getEncoder().encodeToString(each)).toList();
    @SuppressWarnings("unchecked")
    List<String> verdicts =
        (List<String>)
            browser.called(
                """
                    const [documents, keys, file, space, done] = arguments;
                    (async () => {
                      const {parse, keysOf, check} = (await import(file))[space];
                      const known = keysOf(JSON.parse(keys));
                      const found = [];
                      for (const each of documents) {
                        try {
                          const bytes = Uint8Array.from(atob(each), c => c.charCodeAt(0));
                          found.push(await check(parse(bytes), known));
                        } catch (e) {
                          found.push(e.constructor.name === 'Malformed' ? 'MALFORMED' : String(e));
                        }
                      }
                      return found;
                    })().then(done, e => done([String(e)]));
                    """,
                encoded,
                new String(keys, StandardCharsets.UTF_8),
                PageModules.fileOf("code/receipt.js"),
                PageModules.spaceOf("code/receipt.js"));
    return verdicts;
  }

  private static byte[] keys() {
    return SampleReceipts.keysJson(
        SampleReceipts.SM2.publicKey(), SampleReceipts.ED25519.publicKey());
  }

  private static List<byte[]> documents(Random random) {
    List<byte[]> documents = new ArrayList<>();
    for (int size : new int[] {1, 2, 3, 5, 7, 8, 13, 64, 511, 512}) {
      for (int round = 0; round < 12; round++) {
        int leaf = random.nextInt(size);
        documents.add(SampleReceipts.document(SampleReceipts.SM2, size, leaf));
        documents.add(SampleReceipts.document(SampleReceipts.ED25519, size, leaf));
      }
    }
    List<byte[]> whole = List.copyOf(documents);
    while (documents.size() < 4_000) {
      documents.add(damaged(whole.get(random.nextInt(whole.size())), random));
    }
    for (String odd :
        List.of(
            "",
            "{}",
            "[]",
            "null",
            "1",
            "\"x\"",
            "{\"body\":{}}",
            "\uFEFF{}",
            "{\"a\":1,\"a\":1}")) {
      documents.add(odd.getBytes(StandardCharsets.UTF_8));
    }
    return documents;
  }

  /** One to three bytes changed, cut or put in, mostly of those that JSON is made of. */
  private static byte[] damaged(byte[] document, Random random) {
    byte[] changed = document;
    String signs = "{}[]\",:0123456789-+.eE\\u abcdefABC\t\n\u0001";
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int from = random.nextInt(changed.length + 1);
      int cut = Math.min(random.nextInt(3), changed.length - from);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(Arrays.copyOf(changed, from));
      for (int put = random.nextInt(3); put > 0; put--) {
        out.write(
            random.nextInt(8) == 0
                ? random.nextInt(256)
                : signs.charAt(random.nextInt(signs.length())));
      }
      out.writeBytes(Arrays.copyOfRange(changed, from + cut, changed.length));
      changed = out.toByteArray();
    }
    return changed;
  }
}
