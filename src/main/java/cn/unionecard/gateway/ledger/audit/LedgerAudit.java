package cn.unionecard.gateway.ledger.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What must hold of the ledger whatever happened to it: each check is a query for rows that break
 * it, so a sound ledger answers nothing.
 */
public final class LedgerAudit {

  /**
   * What a check found.
   *
   * @param broken rows that break it
   * @param samples the first few of them
   */
  public record Finding(Check check, long broken, List<String> samples) {
    public Finding {
      samples = List.copyOf(samples);
    }

    private Finding and(Finding other) {
      List<String> both = new ArrayList<>(samples);
      both.addAll(other.samples);
      return new Finding(
          check, broken + other.broken, both.subList(0, Math.min(SAMPLES_MAX, both.size())));
    }
  }

  private static final int SAMPLES_MAX = 5;

  private static final List<Check> CHECKS =
      Stream.of(
              TransactionChecks.ALL,
              BalanceChecks.ALL,
              EventChecks.ALL,
              SettlementChecks.ALL,
              DeskChecks.ALL)
          .flatMap(List::stream)
          .toList();

  /** Found only by going on from a mark, where all that can be recomputed agrees with itself. */
  private static final Check GOES_ON =
      new Check(
          "balances-go-on-from-the-mark",
          "余额与上次核对接续",
          "what was used up goes on from the mark, and no row of it was altered with its transactions",
          "",
          Check.Reads.BALANCES);

  /** Walks indexes from the new rows on, whatever the planner thinks of how many they are. */
  private static final String BY_INDEX =
      "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off;"
          + " SET LOCAL jit = off";

  private static final String AS_EVER =
      "SET LOCAL enable_hashjoin = DEFAULT; SET LOCAL enable_mergejoin = DEFAULT;"
          + " SET LOCAL enable_seqscan = DEFAULT; SET LOCAL jit = DEFAULT";

  private LedgerAudit() {}

  /**
   * Runs every check in the connection's transaction; give it one snapshot.
   *
   * @return what each found, in order
   */
  public static List<Finding> run(Connection database) throws SQLException {
    return run(database, step -> {});
  }

  static List<Finding> run(Connection database, Consumer<String> progress) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (Check check : CHECKS) {
      progress.accept(check.name());
      findings.add(run(database, check, Rows.all()));
    }
    return findings;
  }

  /**
   * Runs every check over what came since a mark, and those of transactions over some old ones
   * again, in the connection's transaction; give it one snapshot.
   */
  static List<Finding> since(
      Connection database, Mark mark, Mark now, List<Rows.Stretch> again, Consumer<String> progress)
      throws SQLException {
    execute(database, BY_INDEX);
    Rows news = Rows.since(database, mark, mark.since(now));
    Rows old = Rows.of(again);
    progress.accept(GOES_ON.name());
    Balances.Breaks breaks = Balances.breaks(database, mark.sums(), news);
    List<Finding> findings = new ArrayList<>();
    boolean named = false;
    for (Check check : CHECKS) {
      progress.accept(check.name());
      boolean all =
          check.reads() == Check.Reads.WHOLE
              || check.reads() == Check.Reads.BALANCES && !breaks.isNone();
      Finding finding = new Finding(check, 0, List.of());
      if (all) {
        execute(database, AS_EVER);
        finding = run(database, check, Rows.all());
        execute(database, BY_INDEX);
      } else if (check.reads() != Check.Reads.BALANCES) {
        finding = run(database, check, news);
      }
      if (check.reads() == Check.Reads.TRANSACTIONS && !again.isEmpty()) {
        finding = finding.and(run(database, check, old));
      }
      named |= check.reads() == Check.Reads.BALANCES && finding.broken() > 0;
      findings.add(finding);
    }
    findings.add(
        named
            ? new Finding(GOES_ON, 0, List.of())
            : new Finding(GOES_ON, breaks.sums().size(), breaks.sums()));
    execute(database, AS_EVER);
    return findings;
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Finding run(Connection database, Check check, Rows rows) throws SQLException {
    long broken = 0;
    List<String> samples = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(rows.in(check.sql()))) {
      while (found.next()) {
        broken++;
        if (samples.size() < SAMPLES_MAX) {
          samples.add(found.getString(1));
        }
      }
    }
    return new Finding(check, broken, samples);
  }
}
