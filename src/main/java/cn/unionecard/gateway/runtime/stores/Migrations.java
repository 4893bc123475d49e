package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.runtime.CannotStart;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema of the database: brought up to this release, or checked to be exactly it. The numbered
 * scripts lie in {@code db/migration}. Blocking; for start-up and commands only.
 */
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  private static final String SCRIPTS = "classpath:db/migration";

  private Migrations() {}

  /**
   * Applies what is missing, in one process at a time.
   *
   * @param url {@code postgresql://user:password@host:port/database}
   * @throws CannotStart when the database cannot be reached or a script fails
   */
  public static void migrate(String url) {
    PostgresUrl database = PostgresUrl.parse(url);
    requireUnicode(database);
    try {
      int applied = flyway(database, SCRIPTS).migrate().migrationsExecuted;
      log.info("schema of {} is current; {} scripts applied", database, applied);
    } catch (FlywayException e) {
      throw new CannotStart("cannot migrate " + database + ": " + firstLines(e), e);
    }
  }

  /** Names are Chinese: what a database of other characters would do to them is found too late. */
  private static void requireUnicode(PostgresUrl database) {
    try (Connection connection = database.jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show server_encoding")) {
      String encoding = rows.next() ? rows.getString(1) : "";
      if (!encoding.equals("UTF8")) {
        throw new CannotStart(
            database
                + " is in "
                + encoding
                + ", not in UTF8: make it by create database … encoding 'UTF8' template template0");
      }
    } catch (SQLException e) {
      throw new CannotStart("cannot migrate " + database + ": " + e.getMessage(), e);
    }
  }

  /**
   * Passes only when the schema is exactly the one this release was built for.
   *
   * @throws CannotStart when there is none, or it is older, newer, changed or half applied
   */
  public static void requireCurrent(String url) {
    requireCurrent(url, SCRIPTS);
  }

  static void requireCurrent(String url, String... scripts) {
    PostgresUrl database = PostgresUrl.parse(url);
    try {
      List<MigrationInfo> all = Stream.of(flyway(database, scripts).info().all()).toList();
      if (all.stream().allMatch(step -> step.getState() == MigrationState.PENDING)) {
        throw new CannotStart(database + " holds no gateway schema; run 'migrate' first");
      }
      all.forEach(step -> requireApplied(database, step));
    } catch (FlywayException e) {
      throw new CannotStart("cannot read the schema of " + database + ": " + firstLines(e), e);
    }
  }

  private static void requireApplied(PostgresUrl database, MigrationInfo step) {
    String what = "version " + step.getVersion() + " (" + step.getDescription() + ")";
    if (step.getState() == MigrationState.PENDING) {
      throw new CannotStart(
          database + " is older than this release: it lacks " + what + "; run 'migrate' first");
    }
    if (step.getState().isFailed()) {
      throw new CannotStart(database + " is half migrated: " + what + " failed; run 'migrate'");
    }
    if (!step.getState().isResolved()) {
      throw new CannotStart(
          database + " is newer than this release: it has " + what + "; start the newer release");
    }
    if (!step.isChecksumMatching() || !step.isDescriptionMatching()) {
      throw new CannotStart(
          database + " was changed: " + what + " was applied with other text than this release's");
    }
  }

  private static Flyway flyway(PostgresUrl database, String... scripts) {
    return Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .locations(scripts)
        .table("schema_history")
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .connectRetries(0)
        .load();
  }

  private static String firstLines(FlywayException e) {
    return String.valueOf(e.getMessage()).lines().map(String::strip).limit(6).toList().toString();
  }
}
