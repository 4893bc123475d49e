package cn.unionecard.gateway.receipt;

import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.TransactionId;
import java.util.List;

/**
 * A signed block, from which the receipts of its bodies are cut.
 *
 * @param header canonical JSON, the signed bytes
 * @param hash of the header; the next block names it
 * @param signature over the header, 64 bytes
 * @param kid names the key that signed
 * @param tree over the leaf hashes
 */
public record SealedBlock(
    byte[] header, byte[] hash, byte[] signature, String kid, MerkleTree tree) {

  /** Leaf hashes in order. */
  public List<byte[]> leaves() {
    return tree.leaves();
  }

  /**
   * The receipt of one body.
   *
   * @param body the very bytes that were sealed
   * @param leaf its place in the block, from 0
   */
  public Receipt receipt(TransactionId id, byte[] body, int leaf) {
    return new Receipt(id, body, leaf, tree.path(leaf), header, signature);
  }
}
