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
 * @param events what the union is told beside its transactions
 */
public record SealedLeaves(
    long tick,
    String kid,
    byte[] header,
    byte[] hash,
    byte[] signature,
    List<Leaf> leaves,
    List<Event> events) {

  /**
   * One recorded decision.
   *
   * @param body canonical receipt body
   */
  public record Leaf(Entry entry, byte[] body) {}

  /**
   * One event.
   *
   * @param kind such as {@code terminal.counter}
   * @param merchant the merchant's row
   * @param subject the transaction it tells of
   * @param body the event's data, JSON
   */
  public record Event(String kind, int merchant, long subject, String body) {}

  public SealedLeaves {
    leaves = List.copyOf(leaves);
    events = List.copyOf(events);
  }
}
