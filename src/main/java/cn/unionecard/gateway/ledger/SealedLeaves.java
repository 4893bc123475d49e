package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Entry;
import java.util.List;

/**
 * A decided and sealed block, ready to be committed.
 *
 * @param tick the block's time
 * @param kid the key that signed it
 * @param hash hash of the header
 * @param leaves what it records, in leaf order; not empty
 */
public record SealedLeaves(
    long tick, String kid, byte[] header, byte[] hash, byte[] signature, List<Leaf> leaves) {

  /**
   * One recorded decision.
   *
   * @param body canonical receipt body
   * @param event the event's kind, such as {@code transaction.sale}
   * @param eventBody the event's data, JSON
   */
  public record Leaf(Entry entry, byte[] body, String event, String eventBody) {}

  public SealedLeaves {
    leaves = List.copyOf(leaves);
  }
}
