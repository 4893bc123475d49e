package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code /docs} as somebody sees it who opens it in a browser. A machine without a Chromium leaves
 * it out, unless {@code -Ddocs.browser=required}.
 */
@EnabledIf("isToBeLookedAt")
class DocsPageIT {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final Pattern SHOWN = Pattern.compile("data-path=\"([^\"]+)\"");
  private static final long PATIENCE_SECONDS = 120;

  static boolean isToBeLookedAt() {
    return browser().isPresent() || "required".equals(System.getProperty("docs.browser"));
  }

  private static Optional<Path> browser() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(folder -> BROWSERS.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void aBrowserShowsEveryAddressOfTheContract(@TempDir Path folder) throws Exception {
    try (EdgeHouse house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000))) {
      String page = open(house.base + "/docs", folder);
      assertFalse(page.contains("Unable to render"), page);
      assertFalse(page.contains("errors-wrapper"), page);
      List<String> shown = new ArrayList<>();
      Matcher matcher = SHOWN.matcher(page);
      while (matcher.find()) {
        shown.add(matcher.group(1));
      }
      assertEquals(written(), shown.stream().sorted().toList());
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

  private static String open(String address, Path folder) throws IOException, InterruptedException {
    Path page = folder.resolve("page.html");
    Process browser =
        new ProcessBuilder(
                browser().orElseThrow(() -> new AssertionError("no Chromium")).toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--ignore-certificate-errors",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=10000",
                "--dump-dom",
                address)
            .redirectOutput(page.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(browser.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the browser does not end");
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly();
    }
    return Files.readString(page, StandardCharsets.UTF_8);
  }
}
