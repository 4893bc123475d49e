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
        "select * from second_factor",
        "select * from recovery_code",
        "select * from member_list_named",
        "insert into org select * from org",
        "update merchant set name = 'x'",
        "delete from outbox"
      })
  void whoReadsSeesNoSecretsAndWritesNothing(String sql) throws SQLException {
    refused(TestStores.reading(url), sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select name_cipher from member",
        "select identity_cipher from member",
        "select phone_cipher from member",
        "select * from member",
        "select * from member_key",
        "select * from data_request",
        "select wrapped from keyring",
        "select password from staff",
        "select * from terminal_key",
        "select * from terminal_session",
        "select * from card_enrolment",
        "select * from complaint",
        "select * from payee",
        "select * from second_factor",
        "update card set status = 'ACTIVE'",
        "update member set category = 'HARDSHIP'",
        "update merchant set name = 'x'",
        "update campaign set status = 'RUNNING'",
        "insert into audit (at, actor) values (now(), 'x')",
        "update transaction set body = ''",
        "delete from transaction",
        "delete from block",
        "delete from code_use",
        "delete from outbox",
        "delete from allowance",
        "truncate outbox",
        "create table mine (id integer)"
      })
  void theLineKnowsNoNamesAndDoesNothingButSell(String sql) throws SQLException {
    refused(TestStores.line(url), sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select name_cipher from member",
        "select * from member_key",
        "select wrapped from keyring",
        "select password from staff",
        "select token_hash from complaint",
        "select text from complaint",
        "insert into org select * from org",
        "update merchant set name = 'x'",
        "update allowance set limit_fen = 0",
        "delete from outbox",
        "create table mine (id integer)"
      })
  void reportsReadWhatTheyCount(String sql) throws SQLException {
    refused(TestStores.reporting(url), sql);
  }

  /** Only what was asked for by another is done, whoever holds the login of the nodes. */
  @Test
  void whoServesSetsNoRetentionAlone() {
    assertEquals(
        "nothing",
        TestStores.text(
            TestStores.serving(url),
            "select coalesce(retention_confirm('CARD_CODE', 1)::text, 'nothing')"));
  }

  /** Of no table, no column and no sequence. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoOnlyReadsCanWriteNothing(boolean reports) throws SQLException {
    String as = reports ? TestStores.reporting(url) : TestStores.reading(url);
    assertEquals(
        0,
        TestStores.number(
            as,
            """
            select count(*) from pg_class c
            where c.relnamespace = 'public'::regnamespace and (
              c.relkind in ('r', 'p', 'v') and (
                has_table_privilege(c.oid, 'insert,update,delete,truncate,trigger')
                or has_any_column_privilege(c.oid, 'insert,update'))
              or c.relkind = 'S' and has_sequence_privilege(c.oid, 'usage,update'))"""));
  }

  /** The line writes what it sells into, and no other table. */
  @Test
  void theLineWritesIntoItsOwnTablesAlone() {
    assertEquals(
        "allowance,block,chain,code_use,entitlement,hold,outbox,terminal_counter,transaction,"
            + "transaction_key,undo",
        TestStores.text(
            TestStores.line(url),
            """
            select string_agg(c.relname, ',' order by c.relname) from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
              and not c.relispartition
              and (has_table_privilege(c.oid, 'insert,update,delete,truncate')
                or has_any_column_privilege(c.oid, 'insert,update'))"""));
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
