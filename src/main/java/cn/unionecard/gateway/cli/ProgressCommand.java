package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code progress}: the counts of how far cards have come. */
@Command(
    name = "progress",
    mixinStandardHelpOptions = true,
    description = {"推进进度：按卡重新清点。", "Progress: counts the cards anew."},
    footerHeading = "%nExample:%n",
    footer = {
      "  ECARD_STORES_POSTGRES=postgresql://owner:secret@db:5432/ecard \\",
      "    ecard-gateway progress recount"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ProgressCommand implements Runnable {
  private static final int UNREADABLE = 2;
  private static final String RECOUNT = "select cards, sums from progress_recount()";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: recount");
  }

  /** In one transaction, in which no card is moved. */
  @Command(
      name = "recount",
      mixinStandardHelpOptions = true,
      description = {
        "逐卡清点，补正推进进度的汇总（差额记在当日）；审计提示不一致时使用。清点期间卡片状态不能变动，收银不受影响。",
        "Counts the cards and mends the sums of progress (what differs is put to today); for when"
            + " the audit finds that they differ. Meanwhile no card is moved; tills go on."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:已清点 counted; what was mended is printed",
        "2:用法错误或数据库无法写入 wrong usage, or the database cannot be written"
      })
  int recount(@Mixin PostgresOption postgres) {
    PrintWriter out = spec.commandLine().getOut();
    try (Connection database = postgres.url().jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet counted = statement.executeQuery(RECOUNT)) {
      counted.next();
      out.println(
          "已清点 "
              + counted.getLong("cards")
              + " cards and "
              + counted.getLong("sums")
              + " sums were not as they should be");
      out.flush();
      return 0;
    } catch (SQLException | CannotStart e) {
      spec.commandLine().getErr().println("cannot recount: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return UNREADABLE;
    }
  }
}
