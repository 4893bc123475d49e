package cn.unionecard.workbench;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.workbench.certify.Bench;
import cn.unionecard.workbench.certify.BenchSetting;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResult;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.certify.Part;
import cn.unionecard.workbench.certify.Report;
import cn.unionecard.workbench.pos.PosTestbed;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code certify-terminal}: a test bench between a vendor's terminal and a running demo. */
@Command(
    name = "certify-terminal",
    mixinStandardHelpOptions = true,
    description = {
      "POS终端认证：终端接到本命令的端口，逐项给出通过或不通过；部分应答会被有意丢弃或改错。",
      "Certify a POS terminal: point it at this command's port and follow what is printed; some",
      "replies are lost, altered or split on purpose. One terminal at a time. See src/docs/pos.md."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:所选项目全部通过 every case that was asked for passed",
      "1:有不通过或未见 some failed, or were not seen",
      "2:参数有误 wrong arguments",
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class CertifyTerminalCommand implements Callable<Integer> {
  private static final long LOOK_MS = 200;
  private static final long TELL_SECONDS = 20;
  private static final int TERMINALS = 4;
  private static final long SECOND_MS = 1_000;
  private static final long SECONDS_MAX = 86_400;

  /** How late a slow reply is: half of what a terminal must wait. */
  private static final long LATE_MS = 5_000;

  private static final int PORT_MAX = 65_535;

  /** A dial in so many seconds is no storm; some are free. */
  private static final int SECONDS_PER_DIAL = 3;

  private static final int DIALS_FREE = 5;

  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      defaultValue = "demo-data/demo.json",
      description = "演示写出的文件 The file the demo wrote: ${DEFAULT-VALUE}.")
  private Path demo;

  @Option(
      names = "--listen",
      defaultValue = "9583",
      description = "终端所连端口 Port for the terminal, 0 = any free one: ${DEFAULT-VALUE}.")
  private int listen;

  @Option(
      names = "--listen-address",
      defaultValue = "127.0.0.1",
      description = "本机地址 Which address of this machine: ${DEFAULT-VALUE}.")
  private String address;

  @Option(
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "证书，用于TLS Speak TLS with this certificate; plain TCP without.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      description = "其私钥 The certificate's private key.")
  private @Nullable Path key;

  @Option(
      names = "--minutes",
      defaultValue = "120",
      description = "最长时间 End after so many minutes, 1 to 1440: ${DEFAULT-VALUE}.")
  private long minutes;

  @Option(
      names = "--outage",
      defaultValue = "90",
      description = "断网秒数 Seconds for which the line is down, 1 to 86400: ${DEFAULT-VALUE}.")
  private long outage;

  @Option(
      names = "--idle",
      defaultValue = "240",
      description = {
        "空闲秒数 Seconds a line may be idle without an echo, 1 to 86400: ${DEFAULT-VALUE}.",
        "The gateway hangs up after iso8583.idleTimeoutMs."
      })
  private long idle;

  @Option(
      names = "--cut",
      description = "吞应答时挂断 Hang up where a reply is swallowed, instead of silence.")
  private boolean cut;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CASE",
      description = "只做这些项目或整组 Only these cases or parts, as --list names them.")
  private List<String> only = List.of();

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "CASE",
      description = {
        "不做这些项目或整组 Cases or parts to leave out, such as those of what it cannot do:",
        "holds, rating-keys, verifying, reversals, offline-sales, standing-line."
      })
  private List<String> without = List.of();

  @Option(names = "--list", description = "列出项目 List the cases and end.")
  private boolean list;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "结果写入文件 Write the results into a file, too.")
  private @Nullable Path json;

  public CertifyTerminalCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Set<Case> wanted = wanted();
    ranges();
    if (list) {
      list(out, wanted);
      return 0;
    }
    Logs.console(Level.WARN);
    return certify(new CaseResults(out, wanted), PosTestbed.read(demo, TERMINALS, clock), out);
  }

  // ---- arguments

  private Set<Case> wanted() {
    Set<Case> wanted = EnumSet.allOf(Case.class);
    if (!only.isEmpty()) {
      wanted.clear();
      only.forEach(each -> wanted.addAll(named(each)));
    }
    without.forEach(each -> wanted.removeAll(named(each)));
    if (wanted.isEmpty()) {
      throw wrong("--without leaves no case");
    }
    return wanted;
  }

  /** A case, or all of a part. */
  private Set<Case> named(String argument) {
    for (Part each : Part.values()) {
      if (each.argument().equals(argument)) {
        return each.cases();
      }
    }
    for (Case each : Case.values()) {
      if (each.argument().equals(argument)) {
        return EnumSet.of(each);
      }
    }
    throw wrong("no case " + argument + "; --list tells them");
  }

  private void list(PrintWriter out, Set<Case> wanted) {
    for (Part part : Part.values()) {
      Set<Case> cases = part.cases();
      cases.retainAll(wanted);
      if (!cases.isEmpty()) {
        out.println(part.argument() + " " + part.title + ", " + cases.size());
        cases.forEach(each -> out.println(each.told().indent(2).stripTrailing()));
      }
    }
    out.println(wanted.size() + "/" + Case.values().length);
  }

  private void ranges() {
    within("--listen", listen, 0, PORT_MAX);
    within("--minutes", minutes, 1, 1_440);
    within("--outage", outage, 1, SECONDS_MAX);
    within("--idle", idle, 1, SECONDS_MAX);
    if ((certificate == null) != (key == null)) {
      throw wrong("--tls-cert and --tls-key go together");
    }
  }

  private void within(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw wrong(option + " is " + value + ", must be " + min + " to " + max);
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  // ---- the bench

  /** Whoever interrupts it is told what came of it before the process ends. */
  private int certify(CaseResults results, PosTestbed testbed, PrintWriter out)
      throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endWith(interrupted, told)));
    Instant begun = clock.instant();
    Vertx vertx = Vertx.vertx();
    Bench bench = new Bench(vertx, clock, setting(testbed), testbed.terminals(), results);
    try {
      write(results, bench, begun);
      int port = listenOn(bench);
      out.println("终端请连 the terminal connects to " + address + ":" + port);
      testbed.terminals().forEach(each -> out.println("  " + each + " " + each.merchant()));
      results.next();
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
      while (!results.all(CaseResult.State.NOT_SEEN).isEmpty()
          && System.nanoTime() - end < 0
          && !interrupted.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        continue;
      }
      new Report(results).table(out);
      write(results, bench, begun);
    } finally {
      told.countDown();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    return results.allPassed() ? 0 : 1;
  }

  private static void endWith(CountDownLatch interrupted, CountDownLatch told) {
    interrupted.countDown();
    try {
      boolean unused = told.await(TELL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BenchSetting setting(PosTestbed testbed) {
    NetServerOptions server = new NetServerOptions().setHost(address).setPort(listen);
    if (certificate != null && key != null) {
      server
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(certificate.toString())
                  .setKeyPath(key.toString()));
    }
    int dialsMax = DIALS_FREE + (int) (outage / SECONDS_PER_DIAL);
    return new BenchSetting(
        testbed.host(),
        testbed.port(false),
        server,
        cut,
        outage * SECOND_MS,
        dialsMax,
        LATE_MS,
        idle * SECOND_MS);
  }

  /** At the beginning, too: a file that cannot be written is noticed before the work is done. */
  private void write(CaseResults results, Bench bench, Instant begun) {
    Path file = json;
    if (file == null) {
      return;
    }
    try {
      new Report(results).write(file, bench.terminal(), begun, clock.instant());
    } catch (IOException e) {
      throw new CannotStart("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private int listenOn(Bench bench) throws InterruptedException {
    try {
      return bench.open().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CannotStart("cannot listen on " + address + ":" + listen + ": " + e.getCause());
    }
  }
}
