package cn.unionecard.workbench.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  private final Path folder;

  EmbeddedPostgresIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void isDurable() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      assertEquals("on", ask(postgres, "show fsync"));
      assertEquals("on", ask(postgres, "show synchronous_commit"));
      assertEquals("on", ask(postgres, "show full_page_writes"));
      assertEquals("on", ask(postgres, "show data_checksums"));
      assertTrue(ask(postgres, "show server_version").startsWith("18."));
      assertEquals("UTF8", ask(postgres, "show server_encoding"));
    }
  }

  @Test
  void keepsItsDataOverAStopAndFreesTheFolder() throws Exception {
    int port;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      port = postgres.port();
      execute(postgres, "create table kept (n int); insert into kept values (7)");
    }
    try (EmbeddedPostgres again = EmbeddedPostgres.start(folder, port)) {
      assertEquals(port, again.port());
      assertEquals("7", ask(again, "select n from kept"));
    }
  }

  @Test
  void keepsCommittedRowsOverSigkill() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0);
    execute(postgres, "create table kept (n int)");
    try (Connection open = connect(postgres);
        Statement statement = open.createStatement()) {
      statement.execute("insert into kept values (1)");
      open.setAutoCommit(false);
      statement.execute("insert into kept values (2)");
      kill(postgres.pid());
      assertTrue(Files.exists(folder.resolve("data/postmaster.pid")), "a stale pid file is left");
      postgres.close();
      try (EmbeddedPostgres again = EmbeddedPostgres.start(folder, postgres.port())) {
        assertEquals("1", ask(again, "select string_agg(n::text, ',') from kept"));
      }
    }
  }

  /** A gateway that was killed leaves its server running and loses its lock on the folder. */
  @Test
  void endsAServerWhoseGatewayWasKilled() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process gateway =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long orphan = announcedPid(gateway);
    gateway.destroyForcibly().waitFor();
    assertTrue(ProcessHandle.of(orphan).orElseThrow().isAlive());

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      assertNotEquals(orphan, postgres.pid());
      assertEquals("1", ask(postgres, "select 1"));
      assertFalse(Files.exists(Path.of("/proc/" + orphan + "/cwd")), "the orphan has ended");
    }
  }

  private static long announcedPid(Process gateway) {
    return gateway
        .inputReader()
        .lines()
        .filter(line -> line.startsWith(Starter.ANNOUNCEMENT))
        .mapToLong(line -> Long.parseLong(line.substring(Starter.ANNOUNCEMENT.length())))
        .findFirst()
        .orElseThrow();
  }

  static final class Starter {
    static final String ANNOUNCEMENT = "pid ";

    public static void main(String[] arguments) throws IOException {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), 0);
      System.out.println(ANNOUNCEMENT + postgres.pid());
      int neverComes = System.in.read();
      System.out.println(neverComes);
    }
  }

  @Test
  void refusesAFolderInUse() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      CannotStart refusal =
          assertThrows(CannotStart.class, () -> EmbeddedPostgres.start(folder, 0).close());
      assertTrue(refusal.getMessage().contains("in use by another process"));
      assertTrue(postgres.isAlive());
    }
  }

  @Test
  void twoOnOtherFoldersLiveSideBySide() throws Exception {
    try (EmbeddedPostgres one = EmbeddedPostgres.start(folder.resolve("one"), 0);
        EmbeddedPostgres two = EmbeddedPostgres.start(folder.resolve("two"), 0)) {
      execute(one, "create table only_in_one ()");
      assertEquals("0", ask(two, "select count(*) from pg_class where relname = 'only_in_one'"));
      CannotStart taken =
          assertThrows(
              CannotStart.class,
              () -> EmbeddedPostgres.start(folder.resolve("three"), one.port()).close());
      assertTrue(taken.getMessage().contains("could not"), taken.getMessage());
    }
  }

  @Test
  void wantsThePasswordAndIsReachableFromThisMachineOnly() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      String url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/ecard";
      assertThrows(SQLException.class, () -> DriverManager.getConnection(url, "ecard", "wrong"));
      assertEquals("rw-------", permissions(folder.resolve("password")));
      for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress address :
            card.inetAddresses().filter(a -> !a.isLoopbackAddress()).toList()) {
          assertThrows(
              IOException.class, () -> new Socket(address, postgres.port()).close(), "" + address);
        }
      }
    }
  }

  @Test
  void startsAfterACutInitialisation() throws Exception {
    Files.createDirectories(folder.resolve("data.new/base"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 0)) {
      assertEquals("1", ask(postgres, "select 1"));
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  static void kill(long pid) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    assertTrue(process.destroyForcibly());
    process.onExit().get(10, TimeUnit.SECONDS);
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return PostgresUrl.parse(postgres.url()).jdbcConnection();
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }
}
