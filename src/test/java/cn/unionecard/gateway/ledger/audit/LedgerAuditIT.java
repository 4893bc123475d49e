package cn.unionecard.gateway.ledger.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.OldLedger;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each rule of the audit finds the fault that it is there for, in a ledger of every kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerAuditIT {
  /** What is written by the desks, and what is tested with them. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "staff-audit-chain",
          "days-close-once",
          "books-follow-from-closes",
          "campaigns-count-what-stands",
          "statements-add-up",
          "payments-are-booked",
          "corrections-counter-an-entry");

  /** A round of which nothing was given, for the campaign that has paid most lately. */
  private static final String ROUND =
      """
      insert into staff (login, name, org, roles, status, password)
        select 'giver', 'x', id, '{CLERK}', 'ACTIVE', '$argon2id$' from org where parent is null;
      insert into benefit_round (campaign, name, document_no, way, state, prepared_by, each, most, good_days)
        select max(t.campaigns[1]), '第一批', 'x', 'SHEET', 'DRAFT', max(s.id), 1, 10, 30
        from transaction t, staff s where t.campaigns is not null;
      """;

  private static final Map<String, String> FAULTS = new TreeMap<>();

  static {
    FAULTS.put(
        "allocations-add-up",
        """
        update transaction set fens[1] = fens[1] + 1
        where id = (select max(id) from transaction where effect = 1 and fens is not null)""");
    FAULTS.put(
        "completions-name-their-payers",
        """
        update transaction set payers[1] = payers[1] - 1
        where id = (select max(id) from transaction where effect = 3 and fens is not null)""");
    FAULTS.put(
        "sold-in-their-scene",
        """
        alter table terminal disable trigger terminal_scene_stands;
        update terminal set scene = 'ONLINE_MALL' where id = (
          select terminal from transaction where id = (select max(id) from transaction))""");
    FAULTS.put(
        "budgets-match-allocations",
        "update allowance set used_fen = used_fen - 1 where kind = 1 and used_fen > 0");
    FAULTS.put("allocations-have-a-budget", "delete from allowance where kind = 1");
    FAULTS.put(
        "member-use-matches-allocations",
        "update allowance set used_fen = used_fen - 1 where kind = 2 and used_fen > 0");
    FAULTS.put(
        "days-match-allocations",
        "update allowance set used_count = used_count - 1 where kind = 2 and used_count > 0");
    FAULTS.put(
        "entitlements-match-allocations",
        ROUND
            + """
            insert into entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms, until_ms,
                limit_count, used_count)
              select min(m.id), r.campaign, r.id, 1, 1, 1, now(), 1, 2, 1, 1
              from member m, benefit_round r group by r.id, r.campaign""");
    FAULTS.put(
        "entitlements-are-the-payers",
        """
        update campaign set grants = '{"kind":"VOUCHER"}'
        where id = (select max(campaigns[1]) from transaction where campaigns is not null)""");
    FAULTS.put("rounds-gave-what-they-count", ROUND + "update benefit_round set granted = 1");
    FAULTS.put(
        "allowances-not-exceeded",
        """
        alter table allowance drop constraint allowance_fen_exceeded;
        update allowance set limit_fen = used_fen - 1 where kind = 1 and used_fen > 0""");
    FAULTS.put(
        "one-answer-per-key",
        "delete from transaction_key where transaction = (select max(id) from transaction)");
    FAULTS.put(
        "codes-pay-once",
        "delete from code_use where transaction = (select max(transaction) from code_use)");
    FAULTS.put(
        "follows-an-original",
        """
        update transaction set original = original + 1
        where id = (select max(id) from transaction where original is not null)""");
    FAULTS.put(
        "undone-adds-up",
        """
        delete from undo where original = (
          select max(original) from undo where undone_fen > 0)""");
    FAULTS.put(
        "funders-get-back-what-they-paid",
        """
        update undo set returned[1] = returned[1] - 1
        where original = (select max(original) from undo where returned[1] > 0)""");
    FAULTS.put(
        "holds-end-once",
        """
        update hold set state = 'RELEASED'
        where origin = (select max(origin) from hold where state = 'COMPLETED')""");
    FAULTS.put(
        "one-event-per-transaction",
        """
        update outbox set kind = 'transaction.refused'
        where subject = (select max(id) from transaction where refusal is null)""");
    FAULTS.put(
        "feed-has-no-gap",
        """
        delete from feed_row where seq = (
          select max(seq) from feed_row where seq < (select max(seq) from feed_row))""");
    FAULTS.put(
        "feed-tells-outbox",
        """
        update feed_row set outbox = -outbox
        where seq = (select max(seq) from feed_row)""");
    FAULTS.put("blocks-are-whole", "update block set size = size + 1 where seq = 3");
    FAULTS.put(
        "in-one-batch",
        "update transaction set batch = 999999 where id = (select max(id) from transaction)");
    FAULTS.put(
        "batches-recount",
        "update batch_close set debit_fen = debit_fen + 1 where state <> 'CLOSING'");
    FAULTS.put(
        "progress-marks-cards",
        "update progress_mark set counted = not counted where card = (select min(card) from progress_mark)");
    FAULTS.put(
        "progress-recounts", "update progress_standing set n = n + 1 where stage = 4 and whole");
    FAULTS.put(
        "first-uses-are-found", "update progress_cursor set seq = (select seq from feed_cursor)");
    FAULTS.put(
        "tasks-add-up",
        """
        insert into staff (login, name, org, roles, status, password)
          select v, 'x', id, '{CLERK}', 'ACTIVE', '$argon2id$' from org, unnest(array['one', 'two']) v
          where parent is null;
        insert into target_plan (org, year, edition, state, cards, document_no, prepared_by, prepared_at,
            issued_by, issued_at)
          select o.id, 2026, 1, 'ISSUED', 2, 'x', min(s.id), now(), max(s.id), now()
          from org o, staff s where o.parent is null group by o.id;
        insert into target_share select p.id, p.org, 1 from target_plan p""");
  }

  private Connection database;

  @BeforeAll
  void open() throws SQLException {
    String url = OldLedger.open();
    Migrations.migrate(url);
    database = PostgresUrl.parse(url).jdbcConnection();
    database.setAutoCommit(false);
  }

  @AfterAll
  void close() throws SQLException {
    database.close();
  }

  @Test
  void eachRuleFindsItsFault() throws SQLException {
    assertEquals(List.of(), broken());
    Set<String> rules =
        LedgerAudit.run(database).stream()
            .map(finding -> finding.check().name())
            .collect(Collectors.toCollection(TreeSet::new));
    rules.removeAll(ELSEWHERE);
    assertEquals(rules, FAULTS.keySet());
    for (Map.Entry<String, String> fault : FAULTS.entrySet()) {
      try (Statement statement = database.createStatement()) {
        statement.execute(fault.getValue());
      }
      List<String> broken = broken();
      assertTrue(broken.contains(fault.getKey()), fault.getKey() + ": " + broken);
      database.rollback();
    }
  }

  private List<String> broken() throws SQLException {
    return LedgerAudit.run(database).stream()
        .filter(finding -> finding.broken() > 0)
        .map(finding -> finding.check().name())
        .toList();
  }
}
