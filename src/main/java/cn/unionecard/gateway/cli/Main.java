package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.node.Gateway;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Ids;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.watch.OutOfMemory;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an operator runs. */
@Command(
    name = "ecard-gateway",
    mixinStandardHelpOptions = true,
    version = "ecard-gateway " + Gateway.VERSION,
    description = {
      "工会E卡商户网关：核验会员码、结算优惠、签发回执、推送事件。",
      "Merchant gateway for the union e-card: verifies codes, settles discounts, signs receipts,"
          + " streams events."
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {"0:成功 well done", "1:失败 failed, the reason is printed", "2:用法错误 wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  ecard-gateway certs ca               a certificate authority in certs/",
      "  ecard-gateway migrate --set keys.kekFile=kek",
      "  ecard-gateway run --config conf/gateway.yaml",
      "  ecard-gateway help COMMAND           more about one command"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Main implements Runnable {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    OutOfMemory.endsTheProcess();
    System.exit(commandLine(new Main(), Clocks.wall(), Ids.secureRandom()).execute(arguments));
  }

  /**
   * The operator's commands, each registered in one line.
   *
   * @param program names the executable, and may be given further commands
   */
  public static CommandLine commandLine(Runnable program, Clock clock, SecureRandom random) {
    CommandLine line = new CommandLine(program);
    line.addSubcommand(new RunCommand(config -> start(config, clock, random)));
    line.addSubcommand(new MigrateCommand(clock, random, System.in));
    line.addSubcommand(new KeysCommand(clock, random));
    line.addSubcommand(new TerminalCommand(clock, random, System.in));
    line.addSubcommand(new UnionCommand(clock));
    line.addSubcommand(new StaffCommand(clock, random, System.in));
    line.addSubcommand(new MembersCommand());
    line.addSubcommand(CampaignDeskCommands.behind(new CampaignCommand(clock), clock));
    line.addSubcommand(new CertsCommand(new Certificates(clock, random)));
    line.addSubcommand(new ReceiptCommand());
    line.addSubcommand(new LotteryCommand());
    line.addSubcommand(new FeedCommand());
    line.addSubcommand(new DecodeCommand());
    line.addSubcommand(new EncodeCommand());
    line.addSubcommand(new AuditCommand());
    line.addSubcommand(new SupervisionCommand());
    line.addSubcommand(new RetentionCommand(clock));
    line.addSubcommand(new SettleCommand(clock));
    line.addSubcommand(new ProgressCommand());
    line.addSubcommand(new PrintConfigCommand());
    line.addSubcommand(new CommandLine.HelpCommand());
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, given) -> correct(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> explain(e, failed));
    return line;
  }

  private static Future<RunCommand.Running> start(Config config, Clock clock, SecureRandom random) {
    return Gateway.start(config, clock, random)
        .map(gateway -> new RunCommand.Running(gateway.readiness(), gateway::drain));
  }

  /** Wrong usage: what is wrong, what was perhaps meant, and where to read on. */
  private static int correct(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(e.getMessage());
    String name = command.getCommandSpec().qualifiedName();
    if (!command.getSubcommands().isEmpty()) {
      err.println(
          "Commands: " + String.join(", ", new TreeSet<>(command.getSubcommands().keySet())));
    }
    err.println("'" + name + " --help' tells more.");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** What the operator can mend is one sentence; a bug keeps its stack trace. */
  private static int explain(Exception e, CommandLine failed) {
    if (e instanceof CannotStart) {
      failed.getErr().println(e.getMessage());
    } else {
      e.printStackTrace(failed.getErr());
    }
    failed.getErr().flush();
    return FAILED;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
