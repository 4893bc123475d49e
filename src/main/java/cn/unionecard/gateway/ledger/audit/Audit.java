package cn.unionecard.gateway.ledger.audit;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The whole audit, over one snapshot of the database.
 *
 * @param ledger what each check of the rows found
 * @param blocks blocks read
 * @param receipts receipts whose hash, root and signature were recomputed
 * @param brokenBlocks blocks that do not verify
 * @param blockSamples the first few of them
 * @param seals what the seals of the staff's audit say
 */
public record Audit(
    List<LedgerAudit.Finding> ledger,
    long blocks,
    long receipts,
    long brokenBlocks,
    List<String> blockSamples,
    SealAudit.Finding seals) {
  public Audit {
    ledger = List.copyOf(ledger);
    blockSamples = List.copyOf(blockSamples);
  }

  /**
   * Audits a database while it may go on working.
   *
   * @throws SQLException when it cannot be read
   */
  public static Audit of(PostgresUrl url) throws SQLException {
    try (Connection database = url.jdbcSnapshot()) {
      List<LedgerAudit.Finding> ledger = LedgerAudit.run(database);
      ChainAudit.Finding chains = ChainAudit.run(database);
      SealAudit.Finding seals = SealAudit.run(database, chains.keys());
      database.rollback();
      return new Audit(
          ledger, chains.blocks(), chains.receipts(), chains.broken(), chains.samples(), seals);
    }
  }

  /** Whether nothing at all is wrong. */
  public boolean isClean() {
    return brokenBlocks == 0
        && seals.broken() == 0
        && ledger.stream().allMatch(finding -> finding.broken() == 0);
  }

  /** A table for people, Chinese and English. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (LedgerAudit.Finding finding : ledger) {
      line(
          text,
          finding.broken(),
          finding.check().chinese() + " " + finding.check().english(),
          finding.samples());
    }
    line(
        text,
        brokenBlocks,
        "签名与链条完好 every block chains and every receipt verifies ("
            + blocks
            + " blocks, "
            + receipts
            + " receipts)",
        blockSamples);
    line(
        text,
        seals.broken(),
        "留痕已签封 the staff's audit is as its seals have it ("
            + seals.seals()
            + " seals, up to row "
            + seals.upTo()
            + ")",
        seals.samples());
    text.append(isClean() ? "审计通过 audit clean" : "审计发现问题 AUDIT FAILED").append('\n');
    return text.toString();
  }

  private static void line(StringBuilder text, long broken, String what, List<String> samples) {
    text.append(broken == 0 ? "  ok  " : "  BAD ").append(what);
    if (broken > 0) {
      text.append(": ").append(broken).append(" e.g. ").append(String.join(", ", samples));
    }
    text.append('\n');
  }
}
