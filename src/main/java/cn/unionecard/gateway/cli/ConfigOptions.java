package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.config.EffectiveConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. */
public final class ConfigOptions {
  private static final Path USUAL_FILE = Path.of("conf", "gateway.yaml");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; default: conf/gateway.yaml where it exists.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key, for example limits.deadlineMs=3000; may be repeated.")
  private List<String> flags = new ArrayList<>();

  /**
   * The configuration in force: flags, environment, file, defaults.
   *
   * @throws cn.unionecard.gateway.runtime.CannotStart naming all that is wrong
   */
  public EffectiveConfig read() {
    Path chosen = file == null && Files.exists(USUAL_FILE) ? USUAL_FILE : file;
    return ConfigReader.read(chosen, System.getenv(), flags);
  }
}
