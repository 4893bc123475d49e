package cn.unionecard.gateway.ledger.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An audit that goes on from a moment that this test chose, whatever the seals say of it. */
public final class MarkedAudit {
  private final Mark mark;

  private MarkedAudit(Mark mark) {
    this.mark = mark;
  }

  /** From what a ledger says now. */
  public static MarkedAudit at(String url) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcSnapshot()) {
      return new MarkedAudit(now(database).with(Balances.now(database)));
    }
  }

  private static Mark now(Connection database) throws SQLException {
    try {
      return Mark.now(database);
    } catch (MarkException e) {
      throw new AssertionError(e);
    }
  }

  /** From before anything was: all there is came since. */
  static MarkedAudit atTheBeginning(Connection database) throws SQLException {
    Mark now = now(database);
    return new MarkedAudit(
        new Mark(
            now.format(),
            now.fullAt(),
            now.at(),
            now.schema(),
            now.server(),
            "3:3:",
            List.of(),
            List.of(),
            0,
            Sha256.hex("ecard-audit"),
            0,
            "00".repeat(32),
            0,
            List.of(),
            0,
            Rows.NO_DAY,
            0,
            List.of(),
            new Balances.Sums(1, BigInteger.ZERO, BigInteger.ZERO, List.of())));
  }

  /** The checks that what came since breaks, in the connection's transaction. */
  public List<String> broken(Connection database) throws SQLException {
    return broken(database, List.of());
  }

  private List<String> broken(Connection database, List<Rows.Stretch> again) throws SQLException {
    return names(LedgerAudit.since(database, mark, now(database), again, step -> {}));
  }

  private static List<String> names(List<LedgerAudit.Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.broken() > 0)
        .map(finding -> finding.check().name())
        .toList();
  }

  /** Nothing is broken, neither of what came since nor of all before when it is read again. */
  public void assertClean(String url) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcSnapshot()) {
      mark.leadsTo(now(database), database);
      List<LedgerAudit.Finding> findings =
          LedgerAudit.since(database, mark, now(database), mark.again(1), step -> {});
      assertEquals(List.of(), findings.stream().filter(finding -> finding.broken() > 0).toList());
    }
  }

  /**
   * What is planted now is found by both forms, and by none under a name that the other has not.
   */
  public void assertFinds(String url, Map<String, String> faults) throws SQLException {
    for (Map.Entry<String, String> fault : faults.entrySet()) {
      try (Connection database = PostgresUrl.parse(url).jdbcConnection();
          Statement statement = database.createStatement()) {
        database.setAutoCommit(false);
        statement.execute(fault.getValue());
        assertFinds(database, fault.getKey());
        database.rollback();
      }
    }
  }

  /** In the connection's transaction. */
  public void assertFinds(Connection database, String check) throws SQLException {
    Set<String> full = new TreeSet<>(names(LedgerAudit.run(database)));
    List<String> since = broken(database);
    assertTrue(full.contains(check), () -> check + " is not among " + full);
    assertTrue(since.contains(check), () -> check + " is not among those since: " + since);
    assertTrue(full.containsAll(since), () -> check + ": " + since + " of " + full);
  }
}
