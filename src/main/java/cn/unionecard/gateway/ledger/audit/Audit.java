package cn.unionecard.gateway.ledger.audit;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The audit, over one snapshot of the database: of everything, or of what came since a mark.
 *
 * @param ledger what each check of the rows found
 * @param blocks blocks read
 * @param receipts receipts whose hash, root and signature were recomputed
 * @param brokenBlocks blocks that do not verify
 * @param blockSamples the first few of them
 * @param seals what the seals of the staff's audit say
 * @param since what it went on from; null when everything was read
 */
public record Audit(
    List<LedgerAudit.Finding> ledger,
    long blocks,
    long receipts,
    long brokenBlocks,
    List<String> blockSamples,
    SealAudit.Finding seals,
    @Nullable Since since) {

  /**
   * What an audit went on from.
   *
   * @param at when the mark was taken
   * @param fullAt when everything was read last
   * @param blocks new ones
   * @param receipts new ones
   */
  public record Since(String at, String fullAt, long blocks, long receipts) {}

  private static final String NO_SEAL = "00".repeat(32);

  public Audit {
    ledger = List.copyOf(ledger);
    blockSamples = List.copyOf(blockSamples);
  }

  /**
   * Audits everything while the database may go on working.
   *
   * @throws SQLException when it cannot be read
   */
  public static Audit of(PostgresUrl url) throws SQLException {
    return of(url, step -> {});
  }

  /**
   * Audits everything.
   *
   * @param progress hears what is being looked at
   * @throws SQLException when it cannot be read
   */
  public static Audit of(PostgresUrl url, Consumer<String> progress) throws SQLException {
    try (Connection database = url.jdbcSnapshot()) {
      return all(database, progress);
    }
  }

  /**
   * Audits everything and, if nothing is wrong, writes down how far that is.
   *
   * @param mark the file
   * @throws SQLException when the database cannot be read
   * @throws MarkException when none can be taken of it
   * @throws IOException when the mark cannot be written
   */
  public static Audit full(PostgresUrl url, Path mark, Consumer<String> progress)
      throws SQLException, MarkException, IOException {
    MarkFile.assertWritable(mark);
    try (Connection database = url.jdbcSnapshot()) {
      Mark now = Mark.now(database);
      Audit audit = all(database, progress);
      if (audit.isClean()) {
        MarkFile.write(mark, now.with(Balances.now(database)));
      }
      return audit;
    }
  }

  /**
   * Audits what came since a mark and, if nothing is wrong, moves the mark.
   *
   * @param file of the mark
   * @param nights in how many audits every old block is read again; 0: in none
   * @throws SQLException when the database cannot be read
   * @throws MarkException when no audit can go on from there
   * @throws IOException when the mark cannot be written
   */
  public static Audit since(PostgresUrl url, Path file, int nights, Consumer<String> progress)
      throws SQLException, MarkException, IOException {
    Mark mark = MarkFile.read(file);
    MarkFile.assertWritable(file);
    try (Connection database = url.jdbcSnapshot()) {
      Mark now = Mark.now(database);
      mark.leadsTo(now, database);
      List<Rows.Stretch> again = mark.again(nights);
      Audit audit = since(database, mark, now, again, progress);
      if (audit.isClean()) {
        MarkFile.write(
            file,
            now.with(mark.fullAt(), Mark.readAgain(mark, now, again), Balances.now(database)));
      }
      return audit;
    }
  }

  private static Audit all(Connection database, Consumer<String> progress) throws SQLException {
    List<LedgerAudit.Finding> ledger = LedgerAudit.run(database, progress);
    ChainAudit.Finding chains = ChainAudit.run(database, Rows.all(), progress);
    SealAudit.Finding seals = SealAudit.run(database, chains.keys(), 0, NO_SEAL);
    return new Audit(
        ledger, chains.blocks(), chains.receipts(), chains.broken(), chains.samples(), seals, null);
  }

  private static Audit since(
      Connection database, Mark mark, Mark now, List<Rows.Stretch> again, Consumer<String> progress)
      throws SQLException {
    List<LedgerAudit.Finding> ledger = LedgerAudit.since(database, mark, now, again, progress);
    ChainAudit.Finding news = ChainAudit.run(database, Rows.of(mark.since(now)), progress);
    ChainAudit.Finding old = ChainAudit.run(database, Rows.of(again), progress);
    SealAudit.Finding seals = SealAudit.run(database, news.keys(), mark.sealNo(), mark.sealHash());
    return new Audit(
        ledger,
        news.blocks() + old.blocks(),
        news.receipts() + old.receipts(),
        news.broken() + old.broken(),
        Stream.concat(news.samples().stream(), old.samples().stream()).toList(),
        seals,
        new Since(mark.at(), mark.fullAt(), news.blocks(), news.receipts()));
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
    if (since != null) {
      text.append(
          String.format(
              Locale.ROOT,
              """
          自标记以来 since the mark of %s: %d 区块 blocks, %d 回执 receipts; 重读 read again %d, %d
          上次全量核对 everything was read last %s
          """,
              since.at(),
              since.blocks(),
              since.receipts(),
              blocks - since.blocks(),
              receipts - since.receipts(),
              since.fullAt()));
    }
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
            + (seals.seals() == 0 ? " seals)" : " seals, up to row " + seals.upTo() + ")"),
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
