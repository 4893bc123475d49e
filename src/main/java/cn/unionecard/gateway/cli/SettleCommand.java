package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.settlement.DayClose;
import cn.unionecard.gateway.settlement.Hints;
import cn.unionecard.gateway.settlement.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code settle}: closes days by hand, as a node does by itself. */
@Command(
    name = "settle",
    mixinStandardHelpOptions = true,
    description = {"结算：手工日结。", "Settlement: closes days, as a node does by itself."},
    footerHeading = "%nExample:%n",
    footer = {
      "  ECARD_STORES_POSTGRES=postgresql://ecard_gateway:secret@db:5432/ecard \\",
      "    ecard-gateway settle close --day 2026-11-23"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SettleCommand implements Runnable {
  private static final int NOTHING_DUE = 1;

  private final Clock clock;

  @Spec private CommandSpec spec;

  SettleCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: close");
  }

  /** Safe beside running nodes: one works at a time, and whoever comes later goes on. */
  @Command(
      name = "close",
      mixinStandardHelpOptions = true,
      description = {
        "逐日关账，直到没有到期的日子；可随时中断，重新运行会接着做。",
        "Closes all days that are over, one after the other, and tells each step. May be interrupted"
            + " at any time and run again, also beside running nodes."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:已关账 the day, or whatever was due, is closed",
        "1:未关账 the day is not closed: it is not over, or another process is at it",
        "2:用法错误 wrong usage"
      })
  int close(
      @Mixin ConfigOptions options,
      @Option(
              names = "--day",
              paramLabel = "DAY",
              description = {
                "只做到这一天（含），例如 2026-11-23。",
                "No further than this day, for example 2026-11-23."
              })
          @Nullable LocalDate day)
      throws InterruptedException {
    Logs.console(Level.WARN);
    Config config = options.read().config();
    config.stores().requirePostgres();
    Migrations.requireCurrent(config.stores().postgres());
    PrintWriter out = spec.commandLine().getOut();
    Vertx vertx = Vertx.vertx();
    Pool pool =
        Settlement.closing(vertx, PostgresUrl.parse(config.stores().postgres()), config.limits());
    DayClose close =
        new DayClose(
            pool,
            clock,
            Duration.ofMillis(config.settlement().closeAfterMs()),
            new Hints(config.settlement()));
    try {
      int closed = await(steps(close, out, day, 0));
      boolean isDone = day == null || await(close.isClosed(day));
      out.println(
          isDone
              ? "已关账 " + closed + " days closed now"
              : "未关账 " + day + " is not closed: it is not over, or another process is at it");
      out.flush();
      return isDone ? 0 : NOTHING_DUE;
    } finally {
      await(pool.close());
      // from this thread: what ends its event loops is told on none of them
      await(vertx.close());
    }
  }

  private static Future<Integer> steps(
      DayClose close, PrintWriter out, @Nullable LocalDate until, int closed) {
    return (until == null ? Future.succeededFuture(false) : close.isClosed(until))
        .compose(
            done ->
                done
                    ? Future.succeededFuture(closed)
                    : close
                        .next()
                        .compose(
                            step -> {
                              if (step == null) {
                                return Future.succeededFuture(closed);
                              }
                              tell(out, step);
                              int more = step.kind() == DayClose.Kind.CLOSED ? 1 : 0;
                              return steps(close, out, until, closed + more);
                            }));
  }

  private static void tell(PrintWriter out, DayClose.Step step) {
    out.println(
        step.day()
            + switch (step.kind()) {
              case FENCED -> " 划界 fence set";
              case BOOKED ->
                  " 记账 booked: " + step.count() + " transactions, " + step.late() + " late";
              case SEALED -> " 封存 sealed: " + step.count() + " statements";
              case CLOSED -> " 关账 closed";
            });
    out.flush();
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CannotStart("the day is not closed: " + e.getCause(), e);
    }
  }
}
