package cn.unionecard.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code print-config}: what is in force, secrets masked, and where it came from. */
@Command(
    name = "print-config",
    mixinStandardHelpOptions = true,
    description = {
      "显示生效的配置（隐藏密钥）及其来源。",
      "Print the configuration in force as YAML: secrets masked, with the origin of each value"
          + " that is not a default."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  print-config", "  ECARD_LIMITS_DEADLINE_MS=3000 print-config --set node.name=n2"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PrintConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions options;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(options.read().toYaml());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
