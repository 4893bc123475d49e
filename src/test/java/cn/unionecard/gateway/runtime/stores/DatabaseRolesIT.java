package cn.unionecard.gateway.runtime.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who serves does not own, and who reads sees no secrets, on a real database. */
class DatabaseRolesIT {
  private static final String NOT_ALLOWED = "42501";
  private static String url = "";

  @BeforeAll
  static void open() {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
  }

  private static void refused(String as, String sql) throws SQLException {
    try (Connection connection = PostgresUrl.parse(as).jdbcConnection();
        Statement statement = connection.createStatement()) {
      SQLException no = assertThrows(SQLException.class, () -> statement.execute(sql), sql);
      assertEquals(NOT_ALLOWED, no.getSQLState(), () -> sql + ": " + no.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set actor = 'x'",
        "delete from audit",
        "truncate audit",
        "update audit_head set seq = 0",
        "update audit_seal set no = 0",
        "alter table audit disable trigger all",
        "drop trigger audit_is_kept on audit",
        "update transaction set body = ''",
        "delete from transaction",
        "delete from transaction_rest",
        "truncate transaction",
        "update block set signature = ''",
        "delete from block",
        "update transaction_key set transaction = 0",
        "delete from code_use",
        "delete from complaint_step",
        "update review_edition set stars = 5",
        "update consent set given = true",
        "update retention set days = 1",
        "delete from member_move",
        "update keyring set wrapped = ''",
        "insert into keyring (kid, purpose, alg, wrapped, created_at) values ('x', 'CODE', 'x', '', now())",
        "update schema_history set success = true",
        "create table mine (id integer)",
        "alter table staff add column mine integer",
        "drop table outbox",
        "create function mine() returns integer language sql as 'select 1'",
        "create or replace function audit_is_kept() returns trigger language plpgsql as $$ begin return null; end $$",
        "set session_replication_role = replica",
        "create role mine superuser"
      })
  void whoServesChangesNothingThatIsKept(String sql) throws SQLException {
    refused(TestStores.serving(url), sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select wrapped from keyring",
        "select * from member",
        "select * from member_key",
        "select * from data_request",
        "select * from personal_read",
        "select password from staff",
        "select * from terminal_key",
        "select * from subscription_key",
        "select token_hash from complaint",
        "insert into org select * from org",
        "update merchant set name = 'x'",
        "delete from outbox"
      })
  void whoReadsSeesNoSecretsAndWritesNothing(String sql) throws SQLException {
    refused(TestStores.reading(url), sql);
  }

  /** A table that a migration forgot to give would be found by the first who needs it: at night. */
  @Test
  void whoServesCanReadEveryTable() throws SQLException {
    List<String> missing = new ArrayList<>();
    try (Connection connection = PostgresUrl.parse(TestStores.serving(url)).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select c.relname from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
                  and not c.relispartition and not has_table_privilege(c.oid, 'select')
                """)) {
      while (rows.next()) {
        missing.add(rows.getString(1));
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void nobodyOwnsThemButWhoMigrates() throws SQLException {
    try (Connection connection = PostgresUrl.parse(TestStores.serving(url)).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DatabaseRoles.OWNS)) {
      assertEquals(true, row.next());
      assertEquals(false, row.getBoolean("owns"));
    }
    try (Connection connection = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DatabaseRoles.OWNS)) {
      assertEquals(true, row.next());
      assertEquals(true, row.getBoolean("owns"));
    }
  }
}
