package cn.unionecard.gateway.runtime.config;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: flags before environment before file before defaults. Strict: what it
 * does not know, or what contradicts itself, is refused with all errors at once.
 */
public final class ConfigReader {
  private static final String DEFAULTS = "/conf/gateway.yaml";
  private static final long TERMINAL_FEN_MAX = 999_999_999;

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> origins = new HashMap<>();
  private final List<String> errors = new ArrayList<>();

  private ConfigReader() {
    Setting.ALL.forEach(setting -> settings.put(setting.key(), setting));
  }

  /**
   * @param file a YAML file like {@code conf/gateway.yaml}, or null
   * @param environment all variables; those that start with {@code ECARD_} are ours
   * @param flags {@code key=value}
   * @throws CannotStart naming each wrong key, its value and what is allowed
   */
  public static EffectiveConfig read(
      @Nullable Path file, Map<String, String> environment, List<String> flags) {
    ConfigReader reader = new ConfigReader();
    reader.defaults();
    if (file != null) {
      reader.file(file);
    }
    reader.environment(environment);
    flags.forEach(reader::flag);
    return reader.checked();
  }

  private void defaults() {
    try (InputStream in = ConfigReader.class.getResourceAsStream(DEFAULTS)) {
      if (in == null) {
        throw new IllegalStateException(DEFAULTS + " is missing in the class path");
      }
      String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      yaml(content, "the defaults");
      origins.clear();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void file(Path file) {
    try {
      yaml(Files.readString(file), "file " + file);
    } catch (IOException e) {
      throw new CannotStart("configuration file " + file + " cannot be read: " + e, e);
    }
  }

  private void yaml(String content, String origin) {
    Map<String, ConfigFile.Scalar> found = new TreeMap<>();
    ConfigFile.read(content, origin, found, errors);
    found.forEach(
        (key, scalar) -> {
          Setting setting = known(key, origin);
          if (setting != null && typeFits(setting, scalar, origin)) {
            set(setting, scalar.text(), origin);
          }
        });
  }

  private boolean typeFits(Setting setting, ConfigFile.Scalar scalar, String origin) {
    boolean number = setting.isNumber();
    if (setting.secrecy() == Setting.Secrecy.ENVIRONMENT_ONLY) {
      errors.add(setting.key() + " is taken from " + setting.variable() + " only (" + origin + ")");
      return false;
    }
    if (scalar.isNumber() == number) {
      return true;
    }
    errors.add(
        String.format(
            Locale.ROOT,
            "%s = %s: %s is wanted, %s (%s)",
            setting.key(),
            setting.shown(scalar.text()),
            number ? "a whole number without quotes" : "a text in quotes",
            setting.type().range(),
            origin));
    return false;
  }

  private void environment(Map<String, String> environment) {
    Map<String, Setting> variables = new HashMap<>();
    settings.values().forEach(setting -> variables.put(setting.variable(), setting));
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!Setting.isVariable(name)) {
                return;
              }
              Setting setting = variables.get(name);
              if (setting == null) {
                errors.add(name + " is not a variable of this gateway (environment)");
              } else {
                set(setting, value, "environment " + name);
              }
            });
  }

  private void flag(String flag) {
    int equals = flag.indexOf('=');
    if (equals < 1) {
      errors.add("--set " + flag + ": key=value is wanted");
      return;
    }
    String origin = "flag --set";
    Setting setting = known(flag.substring(0, equals), origin);
    if (setting == null) {
      return;
    }
    if (setting.secrecy() == Setting.Secrecy.ENVIRONMENT_ONLY) {
      errors.add(setting.key() + " is taken from " + setting.variable() + " only (" + origin + ")");
      return;
    }
    set(setting, flag.substring(equals + 1), origin);
  }

  private @Nullable Setting known(String key, String origin) {
    Setting setting = settings.get(key);
    if (setting == null) {
      errors.add(key + " is not a key of this gateway (" + origin + ")");
    }
    return setting;
  }

  private void set(Setting setting, String value, String origin) {
    if (!setting.accepts(value)) {
      errors.add(
          String.format(
              Locale.ROOT,
              "%s = %s: must be %s (%s)",
              setting.key(),
              setting.shown(value),
              setting.type().range(),
              origin));
      return;
    }
    String before = values.put(setting.key(), value);
    if (!value.equals(before)) {
      origins.put(setting.key(), origin);
    }
  }

  private EffectiveConfig checked() {
    if (errors.isEmpty()) {
      contradictions();
    }
    if (!errors.isEmpty()) {
      throw new CannotStart("the configuration is refused:\n  - " + String.join("\n  - ", errors));
    }
    return new EffectiveConfig(Setting.fill(Config.class, this::text), values, origins);
  }

  private void contradictions() {
    atMost("limits.blockRequestsMax", "limits.queueRequestsMax");
    below("limits.statementTimeoutMs", "limits.deadlineMs");
    below("limits.redisTimeoutMs", "limits.statementTimeoutMs");
    below("limits.deadlineMs", "limits.idleTimeoutMs");
    atMost("limits.deadlineMs", "limits.drainMs");
    atMost("limits.holdSweepMs", "limits.holdMs");
    atMost("limits.offlineFenMax", "limits.orderFenMax");
    atMost("limits.terminalRequestsPerSecond", "limits.terminalRequestsBurst");
    if (!text("province.url").isEmpty() && text("province.account").isEmpty()) {
      errors.add("province.url wants province.account, too");
    }
    if (!text("keys.kek").isEmpty() && !text("keys.kekFile").isEmpty()) {
      errors.add("keys.kek and keys.kekFile are both set; give one");
    }
    atMost("admission.connectionsPerAddressMax", "admission.connectionsMax");
    atMost("admission.unsentBytesMax", "admission.unsentBytesPerAddressMax");
    atMost("admission.addressRequestsPerSecond", "admission.addressRequestsBurst");
    atMost("admission.addressFilesPerSecond", "admission.addressFilesBurst");
    atMost("admission.cardRequestsPerSecond", "admission.cardRequestsBurst");
    below("limits.deadlineMs", "iso8583.idleTimeoutMs");
    plainPagesAreLocal();
    ordersFitTerminals();
    List<String> ports =
        List.of("http.port", "pages.port", "management.port", "iso8583.tlsPort", "iso8583.port");
    for (int i = 0; i < ports.size(); i++) {
      for (String other : ports.subList(i + 1, ports.size())) {
        differ(ports.get(i), other);
      }
    }
  }

  /** Field 54 has nine digits: what a terminal could not be told must not be sold. */
  private void ordersFitTerminals() {
    boolean terminals = whole("iso8583.port") >= 0 || whole("iso8583.tlsPort") >= 0;
    if (terminals && whole("limits.orderFenMax") > TERMINAL_FEN_MAX) {
      errors.add(
          String.format(
              Locale.ROOT,
              "limits.orderFenMax = %d: at most %d while iso8583.port or iso8583.tlsPort is open",
              whole("limits.orderFenMax"),
              TERMINAL_FEN_MAX));
    }
  }

  /** What staff sign in with must not go over a line in the clear. */
  private void plainPagesAreLocal() {
    String host = text("pages.host");
    boolean local = host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    if (text("pages.transport").equals("plain") && whole("pages.port") >= 0 && !local) {
      errors.add("pages.transport = plain: only where pages.host is this machine, not " + host);
    }
  }

  private void differ(String key, String other) {
    if (whole(key) > 0 && whole(key) == whole(other)) {
      errors.add(key + " = " + other + " = " + whole(key) + ": they must differ");
    }
  }

  private void below(String key, String other) {
    if (whole(key) >= whole(other)) {
      errors.add(
          String.format(
              Locale.ROOT, "%s = %d: must be below %s (%d)", key, whole(key), other, whole(other)));
    }
  }

  private void atMost(String key, String other) {
    if (whole(key) > whole(other)) {
      errors.add(
          String.format(
              Locale.ROOT,
              "%s = %d: must be at most %s (%d)",
              key,
              whole(key),
              other,
              whole(other)));
    }
  }

  private String text(String key) {
    return values.getOrDefault(key, "");
  }

  private long whole(String key) {
    return Long.parseLong(text(key));
  }
}
