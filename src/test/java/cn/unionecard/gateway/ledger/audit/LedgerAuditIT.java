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
    assertEquals(rules, Faults.all().keySet());
    for (Map.Entry<String, String> fault : Faults.all().entrySet()) {
      try (Statement statement = database.createStatement()) {
        statement.execute(fault.getValue());
      }
      List<String> broken = broken();
      assertTrue(broken.contains(fault.getKey()), fault.getKey() + ": " + broken);
      database.rollback();
    }
  }

  /** Read as what came since the very beginning, the rows answer the same. */
  @Test
  void eachFaultIsFoundAmongWhatIsNew() throws SQLException {
    MarkedAudit audit = MarkedAudit.atTheBeginning(database);
    assertEquals(List.of(), audit.broken(database));
    for (Map.Entry<String, String> fault : Faults.all().entrySet()) {
      try (Statement statement = database.createStatement()) {
        statement.execute(fault.getValue());
      }
      audit.assertFinds(database, fault.getKey());
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
