package cn.unionecard.gateway.ledger.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a clean audit proved, so that the next one goes on from there: how far everything had come
 * that only grows, and the sums of what can be used up. Small, whatever the ledger: a line for each
 * chain, campaign, merchant and batch that was just closing.
 *
 * @param format of the file; an older or younger release's is not read
 * @param fullAt when all was read last
 * @param at when it was taken, by the database's clock
 * @param schema of the database then
 * @param server major version, for the sums are only the same within one
 * @param snapshot which of the database's transactions were seen
 * @param keys that signed receipts
 * @param chains how far each had come
 * @param auditSeq the last row of the staff's audit, and its hash, in hex
 * @param sealNo the last seal of it, and the hash of its header, in hex
 * @param feed the last number of the feed
 * @param numbered the last number of each merchant in it
 * @param used how far progress had looked for first uses
 * @param closed the last day that was closed
 * @param entry the last row of the books
 * @param closing batches that were closing
 * @param sums of what can be used up
 */
record Mark(
    int format,
    String fullAt,
    String at,
    int schema,
    int server,
    String snapshot,
    List<String> keys,
    List<Chain> chains,
    long auditSeq,
    String auditHash,
    long sealNo,
    String sealHash,
    long feed,
    List<Numbered> numbered,
    long used,
    String closed,
    long entry,
    List<Batch> closing,
    Balances.Sums sums) {

  static final int FORMAT = 1;

  /**
   * A chain.
   *
   * @param head hash of its last block, in hex
   * @param again up to this block it was read again in this round
   * @param round up to here this round reads it
   */
  record Chain(int id, String name, long seq, String head, long again, long round) {}

  /** A batch of a terminal. */
  record Batch(int terminal, int batch) {}

  /** A merchant, or what the feed tells beside them, and how far it was numbered. */
  record Numbered(int merchant, long last) {}

  private static final String NOW =
      """
      SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        (SELECT max(version::integer) FROM schema_history WHERE version IS NOT NULL),
        current_setting('server_version_num')::integer / 10000, pg_current_snapshot()::text,
        (SELECT seq FROM audit_head), (SELECT encode(hash, 'hex') FROM audit_head),
        coalesce((SELECT max(no) FROM audit_seal), 0),
        (SELECT encode(sha256(header), 'hex') FROM audit_seal ORDER BY no DESC LIMIT 1),
        (SELECT seq FROM feed_cursor), (SELECT seq FROM progress_cursor),
        coalesce((SELECT max(day) FROM settlement_close WHERE state = 'CLOSED'), '2000-01-01')::text,
        coalesce((SELECT max(id) FROM book_entry), 0)""";
  private static final String RESTORED =
      "%s had come further: the database was restored to a moment before the mark";

  private static final String KEYS =
      "SELECT kid FROM keyring WHERE purpose = 'RECEIPT' ORDER BY kid";
  private static final String CHAINS =
      "SELECT id, name, seq, encode(head, 'hex') FROM chain ORDER BY id";
  private static final String NUMBERED =
      "SELECT merchant, merchant_seq FROM feed_merchant ORDER BY merchant";
  private static final String CLOSING =
      "SELECT terminal, batch FROM batch_close WHERE state = 'CLOSING' ORDER BY terminal, batch";

  Mark {
    keys = List.copyOf(keys);
    chains = List.copyOf(chains);
    numbered = List.copyOf(numbered);
    closing = List.copyOf(closing);
  }

  /**
   * What the ledger says now, sums apart: proved only when the audit was clean.
   *
   * @throws MarkException on a standby, whose snapshots do not say who is still writing
   */
  static Mark now(Connection database) throws SQLException, MarkException {
    if (says(database, "SELECT pg_is_in_recovery()")) {
      throw new MarkException(
          "a standby cannot tell what is still being written: audit the primary");
    }
    List<String> keys = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    List<Numbered> numbered = new ArrayList<>();
    List<Batch> closing = new ArrayList<>();
    try (Statement statement = database.createStatement()) {
      try (ResultSet rows = statement.executeQuery(KEYS)) {
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
      }
      try (ResultSet rows = statement.executeQuery(CHAINS)) {
        while (rows.next()) {
          long seq = rows.getLong(3);
          chains.add(new Chain(rows.getInt(1), rows.getString(2), seq, rows.getString(4), 0, seq));
        }
      }
      try (ResultSet rows = statement.executeQuery(NUMBERED)) {
        while (rows.next()) {
          numbered.add(new Numbered(rows.getInt(1), rows.getLong(2)));
        }
      }
      try (ResultSet rows = statement.executeQuery(CLOSING)) {
        while (rows.next()) {
          closing.add(new Batch(rows.getInt(1), rows.getInt(2)));
        }
      }
      try (ResultSet row = statement.executeQuery(NOW)) {
        row.next();
        String seal = row.getString(8);
        return new Mark(
            FORMAT,
            row.getString(1),
            row.getString(1),
            row.getInt(2),
            row.getInt(3),
            row.getString(4),
            keys,
            chains,
            row.getLong(5),
            row.getString(6),
            row.getLong(7),
            seal == null ? "00".repeat(32) : seal,
            row.getLong(9),
            numbered,
            row.getLong(10),
            row.getString(11),
            row.getLong(12),
            closing,
            Balances.Sums.NONE);
      }
    }
  }

  /** As it is, with the sums of the same moment. */
  Mark with(Balances.Sums all) {
    return with(fullAt, chains, all);
  }

  /** As it is, taken without reading all. */
  Mark with(String lastFullAt, List<Chain> readAgain, Balances.Sums all) {
    return new Mark(
        format,
        lastFullAt,
        at,
        schema,
        server,
        snapshot,
        keys,
        readAgain,
        auditSeq,
        auditHash,
        sealNo,
        sealHash,
        feed,
        numbered,
        used,
        closed,
        entry,
        closing,
        all);
  }

  /**
   * Whether a ledger can have come from here to what it says now.
   *
   * @throws MarkException when it cannot, and why
   */
  void leadsTo(Mark now, Connection database) throws MarkException, SQLException {
    if (schema != now.schema()) {
      throw new MarkException(
          String.format(
              Locale.ROOT,
              "it was taken with schema %d, the database has schema %d: %s",
              schema,
              now.schema(),
              schema > now.schema()
                  ? "use that release"
                  : "an upgrade may have written anywhere, audit everything with --mark"));
    }
    if (server != now.server()) {
      throw new MarkException(
          String.format(
              Locale.ROOT,
              "it was taken with PostgreSQL %d, this is PostgreSQL %d",
              server,
              now.server()));
    }
    if (!now.keys().containsAll(keys)) {
      throw new MarkException(
          "it is of another database: this one has not the keys of its receipts");
    }
    Set<String> names = new HashSet<>();
    now.chains().forEach(chain -> names.add(chain.name()));
    for (Chain chain : chains) {
      if (!names.contains(chain.name())) {
        throw new MarkException(
            String.format(
                Locale.ROOT,
                "this database has no chain %s: it is another one, or it was restored to an earlier moment",
                chain.name()));
      }
    }
    for (Chain chain : now.chains()) {
      leadsTo(chain, database);
    }
    if (now.auditSeq() < auditSeq
        || now.sealNo() < sealNo
        || now.feed() < feed
        || now.entry() < entry
        || now.closed().compareTo(closed) < 0) {
      throw new MarkException(
          String.format(
              Locale.ROOT, RESTORED, "the staff's audit, the feed, the books or the closes"));
    }
    if (!isEarlier(database, now)) {
      throw new MarkException(
          "the database was loaded anew: its transactions are numbered from the beginning");
    }
    if (auditSeq > 0) {
      agree(database, "SELECT encode(hash, 'hex') FROM audit WHERE seq = " + auditSeq, auditHash);
    }
    if (sealNo > 0) {
      agree(
          database,
          "SELECT encode(sha256(header), 'hex') FROM audit_seal WHERE no = " + sealNo,
          sealHash);
    }
  }

  private void leadsTo(Chain now, Connection database) throws MarkException, SQLException {
    for (Chain chain : chains) {
      if (!chain.name().equals(now.name())) {
        continue;
      }
      if (now.seq() < chain.seq()) {
        throw new MarkException(String.format(Locale.ROOT, RESTORED, "chain " + chain.name()));
      }
      if (chain.id() != now.id()) {
        throw new MarkException(
            String.format(Locale.ROOT, "chain %s is another one", chain.name()));
      }
      if (chain.seq() > 0) {
        agree(
            database,
            String.format(
                Locale.ROOT,
                "SELECT encode(hash, 'hex') FROM block WHERE chain = %d AND seq = %d",
                chain.id(),
                chain.seq()),
            chain.head());
      }
    }
  }

  private boolean isEarlier(Connection database, Mark now) throws SQLException {
    return says(
        database,
        String.format(
            Locale.ROOT,
            "SELECT pg_snapshot_xmin('%s') <= pg_snapshot_xmax('%s')",
            snapshot,
            now.snapshot()));
  }

  private static boolean says(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Where the mark was there is still the same row: what came since is proved from there. */
  private static void agree(Connection database, String sql, String hash)
      throws MarkException, SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next() || !row.getString(1).equals(hash)) {
        throw new MarkException(
            "the ledger went another way before the mark: it is another database's, or rows of it were altered");
      }
    }
  }

  /** What each chain has had since; one that began since, all of it. */
  List<Rows.Stretch> since(Mark now) {
    List<Rows.Stretch> since = new ArrayList<>();
    for (Chain chain : now.chains()) {
      long after =
          chains.stream()
              .filter(was -> was.id() == chain.id())
              .mapToLong(Chain::seq)
              .findAny()
              .orElse(0);
      since.add(new Rows.Stretch(chain.id(), after, Rows.OPEN));
    }
    return since;
  }

  /** The next old blocks of each chain to be read again, a part of its round for each night. */
  List<Rows.Stretch> again(int nights) {
    List<Rows.Stretch> again = new ArrayList<>();
    for (Chain chain : chains) {
      long most = (chain.round() + nights - 1) / Math.max(1, nights);
      long upto = Math.min(chain.again() + most, chain.round());
      if (nights > 0 && upto > chain.again()) {
        again.add(new Rows.Stretch(chain.id(), chain.again(), upto));
      }
    }
    return again;
  }

  /** The chains as they are now, with what was read again; a round that ended begins anew. */
  static List<Chain> readAgain(Mark was, Mark now, List<Rows.Stretch> again) {
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : now.chains()) {
      long upto = 0;
      long round = chain.seq();
      for (Chain old : was.chains()) {
        if (old.id() == chain.id() && old.round() > 0) {
          upto = old.again();
          round = old.round();
        }
      }
      for (Rows.Stretch stretch : again) {
        upto = stretch.chain() == chain.id() ? stretch.upto() : upto;
      }
      boolean ended = upto >= round;
      chains.add(
          new Chain(
              chain.id(),
              chain.name(),
              chain.seq(),
              chain.head(),
              ended ? 0 : upto,
              ended ? chain.seq() : round));
    }
    return chains;
  }
}
