package cn.unionecard.gateway.ledger.audit;

import cn.unionecard.gateway.receipt.MerkleTree;
import cn.unionecard.gateway.receipt.PublicKey;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.TreeHash;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of every chain in order: the header names the block before, its root is that of the
 * bodies, its signature is of a known key.
 */
final class ChainAudit {

  /**
   * What was read and what is wrong.
   *
   * @param blocks blocks read
   * @param receipts bodies read
   * @param broken blocks that do not verify
   * @param samples the first few of them, with the reason
   * @param keys those that sign, by kid
   */
  record Finding(
      long blocks, long receipts, long broken, List<String> samples, Map<String, PublicKey> keys) {
    Finding {
      samples = List.copyOf(samples);
      keys = Map.copyOf(keys);
    }
  }

  private static final int SAMPLES_MAX = 5;
  private static final int FETCH_ROWS = 500;

  private static final String KEYS =
      "SELECT kid, alg, public_key FROM keyring WHERE purpose = 'RECEIPT'";
  private static final int PROGRESS_BLOCKS = 1_000;
  private static final String BLOCKS =
      """
      SELECT c.name, b.chain, b.seq, b.header, b.hash, b.signature, b.kid, b.first_id, b.size,
             c.seq = b.seq AND c.head <> b.hash
      FROM {block} b JOIN chain c ON c.id = b.chain ORDER BY b.chain, b.seq""";
  private static final String BEFORE = "SELECT hash FROM block WHERE chain = ? AND seq = ?";
  private static final String BODIES =
      "SELECT body FROM transaction WHERE id >= ? AND id < ? ORDER BY id";

  private final Connection database;
  private final Map<String, PublicKey> keys = new HashMap<>();
  private final List<String> samples = new ArrayList<>();
  private long blocks;
  private long receipts;
  private long broken;

  private ChainAudit(Connection database) {
    this.database = database;
  }

  /** Reads some blocks of each chain, or all, in order. */
  static Finding run(Connection database, Rows rows, Consumer<String> progress)
      throws SQLException {
    ChainAudit audit = new ChainAudit(database);
    audit.readKeys();
    audit.readBlocks(rows.in(BLOCKS), progress);
    return new Finding(audit.blocks, audit.receipts, audit.broken, audit.samples, audit.keys);
  }

  private void readKeys() throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(KEYS)) {
      while (rows.next()) {
        ReceiptAlgorithm algorithm = ReceiptAlgorithm.ofKey(rows.getString(2));
        String kid = rows.getString(1);
        keys.put(kid, PublicKey.of(kid, algorithm, rows.getBytes(3)));
      }
    }
  }

  private void readBlocks(String sql, Consumer<String> progress) throws SQLException {
    try (Statement statement = database.createStatement();
        PreparedStatement before = database.prepareStatement(BEFORE);
        PreparedStatement bodies = database.prepareStatement(BODIES)) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery(sql)) {
        int chain = -1;
        byte[] previous = new byte[32];
        while (rows.next()) {
          if (rows.getInt(2) != chain) {
            chain = rows.getInt(2);
            previous = before(before, chain, rows.getLong(3));
          }
          blocks++;
          if (blocks % PROGRESS_BLOCKS == 0) {
            progress.accept(rows.getString(1) + "/" + rows.getLong(3));
          }
          String wrong = check(rows, bodies(bodies, rows.getLong(8), rows.getInt(9)), previous);
          if (wrong != null) {
            report(rows.getString(1) + "/" + rows.getLong(3) + ": " + wrong);
          }
          previous = rows.getBytes(5);
        }
      }
    }
  }

  /** The hash of the block before, zeros where there is none. */
  private static byte[] before(PreparedStatement statement, int chain, long seq)
      throws SQLException {
    statement.setInt(1, chain);
    statement.setLong(2, seq - 1);
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getBytes(1) : new byte[32];
    }
  }

  private void report(String wrong) {
    broken++;
    if (samples.size() < SAMPLES_MAX) {
      samples.add(wrong);
    }
  }

  private List<byte[]> bodies(PreparedStatement statement, long first, int size)
      throws SQLException {
    statement.setLong(1, first);
    statement.setLong(2, first + size);
    List<byte[]> bodies = new ArrayList<>(size);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        bodies.add(rows.getBytes(1));
      }
    }
    receipts += bodies.size();
    return bodies;
  }

  private @Nullable String check(ResultSet row, List<byte[]> bodies, byte[] previous)
      throws SQLException {
    PublicKey key = keys.get(row.getString(7));
    byte[] header = row.getBytes(4);
    JsonNode said = SignedHeader.read(header);
    if (key == null || said == null || bodies.isEmpty()) {
      return "unknown key, unreadable header or no bodies";
    }
    TreeHash hash = key.algorithm().treeHash();
    if (!key.verify(header, row.getBytes(6))) {
      return "signature does not verify";
    }
    if (!Arrays.equals(hash.hash(header), row.getBytes(5)) || row.getBoolean(10)) {
      return "hash is not of the header, or the chain's head is not the last block";
    }
    boolean named =
        said.path("node").asText().equals(row.getString(1))
            && said.path("seq").asLong() == row.getLong(3)
            && said.path("size").asInt() == bodies.size()
            && said.path("kid").asText().equals(row.getString(7));
    if (!named) {
      return "header names another block";
    }
    if (!Arrays.equals(SignedHeader.bytes(said, "prev"), previous)) {
      return "does not follow the block before";
    }
    List<byte[]> leaves = bodies.stream().map(hash::leaf).toList();
    return Arrays.equals(SignedHeader.bytes(said, "root"), MerkleTree.root(hash, leaves))
        ? null
        : "root is not of the bodies";
  }
}
