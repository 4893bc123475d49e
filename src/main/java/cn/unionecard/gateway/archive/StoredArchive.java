package cn.unionecard.gateway.archive;

import static cn.unionecard.gateway.runtime.stores.StoreFailure.toldOfReading;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.receipt.MerkleTree;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.TreeHash;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The archive over the ledger's rows: proofs are made anew from the bodies of the block, so a
 * repeat is the same bytes as the first answer.
 */
public final class StoredArchive implements Archive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Records records;

  public StoredArchive(Records records) {
    this.records = records;
  }

  @Override
  public Future<@Nullable Entry> transaction(TransactionId id) {
    return toldOfReading(
        records.byId(id.value()).map(found -> found == null ? null : entry(found)));
  }

  @Override
  public Future<@Nullable Entry> transactionOf(String login, TransactionId id) {
    return toldOfReading(
        records.byIdOf(login, id.value()).map(found -> found == null ? null : entry(found)));
  }

  @Override
  public Future<List<Entry>> transactions(TerminalId terminal, RequestId requestId) {
    return toldOfReading(
        records
            .byKey(terminal.value(), requestId.value())
            .map(found -> found.stream().map(StoredArchive::entry).toList()));
  }

  @Override
  public Future<@Nullable Left> left(TerminalId terminal, TransactionId id) {
    return toldOfReading(records.left(terminal.value(), id.value()));
  }

  @Override
  public Future<@Nullable Block> block(String node, long seq) {
    return toldOfReading(
        records.block(node, seq).map(stored -> stored == null ? null : block(stored)));
  }

  @Override
  public Future<List<Key>> keys() {
    return toldOfReading(
        records.keys().map(keys -> keys.stream().map(StoredArchive::key).toList()));
  }

  /** The receipt of a recorded transaction. */
  public Future<Receipt> receipt(TransactionId id) {
    return records
        .byId(id.value())
        .map(
            found -> {
              if (found == null) {
                throw new IllegalStateException("transaction " + id + " was recorded but is gone");
              }
              return receipt(found);
            });
  }

  private static Key key(Records.Key key) {
    return new Key(key.kid(), ReceiptAlgorithm.ofKey(key.algorithm()).header, key.spki());
  }

  private static Entry entry(Records.Found found) {
    return new Entry(
        receipt(found),
        new TerminalId(found.terminal()),
        found.card() == null ? null : new CardNo(found.card()),
        found.authorisingPath(),
        found.signingPath());
  }

  private static Receipt receipt(Records.Found found) {
    Records.Sealed block = found.block();
    int leaf = (int) (found.id() - block.firstId());
    MerkleTree tree = tree(block);
    return new Receipt(
        new TransactionId(found.id()),
        block.bodies().get(leaf),
        leaf,
        tree.path(leaf),
        block.header(),
        block.signature());
  }

  private static Block block(Records.Sealed sealed) {
    return new Block(sealed.header(), sealed.hash(), sealed.signature(), tree(sealed).leaves());
  }

  private static MerkleTree tree(Records.Sealed block) {
    TreeHash hash = algorithm(block.header()).treeHash();
    List<byte[]> leaves = new ArrayList<>(block.bodies().size());
    for (byte[] body : block.bodies()) {
      leaves.add(hash.leaf(body));
    }
    return MerkleTree.of(hash, leaves);
  }

  private static ReceiptAlgorithm algorithm(byte[] header) {
    try {
      return ReceiptAlgorithm.named(JSON.readTree(header).path("alg").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored block header is no JSON", e);
    } catch (IOException e) {
      throw new IllegalStateException("a stored block header cannot be read", e);
    }
  }
}
