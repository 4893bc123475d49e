package cn.unionecard.workbench;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.MemberPhones;
import cn.unionecard.workbench.story.Story;
import cn.unionecard.workbench.story.WentWrong;
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

/** {@code story}: one merchant's life at a running demo. */
@Command(
    name = "story",
    mixinStandardHelpOptions = true,
    description = {
      "讲述一家商户从推介到恢复的全过程：一票否决、建会、审批、终端激活、消费、评价、中止、申诉、恢复，各级工会同步收到事件。",
      "Tell one merchant's story at a running demo: recommended, vetoed, approved, its till activated, "
          + "reviewed, suspended, reinstated, and what each union hears of it."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:每个应答都正确 every answer was right",
      "1:有应答不符或网关不可达 an answer was wrong, or the gateway cannot be reached",
      "2:参数有误 wrong arguments",
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class StoryCommand implements Callable<Integer> {
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      defaultValue = "demo-data/demo.json",
      description = "The file the demo wrote: ${DEFAULT-VALUE}.")
  private Path demo;

  public StoryCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Logs.console(Level.WARN);
    PrintWriter out = spec.commandLine().getOut();
    Vertx vertx = Vertx.vertx();
    SplittableRandom chance = new SplittableRandom(clock.millis());
    try {
      MemberPhones phones = new MemberPhones(DemoTestbed.read(demo, 1), clock, chance);
      new Story(demo, vertx, clock, phones, chance, out).play();
      return 0;
    } catch (WentWrong e) {
      out.println("应答不符 wrong: " + e.getMessage());
      return 1;
    } finally {
      out.flush();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
