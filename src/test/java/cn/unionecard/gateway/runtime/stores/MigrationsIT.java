package cn.unionecard.gateway.runtime.stores;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.ResourceFolder;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationsIT {
  private final EmbeddedPostgres postgres;

  MigrationsIT(@TempDir Path folder) {
    postgres = EmbeddedPostgres.start(folder, 0);
  }

  @BeforeEach
  void empty() throws SQLException {
    execute("drop schema public cascade; create schema public");
  }

  @AfterAll
  void stop() {
    postgres.close();
  }

  @Test
  void migratesOnceAndIsThenCurrent() {
    Migrations.migrate(postgres.url());
    Migrations.migrate(postgres.url());
    Migrations.requireCurrent(postgres.url());
  }

  @Test
  void refusesADatabaseWithoutSchema() {
    assertRefused("holds no gateway schema; run 'migrate' first");
  }

  @Test
  void refusesANewerSchema() throws SQLException {
    Migrations.migrate(postgres.url());
    execute(
        """
        insert into schema_history
        select max(installed_rank) + 1, '900', 'from the future', 'SQL', 'V900__x.sql', 1, 'x',
               now(), 1, true
        from schema_history""");
    assertRefused("is newer than this release: it has version 900");
  }

  @Test
  void refusesAnOlderSchema() {
    Migrations.migrate(postgres.url());
    SortedMap<String, byte[]> scripts = ResourceFolder.files("db/migration", "afterMigrate.sql");
    scripts.put("V900__next_step.sql", "select 1".getBytes(StandardCharsets.UTF_8));
    CannotStart refusal =
        assertThrows(CannotStart.class, () -> Migrations.requireCurrent(postgres.url(), scripts));
    assertTrue(
        refusal.getMessage().contains("it lacks version 900 (next step); run 'migrate' first"),
        refusal.getMessage());
  }

  @Test
  void refusesAChangedSchema() throws SQLException {
    Migrations.migrate(postgres.url());
    execute("update schema_history set checksum = checksum + 1 where version = '1'");
    assertRefused("was changed: version 1");
  }

  @Test
  void refusesAFailedStep() throws SQLException {
    Migrations.migrate(postgres.url());
    execute("update schema_history set success = false where version = '1'");
    assertRefused("half migrated: version 1");
  }

  @Test
  void namesAServerThatIsNotThereWithoutThePassword() {
    CannotStart refusal =
        assertThrows(
            CannotStart.class,
            () -> Migrations.requireCurrent("postgresql://me:topsecret@127.0.0.1:1/none"));
    assertTrue(refusal.getMessage().contains("127.0.0.1:1"), refusal.getMessage());
    assertTrue(!refusal.getMessage().contains("topsecret"), refusal.getMessage());
  }

  private void assertRefused(String why) {
    CannotStart refusal =
        assertThrows(CannotStart.class, () -> Migrations.requireCurrent(postgres.url()));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = PostgresUrl.parse(postgres.url()).jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
