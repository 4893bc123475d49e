package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The Chromium of this machine, to look at pages as people do. A machine without one, or without
 * its driver, leaves such tests out, unless {@code -Dbrowser=required}.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> CHROMIUM =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final List<String> DRIVER = List.of("chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path SHOTS = Path.of("target", "pages");

  /**
   * Warns at each start that Selenium's classes for the DevTools protocol are older than the
   * browser. They are not used: what is asked of it goes by name ({@code executeCdpCommand}).
   */
  private static final Logger DEVTOOLS_CLASSES =
      Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

  static {
    DEVTOOLS_CLASSES.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  /**
   * Opens one in that language, in the light.
   *
   * @param more switches of Chromium's
   */
  public Browser(String language, String... more) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(required(CHROMIUM).toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--ignore-certificate-errors",
        "--lang=" + language);
    options.addArguments(more);
    options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(required(DRIVER).toFile())
                .usingAnyFreePort()
                .build(),
            options);
    driver.manage().timeouts().implicitlyWait(PATIENCE).scriptTimeout(PATIENCE);
    size(1280, 900);
  }

  /** For {@code @EnabledIf}. */
  public static boolean isToBeLookedWith() {
    boolean here = found(CHROMIUM).isPresent() && found(DRIVER).isPresent();
    return here || "required".equals(System.getProperty("browser"));
  }

  private static Optional<Path> found(List<String> names) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path required(List<String> names) {
    return found(names).orElseThrow(() -> new AssertionError("none of " + names + " is here"));
  }

  /** What drives it. */
  public ChromeDriver driver() {
    return driver;
  }

  public void open(String address) {
    driver.get(address);
  }

  public void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
  }

  /** As somebody has it who set his machine to dark, or to light. */
  public void dark(boolean dark) {
    Map<String, Object> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    Object unused =
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** What a script in the page gives to the last of its arguments. */
  public Object called(String script, Object... given) {
    return Objects.requireNonNull(driver.executeAsyncScript(script, given), "nothing came of it");
  }

  /** The element, as soon as it is there. */
  @CanIgnoreReturnValue
  public WebElement awaited(String selector) {
    try {
      return driver.findElement(By.cssSelector(selector));
    } catch (NoSuchElementException e) {
      throw new AssertionError(
          selector
              + " does not come; the page says: "
              + text().replace("\n", " | ")
              + "; the console: "
              + complaints(),
          e);
    }
  }

  /** Writes into a field, over what stood there. */
  public void type(String selector, String text) {
    WebElement field = awaited(selector);
    field.clear();
    field.sendKeys(text);
  }

  /** Runs a script in each page that is opened from now on, before its own. */
  public void before(String script) {
    Object unused =
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /**
   * Answers what a browser asks people before a page may use something of the machine's.
   *
   * @param setting granted, denied or prompt
   */
  public void permit(String feature, String setting) {
    Object unused =
        driver.executeCdpCommand(
            "Browser.setPermission",
            Map.of("permission", Map.of("name", feature), "setting", setting));
  }

  /** Waits until an element says that. */
  public void awaitText(String selector, String text) {
    Object unused =
        called(
            """
            const [selector, text, done] = arguments;
            const look = () => document.querySelector(selector)?.textContent.includes(text)
              ? done(true) : setTimeout(look, 20);
            look();
            """,
            selector,
            text);
  }

  /** Waits until there is no such element any more. */
  public void awaitNone(String selector) {
    Object unused =
        called(
            """
            const [selector, done] = arguments;
            const look = () => document.querySelector(selector) === null ? done(true) : setTimeout(look, 20);
            look();
            """,
            selector);
  }

  /** Waits until a worker answers for the pages. */
  public void awaitController() {
    Object unused =
        called(
            """
            const done = arguments[arguments.length - 1];
            const look = () => navigator.serviceWorker.controller ? done(true) : setTimeout(look, 20);
            look();
            """);
  }

  /** Whether there is such an element now. */
  public boolean has(String selector) {
    return Boolean.TRUE.equals(
        driver.executeScript("return document.querySelector(arguments[0]) !== null", selector));
  }

  /** All that a reader sees. */
  public String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  /** A picture of the whole page, to be looked at; what stays below the window is on it, too. */
  public void shot(String name) throws IOException {
    Files.createDirectories(SHOTS);
    Map<?, ?> size =
        (Map<?, ?>)
            Objects.requireNonNull(
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssContentSize"));
    Map<String, Object> clip =
        Map.of(
            "x",
            0,
            "y",
            0,
            "width",
            size.get("width"),
            "height",
            Objects.requireNonNull(size.get("height")),
            "scale",
            1);
    Map<String, Object> taken =
        driver.executeCdpCommand(
            "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip));
    Path unused =
        Files.write(
            SHOTS.resolve(name + ".png"),
            Base64.getDecoder().decode(String.valueOf(taken.get("data"))));
  }

  /**
   * Fails for barriers in the page (WCAG 2.2 AA and good practice), anything that stands out to the
   * side, and whatever the console complains of: violations of the policy are told there, too.
   */
  public void assertSound(String where) throws IOException {
    assertEquals("[]", barriers(), where);
    Object width =
        driver.executeScript(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertEquals(0L, width, where + ": stands out to the side");
    assertEquals(List.of(), complaints(), where);
  }

  /**
   * What the console said since it was asked before, but for what the gateway refused or a line
   * lost: that is told of every answer that is no 2xx.
   */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getMessage())
        .filter(message -> !message.contains("/v1/") && !message.contains("/health/ready"))
        .toList();
  }

  /**
   * At a screen in the light and the dark, on a phone, and there in large type; what is Chinese in
   * English, too.
   */
  public void look(String name) throws IOException {
    size(1280, 900);
    assertSound(name);
    shot(name);
    dark(true);
    assertSound(name + ", dark");
    shot(name + "-dark");
    dark(false);
    size(360, 740);
    assertSound(name + ", phone");
    shot(name + "-phone");
    large(true);
    assertSound(name + ", large on a phone");
    shot(name + "-phone-large");
    if (InEnglish.show(driver)) {
      assertSound(name + ", large on a phone, in English");
      shot(name + "-phone-large-in-english");
      large(false);
      size(1280, 900);
      shot(name + "-in-english");
      InEnglish.putBack(driver);
    }
    large(false);
    size(1280, 900);
  }

  /** As its button does, which would take the focus along. */
  private void large(boolean large) {
    Object unused =
        driver.executeScript(
            "document.documentElement.classList.toggle('large', arguments[0])", large);
  }

  /** The one who looks comes once into each document. */
  private String barriers() throws IOException {
    if (Boolean.TRUE.equals(driver.executeScript("return window.axe === undefined"))) {
      try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
        Object unused = driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return String.valueOf(
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(result => done(JSON.stringify(result.violations.map(
              v => [v.id, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary)]))));
            """));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
