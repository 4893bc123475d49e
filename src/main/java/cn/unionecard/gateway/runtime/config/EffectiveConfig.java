package cn.unionecard.gateway.runtime.config;

import java.util.Map;

/**
 * The configuration together with where each of its values came from.
 *
 * @param config the checked values
 * @param values every key with its value as text
 * @param origins the keys that are not at their default, with where the value came from
 */
public record EffectiveConfig(
    Config config, Map<String, String> values, Map<String, String> origins) {
  public EffectiveConfig {
    values = Map.copyOf(values);
    origins = Map.copyOf(origins);
  }

  /** As YAML, secrets masked, with the origin of each value that is not a default. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (Setting setting : Setting.ALL) {
      int dot = setting.key().indexOf('.');
      if (!setting.key().substring(0, dot).equals(section)) {
        section = setting.key().substring(0, dot);
        yaml.append(section).append(":\n");
      }
      yaml.append("  ")
          .append(setting.key().substring(dot + 1))
          .append(": ")
          .append(value(setting));
      String origin = origins.get(setting.key());
      yaml.append(origin == null ? "" : " # " + origin).append('\n');
    }
    return yaml.toString();
  }

  private String value(Setting setting) {
    String shown = setting.shown(values.getOrDefault(setting.key(), ""));
    return setting.isNumber()
        ? shown
        : '"' + shown.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Secrets stay out of logs. */
  @Override
  public String toString() {
    return "EffectiveConfig" + origins.keySet();
  }
}
