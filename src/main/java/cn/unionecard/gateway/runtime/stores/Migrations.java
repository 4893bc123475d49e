package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.ResourceFolder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema of the database: brought up to this release, or checked to be exactly it. The numbered
 * scripts lie in {@code db/migration}. Blocking; for start-up and commands only.
 */
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  private static final String FOLDER = "db/migration";
  private static final String TABLE = "schema_history";
  private static final Pattern VERSIONED = Pattern.compile("V([0-9.]+)__(\\w+)[.]sql");
  private static final String HAS_HISTORY = "SELECT to_regclass('" + TABLE + "') IS NOT NULL";
  private static final String READ_HISTORY =
      "SELECT version, description, checksum, success FROM "
          + TABLE
          + " WHERE version IS NOT NULL ORDER BY installed_rank";

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
      if (!history(database).containsKey(RowsOfPayers.END)) {
        flyway(database).target(RowsOfPayers.BEGIN).skipDefaultCallbacks(true).load().migrate();
        RowsOfPayers.move(database);
      }
      int applied = flyway(database).load().migrate().migrationsExecuted;
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
   * Passes only when the schema is exactly the one this release was built for. Asks the history
   * itself: at each start of a node, loading what migrates would take longer than all else of it.
   *
   * @throws CannotStart when there is none, or it is older, newer, changed or half applied
   */
  public static void requireCurrent(String url) {
    requireCurrent(url, ResourceFolder.files(FOLDER, "V1__checkout_line.sql"));
  }

  /**
   * @param scripts by their names; those that no version has are not in the history
   */
  static void requireCurrent(String url, Map<String, byte[]> scripts) {
    PostgresUrl database = PostgresUrl.parse(url);
    Map<String, Applied> history = history(database);
    if (history.isEmpty()) {
      throw new CannotStart(database + " holds no gateway schema; run 'migrate' first");
    }
    scripts.forEach(
        (file, script) -> {
          Matcher named = VERSIONED.matcher(file);
          if (named.matches()) {
            String what = what(named.group(1), named.group(2).replace('_', ' '));
            requireApplied(database, what, checksum(script), history.remove(named.group(1)));
          }
        });
    history.forEach(
        (version, unknown) -> {
          throw new CannotStart(
              database
                  + " is newer than this release: it has "
                  + unknown.what()
                  + "; start the newer release");
        });
  }

  /** A line of the history. */
  private record Applied(String what, int checksum, boolean whole) {}

  private static String what(String version, String description) {
    return "version " + version + " (" + description + ")";
  }

  private static Map<String, Applied> history(PostgresUrl database) {
    Map<String, Applied> history = new LinkedHashMap<>();
    try (Connection connection = database.jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet known = statement.executeQuery(HAS_HISTORY)) {
      if (known.next() && known.getBoolean(1)) {
        try (ResultSet rows = statement.executeQuery(READ_HISTORY)) {
          while (rows.next()) {
            history.put(
                rows.getString(1),
                new Applied(
                    what(rows.getString(1), rows.getString(2)),
                    rows.getInt(3),
                    rows.getBoolean(4)));
          }
        }
      }
      return history;
    } catch (SQLException e) {
      throw new CannotStart("cannot read the schema of " + database + ": " + e.getMessage(), e);
    }
  }

  private static void requireApplied(
      PostgresUrl database, String what, int checksum, @Nullable Applied applied) {
    if (applied == null) {
      throw new CannotStart(
          database + " is older than this release: it lacks " + what + "; run 'migrate' first");
    }
    if (!applied.whole()) {
      throw new CannotStart(database + " is half migrated: " + what + " failed; run 'migrate'");
    }
    if (applied.checksum() != checksum || !applied.what().equals(what)) {
      throw new CannotStart(
          database + " was changed: " + what + " was applied with other text than this release's");
    }
  }

  /** As Flyway keeps it: CRC-32 of the lines without their ends. */
  private static int checksum(byte[] script) {
    CRC32 crc = new CRC32();
    new String(script, StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
    return (int) crc.getValue();
  }

  private static FluentConfiguration flyway(PostgresUrl database) {
    return Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .locations("classpath:" + FOLDER)
        .table(TABLE)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .connectRetries(0);
  }

  private static String firstLines(FlywayException e) {
    return String.valueOf(e.getMessage()).lines().map(String::strip).limit(6).toList().toString();
  }
}
