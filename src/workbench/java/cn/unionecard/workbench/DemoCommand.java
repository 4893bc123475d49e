package cn.unionecard.workbench;

import cn.unionecard.workbench.demo.DemoFolder;
import cn.unionecard.workbench.demo.Doors;
import cn.unionecard.workbench.demo.Hosts;
import cn.unionecard.workbench.demo.House;
import cn.unionecard.workbench.demo.Size;
import cn.unionecard.workbench.demo.Steps;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: a whole city on this machine, with nothing installed but a JDK. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "在本机运行一座演示城市：真实的 PostgreSQL 与 Redis，合成的工会、会员、商户、活动。",
      "Run a demo city here: real PostgreSQL and Redis, synthetic unions, members, merchants."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:一切正确 all was right",
      "1:不能启动或有应答不符 it cannot start, or an answer was wrong",
      "2:参数有误 wrong arguments",
      "130:被 Ctrl-C 中断，尚未就绪 ended by Ctrl-C before it served",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demo                             for this machine, until Ctrl-C",
      "  demo --host 0.0.0.0              for a terminal on the desk, too",
      "  demo --fresh --once --pos --story",
      "  demo --merchants 20600 --terminals 101000",
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
      names = "--host",
      defaultValue = "127.0.0.1",
      description =
          "Where tills and POS terminals connect: a name or an address of this machine, 0.0.0.0 for"
              + " all it has. The certificate and demo.json say so, too. Default:"
              + " ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--also",
      paramLabel = "NAME",
      description =
          "Another name or address for the certificate, as behind an address translation; may be"
              + " repeated.")
  private List<String> also = List.of();

  @Option(
      names = "--port",
      defaultValue = "8443",
      description = "HTTPS, 0 = any free port: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--pos-tls-port",
      defaultValue = "8583",
      description = "ISO 8583 over TLS, 0 = any free port, -1 = none: ${DEFAULT-VALUE}.")
  private int posTlsPort;

  @Option(
      names = "--pos-port",
      defaultValue = "8582",
      description = "ISO 8583 over plain TCP, 0 = any free port, -1 = none: ${DEFAULT-VALUE}.")
  private int posPort;

  @Option(
      names = "--pages-port",
      defaultValue = "8444",
      description =
          "Pages for browsers: HTTP on this machine, HTTPS where --host lets others in; 0 = any free"
              + " port, -1 = none: ${DEFAULT-VALUE}.")
  private int pagesPort;

  @Option(
      names = "--management-port",
      defaultValue = "8081",
      description = "Metrics and health, 0 = any free port: ${DEFAULT-VALUE}.")
  private int managementPort;

  @Option(
      names = "--management-host",
      defaultValue = "127.0.0.1",
      description = "Where metrics and health are asked for: ${DEFAULT-VALUE}.")
  private String managementHost = "127.0.0.1";

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
      defaultValue = "0",
      description =
          "Members with an active card, at the first start. Default: 145000, and later those that"
              + " are there.")
  private int cards;

  @Option(
      names = "--merchants",
      defaultValue = "0",
      description =
          "Merchants, at the first start. Default: 600, and later those that are there. 20600 with"
              + " 101000 terminals are a province.")
  private int merchants;

  @Option(
      names = "--terminals",
      defaultValue = "0",
      description = "Terminals, likewise. Default: 1000.")
  private int terminals;

  @Option(
      names = "--new-keys",
      description =
          "Make certificates, master keys of terminals and passwords of staff anew. Without it all"
              + " stay as they are from start to start.")
  private boolean newKeys;

  @Option(names = "--fresh", description = "Throw an earlier demo in the folder away first.")
  private boolean fresh;

  public DemoCommand(Show show, Clock clock) {
    this.show = show;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    within("--cards", cards, 1, Size.MEMBERS_MAX);
    within("--merchants", merchants, Size.MERCHANTS_MIN, Size.MERCHANTS_MAX);
    within("--terminals", terminals, Size.TERMINALS_MIN, Size.TERMINALS_MAX);
    require(checkouts >= 0, "--checkouts must not be negative");
    Steps steps = new Steps(spec.commandLine().getOut());
    DemoFolder folder = DemoFolder.open(dataFolder);
    folder.requireNotInUse();
    Hosts hosts = Hosts.of(host, also);
    Hosts management = Hosts.of(managementHost, List.of());
    Doors doors =
        new Doors(hosts, management, port, pagesPort, managementPort, posPort, posTlsPort)
            .open(folder);
    if (fresh) {
      folder.clear();
    }
    steps.say("工会E卡商户网关 演示  Union e-card gateway, demo in " + folder.root());
    steps.say("");
    House.Plan plan = new House.Plan(new Size(cards, merchants, terminals), hosts, newKeys);
    try (Break ctrlC = new Break()) {
      try (House house = House.build(folder, plan, clock, new SecureRandom(), steps)) {
        return show.play(house, new Show.Wishes(once, doors, checkouts, pos, story), steps);
      } catch (Exception e) {
        if (ctrlC.asked()) {
          steps.say("");
          steps.say("  再见  goodbye");
          return Break.STATUS;
        }
        throw e;
      }
    }
  }

  private void within(String option, int value, int least, int most) {
    require(
        value == 0 || (value >= least && value <= most), option + " is " + least + " to " + most);
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
