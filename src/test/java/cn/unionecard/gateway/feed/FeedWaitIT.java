package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbering waits for those who can write events, and for nobody else on the server. */
class FeedWaitIT {
  private static FeedDatabase database;
  private static PostgresUrl other;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    database = new FeedDatabase(folder);
    database.execute("alter system set max_prepared_transactions = 4");
    database.execute("create database elsewhere");
    database.restart();
    PostgresUrl here = database.url();
    other = new PostgresUrl(here.host(), here.port(), "elsewhere", here.user(), here.password());
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    database.clear();
  }

  private static List<String> round() throws SQLException {
    return database.ask("select numbered from feed_number(100)");
  }

  private static String writtenAndNumbered() throws SQLException {
    database.write("transaction.sale", 1, 1, 10);
    return round().get(0);
  }

  private static List<String> oldest() throws SQLException {
    return database.ask("select pid || ' ' || name from oldest_writer()");
  }

  @Test
  void anOpenTransactionElsewhereIsNotWaitedFor() throws SQLException {
    try (Connection open = other.jdbcConnection()) {
      open.setAutoCommit(false);
      Traffic.takeNumber(open);
      assertEquals("1", writtenAndNumbered());
      assertEquals("1", writtenAndNumbered());
      assertEquals(List.of(), oldest());
      database.execute("select pg_current_xact_id()");
      assertEquals(List.of("t"), database.ask("select pg_current_xact_id() <= writers_horizon()"));
    }
  }

  @Test
  void aPreparedTransactionElsewhereIsNotWaitedFor() throws SQLException {
    prepare(other, "orphan");
    try {
      assertEquals("1", writtenAndNumbered());
      assertEquals(List.of(), oldest());
    } finally {
      execute(other, "rollback prepared 'orphan'");
    }
  }

  @Test
  void aPreparedTransactionOfOursIsWaitedForByName() throws SQLException {
    prepare(database.url(), "ours");
    try {
      assertEquals("0", writtenAndNumbered());
      assertEquals(List.of("prepared ours"), database.ask("select name from oldest_writer()"));
    } finally {
      database.execute("rollback prepared 'ours'");
    }
    assertEquals("1", round().get(0));
  }

  /** Its number is taken before a savepoint, within one, or by writing: it is always waited for. */
  @Test
  void aWriterOfOursIsWaitedForThoughOthersAreNot() throws SQLException {
    for (String begins :
        List.of(
            "select pg_current_xact_id()",
            "savepoint a; select pg_current_xact_id()",
            "savepoint a; savepoint b; insert into feed_merchant values (99, 1)")) {
      database.clear();
      try (Connection elsewhere = other.jdbcConnection();
          Connection slow = database.url().jdbcConnection();
          Statement writer = slow.createStatement()) {
        elsewhere.setAutoCommit(false);
        slow.setAutoCommit(false);
        Traffic.takeNumber(elsewhere);
        writer.execute(begins);
        assertEquals("0", writtenAndNumbered(), begins);
        assertEquals(1, oldest().size(), begins);
        Traffic.insert(slow, 77, 2);
        assertEquals("0", round().get(0), begins);
        slow.commit();
        assertEquals("2", round().get(0), begins);
      }
    }
    assertEquals(
        List.of("2"),
        database.ask("select count(*) from feed_event e join outbox o on o.id = e.outbox"));
  }

  /** A number that is taken after a round cannot be below what that round went up to. */
  @Test
  void aWriterThatBeginsLaterIsNotOvertaken() throws SQLException {
    try (Connection elsewhere = other.jdbcConnection();
        Connection late = database.url().jdbcConnection()) {
      elsewhere.setAutoCommit(false);
      late.setAutoCommit(false);
      Traffic.takeNumber(elsewhere);
      try (Statement statement = late.createStatement()) {
        assertTrue(statement.execute("select 1")); // begun, without a number
      }
      assertEquals("1", writtenAndNumbered());
      Traffic.insert(late, 5, 1);
      assertEquals("0", writtenAndNumbered());
      late.commit();
      assertEquals("2", round().get(0));
    }
  }

  private static void prepare(PostgresUrl where, String name) throws SQLException {
    execute(where, "begin; select pg_current_xact_id(); prepare transaction '" + name + "'");
  }

  private static void execute(PostgresUrl where, String sql) throws SQLException {
    try (Connection connection = where.jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
