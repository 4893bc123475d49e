package cn.unionecard.workbench;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.pos.Shift;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.MemberPhones;
import cn.unionecard.workbench.simulate.Testbed;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pos}: a POS terminal's shift at a running demo. */
@Command(
    name = "pos",
    mixinStandardHelpOptions = true,
    description = {
      "模拟一台POS终端的一个班次：签到、消费、丢应答、冲正、撤销、退货、离线补报、平账与不平账批结算。",
      "Play a POS terminal's shift at a running demo, ISO 8583 over TLS, and print it as it happens."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:每个应答都正确 every reply was right",
      "1:有应答不符或网关不可达 a reply was wrong, or the gateway cannot be reached",
      "2:参数有误 wrong arguments",
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class PosCommand implements Callable<Integer> {
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      defaultValue = "demo-data/demo.json",
      description = "The file the demo wrote: ${DEFAULT-VALUE}.")
  private Path demo;

  @Option(names = "--hex", description = "Print the requests' frames in hex, too.")
  private boolean hex;

  public PosCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Logs.console(Level.WARN);
    PrintWriter out = spec.commandLine().getOut();
    Testbed members = DemoTestbed.read(demo, 1);
    PosTestbed testbed = PosTestbed.read(demo, 1, clock);
    Vertx vertx = Vertx.vertx();
    try {
      MemberPhones phones = new MemberPhones(members, clock, new SplittableRandom(clock.millis()));
      new Shift(vertx, clock, testbed, phones::freshCode, out, hex).play();
      return 0;
    } catch (Shift.WentWrong e) {
      out.println("应答不符 wrong: " + e.getMessage());
      return 1;
    } finally {
      out.flush();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
