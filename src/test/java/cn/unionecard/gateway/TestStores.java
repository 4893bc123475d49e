package cn.unionecard.gateway;

import cn.unionecard.gateway.runtime.stores.DatabaseRoles;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import cn.unionecard.workbench.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Real PostgreSQL and Redis, started once for all integration tests of a JVM; each test class gets
 * a migrated database of its own.
 */
public final class TestStores {
  /** Migrated once, copied for each test class. */
  private static final String MIGRATED = "migrated";

  private static final String SERVING = "ecard_gateway";
  private static final String READING = "ecard_reader";
  private static final String LINE = "ecard_seller";
  private static final String REPORTING = "ecard_reporter";
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable TestStores only;

  private final EmbeddedPostgres postgres;
  private final EmbeddedRedis redis;

  private TestStores() throws IOException {
    Path folder = Files.createTempDirectory("ecard-test");
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), 0);
    redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
    execute(postgres.url(), "CREATE DATABASE " + MIGRATED);
    Migrations.migrate(url(MIGRATED));
    letIn(postgres.url());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  private void stop() {
    redis.close();
    postgres.close();
  }

  public static synchronized TestStores get() {
    if (only == null) {
      try {
        only = new TestStores();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return only;
  }

  /**
   * Makes the logins of {@link #serving}, {@link #reading}, {@link #line} and {@link #reporting} at
   * a migrated server of one's own.
   */
  public static void letIn(String url) {
    PostgresUrl admin = PostgresUrl.parse(url);
    try (Connection owner = admin.jdbcConnection()) {
      DatabaseRoles.let(owner, DatabaseRoles.SERVES, SERVING, admin.password());
      DatabaseRoles.let(owner, DatabaseRoles.READS, READING, admin.password());
      DatabaseRoles.let(owner, DatabaseRoles.LINE, LINE, admin.password());
      DatabaseRoles.let(owner, DatabaseRoles.REPORTS, REPORTING, admin.password());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A database as the gateway sees it, which owns nothing there. */
  public static String serving(String url) {
    PostgresUrl owner = PostgresUrl.parse(url);
    return owner.as(SERVING, owner.password()).url();
  }

  /** As the checkout line sees it, which knows no names. */
  public static String line(String url) {
    PostgresUrl owner = PostgresUrl.parse(url);
    return owner.as(LINE, owner.password()).url();
  }

  /** As reports and analysis see it. */
  public static String reporting(String url) {
    PostgresUrl owner = PostgresUrl.parse(url);
    return owner.as(REPORTING, owner.password()).url();
  }

  /** And as somebody sees it who only looks. */
  public static String reading(String url) {
    PostgresUrl owner = PostgresUrl.parse(url);
    return owner.as(READING, owner.password()).url();
  }

  public String redisUrl() {
    return redis.url();
  }

  /** A new migrated database; Redis knows nothing of what its cards and tills did in others. */
  public String newDatabase() {
    emptyRedis();
    String name = "test_" + DATABASES.incrementAndGet();
    execute(postgres.url(), "CREATE DATABASE " + name + " TEMPLATE " + MIGRATED);
    return url(name);
  }

  /** A new database in which nothing is yet. */
  public String emptyDatabase() {
    emptyRedis();
    String name = "test_" + DATABASES.incrementAndGet();
    execute(postgres.url(), "CREATE DATABASE " + name);
    return url(name);
  }

  private void emptyRedis() {
    URI address = URI.create(redis.url());
    String password = address.getUserInfo().substring(1);
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String commands = "AUTH " + password + "\r\nFLUSHALL\r\nQUIT\r\n";
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
      String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!said.startsWith("+OK\r\n+OK\r\n")) {
        throw new IllegalStateException("Redis was not emptied: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String url(String database) {
    PostgresUrl admin = PostgresUrl.parse(postgres.url());
    return "postgresql://"
        + admin.user()
        + ":"
        + admin.password()
        + "@"
        + admin.host()
        + ":"
        + admin.port()
        + "/"
        + database;
  }

  /** Runs statements on a database. */
  public static void execute(String url, String sql) {
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The single number a query gives. */
  public static long number(String url, String sql) {
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The single text a query gives. */
  public static String text(String url, String sql) {
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
