package cn.unionecard.gateway.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages are made of, as far as it can be told without a browser. */
class BundleTest {
  private static final Pattern NAMED_BY_SHELL = Pattern.compile("(?:href|src)=\"(/p/[^\"]+)\"");
  private static final Pattern IMPORTED = Pattern.compile("(?:from|import) '(\\.[^']+)'");

  /** What is fetched when somebody goes there. */
  private static final Pattern IMPORTED_LATER = Pattern.compile("import\\('(\\.[^']+)'\\)");

  private static final Pattern WORDS = Pattern.compile("wordsOf\\(([^)]*)\\)");
  private static final Pattern OPERATION_ASKED = Pattern.compile("(?:ask|answerTo)\\('(\\w+)'");

  /** Made by the build, and not by us: a complaint in it names a page of its maker's. */
  private static final String COMPILED = "camera/picture.js";

  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

  private final Bundle bundle = Bundle.read();

  /** As we write them, by their names. */
  private final Map<String, String> sources = new TreeMap<>();

  BundleTest() {
    Bundle.sources()
        .forEach(
            (name, content) -> {
              if (!name.contains("lit-html")) {
                sources.put(name, new String(content, StandardCharsets.UTF_8));
              }
            });
  }

  private String text(String address) {
    PageFile file = bundle.at(address);
    assertNotNull(file, address + " is named and not there");
    return file.plain().toString(StandardCharsets.UTF_8);
  }

  private Set<String> shells() {
    Set<String> shells = new TreeSet<>(bundle.shells());
    shells.add(Bundle.STATUS);
    shells.add(Bundle.LOOK);
    return shells;
  }

  /** What a page is first made of, step by step; words in Chinese, if they are not in both. */
  private Set<String> needed(String shell) {
    return needed(shell, Set.of(), false);
  }

  /** With what is fetched later. */
  private Set<String> reached(String shell) {
    return needed(shell, Set.of(), true);
  }

  /** What a module that is fetched later takes besides what the page has. */
  private Set<String> added(String shell, String module) {
    Set<String> there = needed(shell);
    Set<String> added = needed(module, there, false);
    added.removeAll(there);
    return added;
  }

  private Set<String> needed(String from, Set<String> there, boolean withLater) {
    Set<String> needed = new TreeSet<>(Set.of(from));
    Deque<String> open = new ArrayDeque<>(needed);
    while (!open.isEmpty()) {
      String next = open.pop();
      Set<String> named = named(next);
      if (withLater) {
        named.addAll(later(next));
      }
      for (String name : named) {
        if (needed.add(name)) {
          open.push(name);
        }
      }
    }
    needed.addAll(words(needed, there, withLater));
    return needed;
  }

  private Set<String> named(String from) {
    if (from.endsWith(".css") || from.endsWith(".svg")) {
      return new TreeSet<>();
    }
    Set<String> named = new TreeSet<>();
    Matcher matcher = (from.endsWith(".js") ? IMPORTED : NAMED_BY_SHELL).matcher(text(from));
    while (matcher.find()) {
      named.add(URI.create(from).resolve(matcher.group(1)).getPath());
    }
    return named;
  }

