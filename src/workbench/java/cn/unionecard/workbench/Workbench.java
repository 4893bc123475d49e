package cn.unionecard.workbench;

import cn.unionecard.gateway.cli.Main;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Ids;
import cn.unionecard.gateway.runtime.watch.OutOfMemory;
import java.security.SecureRandom;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a vendor, a tester or a newcomer runs. Without a command it runs the demo. */
@Command(
    name = "ecard-workbench",
    mixinStandardHelpOptions = true,
    version = "ecard-workbench 0.1.0",
    description = {
      "工会E卡商户网关的工作台：演示、模拟终端与会员、认证收单终端，并含网关的全部命令。",
      "Workbench of the union e-card gateway: demo, simulated tills and phones, certification of"
          + " terminals; and all commands of the gateway."
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {"0:成功 well done", "1:失败 failed, the reason is printed", "2:用法错误 wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  ecard-workbench                      the demo, until Ctrl-C",
      "  ecard-workbench demo --once          the demo, to its end",
      "  ecard-workbench help COMMAND         more about one command"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Workbench implements Runnable {
  @Spec private CommandSpec spec;

  private Workbench() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    OutOfMemory.endsTheProcess();
    String[] command = arguments.length == 0 ? new String[] {"demo"} : arguments;
    System.exit(commandLine(Clocks.wall(), Ids.secureRandom()).execute(command));
  }

  /** The operator's commands and the workbench's. */
  public static CommandLine commandLine(Clock clock, SecureRandom random) {
    CommandLine line = Main.commandLine(new Workbench(), clock, random);
    line.addSubcommand(new DemoCommand(new GatewayShow(clock, random), clock));
    line.addSubcommand(new PosCommand(clock));
    line.addSubcommand(new StoryCommand(clock));
    line.addSubcommand(new CertifyTerminalCommand(clock));
    line.addSubcommand(new CodesCommand(clock));
    line.addSubcommand(new SimulateCommand(clock));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
