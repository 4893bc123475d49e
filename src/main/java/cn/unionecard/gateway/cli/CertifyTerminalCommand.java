package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.cli.certify.Bench;
import cn.unionecard.gateway.cli.certify.Verdicts;
import cn.unionecard.gateway.cli.pos.PosStage;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Logs;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code certify-terminal}: a test bench between a vendor's terminal and a running demo. */
@Command(
    name = "certify-terminal",
    mixinStandardHelpOptions = true,
    description = {
      "POS终端认证：终端接到本命令的端口，逐项给出通过或不通过；部分应答会被有意丢弃或改错。",
      "Certify a POS terminal: point it at this command's port and follow what is printed; some",
      "replies are lost, altered or split on purpose. One terminal at a time."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:全部通过 every case passed",
      "1:有不通过或未做 some failed, or are open",
      "2:参数有误 wrong arguments",
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class CertifyTerminalCommand implements Callable<Integer> {
  private static final long LOOK_MS = 200;

  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      defaultValue = "demo-data/demo.json",
      description = "The file the demo wrote: ${DEFAULT-VALUE}.")
  private Path demo;

  @Option(
      names = "--listen",
      defaultValue = "9583",
      description = "Port for the terminal, plain TCP, 0 = any free one: ${DEFAULT-VALUE}.")
  private int listen;

  @Option(
      names = "--listen-address",
      defaultValue = "127.0.0.1",
      description = "Which address of this machine: ${DEFAULT-VALUE}.")
  private String address;

  @Option(
      names = "--minutes",
      defaultValue = "30",
      description = "End after so long: ${DEFAULT-VALUE}.")
  private long minutes;

  public CertifyTerminalCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    Logs.console(Level.WARN);
    PrintWriter out = spec.commandLine().getOut();
    PosStage stage = PosStage.read(demo, 1, clock);
    Verdicts verdicts = new Verdicts(out);
    Vertx vertx = Vertx.vertx();
    CountDownLatch asked = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(asked::countDown));
    try {
      int port = listenOn(new Bench(vertx, stage.host(), stage.port(), verdicts));
      out.println("终端请连 the terminal connects to " + address + ":" + port);
      out.flush();
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
      while (!verdicts.open().isEmpty() && System.nanoTime() < end) {
        if (asked.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    verdicts.table();
    return verdicts.allPassed() ? 0 : 1;
  }

  private int listenOn(Bench bench) throws InterruptedException {
    try {
      return bench.open(address, listen).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CannotStart("cannot listen on " + address + ":" + listen + ": " + e.getCause());
    }
  }
}
