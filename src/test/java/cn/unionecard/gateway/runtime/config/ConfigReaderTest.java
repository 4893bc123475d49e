package cn.unionecard.gateway.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private final Path folder;

  ConfigReaderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void defaultsAreComplete() {
    Config config = read("").config();
    assertEquals(new Config.Node("n1", 0, 1), config.node());
    assertEquals(512, config.limits().blockRequestsMax());
    assertEquals(100_000_000, config.limits().orderFenMax());
    assertEquals(8443, config.http().port());
    assertNull(config.keys().kek());
    assertNull(config.keys().kekFile());
    for (Setting setting : Setting.ALL) {
      if (setting.secrecy() != Setting.Secrecy.ENVIRONMENT_ONLY) {
        assertTrue(read("").values().containsKey(setting.key()), setting.key());
      }
    }
  }

  @Test
  void theFileNamesEveryKeyInOrderWithItsRange() throws IOException {
    List<String> keys = new ArrayList<>();
    String section = "";
    String comment = "";
    for (String line : Files.readAllLines(Path.of("conf/gateway.yaml"))) {
      String words = line.strip();
      if (words.startsWith("#")) {
        comment = words;
      } else if (line.startsWith("  ")) {
        Setting setting = setting(section + words.substring(0, words.indexOf(':')));
        assertTrue(comment.endsWith(" " + setting.type().range()), line);
        keys.add(setting.key());
        comment = "";
      } else if (!words.isEmpty()) {
        section = words.replace(':', '.');
      }
    }
    assertEquals(
        Setting.ALL.stream()
            .filter(setting -> setting.secrecy() != Setting.Secrecy.ENVIRONMENT_ONLY)
            .map(Setting::key)
            .toList(),
        keys);
  }

  private static Setting setting(String key) {
    return Setting.ALL.stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key));
  }

  @Test
  void flagsBeatEnvironmentBeatsFile() {
    String file = "limits: {deadlineMs: 3000, redisTimeoutMs: 60, drainMs: 11000}";
    Map<String, String> environment =
        Map.of("ECARD_LIMITS_DEADLINE_MS", "4000", "ECARD_LIMITS_REDIS_TIMEOUT_MS", "70", "X", "y");
    EffectiveConfig read = read(file, environment, "limits.deadlineMs=5000");
    assertEquals(5000, read.config().limits().deadlineMs());
    assertEquals(70, read.config().limits().redisTimeoutMs());
    assertEquals(11_000, read.config().limits().drainMs());
    assertEquals("flag --set", read.origins().get("limits.deadlineMs"));
    assertEquals(
        "environment ECARD_LIMITS_REDIS_TIMEOUT_MS", read.origins().get("limits.redisTimeoutMs"));
    assertTrue(String.valueOf(read.origins().get("limits.drainMs")).startsWith("file "));
    assertEquals(3, read.origins().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'limits: {deadlineMs: 0}'          | limits.deadlineMs = 0: must be 100 to 60000 (file
          'limits: {deadlineMs: "3000"}'     | limits.deadlineMs = 3000: a whole number without quotes is wanted, 100 to 60000 (file
          'limits: {deadlineMs: 2.5}'        | limits.deadlineMs = 2.5: must be 100 to 60000 (file
          'limits: {deadlineMs: yes}'        | limits.deadlineMs = yes: must be 100 to 60000
          'limits: {deadlineMs: }'           | limits.deadlineMs = : a whole number
          'limits: {deadlineMs: [1]}'        | limits.deadlineMs is a list
          'limits: {deadlineMs: {a: 1}}'     | limits.deadlineMs.a is not a key of this gateway
          'limits: {deadlineMs: 99999999999999999999}' | limits.deadlineMs = 99999999999999999999: must be
          'limits: {deadlineMS: 1}'          | limits.deadlineMS is not a key of this gateway (file
          'limits: {drainMs: 10000, drainMs: 10000}' | limits.drainMs stands twice (file
          'node: {name: 7}'                  | node.name = 7: a text in quotes is wanted
          'node: {name: UPPER}'              | node.name = UPPER: must be 1 to 32 of a-z, 0-9, - (file
          'http: {tlsEngine: wolfssl}'       | http.tlsEngine = wolfssl: must be auto, openssl or jdk
          'keys: {kek: "00"}'                | keys.kek is taken from ECARD_KEYS_KEK only (file
          'stores: {postgres: "mysql://a:topsecret@b/c"}' | stores.postgres = mysql://a:***@b/c: must be a postgresql:// URL or empty
          'log: {level: loud}'               | log.level = loud: must be error, warn, info or debug (file
          'log: {levels: "io.vertx=warn,io.netty=all"}' | log.levels = io.vertx=warn,io.netty=all: must be name=off, error, warn, info or debug, by commas, or empty (file
          '[1]'                              | must hold keys with values
          'a: ['                             | is not YAML
          """)
  void refusesAFile(String yaml, String error) {
    String message = refusal(yaml, Map.of());
    assertTrue(message.contains("\n  - "), message);
    assertTrue(message.contains(error), message);
    assertFalse(message.contains("topsecret"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limits.statementTimeoutMs=2000 | limits.statementTimeoutMs = 2000: must be below limits.deadlineMs (2000)
          limits.queueRequestsMax=511    | limits.blockRequestsMax = 512: must be at most limits.queueRequestsMax (511)
          limits.redisTimeoutMs=1500     | limits.redisTimeoutMs = 1500: must be below limits.statementTimeoutMs (1500)
          limits.idleTimeoutMs=2000      | limits.deadlineMs = 2000: must be below limits.idleTimeoutMs (2000)
          limits.drainMs=1999            | limits.deadlineMs = 2000: must be at most limits.drainMs (1999)
          limits.terminalRequestsBurst=49 | limits.terminalRequestsPerSecond = 50: must be at most limits.terminalRequestsBurst (49)
          limits.orderFenMax=1000000000  | limits.orderFenMax = 1000000000: at most 999999999 while iso8583.port
          http.port=8081                 | http.port = management.port = 8081: they must differ
          limits.deadlineMs=99           | limits.deadlineMs = 99: must be 100 to 60000 (flag --set)
          limits.deadlineMs              | key=value is wanted
          limits.nothing=1               | limits.nothing is not a key of this gateway (flag --set)
          keys.kek=00                    | keys.kek is taken from ECARD_KEYS_KEK only
          """)
  void refusesAFlag(String flag, String error) {
    String message = refusal("", Map.of(), flag);
    assertTrue(message.contains(error), message);
  }

  @Test
  void refusesUnknownVariablesAndTellsAllErrorsAtOnce() {
    Map<String, String> environment =
        Map.of("ECARD_LIMITS_DEADLINE", "1", "ECARD_LIMITS_DRAIN_MS", "x", "OTHER", "1");
    String message = refusal("nodes: {}\nnode: {lanes: -1, who: me}", environment);
    assertTrue(message.contains("ECARD_LIMITS_DEADLINE is not a variable"), message);
    assertTrue(message.contains("limits.drainMs = x: must be 0 to 600000 (environment"), message);
    assertTrue(message.contains("node.lanes = -1"), message);
    assertTrue(message.contains("node.who is not a key"), message);
    assertFalse(message.contains("OTHER"), message);
  }

  @Test
  void keyEncryptionKeyIsNeverShown() {
    String kek = "0123456789abcdef".repeat(4);
    EffectiveConfig read =
        read(
            "stores: {postgres: 'postgresql://u:topsecret@h/d'}",
            Map.of("ECARD_KEYS_KEK", kek, "ECARD_STORES_REDIS", "redis://:topsecret@h:1"));
    assertEquals(kek, read.config().keys().kek());
    for (String shown : List.of(read.toYaml(), read.toString(), read.config().toString())) {
      assertFalse(shown.contains(kek) || shown.contains("topsecret"), shown);
    }
    assertTrue(read.toYaml().contains("  kek: \"***\" # environment ECARD_KEYS_KEK\n"));
    assertTrue(read.toYaml().contains("  postgres: \"postgresql://u:***@h/d\" # file "));
    assertTrue(read.toYaml().contains("  redis: \"redis://:***@h:1\" # environment "));
    String both = refusal("keys: {kekFile: x}", Map.of("ECARD_KEYS_KEK", kek));
    assertTrue(both.contains("keys.kek and keys.kekFile are both set"), both);
    String wrong = refusal("", Map.of("ECARD_KEYS_KEK", kek + "topsecret"));
    assertTrue(wrong.contains("keys.kek = ***: must be 64 hex digits"), wrong);
  }

  @Test
  void whatIsPrintedCanBeRead() {
    EffectiveConfig read = read("limits: {drainMs: 11000}");
    assertTrue(read.toYaml().contains("  drainMs: 11000 # file "), read.toYaml());
    String again = read.toYaml().replace("  kek: \"\"\n", "").replace("  token: \"\"\n", "");
    assertEquals(read.config(), read(again).config());
  }

  @Test
  void refusesAMissingFile() {
    CannotStart refusal =
        assertThrows(
            CannotStart.class,
            () -> ConfigReader.read(folder.resolve("none.yaml"), Map.of(), List.of()));
    assertTrue(refusal.getMessage().contains("none.yaml cannot be read"));
  }

  @Test
  void runNeedsStores() {
    CannotStart refusal =
        assertThrows(CannotStart.class, () -> read("").config().stores().requireGiven());
    assertEquals("stores.postgres is not set (ECARD_STORES_POSTGRES)", refusal.getMessage());
  }

  private EffectiveConfig read(String yaml, String... flags) {
    return read(yaml, Map.of(), flags);
  }

  private EffectiveConfig read(String yaml, Map<String, String> environment, String... flags) {
    try {
      Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
      return ConfigReader.read(file, environment, List.of(flags));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String refusal(String yaml, Map<String, String> environment, String... flags) {
    return assertThrows(CannotStart.class, () -> read(yaml, environment, flags)).getMessage();
  }
}
