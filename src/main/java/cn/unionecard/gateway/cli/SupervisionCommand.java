package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.supervision.SupervisionReplay;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code supervision}: what followed from reviews and complaints, looked at again. */
@Command(
    name = "supervision",
    mixinStandardHelpOptions = true,
    description = {"商户监管：复核已作出的监管决定。", "Supervision of merchants: looks at decisions again."},
    footerHeading = "%nExample:%n",
    footer = {
      "  ECARD_STORES_POSTGRES=postgresql://auditor:secret@db:5432/ecard \\",
      "    ecard-gateway supervision replay"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SupervisionCommand implements Runnable {
  private static final int DIFFERS = 1;
  private static final int UNREADABLE = 2;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: replay");
  }

  /** Over one snapshot, while the gateway may go on working. */
  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = {
        "按当时的评价、投诉与标准重新作出每一项决定，逐条列出不一致；不改动任何数据。",
        "Makes every decision again from the reviews, complaints and policies it had, and prints each"
            + " difference; changes nothing."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:一致 every decision comes out as it was made",
        "1:不一致 something differs, each is printed",
        "2:用法错误或数据库无法读取 wrong usage, or the database cannot be read"
      })
  int replay(@Mixin PostgresOption postgres) {
    PrintWriter out = spec.commandLine().getOut();
    try (Connection database = postgres.url().jdbcSnapshot()) {
      SupervisionReplay.Outcome outcome = SupervisionReplay.run(database);
      database.rollback();
      outcome.differences().forEach(out::println);
      out.println(
          outcome.differences().isEmpty()
              ? "复核一致 " + outcome.decisions() + " decisions replayed, none differs"
              : "复核不一致 "
                  + outcome.decisions()
                  + " decisions replayed, "
                  + outcome.differences().size()
                  + " differences");
      out.flush();
      return outcome.differences().isEmpty() ? 0 : DIFFERS;
    } catch (SQLException | CannotStart e) {
      spec.commandLine().getErr().println("cannot read the database: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return UNREADABLE;
    }
  }
}
