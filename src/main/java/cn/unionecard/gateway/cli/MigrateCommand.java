package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.Kek;
import cn.unionecard.gateway.runtime.Keyring;
import cn.unionecard.gateway.runtime.Logs;
import cn.unionecard.gateway.runtime.Migrations;
import cn.unionecard.gateway.runtime.PostgresUrl;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions options;

  MigrateCommand(Clock clock, SecureRandom random) {
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
      var keyring =
          Keyring.complete(connection, kek, config.keys().receiptAlgorithm(), clock, random);
      spec.commandLine().getOut().println(database + ": " + keyring);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (SQLException e) {
      throw new CannotStart(database + ": " + e.getMessage(), e);
    }
  }
}
