package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 18 server of our own, started from the class path: real, durable ({@code fsync} and
 * {@code synchronous_commit} are on) and reachable from this machine only. For the demo and for
 * tests.
 *
 * <p>Its folder holds {@code data}, {@code password} (scram, generated once), {@code log} and
 * {@code lock}. What was committed survives {@link #close}, a kill of the server, and a kill of
 * this process: the next start ends what was left running and recovers. The owner closes it; there
 * is no shutdown hook, because the gateway must drain before its store goes.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String ARCHIVE = "postgres-linux-x86_64.txz";
  private static final String USER = "ecard";
  private static final String DATABASE = "ecard";
  private static final String READY = "database system is ready to accept connections";
  private static final String FAST_SHUTDOWN = "INT";
  private static final int PASSWORD_BYTES = 16;

  private final ServerProcess process;
  private final FolderLock lock;
  private final int port;
  private final String password;

  private EmbeddedPostgres(ServerProcess process, FolderLock lock, int port, String password) {
    this.process = process;
    this.lock = lock;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts the server on the folder's data, which are made when there are none, and waits until it
   * accepts connections.
   *
   * @param folder created when missing
   * @param port 0 = any free one
   * @throws CannotStart when the folder is in use, the port is taken or the data cannot be opened
   */
  public static EmbeddedPostgres start(Path folder, int port) {
    try {
      Path home = Files.createDirectories(folder.toAbsolutePath());
      FolderLock lock = FolderLock.take(home);
      try {
        return open(home, port, lock);
      } catch (Throwable failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException e) {
      throw new CannotStart("PostgreSQL cannot start in " + folder + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted while PostgreSQL was starting", e);
    }
  }

  private static EmbeddedPostgres open(Path home, int wantedPort, FolderLock lock)
      throws IOException, InterruptedException {
    Path data = home.resolve("data");
    Leftovers.end(data, FAST_SHUTDOWN);
    Path programs = BinaryCache.archive(ARCHIVE);
    Unprivileged user = Unprivileged.choose();
    String password = Secrets.keep(home.resolve("password"), new SecureRandom(), PASSWORD_BYTES);
    initialise(home, data, programs, user);
    user.own(data);
    int port = FreePort.orAny(wantedPort);
    ServerProcess process =
        ServerProcess.start(
            user.command(command(programs, data, port)), "", home, home.resolve("log"), READY);
    EmbeddedPostgres server = new EmbeddedPostgres(process, lock, port, password);
    server.createDatabase();
    log.info("PostgreSQL ready on 127.0.0.1:{}, data in {}", port, data);
    return server;
  }

  /** Makes the data folder under another name first: a cut initialisation leaves no half of one. */
  private static void initialise(Path home, Path data, Path programs, Unprivileged user)
      throws IOException, InterruptedException {
    if (Files.isDirectory(data)) {
      return;
    }
    Path work = home.resolve("data.new");
    BinaryCache.deleteTree(work);
    Files.createDirectory(
        work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    user.own(work);
    ServerProcess.run(
        user.command(
            programs.resolve("bin/initdb").toString(),
            "--pgdata=" + work,
            "--username=" + USER,
            "--pwfile=" + home.resolve("password"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        home);
    Files.move(work, data);
  }

  /** Everything that matters is said here, so that an edited postgresql.conf cannot undo it. */
  private static String[] command(Path programs, Path data, int port) {
    List<String> settings =
        List.of(
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "port=" + port,
            "max_connections=100",
            "shared_buffers=256MB",
            "max_wal_size=2GB",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            // Neither statements nor their values belong in a log: they hold personal data.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse");
    return Stream.concat(
            Stream.of(programs.resolve("bin/postgres").toString(), "-D", data.toString()),
            settings.stream().flatMap(setting -> Stream.of("-c", setting)))
        .toArray(String[]::new);
  }

  private void createDatabase() {
    Properties login = new Properties();
    login.setProperty("user", USER);
    login.setProperty("password", password);
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      if (!databaseExists(statement)) {
        statement.execute("create database " + DATABASE);
      }
    } catch (SQLException e) {
      closeAfter(e);
      throw new CannotStart("PostgreSQL on port " + port + ": " + e.getMessage(), e);
    }
  }

  private static boolean databaseExists(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
      return found.next();
    }
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** {@code postgresql://user:password@127.0.0.1:port/database}; holds the password. */
  public String url() {
    return "postgresql://" + USER + ":" + password + "@127.0.0.1:" + port + "/" + DATABASE;
  }

  public int port() {
    return port;
  }

  /** The process id of the postmaster. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the server: sessions are cut, what they had committed stays. */
  @Override
  public void close() {
    try {
      process.stop(FAST_SHUTDOWN);
      lock.close();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL does not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
