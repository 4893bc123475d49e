package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an earlier release wrote says the same in this one, and proves as well. */
class UpgradeIT {
  /** Whatever form it is kept in. */
  private static final Map<String, String> FACTS =
      Map.of(
          "receipts",
          "select id, chain, seq, type, refusal, effect, original, encode(body, 'hex')"
              + " from transaction",
          "payers",
          "select transaction, line, campaign, funder, party, fen, returned_fen from allocation",
          "postings",
          "select transaction, line, account, party, fen from posting",
          "undone",
          "select original, undone_fen, undone_member_fen, whole, transaction from undo",
          "blocks",
          "select chain, seq, first_id, size, encode(signature, 'hex') from block",
          "numbers",
          "select seq, outbox, merchant, merchant_seq, authorising_org, signing_org"
              + " from feed_event",
          "events",
          "select id, kind, merchant, subject, at, body from outbox where body is not null");

  @Test
  void whatWasWrittenSaysTheSame() throws Exception {
    String url = OldLedger.open();
    Map<String, List<String>> before = facts(url);
    before.forEach((what, rows) -> assertTrue(rows.size() >= 10, what + ": " + rows.size()));
    Migrations.migrate(url);
    assertSays(before, url);
  }

  @Test
  void whoeverIsInterruptedGoesOn() throws Exception {
    String url = OldLedger.open();
    Map<String, List<String>> before = facts(url);
    OldLedger.migrateTo(url, "40");
    assertEquals(30, TestStores.number(url, "select rows_move(30)"));
    TestStores.execute(
        url,
        """
        update posting_row set fen = fen + 1
        where account = 'SALES' and transaction = (select max(transaction) from posting_row)""");
    CannotStart refusal = assertThrows(CannotStart.class, () -> Migrations.migrate(url));
    assertTrue(refusal.getMessage().contains("contradicts itself"), refusal.getMessage());
    assertThrows(CannotStart.class, () -> Migrations.requireCurrent(url));
    TestStores.execute(
        url,
        """
        update posting_row set fen = fen - 1
        where account = 'SALES' and transaction = (select max(transaction) from posting_row)""");
    Migrations.migrate(url);
    assertSays(before, url);
  }

  /**
   * What transactions said by a row each, without data, is told and numbered as it would have been.
   */
  @Test
  void whatWasToldByARowEachIsToldOn() throws Exception {
    String url = OldLedger.open();
    OldLedger.migrateTo(url, "40");
    long unused = TestStores.number(url, "select rows_move(9999)");
    OldLedger.migrateTo(url, "122");
    TestStores.execute(url, "update outbox set body = null where kind like 'transaction.%'");
    TestStores.execute(url, "select feed_adopt()");
    TestStores.execute(url, "select feed_number(9999)");
    List<String> told = rows(url, TOLD);
    assertTrue(told.size() > 20, "told: " + told.size());
    // a good part of them waits for its numbers
    forgetNumbers(url, 10);
    Migrations.migrate(url);
    assertEquals(
        told.size() - 10, TestStores.number(url, "select numbered from feed_number(9999)"));
    assertEquals(told, rows(url, TOLD));
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
  }

  /** A ledger as it was when each event had a row of its own in the feed. */
  private static String numberedByARowEach() {
    String url = OldLedger.open();
    OldLedger.migrateTo(url, "40");
    long unused = TestStores.number(url, "select rows_move(9999)");
    OldLedger.migrateTo(url, "137");
    return url;
  }

  /** Events behind that number wait to be numbered again. */
  private static void forgetNumbers(String url, long behind) {
    TestStores.execute(
        url,
        """
        delete from feed_event where seq > %1$d;
        update feed_cursor set seq = %1$d, horizon = '0', known = pg_current_xact_id(),
          upto = pg_current_xact_id(), barrier = 0, top = 9223372036854775807, place = null"""
            .formatted(behind));
  }

  /** The numbers of a flight's events, row by row, are those they had one by one. */
  @Test
  void whatWasNumberedByARowEachIsNumberedOn() throws Exception {
    String url = numberedByARowEach();
    forgetNumbers(url, 0);
    TestStores.execute(
        url,
        """
        update progress_cursor set seq = 0;
        delete from outbox;
        insert into outbox (subject, merchants, types, at)
          select min(id), array_agg(merchant order by id),
            array_agg(case when refusal is null then type else 0::smallint end order by id), now()
          from transaction group by id - (id & 511)""");
    long first = TestStores.number(url, "select numbered from feed_number(40)");
    TestStores.execute(url, "select feed_number(9999)");
    TestStores.execute(url, "select feed_remove(now() + interval '1 day', 7, now())");
    List<String> told = rows(url, TOLD);
    assertTrue(told.size() > first && first >= 40, first + " of " + told.size());
    assertTrue(
        TestStores.number(url, "select max(cardinality(merchants)) from outbox") > 1, "no block");
    // a good part of them waits for its numbers
    forgetNumbers(url, first);
    Migrations.migrate(url);
    assertTrue(TestStores.number(url, "select numbered from feed_number(9999)") > 0);
    assertEquals(told, rows(url, TOLD));
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
  }

  /** Nothing is left out: what cannot be a row is told, and what was there stays. */
  @Test
  void aFeedThatContradictsItselfIsNotMoved() throws Exception {
    String url = numberedByARowEach();
    long numbered = TestStores.number(url, "select count(*) from feed_event");
    TestStores.execute(url, "update feed_event set outbox = -outbox where seq = 3");
    CannotStart refusal = assertThrows(CannotStart.class, () -> Migrations.migrate(url));
    assertTrue(refusal.getMessage().contains("contradicts itself"), refusal.getMessage());
    assertEquals(numbered, TestStores.number(url, "select count(*) from feed_event"));
    TestStores.execute(url, "update feed_event set outbox = -outbox where seq = 3");
    Migrations.migrate(url);
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
  }

  private static final String TOLD =
      "select f.seq, f.merchant, f.merchant_seq, e.id, e.kind, e.merchant, e.subject, e.at, e.body"
          + " from feed_event f join event e on e.id = f.outbox";

  private static void assertSays(Map<String, List<String>> before, String url) throws Exception {
    Migrations.requireCurrent(url);
    assertEquals(before, facts(url));
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(audit.isClean(), audit::describe);
  }

  private static Map<String, List<String>> facts(String url) throws SQLException {
    Map<String, List<String>> facts = new TreeMap<>();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      for (Map.Entry<String, String> fact : FACTS.entrySet()) {
        facts.put(fact.getKey(), rows(statement, fact.getValue()));
      }
    }
    return facts;
  }

  private static List<String> rows(String url, String query) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      return rows(statement, query);
    }
  }

  private static List<String> rows(Statement statement, String query) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery("select f::text from (" + query + ") f order by 1")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }
}
