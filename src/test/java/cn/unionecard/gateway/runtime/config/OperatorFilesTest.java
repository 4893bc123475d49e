package cn.unionecard.gateway.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operators copy says nothing that the configuration does not know. */
class OperatorFilesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path KUBERNETES = Path.of("conf/kubernetes.yaml");
  private static final Path COMPOSE = Path.of("conf/compose.yaml");
  private static final Path SYSTEMD = Path.of("conf/ecard-gateway.service");

  private static final Pattern VARIABLE = Pattern.compile("ECARD_[A-Z0-9_]*[A-Z0-9]");
  private static final Pattern FLAG = Pattern.compile("--set[ =]([A-Za-z0-9]+\\.[A-Za-z0-9.]+)=");
  private static final Pattern DOTTED =
      Pattern.compile("(?<![\\w.])([a-z0-9]+\\.[a-z][A-Za-z]+)\\b");

  private static final Set<String> KEYS =
      Setting.ALL.stream().map(Setting::key).collect(Collectors.toSet());
  private static final Set<String> VARIABLES =
      Setting.ALL.stream().map(Setting::variable).collect(Collectors.toSet());
  private static final Set<String> SECTIONS =
      KEYS.stream().map(key -> key.substring(0, key.indexOf('.'))).collect(Collectors.toSet());

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return new ArrayList<>(
          files
              .filter(
                  file -> file.toString().matches(".*\\.(md|sh|yaml|yml|cfg|conf|service)|.*file"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList());
    }
  }

  private static Set<String> found(Pattern pattern, Path file) throws IOException {
    Matcher matcher = pattern.matcher(Files.readString(file));
    Set<String> found = new TreeSet<>();
    while (matcher.find()) {
      found.add(matcher.group(matcher.groupCount()));
    }
    return found;
  }

  private static List<String> unknown(List<Path> files, Pattern pattern, Set<String> known)
      throws IOException {
    List<String> unknown = new ArrayList<>();
    int all = 0;
    for (Path file : files) {
      for (String name : found(pattern, file)) {
        all++;
        if (!known.contains(name)) {
          unknown.add(file + ": " + name);
        }
      }
    }
    assertTrue(all > 0, pattern + " found nothing");
    return unknown;
  }

  @Test
  void variablesAndKeysAreThoseOfTheConfiguration() throws IOException {
    List<Path> files = files("conf");
    files.addAll(files("src/docs"));
    files.addAll(files("loadtest"));
    files.addAll(List.of(Path.of("README.md"), Path.of("certs/README.md")));
    assertEquals(List.of(), unknown(files, VARIABLE, VARIABLES));
    assertEquals(List.of(), unknown(files, FLAG, KEYS));
  }

  @Test
  void commentsOfTheExamplesNameKeysThatThereAre() throws IOException {
    assertEquals(
        List.of(),
        unknown(files("conf"), DOTTED, KEYS).stream()
            .filter(
                each -> SECTIONS.contains(each.replaceFirst(".*: ", "").replaceFirst("\\..*", "")))
            .toList());
  }

  private static List<JsonNode> manifests() throws IOException {
    return YAML.readerFor(JsonNode.class).<JsonNode>readValues(KUBERNETES.toFile()).readAll();
  }

  /** The pod of each kind that has one. */
  private static Map<String, JsonNode> pods() throws IOException {
    Map<String, JsonNode> pods = new TreeMap<>();
    for (JsonNode manifest : manifests()) {
      JsonNode pod = manifest.path("spec").path("template").path("spec");
      if (!pod.isMissingNode()) {
        pods.put(manifest.path("kind").asText(), pod);
      }
    }
    return pods;
  }

  private static long drainMs(Map<String, String> environment) {
    Limits limits = ConfigReader.read(null, environment, List.of()).config().limits();
    return limits.drainDelayMs() + limits.drainMs();
  }

  @Test
  void whatEndsAnodeWaitsUntilItHasDrained() throws IOException {
    JsonNode pod = Objects.requireNonNull(pods().get("StatefulSet"));
    assertTrue(
        1_000 * pod.path("terminationGracePeriodSeconds").asLong() > drainMs(environment(pod)));
    JsonNode compose = YAML.readTree(COMPOSE.toFile());
    Map<String, String> shared = new TreeMap<>();
    compose
        .path("x-environment")
        .fields()
        .forEachRemaining(each -> shared.put(each.getKey(), each.getValue().asText()));
    assertTrue(shared.size() > 5, shared::toString);
    shared.keySet().removeIf(name -> name.startsWith("ECARD_STORES_")); // variables of a shell
    assertTrue(1_000 * seconds(COMPOSE, "stop_grace_period: ([0-9]+)s") > drainMs(shared));
    assertTrue(1_000 * seconds(SYSTEMD, "TimeoutStopSec=([0-9]+)") > drainMs(Map.of()));
  }

  private static long seconds(Path file, String pattern) throws IOException {
    return found(Pattern.compile(pattern), file).stream()
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** What is given by value is a value that the configuration takes. */
  private static Map<String, String> environment(JsonNode pod) {
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode each : pod.path("containers").path(0).path("env")) {
      if (each.has("value")) {
        environment.put(each.path("name").asText(), each.path("value").asText());
      }
    }
    return environment;
  }

  @Test
  void podsAreNobodyAndAskWhatThereIs() throws IOException {
    Map<String, JsonNode> pods = pods();
    assertEquals(Set.of("Job", "StatefulSet"), pods.keySet());
    for (JsonNode pod : pods.values()) {
      // links to services would be variables that no gateway knows
      assertFalse(pod.path("enableServiceLinks").asBoolean(true));
      assertTrue(pod.path("securityContext").path("runAsNonRoot").asBoolean());
      JsonNode container = pod.path("containers").path(0);
      assertTrue(container.path("securityContext").path("readOnlyRootFilesystem").asBoolean());
      assertTrue(container.path("volumeMounts").toString().contains("\"/tmp\""));
    }
    Config config = ConfigReader.read(null, Map.of(), List.of()).config();
    JsonNode gateway = Objects.requireNonNull(pods.get("StatefulSet")).path("containers").path(0);
    Map<String, Integer> ports = new TreeMap<>();
    gateway
        .path("ports")
        .forEach(port -> ports.put(port.path("name").asText(), port.path("containerPort").asInt()));
    assertEquals(
        Map.of(
            "https",
            config.http().port(),
            "pos",
            config.iso8583().tlsPort(),
            "management",
            config.management().port()),
        ports);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = gateway.path(probe).path("httpGet");
      assertEquals("management", get.path("port").asText(), probe);
      String wanted = probe.equals("readinessProbe") ? "/health/ready" : "/health/live";
      assertEquals(wanted, get.path("path").asText(), probe);
    }
  }
}
