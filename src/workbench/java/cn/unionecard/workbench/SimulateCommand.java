package cn.unionecard.workbench;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.Mix;
import cn.unionecard.workbench.simulate.Plan;
import cn.unionecard.workbench.simulate.PosSimulation;
import cn.unionecard.workbench.simulate.PreparedSales;
import cn.unionecard.workbench.simulate.ProgressLine;
import cn.unionecard.workbench.simulate.Report;
import cn.unionecard.workbench.simulate.Simulation;
import cn.unionecard.workbench.simulate.Testbed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code simulate}: customers at many tills of a running demo, every answer checked. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "在演示网关上模拟收银：有效码、重发、冲正、重用码、停业商户……，逐笔核对答复。",
      "Play customers at the tills of a running demo; check every answer."
    },
    subcommands = SimulateCommand.Prepare.class,
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:全部正确 every answer was right",
      "1:有异常 something was wrong",
      "2:参数有误 wrong arguments",
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class SimulateCommand implements Callable<Integer> {
  private static final int EXIT_GOOD = 0;
  private static final int EXIT_WRONG = 1;
  private static final String ISO8583 = "iso8583";
  private static final String DEFAULT_CHECKOUTS = "1000";

  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      defaultValue = "demo-data/demo.json",
      description = "The file the demo wrote: ${DEFAULT-VALUE}.")
  private Path demo;

  @Option(names = "--terminals", defaultValue = "20", description = "Tills: ${DEFAULT-VALUE}.")
  private int terminals;

  @Option(
      names = "--checkouts",
      description = "Visits to play. Default: " + DEFAULT_CHECKOUTS + ", or no end with --seconds.")
  private @Nullable Long checkouts;

  @Option(names = "--seconds", defaultValue = "0", description = "Play for so long.")
  private long seconds;

  @Option(
      names = "--protocol",
      defaultValue = "json",
      paramLabel = "json|iso8583",
      description = {
        "What the tills speak: JSON over HTTPS, or ISO 8583 (every other till over TLS, the others",
        "plain), where each till closes its batch at the end. Default: ${DEFAULT-VALUE}."
      })
  private String protocol;

  @Option(
      names = "--warm-up",
      defaultValue = "0",
      paramLabel = "<seconds>",
      description = "Visits that begin in the first seconds are played but not measured.")
  private long warmUp;

  @Option(
      names = "--rate",
      defaultValue = "closed",
      paramLabel = "<per second>|closed",
      description = {
        "Visits started per second whatever the gateway does (open model), or 'closed': each till",
        "serves its next customer when the last one has left. Default: ${DEFAULT-VALUE}."
      })
  private String rate;

  @Option(
      names = "--mix",
      paramLabel = "kind=parts,…",
      description = {
        "Kinds of visits: sale, verify, verify-then-sale, repeat, conflict, reversal,",
        "reversal-first, lost-reply, replayed-code, suspended-merchant, wrong-code, void, refund,",
        "hold, offline (ISO 8583 only).",
        "Default: all of them, mostly sales."
      })
  private @Nullable String mix;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of every choice the simulator makes: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--patience",
      defaultValue = "30",
      paramLabel = "<seconds>",
      description = "How long a request is repeated until it is answered: ${DEFAULT-VALUE} s.")
  private long patience;

  @Option(
      names = "--verify-one-in",
      defaultValue = "1",
      description = "Verify the seal of one receipt in so many: ${DEFAULT-VALUE}.")
  private int verifyOneIn;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "Append every acknowledged record to this file.")
  private @Nullable Path journal;

  public SimulateCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = plan();
    Testbed testbed = DemoTestbed.read(demo, protocol.equals(ISO8583) ? 1 : terminals);
    boolean onTerminal = System.console() != null;
    ProgressLine progress = new ProgressLine(clock, System.out, onTerminal);
    Vertx vertx = Vertx.vertx();
    try {
      Future<Report> run =
          protocol.equals(ISO8583)
              ? new PosSimulation(
                      vertx,
                      clock,
                      testbed,
                      PosTestbed.read(demo, terminals, clock),
                      plan,
                      progress)
                  .run()
              : new Simulation(vertx, clock, testbed, plan, progress).run();
      Report report = run.toCompletionStage().toCompletableFuture().get();
      progress.end();
      spec.commandLine().getOut().print(report.table());
      spec.commandLine().getOut().flush();
      return report.good() ? EXIT_GOOD : EXIT_WRONG;
    } catch (ExecutionException e) {
      throw new CannotStart(
          testbed.gateway() + " cannot be played on: " + e.getCause(), e.getCause());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  /** {@code simulate prepare}: sales in files, for other load generators. */
  @Command(
      name = "prepare",
      mixinStandardHelpOptions = true,
      description = {
        "为其他压测工具准备令牌与一次性消费请求。",
        "Write bearer tokens and sales, each good once within a minute, for other load generators.",
        "Prints the first step whose codes are still unused."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Prepare implements Callable<Integer> {
    @ParentCommand private SimulateCommand parent;

    @Option(
        names = "--demo",
        defaultValue = "demo-data/demo.json",
        description = "The file the demo wrote: ${DEFAULT-VALUE}.")
    private Path demo;

    @Option(names = "--terminals", defaultValue = "20", description = "Tills: ${DEFAULT-VALUE}.")
    private int terminals;

    @Option(names = "--files", defaultValue = "2", description = "Files: ${DEFAULT-VALUE}.")
    private int files;

    @Option(
        names = "--from-step",
        defaultValue = "0",
        description = "Codes of earlier steps have been used already; waits for this one.")
    private long fromStep;

    @Option(names = "--seed", defaultValue = "1", description = "Of tills and amounts.")
    private long seed;

    @Parameters(paramLabel = "FOLDER", description = "Where the files are written.")
    private Path folder;

    @Override
    public Integer call() throws Exception {
      Testbed testbed = DemoTestbed.read(demo, terminals);
      Vertx vertx = Vertx.vertx();
      try {
        long next =
            new PreparedSales(vertx, parent.clock, testbed, folder, files, seed)
                .write(fromStep)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        parent.spec.commandLine().getOut().println(next);
        return EXIT_GOOD;
      } finally {
        vertx.close().toCompletionStage().toCompletableFuture().get();
      }
    }
  }

  private Plan plan() {
    if (!List.of("json", ISO8583).contains(protocol)) {
      throw new ParameterException(spec.commandLine(), "--protocol is json or iso8583");
    }
    try {
      return new Plan(
          terminals,
          checkouts != null ? checkouts : seconds > 0 ? 0 : Long.parseLong(DEFAULT_CHECKOUTS),
          Duration.ofSeconds(warmUp),
          Duration.ofSeconds(seconds),
          rate.equals("closed") ? 0 : Double.parseDouble(rate),
          mix == null ? Mix.usual() : Mix.parse(mix),
          seed,
          Duration.ofSeconds(patience),
          verifyOneIn,
          journal);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