  /**
   * The files of words that these ask for and do not have with them, in Chinese; those that come
   * with something later may be asked for before it.
   */
  private Set<String> words(Set<String> files, Set<String> there, boolean withLater) {
    String asking = files.stream().map(this::text).collect(Collectors.joining());
    String all = asking + there.stream().map(this::text).collect(Collectors.joining());
    return WORDS
        .matcher(asking)
        .results()
        .flatMap(asked -> Pattern.compile("'([\\w.]+)'").matcher(asked.group(1)).results())
        .map(words -> words.group(1))
        .filter(
            words ->
                (withLater && bundle.at(inChinese(words)) != null)
                    || !all.contains("\nsay('" + words + "', {"))
        .map(this::inChinese)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String inChinese(String words) {
    return bundle.prefix() + "words/" + words + ".zh.js";
  }

  private Set<String> later(String from) {
    return from.endsWith(".js")
        ? IMPORTED_LATER
            .matcher(text(from))
            .results()
            .map(found -> URI.create(from).resolve(found.group(1)).getPath())
            .collect(Collectors.toCollection(TreeSet::new))
        : Set.of();
  }

  @Test
  void whateverAPageNamesIsThere() {
    for (String shell : shells()) {
      for (String file : reached(shell)) {
        assertFalse(text(file).isEmpty(), file);
      }
    }
  }

  /** Else a browser would learn of the last one only when it has read the one before. */
  @Test
  void aShellSaysAtOnceWhatItsModulesImport() {
    for (String shell : shells()) {
      Set<String> imported = needed(shell);
      imported.removeAll(named(shell));
      assertEquals(Set.of(shell), imported, "words, too, come with the page");
    }
  }

  /** Two of it would have two states, and the policy lets nobody make a second rule of one name. */
  @Test
  void noModuleIsThereTwice() {
    Map<String, String> places = new TreeMap<>();
    for (String address : bundle.addresses()) {
      Pattern.compile("^// ((?:\\w+/)+[\\w.-]+\\.js)$", Pattern.MULTILINE)
          .matcher(address.endsWith(".js") ? text(address) : "")
          .results()
          .forEach(
              module -> {
                assertEquals(null, places.put(module.group(1), address), module.group(1));
                assertEquals(null, bundle.at(bundle.prefix() + module.group(1)), module.group(1));
              });
    }
    assertTrue(places.containsKey("kit/lit-html.js"), places::toString);
  }

  /** A file that no page leads to would be sent to nobody. */
  @Test
  void nothingLiesAboutUnused() {
    Set<String> reached = new TreeSet<>();
    shells().forEach(shell -> reached.addAll(reached(shell)));
    Set<String> others =
        bundle.addresses().stream()
            .filter(address -> !reached.contains(address))
            .filter(address -> !address.endsWith(".en.js") && !address.endsWith(".txt"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), others);
  }

  /** Bytes as a browser fetches them for the first time, in Chinese, and how many files. */
  @ParameterizedTest
  @CsvSource({
    "/,15000,6",
    "/r,30000,8",
    "/till,50000,7",
    "/card,45000,8",
    "/union,80000,8",
    "/shop,60000,8",
    "/status,25000,6"
  })
  void aPageIsSmall(String shell, int bytesMax, int filesMax) {
    assertSmall(shell, needed(shell), bytesMax, filesMax);
  }

  /** What comes on top of a page that stands: a camera's, with the reader; a till's own later. */
  @ParameterizedTest
  @CsvSource({
    "/till,camera/viewfinder.js,12000,6",
    "/r,camera/viewfinder.js,12000,6",
    "/till,camera/picture.js,50000,1",
    "/till,till/box.js,2000,1",
    "/till,till/activation.js,1000,1",
    "/till,till/later.js,9000,5"
  })
  void whatComesLaterIsSmall(String shell, String module, int bytesMax, int filesMax) {
    assertSmall(module, added(shell, bundle.prefix() + module), bytesMax, filesMax);
  }

  private void assertSmall(String shell, Set<String> files, int bytesMax, int filesMax) {
    int bytes =
        files.stream().mapToInt(f -> Objects.requireNonNull(bundle.at(f)).sentBytes()).sum();
    assertTrue(bytes <= bytesMax, shell + " takes " + bytes + " bytes: " + files);
    assertTrue(files.size() <= filesMax, shell + " takes " + files.size() + " files: " + files);
  }

  /** A phone keeps what its pages need without a network, and not the desks of others. */
  @Test
  void aPhoneKeepsItsOwnPages() {
    Set<String> kept =
        Pattern.compile("'(/p/[^']+)'")
            .matcher(text("/worker.js"))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> needed = reached("/card");
    needed.addAll(reached("/r"));
    needed.removeAll(bundle.shells());
    needed.removeAll(kept);
    needed.removeIf(file -> file.contains("/camera")); // for who asks the gateway next
    assertEquals(Set.of(), needed);
    kept.removeIf(file -> file.endsWith(".en.js"));
    kept.removeAll(reached("/card"));
    kept.removeAll(reached("/r"));
    assertEquals(Set.of(), kept);
  }

  /** What is fetched when somebody goes to a screen of a desk: a file that is read at once. */
  @ParameterizedTest
  @ValueSource(strings = {"/union", "/shop"})
  void aScreenIsSmall(String shell) {
    Set<String> screens =
        needed(shell).stream()
            .flatMap(file -> later(file).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertFalse(screens.isEmpty());
    for (String screen : screens) {
      long lines = text(screen).lines().count();
      assertTrue(lines <= 150, screen + " has " + lines + " lines");
      Set<String> files = added(shell, screen);
      int bytes =
          files.stream().mapToInt(f -> Objects.requireNonNull(bundle.at(f)).sentBytes()).sum();
      assertTrue(bytes <= 20_000, screen + " takes " + bytes + " bytes: " + files);
    }
  }

  /** The policy of the pages would stop all that, in front of whoever looks. */
  @Test
  void nothingIsWrittenThatThePolicyForbids() {
    for (String address : sources.keySet()) {
      String text = written(address);
      for (String forbidden :
          Set.of(
              "innerHTML", "outerHTML", "insertAdjacentHTML", " style=", "eval(", "new Function")) {
        assertFalse(text.contains(forbidden), address + " has " + forbidden);
      }
      if (!address.equals(COMPILED) && (address.endsWith(".js") || address.endsWith(".css"))) {
        assertFalse(text.contains("http:") || text.contains("https:"), address + " goes elsewhere");
      }
    }
  }

  private String written(String name) {
    return Objects.requireNonNull(sources.get(name), name);
  }

  /** A sentence of the program's in one language only would be shown to readers of the other. */
  @Test
  void whatIsSaidStandsInWords() {
    for (String address : sources.keySet()) {
      if (address.endsWith(".js")
          && !address.startsWith("words/")
          && !address.equals("kit/contract.js")) {
        String shown =
            written(address).replace("aria-hidden=\"true\">会<", "").replaceAll("[年月日]", "");
        assertFalse(CHINESE.matcher(shown).find(), address + " says something itself");
      }
    }
  }

  @Test
  void bothLanguagesSayTheSame() {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (String address : sources.keySet()) {
      if (address.startsWith("words/")) {
        keys.put(
            address,
            Pattern.compile("^  '?([\\w.]+)'?:", Pattern.MULTILINE)
                .matcher(written(address))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }
    assertFalse(keys.isEmpty());
    keys.forEach(
        (address, names) ->
            assertEquals(
                keys.get(address.replaceAll("\\.(zh|en)\\.js", ".zh.js")), names, address));
  }

  @Test
  void theOperationsAreThoseOfTheContract() throws IOException {
    Map<String, String> written = new TreeMap<>();
    Pattern.compile("^  (\\w+): \\['(\\w+)', '([^']+)'\\],$", Pattern.MULTILINE)
        .matcher(written("kit/contract.js"))
        .results()
        .forEach(found -> written.put(found.group(1), found.group(2) + " " + found.group(3)));
    assertEquals(operations(), written);
  }

  @Test
  void whoMayCallThemIsAsInTheContract() throws IOException {
    Map<String, String> written = new TreeMap<>();
    Pattern.compile("^  (\\w+): '([\\w ]+)',$", Pattern.MULTILINE)
        .matcher(written("kit/roles.js"))
        .results()
        .forEach(found -> written.put(found.group(1), found.group(2)));
    assertEquals(roles(), written);
  }

  private static Map<String, String> roles() throws IOException {
    Map<String, String> roles = new TreeMap<>();
    try (InputStream in = BundleTest.class.getResourceAsStream("/openapi.yaml")) {
      for (JsonNode path : new ObjectMapper(new YAMLFactory()).readTree(in).path("paths")) {
        for (JsonNode operation : path) {
          if (operation.has("operationId")) {
            roles.put(
                operation.path("operationId").asText(),
                StreamSupport.stream(operation.path("x-roles").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(" ")));
          }
        }
      }
    }
    return roles;
  }

  private static Map<String, String> operations() throws IOException {
    Map<String, String> operations = new TreeMap<>();
    try (InputStream in = BundleTest.class.getResourceAsStream("/openapi.yaml")) {
      JsonNode paths = new ObjectMapper(new YAMLFactory()).readTree(in).path("paths");
      paths
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .properties()
                      .forEach(
                          method -> {
                            String id = method.getValue().path("operationId").asText();
                            if (!id.isEmpty()) {
                              String verb = method.getKey().toUpperCase(Locale.ROOT);
                              operations.put(id, verb + " " + path.getKey());
                            }
                          }));
    }
    return operations;
  }

  @Test
  void aPageAsksOnlyForWhatTheContractHas() throws IOException {
    Set<String> known = operations().keySet();
    Set<String> asked = new HashSet<>();
    for (String address : sources.keySet()) {
      Matcher matcher = OPERATION_ASKED.matcher(written(address));
      while (matcher.find()) {
        asked.add(matcher.group(1));
      }
    }
    assertTrue(asked.contains("viewReceipt"), asked::toString);
    asked.removeAll(known);
    assertEquals(Set.of(), asked);
  }

  /** Other content has another address; the same has the same, on every node. */
  @Test
  void theSameFilesHaveTheSameAddress() {
    assertEquals(bundle.addresses(), Bundle.read().addresses());
    assertTrue(bundle.prefix().matches("/p/[0-9a-f]{16}/"), bundle.prefix());
  }
}
