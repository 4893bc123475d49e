package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code retention}: how long what is kept. */
@Command(
    name = "retention",
    mixinStandardHelpOptions = true,
    description = {
      "保存期限：列出、调整；到期由网关每小时自动删除。",
      "How long what is kept: lists it, sets it. The gateway deletes what is over, every hour."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  retention list", "  retention set LEFT_MEMBER --days 365 --reason '市总〔2026〕12号'"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RetentionCommand implements Runnable {
  private static final int REASON_MAX = 500;

  private static final String LIST = "select what, days, least, basis from retention order by what";

  private static final String HELD = "select days, least from retention where what = ? for update";

  private static final String SET = "update retention set days = ? where what = ?";

  /** Concerns those at the top, whose rules these are. */
  private static final String NOTE =
      """
      insert into audit (at, actor, orgs, action, subject, outcome, detail)
      select ?, 'gateway', array_agg(id), 'retention.set', ?, 'DONE', ?::jsonb
      from org where parent is null having count(*) > 0""";

  private final Clock clock;
  @Spec private CommandSpec spec;

  RetentionCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: list or set");
  }

  private interface Work {
    void with(Connection database) throws SQLException;
  }

  private int at(ConfigOptions options, Work work) {
    Logs.console(Level.WARN);
    Config config = options.read().config();
    config.stores().requirePostgres();
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    try (Connection database = postgres.jdbcConnection()) {
      work.with(database);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (SQLException e) {
      throw new CannotStart(postgres + ": " + e.getMessage(), e);
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {"列出各类数据的保存期限及依据。", "What is kept for how many days, and by which law."})
  int list(@Mixin ConfigOptions options) {
    return at(options, this::print);
  }

  private void print(Connection database) throws SQLException {
    PrintWriter out = spec.commandLine().getOut();
    try (PreparedStatement list = database.prepareStatement(LIST);
        ResultSet rows = list.executeQuery()) {
      while (rows.next()) {
        out.println(
            rows.getString("what")
                + " "
                + rows.getInt("days")
                + " days, at least "
                + rows.getInt("least")
                + ": "
                + rows.getString("basis"));
      }
    }
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "调整保存期限（以数据库属主身份）；短于法定期限的拒绝；记入审计。",
        "Sets it, as the tables' owner; never shorter than a law wants; the audit has a line of it.",
        "改短后，超期的数据在一小时内删除，不可恢复。What is over by then is gone within the hour, for good."
      })
  int set(
      @Mixin ConfigOptions options,
      @Parameters(paramLabel = "WHAT", description = "As 'retention list' names it.") String what,
      @Option(names = "--days", required = true, description = "Days.") int days,
      @Option(names = "--reason", required = true, description = "Why; kept in the audit.")
          String reason) {
    if (reason.isBlank() || reason.length() > REASON_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--reason: 1 to " + REASON_MAX + " characters");
    }
    return at(options, database -> set(database, what, days, reason.strip()));
  }

  private void set(Connection database, String what, int days, String reason) throws SQLException {
    database.setAutoCommit(false);
    try {
      int before = before(database, what, days);
      try (PreparedStatement set = database.prepareStatement(SET);
          PreparedStatement note = database.prepareStatement(NOTE)) {
        set.setInt(1, days);
        set.setString(2, what);
        int unused = set.executeUpdate();
        note.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
        note.setString(2, what);
        note.setString(
            3,
            new JsonObject()
                .put("by", "command line")
                .put("from", before)
                .put("to", days)
                .put("reason", reason)
                .encode());
        unused = note.executeUpdate();
      }
      database.commit();
      spec.commandLine().getOut().println(what + " " + before + " -> " + days + " days");
    } finally {
      database.rollback();
    }
  }

  private static int before(Connection database, String what, int days) throws SQLException {
    try (PreparedStatement held = database.prepareStatement(HELD)) {
      held.setString(1, what);
      try (ResultSet row = held.executeQuery()) {
        if (!row.next()) {
          throw new CannotStart("nothing is kept by the name " + what + "; see retention list");
        }
        if (days < row.getInt("least") || days > 36_500) {
          throw new CannotStart(
              what + " is kept for " + row.getInt("least") + " to 36500 days: a law wants it");
        }
        return row.getInt("days");
      }
    }
  }
}
