package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.DatabaseRoles;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code migrate}: brings the database to this release, and makes the keys it lacks. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "把数据库结构升级到本版本，并补齐缺少的密钥；可重复执行。",
      "Bring the schema to this release and make the keys that are missing. May be repeated;"
          + " changes nothing when all is current."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  (umask 077; openssl rand -hex 32 > kek)",
      "  ECARD_STORES_POSTGRES=postgresql://ecard:secret@db:5432/ecard \\",
      "    migrate --set keys.kekFile=kek"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MigrateCommand implements Callable<Integer> {
  private final Clock clock;
  private final SecureRandom random;
  private final InputStream in;
  private static final int PASSWORD_LENGTH_MIN = 12;

  /** Of PostgreSQL (appendix A, class 42). */
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions options;

  @Option(
      names = "--serving-login",
      paramLabel = "NAME",
      description = {
        "为运行节点建立数据库账号（不拥有表），口令从标准输入读取。",
        "Make a database login for the nodes, which owns nothing; its password comes from the input."
      })
  private @Nullable String servingLogin;

  @Option(
      names = "--reading-login",
      paramLabel = "NAME",
      description = {
        "为只读查询建立数据库账号（不含密钥与会员资料），口令从标准输入读取。",
        "Make a database login for looking, without keys and members; likewise."
      })
  private @Nullable String readingLogin;

  @Option(
      names = "--line-login",
      paramLabel = "NAME",
      description = {
        "为收银链路建立数据库账号（看不到姓名与密钥），用于 stores.linePostgres。",
        "Make a database login for the checkout line, which sees neither names nor keys; for"
            + " stores.linePostgres."
      })
  private @Nullable String lineLogin;

  @Option(
      names = "--report-login",
      paramLabel = "NAME",
      description = {
        "为报表与分析建立只读数据库账号，用于 stores.reportPostgres。",
        "Make a database login for reports and analysis, which only reads; for"
            + " stores.reportPostgres."
      })
  private @Nullable String reportLogin;

  /**
   * @param in where the password of a login is read
   */
  MigrateCommand(Clock clock, SecureRandom random, InputStream in) {
    this.in = in;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Integer call() {
    Logs.console(Level.INFO);
    Config config = options.read().config();
    config.stores().requirePostgres();
    Kek kek = Kek.of(config.keys());
    PostgresUrl database = PostgresUrl.parse(config.stores().postgres());
    Migrations.migrate(config.stores().postgres());
    try (Connection connection = database.jdbcConnection()) {
      letIn(connection);
      var keyring =
          Keyring.complete(connection, kek, config.keys().receiptAlgorithm(), clock, random);
      spec.commandLine().getOut().println(database + ": " + keyring);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (SQLException e) {
      String mend =
          INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
              ? "; the owner of the tables may not make that login: alter role "
                  + database.user()
                  + " createrole, or leave --serving-login out and have an administrator make it"
                  + " (desk.md, \"Who can change what was written\")"
              : "";
      throw new CannotStart(database + ": " + e.getMessage() + mend, e);
    }
  }

  private void letIn(Connection owner) throws SQLException {
    Map<String, String> wanted = new LinkedHashMap<>();
    want(wanted, DatabaseRoles.SERVES, servingLogin);
    want(wanted, DatabaseRoles.READS, readingLogin);
    want(wanted, DatabaseRoles.LINE, lineLogin);
    want(wanted, DatabaseRoles.REPORTS, reportLogin);
    if (wanted.size() > 1) {
      throw new CannotStart("one login at a time: each has its own password");
    }
    for (Map.Entry<String, String> one : wanted.entrySet()) {
      DatabaseRoles.let(owner, one.getKey(), one.getValue(), password());
    }
  }

  private static void want(Map<String, String> wanted, String group, @Nullable String login) {
    if (login != null) {
      wanted.put(group, login);
    }
  }

  private String password() {
    try {
      String password = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (password.length() < PASSWORD_LENGTH_MIN) {
        throw new CannotStart("give the login's password, 12 characters at least, on the input");
      }
      return password;
    } catch (IOException e) {
      throw new CannotStart("the password cannot be read", e);
    }
  }
}
