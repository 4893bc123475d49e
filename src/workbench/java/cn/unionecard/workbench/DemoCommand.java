package cn.unionecard.workbench;

import cn.unionecard.workbench.demo.DemoFolder;
import cn.unionecard.workbench.demo.House;
import cn.unionecard.workbench.demo.Steps;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: a whole city on this machine, with nothing installed but a JDK. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "在本机运行一座演示城市：真实的 PostgreSQL 与 Redis，合成的工会、会员、商户、活动。",
      "Run a demo city here: real PostgreSQL and Redis, synthetic unions, members, merchants."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Show show;
  private final Clock clock;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--once", description = "End after the simulation, with exit code 0.")
  private boolean once;

  @Option(
      names = "--data-folder",
      defaultValue = "demo-data",
      description = "Where everything is kept: ${DEFAULT-VALUE}.")
  private Path dataFolder = Path.of("demo-data");

  @Option(
      names = "--port",
      defaultValue = "8443",
      description = "HTTPS, 0 = any free port: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--management-port",
      defaultValue = "8081",
      description = "Metrics and health, 0 = any free port: ${DEFAULT-VALUE}.")
  private int managementPort;

  @Option(
      names = "--checkouts",
      defaultValue = "1000",
      description = "Simulated visits at tills: ${DEFAULT-VALUE}.")
  private int checkouts;

  @Option(
      names = "--pos",
      description = "Also play a POS terminal's shift, as the command pos does, and print it.")
  private boolean pos;

  @Option(
      names = "--story",
      description = "Also tell one merchant's story, as the command story does.")
  private boolean story;

  @Option(
      names = "--cards",
      defaultValue = "145000",
      description = "Members with an active card: ${DEFAULT-VALUE}.")
  private int cards;

  @Option(names = "--fresh", description = "Throw an earlier demo in the folder away first.")
  private boolean fresh;

  public DemoCommand(Show show, Clock clock) {
    this.show = show;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    Steps steps = new Steps(spec.commandLine().getOut());
    DemoFolder folder = DemoFolder.open(dataFolder);
    if (fresh) {
      folder.clear();
    }
    steps.say("工会E卡商户网关 演示  Union e-card gateway, demo in " + folder.root());
    steps.say("");
    try (House house = House.build(folder, cards, clock, new SecureRandom(), steps)) {
      return show.play(
          house, new Show.Wishes(once, port, managementPort, checkouts, pos, story), steps);
    }
  }
}
