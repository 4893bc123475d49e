package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.node.Shutdown;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.EffectiveConfig;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.runtime.watch.Readiness;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}: a node of the gateway on given stores, until it is told to end. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "在给定的 PostgreSQL 与 Redis 上运行网关；SIGTERM 后先处理完在途请求再退出。",
      "Run a node on given stores. Refuses a schema of another release ('migrate' brings it up)."
          + " Logs JSON lines. SIGTERM: not ready, finish what is in flight, exit 0; again: exit now."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ECARD_STORES_POSTGRES=postgresql://ecard:secret@db:5432/ecard \\",
      "  ECARD_STORES_REDIS=redis://:secret@cache:6379 \\",
      "    run --set keys.kekFile=kek --set node.name=n1"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  private final Start start;
  @Mixin private ConfigOptions options;

  /** Starts a node; the future fails with {@link CannotStart} when the configuration is why not. */
  interface Start {
    Future<Running> start(Config config);
  }

  /**
   * A node that serves.
   *
   * @param drain finishes what is in flight and closes everything; called once
   */
  record Running(Readiness readiness, Supplier<Future<Void>> drain) {}

  RunCommand(Start start) {
    this.start = start;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveConfig effective = options.read();
    Config config = effective.config();
    config.stores().requireGiven();
    Logs.json(config.log());
    log.info("node {} starts; not at their defaults: {}", config.node().name(), effective);
    Running running = await(start.start(config));
    Shutdown shutdown = new Shutdown(running.readiness(), config.limits());
    shutdown.onSignals();
    return shutdown.await(running.drain());
  }

  private static Running await(Future<Running> starting) throws InterruptedException {
    try {
      return starting.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStart refusal) {
        throw refusal;
      }
      throw new IllegalStateException("the gateway does not start", e.getCause());
    }
  }
}
